"""What an old address still opens: what its reader had on the screen, not the archive."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from corrections_app.domain import limits
from corrections_app.workflow.clock import now
from tests.builders import a_correction, accept, an_article
from tests.web.conftest import text_of

NEW = "/articles/harbour-wall/corrections/new"
WORDS = "four million"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def browser(app):
    return app.test_client()


@pytest.fixture
def corrected(max_):
    """Corrects the article so many days ago; answers where the words had stood."""

    def correct(days, words=WORDS, replacement="five million"):
        article = an_article()
        start = article.current.text.index(WORDS)
        at = now() - timedelta(days=days)
        accept(a_correction(article, words, replacement), max_, now=at)
        return f"?revision=1&start={start}&end={start + len(WORDS)}"

    return correct


def test_of_a_week_ago_no_words_are_told_that_are_gone(browser, corrected):
    query = corrected(days=8)

    answer = browser.get(NEW + query)
    listed = browser.get(NEW + "?revision=1")

    assert answer.status_code == 409
    assert "has changed since" in text_of(answer)
    assert 'type="search"' in text_of(answer)
    assert WORDS not in text_of(answer)
    assert WORDS not in text_of(listed)


def test_of_a_week_ago_words_that_stand_still_are_found_where_they_are_now(browser, corrected):
    query = corrected(days=8, words="May 2025", replacement="the early summer of 2025")

    page = text_of(browser.get(NEW + query))

    assert re.search(rf'name="exact"[^>]*>\s*{WORDS}</textarea>', page)
    assert re.search(r'name="revision"[^>]*value="2"', page)


@pytest.mark.parametrize("slip", [{}, {"email": "nobody"}])
def test_who_names_a_place_of_a_week_ago_is_not_told_what_stood_there(browser, corrected, slip):
    query = corrected(days=8)
    fields = {**parse_qs(query[1:]), "replacement": "six million", **slip}

    answer = browser.post(NEW.removesuffix("/new"), data=fields, headers=OURS)

    assert answer.status_code == 422
    assert WORDS not in text_of(answer)
    assert "six million" in text_of(answer)


def test_who_names_the_words_of_a_week_ago_too_is_heard(browser, corrected):
    query = corrected(days=8)
    fields = {**parse_qs(query[1:]), "exact": WORDS, "replacement": "six million"}

    answer = browser.post(NEW.removesuffix("/new"), data=fields, headers=OURS)

    assert answer.status_code == 303


def test_of_yesterday_the_form_holds_what_was_on_the_screen(browser, corrected):
    page = text_of(browser.get(NEW + corrected(days=1)))

    assert re.search(rf'name="exact"[^>]*>\s*{WORDS}</textarea>', page)
    assert "Already corrected at" in page


def test_too_long_a_passage_is_told_before_anything_is_typed(browser):
    article = an_article("A title", "Word " * 2_000)

    answer = browser.get(f"{NEW}?start=0&end={len(article.current.text)}")

    assert len(article.current.text) > limits.EXACT
    assert answer.status_code == 422
    assert "select a shorter passage" in text_of(answer)
    assert 'type="search"' in text_of(answer)
    assert len(answer.data) < 30_000
