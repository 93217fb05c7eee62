"""A difference is told in whole words, and its cost is bounded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections_app.domain.text.differences import Comparison, Piece, difference, tokens_of
from tests.domain.body_strategies import raw_text

SHOWN = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}

CASES = [
    ("Kyiv was recieve the", "Kyiv was receive a", "Kyiv was [-recieve the-]{+receive a+}"),
    ("a very good man", "a good man", "a [-very -]good man"),
    ("Hello world", "Hello, world", "Hello{+,+} world"),
    ("cat sat", "cat has sat", "cat{+ has+} sat"),
    ("well known", "well-known", "[-well known-]{+well-known+}"),
    ("It costs 1,000", "It costs 10,000", "It costs [-1,000-]{+10,000+}"),
    ("naïve", "naive", "[-naïve-]{+naive+}"),
    ("", "new", "{+new+}"),
    ("old", "", "[-old-]"),
    ("same", "same", "same"),
]


@pytest.mark.parametrize(("old", "new", "shown"), CASES)
def test_a_difference_reads_in_whole_words(old: str, new: str, shown: str) -> None:
    assert "".join(SHOWN[piece.kind].format(piece.text) for piece in difference(old, new)) == shown


@settings(max_examples=150)
@given(raw_text, raw_text)
def test_the_pieces_make_up_both_texts(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)


HOSTILE = [
    ("a" * 10_000, "aab" * 3_333),
    ("." * 10_000, ".," * 5_000),
    ("a " * 5_000, "a b " * 2_500),
    ("\n" * 100_000, "a\n" * 50_000),
    ("." * 40_000, "," * 40_000),
    (".\n" * 40_000, ",\n.\n" * 20_000),
]


@pytest.mark.parametrize(("old", "new"), HOSTILE)
def test_a_hostile_pair_is_told_all_the_same(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_a_long_text_is_compared_line_by_line() -> None:
    lines = [f"Line {number} says so, and so it is; nothing else." for number in range(2_000)]
    changed = list(lines)
    for number in range(0, 2_000, 500):
        changed[number] = lines[number].replace("so it", "thus it")
    pieces = difference("\n".join(lines), "\n".join(changed))
    assert [piece.text for piece in pieces if piece.kind == "removed"] == ["so"] * 4


def test_a_row_of_flags_is_told_in_linear_time():
    r"""`\X` alone takes minutes for so many: it counts all that stand before each."""
    flags = "🇺🇦" * 200_000

    assert difference("", flags) == (Piece("added", flags),)
    assert [len(token) for token in Comparison("🇺🇦🇺🇦\u0301🇺", "").old] == [2, 3, 1]


@settings(max_examples=200)
@given(st.text(st.characters(max_codepoint=127, exclude_characters="\r"), max_size=30))
def test_plain_letters_are_split_as_all_others(text: str) -> None:
    assert tokens_of(text) == tokens_of(text + "\nя")[:-2] or text.endswith("\n")
    assert "".join(tokens_of(text)) == text
