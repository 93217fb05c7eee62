"""What a reader has sent is marked in the article on their own device, until it is settled."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.reader import SHIFTS, WRONG, begin, kept, send

pytestmark = pytest.mark.browser

MARK = "a.own-mark"
RIGHT = "at the far pier"
WHOLE = """async () => {
  const { captured } = await import("/static/js/lib/selection.js");
  getSelection().selectAllChildren(document.body);
  return captured(document.querySelector("article"), getSelection()).exact;
}"""
LINES = "() => [...CSS.highlights.get('own')].map(String)"
WITHDRAW = "(url) => fetch(url + '/withdraw', { method: 'POST' }).then((answer) => answer.status)"


def test_what_was_sent_is_marked_here_and_nowhere_else_until_it_is_settled(page, chromium):
    text = page.evaluate(WHOLE)
    begin(page, WRONG, RIGHT)
    send(page)
    page.keyboard.press("Escape")
    mark = page.locator(MARK)
    mark.wait_for()
    assert page.evaluate("() => getSelection().isCollapsed")
    page.reload()
    mark.wait_for()

    name = f"You suggested: “{WRONG}” → “{RIGHT}” (waiting for an editor)"
    assert mark.get_attribute("aria-label") == name
    assert page.evaluate(LINES) == [WRONG]
    assert page.evaluate(WHOLE) == text
    assert page.evaluate(SHIFTS) == []
    assert barriers(page) == []
    stranger = chromium.new_context().new_page()
    stranger.goto(page.url)
    assert stranger.locator(MARK).count() == 0
    stranger.context.close()

    [receipt] = kept(page, "receipts")
    assert page.evaluate(WITHDRAW, receipt["url"]) == 200
    with page.expect_response(receipt["url"]):
        page.reload()
    page.wait_for_function("() => !localStorage['corrections.marks.harbour-tariffs']")
    assert mark.count() == 0


def test_a_receipt_that_is_forgotten_on_the_device_marks_nothing(page):
    begin(page, "careless", "thoughtless")
    send(page)
    page.keyboard.press("Escape")
    page.locator(MARK).wait_for()
    page.evaluate("() => localStorage.removeItem('corrections.receipts')")

    page.reload()
    page.wait_for_load_state("networkidle")

    assert page.locator(MARK).count() == 0
