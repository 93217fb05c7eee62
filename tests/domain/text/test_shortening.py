"""A text is cut where a word, a sentence or a sign as its reader sees it ends."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.shortening import opening, whole_graphemes

CHINESE = "港里结了冰，船都停着，没有人出海，大家在岸上等了两天。" * 9


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("short", 10, "short"),
        ("the words go on and on", 12, "the words…"),
        ("the words, go on", 12, "the words…"),
        (CHINESE, 60, CHINESE[:54]),
        ("港里结了冰船都停着没有人出海", 5, "港里结了冰…"),
        ("👩‍👩‍👧‍👦" * 5, 10, "👩‍👩‍👧‍👦…"),
        ("กำ" * 9, 5, "กำกำ…"),
    ],
)
def test_the_first_words_of_a_text(text, most, shown):
    assert opening(text, most) == shown


@given(st.text("aé👩\u200d👧 港กำ。", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_no_sign_is_ever_cut_in_two(text, start, end):
    whole = regex.findall(r"\X", text)
    found = regex.findall(r"\X", whole_graphemes(text, start, end))
    assert "".join(found) in text
    assert all(sign in whole for sign in found)
