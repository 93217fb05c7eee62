"""Which characters are taken from strangers, and which are named and refused."""

from __future__ import annotations

import unicodedata

import pytest

from corrections_app.domain.errors import BadKey, Invalid
from corrections_app.domain.text import characters
from corrections_app.domain.text.characters import Misfit, misfit, without

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TEXAS = "\U0001f3f4\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def refused(code):
    """Whether a code point is one of those that the rule names, told by Unicode's own tables."""
    return (
        unicodedata.category(chr(code)) in ("Cc", "Cs")
        or (0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)
        or chr(code) in BIDI
        or 0xE0000 <= code <= 0xE007F
    )


def test_of_all_code_points_just_those_are_refused():
    taken = [chr(code) for code in range(0x110000) if not refused(code)]
    named = [chr(code) for code in range(0x110000) if refused(code)]

    # Apart from each other, so that each is judged by itself; all at once, for they are a million.
    assert misfit(" ".join(taken)) is None
    assert [one for one in named if misfit(f"a{one}b") != Misfit(one, 2)] == []


@pytest.mark.parametrize("line_end", ["\t", "\n", "\r", "\r\n"])
def test_tabs_and_line_ends_pass_where_there_are_lines(line_end):
    assert misfit(f"a{line_end}b", lines=True) is None
    assert misfit(f"a{line_end}b") == Misfit(line_end[0], 2)


@pytest.mark.parametrize("text", ["", "Ordinary words, “quoted” – 🦀 é e\u0301", "שלום", ENGLAND])
def test_what_people_write_is_taken(text):
    assert misfit(text) is None


@pytest.mark.parametrize("character", ["\u202e", "\u200f", "\x85", "\ufffe", "\U000e0041"])
def test_what_stood_in_the_words_may_stay_as_often_as_it_stood(character):
    stood = f"one{character}two"

    assert misfit(f"three{character}", lines=True, stood=stood) is None
    assert misfit(character * 2 + "a", stood=stood) is not None
    assert misfit(f"{character}a{character}", stood=stood) == Misfit(
        character, 1 if character == "\U000e0041" * 2 else 3
    )


def test_tags_may_stay_only_in_the_run_in_which_they_stood():
    assert misfit(f"in {TEXAS}", stood=f"from {TEXAS}") is None
    assert misfit(TEXAS) == Misfit("\U000e0075", 2)
    assert misfit(TEXAS[:-2] + TEXAS[-1], stood=TEXAS) is not None
    assert misfit(f"a{ENGLAND[1:]}") is not None


@pytest.mark.parametrize("character", ["\0", "\x07", "\x7f", "\ud800"])
def test_what_nothing_can_keep_is_refused_wherever_it_stood(character):
    assert misfit(f"a{character}", stood=character) == Misfit(character, 2)


def test_a_refusal_names_the_character_its_place_and_the_field():
    with pytest.raises(Invalid) as told:
        characters.check("name", "Ada\u202e")

    assert told.value.details == {"character": "U+202E RIGHT-TO-LEFT OVERRIDE", "at": 4}
    assert "U+202E RIGHT-TO-LEFT OVERRIDE at place 4" in told.value.message
    assert told.value.fields == {"name": told.value.message}


def test_a_refusal_may_have_another_code():
    with pytest.raises(BadKey):
        characters.check("key", "\x01", refusal=BadKey)


def test_the_rest_is_left_as_it_was():
    assert without("a\u202eb\0c\nd\u200f", lines=True, stood="\u200f") == "abc\nd\u200f"
    assert without("a\u202eb\nc") == "abc"
