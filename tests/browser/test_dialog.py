"""The dialog loses nothing that was typed, tells the truth, and needs no mouse."""

from __future__ import annotations

import pytest

from tests.browser.reader import (
    ARTICLE,
    FIELD,
    RIGHT,
    WRONG,
    begin,
    field_of,
    imported,
    kept,
    send,
)
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

OTHER_WORDS = "a joke"


# Nothing typed is lost.


def test_escape_returns_to_the_words_and_what_was_typed_waits(page):
    field = begin(page)

    page.keyboard.press("Escape")
    page.wait_for_function(f"() => getSelection().toString() === '{WRONG}'")
    page.keyboard.press("Control+Enter")
    field.wait_for()

    assert field.input_value() == RIGHT


def test_what_was_typed_is_offered_again_when_the_page_is_opened_again(page, site):
    begin(page)
    page.get_by_role("dialog").get_by_label("E-mail").fill("ada@reader.example")

    page.goto(site.url)
    page.goto(site.url + ARTICLE)
    page.get_by_role("button", name="Continue").click()

    field = field_of(page)
    field.wait_for()
    assert field.input_value() == RIGHT
    assert page.get_by_role("dialog").get_by_label("E-mail").input_value() == "ada@reader.example"


def test_what_was_typed_stands_there_when_the_same_words_are_selected_again(page):
    begin(page)

    page.reload()
    select(page, WRONG)
    page.keyboard.press("Control+Enter")

    field = field_of(page)
    field.wait_for()
    assert field.input_value() == RIGHT


def test_what_unfolds_is_unfolded_where_something_was_typed_into_it(page):
    begin(page)
    page.get_by_role("dialog").locator("summary").first.click()
    page.get_by_role("dialog").get_by_label("Your name").fill("Ada")

    page.reload()
    page.get_by_role("button", name="Continue").click()

    name = page.get_by_role("dialog").get_by_label("Your name")
    name.wait_for()
    assert name.input_value() == "Ada"


def test_what_is_dropped_is_not_offered_again(page):
    begin(page)

    page.reload()
    page.get_by_role("button", name="Discard").click()
    page.reload()

    assert kept(page, "drafts.harbour-tariffs") == []
    assert page.get_by_role("button", name="Continue").is_hidden()


def test_words_only_looked_at_are_no_draft(page):
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    field_of(page).wait_for()

    page.keyboard.press("Escape")

    assert kept(page, "drafts.harbour-tariffs") == []


def test_what_is_sent_is_kept_as_a_receipt_and_no_longer_as_a_draft(page):
    begin(page)

    send(page)

    [receipt] = kept(page, "receipts")
    assert kept(page, "drafts.harbour-tariffs") == []
    assert set(receipt) == {"url", "reference", "title", "sent"}
    assert "/receipts/" in receipt["url"]
    assert receipt["reference"] in page.get_by_role("dialog").inner_text()
    assert receipt["title"] == page.locator("h1.title").inner_text().replace("\n", " ")


def test_two_tabs_keep_their_own_words(page):
    other = page.context.new_page()
    other.goto(page.url)
    begin(page, WRONG, "along the pier")
    begin(other, OTHER_WORDS, "a lie")

    send(page)
    other.reload()
    other.get_by_role("button", name="Continue").click()

    field = field_of(other)
    field.wait_for()
    assert field.input_value() == "a lie"


# Refusals and questions.


def test_a_refusal_stands_beside_its_field_with_everything_still_typed(page):
    begin(page)
    page.get_by_role("dialog").get_by_label("E-mail").fill("nobody")

    page.keyboard.press("Control+Enter")

    page.get_by_role("dialog").locator("#email-fault").wait_for()
    assert page.get_by_role("dialog").get_by_label(FIELD).input_value() == RIGHT
    assert page.evaluate("() => document.activeElement.name") == "email"


def test_ticks_and_folds_outlive_a_refusal_and_what_it_said_goes_with_the_words(page):
    begin(page, WRONG, "past the pier")
    dialog = page.get_by_role("dialog")
    dialog.locator("summary").first.click()
    dialog.locator("[data-remember]").check()
    dialog.get_by_label("E-mail").fill("nobody")
    page.keyboard.press("Control+Enter")
    fault = dialog.locator("#email-fault")
    fault.wait_for()
    focused = page.evaluate("() => document.activeElement.name")

    assert dialog.locator("[data-remember]").is_checked()
    assert dialog.locator("details").first.evaluate("(fold) => fold.open")
    dialog.get_by_label("E-mail").fill("ada@reader.example")
    assert fault.is_hidden()
    assert dialog.locator("form .refusal").all_inner_texts() in ([], [""])
    assert dialog.get_by_label("E-mail").get_attribute("aria-invalid") is None
    send(page)

    assert focused == "email"
    assert kept(page, "contact")[0]["email"] == "ada@reader.example"


def test_typing_replaces_the_words_that_were_selected(page):
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    field_of(page).wait_for()

    page.keyboard.type(RIGHT)

    assert field_of(page).input_value() == RIGHT


@pytest.mark.parametrize("place", ["[data-furniture=ad]", ".colophon"])
def test_what_is_no_text_of_the_article_says_so_and_comes_along(page, place):
    words = page.locator(place).first.inner_text().split()[0]
    page.evaluate("(it) => getSelection().selectAllChildren(document.querySelector(it))", place)

    page.keyboard.press("Control+Enter")

    dialog = page.get_by_role("dialog")
    dialog.get_by_text("These words are not part of the article’s text").wait_for()
    remark = dialog.get_by_label("What is wrong?")
    assert words.lower() in remark.input_value().lower()
    assert remark.evaluate("(it) => it === document.activeElement && it.selectionStart") > 0


def test_words_of_a_related_box_are_selected_by_the_mouse_alone(page):
    box = page.locator(".related p").first
    box.scroll_into_view_if_needed()
    box.click(click_count=3)
    page.keyboard.press("Control+Enter")

    words = box.inner_text().split()[0]
    remark = page.get_by_role("dialog").get_by_label("What is wrong?")
    remark.wait_for()
    assert words in remark.input_value()


def test_words_inside_a_link_are_selected_by_the_mouse_and_a_click_still_follows_it(visitor, site):
    visitor.goto(f"{site.url}/articles/lighthouse-reopens")
    link = visitor.locator(".body a[rel=noopener]").first
    link.evaluate("(it) => it.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = link.bounding_box()
    height = box["y"] + box["height"] / 2
    link.evaluate("(it) => (it.href = '/receipts')")

    visitor.mouse.move(box["x"] + 3, height)
    visitor.mouse.down()
    visitor.mouse.move(box["x"] + box["width"] - 3, height, steps=4)
    visitor.mouse.up()
    visitor.get_by_role("button", name="Suggest a correction").wait_for()
    chosen = visitor.evaluate("() => getSelection().toString()")
    assert visitor.url.endswith("/lighthouse-reopens")
    visitor.evaluate("() => getSelection().removeAllRanges()")
    link.click()

    visitor.wait_for_url("**/receipts")
    assert chosen


def test_words_that_the_browser_altered_are_not_sent(page):
    page.evaluate("() => { document.querySelector('.body p').textContent = 'Andere Worte' }")
    select(page, "Andere")

    page.keyboard.press("Control+Enter")

    page.get_by_text("The words on your screen are not those that we published").wait_for()
    assert page.get_by_role("dialog").get_by_label(FIELD).is_hidden()


@pytest.mark.parametrize("where", ["afterbegin", "beforeend"])
def test_words_on_a_page_that_an_extension_changed_keep_their_place(page, where):
    begin(page)
    start = page.locator("dialog [name=start]").get_attribute("value")
    page.keyboard.press("Escape")
    page.reload()

    page.evaluate(
        "([where, words]) => [...document.querySelectorAll('.body [data-start]')]"
        ".find((block) => block.textContent.includes(words))"
        ".insertAdjacentElement(where, document.createElement('span'))"
        ".textContent = ' (a gloss of some length) '",
        [where, WRONG],
    )
    select(page, WRONG)
    page.keyboard.press("Control+Enter")

    field_of(page).wait_for()
    assert page.locator("dialog [name=start]").get_attribute("value") == start
    assert page.locator("dialog [name=exact]").input_value() == WRONG


# An address is remembered only if asked.


def test_an_address_is_remembered_if_that_is_ticked_and_no_longer(page):
    begin(page, WRONG, "on the pier")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("ada@reader.example")
    assert kept(page, "contact") == []
    dialog.locator("[data-remember]").check()
    send(page)

    page.reload()
    begin(page, OTHER_WORDS, "a jest")
    remembered = dialog.get_by_label("E-mail").input_value()
    dialog.locator("[data-remember]").uncheck()
    forgotten = kept(page, "contact")

    assert remembered == "ada@reader.example"
    assert forgotten == []


# An old page.


def test_an_old_page_says_what_was_corrected_and_keeps_what_was_typed(visitor, site, tmp_path):
    article = tmp_path / "weather.txt"
    visitor.goto(imported(site, article, "The weather\n\nIt rained at the the pier all day.\n"))
    begin(visitor, "at the the pier", "at the old pier")
    imported(site, article, "The weather\n\nIt rained at one quay all day.\n")
    visitor.keyboard.press("Control+Enter")
    visitor.get_by_role("heading", name="Already corrected").wait_for()

    visitor.get_by_role("link", name="Reload the article").click()
    visitor.get_by_text("It rained at one quay").wait_for()

    visitor.get_by_role("button", name="Continue").click()
    field_of(visitor).wait_for()
    assert field_of(visitor).input_value() == "at the old pier"


def test_words_that_moved_in_a_newer_text_find_what_was_typed_for_them(visitor, site, tmp_path):
    article = tmp_path / "rain.txt"
    visitor.goto(imported(site, article, "The rain\n\nIt rained at the the pier all day.\n"))
    begin(visitor, "at the the pier", "at the pier")
    imported(site, article, "The rain\n\nAgain it rained at the the pier all day.\n")
    visitor.reload()

    select(visitor, "at the the pier")
    visitor.keyboard.press("Control+Enter")

    field_of(visitor).wait_for()
    assert field_of(visitor).input_value() == "at the pier"
    send(visitor)
