"""The public record in a real browser: for every eye, on every screen, under the strict policy."""

from __future__ import annotations

import json

import pytest

from corrections_app.domain.lifecycle import NoticeChangeKind
from corrections_app.workflow.articles import editing
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.browser.barriers import barriers, named
from tests.builders import CONFIRMED, an_article
from tests.workflow.record.noted import a_notice, became

pytestmark = pytest.mark.browser

SLUG = "record-of-the-wall"


@pytest.fixture(scope="module")
def record(served):
    """The site's address, and the number of a notice that says what changed."""
    _, address = served
    article = an_article(slug=SLUG)
    person = accounts.add("ruth@courier.example", role="editor", now=now())
    became(
        a_notice(article, "Old words."), NoticeChangeKind.REWORDED, to="New words.", note="A slip."
    )
    became(a_notice(article, "Gone.", section="City"), NoticeChangeKind.WITHHELD, note="It hurt.")
    became(a_notice(article, "Taken back."), NoticeChangeKind.WITHDRAWN, note="It was right.")
    text = article.current.text.replace("four million", "six million")
    told = {"change_class": "correction", "notice": "It costs six </script> million.", "base": 1}
    act = Act(person, None, now())
    editing.edit(SLUG, text, confirmed=CONFIRMED, act=act, **told)
    newest = a_notice(article, "x" * 300, thanks=["Ada " * 20])
    return address, newest


@pytest.fixture
def errors(visitor):
    """What the browser complains of, such as what its policy blocked."""
    found = []
    visitor.on("console", lambda message: found.append(message.text))
    visitor.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everyone_and_none_runs_over(visitor, record, errors, scheme):
    address, newest = record
    pages = ["/corrections", "/corrections?q=words&class=update", "/corrections/policy"]
    pages += [f"/corrections/{number}" for number in range(newest - 4, newest + 1)]
    pages = pages if scheme == "light" else [pages[0], *pages[-2:]]
    visitor.emulate_media(color_scheme=scheme)
    for page in pages:
        visitor.set_viewport_size({"width": 1280, "height": 900})
        visitor.goto(address + page)
        found = barriers(visitor, preload=False)
        assert named(found) == [], page
        visitor.set_viewport_size({"width": 320, "height": 800})
        over = visitor.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, page
    assert errors == []


def test_the_policy_of_the_page_lets_its_data_stand_and_runs_none_of_it(visitor, record, errors):
    visitor.goto(f"{record[0]}/articles/{SLUG}")

    data = json.loads(visitor.locator('script[type="application/ld+json"]').text_content())

    assert data["@type"] == "NewsArticle"
    assert "It costs six </script> million." in [one["text"] for one in data["correction"]]
    assert errors == []


def test_by_keyboard_from_a_search_to_the_words_in_the_article(visitor, record):
    visitor.goto(record[0] + "/corrections")
    visitor.get_by_label("Words").focus()
    visitor.keyboard.type("six million")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**q=six**")

    visitor.locator(".entry-date").focus()
    visitor.keyboard.press("Enter")
    visitor.get_by_role("heading", name="Correction", exact=True).wait_for()

    assert visitor.locator(".changed del").text_content() == "four"
    assert visitor.locator(".changed ins").text_content() == "six"
    visitor.get_by_role("link", name="The harbour wall").press("Enter")
    visitor.wait_for_url(f"**/articles/{SLUG}*")
