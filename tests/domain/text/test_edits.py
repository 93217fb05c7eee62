"""Which words a change put there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.edits import Edit, splice, whole_edit, words_put_in


@pytest.mark.parametrize(
    ("old", "edits", "found"),
    [
        ("four boats", [(0, 4, "five")], ["five"]),
        ("four boats sank", [(0, 4, "twenty-five"), (11, 15, "came")], ["twenty-five", "came"]),
        ("a very big boat", [(1, 6, "")], ["a"]),
        ("very big", [(0, 5, "")], ["big"]),
        ("a\n\nvery big", [(3, 8, "")], ["a"]),
        ("boats", [(0, 5, "")], []),
        ("the boat", [(3, 3, " big ")], ["big"]),
        ("the the boats", [(3, 7, ""), (8, 13, "ships")], ["the", "ships"]),
        ("a b c", [(1, 3, ""), (3, 5, "")], ["a"]),
    ],
)
def test_words_put_in_or_the_word_before_those_taken_out(old, edits, found):
    edits = [Edit(*edit) for edit in edits]
    new = splice(old, edits)

    assert [new[start:end] for start, end in words_put_in(new, edits)] == found


@given(st.text(" \nab", max_size=20), st.data())
def test_every_range_holds_words_of_the_new_text(old, data):
    start = data.draw(st.integers(0, len(old)))
    edits = [Edit(start, data.draw(st.integers(start, len(old))), data.draw(st.text(" \nab")))]
    new = splice(old, edits)

    for low, high in words_put_in(new, edits):
        assert 0 <= low < high <= len(new)
        assert new[low:high].strip() == new[low:high]


@given(st.text("ab ", max_size=9), st.text("ab ", max_size=9))
def test_one_edit_over_all_that_differs_makes_the_new_text_and_touches_no_more(old, new):
    found = whole_edit(old, new)

    assert splice(old, found) == new
    assert (found == ()) == (old == new)
    for edit in found:
        gone = old[edit.start : edit.end]
        assert not gone or not edit.replacement or gone[0] != edit.replacement[0]
        assert not gone or not edit.replacement or gone[-1] != edit.replacement[-1]
