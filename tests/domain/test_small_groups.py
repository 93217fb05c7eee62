"""Nobody can be computed out of the groups that are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.small_groups import LEAST, told


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, ""),
        ({"a": 9}, ""),
        ({"a": 10}, "a"),
        ({"a": 60, "b": 3}, ""),
        ({"a": 60, "b": 15, "c": 3}, "a"),
        ({"a": 60, "b": 6, "c": 4}, "a"),
        ({"a": 60, "b": 15, "c": 0}, "abc"),
        ({"a": 60, "b": 1, "c": 0}, "c"),
    ],
)
def test_small_groups_are_hidden_and_what_would_tell_them(counts, shown):
    assert told(counts) == set(shown)


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=8), st.integers(1, 15))
def test_what_is_left_of_the_total_is_nothing_or_large_enough(counts, least):
    shown = told(counts, least)

    assert all(counts[name] >= least or counts[name] == 0 for name in shown)
    left = sum(count for name, count in counts.items() if name not in shown)
    in_all = sum(counts.values())
    assert left == 0 or left >= min(least, in_all)


def test_a_group_is_of_ten():
    assert LEAST == 10
