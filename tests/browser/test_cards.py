"""Every kind of card in a real browser: open to everyone, and made for a thumb."""

from __future__ import annotations

import pytest

from corrections_app import create_app
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.browser.barriers import barriers, named
from tests.browser.cards import KINDS, fill
from tests.browser.triaging import CLOCK, PAUSE, SEEN
from tests.processes import serving

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def desk(tmp_path_factory, chromium):
    """A served newsroom: its address, the cards by name, and an editor who is signed in."""
    instance = tmp_path_factory.mktemp("cards") / "instance"
    cards = fill(instance)
    with serving(instance, letters=False, LIMITS="off", SECOND_APPROVAL="facts") as site:
        app = create_app({"INSTANCE": str(instance), "LIMITS": "off", "PUBLIC_URL": site.url})

        with app.app_context():
            link = accounts.one_time_link("mira@courier.example", now=now())
        page = chromium.new_page()
        page.goto(link)
        page.click("main button")
        page.wait_for_load_state()
        cookies = page.context.cookies()
        page.close()
        yield site.url, cards, cookies


@pytest.fixture
def card(visitor, desk):
    """Opens a card by its name, in the browser of an editor."""
    url, cards, cookies = desk
    visitor.context.add_cookies(cookies)
    visitor.add_init_script(CLOCK)

    def opened(name, looks=True):
        visitor.goto(f"{url}/queue/{cards[name]}")
        if looks:  # as long as a card takes nothing because nobody has seen it yet
            visitor.wait_for_function(SEEN, arg=PAUSE)
        return visitor

    return opened


@pytest.fixture(scope="module")
def onlooker(chromium, desk):
    """The editor's browser for all that is only looked at: nothing that is done there stays."""
    url, cards, cookies = desk
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_cookies(cookies)
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None,
    )

    def opened(name):
        page.set_viewport_size(DESKTOP)
        page.goto(f"{url}/queue/{cards[name]}")
        return page

    yield opened
    context.close()
    assert broken == []


@pytest.mark.parametrize("name", KINDS)
def test_every_card_is_open_to_everyone_with_all_that_opens_on_it(onlooker, name):
    page = onlooker(name)
    page.evaluate(OPEN_ALL)

    assert named(barriers(page)) == []


# All at once, where otherwise one closes the others; the sentence stays in sight.
OPEN_ALL = """() => {
  for (const part of document.querySelectorAll(".card details:not(.text-around)")) {
    part.removeAttribute("name");
    part.open = true;
  }
}"""


def test_cards_are_open_to_everyone_in_the_dark_and_on_a_phone(card, visitor):
    visitor.emulate_media(color_scheme="dark")
    visitor.set_viewport_size(PHONE)
    for name in ("flagged", "hidden", "several", "remark", "decided"):
        page = card(name, looks=False)
        assert named(barriers(page)) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], name


def test_a_phone_has_five_buttons_side_by_side_at_the_bottom_edge(card, visitor):
    visitor.set_viewport_size(PHONE)
    page = card("plain")
    boxes = [page.locator(name).bounding_box() for name in THUMBS]
    foot = page.locator(".foot").bounding_box()

    assert sorted(boxes, key=lambda box: box["x"]) == boxes
    assert round(sum(box["width"] for box in boxes)) == PHONE["width"]
    assert all(box["y"] + box["height"] == pytest.approx(foot["y"], abs=1) for box in boxes)
    assert round(foot["y"] + foot["height"]) == PHONE["height"]
    assert min(min(box["height"], box["width"]) for box in boxes) >= 44


THUMBS = [
    *(f".decide [data-act={name}]" for name in ("accept", "edit", "reject", "skip")),
    ".decide .more-acts > summary",
]


@pytest.mark.parametrize("has_keyboard", [False, True])
def test_keys_are_named_only_where_there_may_be_a_keyboard(chromium, desk, has_keyboard):
    url, cards, cookies = desk
    context = chromium.new_context(is_mobile=not has_keyboard, has_touch=not has_keyboard)
    context.add_cookies(cookies)
    page = context.new_page()

    seen = []
    for path in (f"/queue/{cards['plain']}", f"/queue/{cards['decided']}", "/queue"):
        page.goto(url + path)
        seen.append(page.locator("kbd:visible, .keys-button:visible").count() > 0)
    context.close()

    assert seen == [has_keyboard] * 3


def test_rejecting_on_a_phone_opens_the_reasons_above_the_buttons(card, visitor):
    visitor.set_viewport_size(PHONE)
    page = card("plain")
    page.locator("summary[data-act=reject]").click()
    sheet, thumb = (page.locator(f"{one}:visible").first for one in (".pulled-up", ".decide"))

    bottom = sheet.bounding_box()["y"] + sheet.bounding_box()["height"]
    assert bottom <= thumb.bounding_box()["y"] + 1
    assert page.locator("[data-digit='1']").is_visible()


def test_more_of_the_text_takes_the_place_of_the_sentence(card):
    page = card("flagged")
    page.locator("summary[data-act=context]").click()

    assert page.get_by_text("The council voted on Tuesday").is_visible()
    assert not page.locator(".card > .passage").is_visible()
    assert page.get_by_text("who has fished here").is_visible()
    assert named(barriers(page)) == []


def test_what_changes_in_more_of_the_text_is_not_behind_the_bar(card, visitor):
    visitor.set_viewport_size({"width": 1280, "height": 500})
    page = card("flagged")
    page.keyboard.press("Space")

    page.wait_for_function(
        """() => document.querySelector(".here del").getBoundingClientRect().bottom
          <= document.querySelector(".decide").getBoundingClientRect().top"""
    )


def test_the_row_of_the_card_is_in_sight_from_the_start(card, visitor):
    visitor.set_viewport_size({"width": 1366, "height": 657})
    row = card("gone").locator("[data-beside] [aria-current]").bounding_box()

    assert row["y"] + row["height"] / 2 <= 657


def test_a_notice_is_shown_only_where_there_is_to_be_one(card):
    page = card("flagged")
    notice = page.locator("#accept-notice")

    assert notice.is_visible()
    page.select_option("#accept-class", "silent")
    assert not notice.is_visible()


def test_both_sides_of_a_difference_stand_apart_in_either_direction(card):
    page = card("rtl")

    assert page.locator(".passage").get_attribute("dir") == "rtl"
    assert page.locator(".passage del bdi").count() == 1
    assert page.locator(".passage ins bdi").count() == 1


def test_what_opens_is_beneath_nothing(card, visitor):
    visitor.set_viewport_size({"width": 1280, "height": 900})
    page = card("flagged")
    assert page.locator(".undo-bar .strip").count() == 1

    page.keyboard.press("r")

    page.locator(".reasons button").first.wait_for()
    assert page.evaluate(COVERED) == []


# The reasons that another thing lies upon.
COVERED = """() => [...document.querySelectorAll(".reasons button")].filter((button) => {
  const { left, top, height } = button.getBoundingClientRect();
  const found = document.elementFromPoint(left + 4, top + height / 2);
  return top + height / 2 < innerHeight && !button.contains(found);
}).map((button) => button.value)"""


LAPTOP, DESKTOP = {"width": 1366, "height": 657}, {"width": 1280, "height": 900}
REST = {"Reject", "Skip", "Check first", "Ask an editor", "Duplicate or settled"}
REST |= {"Resolve by editing the article"}
OPEN = REST | {"Accept", "Edit"}
ACTS = dict.fromkeys(KINDS, OPEN) | {
    "remark": REST | {"Answer", "Edit"},
    "gone": REST | {"Place"},
    "proposed": {"Confirm", "Send it back"},
    "behind": {"Decide them together", "Decide this one separately"},
    "decided": {"Next correction", "Undo"},
    "appeal": {"Next correction", "Keep the decision", "Undo"},
}
"""What an editor may do with each kind of card."""


@pytest.mark.parametrize("name", KINDS)
def test_every_act_of_every_card_is_in_sight_or_one_press_away(onlooker, name):
    page = onlooker(name)
    for size in (PHONE, LAPTOP, DESKTOP):  # the page is loaded once: how it lies is style alone
        page.set_viewport_size(size)
        found = page.evaluate(IN_SIGHT)

        assert set(found["at once"]) | set(found["one press away"]) >= ACTS[name], size
        assert found["hidden"] == [], size
        assert "More" not in found["at once"] or ACTS[name] - REST <= set(found["at once"]), size
        assert page.evaluate("scrollY") == 0
        if name == "flagged" and size != PHONE:
            assert {"class", "notice"} <= set(found["at once"])


# The controls of the bar by their words: what can be pressed as the card lies there, what can be
# after one press, and what is covered or outside of the window then: the buttons, boxes and digits.
IN_SIGHT = """() => {
  const bar = document.querySelector(".decide");
  const isSeen = (part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const isOnTop = (x, y) => part.contains(document.elementFromPoint(x, y));
    return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth
      && isOnTop(left + 5, top + 5) && isOnTop(right - 5, bottom - 5);
  };
  const isShown = (part) => part.checkVisibility({ checkVisibilityCSS: true });
  const words = (part) => part.matches("select, textarea") ? part.name : [...part.childNodes]
    .filter((node) => node.nodeName !== "KBD" && (!node.matches || isShown(node)))
    .map((node) => node.textContent.trim()).join("");
  const found = { "at once": [], "one press away": [], hidden: [] };
  const opened = [...bar.querySelectorAll("details[open]")];
  const note = (parts, name) => {
    for (const part of parts.filter(isShown))
      found[isSeen(part) ? name : "hidden"].push(words(part));
  };
  const row = ":scope > .button, :scope > form > :is(button, .not-yet)";
  note([...bar.querySelectorAll(`${row}, :scope > details > summary`)], "at once");
  note([...bar.querySelectorAll(":scope > form > .field > :is(select, textarea)")], "at once");
  for (const details of bar.querySelectorAll("details")) {
    details.open = true;
    const inside = [...details.querySelectorAll("button, textarea, select")];
    if (details.matches(".more-acts"))
      note([...bar.querySelectorAll(".aside summary, .aside > a")], "one press away");
    else note(inside.filter((part) => part.type !== "hidden"), "one press away");
    details.open = false;
  }
  const strip = document.querySelector(".undo-bar form:not([hidden]) button");
  if (strip) note([strip], "at once");
  opened.forEach((details) => (details.open = true));
  return found;
}"""


def test_nothing_jumps_while_a_card_is_looked_at(card):
    page = card("flagged", looks=False)
    page.evaluate(WATCH)

    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)

    assert page.evaluate("shifted") == []


# https://web.dev/articles/cls
WATCH = """() => {
  window.shifted = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!entry.hadRecentInput)
        shifted.push([entry.value, ...entry.sources.map(({ node }) => node?.className)]);
  }).observe({ type: "layout-shift", buffered: true });
}"""
