"""By finger: the button stands at the bottom edge, and a tap never loses the words."""

from __future__ import annotations

import pytest

from tests.browser.reader import ARTICLE, WRONG, field_of
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

BUTTON = "[data-suggest] button"
# Some systems take the selection away as soon as something else is touched.
COLLAPSE = "() => addEventListener('touchstart', () => getSelection().removeAllRanges(), true)"


@pytest.fixture
def phone(chromium, site):
    context = chromium.new_context(
        viewport={"width": 390, "height": 760}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(site.url + ARTICLE)
    yield page
    context.close()


@pytest.fixture
def finger(phone):
    protocol = phone.context.new_cdp_session(phone)

    def touch(kind, *place):
        points = [dict(zip("xy", place, strict=True))] if place else []
        protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def centre(page, name):
    box = page.locator(name).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_button_stands_at_the_bottom_edge_away_from_the_words(phone):
    select(phone, WRONG)
    button = phone.locator(BUTTON)
    button.wait_for()

    bar = phone.locator("[data-suggest]").bounding_box()
    words = phone.evaluate("() => getSelection().getRangeAt(0).getBoundingClientRect().bottom")

    assert bar["y"] + bar["height"] == pytest.approx(760, abs=1)
    assert bar["width"] == pytest.approx(390, abs=1)
    assert button.bounding_box()["height"] >= 44
    assert words < bar["y"]


def test_a_tap_opens_the_form_for_the_words_and_another_sends(phone):
    select(phone, WRONG)
    phone.locator(BUTTON).tap()
    field = field_of(phone)
    field.wait_for()
    assert field.input_value() == WRONG
    field.fill("at her pier")

    phone.get_by_role("button", name="Send").tap()

    phone.get_by_text("Thank you. It has arrived.").wait_for()


def test_a_long_press_that_takes_the_selection_away_does_not_take_the_words(phone, finger):
    phone.evaluate(COLLAPSE)
    select(phone, WRONG)
    phone.locator(BUTTON).wait_for()
    place = centre(phone, BUTTON)

    finger("touchStart", *place)
    phone.wait_for_function("() => getSelection().isCollapsed")
    phone.wait_for_timeout(400)
    finger("touchEnd")

    field_of(phone).wait_for()
    assert field_of(phone).input_value() == WRONG


def test_a_finger_that_slides_off_the_button_opens_nothing(phone, finger):
    select(phone, WRONG)
    phone.locator(BUTTON).wait_for()
    x, y = centre(phone, BUTTON)

    finger("touchStart", x, y)
    finger("touchMove", x, y - 300)
    finger("touchEnd")
    phone.wait_for_timeout(400)

    assert phone.get_by_role("dialog").is_hidden()


def test_handles_may_be_moved_until_the_button_is_pressed(phone):
    select(phone, "at the the")
    phone.locator(BUTTON).wait_for()
    select(phone, WRONG)

    phone.locator(BUTTON).tap()

    field_of(phone).wait_for()
    assert field_of(phone).input_value() == WRONG


def test_keys_are_named_only_where_there_may_be_a_keyboard(phone, visitor, site):
    visitor.goto(site.url + ARTICLE)

    for page, keys in ((phone, False), (visitor, True)):
        invitation = page.get_by_role("complementary", name="Seen a mistake?")
        assert invitation.get_by_text("Ctrl").is_visible() is keys
        assert invitation.get_by_text("a button appears").is_visible() is not keys


def test_the_key_is_called_as_on_the_readers_system(chromium, site):
    context = chromium.new_context(
        user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
    )
    context.add_init_script("Object.defineProperty(navigator, 'platform', { value: 'MacIntel' })")
    page = context.new_page()
    page.goto(site.url + ARTICLE)
    invitation = page.get_by_role("complementary", name="Seen a mistake?").inner_text()
    select(page, WRONG)
    page.keyboard.press("Meta+Enter")
    field_of(page).wait_for()
    form = page.get_by_role("dialog").inner_text()
    field_of(page).fill("at a Mac pier")
    page.keyboard.press("Meta+Enter")
    page.get_by_text("Thank you. It has arrived.").wait_for()

    assert "⌘" in invitation
    assert "⌘" in form
    assert "Ctrl" not in invitation + form
    context.close()


def test_the_bar_of_a_draft_hides_nothing_for_good(phone):
    select(phone, WRONG)
    phone.locator(BUTTON).tap()
    field_of(phone).fill("at one pier")
    phone.get_by_role("button", name="Close").tap()
    phone.get_by_role("button", name="Continue").wait_for()
    phone.evaluate("() => scrollTo(0, 1e6)")

    last = phone.get_by_role("link", name="For the newsroom").bounding_box()
    bar = phone.locator("[data-begun]").bounding_box()

    assert last["y"] + last["height"] <= bar["y"]
