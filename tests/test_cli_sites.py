"""The commands of sites: what they print, how they say no, and that no key is ever seen."""

from __future__ import annotations

import io
import logging
import re
import stat
import sys
import traceback

import pytest
from click.testing import CliRunner

from corrections_app import cli
from corrections_app.sites.outside import Client
from tests.sites import ghost
from tests.sites.answering import answering, page
from tests.sites.test_git import POST, Repository
from tests.test_cli import one_line, run

__all__ = ["run"]

SECRET = "ann:tops ecre tkey"
PARTS = ("tops", "ecre", "tkey", "YW5uOnRvcHMgZWNyZSB0a2V5")


class Typed(io.StringIO):
    """Standard input that is no terminal."""


@pytest.fixture
def type_in(monkeypatch):
    """What standard input says from now on."""
    return lambda words: monkeypatch.setattr(sys, "stdin", Typed(words))


@pytest.fixture
def there():
    """A Ghost that answers, with one post."""
    fake = ghost.Ghost()
    with answering(fake) as server:
        fake.url, fake.host = server.url, server.url.removeprefix("http://")
        fake.post("The harbour", "The council met.")
        yield fake


@pytest.fixture
def repository(tmp_path):
    found = Repository(tmp_path / "site")
    found.commit(content__wall_md=POST, content__quay_md=POST.replace("wall", "quay"))
    return found


def test_a_site_is_added_looked_at_listed_gone_through_and_removed(run, type_in, there):
    type_in(ghost.KEY + "\n")
    inside = {"INSIDE_HOSTS": there.host}
    added = run(
        "sites", "add", there.url, "--kind", "ghost", "--name", "news", "--lang", "en", **inside
    )
    looked = run("sites", "check", **inside)
    first = run("sites", "sync", **inside)
    again = run("sites", "sync", "news", **inside)
    nowhere = run("sites", "sync", "news", "elsewhere", **inside)
    listed = run("sites", "list", **inside)
    removed = run("sites", "remove", "news", **inside)

    assert (added.returncode, added.stdout) == (0, f"news\tghost\t{there.url}\n")
    assert "ok    site news: authorised: the key is known" in added.stderr
    assert (looked.returncode, looked.stdout) == (0, added.stderr)
    assert re.search(r"changes at http\S+/sites/news-\S{24}/changed \(address http", looked.stdout)
    assert (first.returncode, first.stdout) == (0, "the-harbour\t1\tThe harbour\n")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert nowhere.returncode == 1
    assert one_line(nowhere.stderr)
    assert listed.stdout.startswith(f"news\tghost\t{there.url}\t1\t")
    assert " UTC\t" in listed.stdout
    assert removed.stdout == "news\tremoved\t1 articles stay\n"
    assert run("sites", "list").stdout == ""


def test_a_git_folder_needs_no_key(run, repository):
    added = run(
        "sites", "add", repository.folder, "--kind", "git", "--branch", "main",
        "--folder", "content", "--pages", "https://news.example/{slug}/",
    )  # fmt: skip
    synced = run("sites", "sync", "site")

    assert added.stdout == f"site\tgit\tfile://{repository.folder}\n"
    assert synced.stdout == "quay\t1\tThe quay\nwall\t1\tThe wall\n"


def test_a_change_of_facts_is_refused_with_the_words_that_bring_it_in(run, repository):
    run("sites", "add", repository.folder, "--kind", "git", "--name", "news")
    run("sites", "sync")
    repository.commit(
        content__wall_md=POST + "\nIt cost 4 million.\n", content__new_md="# New\n\nWords."
    )
    refused = run("sites", "sync")
    listed = run("sites", "list")
    taken = run("sites", "sync", "news", "content/wall.md", "--class", "silent")

    assert (refused.returncode, refused.stdout) == (1, "new\t1\tNew\n")
    assert "wall: not imported" in refused.stderr
    assert "--class correction --notice TEXT" in refused.stderr
    assert listed.stdout.endswith("\t1 differ from the site\n")
    assert (taken.returncode, taken.stdout) == (0, "wall\t2\tThe wall\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("https://news.example", "--kind", "page"), "--content"),
        (("https://10.0.0.1", "--kind", "nothing"), "nothing"),
        (("http://news.example", "--kind", "page", "--content", "main"), "not encrypted"),
        (
            ("https://news.example:8443", "--kind", "page", "--content", "main"),
            "no port of the web",
        ),
        (("https://a:b@news.example", "--kind", "page", "--content", "main"), "give the key apart"),
        (("https://news.example/?p=1", "--kind", "page", "--content", "main"), "without ?"),
        (("https://news.example", "--kind", "git"), "give its path"),
        (("https://news.example", "--kind", "wordpress", "--content", "main"), "kind page"),
        (("https://news.example", "--kind", "page", "--content", "m", "--name", "A b"), "--name"),
        (("https://news.example", "--kind", "page", "--content", "m", "--lang", "!"), "--lang"),
        (("https://news.example", "--kind", "wordpress"), "user:application password"),
        (("https://news.example", "--kind", "ghost"), "id:secret"),
    ],
)
def test_what_cannot_be_a_site_is_refused_in_one_line(run, type_in, arguments, said):
    type_in("tops-ecre-tkey\n")
    done = run("sites", "add", *arguments)

    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert one_line(done.stderr) or "Usage" in done.stderr
    assert "tkey" not in done.stderr + done.stdout
    assert run("sites", "list").stdout == ""


def test_a_name_is_of_one_kind_and_may_be_described_anew(run, type_in, there, repository):
    inside = {"INSIDE_HOSTS": there.host}
    run("sites", "add", repository.folder, "--kind", "git", "--name", "news")
    type_in(ghost.KEY)
    refused = run("sites", "add", there.url, "--kind", "ghost", "--name", "news", **inside)
    again = run(
        "sites", "add", repository.folder, "--kind", "git", "--name", "news", "--folder", "content"
    )

    assert one_line(refused.stderr)
    assert "corrections sites remove news" in refused.stderr
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sync", "other"), "There is no site 'other'"),
        (("remove", "other"), "There is no site 'other'"),
        (("check", "other"), "There is no site 'other'"),
        (("sync", "--since", "yesterday"), "--since is a date"),
        (("sync", "--class", "correction"), "--notice"),
    ],
)
def test_misuse_is_said_in_one_line(run, arguments, said):
    done = run("sites", *arguments)

    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert one_line(done.stderr)


def test_one_site_that_is_down_stops_no_other(run, type_in, there, repository):
    inside = {"INSIDE_HOSTS": f"{there.host},127.0.0.1:1"}
    type_in(ghost.KEY)
    down = run("sites", "add", "http://127.0.0.1:1", "--kind", "ghost", "--name", "a", **inside)
    run("sites", "add", repository.folder, "--kind", "git", "--name", "b", "--folder", "content")

    done = run("sites", "sync", **inside)

    assert down.returncode == 1
    assert "BAD   site a: not usable" in down.stderr
    assert (done.returncode, done.stdout) == (1, "quay\t1\tThe quay\nwall\t1\tThe wall\n")
    assert (
        "corrections: a: http://127.0.0.1:1 cannot be reached (Connection refused)" in done.stderr
    )


def test_a_key_that_is_missing_is_asked_for_by_name(run, type_in, there, tmp_path):
    inside = {"INSIDE_HOSTS": there.host}
    type_in(ghost.KEY)
    run("sites", "add", there.url, "--kind", "ghost", "--name", "my-news", **inside)
    (tmp_path / "instance" / "secrets" / "my-news").unlink()

    missing = run("sites", "sync", **inside)
    given = run("sites", "sync", SITE_MY_NEWS_SECRET=ghost.KEY, **inside)
    settings = run("check", **inside)

    assert missing.returncode == 1
    assert "set CORRECTIONS_SITE_MY_NEWS_SECRET" in missing.stderr
    assert given.stdout == "the-harbour\t1\tThe harbour\n"
    assert "MY_NEWS" not in settings.stdout


def test_the_check_of_everything_looks_at_sites_too(run, type_in, there):
    inside = {"INSIDE_HOSTS": there.host}
    type_in(ghost.KEY)
    run("sites", "add", there.url, "--kind", "ghost", "--name", "news", **inside)

    assert "ok    site news: authorised: the key is known" in run("check", **inside).stdout


def test_a_key_is_a_file_for_its_owner_alone(run, type_in, there, tmp_path):
    type_in(ghost.KEY)
    run("sites", "add", there.url, "--kind", "ghost", "--name", "news", INSIDE_HOSTS=there.host)
    folder = tmp_path / "instance" / "secrets"
    (folder / "news").chmod(0o644)
    folder.chmod(0o755)

    run("sites", "list")

    assert [path.name for path in folder.iterdir()] == ["news"]
    assert (folder / "news").read_text() == ghost.KEY
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "news").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: page(b'{"code": "incorrect_password"}', status="401 No"),
        lambda asked: page(asked.headers["authorization"].encode(), status="500 No"),
        lambda asked: page(b"{}", f"X: {asked.headers['authorization']}"),
        lambda asked: page(
            b"", f"Location: /{asked.headers['authorization'][6:]}", status="302 No"
        ),
        lambda asked: iter([asked.headers["authorization"].encode()]),
    ],
)
def test_no_key_is_ever_printed_or_logged(run, type_in, caplog, answer, tmp_path):
    caplog.set_level(logging.DEBUG)
    with answering(answer) as server:
        inside = {"INSIDE_HOSTS": server.url.removeprefix("http://")}
        type_in(SECRET)
        added = run("sites", "add", server.url, "--kind", "wordpress", "--name", "news", **inside)
        done = [added, run("sites", "sync", **inside), run("check", **inside)]

    said = "".join(one.stdout + one.stderr for one in done) + caplog.text
    assert "news" in said
    assert not [part for part in PARTS if part in said]
    kept = [
        p for p in (tmp_path / "instance").rglob("*") if p.is_file() and p.parent.name != "secrets"
    ]
    assert not [p for p in kept if b"tkey" in p.read_bytes()]


def test_no_key_stands_in_a_traceback(run, type_in, monkeypatch):
    def breaks(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Client, "_answer", breaks)
    type_in(SECRET)
    with pytest.raises(RuntimeError) as fault:
        run("sites", "add", "https://news.example", "--kind", "wordpress")

    said = "".join(traceback.format_exception(fault.value))
    assert "in check" in said
    assert not [part for part in PARTS if part in said]


def test_at_a_terminal_the_key_is_typed_unseen_and_a_bar_grows(run, there, tmp_path, monkeypatch):
    for number in range(25):
        there.post(f"Post {number}", "Words.")

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    asked = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(
        cli.click, "prompt", lambda what, **more: asked.append((what, more)) or ghost.KEY
    )
    inside = {"INSIDE_HOSTS": there.host}
    run("sites", "add", there.url, "--kind", "ghost", "--name", "news", **inside)
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    done = run("sites", "sync", **inside)

    assert asked == [("Admin API key (id:secret)", {"hide_input": True})]
    assert done.returncode == 0
    assert "news" in shown.getvalue()
    assert "100%" in shown.getvalue()


def test_each_command_has_an_example():
    for command in ("add", "list", "check", "sync", "remove"):
        shown = CliRunner().invoke(cli.commands, ["sites", command, "--help"])
        assert f"Example: corrections sites {command}" in shown.output
