"""One key per decision: nothing is decided unseen, by accident, or by typing."""

from __future__ import annotations

import pytest

from corrections_app.web.queue.keys import CARD, keys_of
from corrections_app.workflow.clock import now
from tests.browser.barriers import barriers
from tests.browser.triaging import PAUSE
from tests.builders import a_correction

pytestmark = pytest.mark.browser


def test_a_key_decides_and_the_next_card_is_there(newsroom, desk):
    first = desk.at()

    desk.press("a")

    assert desk.at() != first
    desk.settle()
    assert "Accepted" in desk.strip().inner_text()
    assert newsroom.decisions(desk.ids)[first].outcome == "accepted"


def test_two_presses_decide_one_card(newsroom, careful):
    first = careful.at()

    careful.look()
    careful.page.keyboard.press("a")
    careful.page.keyboard.press("a")

    careful.settle()
    assert newsroom.decisions(careful.ids).keys() == {first}


def test_a_double_click_decides_one_card(newsroom, careful):
    first = careful.at()

    careful.look()
    careful.page.locator("[data-act=accept]").dblclick()

    careful.settle()
    assert newsroom.decisions(careful.ids).keys() == {first}


def test_a_held_key_decides_one_card(newsroom, careful):
    first = careful.at()

    careful.look()
    for _ in range(40):
        careful.page.keyboard.down("a")
        careful.page.wait_for_timeout(15)
    careful.page.keyboard.up("a")

    careful.settle()
    assert newsroom.decisions(careful.ids).keys() == {first}


def test_a_card_takes_keys_only_when_it_has_been_seen(newsroom, careful):
    triage = careful.page.locator("[data-triage]")
    assert triage.get_attribute("data-pause") == str(PAUSE)
    careful.press("a")
    second = careful.at()

    triage.evaluate("(triage) => triage.dataset.pause = 60_000")
    for key in ("a", "r", "s", "j", "Shift+A"):
        careful.page.keyboard.press(key)

    careful.settle()
    assert careful.at() == second
    assert len(newsroom.decisions(careful.ids)) == 1
    triage.evaluate("(triage, pause) => triage.dataset.pause = pause", PAUSE)
    careful.press("a")
    assert careful.at() != second


def test_keys_that_are_typed_decide_nothing(newsroom, desk):
    first = desk.at()
    desk.press("e")
    desk.page.keyboard.press("Control+A")

    desk.page.keyboard.type("as hard? rz/")
    desk.page.keyboard.press("Escape")

    assert desk.at() == first
    assert newsroom.decisions(desk.ids) == {}
    desk.press("e")
    box = desk.page.locator("textarea:focus")
    assert box.input_value() == "as hard? rz/"


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_a_key_with_another_one_decides_nothing(newsroom, desk, modifier):
    first = desk.at()

    desk.press(f"{modifier}+j", f"{modifier}+s")

    assert desk.at() == first


def test_a_cyrillic_keyboard_decides_too(newsroom, desk):
    first = desk.at()
    desk.look()

    type_at(desk.page, "KeyA", "ф")
    desk.look()
    type_at(desk.page, "KeyR", "к")
    type_at(desk.page, "Digit1", "1")

    desk.settle()
    outcomes = {one.outcome for one in newsroom.decisions(desk.ids).values()}
    assert newsroom.decisions(desk.ids)[first].outcome == "accepted"
    assert outcomes == {"accepted", "rejected"}


def type_at(page, code, key):
    """Press a place on the keyboard that stands for another letter."""
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": key})
    session.detach()


def test_the_question_mark_opens_the_legend_wherever_it_lies(desk):
    for code, key in (("Slash", "?"), ("Minus", "?"), ("Digit7", "?")):
        desk.look()
        type_at(desk.page, code, key)
        assert desk.page.get_by_role("dialog").is_visible()
        desk.page.keyboard.press("a")
        desk.page.keyboard.press("Escape")

    assert desk.at() == desk.ids[0]


def test_a_flagged_card_needs_the_second_key(newsroom):
    section = newsroom.section()
    article = newsroom.story(section, "About 40 people came.", "It was the the end.")
    flagged = a_correction(article, "40 people", "50 people", now=now(), email="").id
    desk = newsroom.desk(section)
    desk.page.goto(f"{desk.url}/queue/{flagged}")

    desk.press("a")

    assert "Shift+A" in desk.page.locator("[data-why]").inner_text()
    assert "Shift+A" in desk.page.locator("[data-live]").text_content()
    assert newsroom.decisions([flagged]) == {}
    desk.press("Shift+A")
    desk.settle()
    assert newsroom.decisions([flagged])[flagged].outcome == "accepted"


def test_a_key_opens_the_article_at_the_words_in_a_new_tab(desk):
    with desk.page.context.expect_page() as opened:
        desk.press("o")

    assert "/articles/" in opened.value.url
    assert "#:~:text=" in desk.page.locator("[data-act=open]").first.get_attribute("href")


def test_more_context_is_shown_where_one_is(desk):
    desk.press("Space")

    assert desk.page.locator("details:has(> [data-act=context])").get_attribute("open") is not None
    assert desk.page.evaluate("scrollY") == 0


def test_the_legend_says_what_the_script_does(newsroom, desk):
    table = {(key.action, key.code, key.shift) for key in keys_of(CARD)}
    rows = desk.page.evaluate(
        "[...document.querySelectorAll('[data-key]')]"
        ".map(({ dataset }) => [dataset.key, dataset.code, 'shift' in dataset])"
    )
    assert {tuple(row) for row in rows} == table

    taken = desk.page.evaluate(TAKEN, [list(pressed(code, shift)) for _, code, shift in table])
    assert taken == [True] * len(table)
    others = [[f"Key{letter}", letter.lower(), False] for letter in "BCGILMNTUWXY"]
    assert desk.page.evaluate(TAKEN, others) == [False] * len(others)


# Which of some keys the page takes for itself; the card stays unseen, so that nothing is done.
TAKEN = """(keys) => {
  document.querySelector("[data-triage]").dataset.pause = 1e9;
  window.open = () => null;
  addEventListener("click", (event) => event.preventDefault(), { capture: true });
  return keys.map(([code, key, shiftKey]) => {
    const init = { code, key, shiftKey, bubbles: true, cancelable: true };
    const isTaken = !document.body.dispatchEvent(new KeyboardEvent("keydown", init));
    document.querySelector("dialog[open]")?.close();
    return isTaken;
  });
}"""


def pressed(code, shift):
    return (code, "?" if code == "?" else code.removeprefix("Key").lower(), shift)


def test_every_key_has_a_button_that_can_be_seen(desk):
    shown = desk.page.evaluate(
        "[...document.querySelectorAll('[data-act]')]"
        ".filter((one) => one.checkVisibility()).flatMap((one) => one.dataset.act.split(' '))"
    )
    # One of two ways to accept, a place where words are lost, a rejection by a rule that is broken.
    seldom = {"accept_flagged", "place", "reject_by_rule"}
    assert {key.action for key in keys_of(CARD)} <= seldom.union(shown)


def test_single_keys_can_be_switched_off_and_on(newsroom, newcomer):
    first = newcomer.at()
    newcomer.press("?")
    with newcomer.page.expect_navigation():
        newcomer.page.get_by_role("button", name="Switch single keys off").click()

    newcomer.press("a", "r", "1", "s", "j")

    assert newcomer.at() == first
    assert newcomer.page.locator("kbd.key:visible").count() == 0
    newcomer.page.get_by_role("button", name="Accept", exact=True).click()
    newcomer.settle()
    assert newsroom.decisions(newcomer.ids).keys() == {first}
    newcomer.page.get_by_role("button", name="Keys").click()
    with newcomer.page.expect_navigation():
        newcomer.page.get_by_role("button", name="Switch single keys on").click()
    newcomer.press("a")
    newcomer.settle()
    assert len(newsroom.decisions(newcomer.ids)) == 2


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_nothing_of_it_keeps_anybody_out(desk, scheme, width):
    desk.page.emulate_media(color_scheme=scheme)
    desk.page.set_viewport_size({"width": width, "height": 800})
    desk.press("a")
    desk.press("r", "1")
    desk.settle()

    assert violations(desk.page) == []
    desk.press("?")
    assert violations(desk.page) == []


def violations(page):
    found = barriers(page)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def test_the_second_key_publishes_no_notice_that_is_not_in_sight(newsroom):
    section = newsroom.section()
    article = newsroom.story(section, "About 40 people came.", "It was the the end.")
    flagged = a_correction(article, "40 people", "50 people", now=now(), email="").id
    desk = newsroom.desk(section)
    desk.page.set_viewport_size({"width": 1000, "height": 420})
    desk.page.goto(f"{desk.url}/queue/{flagged}")

    desk.press("Shift+A")

    assert "Read the notice" in desk.page.locator("[data-why]").inner_text()
    assert desk.page.locator(".decide > .accept [data-unread]").count() == 1
    assert newsroom.decisions([flagged]) == {}
    notice = desk.page.locator("#accept-notice").input_value()
    assert notice.endswith("it is about 50 people, not 40.")
    desk.press("Shift+A")
    desk.settle()
    assert newsroom.decisions([flagged])[flagged].notice == notice


def test_a_click_publishes_no_notice_without_a_word(newsroom):
    section = newsroom.section()
    article = newsroom.story(section, "About 40 people came.", "It was the the end.")
    flagged = a_correction(article, "40 people", "50 people", now=now(), email="").id
    desk = newsroom.desk(section)
    desk.page.goto(f"{desk.url}/queue/{flagged}")
    desk.look()

    button = desk.page.locator("button[data-act=accept_flagged]")
    button.click()
    desk.page.locator(".decide > form[data-asked] [data-question]").wait_for()

    assert newsroom.decisions([flagged]) == {}
    assert desk.page.locator("#accept-notice").is_visible()
    assert desk.page.locator(".decide > .accept [type=checkbox][value=notice]").is_hidden()
    desk.look()
    button.click()
    desk.settle()
    assert newsroom.decisions([flagged])[flagged].outcome == "accepted"


def test_a_note_after_r_is_a_reason_of_its_own_and_r_again_asks_for_the_next(newsroom, desk):
    first = desk.at()
    for again, words in (("0", "Ask Ada."), ("r", "Ask Bo.")):
        desk.press("r", again)
        desk.page.keyboard.type(words)
        desk.page.keyboard.press("Control+Enter")
        desk.await_other(first)
    desk.settle()

    made = newsroom.decisions(desk.ids).values()
    assert {(one.reason, one.note) for one in made} == {("other", "Ask Ada."), ("other", "Ask Bo.")}


@pytest.fixture
def rivals(newsroom):
    """Max before a change of a figure, with three rivals and a slip after it."""
    section = newsroom.section()
    article = newsroom.story(section, "About 40 people came.", "It was the the end.")
    numbers = (50, 60, 70, 80)
    ids = [
        a_correction(article, "40 people", f"{n} people", now=now(), email="").id for n in numbers
    ]
    ids.append(a_correction(article, "the the", "the", now=now(), email="").id)
    desk = newsroom.desk(section)
    desk.ids = ids
    desk.page.goto(f"{desk.url}/queue/{ids[0]}", wait_until="networkidle")
    return desk


def test_a_refused_key_is_answered_where_the_eye_is(rivals):
    page = rivals.page

    rivals.press("a")

    said = page.locator(".decide [data-why]")
    assert said.is_visible()
    assert "Shift+A" in said.inner_text()
    assert page.locator(".risks[data-flash]").count() == 1
    assert page.locator("[data-live]").text_content() == said.inner_text()
    for key, words in (("p", "cannot be done"), ("3", "Press R first")):
        rivals.press(key)
        assert words in said.inner_text()
    page.locator(".risks:not([data-flash])").wait_for()


def test_a_key_that_comes_too_early_lights_the_edge_of_the_card(careful):
    careful.page.evaluate("document.querySelector('[data-triage]').dataset.pause = 60_000")

    careful.page.keyboard.press("a")

    assert careful.page.locator("article.card[data-early]").count() == 1


def test_the_card_after_ones_own_decision_is_a_living_one(newsroom, rivals):
    rivals.page.evaluate(
        "document.addEventListener('card:shown',"
        " ({ detail }) => (window.shown ??= []).push(detail.id))"
    )

    rivals.press("Shift+A")

    rivals.await_card(rivals.ids[-1])
    rivals.settle()
    cards = rivals.page.evaluate("shown.filter(Boolean)")  # 0: none is here yet
    assert cards == [rivals.ids[-1]]
    assert rivals.page.locator("article.card[data-closed]").count() == 0
    assert newsroom.decisions(rivals.ids).keys() == set(rivals.ids[:-1])


def test_letters_count_by_their_cap_and_the_legend_shows_what_is_pressed(newsroom, desk):
    first = desk.at()
    desk.look()

    type_at(desk.page, "KeyA", "g")
    assert desk.at() == first
    type_at(desk.page, "KeyG", "a")
    desk.await_other(first)
    desk.settle()
    desk.look()
    type_at(desk.page, "KeyZ", "я")
    desk.await_card(first)

    assert newsroom.decisions(desk.ids) == {}
    caps = desk.page.locator("[data-key=undo] kbd, [data-key=accept] kbd")
    assert sorted(caps.all_text_contents()) == ["A", "Z / Я"]


def test_the_list_beside_the_card_is_walked_through(newsroom, desk):
    page = desk.page
    row = page.locator("[data-beside] [aria-current]")
    position = page.locator("[data-place]")
    assert position.inner_text() == "1 of 4"
    page.goto(f"{desk.url}/queue/{desk.ids[1]}", wait_until="networkidle")

    desk.press("k")
    desk.await_card(desk.ids[0])
    assert row.get_attribute("data-row") == str(desk.ids[0])
    desk.press("a")
    desk.settle()
    assert desk.at() == desk.ids[1]
    assert (row.get_attribute("data-row"), position.inner_text()) == (str(desk.ids[1]), "2 of 4")
    assert page.locator(f"[data-row='{desk.ids[0]}'][data-left]").count() == 1
    page.locator(f"[data-row='{desk.ids[3]}']").click()
    desk.await_card(desk.ids[3])
    assert position.inner_text() == "4 of 4"
    desk.press("k")
    desk.await_card(desk.ids[2])
    desk.press("z")
    desk.await_card(desk.ids[0])
    assert (position.inner_text(), page.locator("[data-row][data-left]").count()) == ("1 of 4", 0)
