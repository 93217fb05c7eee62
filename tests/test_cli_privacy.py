"""`corrections privacy`: a copy, erasing and purging, with a server, a worker and mail at work."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from sqlalchemy import func, select, text

from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Letter, Notice
from corrections_app.models.engine import file_of
from corrections_app.workflow import audit
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.people import accounts
from corrections_app.workflow.privacy import traces
from tests.builders import NOON, a_correction, accept, an_article
from tests.processes import serving
from tests.smtp_sink import Sink
from tests.test_cli import run

__all__ = ["run"]

ADA = "ada.unmistakable@reader.example"
SPELT = "Ada.Unmistakable+harbour@reader.example"
NAME = "Ada Unmistakable Reader"


def test_misuse_is_told_in_a_line_and_nothing_is_done(run):
    unclear = run("privacy", "erase", ADA)
    nonsense = [run("privacy", act, "ada at reader") for act in ("export", "erase")]

    assert (unclear.returncode, unclear.stdout) == (2, "")
    assert "say --yes" in unclear.stderr
    assert [done.returncode for done in nonsense] == [2, 2]
    assert all("'ada at reader' is not an e-mail address" in done.stderr for done in nonsense)


def test_a_copy_and_erasing_by_command(run, app):
    reference = a_correction(an_article(), name=NAME, email=SPELT).reference
    db.session.rollback()

    copy = json.loads(run("privacy", "export", ADA).stdout)
    done = run("privacy", "erase", ADA, "--yes")
    after = json.loads(run("privacy", "export", ADA).stdout)

    assert [one["reference"] for one in copy["corrections"]] == [reference]
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 addresses and names" in done.stdout
    assert after["corrections"] == after["letters"] == after["letters_in_files"] == []


def test_what_stays_is_said_with_what_to_do(run, app):
    accounts.add(ADA, role="editor", now=NOON)
    said = f"Write to {ADA}."
    reference = a_correction(an_article(), explanation=said, email=SPELT).reference
    db.session.rollback()

    done = run("privacy", "erase", ADA, "--yes")

    assert done.returncode == 0
    assert f"people disable {ADA}" in done.stderr
    assert reference in done.stderr


def test_purging_by_command(run, app):
    a_correction(an_article(), email=SPELT)
    db.session.rollback()
    done = run("privacy", "purge", "--vacuum")

    assert done.returncode == 0
    assert done.stdout.startswith("1 addresses and names, 0 letters")  # of NOON, long ago
    assert "privacy: addresses go 30 days after the last letter" in run("check").stdout


def test_the_check_says_that_nobody_purges(run, app):
    a_correction(an_article(), email=SPELT)
    db.session.rollback()

    done = run("check")

    assert done.returncode == 1
    assert "some should be gone already → run corrections privacy purge" in done.stdout


def test_terms_that_contradict_each_other_do_not_start(run):
    done = run("check", KEEP_CONTACT_DAYS="40", KEEP_CONTACT_AT_MOST_DAYS="30")

    assert done.returncode == 1
    assert "KEEP_CONTACT_AT_MOST_DAYS is 30; it must be no less than" in done.stderr


def test_what_an_older_version_left_on_free_pages_goes_too(run, app):
    database = file_of(db.engine)
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.execute(text("CREATE TABLE search_old (words TEXT)"))
        known = {"words": f"{ADA} " * 2_000}
        connection.execute(text("INSERT INTO search_old VALUES (:words)"), known)
        connection.commit()
        if database:
            connection.connection.cursor().execute("PRAGMA secure_delete=0")
        connection.execute(text("DROP TABLE search_old"))
        connection.commit()
    files = list(database.parent.glob(f"{database.name}*")) if database else []
    assert not files or ADA.encode() in bytes_of(files)

    done = run("privacy", "erase", ADA, "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert ADA.encode() not in bytes_of(files)


def test_reports_in_the_box_of_bounces_are_named_and_left_there(run, app, tmp_path):
    """That box is the newsroom's own mailbox: nothing there is deleted for it."""
    box = tmp_path / "box"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    report = box / "cur" / "1:2,S"
    report.write_text(f"To: bounces@news.example\n\n<{ADA}>: unknown user\n")
    a_correction(an_article(), email=SPELT)
    db.session.rollback()

    bounces = {"BOUNCES": "bounces@news.example"}
    done = run("privacy", "erase", ADA, "--yes", BOUNCE_SOURCE=f"maildir:{box}", **bounces)
    far = {"BOUNCE_SOURCE": "imaps://b:secret-words@mail.example/INBOX", **bounces}
    elsewhere = run("privacy", "erase", ADA, "--yes", **far)

    assert done.returncode == elsewhere.returncode == 0
    assert "1 addresses and names" in done.stdout
    assert f"in {report}" in done.stderr
    assert "the mailbox of CORRECTIONS_BOUNCE_SOURCE" in elsewhere.stderr
    assert "secret" not in elsewhere.stderr
    assert report.exists()


def bytes_of(paths):
    return b"\n".join(path.read_bytes() for path in paths if path.is_file())


@pytest.mark.long
def test_erased_is_gone_from_every_byte_after_a_day_s_work(tmp_path, database):
    """A server, its worker and a mail server that names the address in what it refuses."""
    instance, post = tmp_path / "instance", Sink(tmp_path / "post")
    # Not a code that says there is no such mailbox: that would hold the other letter back.
    post.fail(rcpt_of={SPELT: f"550 <{SPELT}> is refused"})
    settings = {"DATABASE_URL": database, "UNDO_SECONDS": "0", "LIMITS": "off"}
    settings |= {"MAIL_URL": post.url, "MAIL_SENDER": "corrections@courier.example"}
    app = create_app({"INSTANCE": str(instance), **settings})
    try:
        with app.app_context(), serving(instance, **settings) as served:
            for slug in ("wall", "quay"):
                an_article(slug=slug)
            key = addresses.key_of(ADA)
            addresses.keep(key, now())  # more than one letter a day
            receipt = sent(served.url, "wall", SPELT)
            other = sent(served.url, "quay", ADA)
            decide_all()
            states = fates(2)
            kept = held(instance)

            one = posted(f"{served.url}{receipt}/erase")
            between = db.session.scalar(select(func.count()).select_from(Contact))
            rest = posted(f"{served.url}/letters/{addresses.token_of(key)}/erase")
            with urllib.request.urlopen(served.url + other) as answer:
                shown = answer.read()
            served.process.terminate()
            said = served.process.communicate(timeout=60)[0]
            db.session.rollback()
            assert traces.cover()
            left = held(instance) + said.encode().lower()
            tables = (Correction, Notice, Letter)
            counts = [db.session.scalar(select(func.count()).select_from(one)) for one in tables]
            faults = list(audit.verify(db.session()))
            db.session.remove()
            db.engine.dispose()
    finally:
        post.close()

    assert sorted(states) == ["dead", "sent"]
    told = [*PLAIN, key.encode()]
    assert [word for word in told if word not in kept] == []
    assert [word for word in told if word in left] == []
    assert b"No address and no name" in one
    assert b"It is erased" in rest
    assert b"corrected" in shown
    assert (between, counts, faults) == (1, [2, 2, 2], [])


PLAIN = [word.lower().encode() for word in (ADA, SPELT, NAME)]


def posted(address):
    with urllib.request.urlopen(urllib.request.Request(address, b"", method="POST")) as answer:
        return answer.read()


def sent(url, slug, email):
    """The address of the receipt of what a reader sends."""
    said = {"revision": 1, "exact": "the the", "replacement": "the", "credit": "y"}
    body = json.dumps(said | {"email": email, "name": NAME, "key": slug}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    asked = urllib.request.Request(f"{url}/articles/{slug}/corrections", body, headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)["url"]


def decide_all():
    """Accept what waits, each with a notice that thanks its reader by name."""
    editor = accounts.add("mira@courier.example", role="editor", now=now())
    for number in db.session.scalars(select(Correction.id).order_by(Correction.id)).all():
        accept(
            db.session.get_one(Correction, number),
            editor,
            now=now(),
            change_class="correction",
            notice="A word was wrong.",
            thanks=(number,),
        )


def fates(count):
    """What became of the letters, once there are so many and all are done with."""
    for _ in range(1_200):
        db.session.rollback()
        states = list(db.session.scalars(select(Letter.state).order_by(Letter.id)))
        if len(states) == count and not set(states) & {"ready", "sending"}:
            return states
        time.sleep(0.1)
    raise AssertionError(states)


def held(instance):
    """All that is kept, byte by byte, in small letters."""
    return (bytes_of(everything_in(instance)) + dumped()).lower()


def everything_in(instance):
    """Every file of the instance, and those of a SQLite database wherever it is."""
    database = file_of(db.engine)
    yield from sorted(instance.rglob("*"))
    yield from sorted(database.parent.glob(f"{database.name}*")) if database else ()


def dumped():
    """Every column of every row as text, where the files are a server's."""
    if file_of(db.engine):
        return b""
    db.session.rollback()
    with db.engine.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        ).all()
        rows = [
            row
            for table in tables
            for row in connection.scalars(text(f'SELECT t::text FROM "{table}" t'))
        ]
    return "\n".join(rows).encode()
