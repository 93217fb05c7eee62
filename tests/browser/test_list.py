"""The list by keyboard: rows are ticked, looked at once more, done, and taken back together."""

from __future__ import annotations

import json
import re
from urllib.request import Request, urlopen

import pytest

from corrections_app import shelf
from corrections_app.domain.text.body import canonical_text
from corrections_app.sources import read, read_seeds
from tests.browser.barriers import barriers
from tests.processes import serving

pytestmark = pytest.mark.browser

SLUG = "harbour-tariffs"
HOW_MANY = 6


def slips():
    """Words of a sample article that stand once, with a letter that is missing."""
    seed = next(seed for seed in read_seeds(shelf("seeds")) if seed.slug == SLUG)
    text = canonical_text(read(seed.path, seed.options).body)
    words = [word for word in re.findall(r"(?<=[a-z] )[a-z]{8,}(?= [a-z])", text)]
    once = [word for word in words if text.count(word) == 1][:HOW_MANY]
    return [(text.index(word), word, word[:-2] + word[-1]) for word in once]


def send(site, start, exact, replacement):
    fields = {"revision": 1, "start": start, "end": start + len(exact), "exact": exact}
    body = json.dumps(fields | {"replacement": replacement, "email": "ada@reader.example"})
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    address = f"{site.url}/articles/{SLUG}/corrections"
    with urlopen(Request(address, body.encode(), headers)) as answer:
        return json.load(answer)["receipt"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(
        tmp_path_factory.mktemp("site") / "instance", "--samples", letters=False, LIMITS="off"
    ) as served:
        for slip in slips():
            send(served, *slip)
        yield served


@pytest.fixture(scope="module")
def signed_in(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.link)
    page.get_by_role("button").first.click()
    page.wait_for_url(re.compile("/(queue|account)"))
    state = context.storage_state()
    context.close()
    return state["cookies"]


@pytest.fixture
def page(visitor, site, signed_in):
    visitor.context.add_cookies(signed_in)
    visitor.goto(f"{site.url}/queue?order=oldest")
    return visitor


def ticked(page):
    boxes = page.locator("[data-pick]")
    return [at for at in range(boxes.count()) if boxes.nth(at).is_checked()]


def focused(page):
    return page.evaluate(
        "[...document.querySelectorAll('[data-row]')]"
        ".findIndex((row) => row.contains(document.activeElement))"
    )


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize(
    ("keys", "row", "boxes"),
    [
        (["j"], 0, []),
        (["j", "j", "j", "k"], 1, []),
        (["k"], 0, []),
        (["j", "x", "j", "j", "x"], 2, [0, 2]),
        (["j", "x", "x"], 0, []),
        (["j", "j", "Shift+J", "Shift+J"], 3, [1, 2, 3]),
        (["j", "j", "j", "Shift+K"], 1, [1, 2]),
        (["Shift+X"], -1, [0, 1, 2, 3, 4, 5]),
        (["Shift+X", "Shift+X"], -1, []),
        (["/", "x", "j"], -1, []),
        (["j", "Control+x"], 0, []),
    ],
)
def test_keys_walk_and_tick(page, keys, row, boxes):
    press(page, *keys)

    assert focused(page) == row
    assert ticked(page) == boxes


def test_a_cyrillic_layout_has_the_same_keys(page):
    page.evaluate(
        """() => { for (const [code, key] of [["KeyJ", "о"], ["KeyX", "ч"]])
          document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, bubbles: true })) }"""
    )

    assert ticked(page) == [0]


def test_the_bar_says_how_many_and_takes_nothing_from_nobody(page):
    accept = page.get_by_role("button", name="Accept…")
    assert accept.is_disabled()

    press(page, "j", "x", "Shift+J")

    assert page.locator("[data-count]").inner_text() == "2 selected"
    assert accept.is_enabled()


def test_enter_and_v_open_the_card(page, site):
    first = page.locator("[data-main]").first.get_attribute("href")
    for key in ("Enter", "v"):
        page.goto(f"{site.url}/queue?order=oldest")
        press(page, "j", key)
        page.wait_for_url(f"{site.url}{first}")


def test_o_opens_the_article_at_the_words(page):
    with page.context.expect_page() as opened:
        press(page, "j", "o")

    assert f"/articles/{SLUG}" in opened.value.url


def test_slash_searches(page):
    press(page, "/")
    word = slips()[2][1]
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("words="))

    assert page.locator("[data-row]").count() == 1
    assert page.locator("[data-row] del").inner_text() == word


def test_an_act_goes_from_ticks_over_a_look_to_results_and_back(page, site):
    press(page, "j", "Shift+J", "Shift+J")
    page.get_by_role("button", name="Accept…").click()
    page.wait_for_url(re.compile("/queue/bulk"))
    assert page.get_by_role("heading", level=1).inner_text() == "Accept these 3?"
    assert page.locator("ol.waiting del").all_inner_texts() == [slip[1] for slip in slips()[:3]]

    page.get_by_role("button", name="Accept them").click()
    page.wait_for_url(re.compile(r"/queue/bulk/\d+"))
    results = page.url
    assert page.get_by_role("heading", level=1).inner_text() == "3 of 3 accepted"
    article = page.request.get(f"{site.url}/articles/{SLUG}").text()
    assert all(slip[2] in article for slip in slips()[:3])
    page.reload()
    assert page.locator(".came-done").count() == 3

    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url(f"{site.url}/queue?order=oldest")  # with its scripts, which hear the keys
    assert page.locator("[data-row]").count() == HOW_MANY - 3
    press(page, "z")
    page.wait_for_url(results.partition("?")[0])
    assert page.get_by_role("heading", level=1).inner_text() == "3 undone"
    page.goto(f"{site.url}/queue?order=oldest")
    assert page.locator("[data-row]").count() == HOW_MANY
    article = page.request.get(f"{site.url}/articles/{SLUG}").text()
    assert all(slip[1] in article for slip in slips()[:3])


def test_what_failed_stays_ticked(page, site, chromium, signed_in):
    press(page, "j", "Shift+J")
    page.get_by_role("button", name="Reject…").click()
    page.get_by_label("Could not be verified").check()
    elsewhere = chromium.new_context()
    elsewhere.add_cookies(signed_in)
    other = elsewhere.new_page()
    other.goto(page.locator(".row-words").first.evaluate("link => link.href"))
    other.get_by_role("button", name=re.compile("Ask an editor|Pass it up")).count()
    token = other.locator("meta[name=csrf-token]").get_attribute("content")
    escalated = other.evaluate(
        """([path, token]) => fetch(path, {method: "POST", redirect: "manual",
          headers: {"X-CSRFToken": token, "Content-Type": "application/json",
            Accept: "application/json"}, body: JSON.stringify({note: "Look"})})
          .then((answer) => answer.status)""",
        [other.url.partition("?")[0] + "/escalate", token],
    )
    assert escalated == 200
    elsewhere.close()

    page.get_by_role("button", name="Reject them").click()
    page.wait_for_url(re.compile(r"/queue/bulk/\d+"))

    assert page.get_by_role("heading", level=1).inner_text() == "1 of 2 rejected"
    assert ticked(page) == [0]
    assert page.locator("[data-count]").inner_text() == "1 selected"
    page.get_by_role("button", name="Undo all of it").click()
    page.wait_for_selector("text=1 undone")


@pytest.mark.parametrize(
    "path",
    [
        "/queue", "/queue?words=zebra&kind=typo", "/queue?status=any", "/figures",
        "/queue/next?after=1&kind=typo", "/articles", "/reasons", "/outbox",
    ],
)  # fmt: skip
def test_the_pages_have_no_barriers(page, site, path):
    page.goto(site.url + path)
    for summary in page.locator("details:visible > summary").all():
        summary.click()

    assert barriers(page) == []


@pytest.mark.parametrize("act", ["accept", "reject", "supersede", "skip"])
def test_the_look_before_an_act_has_no_barriers(page, site, act):
    chosen = page.locator("[data-pick]").evaluate_all("boxes => boxes.map((box) => box.value)")
    page.goto(f"{site.url}/queue/bulk?act={act}&" + "&".join(f"selected={one}" for one in chosen))

    assert barriers(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_results_have_keys_and_no_barriers(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    press(page, "j", "Shift+J")
    page.get_by_role("button", name="Reject…").click()
    page.get_by_label("Could not be verified").check()
    page.get_by_role("button", name="Reject them").click()
    page.wait_for_url(re.compile(r"/queue/bulk/\d+"))
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    press(page, "z")
    page.wait_for_selector("text=2 undone")
    page.wait_for_load_state()
    press(page, "j", "x")
    assert ticked(page) == [0]
    assert barriers(page) == []
    page.evaluate("document.activeElement.blur()")
    press(page, "v")
    page.wait_for_url(f"{site.url}/queue?order=oldest")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/queue", "/figures", "/queue?status=any"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_everything_works_without_scripts(chromium, site, signed_in):
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(f"{site.url}/queue?order=newest")
    for at in range(2):
        page.locator("[data-pick]").nth(at).check()
    page.get_by_role("button", name="Reject…").click()
    page.get_by_label("Could not be verified").check()
    page.get_by_role("button", name="Reject them").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("2 of 2 rejected")
    page.get_by_role("button", name="Undo all of it").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2 undone"
    page.goto(f"{site.url}/queue?order=newest")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name").fill("Newest")
    page.get_by_role("button", name="Save").click()
    assert (
        page.get_by_role("link", name="Newest", exact=True).get_attribute("aria-current") == "page"
    )
    context.close()
