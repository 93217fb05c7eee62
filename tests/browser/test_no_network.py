"""Without a network or with a failing server nothing typed is lost, and it goes later."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.network import intercept
from tests.browser.reader import (
    ARRIVED,
    ARTICLE,
    DIALOG,
    FIELD,
    WRONG,
    begin,
    field_of,
    kept,
    posts,
    send,
)
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

OTHER_WORDS = "a joke"
UNSENT = "Could not send. Everything you typed is kept here"
LATE = "[data-late]"
WAITING = (
    """() => Object.keys(localStorage).filter((key) => key.startsWith("corrections.waiting"))"""
)


def lose(route):
    """It arrives, but the reader never hears so."""
    route.fetch()
    route.abort()


def test_a_failed_sending_keeps_the_words_and_makes_no_second_correction(page):
    answers = posts(page)
    begin(page, WRONG, "upon the pier")
    intercept(page, "**/corrections", lose)
    page.keyboard.press("Control+Enter")
    page.locator("dialog [data-when=unsent]").wait_for()
    assert UNSENT in page.get_by_role("dialog").inner_text()

    page.unroute("**/corrections")
    receipts_before = kept(page, "receipts")
    send(page)

    assert receipts_before == []
    assert [answer.status for answer in answers] == [303]  # the first one's answer, replayed


def test_what_could_not_be_sent_goes_by_itself_when_there_is_a_network(page):
    answers = posts(page)
    begin(page, WRONG, "by the pier")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.locator("dialog [data-when=unsent]").wait_for()
    page.context.set_offline(False)

    page.locator(LATE).wait_for()

    [receipt] = kept(page, "receipts")
    assert receipt["reference"] in page.locator(LATE).inner_text()
    assert [answer.status for answer in answers] == [201]
    assert page.get_by_role("dialog").is_hidden()
    assert page.evaluate(WAITING) == []
    assert kept(page, "drafts.harbour-tariffs") == []
    page.locator(LATE).get_by_role("button", name="Close").click()
    assert page.locator(LATE).is_hidden()


@pytest.mark.parametrize("loaded", [False, True])
def test_without_a_network_the_page_has_a_form_of_its_own(page, loaded):
    page.wait_for_load_state("networkidle")
    if loaded:
        page.evaluate(DIALOG)
    page.context.set_offline(True)
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    field = field_of(page)
    field.wait_for()
    before = field.input_value()
    page.keyboard.type("under the pier")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement === document.body")
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    field.wait_for()
    typed = field.input_value()
    assert barriers(page) == []
    page.keyboard.press("Control+Enter")
    page.get_by_text("What you wrote is kept on this device.").wait_for()
    assert page.get_by_role("dialog").is_hidden()
    [waiting] = page.evaluate(WAITING)
    page.context.set_offline(False)
    page.locator(LATE).wait_for()

    assert (before, typed) == (WRONG, "under the pier")
    assert waiting.startswith("corrections.waiting.")
    assert page.url.endswith(ARTICLE)
    assert len(kept(page, "receipts")) == 1
    assert page.evaluate(WAITING) == []


def test_a_failing_server_leaves_the_form_that_came_with_the_page(page):
    intercept(page, "**/static/js/lib/dialog.js", lambda route: route.fulfill(status=502))
    intercept(page, "**/corrections/new?*", lambda route: route.fulfill(status=502))
    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_role("dialog").get_by_label("Why, or what else is wrong").fill("The map is gone.")
    page.get_by_role("button", name="Keep it").click()

    page.locator(LATE).wait_for()  # the server took what was sent: only its pages fail

    assert page.url.endswith(ARTICLE)
    assert len(kept(page, "receipts")) == 1


def test_what_is_refused_when_it_is_sent_later_can_be_put_right(page):
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    select(page, OTHER_WORDS)
    page.keyboard.press("Control+Enter")
    field_of(page).wait_for()
    page.keyboard.press("Control+Enter")  # nothing is changed
    page.get_by_text("What you wrote is kept on this device.").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).wait_for()
    field_of(page).fill("a tall story")
    send(page)

    assert len(kept(page, "receipts")) == 1
    assert page.evaluate(WAITING) == []


def test_a_form_that_could_not_be_had_can_be_asked_for_again(page):
    page.evaluate(DIALOG)
    page.context.set_offline(True)
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    page.get_by_text("The newsroom could not be reached.").wait_for()
    page.context.set_offline(False)

    page.get_by_role("button", name="Try again").click()

    field_of(page).wait_for()


def test_without_the_script_the_form_has_a_page_of_its_own(page):
    intercept(page, "**/dialog.js", lambda route: route.abort())
    select(page, WRONG)
    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/corrections/new?*start=*")
    there = page.get_by_label(FIELD).input_value()
    page.go_back()
    select(page, WRONG)
    page.get_by_role("button", name="Suggest a correction").wait_for()

    assert there == WRONG


def test_whoever_sends_and_closes_at_once_is_told_all_the_same(page):
    begin(page, WRONG, "beside the pier")
    held = []
    intercept(page, "**/corrections", lambda route: held.append(route))
    with page.expect_request("**/corrections"):
        page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('form[aria-busy=true]')")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")

    held[0].continue_()

    page.get_by_role("dialog").get_by_text(ARRIVED).wait_for()


def test_back_from_the_receipt_the_article_can_be_corrected_again(page):
    begin(page, WRONG, "near the pier")
    send(page)
    receipt = kept(page, "receipts")[0]["url"]

    page.goto(receipt)
    page.go_back()
    page.get_by_role("dialog").wait_for(state="hidden")
    begin(page, OTHER_WORDS, "no laughing matter")

    send(page)


def test_where_storage_is_forbidden_corrections_are_sent_all_the_same(visitor, site):
    visitor.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    visitor.goto(site.url + ARTICLE)
    begin(visitor, WRONG, "off the pier")

    send(visitor)
