"""That a page without faults is one that was looked at."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers, named

pytestmark = pytest.mark.browser

PICTURE = '<img src="data:,">'
PAGE = f'<html lang="en"><title>A page</title><main><h1>A page</h1>{PICTURE}</main></html>'


def test_a_picture_without_words_is_found_and_named(visitor):
    visitor.set_content(PAGE)

    assert named(barriers(visitor)) == [("image-alt", PICTURE)]


def test_only_what_a_selector_names_is_looked_at(visitor):
    visitor.set_content(PAGE)

    assert barriers(visitor, "h1") == []
    assert named(barriers(visitor, "img")) == [("image-alt", PICTURE)]
    visitor.set_content(PAGE.replace("<img", '<img alt="A wall"'))
    assert barriers(visitor, "img") == []
