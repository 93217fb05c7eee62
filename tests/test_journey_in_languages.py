"""The whole way in Ukrainian and in Arabic, from highlight to letter, with real servers."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from corrections_app import language
from tests.browser.barriers import barriers, named
from tests.browser.selecting import select
from tests.browser.triaging import CLOCK, PAUSE, SEEN
from tests.processes import serving
from tests.smtp_sink import Sink
from tests.test_journey import letters_to

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Way:
    """An article of the samples, a word of it, and what its reader makes of that."""

    lang: str
    slug: str
    wrong: str
    right: str

    def say(self, message: str) -> str:
        """A message in the language of the way."""
        with language.speaking(self.lang):
            said = language.gettext(message)
        assert said != message
        return said


WAYS = [
    Way("uk", "rybnyi-rynok", "дізнаєтся", "дізнається"),
    Way("ar", "maktabat-al-mina", "واحدًا واربعين", "واحدًا وأربعين"),
]


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    sink = Sink(tmp_path_factory.mktemp("post") / "post")
    yield sink
    sink.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, post):
    with serving(
        tmp_path_factory.mktemp("languages") / "instance",
        "--samples",
        MAIL_URL=post.url,
        MAIL_SENDER="corrections@courier.example",
        UNDO_SECONDS="1",
        LIMITS="off",
        LANGUAGES=",".join(["en", *(way.lang for way in WAYS)]),
    ) as served:
        yield served


@pytest.fixture(scope="module")
def editor(chromium, site):
    """An editor whose browser asks for what the test says; signed in once, by the one link."""
    context = chromium.new_context()
    context.add_init_script(CLOCK)
    page = context.new_page()
    page.goto(site.link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/queue")
    yield page
    context.close()


@pytest.fixture
def page(chromium):
    """Not `visitor`, which hears of each style that axe tries where our policy forbids it."""
    context = chromium.new_context()
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []


def choose_language(page, site, lang):
    page.goto(f"{site.url}/account")
    page.locator("select[name=lang]").select_option(lang)
    page.locator("form", has=page.locator("select[name=lang]")).get_by_role("button").click()
    page.wait_for_url("**/account?done=language")
    assert page.locator("html").get_attribute("lang") == lang


def faults(page):
    """What axe finds, once nothing moves any more."""
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    return named(barriers(page))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.lang)
def test_from_highlight_to_letter(page, editor, site, post, way):
    reader = f"{way.lang}@reader.example"
    page.goto(f"{site.url}/articles/{way.slug}")
    root = page.locator("html")
    assert root.get_attribute("lang") == way.lang
    assert root.get_attribute("dir") == ("rtl" if way.lang == "ar" else None)
    select(page, way.wrong)
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.wait_for()
    assert faults(page) == []
    dialog.get_by_label(way.say("What it should say")).fill(way.right)
    dialog.locator("input[type=email]").fill(reader)
    page.keyboard.press("Control+Enter")
    page.get_by_text(way.say("Thank you. It has arrived.")).wait_for()
    receipt = page.get_by_role("link", name=way.say("Your receipt")).get_attribute("href")

    choose_language(editor, site, way.lang)
    editor.goto(f"{site.url}/queue")
    editor.locator("li", has_text=way.right).get_by_role("link").first.click()
    editor.wait_for_function(SEEN, arg=PAUSE)
    assert faults(editor) == []
    editor.keyboard.press("a")
    editor.locator(".strip", has_text=way.say("Accepted")).wait_for()

    [letter] = letters_to(post, reader)
    words = letter.get_body(("plain",)).get_content()
    assert way.say("Dear reader,") in words
    shown = letter.get_body(("html",)).get_content()
    assert f'<html lang="{way.lang}"' in shown
    assert f"border-{'right' if way.lang == 'ar' else 'left'}:3px" in shown
    page.goto(site.url + receipt)
    assert page.locator("html").get_attribute("lang") == way.lang
    assert page.get_by_text(way.say("corrected")).first.is_visible()
    assert faults(page) == []
    page.goto(f"{site.url}/articles/{way.slug}")
    assert way.right in page.locator("article").inner_text()
