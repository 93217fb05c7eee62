"""Without a selection: find the sentence by a few words or in the list, or write about it all."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.network import intercept
from tests.browser.reader import ARRIVED, ARTICLE, FIELD, SHIFTS, field_of, kept, send

pytestmark = pytest.mark.browser

SENTENCE = "careless"


@pytest.fixture
def finder(page):
    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_role("dialog").get_by_role("searchbox").wait_for()
    return page.get_by_role("dialog")


def test_both_ends_of_the_article_lead_to_the_finder(page):
    for link in page.get_by_role("link", name="Report an error").all():
        link.click()
        page.get_by_role("dialog").get_by_role("searchbox").wait_for()
        page.keyboard.press("Escape")

    assert page.get_by_role("link", name="Report an error").count() == 2


def test_the_keys_without_a_selection_lead_to_the_finder(page):
    page.keyboard.press("Control+Enter")

    page.get_by_role("dialog").get_by_role("searchbox").wait_for()


def test_the_keyboard_alone_leads_from_the_article_to_the_receipt(page):
    page.keyboard.press("Tab")
    while page.evaluate("() => !document.activeElement.matches('[data-report]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("searchbox").wait_for()
    page.keyboard.type(SENTENCE)
    page.get_by_role("dialog").get_by_text("1 sentence has these words.").wait_for()
    while page.evaluate("() => !document.activeElement.matches('.sentences a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field_of(page).wait_for()
    assert SENTENCE in field_of(page).input_value()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Then, ")
    send(page)

    focused = page.evaluate("() => document.activeElement.textContent")
    while page.evaluate("() => document.activeElement.textContent") != "Continue reading":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_role("dialog").wait_for(state="hidden")
    assert focused == ARRIVED
    assert page.evaluate("() => document.activeElement.matches('[data-report]')")
    assert len(kept(page, "receipts")) == 1


def test_typing_finds_and_keeps_the_place_in_the_field(page, finder):
    field = finder.get_by_role("searchbox")

    field.press_sequentially("careless")
    finder.get_by_text("1 sentence has these words.").wait_for()
    field.press_sequentially(" and")
    page.wait_for_timeout(1000)

    assert field.input_value() == "careless and"
    assert field.evaluate("(it) => it === document.activeElement")
    assert finder.locator(".sentences a").count() == 1


def test_what_is_found_is_told_by_an_element_that_stays(page, finder):
    told = finder.locator("[role=status][data-found]").element_handle()

    finder.get_by_role("searchbox").press_sequentially("zzzzz")
    finder.get_by_text("No sentence has these words.").wait_for()

    assert told.evaluate("(it) => it.isConnected && it.textContent.trim().length > 0")


def test_an_older_answer_never_hides_a_newer_one(page, finder):
    slow = []
    intercept(page, "**/corrections/new?*q=the", lambda route: slow.append(route))
    field = finder.get_by_role("searchbox")
    with page.expect_request("**/corrections/new?*q=the"):
        field.fill("the")
    field.fill("careless")
    finder.get_by_text("1 sentence has these words.").wait_for()

    slow[0].continue_()
    page.wait_for_timeout(500)

    assert finder.get_by_text("1 sentence has these words.").is_visible()


def test_a_sentence_can_be_chosen_from_the_list(page, finder):
    finder.locator("summary").nth(2).click()
    finder.locator("details[open] .sentences a").first.click()

    field_of(page).wait_for()
    assert field_of(page).input_value() in page.locator("article").inner_text()


def test_a_remark_on_the_whole_article_is_kept_and_sent(page, finder):
    finder.get_by_role("link", name="It is about the whole article").click()
    remark = page.get_by_role("dialog").get_by_label("What is wrong?")
    remark.fill("The map is missing.")
    page.reload()
    page.get_by_role("button", name="Continue").click()
    remark.wait_for()
    assert remark.input_value() == "The map is missing."

    send(page)

    assert kept(page, "drafts.harbour-tariffs") == []


def test_a_draft_waits_while_another_sentence_is_looked_for(page, finder):
    finder.get_by_role("searchbox").fill("careless")
    link = finder.locator(".sentences a").first
    finder.get_by_text("1 sentence has these words.").wait_for()
    link.click()
    field = field_of(page)
    field.fill("Another sentence.")
    page.get_by_role("dialog").get_by_role("link", name="Choose another sentence").click()
    finder.get_by_role("searchbox").fill("careless")
    finder.get_by_text("1 sentence has these words.").wait_for()
    link.click()

    field.wait_for()
    assert page.get_by_role("dialog").get_by_label(FIELD).input_value() == "Another sentence."


def test_what_could_not_be_found_for_want_of_a_network_can_be_asked_for_again(page, finder):
    page.context.set_offline(True)
    finder.get_by_role("searchbox").fill("careless")
    finder.get_by_text("The newsroom could not be reached.").wait_for()
    page.context.set_offline(False)

    finder.get_by_role("button", name="Try again").click()

    finder.get_by_text("1 sentence has these words.").wait_for()
    assert finder.get_by_role("searchbox").input_value() == "careless"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_finder_is_accessible(page, finder, scheme):
    page.emulate_media(color_scheme=scheme)
    assert barriers(page) == []

    finder.get_by_role("searchbox").fill("the")
    finder.locator(".sentences a mark").first.wait_for()

    assert barriers(page) == []


def test_the_finder_fits_320_pixels(page, finder):
    page.set_viewport_size({"width": 320, "height": 256})
    finder.get_by_role("searchbox").fill("the")
    finder.locator(".sentences a mark").first.wait_for()

    assert finder.evaluate("(it) => it.scrollWidth - it.clientWidth") == 0


def test_the_finder_moves_nothing_when_it_opens(page, finder):
    assert page.evaluate(SHIFTS) == []


def test_the_article_needs_no_script_to_lead_to_the_finder(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + ARTICLE)
    page.get_by_role("link", name="Report an error").last.click()
    page.get_by_role("searchbox").fill("careless")
    page.get_by_role("button", name="Find the sentence").click()
    page.locator(".sentences a").first.click()
    page.get_by_label(FIELD).fill("Another sentence.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text(ARRIVED).wait_for()

    context.close()
