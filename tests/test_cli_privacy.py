"""`corrections privacy`: a copy, erasing and purging, with a server, a worker and mail at work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request

from sqlalchemy import func, select, text

from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, Notice
from corrections_app.models.engine import file_of
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept, an_article
from tests.processes import ROOT, environment, serving
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


def bytes_of(paths):
    return b"\n".join(path.read_bytes() for path in paths if path.is_file())


def test_erased_is_gone_from_every_byte_after_a_day_s_work(tmp_path, database):
    """A server, its worker and a mail server that names the address in what it refuses."""
    instance, post = tmp_path / "instance", Sink(tmp_path / "post")
    post.fail(rcpt_of={SPELT: f"550 5.1.1 <{SPELT}> is nobody here"})
    settings = {"DATABASE_URL": database, "UNDO_SECONDS": "0", "LIMITS": "off"}
    settings |= {"MAIL_URL": post.url, "MAIL_SENDER": "corrections@courier.example"}
    app = create_app({"INSTANCE": str(instance), **settings})
    try:
        with serving(instance, "--samples", **settings) as served, app.app_context():
            addresses.keep(addresses.key_of(ADA), now())  # more than one letter a day
            one = sent(served.url, "lighthouse-reopens", "a kettle", "one kettle", SPELT)
            other = sent(served.url, "harbour-tariffs", "the the pier", "the pier", ADA)
            decide_all()
            states = fates(2)
            kept = bytes_of(everything_in(instance)) + dumped()
            assert NAME.encode() in kept
            assert ADA.lower().encode() in kept.lower()

            erased = urllib.request.Request(f"{served.url}{one}/erase", data=b"", method="POST")
            with urllib.request.urlopen(erased) as answer:
                assert b"No address and no name" in answer.read()
            done = command(instance, settings, "privacy", "erase", ADA, "--yes")
            proof = command(instance, settings, "audit", "verify")
            with urllib.request.urlopen(f"{served.url}{other}") as answer:
                shown = answer.read()
            served.process.terminate()
            served.process.wait(60)
            said = served.process.stdout.read()
            db.session.rollback()
            counts = [
                db.session.scalar(select(func.count()).select_from(table))
                for table in (Correction, Notice, Letter)
            ]
            left = bytes_of(everything_in(instance)) + dumped() + said.encode()
            db.session.remove()
            db.engine.dispose()
    finally:
        post.close()

    assert sorted(states) == ["dead", "sent"]
    assert (done.returncode, done.stderr, proof.returncode) == (0, "", 0)
    assert "0 faults" in proof.stdout
    assert b"corrected" in shown
    assert counts == [2, 2, 2]
    for word in (ADA, SPELT, "unmistakable"):
        assert word.lower().encode() not in left.lower()


def sent(url, slug, exact, replacement, email):
    """The address of the receipt of what a reader sends of a sample."""
    said = {"revision": 1, "exact": exact, "replacement": replacement, "credit": "y"}
    body = json.dumps(said | {"email": email, "name": NAME, "key": exact}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    address = f"{url}/articles/{slug}/corrections"
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
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
    for _ in range(600):
        db.session.rollback()
        states = list(db.session.scalars(select(Letter.state).order_by(Letter.id)))
        if len(states) == count and not set(states) & {"ready", "sending"}:
            return states
        time.sleep(0.1)
    raise AssertionError(states)


def command(instance, settings, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "corrections_app", *arguments],
        cwd=ROOT,
        env=environment(instance, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


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
