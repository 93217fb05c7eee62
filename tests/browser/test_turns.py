"""Answers come late, twice or never: the dialog shows and sends only what its reader sees."""

from __future__ import annotations

import re

import pytest

from tests.browser.network import intercept
from tests.browser.reader import (
    ARTICLE,
    DIALOG,
    RIGHT,
    WRONG,
    begin,
    field_of,
    imported,
    kept,
    posts,
    send,
)
from tests.browser.selecting import select
from tests.processes import serving

pytestmark = pytest.mark.browser

OTHER_WORDS = "a joke"
HELD = "() => document.querySelector('form[aria-busy=true]')"
TOLD = (
    "() => [...document.querySelectorAll('[data-told] > :not([hidden])')].map((e) => e.innerText)"
)


def held(page, pattern, most=9):
    """The first requests of a pattern, none of which goes on by itself."""
    routes = []
    intercept(
        page,
        pattern,
        lambda route: routes.append(route) if len(routes) < most else route.continue_(),
    )
    return routes


def test_a_form_that_comes_late_does_not_take_the_place_of_another(page):
    page.evaluate(DIALOG)
    late = held(page, "**/corrections/new**", most=1)
    select(page, WRONG)
    with page.expect_request("**/corrections/new**"):
        page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_text("One moment").wait_for()
    page.keyboard.press("Escape")
    begin(page, OTHER_WORDS, "hardly a joke")

    with page.expect_response("**/corrections/new**"):
        late[0].continue_()
    page.wait_for_timeout(200)

    assert field_of(page).input_value() == "hardly a joke"


def test_keys_send_no_form_that_is_not_seen(page):
    begin(page)
    answers = posts(page)
    intercept(page, "**/corrections/new**", lambda route: route.abort())
    page.get_by_role("link", name="Choose another sentence").click()
    page.get_by_text("The newsroom could not be reached.").wait_for()

    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)

    assert answers == []


def test_what_was_told_of_a_change_is_silent_once_it_is_sent(page):
    begin(page, WRONG, "around the pier")
    send(page)

    page.wait_for_timeout(900)

    assert page.evaluate(TOLD) == []


def test_what_is_typed_while_the_rest_is_on_its_way_is_not_lost(page):
    begin(page, WRONG, "above the pier")
    sent = held(page, "**/corrections")
    with page.expect_request("**/corrections"):
        page.keyboard.press("Control+Enter")
    page.wait_for_function(HELD)

    field_of(page).press_sequentially(" of stone")
    sent[0].continue_()
    page.get_by_role("dialog").get_by_text("It has arrived").wait_for()

    [draft] = kept(page, "drafts.harbour-tariffs")
    assert draft["fields"]["replacement"] == "above the pier of stone"


def test_a_search_that_fails_late_does_not_take_the_form_away(page):
    page.get_by_role("link", name="Report an error").first.click()
    page.get_by_role("searchbox").fill("the pier")
    page.get_by_role("dialog").get_by_text(re.compile("ha(s|ve) these words")).wait_for()
    searched = held(page, re.compile("q="))
    with page.expect_request(re.compile("q=the.pie$")):
        page.get_by_role("searchbox").fill("the pie")
    page.locator("dialog .sentences a").first.click()
    field = field_of(page)
    field.fill(RIGHT)

    for each in searched:
        each.abort()
    page.wait_for_timeout(300)

    assert field_of(page).input_value() == RIGHT


def test_too_long_a_passage_is_said_to_be_so_at_once(visitor, site, tmp_path):
    visitor.goto(imported(site, tmp_path / "long.txt", "Long\n\n" + "Word after word. " * 400))
    visitor.evaluate("() => getSelection().selectAllChildren(document.body)")

    visitor.keyboard.press("Control+Enter")

    visitor.get_by_role("dialog").get_by_text("select a shorter passage").wait_for()
    assert visitor.get_by_role("searchbox").is_visible()


def test_the_dialog_says_where_the_answer_will_be_found(page):
    begin(page, WRONG, "below the pier")

    send(page)

    words = page.get_by_role("dialog").inner_text()
    assert "your receipt will say what was decided" in words
    assert "this page" not in words


def test_words_that_were_sent_are_not_offered_again_without_being_selected(page):
    begin(page, WRONG, "behind the pier")
    send(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.wait_for_timeout(200)

    page.keyboard.press("Control+Enter")

    page.get_by_role("searchbox").wait_for()


def test_who_sent_too_many_is_told_when_to_try_again_with_everything_still_typed(visitor, tmp_path):
    with serving(tmp_path / "instance", "--samples", letters=False, LIMITS="1 per hour") as served:
        visitor.goto(served.url + ARTICLE)
        begin(visitor)
        send(visitor)
        visitor.keyboard.press("Escape")
        begin(visitor, OTHER_WORDS, "no joke")

        visitor.keyboard.press("Control+Enter")

        visitor.get_by_role("alert").get_by_text("Too many were sent from here").wait_for()
        assert field_of(visitor).input_value() == "no joke"
