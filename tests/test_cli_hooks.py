"""The commands of hooks."""

from __future__ import annotations

from standardwebhooks import Webhook

from tests.test_cli import run

__all__ = ["run"]


def test_a_hook_is_added_listed_tried_and_removed(run):
    made = run("hooks", "add", "https://desk.example/x", "--event", "correction.decided")
    listed = run("hooks", "list")
    tried = run("hooks", "test", "1")
    waits = run("hooks", "list")
    removed = run("hooks", "remove", "1")

    assert made.returncode == 0, made.stderr
    assert Webhook(made.stdout.strip())
    assert listed.stdout == "1\ton\thttps://desk.example/x\tcorrection.decided\t\t0 waiting\t\n"
    assert made.stdout.strip() not in listed.stdout + made.stderr
    assert tried.stdout == "1\ttest waiting\n"
    assert "1 waiting" in waits.stdout
    assert removed.stdout == "1\tremoved\n"
    assert run("hooks", "list").stdout == ""


def test_what_cannot_be_a_hook_is_said_in_one_line(run):
    for arguments, said in (
        (("add", "http://desk.example/"), "not encrypted"),
        (("add", "https://desk.example/", "--event", "hook.test"), "Choose what the program"),
        (("test", "7"), "There is no such hook"),
    ):
        done = run("hooks", *arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
