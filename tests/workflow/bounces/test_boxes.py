"""Where reports are read: a maildir and a folder on a server, each message once."""

from __future__ import annotations

import os
import socket
import threading
from urllib.parse import quote

import pytest

from corrections_app.domain.bounces.source import Source
from corrections_app.extensions import db
from corrections_app.workflow.bounces import boxes, taking
from tests.builders import NOON
from tests.domain.bounces.samples import GARBAGE
from tests.imap_server import imap_server
from tests.workflow.bounces.test_taking import BOUNCES, LATER, a_letter, about, the_letter
from tests.workflow.letters.test_smtp import certificate_for


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of localhost."""
    return certificate_for("localhost", tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(certificate):
    """A server with the account, and the folder."""
    with imap_server(certificate) as server:
        yield server


def source_at(port, folder="Back in", password="p@ss:word"):
    return f"imaps://desk:{quote(password)}@localhost:{port}/{quote(folder)}"


@pytest.fixture
def maildir(tmp_path):
    """An empty maildir."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def in_app(make_app, source, act, **more):
    app = make_app(BOUNCES=BOUNCES, BOUNCE_SOURCE=source, **more)
    with app.app_context():
        try:
            return act(app)
        finally:
            db.session.rollback()


def test_a_maildir_is_read_once_and_what_was_looked_at_moves(make_app, maildir):
    def act(app):
        letter_id = a_letter()
        (maildir / "new" / "1.report").write_bytes(about(letter_id, "POSTFIX"))
        for number, raw in enumerate(GARBAGE):
            (maildir / "new" / f"0.{number}").write_bytes(raw)
        (maildir / "new" / "2.link").symlink_to("/etc/passwd")
        (maildir / "new" / "3.folder").mkdir()
        os.mkfifo(maildir / "new" / "4.pipe")
        first, second = taking.look(LATER), taking.look(LATER)
        return the_letter(letter_id).refusal, first, second

    refusal, first, second = in_app(make_app, f"maildir:{maildir}", act)

    assert refusal == "no_mailbox"
    assert first == {"no_mailbox": 1, "none": len(GARBAGE) + 3}
    assert second == {}
    assert list((maildir / "new").iterdir()) == []
    assert (maildir / "cur" / "1.report:2,S").exists()


def test_a_folder_on_a_server_is_read_once_and_what_was_looked_at_is_seen(
    make_app, server, certificate
):
    def act(app):
        letter_id = a_letter()
        server.messages[:] = [GARBAGE[1], about(letter_id, "EXCHANGE"), *GARBAGE[:8]]
        server.seen.add(1)
        first, second = taking.look(LATER), taking.look(LATER)
        return the_letter(letter_id).refusal, first, second

    given = {"MAIL_CAFILE": str(certificate)}
    refusal, first, second = in_app(make_app, source_at(server.port), act, **given)

    assert refusal == "no_mailbox"
    assert first == {"no_mailbox": 1, "none": 8}
    assert second == {}
    assert server.fetched == list(range(2, 11))
    assert server.seen == set(range(1, 11))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, "wrong name or password"),
        ({"folder": "Nowhere"}, "no such folder"),
    ],
)
def test_a_server_that_refuses_is_quoted_in_one_line(server, certificate, change, words):
    known = {"folder": "Back in", "password": "p@ss:word"} | change
    source = Source(host="localhost", port=server.port, user="desk", **known)

    with (
        pytest.raises(boxes.Trouble, match=words) as trouble,
        boxes.opened(source, str(certificate)),
    ):
        pass
    assert str(trouble.value).isprintable()


def test_a_certificate_that_is_not_trusted_ends_it_before_the_password(server):
    source = Source("Back in", "localhost", server.port, "desk", "p@ss:word")

    with (
        pytest.raises(boxes.Trouble, match="certificate is not trusted"),
        boxes.opened(source, None),
    ):
        pass


def test_a_server_that_says_nothing_is_given_up(certificate, monkeypatch):
    monkeypatch.setattr(boxes, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = Source("INBOX", "localhost", silent.getsockname()[1], "desk", "x")

        with (
            pytest.raises(boxes.Trouble, match="timed out"),
            boxes.opened(source, str(certificate)),
        ):
            pass


def test_what_is_no_maildir_is_said(tmp_path):
    with (
        pytest.raises(boxes.Trouble, match="is no maildir"),
        boxes.opened(Source(str(tmp_path)), None),
    ):
        pass


def test_a_message_that_breaks_the_reading_stops_it_once(make_app, maildir, monkeypatch, caplog):
    for name in ("1", "2"):
        (maildir / "new" / name).write_bytes(b"x")
    asked = []

    def take(raw, now):
        asked.append(raw)
        if len(asked) == 1:
            raise KeyError("of ada@reader.example")
        return "none"

    monkeypatch.setattr(taking, "take", take)

    assert in_app(make_app, f"maildir:{maildir}", lambda app: taking.look(NOON)) == {"none": 2}
    assert "could not be taken in" in caplog.text
    assert list((maildir / "new").iterdir()) == []


def test_the_worker_says_once_what_is_wrong_and_goes_on(make_app, maildir, caplog):
    stop, looks = threading.Event(), []

    def clock():
        looks.append(1)
        if len(looks) == 6:
            (maildir / "cur").mkdir()
        if len(looks) > 10:
            stop.set()
        return NOON

    (maildir / "cur").rmdir()
    (maildir / "new" / "1").write_bytes(b"x")
    in_app(
        make_app,
        f"maildir:{maildir}",
        lambda app: taking.run(app, stop, taking.timedelta(0), clock),
    )

    assert [one for one in caplog.messages if "is no maildir" in one] == caplog.messages
    assert len(caplog.messages) == 1
    assert not (maildir / "new" / "1").exists()
