"""What the pages about security promise: each test they name exists, and nothing is left out."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SAID = re.compile(r"\b(open|not applicable|deployment): \S")
"""What stands where no test can: with a reason each time."""
LOCKED = re.compile(r"^[\w.\[\]-]+==\S+.*\n {4}--hash=sha256:[0-9a-f]{64}", re.MULTILINE)
PAGES = ("docs/threats.md", "docs/asvs.md")
# The items of levels 1 and 2 that apply here, by section: first and last, less those left out.
APPLY = """
1.1.1-2 1.2.1-5 1.2.9 1.3.1-3 1.3.5-7 1.3.10-11 1.5.2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2
3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 4.1.1-3 4.2.1 5.1.1 5.2.1-3 5.3.1-2 5.4.1-2 6.1.1-3 6.2.1-12
6.3.1-4 6.4.1-4 6.5.1-5 6.6.2-3 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 8.1.1-2 8.2.1-3 8.3.1
9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.5.1-4 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 12.1.1-3
12.2.1-2 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3
15.3.1-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""


def rows(page: str) -> list[list[str]]:
    """The cells of every row of a page's tables, without their heads."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line, after in pairwise([*lines, ""])
        if line.startswith("|") and not f"{line}{after}".count("|---")
    ]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_exists(page):
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))

    assert len(named) > 40
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or name not in names_in(path)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_every_row_says_what_shows_it_or_that_nothing_does(page):
    found = rows(page)

    assert len(found) > 30
    unsaid = [row[0] for row in found if not NAMED.search(row[-1]) and not SAID.search(row[-1])]
    assert unsaid == []


def test_every_item_of_the_standard_that_applies_has_one_row():
    items = [row[0] for row in rows("docs/asvs.md")]

    assert sorted(items) == sorted(applicable())


def applicable() -> list[str]:
    """Each item that applies, by its number."""
    found = []
    for span in APPLY.split():
        first, _, last = span.partition("-")
        section, _, low = first.rpartition(".")
        found += [f"{section}.{number}" for number in range(int(low), int(last or low) + 1)]
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_is_locked_by_its_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert len(named) > 30
    assert len(LOCKED.findall(text)) == len(named)
