"""What a reader selects is what is captured; the words of a page are only words; it stays small."""

from __future__ import annotations

import gzip
import random
import re

import pytest

from corrections_app import shelf
from corrections_app.domain.anchoring import cut
from corrections_app.domain.text.body import canonical_text, placed, text_blocks
from corrections_app.sources import read, read_seeds
from tests.browser.reader import ARTICLE, begin, field_of, imported, kept, send
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

SEEDS = read_seeds(shelf("seeds"))
BODIES = {seed.slug: read(seed.path, seed.options).body for seed in SEEDS}
DRAWN = 60
LOADED_AT_ONCE = ("reader/article.js", "lib/selection.js")
LOADED_ON_DEMAND = ("lib/dialog.js", "lib/storage.js", "lib/difference.js", "lib/own_pages.js")
HOSTILE = "<img src=x onerror=alert(1)>"

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


# The words' last line and the button, seen from the left: where each begins and ends.
BESIDE = """() => {
  const line = [...getSelection().getRangeAt(0).getClientRects()].findLast(({ width }) => width);
  const offer = document.querySelector("[data-suggest]").getBoundingClientRect();
  return [line.left, line.right, offer.left, offer.right];
}"""


def test_the_button_stands_where_the_words_end(visitor, site):
    found = []
    for slug, words in (("lighthouse-reopens", "bright light"), ("maktabat-al-mina", "الثلاثاء")):
        visitor.goto(f"{site.url}/articles/{slug}")
        select(visitor, words)
        visitor.locator("[data-suggest]").wait_for()
        found.append(visitor.evaluate(BESIDE))
    (_, right, starts, _), (left, _, _, ends) = found

    assert starts == pytest.approx(right - 24, abs=1)
    assert ends == pytest.approx(left + 24, abs=1)


def test_what_looks_like_a_tag_stays_words(visitor, site, tmp_path):
    visitor.on("dialog", lambda said: pytest.fail(f"a script ran: {said.message}"))
    text = f"{HOSTILE} in the title\n\nWrite {HOSTILE} and “</textarea>” here.\n"
    visitor.goto(imported(site, tmp_path / "hostile.txt", text))
    select(visitor, f"Write {HOSTILE} and “</textarea>” here.")
    visitor.keyboard.press("Control+Enter")
    field = field_of(visitor)
    field.wait_for()
    shown = field.input_value()
    field.fill(f"Do not write {HOSTILE} and “</textarea>” here.")
    difference = visitor.locator("[data-difference]").inner_text()
    send(visitor)

    assert shown == f"Write {HOSTILE} and “</textarea>” here."
    assert HOSTILE in difference
    assert visitor.locator("img[src=x]").count() == 0
    assert kept(visitor, "receipts")[0]["title"] == f"{HOSTILE} in the title"


def of_static(url):
    """Which of our files it is, whatever the release; nothing for another address."""
    found = re.search(r"/static/(?:[0-9a-f]{16}/)?(.*)", url)
    return found[1] if found else ""


def test_every_file_that_is_loaded_is_counted(visitor, site):
    loaded = []
    visitor.on("request", lambda sent: loaded.append(of_static(sent.url)))

    visitor.goto(site.url + ARTICLE)
    visitor.wait_for_load_state("networkidle")
    at_once = {name for name in loaded if name.startswith("js/")}
    loaded.clear()
    begin(visitor)
    visitor.get_by_role("link", name="Choose another sentence").click()
    visitor.get_by_role("searchbox").wait_for()

    assert at_once == {f"js/{name}" for name in LOADED_AT_ONCE}
    assert {name for name in loaded if name} == {
        "css/dialog.css",
        *(f"js/{name}" for name in LOADED_ON_DEMAND),
    }


def test_capture_is_as_small_as_the_smallest_of_its_kind():
    js, css = shelf("static") / "js", shelf("static") / "css"
    way_in = (css / "article.css").read_bytes().partition(b"/* The way in")[2]
    first = [(js / name).read_bytes() for name in LOADED_AT_ONCE]
    later = [(js / name).read_bytes() for name in LOADED_ON_DEMAND]

    before_selection = sum(len(gzip.compress(part)) for part in (*first, way_in))
    on_demand = sum(len(gzip.compress(part)) for part in later)
    style = len(gzip.compress((css / "dialog.css").read_bytes()))

    assert way_in
    assert before_selection <= 4 * 1024
    assert before_selection + on_demand + style <= 9 * 1024
