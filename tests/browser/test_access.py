"""The dialog needs no mouse, no colour, no wide screen, and says what it does."""

from __future__ import annotations

import re

import pytest

from tests.browser.barriers import barriers
from tests.browser.reader import SHIFTS, WRONG, begin, field_of
from tests.browser.selecting import select

pytestmark = pytest.mark.browser


# Keys, names and announcements.


def test_the_keys_work_on_a_layout_that_calls_them_otherwise(page):
    select(page, WRONG)
    keys = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        keys.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "modifiers": 2, "code": "Enter", "key": "Ввод"},
        )

    field_of(page).wait_for()


def test_enter_is_known_by_its_name_where_no_place_is_told(page):
    select(page, WRONG)
    page.evaluate(PRESS, {"key": "Enter", "code": "", "ctrlKey": True})

    field_of(page).wait_for()


def test_nothing_is_sent_while_an_input_method_is_at_work(page):
    begin(page, WRONG, "at this pier")
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    for told in ({"isComposing": True}, {"keyCode": 229}):
        page.evaluate(PRESS, {"key": "Enter", "code": "Enter", "ctrlKey": True} | told)

    assert page.locator("dialog form[aria-busy]").count() == 0
    page.evaluate(PRESS, {"key": "Enter", "code": "Enter", "ctrlKey": True})
    page.get_by_role("dialog").get_by_text("It has arrived").wait_for()
    assert asked.count("POST") == 1


# A key, as a keyboard or an input method tells of it, where the focus is.
PRESS = """(told) => (document.activeElement ?? document.body).dispatchEvent(
  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...told }))"""


def test_keys_pressed_in_a_field_of_the_page_are_not_ours(page):
    page.evaluate("() => document.querySelector('.body').prepend(document.createElement('input'))")
    page.locator(".body > input").fill("words")
    page.keyboard.press("Control+a")

    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)

    assert page.get_by_role("dialog").is_hidden()
    assert page.get_by_role("button", name="Suggest a correction").is_hidden()


def middle_of(page, word):
    """Where a word stands in the window: the middle of a paragraph may be a blank."""
    return page.evaluate(
        """(word) => {
          const walker = document.createTreeWalker(document.querySelector('article'), 4);
          for (let node; (node = walker.nextNode()); ) {
            const at = node.data.indexOf(word);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            node.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
            const box = range.getClientRects()[0];
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        word,
    )


def test_tab_leads_from_the_words_to_the_button(page):
    page.mouse.dblclick(*middle_of(page, "publicly"))
    page.get_by_role("button", name="Suggest a correction").wait_for()

    page.keyboard.press("Tab")

    assert page.evaluate("() => document.activeElement.closest('[data-suggest]') !== null")
    page.keyboard.press("Enter")
    field_of(page).wait_for()


def test_tab_stays_in_the_dialog(page):
    begin(page)
    outside = "() => !document.activeElement.closest('dialog') && document.activeElement.tagName"

    landed = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        landed.add(page.evaluate(outside))

    assert landed <= {False, "BODY"}  # the body: the browser's own controls


def test_a_change_is_seen_at_once_and_told_when_the_keys_are_quiet(page):
    page.clock.install()
    select(page, WRONG)
    page.keyboard.press("Control+Enter")
    field_of(page).wait_for()
    told = page.locator("[data-told]")

    seen = []
    for key in ["End", "s", "i", "d", "e"]:
        page.keyboard.press(key)
        page.clock.run_for(100)
        seen.append((page.locator("[data-difference]").inner_text(), told.inner_text()))
    page.clock.run_for(1000)

    assert [difference for difference, _ in seen][1:] == [
        f"at the the pierpier{end}" for end in ("s", "si", "sid", "side")
    ]
    assert {said for _, said in seen} == {""}
    assert told.inner_text().split() == ["Taken", "out:", "pier", "Put", "in:", "pierside"]


def test_every_control_of_the_dialog_has_a_name(page):
    begin(page)

    controls = page.get_by_role("dialog").locator(
        ":is(button, input:not([type=hidden]), textarea:not([hidden]), select, summary)"
        ":not([aria-hidden=true] *):visible"
    )

    assert controls.count() > 3
    for control in controls.all():
        assert re.search(r'"[^"]+|: \S', control.aria_snapshot().splitlines()[0]), control


# Every screen.


# Until all that moves has come to its end, however long that takes.
RISEN = """() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  .then(() => {})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_article_and_the_open_dialog_are_accessible(page, scheme):
    page.emulate_media(color_scheme=scheme)
    assert barriers(page) == []

    begin(page)
    page.evaluate(RISEN)  # half-transparent while it rises
    assert barriers(page) == []

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Continue").wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize("slug", ["harbour-tariffs", "maktabat-al-mina", "lighthouse-reopens"])
def test_nothing_on_the_page_moves_by_itself(visitor, site, slug):
    visitor.goto(f"{site.url}/articles/{slug}")
    words = visitor.locator(".body p[data-start]").nth(1).inner_text().split()[0]
    select(visitor, words)
    visitor.get_by_role("button", name="Suggest a correction").wait_for()
    visitor.keyboard.press("Control+Enter")
    field_of(visitor).fill("x")
    visitor.keyboard.press("Escape")
    visitor.get_by_role("button", name="Continue").wait_for()

    assert visitor.evaluate(SHIFTS) == []

    visitor.reload()
    visitor.get_by_role("button", name="Continue").wait_for()
    assert visitor.evaluate(SHIFTS) == []


@pytest.mark.parametrize("height", [640, 256])  # 256: 1280 by 1024 at 400 %
def test_nothing_scrolls_sideways_at_320_pixels(page, height):
    page.set_viewport_size({"width": 320, "height": height})
    wide = "(it) => { const e = it ? document.querySelector(it) : document.documentElement;" + (
        " return e.scrollWidth - e.clientWidth }"
    )
    assert page.evaluate(wide) == 0

    begin(page, "Lindqvist's advisers have drawn up", "w" * 60)
    page.get_by_role("dialog").locator("summary").first.click()

    assert page.evaluate(wide) == 0
    assert page.evaluate(wide, "dialog") == 0
    page.get_by_role("button", name="Send").scroll_into_view_if_needed()
    assert page.get_by_role("button", name="Send").is_visible()


def test_nothing_moves_for_whoever_wants_less_motion(page):
    page.emulate_media(reduced_motion="reduce")
    begin(page)

    assert page.evaluate("() => document.getAnimations().length") == 0


def test_in_forced_colours_what_goes_and_comes_is_still_told_apart(page):
    page.emulate_media(forced_colors="active")
    begin(page, WRONG, "at that pier")
    lines = "(it) => getComputedStyle(it).textDecorationLine"

    difference = page.locator("[data-difference]")

    assert difference.locator("del").evaluate(lines) == "line-through"
    assert difference.locator("ins").evaluate(lines) == "underline"
    assert page.locator(".capture").evaluate("(it) => getComputedStyle(it).borderTopStyle") == (
        "solid"
    )
