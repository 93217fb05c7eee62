"""Our script on a newsroom's own pages, some of them hostile: it works, or says what else does."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.browser.hands import Chromium
from tests.browser.newsroom_pages import WRONG, beside, cases
from tests.builders import document

pytestmark = pytest.mark.browser

NEW = "/articles/harbour/corrections/new"
PLACE = "/embed/place"
OTHERS = {"no-foreign-script", "no-forms", "no-frames", "no-script", "swallowed", "translated"}
WORKING = sorted(cases("").keys() - OTHERS)

# Selects words of the article, however many nodes the page has made of them.
SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector(".entry-content"), 4);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  const at = text.indexOf(words);
  const point = (offset, isEnd) => {
    const [base, node] = nodes.findLast(([base]) => (isEnd ? base < offset : base <= offset));
    return [node, offset - base];
  };
  getSelection().setBaseAndExtent(...point(at), ...point(at + words.length, true));
}"""
OFFERED = """() => new Promise((done) => {
  const look = () => document.querySelector("reader-corrections")
    ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
  look();
})"""
# Where our button is, as a finger finds it: its tree is closed to everyone.
BUTTON = """() => {
  const { bottom, right } = getSelection().getRangeAt(0).getBoundingClientRect();
  const isCoarse = matchMedia("(pointer: coarse)").matches;
  const at = isCoarse ? [innerWidth / 2, innerHeight - 30] : [right - 10, bottom + 25];
  return [at, document.elementFromPoint(...at)?.localName];
}"""
# So that a test may look for what our script shows; for a page it stays closed.
OPENED = """const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function () { return attach.call(this, { mode: "open" }); };"""
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("not here", "SecurityError"); } });"""
NAMES = """() => [Object.getOwnPropertyNames(window), document.cookie,
  localStorage.length + sessionStorage.length]"""
ADD = """(site) => new Promise((done) => {
  const script = document.createElement("script");
  script.dataset.corrections = script.src = site + "/embed.js";
  script.dataset.corrections = site;
  script.onload = done;
  document.head.append(script);
})"""
LISTEN = """() => {
  window.heard = [];
  for (const kind of ["keydown", "input", "submit", "message"])
    addEventListener(kind, ({ type, key }) => heard.push([type, key]), true);
}"""
ACTIVE = "() => document.activeElement.localName"


@pytest.fixture(scope="module")
def both(tmp_path_factory, databases):
    folder = tmp_path_factory.mktemp("beside") / "instance"
    with beside(folder, databases.fresh()) as served:
        yield served


@pytest.fixture
def anew(both):
    both.forget()
    return both


@pytest.fixture
def context(chromium):
    opened = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def reader(anew, context):
    return context.new_page()


@pytest.fixture(params=["chromium", "firefox"])
def hands(request, anew):
    if request.param == "chromium":
        yield Chromium(request.getfixturevalue("reader"))
        return
    firefox = request.getfixturevalue("firefox")
    yield firefox
    firefox.goto("about:blank")  # its tab stays, and must ask for nothing in the next test


def choose(hands, url, words=WRONG):
    """Open a page, select words of it and wait for the offer."""
    hands.goto(url)
    hands.run(SELECT, words)
    hands.run(OFFERED)


def framed(page, ask):
    """The form inside the page, once what asks for it has brought it there."""
    with page.expect_event("framenavigated", lambda frame: "/embed/form" in frame.url) as opened:
        ask()
    opened.value.locator("dialog[open] form").first.wait_for()
    return opened.value


def begun(page, both, words=WRONG):
    """The frame with the form for some words."""
    choose(Chromium(page), f"{both.pages}/plain", words)
    return framed(page, lambda: page.keyboard.press("Control+Enter"))


@pytest.mark.parametrize("case", WORKING)
def test_words_of_a_page_come_to_their_form_on_whatever_page(hands, anew, case):
    choose(hands, f"{anew.pages}/{case}")
    hands.press("Control+Enter")

    status, known = anew.wait_for(PLACE, "POST")

    assert (status, known["exact"]) == (200, WRONG)
    assert known["how"] == ("aligned" if case == "ads" else "block")
    assert anew.wait_for(NEW)[0] == 200
    assert hands.run("() => location.pathname") == f"/{case}"


def test_a_page_of_the_same_host_at_another_port_works_too(hands, anew):
    choose(hands, f"{anew.neighbour}/plain")
    hands.press("Control+Enter")

    assert anew.wait_for(PLACE, "POST")[0] == 200


def test_words_that_the_browser_translated_open_the_finder(hands, anew):
    choose(hands, f"{anew.pages}/translated", "recieved")
    hands.press("Control+Enter")

    status, known = anew.wait_for(PLACE, "POST")

    assert (status, known["error"]) == (422, "translated")
    assert anew.wait_for(NEW)[0] == 200


def test_where_a_page_swallows_the_keys_the_button_works(hands, anew):
    choose(hands, f"{anew.pages}/swallowed")
    hands.press("Control+Enter")
    place, there = hands.run(BUTTON)
    hands.click(place)

    status, known = anew.wait_for(PLACE, "POST")

    assert (there, status, known["exact"]) == ("reader-corrections", 200, WRONG)


def test_where_our_script_may_not_run_the_link_works(reader, anew):
    with reader.expect_console_message(lambda said: "embed.js" in said.text):
        reader.goto(f"{anew.pages}/no-foreign-script")
    reader.get_by_role("link", name="Report an error").click()
    reader.get_by_role("heading", name="Where is the mistake?").wait_for()

    assert [path for _, path, _, _ in anew.asked if path == "/embed.js"] == []


def test_nothing_is_asked_until_somebody_wants_something(reader, anew):
    asked: list[str] = []  # by this page: what an earlier one still asks may come late
    reader.on("request", lambda request: asked.append(request.url))
    choose(Chromium(reader), f"{anew.pages}/plain")
    reader.wait_for_load_state("networkidle")

    assert [url for url in asked if url.startswith(anew.url)] == [f"{anew.url}/embed.js"]


def test_the_script_leaves_no_name_no_cookie_and_keeps_nothing(reader, anew):
    reader.goto(f"{anew.pages}/no-script")
    before = reader.evaluate(NAMES)

    reader.evaluate(ADD, anew.url)
    reader.evaluate(ADD, anew.url)  # some pages carry it twice

    assert reader.evaluate(NAMES) == before
    assert before[1:] == ["", 0]


def test_a_correction_is_sent_from_the_page_by_keys_alone(reader, anew):
    frame = begun(reader, anew)
    field = frame.get_by_label("What it should say")
    reader.evaluate(LISTEN)
    # Focus has gone to the field by itself.
    reader.keyboard.press("Control+a")
    reader.keyboard.type("councillors received")
    assert field.input_value() == "councillors received"
    reader.keyboard.press("Control+Enter")
    frame.get_by_text("Thank you. It has arrived.").wait_for()
    receipt = frame.get_by_role("link", name="Your receipt")
    with reader.context.expect_page() as opened:
        receipt.click()

    assert "/receipts/" in opened.value.url
    with anew.app.app_context():
        stored = db.session.query(Correction).one()
        assert (stored.exact, stored.replacement) == (WRONG, "councillors received")
    # Nothing of it was heard outside, and there is no way in.
    inside = "() => document.querySelector('reader-corrections').shadowRoot"
    assert (reader.evaluate("() => heard"), reader.evaluate(inside)) == ([], None)
    reader.bring_to_front()
    reader.keyboard.press("Escape")
    reader.wait_for_function("() => document.activeElement.localName !== 'reader-corrections'")
    assert reader.url == f"{anew.pages}/plain"


def test_what_is_typed_stays_when_the_dialog_is_closed_and_opened_again(reader, anew):
    frame = begun(reader, anew)
    frame.get_by_label("What it should say").fill("the members received")
    reader.keyboard.press("Escape")
    reader.wait_for_function("() => document.activeElement.localName !== 'reader-corrections'")
    reader.evaluate(SELECT, "Tuesday")
    reader.keyboard.press("Control+Enter")
    frame.get_by_label("What it should say").and_(frame.locator("text=Tuesday")).wait_for()
    reader.keyboard.press("Escape")
    reader.wait_for_function("() => document.activeElement.localName !== 'reader-corrections'")
    reader.evaluate(SELECT, WRONG)
    reader.keyboard.press("Control+Enter")

    frame.wait_for_function(
        """() => document.querySelector("[name=replacement]")?.value === "the members received" """
    )
    assert [path for _, path, _, _ in anew.asked].count("/embed/form") == 1


def test_a_browser_that_keeps_nothing_for_frames_sends_all_the_same(reader, anew):
    reader.add_init_script(FORBIDDEN)
    frame = begun(reader, anew, words="give or take")
    field = frame.get_by_label("What it should say")
    field.fill("more or less")
    reader.keyboard.press("Escape")
    reader.wait_for_function("() => document.activeElement.localName !== 'reader-corrections'")
    reader.evaluate(SELECT, "give or take")
    reader.keyboard.press("Control+Enter")
    frame.wait_for_function("() => document.activeElement.name === 'replacement'")
    assert field.input_value() == "more or less"
    reader.keyboard.press("Control+Enter")

    frame.get_by_text("Thank you. It has arrived.").wait_for()


def test_words_without_a_place_come_to_the_finder_with_the_words_in_it(reader, anew):
    frame = begun(reader, anew, words="the agency")

    assert frame.get_by_role("searchbox").input_value() == "the agency"
    assert frame.get_by_text("These words are not in the article as we have it.").is_visible()


def test_a_link_of_the_page_opens_the_form_for_the_whole_article(reader, anew):
    reader.goto(f"{anew.pages}/plain")
    frame = framed(reader, reader.get_by_role("link", name="Report an error").click)

    assert frame.get_by_role("heading", name="Where is the mistake?").is_visible()
    assert reader.url == f"{anew.pages}/plain"


def test_without_scripts_the_link_leads_to_the_same_form(chromium, anew):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{anew.pages}/plain")
    page.get_by_role("link", name="Report an error").click()
    page.get_by_role("heading", name="Where is the mistake?").wait_for()

    assert page.url.startswith(anew.url + NEW)
    context.close()


@pytest.mark.parametrize("where", ["pages/no-frames", "stranger/plain"])
def test_where_no_frame_may_be_a_tab_of_its_own_has_the_form(reader, anew, where):
    host, case = where.split("/")
    reader.add_init_script(OPENED)
    choose(Chromium(reader), f"{getattr(anew, host)}/{case}")
    reader.keyboard.press("Control+Enter")
    with reader.context.expect_page() as opened:
        reader.get_by_role("link", name="Open the form in a new tab").click()
    tab = opened.value
    tab.get_by_label("What it should say").wait_for()

    assert anew.wait_for(PLACE, "POST")[1]["exact"] == WRONG
    assert WRONG.split()[0] not in tab.url.partition("#")[0]
    assert reader.url == f"{getattr(anew, host)}/{case}"


def test_a_page_that_lets_no_form_be_sent_says_so_before_anything_is_typed(reader, anew):
    choose(Chromium(reader), f"{anew.pages}/no-forms")
    with reader.expect_event("framenavigated", lambda each: "/embed/form" in each.url) as opened:
        reader.keyboard.press("Control+Enter")

    opened.value.get_by_text("does not allow sending").wait_for()
    assert opened.value.get_by_text("/report?url=").is_visible()
    assert not [each for each in anew.asked if each[1] == PLACE]


def test_the_button_is_found_by_mouse_and_by_finger(chromium, anew):
    for touch in (False, True):
        size = {"width": 390, "height": 760} if touch else {"width": 1280, "height": 800}
        context = chromium.new_context(viewport=size, has_touch=touch, is_mobile=touch)
        page = context.new_page()
        anew.forget()
        choose(Chromium(page), f"{anew.pages}/plain")
        page.wait_for_function(f"({BUTTON})()[1] === 'reader-corrections'")
        place, _ = page.evaluate(BUTTON)
        page.touchscreen.tap(*place) if touch else page.mouse.click(*place)

        assert anew.wait_for(PLACE, "POST")[1]["exact"] == WRONG
        context.close()


def test_nobody_else_on_the_page_can_speak_for_our_frame(reader, anew):
    frame = begun(reader, anew)
    reader.evaluate("() => postMessage({ corrections: 'close' }, '*')")
    reader.evaluate(
        """() => new Promise((done) => {
          const other = document.createElement("iframe");
          other.srcdoc = "<script>parent.postMessage({ corrections: 'close' }, '*')</script>";
          addEventListener("message", (event) => event.source === other.contentWindow && done());
          document.body.append(other);
        })"""
    )

    assert reader.evaluate(ACTIVE) == "reader-corrections"
    assert frame.get_by_label("What it should say").is_visible()


def test_a_page_cannot_have_words_placed_in_the_articles_of_another_site(reader, anew):
    with anew.app.app_context():
        valley = document("The valley", "Only there.", source_url="https://valley.example/a")
        importing.bring_in(valley, slug="valley", now=now())
        db.session.remove()
    reader.goto(f"{anew.pages}/plain")

    reader.evaluate(
        """([site, mine]) => new Promise((done) => {
          const frame = document.createElement("iframe");
          frame.src = `${site}/embed/form?url=${encodeURIComponent(mine)}`;
          addEventListener("message", ({ source }) => {
            const seen = { v: 1, url: "https://valley.example/a", text: "Only there." };
            source.postMessage({ corrections: "seen", seen: { ...seen, start: 0, end: 4 } }, "*");
            done();
          });
          document.body.append(frame);
        })""",
        [anew.url, f"{anew.pages}/harbour/"],
    )

    status, known = anew.wait_for(PLACE, "POST")
    assert (status, known["article"], known["error"]) == (422, "harbour", "not_found_in_text")


def test_a_page_that_makes_its_body_anew_gets_a_new_frame(reader, anew):
    begun(reader, anew)
    reader.evaluate("() => document.body.replaceChildren(...document.body.children)")
    reader.evaluate("() => document.querySelector('reader-corrections').remove()")
    anew.forget()
    reader.evaluate(SELECT, "Tuesday")
    framed(reader, lambda: reader.keyboard.press("Control+Enter"))

    assert anew.wait_for(PLACE, "POST")[1]["exact"] == "Tuesday"
