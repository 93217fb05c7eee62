"""A text comes back to what it was: what was sent from an old page stands there again."""

from __future__ import annotations

import pytest

from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Correction, Placement, Revision
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import editing, importing, reading
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.submitting import questions, submission
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    document,
)

SLUG = "harbour-wall"
COST = HARBOUR[2].index("four million")


def from_the_old_page(replacement="five million", words="four million", base=1, **more):
    """A correction of the first revision, as a page that was opened then sends it."""
    query = db.select(Revision.text).filter_by(number=base)
    text = db.session.scalars(query).one()
    start = text.index(words)
    sent = Proposal(
        revision=base, start=start, end=start + len(words), exact=words, replacement=replacement
    )
    receipt = submission.submit(SLUG, sent, key=None, now=NOON, **more)
    return tokens.by_token(receipt.token)


def fit_of(correction):
    db.session.rollback()
    return db.session.get_one(Placement, correction.id).fit


def leader_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).leader_id


def accepted_and_undone(max_):
    correction = a_correction(reading.article_at(SLUG), "four million", "six million")
    accept(correction, max_)
    yield
    undoing.undo(correction.id, Act(max_, None, NOON))


def accepted_and_reopened(max_):
    correction = a_correction(reading.article_at(SLUG), "four million", "six million")
    accept(correction, max_)
    yield
    undoing.reopen(correction.id, "We erred.", Act(max_, None, NOON), confirmed=CONFIRMED)


def edited_and_restored(max_):
    typed = reading.article_at(SLUG).current.text.replace("about four million", "a good deal of")
    editing.edit(SLUG, typed, Act(max_, None, NOON), base=1, confirmed=CONFIRMED)
    yield
    editing.restore(SLUG, 1, Act(max_, None, NOON), base=2, confirmed=CONFIRMED)


def accepted_and_restored(max_):
    accept(a_correction(reading.article_at(SLUG), "four million", "six million"), max_)
    yield
    editing.restore(SLUG, 1, Act(max_, None, NOON), base=2, confirmed=CONFIRMED)


def accepted_and_edited_back(max_):
    accept(a_correction(reading.article_at(SLUG), "four million", "six million"), max_)
    yield
    typed = reading.article_at(SLUG).current.text.replace("six million", "four million")
    editing.edit(SLUG, typed, Act(max_, None, NOON), base=2, confirmed=CONFIRMED)


def imported_there_and_back(max_):
    gone = [text.replace("about four million", "a good deal of") for text in HARBOUR]
    importing.bring_in(document(*gone), slug=SLUG, terms=ON_PURPOSE, now=NOON)
    yield
    importing.bring_in(document(*HARBOUR), slug=SLUG, terms=ON_PURPOSE, now=NOON)


ROADS = [
    accepted_and_undone,
    accepted_and_reopened,
    edited_and_restored,
    accepted_and_restored,
    accepted_and_edited_back,
    imported_there_and_back,
]


@pytest.fixture(params=ROADS, ids=lambda road: road.__name__)
def road(request, app, max_):
    """A road away from a text and back; going on is the way back."""
    an_article()
    return request.param(max_)


def go(road):
    next(road, None)
    db.session.rollback()


def back_again():
    article = reading.article_at(SLUG)
    return article.current.text == "\n\n".join(HARBOUR) and article.head > 2


def test_what_is_sent_from_the_old_page_afterwards_stands_there(road, max_):
    go(road)
    go(road)
    assert back_again()

    one, other = from_the_old_page(), from_the_old_page()

    assert (fit_of(one), fit_of(other)) == ("clean", "clean")
    assert leader_of(other) == one.id
    outcome = accept(one, max_)
    assert outcome.status == "accepted"
    assert "five million" in reading.article_at(SLUG).current.text


def test_what_waited_before_stands_there_again(road, max_):
    waits = from_the_old_page()
    go(road)
    go(road)
    assert back_again()

    later = from_the_old_page()

    # A rival that was accepted has settled it; undone, it waits again.
    status = db.session.get_one(Correction, waits.id).status
    if status == "pending":
        assert fit_of(waits) == "clean"
        assert leader_of(later) == waits.id
        assert accept(waits, max_).status == "accepted"
    else:
        assert fit_of(later) == "clean"


def test_what_was_sent_in_between_stands_there_again_and_together(road, max_):
    go(road)
    one, other = from_the_old_page(), from_the_old_page()
    assert "clean" not in (fit_of(one), fit_of(other))

    go(road)

    assert back_again()
    assert (fit_of(one), fit_of(other)) == ("clean", "clean")
    assert leader_of(other) == one.id
    assert leader_of(from_the_old_page()) == one.id
    assert accept(one, max_).status == "accepted"


def test_what_came_back_joins_a_cluster_that_is_there(road, max_):
    waits = from_the_old_page("five million pounds", "four million pounds")
    go(road)
    lost = from_the_old_page()

    go(road)

    assert back_again()
    if db.session.get_one(Correction, waits.id).status == "pending":
        assert leader_of(lost) == waits.id


def test_an_edit_of_the_program_that_stands_is_not_guessed_around(app, max_):
    an_article()
    accept(a_correction(reading.article_at(SLUG), "four million", "six million"), max_)

    late = from_the_old_page("five million")

    assert fit_of(late) == "conflict"


def test_the_same_change_is_asked_about_from_the_old_page_too(app, max_):
    an_article()
    road = accepted_and_undone(max_)
    go(road)
    go(road)
    from_the_old_page()

    with pytest.raises(questions.Asked):
        from_the_old_page(known=())
