"""What a reader selects is what is stored, and nothing typed is lost on the way."""

from __future__ import annotations

import gzip
import random

import pytest
from axe_playwright_python.sync_playwright import Axe

from corrections_app import shelf
from corrections_app.domain.anchoring import cut
from corrections_app.domain.text import canonical_text, placed, text_blocks
from corrections_app.sources import read, read_seeds
from tests.browser.selecting import select
from tests.processes import serving

pytestmark = pytest.mark.browser

SEEDS = read_seeds(shelf("seeds"))
BODIES = {seed.slug: read(seed.path, seed.options).body for seed in SEEDS}
DRAWN = 60
LOADED_AT_ONCE = ("lib/selection.js", "lib/offsets.js")
LOADED_ON_DEMAND = ("lib/dialog.js", "lib/difference.js")
ARTICLE = "/articles/harbour-tariffs"

# The text nodes and line breaks of each block, as any script would read them.
BLOCKS = """() => [...document.querySelectorAll("article [data-start]")].map((block) => {
  const nodes = document.createTreeWalker(block, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let text = "";
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    text += node.nodeName === "BR" ? "\\n" : node instanceof Text ? node.data : "";
  }
  return [Number(block.dataset.start), text];
})"""

# Sets a selection by the how-manieth UTF-16 unit of all words on the page, furniture included,
# and says what was captured, with the offsets meant: in blocks only.
DRAW = """async ([from, to]) => {
  const { captured } = await import("/static/js/lib/selection.js");
  const article = document.querySelector("article");
  const nodes = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const points = [];
  let before = 0;
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    for (const at of [from, to])
      if (at >= before && at < before + node.length) points.push([at, node, at - before]);
    before += node.length;
  }
  const place = (at) => points.find((point) => point[0] === at).slice(1);
  getSelection().setBaseAndExtent(...place(from), ...place(to));
  return captured(article, getSelection());
}"""

UNITS = "() => document.querySelector('article').textContent.length"
SELECT_ALL = "() => getSelection().selectAllChildren(document.body)"
CAPTURED = """async () => (await import("/static/js/lib/selection.js"))
  .captured(document.querySelector("article"), getSelection())"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("site") / "instance", "--samples", LIMITS="off") as served:
        yield served


@pytest.fixture
def page(visitor, site):
    visitor.goto(site.url + ARTICLE)
    return visitor


def suggest(page, words, replacement):
    select(page, words)
    page.keyboard.press("Control+Enter")
    field = page.get_by_role("dialog").get_by_label("What it should say")
    field.fill(replacement)
    return field


@pytest.mark.parametrize("slug", BODIES)
def test_the_page_says_the_canonical_text_and_no_more(visitor, site, slug):
    visitor.goto(f"{site.url}/articles/{slug}")

    shown = [tuple(block) for block in visitor.evaluate(BLOCKS)]

    body = BODIES[slug]
    starts = [start for _, start in placed(body) if start is not None]
    assert shown == list(zip(starts, [b.text for b in text_blocks(body)], strict=True))


@pytest.mark.parametrize("slug", BODIES)
def test_what_is_captured_stands_in_the_text_where_it_says(visitor, site, slug):
    visitor.goto(f"{site.url}/articles/{slug}")
    text = canonical_text(BODIES[slug])
    units = visitor.evaluate(UNITS)
    drawn = random.Random(slug)

    for _ in range(DRAWN):
        places = [drawn.randrange(units), drawn.randrange(units)]
        found = visitor.evaluate(DRAW, places)
        if found is None:
            continue
        start, end = found["start"], found["end"]
        assert text[start:end] == found["exact"], places
        assert cut(text, start, end) == (start, end), places


def test_an_advertisement_between_two_paragraphs_is_not_captured(page):
    select(page, "Brid O'Shea, who have publicly called for", "However, the people stressed")

    found = page.evaluate(CAPTURED)

    text = canonical_text(BODIES["harbour-tariffs"])
    assert "Advertisement" not in found["exact"]
    assert text[found["start"] : found["end"]] == found["exact"]


def test_everything_selected_is_the_whole_article(page):
    page.evaluate(SELECT_ALL)

    assert page.evaluate(CAPTURED)["exact"] == canonical_text(BODIES["harbour-tariffs"])


def test_a_triple_click_captures_its_paragraph_alone(page):
    blocks = [block.text for block in text_blocks(BODIES["harbour-tariffs"])]
    paragraph = page.locator("article .body > [data-start]").nth(1)

    paragraph.click(click_count=3)

    assert page.evaluate(CAPTURED)["exact"] in blocks


def test_blanks_alone_capture_nothing(page):
    select(page, " ")

    assert page.evaluate(CAPTURED) is None


def test_a_small_button_appears_beside_the_words_and_goes_with_them(page):
    button = page.get_by_role("button", name="Suggest a correction")
    assert button.is_hidden()

    select(page, "at the the pier")
    button.wait_for()
    page.evaluate("() => getSelection().removeAllRanges()")

    button.wait_for(state="hidden")


def test_a_failed_sending_keeps_the_words_and_makes_no_second_correction(page):
    answers = []
    page.on("response", lambda got: answers.append(got) if got.request.method == "POST" else None)
    suggest(page, "at the the pier", "at the pier")

    def lose(route):
        route.fetch()  # it arrives, but the reader never hears so
        route.abort()

    page.route("**/corrections", lose)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Could not send.").wait_for()
    kept = page.get_by_label("What it should say").input_value()
    page.unroute("**/corrections")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Thank you. It has arrived.").wait_for()

    assert kept == "at the pier"
    assert [answer.status for answer in answers] == [200]  # the first one's answer, replayed


def test_a_refusal_stands_beside_its_field_with_everything_still_typed(page):
    suggest(page, "at the the pier", "at the pier")
    page.get_by_role("dialog").get_by_label("E-mail").fill("nobody")

    page.keyboard.press("Control+Enter")

    page.get_by_text("This does not look like an e-mail address.").wait_for()
    assert page.get_by_label("What it should say").input_value() == "at the pier"
    assert page.evaluate("() => document.activeElement.id") == "email"


def test_escape_returns_to_the_words_and_what_was_typed_waits(page):
    field = suggest(page, "at the the pier", "at the pier")

    page.keyboard.press("Escape")
    page.wait_for_function("() => getSelection().toString() === 'at the the pier'")
    page.keyboard.press("Control+Enter")
    field.wait_for()

    assert field.input_value() == "at the pier"


def test_words_that_the_browser_altered_are_not_sent(page):
    page.evaluate("() => { document.querySelector('.body p').textContent = 'Andere Worte' }")
    select(page, "Andere")

    page.keyboard.press("Control+Enter")

    page.get_by_text("The words on your screen are not those that we published").wait_for()


def test_the_article_and_the_open_dialog_are_accessible(page):
    axe = Axe()
    assert axe.run(page).response["violations"] == []

    suggest(page, "at the the pier", "at the pier")
    page.wait_for_timeout(200)  # half-transparent while it rises

    assert axe.run(page).response["violations"] == []


def test_capture_is_as_small_as_the_smallest_of_its_kind():
    js, css = shelf("static") / "js", shelf("static") / "css"
    way_in = (css / "article.css").read_bytes().partition(b"/* The way in")[2]
    first = [(js / name).read_bytes() for name in ("article.js", *LOADED_AT_ONCE)]
    later = [(js / name).read_bytes() for name in LOADED_ON_DEMAND]

    before_selection = sum(len(gzip.compress(part)) for part in (*first, way_in))
    on_demand = sum(len(gzip.compress(part)) for part in later)
    style = len(gzip.compress((css / "capture.css").read_bytes()))

    assert way_in
    assert before_selection <= 4 * 1024
    assert before_selection + on_demand + style <= 9 * 1024
