"""Notices are made with the change that they tell, and public when it can no longer be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import Notice, NoticeChange
from corrections_app.workflow.articles import editing, history
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.record.notices import public_at
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, HARBOUR, NOON, SECOND, a_correction, accept, an_article

TEXT = "\n\n".join(HARBOUR)
HOLD = timedelta(seconds=600)
TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It will cost five million pounds."}


@pytest.fixture
def correction(app):
    return a_correction(an_article(), "four million", "five million", kind="fact")


def told_at(moment):
    """What is public at a moment, newest first."""
    db.session.rollback()
    return [one.words for one in history.notices(article_at("harbour-wall"), moment).items]


def only():
    db.session.rollback()
    return db.session.scalars(select(Notice)).one()


def test_a_decision_is_told_when_its_hold_ends_to_the_second(correction, max_):
    accept(correction, max_, **TOLD)

    notice = only()

    assert (notice.revision, notice.change_class, notice.by_id) == (2, "correction", max_.id)
    assert notice.decision.correction_id == correction.id
    assert (notice.created_at, notice.public_at) == (NOON, NOON + HOLD)
    assert [told_at(NOON + HOLD - SECOND), told_at(NOON + HOLD)] == [[], [TOLD["notice"]]]


def test_a_decision_undone_in_its_hold_was_never_told(correction, max_):
    accept(correction, max_, **TOLD)

    undoing.undo(correction.id, Act(max_, None, NOON + HOLD - SECOND))

    assert only().cancelled_at == NOON + HOLD - SECOND
    assert told_at(NOON + 9 * HOLD) == []


def test_a_decision_opened_again_in_its_hold_was_never_told(correction, max_):
    accept(correction, max_, **TOLD)

    undoing.reopen(correction.id, "Wait.", Act(max_, None, NOON + SECOND), confirmed=CONFIRMED)

    assert told_at(NOON + 9 * HOLD) == []


def test_a_decision_opened_again_later_keeps_its_notice_with_a_word_about_it(correction, max_):
    accept(correction, max_, **TOLD)

    undoing.reopen(correction.id, "We erred.", Act(max_, None, NOON + HOLD), confirmed=CONFIRMED)

    assert told_at(NOON + HOLD) == [TOLD["notice"]]
    change = db.session.scalars(select(NoticeChange)).one()
    assert (change.notice_id, change.kind) == (only().id, "decision_reopened")
    assert (change.created_at, change.by_id, change.note) == (NOON + HOLD, max_.id, None)


def test_what_is_decided_anew_is_told_anew(correction, max_):
    accept(correction, max_, **TOLD)
    undoing.reopen(correction.id, "We erred.", Act(max_, None, NOON + HOLD), confirmed=CONFIRMED)

    accept(correction, max_, now=NOON + HOLD, change_class=ChangeClass.UPDATE, notice="Six.")

    assert told_at(NOON + 2 * HOLD) == ["Six.", TOLD["notice"]]


def test_a_change_by_hand_is_told_at_once_and_a_silent_one_never(app, max_):
    an_article()
    act = Act(max_, None, NOON + SECOND)
    typed = TEXT.replace("four", "five")

    editing.edit("harbour-wall", typed, act, base=1, confirmed=CONFIRMED, **TOLD)
    editing.edit("harbour-wall", TEXT, act, base=2, confirmed=CONFIRMED)

    notice = only()
    assert (notice.revision, notice.decision_id) == (2, None)
    assert notice.public_at == notice.created_at == NOON + SECOND
    assert told_at(NOON + SECOND) == [TOLD["notice"]]


def test_a_notice_is_public_by_the_clock_alone(correction, max_):
    accept(correction, max_, **TOLD)

    def found(now):
        return db.session.scalars(select(Notice.id).where(public_at(now))).all()

    assert [len(found(NOON + HOLD + n * SECOND)) for n in (-1, 0, 1)] == [0, 1, 1]


def marked():
    """The words of the article that each notice marks, oldest first."""
    db.session.rollback()
    article = article_at("harbour-wall")
    found = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert {one.marks_in for one in found} == {article.head}
    text = article.current.text
    return [[text[start:end] for start, end in one.marks] for one in found]


def test_a_notice_knows_the_words_that_were_corrected(correction, max_):
    accept(correction, max_, **TOLD)

    assert marked() == [["five"]]


def test_its_words_are_carried_over_changes_of_our_own_and_by_hand(correction, max_):
    accept(correction, max_, **TOLD)
    before = a_correction(article_at("harbour-wall"))
    accept(before, max_)
    text = article_at("harbour-wall").current.text
    typed = text.replace("Tuesday", "a wet Tuesday").replace("thirty years", "40 years")
    act = Act(max_, None, NOON + SECOND)

    editing.edit("harbour-wall", typed, act, base=3, confirmed=CONFIRMED, **TOLD)

    five, changed = marked()
    assert (five, changed[-1]) == (["five"], "40")


def test_words_that_a_later_change_touches_are_let_go(correction, max_):
    accept(correction, max_, **TOLD)
    again = a_correction(article_at("harbour-wall"), "five million", "six million", kind="fact")

    accept(again, max_, change_class=ChangeClass.UPDATE, notice="Six.")

    assert marked() == [[], ["six"]]


def test_words_that_are_taken_out_leave_their_mark_at_the_word_before(app, max_):
    correction = a_correction(an_article(), "about four", "four")

    accept(correction, max_, **TOLD)

    assert marked() == [["cost"]]
