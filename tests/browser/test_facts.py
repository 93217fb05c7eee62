"""A change that touches facts is accepted in two steps, by mouse, thumb and keyboard."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.workflow.articles import reading
from corrections_app.workflow.clock import now
from tests.browser.barriers import barriers
from tests.browser.triaging import PAUSE
from tests.builders import a_correction

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 657}
TOUCHED = "This touches a number."
FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.fixture
def story(newsroom):
    """A section, and an article in it."""
    section = newsroom.section()
    return newsroom.story(section, "In the hall sat 19 people.", "It rained adn rained.")


@pytest.fixture
def seated(newsroom, story):
    """A desk before the card that would change a number, with another one after it."""
    flagged = a_correction(story, "19", "20", now=now(), email="")
    slip = a_correction(story, "adn", "and", now=now(), email="")
    desk = newsroom.desk(story.section)
    desk.ids = (flagged.id, slip.id)
    desk.page.goto(f"{desk.url}/queue/{flagged.id}")
    desk.look()
    return desk


def in_sight(page, selector):
    """Whether all of it can be seen at this moment, beneath nothing else."""
    script = """(selector) => {
      const part = document.querySelector(selector), box = part.getBoundingClientRect();
      const there = (x, y) => part.contains(document.elementFromPoint(x, y));
      return box.top >= 0 && box.bottom <= innerHeight
        && there(box.left + 4, box.top + 4) && there(box.right - 4, box.bottom - 4);
    }"""
    return page.evaluate(script, selector)


def standing(newsroom, desk):
    return newsroom.decisions(desk.ids)


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_the_first_press_shows_class_and_notice_and_the_second_publishes(newsroom, seated, size):
    page = seated.page
    page.set_viewport_size(size)

    page.get_by_role("button", name="Accept", exact=False).first.click()

    assert page.evaluate(FOCUSED).startswith(TOUCHED)
    for part in ("[data-asked] [data-question]", "#accept-class", "#accept-notice"):
        assert in_sight(page, part), part
    assert in_sight(page, "[data-asked] > button")
    assert page.locator("#accept-class").input_value() == "correction"
    assert standing(newsroom, seated) == {}
    assert [found["id"] for found in barriers(page)] == []
    page.locator("#accept-class").select_option("silent")
    page.locator(".decide > form .if-silent").wait_for()
    seated.look()
    page.get_by_role("button", name="Yes, accept it").click()
    seated.await_card(seated.ids[1])
    seated.settle()
    assert standing(newsroom, seated)[seated.ids[0]].change_class == "silent"


def test_the_second_half_of_a_double_click_is_no_answer(newsroom, story):
    flagged = a_correction(story, "19", "20", now=now(), email="")
    desk = newsroom.desk(story.section, pause=PAUSE)
    desk.ids = (flagged.id,)
    desk.page.goto(f"{desk.url}/queue/{flagged.id}")
    desk.look()

    desk.page.locator("button[data-act=accept_flagged]").dblclick()

    desk.page.locator("[data-asked] [data-question]").wait_for()
    assert standing(newsroom, desk) == {}


def test_not_yet_and_escape_take_the_question_back(newsroom, seated):
    page = seated.page
    button = page.locator("button[data-act=accept_flagged]")
    for back in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("link", name="Not yet").first.click(),
    ):
        button.click()
        page.locator(".decide > form[data-asked] [data-question]").wait_for()
        seated.look()
        back()
        page.locator(".decide > form[data-asks]:not([data-asked])").wait_for(state="attached")
        assert page.locator("[type=hidden][name=confirmed]:enabled").count() == 0
    assert seated.at() == seated.ids[0]
    assert standing(newsroom, seated) == {}


def test_one_key_is_the_deliberate_step(newsroom, seated):
    seated.press("a")
    assert seated.at() == seated.ids[0]

    seated.press("Shift+A")

    seated.await_card(seated.ids[1])
    seated.settle()
    assert standing(newsroom, seated)[seated.ids[0]].change_class == "correction"


def test_by_keyboard_the_question_is_read_and_then_answered(newsroom, seated):
    page = seated.page
    page.locator("button[data-act=accept_flagged]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED).startswith(TOUCHED)
    order = []
    for _ in range(3):
        page.keyboard.press("Tab")
        order.append(page.evaluate("() => document.activeElement.id || 'button'"))
    assert order == ["accept-class", "accept-notice", "button"]
    seated.look()
    page.keyboard.press("Enter")

    seated.await_card(seated.ids[1])
    seated.settle()
    assert seated.ids[0] in standing(newsroom, seated)


def test_words_of_ones_own_come_back_with_what_they_touch(newsroom, seated):
    page = seated.page
    slip = seated.ids[1]
    page.goto(f"{seated.url}/queue/{slip}")
    seated.look()
    page.keyboard.press("e")
    page.locator("textarea[name=text]").fill("and 12 times")
    page.keyboard.press("Control+Enter")

    question = page.locator("details[open] form[data-asked] [data-question]")
    question.wait_for()
    assert question.inner_text().startswith(TOUCHED)
    assert page.locator("textarea[name=text]").input_value() == "and 12 times"
    seated.look()
    page.get_by_role("button", name="Yes, accept these words").click()
    seated.settle()
    assert slip in standing(newsroom, seated)


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_class_and_notice_stand_beside_save(newsroom, seated, story, size):
    page = seated.page
    page.set_viewport_size(size)
    page.goto(f"{seated.url}/articles/{story.slug}/edit")
    assert in_sight(page, "#change-class")
    text = page.locator("#text")
    text.fill(text.input_value().replace("19", "20"))
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_role("heading", name="What saving will change").wait_for()
    assert page.locator(".risks").inner_text() == "changes a number"
    assert in_sight(page, ".save [data-question]")
    assert page.locator(".save .if-silent").is_visible()
    page.locator("#change-class").select_option("correction")
    for part in ("#change-class", "#change-notice", ".save button"):
        assert in_sight(page, part), part
    assert not page.locator(".save .if-silent").is_visible()
    assert [found["id"] for found in barriers(page)] == []
    page.locator("#change-notice").fill("Twenty people sat there.")
    page.get_by_role("button", name="Yes, save it").click()
    page.wait_for_url("**/revisions/2?against=1")
    db.session.rollback()
    assert reading.article_at(story.slug).current.change_class == "correction"
