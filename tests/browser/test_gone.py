"""An article that is taken down while it is on a screen: its reader is told, and loses no word."""

from __future__ import annotations

import pytest

from tests.browser.reader import begin, command, field_of, imported
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

TEXT = "A story that goes\n\nIt stands here at the the pier, but not for long.\n"
WRONG, RIGHT = "at the the pier", "at the pier"
WHY = "It named a person who had asked not to be named."


def take_down(site, slug):
    command(site, "articles", "retire", slug, "--reason", WHY, "--yes")


def test_what_was_typed_stays_where_the_article_went_meanwhile(visitor, site, tmp_path):
    visitor.goto(imported(site, tmp_path / "goes.txt", TEXT))
    begin(visitor, WRONG, RIGHT)
    take_down(site, "goes")

    visitor.keyboard.press("Control+Enter")

    dialog = visitor.get_by_role("dialog")
    dialog.get_by_role("heading", name="This article was taken down").wait_for()
    assert dialog.get_by_text(WHY).is_visible()
    assert dialog.get_by_label("What it should say").input_value() == RIGHT
    assert dialog.get_by_label("The words that you marked").input_value() == WRONG
    assert RIGHT in str(visitor.evaluate("() => ({...localStorage})"))


def test_whoever_begins_after_that_is_told_before_they_type(visitor, site, tmp_path):
    visitor.goto(imported(site, tmp_path / "went.txt", TEXT))
    take_down(site, "went")
    select(visitor, WRONG)

    visitor.keyboard.press("Control+Enter")

    dialog = visitor.get_by_role("dialog")
    dialog.get_by_role("heading", name="This article was taken down").wait_for()
    assert dialog.get_by_text(WHY).is_visible()
    assert field_of(visitor).count() == 0
