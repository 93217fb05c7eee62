"""Tokens from the command line: made and printed once, listed, revoked."""

from __future__ import annotations

import re

from tests.test_cli import one_line, run

__all__ = ["run"]

MAX = "max@courier.example"


def test_a_token_is_printed_once_listed_and_revoked(run):
    run("people", "add", MAX)

    made = run(
        *("tokens", "add", "static site", "--scope", "notices:read", "--scope", "articles:read"),
        *("--for", MAX, "--expires", "30"),
    )
    listed = run("tokens", "list")
    number = listed.stdout.partition("\t")[0]
    revoked = run("tokens", "revoke", number)
    after = run("tokens", "list")

    assert made.returncode == 0
    assert re.fullmatch(r"rc_[\w-]{43}\n", made.stdout)
    assert "only now" in made.stderr
    assert made.stdout.strip() not in listed.stdout
    fields = listed.stdout.rstrip("\n").split("\t")
    assert fields[1:5] == ["active", "static site", "articles:read notices:read", MAX]
    assert fields[-1] == "never used"
    assert (revoked.returncode, revoked.stdout) == (0, f"{number}\trevoked\tstatic site\n")
    assert after.stdout.split("\t")[1] == "revoked"


def test_nothing_is_let_in_again_where_nothing_is_held(run):
    refused = run("tokens", "release")

    assert (refused.returncode, refused.stderr) == (1, "corrections: No tokens are held.\n")


def test_what_cannot_be_said_of_a_token_is_refused_in_a_line(run):
    run("people", "add", MAX)
    known = ("tokens", "add", "x", "--scope")

    misuse = [run("tokens", "add", "x"), run(*known, "everything"), run("tokens", "revoke", "x")]
    refused = [
        run(*known, "articles:read", "--for", "nobody@courier.example"),
        run(*known, "hooks:write", "--for", MAX),
        run(*known, "articles:read", "--for", MAX, "--expires", "0"),
        run("tokens", "add", " ", "--scope", "articles:read", "--for", MAX),
        run("tokens", "revoke", "7"),
    ]

    assert [(one.returncode, one_line(one.stderr)) for one in misuse] == [(2, True)] * 3
    assert [(one.returncode, one_line(one.stderr)) for one in refused] == [(1, True)] * 5
    assert "hooks:write" in refused[1].stderr
