"""An article typed anew keeps the kinds, marks and furniture of what is still there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from corrections_app.domain.bodies.retype import replace_text
from corrections_app.domain.errors import Invalid
from corrections_app.domain.text.body import Aside, Block, Body, Mark, canonical_text, text_blocks
from tests.domain.bodies.test_patch import is_sound, linked, outline
from tests.domain.body_strategies import bodies, raw_text

HOME = "https://example.org/"
BODY: Body = (
    Block("title", "A quiet harbour wakes up again"),
    Block("standfirst", "After thirty years the ferries are back in town"),
    Aside("ad"),
    Block(
        "paragraph",
        "The first boat left at dawn, says the Harbour Office in its report.",
        (Mark("link", 38, 52, HOME), Mark("em", 0, 9)),
    ),
    Block("heading", "What it cost", level=2),
    Block("paragraph", "Nobody knows exactly, and nobody at the council wants to say."),
    Aside("related"),
    Block("list_item", "Two new piers of stone", level=1, ordered=True),
    Block("list_item", "One old crane, restored", level=1, ordered=True),
    Block("preformatted", "06:00  first boat\n \n23:00  last boat"),
    Aside("embed"),
)
TEXT = canonical_text(BODY)


def typed(text: str) -> Body:
    return replace_text(BODY, text)


CASES = [
    ("nothing", "", "", "TS·php·iic·"),
    ("a word", "dawn", "six", "TS·php·iic·"),
    ("a title edited", "wakes up", "comes alive", "TS·php·iic·"),
    ("a heading reworded from end to end", "What it cost", "Bills, bills", "TS·php·iic·"),
    ("a heading edited", "What it cost", "What it all cost", "TS·php·iic·"),
    ("a paragraph put in", "What it cost", "And so on it went.\n\nWhat it cost", "TS·pphp·iic·"),
    ("a heading gone", "What it cost\n\n", "", "TS·pp·iic·"),
    ("a list item put in", "One old crane", "A new lamp for all\n\nOne old crane", "TS·php·ipic·"),
    ("two blocks joined", "restored\n\n06:00  first boat\n \n", "restored, ", "TS·php·ii·"),
    ("a standfirst gone", "After thirty years the ferries are back in town\n\n", "", "T·php·iic·"),
    ("many blank lines", "\n\nWhat", "\n \n\n\t\n\nWhat", "TS·php·iic·"),
    ("a browser's line ends", "\n", "\r\n", "TS·php·iic·"),
    ("code edited", "06:00  first", "07:00  first", "TS·php·iic·"),
]


@pytest.mark.parametrize(
    ("words", "replacement", "layout"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_is_still_there_keeps_its_kind(words: str, replacement: str, layout: str) -> None:
    body = typed(TEXT.replace(words, replacement) if words else TEXT)
    assert outline(body) == layout
    assert is_sound(body)


def test_a_text_typed_unchanged_is_the_same_body() -> None:
    assert typed(TEXT) == BODY
    assert typed(TEXT.replace("\n", "\r\n") + "\r\n\r\n") == BODY


def test_code_keeps_its_blanks_and_a_list_its_numbers() -> None:
    blocks = text_blocks(typed(TEXT.replace("first boat\n", "first ferry\n")))
    assert blocks[-1] == Block("preformatted", "06:00  first ferry\n \n23:00  last boat")
    assert (blocks[-2].level, blocks[-2].ordered) == (1, True)


MARKS = [
    ("words before it", "at dawn", "early at half past five", ["Harbour Office", "The first"]),
    ("a link corrected", "Harbour Office", "Harbor Office", ["Harbor Office", "The first"]),
    ("typography about it", "The first", "“The first”", ["Harbour Office", "The first"]),
    ("a paragraph split", ", says the", ".\n\nSo says the", ["The first", "Harbour Office"]),
    ("emphasised words gone", "The first boat", "It", ["Harbour Office"]),
]


@pytest.mark.parametrize(
    ("words", "replacement", "held"), [case[1:] for case in MARKS], ids=[case[0] for case in MARKS]
)
def test_marks_stay_on_their_words(words: str, replacement: str, held: list[str]) -> None:
    assert linked(typed(TEXT.replace(words, replacement))) == held


@pytest.mark.parametrize("text", ["", " \n\n ", "\n\n" + TEXT.partition("\n\n")[2]])
def test_an_article_without_a_headline_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        typed(text)


@settings(max_examples=150)
@given(bodies(), raw_text, raw_text)
def test_any_text_typed_makes_a_sound_body(body: Body, head: str, tail: str) -> None:
    text = canonical_text(body)
    middle = text[len(head) : len(text) - len(tail)]
    try:
        done = replace_text(body, head + middle + tail)
    except Invalid:
        return
    assert is_sound(done)
    assert [part for part in done if isinstance(part, Aside)] == [
        part for part in body if isinstance(part, Aside)
    ]
