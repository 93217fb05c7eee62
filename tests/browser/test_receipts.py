"""What this device remembers of what was sent, and the way from a receipt to the words."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from corrections_app import shelf
from corrections_app.domain.text.body import placed
from corrections_app.domain.text.paragraphs import sentences
from corrections_app.sources import read, read_seeds
from tests.browser.barriers import barriers
from tests.browser.network import intercept
from tests.processes import serving

pytestmark = pytest.mark.browser

BODIES = {seed.slug: read(seed.path, seed.options).body for seed in read_seeds(shelf("seeds"))}

SUBMIT = """async ([slug, sent]) => {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const body = JSON.stringify(sent);
  const answer = await fetch(`/articles/${slug}/corrections`, { method: "POST", headers, body });
  return answer.json();
}"""

# As a moderator's own screen sends it, with the token of the page.
DECIDE = """async ([reference, fields]) => {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = {
    "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token,
  };
  for (let next = "/queue"; next; ) {
    const page = await (await fetch(next, { headers })).json();
    const found = page.items.find((item) => item.reference === reference);
    if (found) {
      const confirmed = ["number", "date", "name", "quotation", "link", "negation"];
      const known = { action: "accept", seen: found.version, revision: found.revision, confirmed };
      const body = JSON.stringify({ ...known, ...fields });
      const address = `/queue/${found.id}/decision`;
      return (await fetch(address, { method: "POST", headers, body })).status;
    }
    next = page.next && `/queue?after=${page.next}`;
  }
  return 0;
}"""

# The text of the block that begins at an offset, and whether it is on the screen.
IN_VIEW = """(start) => {
  const box = document.querySelector(`article [data-start="${start}"]`).getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0 && scrollY > 0;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(
        tmp_path_factory.mktemp("site") / "instance", "--samples", letters=False, LIMITS="off"
    ) as served:
        yield served


@pytest.fixture(scope="module")
def moderator(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.link)
    page.locator("main form button").first.click()
    page.goto(site.url + "/queue")
    yield page
    context.close()


def last_sentence(slug):
    """The last whole sentence of an article's last paragraph: where its block begins, and it."""
    paragraphs = [(b, at) for b, at in placed(BODIES[slug]) if at and b.kind == "paragraph"]
    block, at = paragraphs[-1]
    start, end = sentences(block.text)[-1]
    return at, at + start, block.text[start:end]


def sent(page, site, slug, exact, start, replacement):
    page.goto(f"{site.url}/articles/{slug}")
    fields = {"revision": 1, "start": start, "end": start + len(exact)}
    return page.evaluate(SUBMIT, [slug, fields | {"replacement": replacement}])


VERDICTS = {
    "as proposed": ("harbour-tariffs", lambda words: [words[0], "Indeed", *words[1:]], {}),
    "in other words": (
        "lighthouse-reopens",
        lambda words: ["Perhaps", *words],
        {"text": "In other words it was so."},
    ),
    "words taken out": ("rybnyi-rynok", lambda words: words[:1] + words[2:], {}),
    "right to left": ("maktabat-al-mina", lambda words: [*words[:1], "أيضا", *words[1:]], {}),
}


@pytest.mark.parametrize(("slug", "change", "fields"), VERDICTS.values(), ids=VERDICTS)
def test_after_an_acceptance_the_receipt_leads_to_the_words(
    visitor, site, moderator, slug, change, fields
):
    block, start, exact = last_sentence(slug)
    receipt = sent(visitor, site, slug, exact, start, " ".join(change(exact.split(" "))))
    assert moderator.evaluate(DECIDE, [receipt["reference"], fields]) == 200
    visitor.set_viewport_size({"width": 800, "height": 300})

    visitor.goto(site.url + receipt["url"])
    link = visitor.get_by_role("link", name="See the words in the article")
    assert ":~:text=" in link.get_attribute("href")
    link.click()
    visitor.locator("article").wait_for()

    visitor.wait_for_function(IN_VIEW, arg=block)


def test_receipts_of_this_device_are_listed_with_their_state(visitor, site, moderator):
    pairs = pairwise([10, 20, 30, 40])
    receipts = []
    for start, end in pairs:
        visitor.goto(f"{site.url}/articles/ferry-in-figures")
        fields = {"revision": 1, "start": start, "end": end, "explanation": "Is this right?"}
        receipts.append(visitor.evaluate(SUBMIT, ["ferry-in-figures", fields]))
    assert moderator.evaluate(
        DECIDE, [receipts[0]["reference"], {"action": "reject", "reason": "opinion"}]
    )
    kept = [
        {
            "url": r["url"],
            "reference": r["reference"],
            "title": "<b>Ferry</b>",
            "sent": "2026-03-02",
        }
        for r in receipts
    ]
    kept += [{"url": "javascript:alert(1)", "reference": "X"}, {"url": "https://evil.example/"}, 7]
    visitor.evaluate("(kept) => (localStorage['corrections.receipts'] = kept)", json.dumps(kept))

    visitor.goto(site.url + "/receipts")
    rows = visitor.get_by_role("listitem")
    visitor.get_by_text("waiting for an editor").nth(1).wait_for()

    assert rows.count() == 3
    assert "not changed" in rows.first.inner_text()
    for told in ("[data-state]", "[data-sent]", "[data-title]"):  # each says what it is written in
        assert rows.first.locator(told).get_attribute("lang") == "en"
    # Its reading of style sheets that import others would break the page's own policy.
    found = barriers(visitor, preload=False)
    assert found == []
    rows.first.get_by_role("button", name="Remove from this list").click()
    assert rows.count() == 2
    assert visitor.evaluate("document.activeElement.closest('li') !== null")
    visitor.reload()
    assert rows.count() == 2
    assert receipts[0]["reference"] not in visitor.content()


@pytest.mark.parametrize("spoilt", ["", "{", "null", "7", '[{"url": 5}]'])
def test_a_device_that_remembers_nothing_says_so(visitor, site, spoilt):
    visitor.goto(site.url + "/receipts")
    visitor.evaluate("(spoilt) => (localStorage['corrections.receipts'] = spoilt)", spoilt)

    visitor.reload()

    visitor.get_by_text("Nothing has been sent from this device yet").wait_for()
    assert visitor.get_by_role("listitem").count() == 0


def test_a_receipt_whose_newsroom_cannot_be_asked_stays_in_the_list(visitor, site):
    visitor.goto(site.url + "/receipts")
    kept = [{"url": "/receipts/1-AAAAAAAAAAAAAAAAAAAAAAAA", "reference": "A", "title": "Gone"}]
    kept += [{"url": "/receipts/2-AAAAAAAAAAAAAAAAAAAAAAAA", "reference": "B", "title": "Lost"}]
    visitor.evaluate("(kept) => (localStorage['corrections.receipts'] = kept)", json.dumps(kept))
    intercept(visitor, "**/receipts/2-*", lambda route: route.abort())

    visitor.reload()

    visitor.get_by_text("not stored any more").wait_for()
    visitor.get_by_text("state not available at the moment").wait_for()


def test_what_is_sent_from_the_forms_own_page_is_remembered_once(visitor, site):
    visitor.goto(f"{site.url}/articles/ferry-in-figures/corrections/new?start=50&end=60")
    visitor.get_by_label("What it should say").fill("something else")
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_text("It has arrived").wait_for()
    address = visitor.url
    visitor.reload()
    visitor.get_by_role("link", name="All you sent from this device").click()
    visitor.get_by_text("waiting for an editor").wait_for()

    [remembered] = visitor.evaluate("JSON.parse(localStorage['corrections.receipts'])")

    assert remembered["url"] == address
    assert visitor.locator("[data-change] ins").inner_text() == "something else"
    assert visitor.locator("[data-change] del").count() == 1
    assert remembered["reference"] in visitor.get_by_role("listitem").inner_text()
    assert remembered["title"] == visitor.get_by_role("listitem").get_by_role("link").inner_text()


def test_a_receipt_that_is_only_looked_at_is_not_remembered(visitor, site):
    visitor.goto(f"{site.url}/articles/ferry-in-figures")
    fields = {"revision": 1, "start": 60, "end": 70, "explanation": "Is this right?"}
    receipt = visitor.evaluate(SUBMIT, ["ferry-in-figures", fields])

    visitor.goto(site.url + receipt["url"])
    visitor.get_by_role("link", name="All you sent from this device").click()

    visitor.get_by_text("Nothing has been sent from this device yet").wait_for()
