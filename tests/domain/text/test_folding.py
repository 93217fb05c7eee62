"""A text folded by itself is the same as with the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.folding import Folded, folded


@given(st.text(st.sampled_from('aİß“…™- \u00a0\u200b\u00adﬁ—"\n\u0301👩') | st.characters()))
def test_a_text_folds_the_same_with_the_way_back_and_without(text):
    assert folded(text) == Folded(text).text
