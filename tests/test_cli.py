"""The commands: what they print, and how they say no."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select, text

from corrections_app import cli
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Article, Revision
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, sign_in
from corrections_app.workflow.people.one_time_links import Purpose
from tests.builders import NOON
from tests.processes import ROOT
from tests.smtp_sink import Sink

TEXT = "The harbour wall\n\nThe council voted on Tuesday.\n\nWork begins\nin May.\n"


@dataclass
class Done:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(tmp_path, database, monkeypatch, capsys):
    """Runs a command as its console script does, with the settings given."""

    def run(*arguments, **settings):
        named = {"DATABASE_URL": database, "INSTANCE": str(tmp_path / "instance")} | settings
        for name, value in named.items():
            monkeypatch.setenv(f"CORRECTIONS_{name}", value)
        monkeypatch.setattr(sys, "argv", ["corrections", *map(str, arguments)])
        monkeypatch.chdir(ROOT)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def news(tmp_path):
    path = tmp_path / "harbour-wall.txt"
    path.write_text(TEXT)
    return path


def one_line(text):
    return text.count("\n") == 1 and text.startswith("corrections: ")


def test_an_import_prints_slug_revision_and_title(run, news):
    done = run("import", news, "--title", "The wall")

    assert (done.returncode, done.stdout) == (0, "harbour-wall\t1\tThe wall\n")


def test_an_unchanged_file_makes_no_revision_and_a_changed_one_does(run, news):
    run("import", news)
    again = run("import", news)
    news.write_text(TEXT.replace("voted", "met"))
    changed = run("import", news)

    assert again.stdout == "harbour-wall\t1\tThe harbour wall\n"
    assert changed.stdout == "harbour-wall\t2\tThe harbour wall\n"


def test_a_dry_run_changes_nothing(run, news):
    assert run("import", news, "--dry-run").stdout == "harbour-wall\t1\tThe harbour wall\n"
    news.write_text(TEXT.replace("voted", "met"))
    assert run("import", news, "--dry-run").stdout == "harbour-wall\t1\tThe harbour wall\n"


def test_what_was_left_out_is_said_on_standard_error(run, news):
    done = run("import", news, "--drop", "The council .*")

    assert done.returncode == 0
    assert "The council voted" in done.stderr


def test_one_bad_file_does_not_stop_the_others(run, news, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe binary \x00")

    done = run("import", bad, news)

    assert done.returncode == 1
    assert done.stdout.startswith("harbour-wall\t1\t")
    assert f"{bad}: is UTF-16" in done.stderr
    assert done.stderr.splitlines()[-1] == "corrections: 1 imported, 1 not imported."


def test_an_export_brings_every_post_and_passes_over_the_rest(run, tmp_path, make_app):
    export = tmp_path / "export.xml"
    export.write_text(
        '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><language>en</language>'
        "<item><title>The quay</title><wp:post_id>7</wp:post_id><wp:post_name>quay</wp:post_name>"
        "<content:encoded>Ships waited.</content:encoded></item>"
        "<item><title>The fair</title><wp:post_id>8</wp:post_id>"
        "<content:encoded>It rained.</content:encoded></item>"
        "<item><title>A boat</title><wp:post_type>attachment</wp:post_type></item>"
        "</channel></rss>"
    )

    done = run("import", export)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "quay\t1\tThe quay\nthe-fair\t1\tThe fair\n"
    assert done.stderr.splitlines()[-1] == "corrections: 2 imported, 1 skipped."
    with make_app().app_context():
        ids = db.session.scalars(select(Article.external_id).order_by(Article.external_id))
        assert list(ids) == ["7", "8"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["import"], 2),
        (["import", "nowhere.txt"], 1),
        (["import", "README.md", "--slug", "Not A Slug", "--title", "T"], 1),
        (["import", "README.md", "--notice", "Sorry."], 2),
        (["import", "README.md", "--notice", "Sorry.", "--class", "silent"], 2),
        (["import", "README.md", "--class", "correction"], 2),
        (["import", "README.md", "--class", "update", "--notice", " "], 2),
        (["import", "README.md", "CHANGELOG.md", "--slug", "one"], 2),
        (["import", "README.md", "--class", "fancy"], 2),
        (["import", "README.md", "--drop", "("], 1),
        (["people", "add", "nobody"], 1),
        (["people", "add", "a@b.example", "--role", "king"], 2),
        (["people", "link", "nobody@b.example"], 1),
        (["people", "disable", "nobody@b.example"], 1),
        (["mail", "retry", "99"], 1),
        (["serve", "--port", "99999"], 2),
        (["dance"], 2),
        (["--dance"], 2),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, arguments, status):
    failed = run(*arguments)

    assert failed.returncode == status
    assert one_line(failed.stderr), failed.stderr
    assert failed.stdout == ""


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"UNDO_SECONDS": "soon"}, "CORRECTIONS_UNDO_SECONDS"),
        ({"MAIL_URL": "mail.example.org"}, "CORRECTIONS_MAIL_URL"),
        ({"PUBLIC_URL": "example.org"}, "CORRECTIONS_PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://x"}, "CORRECTIONS_DATABASE_URL"),
        ({"TIMEZONE": "Atlantis"}, "CORRECTIONS_TIMEZONE"),
        ({"LIMITS": "many"}, "CORRECTIONS_LIMITS"),
    ],
)
def test_nonsense_stops_the_start_with_a_sentence(run, settings, named):
    failed = run("check", **settings)

    assert failed.returncode == 1
    assert one_line(failed.stderr)
    assert named in failed.stderr


def test_people_come_and_go(run):
    assert run("people", "add", "Mira@courier.example", "--role", "editor").stdout == (
        "mira@courier.example\teditor\n"
    )
    assert "/sign-in/" in run("people", "link", "mira@courier.example").stdout
    assert "no second step" in run("people", "reset-factor", "mira@courier.example").stderr
    assert run("people", "disable", "mira@courier.example").returncode == 0
    assert "mira@courier.example\teditor\tdisabled\tnever\n" in run("people", "list").stdout


def test_check_finds_nothing_wrong_with_a_fresh_instance(run):
    done = run("check")

    assert done.returncode == 0, done.stdout
    assert "BAD" not in done.stdout


def test_a_letter_that_went_nowhere_is_not_called_sent(run, app):
    sign_in.mail_link(
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON).email,
        Purpose.SIGN_IN,
        now=now(),  # of long ago, its copy would be gone at once
    )
    db.session.rollback()

    assert run("mail", "deliver").stdout.startswith("0 written, 1 kept here")
    assert run("mail", "list").stdout.startswith("1\tkept here\tsign_in\tmax@courier.example")


def test_check_is_content_with_an_instance_that_serve_has_yet_to_fill(run, databases):
    empty = run("check", DATABASE_URL=databases.empty())

    assert empty.returncode == 0, empty.stdout
    assert "none yet; corrections serve makes it" in empty.stdout


def test_check_names_what_is_wrong_and_the_remedy(run, make_app, databases):
    url = databases.fresh()
    with make_app(DATABASE_URL=url).app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    old = run("check", DATABASE_URL=url)

    assert old.returncode == 1
    assert "version 0001" in old.stdout
    assert "corrections db upgrade" in old.stdout


def test_every_command_shows_an_example(run):
    groups = {"people": ["add", "list", "disable", "link", "reset-factor"], "db": ["upgrade"]}
    groups["mail"] = ["worker", "deliver", "list", "retry"]
    commands = [[name] for name in ("serve", "import", "check")]
    commands += [[group, name] for group, names in groups.items() for name in names]

    for command in commands:
        assert "Example: corrections " in " ".join(run(*command, "--help").stdout.split())


def test_a_bare_day_is_a_day_of_the_newsroom(run, tmp_path, make_app):
    day = tmp_path / "day.md"
    day.write_text("---\ntitle: The quay\ndate: 2024-01-02\nlang: en\n---\n\nShips waited.\n")

    done = run("import", day, TIMEZONE="America/New_York")

    assert done.returncode == 0, done.stderr
    with make_app().app_context():
        published = db.session.scalars(select(Article.published_at)).one()
    assert published.isoformat() == "2024-01-02T05:00:00+00:00"


def test_a_file_of_which_no_address_can_be_made_stops_no_other(run, news, tmp_path):
    nameless = tmp_path / "Привіт.txt"
    nameless.write_text("Привіт\n\nСвіт.\n")

    failed = run("import", news, nameless)

    assert failed.returncode == 1
    assert "--slug" in failed.stderr
    assert failed.stdout.startswith("harbour-wall\t1\t")


def test_two_files_never_become_two_revisions_of_one_article(run, news, tmp_path):
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / news.name
    other.write_text("Another\n\nNews of another day.\n")

    failed = run("import", news, other)

    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.count("would be at harbour-wall too") == 2


def test_words_that_are_not_text_do_no_harm(run, news):
    done = run("import", news, "--section", "Sport\udcff")

    assert (done.returncode, done.stdout) == (0, "harbour-wall\t1\tThe harbour wall\n")


def test_a_file_that_is_no_database_is_said_in_one_line(run, tmp_path):
    (tmp_path / "broken.sqlite").write_text("nothing that a database would be" * 40)

    failed = run("people", "list", DATABASE_URL=f"sqlite:///{tmp_path / 'broken.sqlite'}")

    assert failed.returncode == 1
    assert one_line(failed.stderr)


def test_a_number_no_letter_has_is_misuse(run):
    failed = run("mail", "retry", 2**63)

    assert failed.returncode == 2
    assert one_line(failed.stderr)


def test_an_audit_that_is_whole_is_counted(run, news):
    run("import", news)

    done = run("audit", "verify")

    assert (done.returncode, done.stdout) == (0, "1 events in 1 chains, 0 faults\n")


def test_an_audit_with_a_fault_fails_the_command(run, news, make_app):
    run("import", news)
    with make_app().app_context(), db.engine.begin() as connection:
        connection.execute(delete(Revision))

    done = run("audit", "verify")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "There is an event, and nothing was done: revision of 1 of article:1.",
        "1 events in 1 chains, 1 faults",
    ]


@pytest.mark.parametrize(("query", "mark"), [("", "ok  "), ("?tls=starttls", "BAD ")])
def test_check_goes_the_way_of_letters_as_far_as_the_server_takes_them(run, tmp_path, query, mark):
    sink = Sink(tmp_path / "sink")  # which answers, and has no TLS

    done = run("check", MAIL_URL=sink.url + query)

    sink.close()
    assert any(line.startswith(f"{mark}  mail: 127.0.0.1") for line in done.stdout.splitlines())
    assert done.returncode == (1 if query else 0)
