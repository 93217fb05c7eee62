"""One correction from highlight to letter: real browser, real server, real mail server.

The article has the structure of a news page as readers meet it: advertisements
between its paragraphs and a box of other stories in its middle.
"""

from __future__ import annotations

import time

import pytest

from tests.browser.chromium import CHROMIUM, ENGINE, FLAGS
from tests.browser.selecting import select
from tests.browser.triaging import CLOCK, PAUSE, SEEN
from tests.processes import serving
from tests.smtp_sink import Sink

pytestmark = pytest.mark.browser

ARTICLE = "/articles/harbour-tariffs"
BEFORE_THE_AD = "Brid O'Shea, who have publicly called for"
AFTER_THE_AD = "However, the people stressed"


@pytest.fixture(scope="module")
def chromium(playwright):
    """The browser as people have it, windows and all."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM or ENGINE, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def post(tmp_path):
    sink = Sink(tmp_path / "post")
    yield sink
    sink.close()


@pytest.fixture
def site(tmp_path, database, post):
    with serving(
        tmp_path / "instance",
        "--samples",
        DATABASE_URL=database,
        MAIL_URL=post.url,
        MAIL_SENDER="corrections@courier.example",
        UNDO_SECONDS="1",
        LIMITS="off",
    ) as served:
        yield served


def suggest(page, site, words, replacement, email):
    """Highlight, Ctrl+Enter, type, Ctrl+Enter: what a reader does in ten seconds."""
    page.goto(site.url + ARTICLE)
    select(page, words)
    page.keyboard.press("Control+Enter")
    field = page.get_by_role("dialog").get_by_label("What it should say")
    field.wait_for()
    assert field.input_value() == words
    field.fill(replacement)
    page.get_by_role("dialog").get_by_label("E-mail").fill(email)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Thank you. It has arrived.").wait_for()
    receipt = page.get_by_role("link", name="Your receipt").get_attribute("href")
    page.get_by_role("button", name="Continue reading").click()
    return receipt


def letters_to(post, address, count=1):
    """The letters that a mail server has for someone, once there are that many."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = [letter for letter in post.letters if address in letter["To"]]
        if len(found) >= count:
            return found
        time.sleep(0.2)
    raise AssertionError(f"no letter came for {address}")


def sign_in(page, site):
    page.goto(site.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/queue")


def test_from_highlight_to_letter(visitor, site, post):
    page = visitor
    page.add_init_script(CLOCK)

    fixed = suggest(page, site, "at the the pier", "at the pier", "ada@reader.example")
    refused = suggest(page, site, "a joke", "a lie", "bo@reader.example")
    select(page, BEFORE_THE_AD, AFTER_THE_AD)
    page.keyboard.press("Control+Enter")
    words = page.get_by_role("dialog").get_by_label("What it should say").input_value()
    page.keyboard.press("Escape")

    sign_in(page, site)
    page.locator("li", has_text="pier").get_by_role("link").first.click()
    page.wait_for_function(SEEN, arg=PAUSE)  # nobody decides sooner than they see
    page.get_by_role("button", name="Accept").first.click()
    page.locator(".strip", has_text="Accepted").wait_for()
    page.locator(".card", has_text="joke").wait_for()  # the next one came by itself
    page.wait_for_function(SEEN, arg=PAUSE)
    page.keyboard.press("r")
    page.get_by_role("button", name="Opinion").click()
    page.locator(".strip", has_text="Rejected").wait_for()

    page.goto(site.url + ARTICLE)
    text = page.locator("article").inner_text()
    [thanks] = letters_to(post, "ada@reader.example")
    [regrets] = letters_to(post, "bo@reader.example")

    assert "Advertisement" not in words
    assert words.startswith(BEFORE_THE_AD)
    assert words.endswith(AFTER_THE_AD)
    assert "\n\n" in words
    assert "at the pier rather" in text
    assert "had been a joke" in text
    assert site.url + fixed in thanks.get_body(("plain",)).get_content()
    assert site.url + refused in regrets.get_body(("plain",)).get_content()
    assert "judgement" in regrets.get_body(("plain",)).get_content()
    assert thanks.get_body(("html",)) is not None
    page.goto(site.url + fixed)
    assert page.get_by_text("corrected").first.is_visible()


def test_without_scripts_the_same_road_is_open(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + ARTICLE)
    page.get_by_role("link", name="Report an error").first.click()

    page.get_by_label("The words that are wrong").fill("quarterly installments")
    page.get_by_label("What it should say").fill("quarterly instalments")
    page.get_by_role("button", name="Send").click()

    assert "/receipts/" in page.url
    assert page.get_by_text("waiting for an editor").first.is_visible()
    context.close()
