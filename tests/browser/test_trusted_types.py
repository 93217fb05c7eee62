"""No text becomes markup or a script on our pages, but what our own server answered."""

from __future__ import annotations

import pytest

from tests.browser.reader import ARTICLE, begin, send

pytestmark = pytest.mark.browser

# What each way from text to markup or to a script does with a text: nothing, or its refusal.
# In a task of its own: what a test evaluates at once may call `eval` whatever the policy.
TRY = """() => new Promise((told) => setTimeout(() => {
  const words = "<img src=x onerror='window.ran = true'>";
  const made = (tag) => document.body.appendChild(document.createElement(tag));
  const range = document.createRange();
  range.selectNode(document.body);
  const ways = {
    innerHTML: () => (made("p").innerHTML = words),
    outerHTML: () => (made("p").outerHTML = words),
    insertAdjacentHTML: () => document.body.insertAdjacentHTML("beforeend", words),
    parseFromString: () => new DOMParser().parseFromString(words, "text/html"),
    createContextualFragment: () => range.createContextualFragment(words),
    write: () => document.write(words),
    srcdoc: () => (made("iframe").srcdoc = words),
    source: () => (made("script").src = "/static/js/lib/copying.js"),
    script: () => (made("script").textContent = "window.ran = true"),
    handler: () => made("p").setAttribute("onclick", "window.ran = true"),
    eval: () => eval("window.ran = true"),
    compiled: () => new Function("window.ran = true"),
    later: () => setTimeout("window.ran = true"),
    worker: () => new Worker("/static/js/lib/copying.js"),
    policy: () => trustedTypes.createPolicy("another", { createHTML: (html) => html }),
    twin: () => trustedTypes.createPolicy("own-pages", { createHTML: (html) => html }),
    default: () => trustedTypes.createPolicy("default", { createHTML: (html) => html }),
  };
  told(Object.entries(ways).flatMap(([name, way]) => {
    try {
      way();
      return [name];
    } catch {
      return [];
    }
  }));
}))"""


@pytest.fixture
def stranger(chromium):
    """A page in a browser of its own, which is not held to silence."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_text_becomes_neither_markup_nor_script(stranger, site):
    stranger.goto(site.url + ARTICLE)
    begin(stranger)

    assert stranger.evaluate(TRY) == []
    assert stranger.evaluate("() => window.ran") is None


def test_a_policy_of_the_same_page_is_refused_also_where_nobody_has_made_ours(stranger, site):
    stranger.goto(f"{site.url}/corrections")

    assert stranger.evaluate(TRY) == ["twin"]  # ours by name: nothing of ours has needed it here


def test_every_page_of_the_newsroom_opens_under_the_policy(served, newsroom, desk):
    app, url = served
    pages = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ()) and "." not in rule.rule
    )
    shown = [page for page in pages if desk.page.goto(url + page).ok]

    assert {"/queue", "/queue/next", "/outbox", "/account", "/", "/receipts"} <= set(shown)
    assert newsroom.broken == []


def test_no_link_takes_the_address_of_a_receipt_along(stranger, site):
    heard = []

    def answer(route):
        heard.append(route.request.all_headers().get("referer"))
        route.fulfill(body="elsewhere")

    stranger.route("**/elsewhere/**", answer)
    stranger.goto(site.url + ARTICLE)
    begin(stranger, replacement="words for the address of a receipt")
    send(stranger)
    receipt = stranger.evaluate("() => JSON.parse(localStorage['corrections.receipts'])[0].url")
    for address in (
        "http://news.example/elsewhere/",
        f"{site.url.replace('127.0.0.1', 'localhost')}/elsewhere/",
        "/elsewhere/",
    ):
        stranger.goto(receipt)
        stranger.evaluate(LINK, address)
        stranger.get_by_text("Away").click()
        stranger.get_by_text("elsewhere").wait_for()

    assert "/receipts/" in receipt
    assert heard == [None, None, receipt]


LINK = """(href) => document.body.prepend(
  Object.assign(document.createElement("a"), { href, textContent: "Away" }))"""
