"""The way to a sentence without selecting it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corrections_app.workflow.articles.sentence_search import MOST_FOUND, PAGE
from corrections_app.workflow.clock import now
from tests.builders import an_article
from tests.web.conftest import text_of

NEW = "/articles/harbour-wall/corrections/new"
LINK = re.compile(r'<a data-within href="([^"]*start=(\d+)&amp;end=(\d+))">(.*?)</a>', re.DOTALL)


@pytest.fixture
def browser(app):
    return app.test_client()


def offered(browser, article, **query):
    """The sentences that the page offers, cut from the text by its links."""
    page = text_of(browser.get(NEW, query_string=query))
    return [article.current.text[int(low) : int(high)] for _, low, high, _ in LINK.findall(page)]


def test_all_sentences_are_listed_by_paragraph(browser):
    article = an_article("The wall", "One came. Two went.", "“It is time,” said Ada. She left.")

    page = text_of(browser.get(NEW))

    assert offered(browser, article) == [
        "The wall",
        "One came.",
        "Two went.",
        "“It is time,” said Ada.",
        "She left.",
    ]
    assert page.count("<details>") == 3
    for name in ("Headline", "Paragraph 1", "Paragraph 2"):
        assert f">{name}</b>" in page
    assert page.count("data-found") == 2
    assert 'role="search"' in page


@pytest.mark.parametrize(
    "typed",
    ['"it is HIGH time,"', "high time", "thirty marlow", "  it   is high ", "fished", "thir"],
)
def test_a_few_words_find_their_sentence(browser, typed):
    article = an_article()

    assert offered(browser, article, q=typed) == [
        "“It is high time,” said Ada Marlow, who has fished here for thirty years."
    ]


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("cafe", "café"),
        ("все еще", "всё ещё"),
        ("كتب المدير", "كَتَبَ المُدِيرُ"),
        ("1200", "1\u00a0200"),
        ("H2O", "H₂O"),
        ("prise was", "price was"),
    ],
)
def test_accents_blanks_in_numbers_small_figures_and_slips_are_forgiven(browser, typed, marked):
    said = ("He left the café at noon.", "Он всё ещё ждёт ответа.", "كَتَبَ المُدِيرُ رِسَالَةً.")
    an_article("The quay froze", *said, "The price was 1\u00a0200 € and H₂O was free.")

    page = text_of(browser.get(NEW, query_string={"q": typed}))

    assert f"<mark>{marked}</mark>" in page
    assert ">1 sentence has these words.<" in page


def test_slips_are_forgiven_only_where_nothing_is_found_without(browser):
    article = an_article("Title", "The boats came.", "The boots came.")

    assert offered(browser, article, q="boats") == ["The boats came."]
    assert offered(browser, article, q="bots") == ["The boats came.", "The boots came."]


def test_without_scripts_what_was_found_stands_right_below_the_search(browser):
    an_article()

    page = text_of(browser.get(NEW, query_string={"q": "high time"}))

    assert page.index("1 sentence has these words") < page.index("Or copy the words")
    assert page.index("Find the sentence") < page.index('class="sentences"')
    assert page.count("Or copy the words") == 1
    assert text_of(browser.get(NEW)).count("Or copy the words") == 1


def test_the_words_are_marked_in_the_sentence(browser):
    an_article()

    page = text_of(browser.get(NEW, query_string={"q": "HIGH time"}))

    assert "<mark>high time</mark>" in page
    assert ">1 sentence has these words.<" in page


def test_words_that_run_over_two_sentences_find_both(browser):
    article = an_article("Title", "One came. Two went. Three stayed.")

    assert offered(browser, article, q="came. two") == ["One came. Two went."]


def test_words_that_stand_nowhere_lead_to_the_list(browser):
    article = an_article()

    page = text_of(browser.get(NEW, query_string={"q": "lighthouse <b>"}))

    assert "No sentence has these words." in page
    assert 'value="lighthouse &lt;b&gt;"' in page
    assert len(offered(browser, article, q="lighthouse")) == 4


def test_words_that_stand_everywhere_ask_for_more_of_them(browser):
    article = an_article("Title", " ".join(f"Boat {n} came." for n in range(30)))

    page = text_of(browser.get(NEW, query_string={"q": "boat"}))

    assert len(offered(browser, article, q="boat")) == MOST_FOUND
    assert "type more of them" in page


def test_a_long_article_is_listed_page_by_page(browser):
    said = [f"Boat {n} came." for n in range(1000)]
    article = an_article("Title", *(" ".join(said[at : at + 100]) for at in range(0, 1000, 100)))
    found, address = [], NEW
    while address:
        page = text_of(browser.get(address))
        assert len(page) < 40_000
        sentences = LINK.findall(page)
        assert len(sentences) <= PAGE
        found += [article.current.text[int(low) : int(high)] for _, low, high, _ in sentences]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(following[1]) if following else ""

    assert found == ["Title", *said]


def test_a_sentence_leads_to_its_form_with_all_of_it_to_edit(browser):
    an_article()
    [(address, *_)] = LINK.findall(text_of(browser.get(f"{NEW}?q=may+2025")))

    page = text_of(browser.get(unescape(address)))

    whole = "Work will begin in May 2025 and cost about four million pounds."
    assert re.search(rf'name="replacement"[^>]*>\s*{whole}</textarea>', page)
    assert re.search(rf'name="exact"[^>]*>\s*{whole}</textarea>', page)


def test_the_sentences_are_those_of_the_page_that_was_read(browser, max_):
    from tests.builders import a_correction, accept

    article = an_article()
    accept(a_correction(article, "May 2025", "June 2025"), max_, now=now())

    page = text_of(browser.get(f"{NEW}?revision=1&q=May"))

    assert "revision=1&amp;start=" in page
    assert "May 2025" in re.sub("</?mark>", "", page)


def test_a_remark_on_the_whole_article_needs_no_sentence(browser):
    an_article()

    finder = text_of(browser.get(NEW))
    page = text_of(browser.get(f"{NEW}?whole=1"))

    assert "whole=1" in finder
    assert "Write to us about this article" in page
    assert 'name="explanation"' in page


def test_hostile_words_stay_words(browser):
    an_article("A <b>title</b>", "Use <img src=x onerror=alert(1)> here.")

    for query in ({}, {"q": "<img"}):
        page = text_of(browser.get(NEW, query_string=query))
        assert "<img src=x" not in page
        assert "&lt;img" in page


@pytest.mark.parametrize(
    "query",
    [{"q": "\0"}, {"q": "\u0301"}, {"q": "a" * 5000}, {"q": " "}, {"from": "x"}, {"from": -5}],
)
def test_nothing_that_can_be_asked_breaks_it(browser, query):
    an_article()

    assert browser.get(NEW, query_string=query).status_code in (200, 404)


def test_a_stranger_searches_so_often_and_is_told_where_that_ends(make_app):
    app = make_app(LIMITS="30/hour")
    browser = app.test_client()
    with app.app_context():
        an_article()
        answers = [browser.get(NEW, query_string={"q": "ada"}) for _ in range(61)]
        listed = browser.get(NEW)

    assert {each.status_code for each in answers[:60]} == {200}
    assert (answers[60].status_code, listed.status_code) == (429, 200)
    told = re.search(r"<p role=\"status\" data-found>(.*?)</p>", text_of(answers[60]))
    assert told[1].startswith("Too many were sent from here.")
    assert 'value="ada"' in text_of(answers[60])
    assert "Retry-After" in answers[60].headers
