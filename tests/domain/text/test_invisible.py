"""What nobody sees is named; what looks the same is known to differ."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections_app.domain.text.invisible import parts, seen, unseen
from corrections_app.domain.text.lookalikes import looks_the_same, mixes_anew, skeleton, strangers


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\ue000", "U+E000"),
    ],
)
def test_an_invisible_character_is_named(character, name):
    assert [part.name for part in parts(f"a{character}b")] == ["", name, ""]


ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize("text", ["👩\u200d🔬", "❤\ufe0f", "1\ufe0f\u20e3", "👍🏽", ENGLAND])
def test_an_emoji_is_seen_whole(text):
    assert [part.name for part in parts(text)] == [""]


def test_what_hides_behind_an_emoji_is_shown():
    assert len(unseen("😀\ufe0f\ufe0e\ufe01")) == 2


@given(st.text())
def test_the_parts_are_the_text(text):
    assert "".join(part.text for part in parts(text)) == text


@given(st.text())
def test_what_is_seen_has_nothing_invisible_in_it(text):
    assert unseen(seen(seen(text))) == []


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("word", "w\u043erd", True),
        ("word", "wo\u200brd", True),
        ("a b", "a\u00a0b", True),
        ("PAX", "\u0420\u0410\u0425", True),
        ("Ada", "\uff21\uff44\uff41", True),
        ("I0", "lO", True),
        ("co-op", "co\u2010op", True),
        ("об\u02bcєкт", "об\u2019єкт", True),
        ("word", "ward", False),
        ("word", "word", False),
        ("it's", "it’s", False),
    ],
)
def test_two_texts_look_the_same(old, new, same):
    assert looks_the_same(old, new) is same
    assert looks_the_same(new, old) is same


@given(st.text())
def test_a_skeleton_stays_as_it_is(text):
    assert skeleton(skeleton(text)) == skeleton(text)


def test_a_word_of_two_alphabets_is_mixed():
    words = ["the", "w\u043erd", "і", "слово", "5µm", "Ωmega", "naïve"]
    assert [one for one in words if mixes_anew("", one)] == ["w\u043erd", "Ωmega"]
    assert not mixes_anew("a w\u043erd", "w\u043erd and w\u043erd")


def test_a_run_is_one_part_that_says_how_often():
    one, run, two = parts("a" + "\u200b" * 9_990 + "b")

    assert (one.name, two.name, one.label) == ("", "", "")
    assert run.label == "U+200B ZERO WIDTH SPACE × 9,990"
    assert run.short == "U+200B × 9,990"
    assert len(unseen("a\u200b\u200b\u200cb")) == 3


def test_plain_letters_that_came_too_are_not_odd():
    old, new = "mardi\u00a05 mai", "le lundi 15 mai"

    assert strangers(old, new) == []
    assert strangers(new, old) == ["U+00A0 NO-BREAK SPACE"]
    assert strangers("w\u043erd, yes", "word here") == ["U+006F LATIN SMALL LETTER O"]


def test_the_letters_that_came_are_named():
    assert strangers("word", "w\u043erd") == ["U+043E CYRILLIC SMALL LETTER O"]


ODD = "ab \n\t\u00a0\u200b\u200d\ufe0f\u00ad\u202e\U000e0067\x07\U0001f1fa"


@settings(max_examples=200)
@given(st.text(st.sampled_from(ODD), max_size=14))
def test_what_is_unseen_does_not_depend_on_an_emoji_elsewhere(text: str) -> None:
    assert (unseen(text), seen(text)) == (unseen(text + "a©"), seen(text + "a©")[:-2])
