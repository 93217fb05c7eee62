"""What the browser has selected is what the database then holds, character for character."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from corrections_app import create_app, shelf
from corrections_app.domain.text.body import canonical_text
from corrections_app.extensions import db
from corrections_app.sources import read, read_seeds
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.browser.hands import Chromium
from tests.browser.oracle import AS_IT_IS, IN_THE_PAGE, drawn, same_words, selected, stored
from tests.processes import serving

pytestmark = pytest.mark.browser

# Another number draws other selections: CORRECTIONS_SELECTIONS=2 make test
SEED = os.environ.get("CORRECTIONS_SELECTIONS", "1")
DRAWN = {"chromium": 30, "firefox": 15}
HARD = Path(__file__).with_name("hard.md")
SAMPLES = {seed.slug: (seed.path, seed.options) for seed in read_seeds(shelf("seeds"))}
TEXTS = {slug: canonical_text(read(*sample).body) for slug, sample in SAMPLES.items()}
TEXTS["hard"] = canonical_text(read(HARD).body)

# Where words stand in the window: before the first ("start") or behind the last ("end").
PLACES = """(wanted) => {
  const nodes = [];
  const all = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (all.nextNode()) nodes.push(all.currentNode);
  const found = wanted.map(([words, edge]) => {
    const node = nodes.find((each) => each.data.includes(words));
    if (!node) throw new Error("not on the page: " + words);
    const at = node.data.indexOf(words) + (edge === "start" ? 0 : words.length - 1);
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return [range, edge];
  });
  const top = Math.min(...found.map(([range]) => range.getBoundingClientRect().top));
  scrollBy({ top: top - 150, behavior: "instant" });
  return found.map(([range, edge]) => {
    const box = range.getBoundingClientRect();
    const rtl = getComputedStyle(range.startContainer.parentElement).direction === "rtl";
    const left = (edge === "start") !== rtl;
    return [left ? box.left + 1 : box.right - 1, box.top + box.height / 2];
  });
}"""

# A selection that no hand can make, or not the same in every browser.
SET = """([from, start, to, end]) => {
  const node = (name) => {
    const all = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
    while (all.nextNode()) if (all.currentNode.data.includes(name)) return all.currentNode;
  };
  const first = node(from);
  const whole = to.startsWith("block of ");
  const last = node(to.replace("block of ", ""));
  getSelection().setBaseAndExtent(
    first, first.data.indexOf(from) + start,
    whole ? last.parentElement.closest("[data-start]") : last,
    whole ? end : last.data.indexOf(to) + end,
  );
}"""

# What scripts put into a published page: marks of their own in the text (which say so), words
# wrapped anew, advertisements between the blocks, a text node cut in two.
ADDED = """() => {
  for (const block of document.querySelectorAll(".body p[data-start]")) {
    const words = block.firstChild;
    if (!(words instanceof Text) || words.length < 9) continue;
    words.splitText(4).splitText(3);
    const mark = document.createElement("sup");
    mark.dataset.skip = "";
    mark.append("[note 🦊", document.createElement("br"), "1]");
    const [, wrapped] = block.childNodes;
    const font = document.createElement("font");
    wrapped.replaceWith(font);
    font.append(wrapped);
    font.after(mark);
    const slot = document.createElement("div");
    slot.append("Buy a boat 🚢");
    block.after(slot);
  }
}"""

# Until the button has gone: it would lie under the next press of the mouse.
NOTHING = """async () => {
  getSelection().removeAllRanges();
  const offer = document.querySelector("[data-suggest]");
  while (offer && !offer.hidden) await new Promise(requestAnimationFrame);
}"""

LIGHT = "lighthouse-reopens"
WINDOW = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def site(tmp_path_factory, databases):
    instance, url = tmp_path_factory.mktemp("site") / "instance", databases.fresh()
    settings = {"DATABASE_URL": url, "LIMITS": "off"}
    with serving(instance, "--samples", letters=False, **settings) as served:
        app = create_app({"INSTANCE": str(instance), "TESTING": True, **settings})
        with app.app_context():
            importing.bring_in(read(HARD), slug="hard", now=now())
            yield served.url
            db.session.remove()
            db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def hands(request):
    """A reader's hands in each browser, for all of these tests: nothing they do stays."""
    if request.param == "firefox":
        yield request.getfixturevalue("firefox")
        return
    context = request.getfixturevalue("chromium").new_context(viewport=WINDOW)
    page = context.new_page()
    broken = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield Chromium(page)
    context.close()
    assert broken == []


@pytest.fixture
def reader(hands, site):
    """A reader who has selected nothing, and opens articles by their slug."""
    yield Reader(hands, site)
    hands.run(NOTHING)


class Reader:
    """Hands on one article of the site."""

    def __init__(self, hands, site):
        self.hands, self.site = hands, site

    def opens(self, slug):
        address = f"{self.site}/articles/{slug}"
        if self.hands.run("() => location.href") != address:
            self.hands.goto(address)
        return self.hands


def captured(hands, slug):
    """The words stored of the reader's selection, which are those that the browser had."""
    [found] = hands.run(IN_THE_PAGE, {"draws": [AS_IT_IS], "post": True})
    return check(slug, found)


def check(slug, found):
    """That script and database hold what the browser had; the words of it."""
    meant = selected(TEXTS[slug], found["held"])
    if meant is None:
        assert found["capture"] is None
        return None
    start, end, words = meant
    assert found["capture"] == {"start": start, "end": end, "exact": words}
    assert found["status"] in (200, 201), found["said"]
    assert stored(db.session, found["said"]) == meant
    return words


def random_ones_hold(hands, slug):
    """How many of the selections drawn held words; each is checked."""
    draws = drawn(Random(f"{SEED} {slug} {hands.name}"), DRAWN[hands.name])
    found = hands.run(IN_THE_PAGE, {"draws": draws, "post": True})
    words = 0
    print(f"CORRECTIONS_SELECTIONS={SEED}")  # shown, with the last draw, when this fails
    for draw, each in zip(draws, found, strict=True):
        print(draw)
        assert not each["held"] or same_words(TEXTS[slug], each["held"])
        words += check(slug, each) is not None
    return words


def passage(slug, first, last):
    """The canonical text from the beginning of some words to the end of others."""
    text = TEXTS[slug]
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)]


@pytest.mark.parametrize("slug", TEXTS)
def test_whatever_is_selected_is_what_is_stored(reader, slug):
    hands = reader.opens(slug)

    assert random_ones_hold(hands, slug) > DRAWN[hands.name] / 2


def test_what_scripts_add_to_the_page_moves_nothing(reader):
    hands = reader.opens(f"{LIGHT}?altered")
    hands.run(ADDED)

    assert random_ones_hold(hands, LIGHT) > DRAWN[hands.name] / 2


DRAGS = {
    "within a paragraph": (LIGHT, "gathers it", "tall as a man"),
    "over two paragraphs": (LIGHT, "the wrong door", "be rid of it"),
    "over an advertisement": (LIGHT, "hangs framed at", "counted prisms"),
    "over a picture, into its caption": (LIGHT, "nineteen nautical", "a day before"),
    "from a list into a list in it": (LIGHT, "numbered them", "two others"),
    "in the headline": (LIGHT, "eleven dark", "light is lit"),
    "from the headline into the standfirst": (LIGHT, "lit again", "retired engineer"),
    "in a caption": (LIGHT, "prisms was", "by hand"),
    "out of emphasis": (LIGHT, "Fresnel", "was ground in"),
    "over a link": (LIGHT, "be rid of it", "record eleven"),
    "over a table of related stories": ("harbour-tariffs", "publicly called for", "the people"),
    "in the byline": (LIGHT, "Ida", "Voss"),
    "from the standfirst into the byline": (LIGHT, "retired engineer", "Ida"),
    "within a cell": ("ferry-in-figures", "Great", "Hamm"),
    "over two cells": ("ferry-in-figures", "260", "222"),
    "from a row into the next": ("ferry-in-figures", "Little Hamm", "13,800"),
    "out of a paragraph into a table": ("ferry-in-figures", "The limit is", "Sailings 2022"),
    "over high and wide cells": ("hard", "Port", "2023"),
    "from a table's caption into its cells": ("hard", "Catches", "Port"),
    "over lines in a cell": ("hard", "Old", "Quay"),
    "over three lines of Arabic": ("maktabat-al-mina", "الثلاثاء", "المكتبة"),
    "over an Arabic heading": ("maktabat-al-mina", "ثلاث ساعات", "تفتح المكتبة"),
    "over line breaks": ("hard", "ends here", "is short"),
    "over words that look like a tag": ("hard", "editor typed", "alert(1)"),
}


@pytest.mark.parametrize(("slug", "first", "last"), DRAGS.values(), ids=DRAGS)
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_a_drag_captures_what_it_was_drawn_over(reader, slug, first, last, backwards):
    hands = reader.opens(slug)
    places = hands.run(PLACES, [[first, "start"], [last, "end"]])

    hands.drag(*(reversed(places) if backwards else places))

    assert captured(hands, slug) == passage(slug, first, last)


def test_a_double_click_captures_the_word_alone(reader):
    hands = reader.opens(LIGHT)
    [place] = hands.run(PLACES, [["kettle. But", "start"]])

    hands.click([place[0] + 5, place[1]], times=2)

    assert captured(hands, LIGHT) == "kettle"


def test_the_blank_that_a_double_click_takes_along_is_dropped(reader):
    hands = reader.opens(LIGHT)
    [place] = hands.run(PLACES, [["bright light", "start"]])

    hands.click([place[0] + 5, place[1]], times=2)
    hands.press("Shift+ArrowRight")  # on Windows without being asked

    assert captured(hands, LIGHT) == "bright"


def test_the_blank_before_the_words_is_dropped(reader):
    hands = reader.opens(LIGHT)
    places = hands.run(PLACES, [[" bright light", "start"], ["bright light", "end"]])

    hands.drag(*places)

    assert captured(hands, LIGHT) == "bright light"


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        (LIGHT, "So wrote the harbour master"),  # an advertisement follows
        (LIGHT, "The ledger is the part"),  # the related stories follow
        (LIGHT, "the patient washed"),
        (LIGHT, "After eleven dark"),
        (LIGHT, "The lantern room on Thursday"),
        ("maktabat-al-mina", "لا يكلّف المشروع"),
        ("ferry-in-figures", "38,100"),  # a cell, behind which a row ends
        ("ferry-in-figures", "Samuel Okonjo"),
    ],
)
def test_a_triple_click_captures_its_block_alone(reader, slug, words):
    hands = reader.opens(slug)
    [place] = hands.run(PLACES, [[words, "start"]])

    hands.click([place[0], place[1]], times=3)

    [block] = [block for block in TEXTS[slug].split("\n\n") if words in block]
    assert captured(hands, slug) == block


@pytest.mark.parametrize("slug", TEXTS)
def test_control_and_a_captures_the_whole_article(reader, slug):
    hands = reader.opens(slug)

    hands.press("Control+a")

    assert captured(hands, slug) == TEXTS[slug]


@pytest.mark.parametrize(
    ("slug", "word", "keys", "words"),
    [
        (LIGHT, "kettle. But", ["ArrowRight", "ArrowRight"], "kettle."),
        (LIGHT, "kettle. But", ["ArrowLeft"], "kettl"),
        (LIGHT, "Fresnel", ["Control+ArrowRight"], "Fresnel as"),
        (LIGHT, "fish 🐟", ["ArrowRight", "ArrowRight"], "fish 🐟"),
        ("maktabat-al-mina", "الثلاثاء", ["ArrowLeft", "ArrowLeft"], "الثلاثاء ك"),
    ],
)
def test_shift_and_the_arrows_capture_what_they_reach(reader, slug, word, keys, words):
    hands = reader.opens(slug)
    [place] = hands.run(PLACES, [[word, "start"]])

    # The click lands inside the word: left of its edge in Arabic.
    hands.click([place[0] + (-5 if slug.startswith("makt") else 5), place[1]], times=2)
    for key in keys:
        hands.press(f"Shift+{key}")

    assert captured(hands, slug) == words


@pytest.mark.parametrize(
    ("slug", "made", "words"),
    [
        # Up to the beginning of the next block, which is only touched.
        (LIGHT, ("apologise", 0, "block of So wrote", 0), "apologise afterwards."),
        # From the end of a block, which is only touched.
        (LIGHT, ("afterwards.", 11, "So wrote", 2), "So"),
        # Half of a pair of surrogates, at either end, and between two.
        (LIGHT, ("🐟", 1, "🐟", 2), "🐟"),
        (LIGHT, ("fish 🐟", 0, "🐟", 1), "fish 🐟"),
        ("hard", ("🇺🇦🇮🇪", 1, "🇺🇦🇮🇪", 5), "🇺🇦🇮🇪"),
        # Families, skins and marks of which a part is selected.
        ("hard", ("👨‍👩‍👧‍👦", 4, "👨‍👩‍👧‍👦", 5), "👨‍👩‍👧‍👦"),
        ("hard", ("👍🏽", 2, "👍🏽", 3), "👍🏽"),
        ("hard", ("x̂", 1, "x̂", 2), "x̂"),
        ("hard", ("q̃", 0, "q̃", 1), "q̃"),
        ("hard", ("שָׁלוֹם", 1, "שָׁלוֹם", 4), "שָׁל"),
        ("maktabat-al-mina", ("مضاءً", 4, "مضاءً", 5), "ءً"),
        # From a cell into the next one, which is only touched.
        ("ferry-in-figures", ("38,100", 0, "block of Little Hamm", 0), "38,100"),
        ("hard", ("٩٬٤٠٠", 2, "x̂ 🇺🇦", 1), "٤٠٠\n\nx̂"),
        # A link in emphasis in bold, with code in it.
        ("hard", ("linked", 2, "of", 2), "nked word of"),
    ],
)
def test_no_character_is_cut_and_no_block_only_touched(reader, slug, made, words):
    hands = reader.opens(slug)

    hands.run(SET, made)

    assert captured(hands, slug) == words


def test_a_drag_may_end_in_a_link(reader):
    hands = reader.opens(LIGHT)
    places = hands.run(PLACES, [["rid of it", "start"], ["Its minutes", "end"]])

    hands.drag(*places)

    assert captured(hands, LIGHT) == passage(LIGHT, "rid of it", "Its minutes")


def test_several_ranges_are_captured_as_one(reader):
    hands = reader.opens(LIGHT)
    places = hands.run(
        PLACES,
        [["gathers", "start"], ["gathers", "end"], ["ground", "start"], ["ground", "end"]],
    )

    hands.drag(*places[:2])
    hands.drag(*places[2:], held="Control")

    # Firefox adds a second range; Chromium begins anew.
    both = passage(LIGHT, "gathers", "ground")
    assert captured(hands, LIGHT) == (both if hands.name == "firefox" else "ground")


def test_what_looks_like_a_tag_stays_words(reader):
    hands = reader.opens("hard")

    hands.run(SET, ["<img", 0, "alert(1)>", 9])

    assert captured(hands, "hard") == "<img src=x onerror=alert(1)>"
