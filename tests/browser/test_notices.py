"""The marks at corrected words: opened in place, and never in the way of a selection."""

from __future__ import annotations

import pytest

from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.domain.warnings.flags import Flag
from corrections_app.workflow.articles import editing
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.browser.barriers import barriers
from tests.browser.reader import field_of
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

WORDS = "It cost about four million pounds."
NOTICE = "An earlier version of this article misstated a figure."


@pytest.fixture(scope="module")
def corrected(open_newsroom):
    """The address of an article in which a figure was corrected, and its text."""
    article = open_newsroom.story(open_newsroom.section(), WORDS, "It is high time.")
    text = article.current.text.replace("four", "five")
    by = accounts.add("sub@courier.example", role=Role.EDITOR, now=now())
    told = {"change_class": ChangeClass.CORRECTION, "notice": NOTICE}
    act = Act(by, None, now())
    editing.edit(article.slug, text, act, base=1, confirmed=tuple(Flag), **told)
    return f"{open_newsroom.url}/articles/{article.slug}", text


def mark_on(visitor, corrected):
    visitor.goto(corrected[0], wait_until="networkidle")
    return visitor.get_by_role("link", name="Changed here: read the notice")


def test_the_mark_opens_the_notice_in_place_by_keyboard_and_gives_the_focus_back(
    visitor, corrected
):
    mark = mark_on(visitor, corrected)
    note = visitor.locator(".changed-note")

    mark.focus()
    visitor.keyboard.press("Enter")

    note.wait_for()
    assert NOTICE in note.inner_text()
    assert "#notice" not in visitor.url
    assert barriers(visitor) == []
    visitor.keyboard.press("Escape")
    note.wait_for(state="detached")
    assert visitor.evaluate("document.activeElement.className") == "changed"
    mark.click()
    note.get_by_role("button", name="Close").click()
    note.wait_for(state="detached")


@pytest.mark.parametrize("size", [(390, 844), (1366, 657), (1280, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_with_notices_is_accessible_and_runs_over_nowhere(visitor, corrected, size, scheme):
    visitor.emulate_media(color_scheme=scheme)
    visitor.set_viewport_size({"width": size[0], "height": size[1]})
    mark = mark_on(visitor, corrected)
    mark.click()
    visitor.locator(".changed-note").wait_for()

    over = "() => document.documentElement.scrollWidth - innerWidth"
    box = visitor.locator(".changed-note").bounding_box()
    assert barriers(visitor) == []
    assert visitor.evaluate(over) <= 0
    assert 0 <= box["x"] <= box["x"] + box["width"] <= size[0]


def test_without_scripts_the_mark_leads_to_the_notice(chromium, corrected):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(corrected[0])

    page.get_by_role("link", name="Changed here: read the notice").click()

    assert "#notice-" in page.url
    assert NOTICE in page.locator(".article-notice:target").inner_text()
    context.close()


def test_a_selection_over_a_mark_is_the_articles_own_words(visitor, corrected):
    mark_on(visitor, corrected)

    select(visitor, "cost about", "million pounds")
    visitor.keyboard.press("Control+Enter")

    assert field_of(visitor).input_value() == "cost about five million pounds"


def test_all_that_can_be_selected_is_the_canonical_text(visitor, corrected):
    mark_on(visitor, corrected)

    found = visitor.evaluate(
        """async () => {
          const { captured } = await import("/static/js/lib/selection.js");
          getSelection().selectAllChildren(document.body);
          return captured(document.querySelector("article[data-slug]"), getSelection());
        }"""
    )

    assert (found["start"], found["exact"]) == (0, corrected[1])
