"""Marks cover exactly the words that they covered in the document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.body import Block, Mark, is_canonical, normalise
from corrections_app.sources.inline import Inline, is_blank, plain_block

WORDS = st.text(st.sampled_from("ab é\u0301\u0323\u00a0\u200f\U0001f30a \t\n각ᆨ"), max_size=6)
PIECES = st.lists(st.tuples(st.sampled_from(["plain", "em", "strong", "break"]), WORDS))
SIMPLE = st.text(st.sampled_from("ab é\U0001f30a \t\n"), max_size=6)


def grown(pieces: list[tuple[str, str]]) -> Block | None:
    run = Inline()
    for kind, words in pieces:
        if kind == "break":
            run.line_break()
        elif kind == "plain":
            run.text(words)
        else:
            run.open(kind)
            run.text(words)
            run.close()
    return run.take(Block("paragraph", ""))


def raw(pieces: list[tuple[str, str]]) -> str:
    return "".join("\n" if kind == "break" else words.replace("\n", " ") for kind, words in pieces)


@given(PIECES)
def test_text_grown_in_pieces_is_the_normalised_whole(pieces: list[tuple[str, str]]) -> None:
    block = grown(pieces)
    whole = normalise(raw(pieces))
    assert (block.text if block else "") == ("" if is_blank(whole) else whole)
    assert block is None or is_canonical(block)


@given(PIECES)
def test_marks_lie_inside_the_text_and_never_begin_or_end_with_a_blank(
    pieces: list[tuple[str, str]],
) -> None:
    block = grown(pieces)
    for mark in block.marks if block else ():
        assert 0 <= mark.start < mark.end <= len(block.text)
        assert block.text[mark.start : mark.end].strip(" \n") == block.text[mark.start : mark.end]


@given(st.lists(st.tuples(st.sampled_from(["plain", "em", "strong", "break"]), SIMPLE)))
def test_a_mark_covers_the_normalised_words_of_its_element(pieces: list[tuple[str, str]]) -> None:
    block = grown(pieces)
    expected = [
        (kind, words)
        for kind, text in pieces
        if kind in ("em", "strong") and (words := normalise(text.replace("\n", " ")))
    ]
    marks = block.marks if block else ()
    assert [(mark.kind, block.text[mark.start : mark.end]) for mark in marks] == expected


def test_a_sign_that_composes_with_a_letter_of_another_element_moves_the_marks_along() -> None:
    run = Inline()
    run.text("cafe")
    run.open("em")
    run.text("\u0301 noir")
    run.close()
    run.open("strong")
    run.text(" au lait")
    run.close()
    block = run.take(Block("paragraph", ""))
    assert block == Block(
        "paragraph", "café noir au lait", (Mark("em", 5, 9), Mark("strong", 10, 17))
    )


def test_a_mark_that_is_open_when_a_block_ends_goes_on_in_the_next() -> None:
    run = Inline()
    run.open("strong")
    run.text("one ")
    assert run.take(Block("paragraph", "")) == Block("paragraph", "one", (Mark("strong", 0, 3),))
    run.text(" two")
    run.close()
    run.text(" three")
    assert run.take(Block("paragraph", "")) == Block(
        "paragraph", "two three", (Mark("strong", 0, 3),)
    )


def test_emphasis_within_the_same_emphasis_is_one_mark() -> None:
    run = Inline()
    run.open("em")
    run.text("very ")
    run.open("em")
    run.text("loud")
    run.close()
    run.close()
    assert run.take(Block("paragraph", "")) == Block("paragraph", "very loud", (Mark("em", 0, 9),))


def test_a_link_that_leads_nowhere_keeps_its_words_and_no_mark() -> None:
    run = Inline()
    run.open("link", None)
    run.text("here")
    run.close()
    assert run.take(Block("paragraph", "")) == Block("paragraph", "here")


def test_blanks_alone_make_no_block() -> None:
    assert plain_block("paragraph", " \t\n ") is None
