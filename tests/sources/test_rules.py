"""The operator's patterns: furniture in its place, and what is left out."""

from __future__ import annotations

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import Options, read

TEXT = """Ferry late

It left at noon.

Read more
Other news

Pier closed

What now?

It came back.

Write to us
or call
"""


@pytest.fixture
def path(document):
    return document("ferry.txt", TEXT)


def lines(document):
    return [part.text if isinstance(part, Block) else part for part in document.body]


def test_all_blocks_from_the_first_match_to_the_second_are_one_box_in_their_place(path) -> None:
    read_document = read(path, Options(aside_between=(("Read more.*", "What .*"),)))
    assert lines(read_document) == [
        "Ferry late",
        "It left at noon.",
        Aside("related", ("Read more Other news", "Pier closed", "What now?")),
        "It came back.",
        "Write to us or call",
    ]


def test_a_pattern_must_match_the_whole_block(path) -> None:
    read_document = read(path, Options(drop=("Write",)))
    assert lines(read_document)[-1] == "Write to us or call"
    assert "No block matches --drop 'Write'." in read_document.notes


def test_what_a_pattern_drops_is_said(path) -> None:
    read_document = read(path, Options(drop=("Write .*",)))
    assert lines(read_document)[-1] == "It came back."
    assert read_document.dropped == ("Left out by --drop: “Write to us or call”.",)


def test_blocks_of_one_pattern_that_stand_together_are_one_box(path) -> None:
    read_document = read(path, Options(aside=("(Read more|Pier|What).*",)))
    assert Aside("related", ("Read more Other news", "Pier closed", "What now?")) in lines(
        read_document
    )


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Advertisement", "ad"),
        ("Реклама", "ad"),
        ("Read also: x", "related"),
        ("By the sea", "note"),
    ],
)
def test_furniture_is_named_for_what_it_says(document, label, role) -> None:
    path = document("a.txt", f"Ferry\n\n{label}\n\nNoon.")
    assert lines(read(path, Options(aside=(".*" + label,))))[1] == Aside(role, (label,))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (Options(aside=("Nothing",)), "--aside 'Nothing'"),
        (Options(aside_between=(("Nothing", "What .*"),)), "--aside-between 'Nothing'"),
        (Options(aside_between=(("Read .*", "Nothing"),)), "--aside-between 'Nothing'"),
        (Options(drop=("Nothing",)), "--drop 'Nothing'"),
    ],
)
def test_a_pattern_that_matches_nothing_changes_nothing_and_is_said(path, options, name) -> None:
    read_document = read(path, options)
    assert lines(read_document) == lines(read(path))
    assert f"No block matches {name}." in read_document.notes


def test_a_pattern_that_never_comes_to_an_end_is_refused(document) -> None:
    path = document("a.txt", "Ferry\n\n" + "a" * 5000 + "b")
    with pytest.raises(ImportRefused, match="takes too long"):
        read(path, Options(drop=("(a|aa)+(a|aa)+$",)))


def test_the_headline_is_not_for_patterns(path) -> None:
    assert read(path, Options(drop=("Ferry.*",))).title == "Ferry late"
