"""What the receipt knows besides the outcome: the wait, the neighbours, the way to the words."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction, Decision
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.pending import placing
from corrections_app.workflow.submitting import receipts, submission
from tests.builders import (
    HARBOUR,
    NOON,
    ON_PURPOSE,
    THE_FILE_WINS,
    a_correction,
    accept,
    an_article,
    decide,
    document,
    reject,
)
from tests.web.conftest import JSON, text_of

HOUR = timedelta(hours=1)


def at(correction, act=""):
    return f"/receipts/{tokens.token_for(correction)}{'/' if act else ''}{act}"


def decided(article, max_, count, wait, when=NOON):
    """So many decisions, each so long after the correction was sent."""
    for n in range(count):
        correction = a_correction(article, "the the", f"the {n}", now=when - wait)
        reject(correction, max_, now=when)


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (HOUR / 2, "within an hour."),
        (5 * HOUR, "within a few hours."),
        (20 * HOUR, "within a day."),
        (30 * HOUR, "within 2 days."),
        (9 * 24 * HOUR, "within 9 days."),
    ],
)
def test_the_usual_wait_is_said_from_what_was_decided(app, max_, wait, words):
    article = an_article()
    decided(article, max_, receipts.LEAST_DECISIONS, wait, now())

    page = text_of(app.test_client().get(at(a_correction(article, "May 2025", "May 2026"))))

    assert f"An editor usually looks at it {words}" in page


def test_too_few_decisions_promise_nothing(app, max_):
    article = an_article()
    decided(article, max_, receipts.LEAST_DECISIONS - 1, HOUR, now())

    assert "An editor usually" not in text_of(
        app.test_client().get(at(a_correction(article, "May 2025", "May 2026")))
    )


def test_only_what_people_decided_of_late_counts(app, max_):
    article = an_article()
    decided(article, max_, 10, HOUR)

    assert receipts.usual_wait(NOON + 89 * 24 * HOUR) == HOUR
    assert receipts.usual_wait(NOON + 91 * 24 * HOUR) is None
    db.session.query(Decision).update({"by_id": None})
    assert receipts.usual_wait(NOON) is None


def test_the_wait_is_the_middle_one_and_no_average(app, max_):
    article = an_article()
    decided(article, max_, 9, HOUR)
    decided(article, max_, 2, 5000 * HOUR)

    assert receipts.usual_wait(NOON) == HOUR


def test_others_who_marked_the_same_words_are_told_of_without_their_words(app, max_):
    article = an_article()
    mine = a_correction(article, "May 2025", "May 2026")
    before = text_of(app.test_client().get(at(mine)))
    other = a_correction(article, "May 2025", "July 2031")

    page = text_of(app.test_client().get(at(mine)))

    assert "marked these words too" not in before
    assert "Another reader has marked these words too." in page
    assert "July 2031" not in page
    reject(other, max_)
    assert "marked these words too" not in text_of(app.test_client().get(at(mine)))


@pytest.mark.parametrize("act", ["withdraw", "email", "appeal"])
@pytest.mark.parametrize("accept_", ["application/json", "text/html"])
def test_too_many_acts_are_told_to_wait_and_keep_what_was_typed(make_app, act, accept_):
    app = make_app(LIMITS="1/hour")
    with app.app_context():
        one, other = (a_correction(an_article(slug=slug)) for slug in ("a", "b"))
        browser = app.test_client()
        typed = {"email": "grace@reader.example", "words": "Look again."}
        assert browser.post(at(one, "withdraw")).status_code == 303

        limited = browser.post(at(other, act), data=typed, headers={"Accept": accept_})
        page = text_of(limited)

    assert limited.status_code == 429
    assert 3590 < int(limited.headers["Retry-After"]) <= 3600
    assert "Too many were sent from here. Try again in 60 minutes" in page
    if accept_ == "text/html":
        assert 'value="grace@reader.example"' in page


def test_a_program_gets_the_state_in_plain_words(app, max_):
    correction = a_correction(an_article())
    browser = app.test_client()
    waiting = browser.get(at(correction), headers=JSON).json
    accept(correction, max_)

    done = browser.get(at(correction), headers=JSON).json

    assert (waiting["status"], waiting["state"]) == ("pending", "waiting for an editor")
    assert (done["status"], done["state"]) == ("accepted", "corrected")
    assert done["decided"] == NOON.isoformat()
    assert {"reference", "receipt", "url", "title", "article", "sent"} <= set(done)
    assert done["sent_on"] == "2 Mar 2026"
    assert done["url"] == at(correction)


def test_the_list_of_receipts_holds_nothing_of_anybody(app):
    correction = a_correction(an_article())
    browser = app.test_client()
    browser.get(at(correction))

    answer = browser.get("/receipts")

    page = text_of(answer)
    assert answer.status_code == 200
    assert correction.reference not in page
    assert "<noscript>" in page
    assert "Set-Cookie" not in answer.headers
    assert (
        browser.get("/receipts", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    assert 'href="/receipts"' in text_of(browser.get(at(correction)))


def test_what_the_dialog_shows_after_sending_is_marked(app):
    correction = a_correction(an_article())

    page = text_of(app.test_client().get(at(correction)))

    arrived = page[page.index("<section data-arrived>") : page.index("</section>")]
    assert f"data-reference>{correction.reference}<" in arrived
    assert "your receipt will say what was decided" in arrived
    assert "this page" not in arrived
    assert f'href="{at(correction)}"' in arrived
    assert "We will also write to a***@reader.example." in arrived


def test_whoever_gets_no_letter_is_told_to_keep_the_address(app):
    article = an_article()
    written, silent = a_correction(article), a_correction(article, "four million", "5", email="")
    browser = app.test_client()

    advice = "Keep the address of this page"
    pages = [text_of(browser.get(at(correction))) for correction in (written, silent)]

    assert [advice in page for page in pages] == [False, True]
    assert advice in pages[1].partition("</section>")[2]


def leads_to(correction):
    """The words that the receipt's link names, its context left out."""
    db.session.rollback()
    found = placing.fragment(db.session(), correction, decision.standing_of(correction))
    if not found:
        return ""
    parts = found.removeprefix("#:~:text=").split(",")
    words = [unquote(part) for part in parts if not part.endswith("-") and not part.startswith("-")]
    return " … ".join(words)


@pytest.mark.parametrize(
    ("exact", "replacement", "verdict", "words"),
    [
        ("four million", "five million", {}, "five"),
        ("four million", "five million", {"text": "six million"}, "six"),
        ("about", "", {}, "and cost four million pounds."),
    ],
    ids=["as proposed", "in other words", "taken out"],
)
def test_the_link_leads_to_what_was_printed(app, max_, exact, replacement, verdict, words):
    correction = a_correction(an_article(), exact, replacement)

    accept(correction, max_, **verdict)

    assert words in leads_to(correction)


def test_the_link_follows_words_that_moved(app, max_):
    article = an_article()
    correction = a_correction(article, "four million", "five million")
    accept(correction, max_)
    work = HARBOUR[2].replace("four", "five")
    importing.bring_in(
        document(*HARBOUR[:2], HARBOUR[3], work), slug=article.slug, terms=ON_PURPOSE, now=NOON
    )

    assert "five" in leads_to(correction)


def test_words_that_are_gone_lead_to_the_article(app, max_):
    article = an_article()
    correction = a_correction(article, "four million", "five million")
    accept(correction, max_)
    gone = document(*HARBOUR[:2], HARBOUR[3])
    importing.bring_in(gone, slug=article.slug, terms=THE_FILE_WINS, now=NOON)

    assert leads_to(correction) == ""
    page = text_of(app.test_client().get(at(correction)))
    assert 'href="/articles/harbour-wall">Back to the article' in page


@pytest.mark.parametrize("action", ["pending", "reject", "supersede"])
def test_words_that_stayed_are_led_to(app, max_, action):
    correction = a_correction(an_article(), "four million", "five million")
    if action != "pending":
        decide(correction, action, max_, reason="opinion" if action == "reject" else None)

    assert leads_to(correction) == "four million"


def test_a_remark_on_the_whole_article_leads_to_the_article(app):
    article = an_article()
    sent = submission.Proposal(explanation="Nobody asked the fishermen.")
    receipt = submission.submit(article.slug, sent, key=None, now=NOON)

    assert leads_to(tokens.by_token(receipt.token)) == ""


def test_words_that_were_corrected_twice_are_found_where_they_came_to(app, max_):
    """The second change is the program's own and has no place for the first one's words."""
    first = a_correction(an_article(), "four million", "five million")
    accept(first, max_)
    accept(a_correction(reading.article_at("harbour-wall"), "five", "six"), max_)
    long = "council, which met at its new house in the old town, voted"
    accept(a_correction(reading.article_at("harbour-wall"), "council voted", long), max_)
    db.session.rollback()
    correction = db.session.get_one(Correction, first.id)

    found = placing.fragment(db.session(), correction, decision.standing_of(correction))

    assert found.endswith("-,six,-million%20pounds.")
