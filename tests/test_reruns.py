"""What may be tried again is what a browser or a server takes part in, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.processes import ROOT
from tests.reruns import try_again

RARE = ["test_crash.py", "test_write_kills.py"]
"""Real servers too, but what fails in them once in a thousand times is what they look for."""


class Item:
    """A collected test."""

    def __init__(self, *marks: str) -> None:
        self.marks = [getattr(pytest.mark, name).mark for name in marks]

    def iter_markers(self):
        return self.marks

    def add_marker(self, decorator):
        self.marks.append(decorator.mark)

    @property
    def tries_more(self):
        return [mark.kwargs["reruns"] for mark in self.marks if mark.name == "flaky"]


@pytest.mark.parametrize(("setting", "more"), [("", []), ("0", []), ("1", [1])])
def test_only_where_it_is_asked_for_and_never_a_rule(monkeypatch, setting, more):
    monkeypatch.setenv("CORRECTIONS_RERUNS", setting)
    browser, served, rule = Item("browser"), Item("own_app", "served"), Item("own_app")

    try_again([browser, served, rule])

    assert [it.tries_more for it in (browser, served, rule)] == [more, more, []]


def test_no_rule_and_no_search_for_rare_faults_is_marked_to_be_tried_again():
    tests = ROOT / "tests"
    floors = [
        path for name in ("domain", "sources", "workflow") for path in tests.glob(f"{name}/**/*.py")
    ]
    told = re.compile(r"mark\.(served|browser|flaky)")

    marked = [
        path.name
        for path in [*floors, *map(tests.joinpath, RARE)]
        if told.search(path.read_text("utf-8"))
    ]

    assert marked == []
    assert len(floors) > 100
