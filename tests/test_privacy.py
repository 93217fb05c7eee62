"""What other accounts of the machine, and readers of the log, do not get to see."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from corrections_app import create_app, schema
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.letters.transport import MaildirPost
from corrections_app.workflow.transaction import write
from tests.builders import NOON
from tests.processes import ROOT, environment

PLANTED = "planted@reader.example"


class Letter:
    """What is sent."""

    def as_bytes(self):
        return b"To: planted@reader.example\r\n\r\nwords"


@pytest.fixture
def open_to_all():
    """A machine on which every file is made readable for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def a_database(instance):
    app = create_app({"INSTANCE": str(instance)})
    with app.app_context():
        schema.ready()
        with write() as session:
            session.add(User(email=PLANTED, name="Ada", created_at=NOON))
        files = {path.name: mode_of(path) for path in instance.glob("corrections.sqlite*")}
        db.session.remove()
        db.engine.dispose()
    return files


def test_all_that_is_made_is_its_owners_whatever_the_umask(tmp_path, open_to_all):
    instance = tmp_path / "instance"

    files = a_database(instance)
    MaildirPost(instance / "mail").send(Letter())

    assert {"corrections.sqlite", "corrections.sqlite-wal", "corrections.sqlite-shm"} <= set(files)
    assert set(files.values()) == {0o600}
    assert mode_of(instance) == 0o700
    assert [mode_of(path) for path in (instance / "mail" / "new").iterdir()] == [0o600]


def test_a_folder_that_everybody_shares_stays_shared_and_the_files_in_it_are_closed(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)

    files = a_database(shared)

    assert mode_of(shared) == 0o1777
    assert set(files.values()) == {0o600}


def test_what_stood_open_is_closed_at_the_start_and_said_once(tmp_path, caplog):
    instance = tmp_path / "instance"
    a_database(instance)
    instance.chmod(0o755)
    (instance / "corrections.sqlite").chmod(0o644)
    (instance / "mail" / "new").mkdir(parents=True)
    letter = instance / "mail" / "new" / "1"
    letter.write_text("words")
    letter.chmod(0o644)

    with caplog.at_level(logging.WARNING):
        create_app({"INSTANCE": str(instance)})
        create_app({"INSTANCE": str(instance)})

    assert mode_of(instance) == 0o700
    assert mode_of(instance / "corrections.sqlite") == mode_of(letter) == 0o600
    said = [record for record in caplog.records if "could read" in record.getMessage()]
    assert len(said) == 1


def test_a_statement_that_fails_puts_no_address_into_the_log(app, caplog):
    values = {"email": PLANTED, "name": PLANTED, "role": "admin", "created_at": NOON}

    def insert_twice():
        with write() as session:
            session.execute(insert(User).values(**values))
            session.execute(insert(User).values(**values))

    with caplog.at_level(logging.DEBUG), app.test_request_context("/"):
        with pytest.raises(IntegrityError) as failed:
            insert_twice()
        answer = app.make_response(app.handle_user_exception(failed.value))

    assert answer.status_code == 500
    assert "IntegrityError" in caplog.text
    assert PLANTED not in caplog.text


def test_an_instance_that_cannot_be_written_to_is_one_line(tmp_path):
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    (instance / "serve.lock").mkdir()  # root may write into any folder, but not into this
    done = subprocess.run(
        [sys.executable, "-m", "corrections_app", "serve", "--port", "5479"],
        cwd=ROOT,
        env=environment(instance),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"corrections: {instance}/serve.lock: ")
    assert "must be writable" in done.stderr


def test_a_read_only_folder_is_one_line(tmp_path, monkeypatch, capsys):
    from corrections_app import cli

    def refused(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", str(tmp_path / ".secret_key"))

    monkeypatch.setattr("tempfile.mkstemp", refused)
    monkeypatch.setenv("CORRECTIONS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setattr(sys, "argv", ["corrections", "serve"])
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"corrections: {tmp_path}/.secret_key: Permission")
