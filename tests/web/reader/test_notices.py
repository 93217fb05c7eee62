"""An article shows what was corrected in it: the notice, its day, and the words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from corrections_app.domain.lifecycle import ChangeClass, NoticePlace
from corrections_app.extensions import db
from corrections_app.models import Notice
from corrections_app.web.reader import articles
from corrections_app.workflow.articles import editing
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.record import acts, house_style
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, NOON, SECOND, a_correction, accept, an_article
from tests.web.conftest import text_of

PATH = "/articles/harbour-wall"
HOLD = timedelta(seconds=600)
TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It will cost <b>five</b> million."}
TEXT_BLOCK = re.compile(r"<(\w+)[^>]*\sdata-start=\"\d+\"[^>]*>(.*?)</\1>", re.DOTALL)


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the article's page."""

    def set_to(moment):
        monkeypatch.setattr(articles, "now", lambda: moment)

    return set_to


@pytest.fixture
def correction(app, max_):
    found = a_correction(an_article(), "four million", "five million", name="Ann", credit=True)
    accept(found, max_, thanks=(found.id,), **TOLD)
    return found


def page(app):
    return text_of(app.test_client().get(PATH))


def text_on(html):
    """The article's words on a page, as browsers count them: without what is skipped."""
    blocks = [inner for _, inner in TEXT_BLOCK.findall(html)]
    bare = [re.sub(r"<a[^>]*data-skip>.*?</a>", "", inner) for inner in blocks]
    return "\n\n".join(re.sub(r"<[^>]*>", "", inner) for inner in bare)


def test_a_correction_is_seen_when_its_hold_ends_and_not_a_second_before(app, correction, at):
    browser = app.test_client()
    at(NOON + HOLD - SECOND)
    before = browser.get(PATH)

    at(NOON + HOLD)
    after = browser.get(PATH, headers={"If-None-Match": before.headers["ETag"]})

    for trace in ("article-notices", 'class="changed"', "It will cost", "notices.css"):
        assert trace not in text_of(before)
        assert trace in text_of(after)
    assert after.status_code == 200
    assert "It will cost &lt;b&gt;five&lt;/b&gt; million." in text_of(after)
    for answer in (before, after):
        assert answer.cache_control.public
        assert answer.cache_control.no_cache
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    kept = browser.get(PATH, headers={"If-None-Match": after.headers["ETag"]})
    assert kept.status_code == 304


def test_the_page_says_what_when_and_thanks_to_whom(app, correction, at):
    at(NOON + HOLD)

    html = page(app)

    assert re.search(r'href="#notice-1"[^>]*><bdi>Corrected on <time[^>]*>2 Mar 2026', html)
    assert html.index('class="article-notices notices-top"') < html.index('class="body"')
    assert 'id="notice-1" role="note" aria-label="Correction"' in html
    assert 'href="/corrections/1"' in html
    assert "Thanks to <bdi>Ann</bdi>" in html
    assert 'href="/corrections">All corrections</a>' in html


def test_a_mark_stands_at_the_corrected_words_and_is_no_text(app, correction, at):
    at(NOON + HOLD)

    html = page(app)

    assert re.search(r'cost about five<a class="changed" href="#notice-1"[^>]*>†</a> million', html)
    db.session.rollback()
    assert text_on(html) == article_at("harbour-wall").current.text


def test_an_undone_decision_never_was_on_the_page(app, correction, max_, at):
    undoing.undo(correction.id, Act(max_, None, NOON + HOLD - SECOND))
    at(NOON + 9 * HOLD)

    assert 'class="article-notices' not in page(app)


def test_a_decision_opened_again_keeps_its_notice_with_a_word_and_no_mark(
    app, correction, max_, at
):
    undoing.reopen(correction.id, "A private note.", Act(max_, None, NOON + HOLD),
                   confirmed=CONFIRMED)  # fmt: skip
    at(NOON + HOLD)

    html = page(app)

    assert "It will cost" in html
    assert "we opened this question again" in html
    assert "A private note." not in html
    assert 'class="changed"' not in html


def publish(by, change_class, words):
    acts.publish("harbour-wall", change_class, words, Act(by, None, NOON))


def test_each_class_stands_in_its_place(app, mira, at):
    an_article()
    for change_class in ChangeClass:
        if change_class != ChangeClass.SILENT:
            publish(mira, change_class, f"This is {change_class}.")
    at(NOON)

    html = page(app)

    order = [
        "This is editors_note.",
        'data-start="0"',
        "This is update.",
        "This is correction.",
        'class="body"',
        "This is clarification.",
        "</article>",
    ]
    assert [html.index(words) for words in order] == sorted(html.index(words) for words in order)
    dates = re.findall(r"<bdi>(\w+) on <time", html)
    assert sorted(dates) == ["Clarified", "Corrected", "Updated"]


def test_the_newest_ten_are_shown_and_a_way_to_the_others(app, mira, at):
    an_article()
    for number in range(11):
        publish(mira, ChangeClass.CORRECTION, f"Number {number}.")
    at(NOON)

    html = page(app)

    assert html.count('role="note"') == 10
    assert "Number 0." not in html
    assert html.index("Number 10.") < html.index("Number 1.")
    assert f'<a href="{PATH}/history">Older notices of this article</a>' in html
    assert html.count("Corrected on") == 1


def test_withheld_words_leave_a_dated_line_with_its_reason(app, correction, at):
    with write() as session:
        withheld = {"withheld_at": NOON + HOLD, "withheld_reason": "By order of a court."}
        session.execute(update(Notice).values(**withheld))
    at(NOON + 2 * HOLD)

    html = page(app)

    assert "It will cost" not in html
    assert "are not shown since <time" in html
    assert "By order of a court." in html
    assert 'class="changed"' not in html


def test_words_that_change_again_have_one_mark(app, correction, max_, at):
    text = article_at("harbour-wall").current.text.replace("five million", "six million")
    more = {"change_class": ChangeClass.UPDATE, "notice": "It is six."}
    editing.edit("harbour-wall", text, Act(max_, None, NOON), base=2, confirmed=CONFIRMED, **more)
    at(NOON + HOLD)

    html = page(app)

    assert re.findall(r'(\w+)<a class="changed" href="#notice-(\d)"', html) == [("six", "2")]


def test_an_article_costs_two_queries_more_at_most(app, correction, mira, at, queries):
    at(NOON)
    bare = queries(lambda: page(app))
    for number in range(5):
        publish(mira, ChangeClass.CORRECTION, f"Number {number}.")
    at(NOON + HOLD)

    shown = queries(lambda: page(app))

    assert shown - bare == 2
    assert house_style.places()[ChangeClass.CORRECTION] == NoticePlace.TOP


@pytest.fixture
def queries(app):
    """Counts the statements that something sends to the database."""
    from sqlalchemy import event

    def count(act):
        seen = []

        def note(*args):
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            act()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    return count
