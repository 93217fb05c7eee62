"""The whole road of a reader in a browser that runs no scripts."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers

pytestmark = pytest.mark.browser
ARTICLE = "/articles/harbour-tariffs"


@pytest.fixture
def plain(chromium, site):
    """A page that runs no scripts, on a telephone, at the way to a sentence."""
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    page.goto(site.url + ARTICLE)
    page.get_by_role("link", name="Report an error").first.click()
    yield page
    context.close()


def test_a_few_words_lead_to_the_sentence_and_on_to_the_receipt(plain):
    plain.get_by_label("Type a few words of the sentence").fill("AT THE THE PIER")
    plain.get_by_role("button", name="Find the sentence").click()
    plain.get_by_role("link", name="at the the pier rather").click()
    field = plain.get_by_label("What it should say")
    field.fill(field.input_value().replace("the the", "some old"))
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url("**/receipts/**")

    assert plain.get_by_text("waiting for an editor").is_visible()
    assert plain.get_by_role("button", name="Continue reading").count() == 0
    plain.get_by_label("Your e-mail address").fill("grace@reader.example")
    plain.get_by_role("button", name="Write to me there").click()
    assert plain.get_by_text("g***@reader.example").is_visible()


def test_a_sentence_is_chosen_from_the_folded_list_by_the_keyboard(plain):
    summary = plain.locator("details summary", has_text="The Harbour Courier").first
    summary.focus()
    plain.keyboard.press("Enter")
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")

    assert plain.get_by_label("What it should say").input_value().startswith("The Harbour Courier")


def test_words_are_copied_and_their_place_is_chosen(plain):
    plain.get_by_label("The words that are wrong").fill("Lindqvist's")
    plain.get_by_label("What it should say").fill("Lindquist's")
    plain.get_by_role("button", name="Send").click()
    plain.get_by_role("radio").nth(1).check()
    plain.get_by_role("button", name="Send").click()

    assert "/receipts/" in plain.url


def test_nothing_overflows_a_narrow_screen(plain, chromium, site):
    addresses = ["", "?q=the", "?whole=1", "?start=0&end=9"]
    narrow = chromium.new_page(viewport={"width": 320, "height": 640})
    for query in addresses:
        narrow.goto(f"{site.url}{ARTICLE}/corrections/new{query}")
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320, query
        assert not barriers(narrow), query
    narrow.close()
