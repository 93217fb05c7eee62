"""Articles are taken down from the command line as from the page: two steps, by an editor."""

from __future__ import annotations

from tests.test_cli import news, one_line, run

__all__ = ["news", "run"]

WHY = "It was published by mistake."
EDITOR = {"EDITOR": "mira@courier.example"}


def ready(run, news):
    run("import", news)
    run("people", "add", "mira@courier.example", "--role", "editor")
    run("people", "add", "max@courier.example")


def test_an_article_is_taken_down_and_brought_back(run, news):
    ready(run, news)

    down = run("articles", "retire", "harbour-wall", "--reason", WHY, "--yes", **EDITOR)
    again = run("import", news, "--title", "Other")
    back = run("articles", "bring-back", "harbour-wall", "--yes", **EDITOR)

    assert (down.returncode, down.stdout) == (0, "harbour-wall\ttaken down\t0 closed\n")
    assert (again.returncode, WHY in again.stderr) == (1, True)
    assert (back.returncode, back.stdout) == (0, "harbour-wall\tbrought back\t0 wait again\n")


def test_without_an_answer_nothing_is_done(run, news):
    ready(run, news)

    asked = run("articles", "retire", "harbour-wall", "--reason", WHY, **EDITOR)
    still = run("articles", "bring-back", "harbour-wall", "--yes", **EDITOR)

    assert (asked.returncode, one_line(asked.stderr)) == (2, True)
    assert "--yes" in asked.stderr
    assert (still.returncode, "not taken down" in still.stderr) == (1, True)


def test_it_is_an_editors_act(run, news):
    ready(run, news)
    command = ("articles", "retire", "harbour-wall", "--reason", WHY, "--yes", "--by")

    moderator = run(*command, "max@courier.example")
    nobody = run(*command, "ben@courier.example")
    lost = run("articles", "retire", "nowhere", "--reason", WHY, "--yes", **EDITOR)
    wordless = run("articles", "retire", "harbour-wall", "--reason", " ", "--yes", **EDITOR)

    for refused in (moderator, nobody, lost, wordless):
        assert (refused.returncode, one_line(refused.stderr)) == (1, True)
    assert "people list" in nobody.stderr
