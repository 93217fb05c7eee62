"""What a reader is told of a change before it is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Correction, ReasonWording
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.submitting import questions, submission
from corrections_app.workflow.transaction import Act
from tests.builders import (
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    a_proposal,
    accept,
    an_article,
    document,
    reject,
)

HOUR = timedelta(hours=1)


def asked(article, sent, known=(), key=None):
    """What is asked before this is stored; nothing where it is stored."""
    db.session.rollback()
    before = stored()
    try:
        submission.submit(article.slug, sent, key=key, known=frozenset(known), now=NOON)
    except questions.Asked as refusal:
        assert stored() == before
        return refusal.question
    assert stored() == before + 1
    return None


def stored():
    return db.session.scalar(select(func.count()).select_from(Correction))


def test_what_nobody_sent_before_is_not_asked_about(app):
    article = an_article()

    assert asked(article, a_proposal(article, "May 2025", "May 2026")) is None


def test_the_same_change_waits(app):
    article = an_article()
    first = a_correction(article)

    question = asked(article, a_proposal(article, "rebuild the the harbour", "rebuild the harbour"))

    assert (question.kind, question.number) == ("same", first.id)
    sent = a_proposal(article, "the the", "the")
    assert asked(article, sent, known={question.name}) is None
    newest = db.session.scalars(select(Correction).order_by(Correction.id.desc())).first()
    assert newest.leader_id == first.id


def test_who_sends_twice_by_one_key_is_not_told_of_their_own(app):
    article = an_article()
    sent = a_proposal(article, "the the", "the")
    first = submission.submit(article.slug, sent, key="k", known=frozenset(), now=NOON)

    again = submission.submit(article.slug, sent, key="k", known=frozenset(), now=NOON)

    assert (again.token, again.is_replay) == (first.token, True)


def test_another_change_of_the_same_words_is_sent_without_a_word(app):
    article = an_article()
    a_correction(article, "May 2025", "June 2025")

    assert asked(article, a_proposal(article, "May 2025", "May 2026")) is None


def test_the_same_change_was_turned_down(app, max_):
    article = an_article()
    reject(a_correction(article, "four million", "five million"), max_, reason="needs_source")

    question = asked(article, a_proposal(article, "about four million", "about five million"))

    assert (question.kind, question.reason) == ("rejected", "needs_source")
    assert question.stands is None
    sent = a_proposal(article, "four million", "five million")
    assert asked(article, sent, known={question.name}) is None


def test_a_ruling_holds_where_the_words_moved_to(app, max_):
    article = an_article()
    reject(a_correction(article, "four million", "five million"), max_)
    accept(a_correction(article), max_)
    db.session.refresh(article)

    question = asked(article, a_proposal(article, "four million", "five million"))

    assert question.kind == "rejected"


def test_a_ruling_on_other_words_that_look_the_same_says_nothing(app, max_):
    article = an_article("A day", "The wall was grey.", "The boat was grey.")
    text = article.current.text
    reject(a_correction(article, "wall was grey", "wall was gray"), max_)
    start = text.index("boat was grey") + len("boat was ")
    there = a_proposal(article, "boat was grey", "boat was gray")
    assert text[start : start + 4] == "grey"

    assert asked(article, there) is None


@pytest.mark.parametrize("undo", [True, False], ids=["undone", "spam"])
def test_a_ruling_that_is_no_answer_is_not_told(app, max_, mira, undo):
    article = an_article()
    correction = a_correction(article, "four million", "five million")
    reject(correction, max_, reason="not_an_error" if undo else "spam")
    if undo:
        undoing.undo(correction.id, Act(max_, None, NOON))
    kinds = asked(article, a_proposal(article, "four million", "five million"))

    assert (kinds.kind if kinds else None) == ("same" if undo else None)


def test_a_reason_that_sends_no_letter_is_not_told_either(app, max_):
    article = an_article()
    db.session.get_one(ReasonWording, "opinion").sends_letter = False
    db.session.commit()
    reject(a_correction(article, "four million", "five million"), max_, reason="opinion")

    assert asked(article, a_proposal(article, "four million", "five million")) is None


def test_the_article_says_so_already(app, max_):
    article = an_article()
    sent = a_proposal(article, "the the harbour", "the harbour")
    accept(a_correction(article), max_, now=NOON + HOUR)

    question = asked(article, sent)

    assert (question.kind, question.at) == ("done", NOON + HOUR)


def test_the_words_are_others_by_now(app, max_):
    article = an_article()
    sent = a_proposal(article, "four million", "three million")
    accept(a_correction(article, "four million", "five million"), max_, now=NOON + HOUR)

    question = asked(article, sent)

    assert (question.kind, question.number, question.at) == ("changed", 2, NOON + HOUR)
    assert "five" in question.stands.words
    assert asked(article, sent, known={question.name}) is None


def test_the_words_are_gone(app):
    article = an_article()
    sent = a_proposal(article, "four million", "three million")
    importing.bring_in(
        document(*HARBOUR[:2], HARBOUR[3]), slug=article.slug, terms=ON_PURPOSE, now=NOON + HOUR
    )

    question = asked(article, sent)

    assert (question.kind, question.at, question.stands) == ("changed", NOON + HOUR, None)


def test_the_time_is_that_of_the_change_and_not_of_a_later_one(app, max_):
    article = an_article()
    sent = a_proposal(article, "four million", "three million")
    accept(a_correction(article), max_, now=NOON + HOUR)
    accept(a_correction(article, "four million", "five million"), max_, now=NOON + 2 * HOUR)
    db.session.refresh(article)
    accept(a_correction(article, "on Tuesday", "on Monday"), max_, now=NOON + 3 * HOUR)

    assert asked(article, sent).at == NOON + 2 * HOUR


def test_what_changed_elsewhere_is_no_reason_to_ask(app, max_):
    article = an_article()
    sent = a_proposal(article, "four million", "three million")
    accept(a_correction(article), max_)

    assert asked(article, sent) is None


def test_what_changed_and_changed_back_is_no_reason_to_ask(app):
    article = an_article()
    sent = a_proposal(article, "four million", "three million")
    other = HARBOUR[2].replace("four", "five")
    importing.bring_in(
        document(*HARBOUR[:2], other, HARBOUR[3]), slug=article.slug, terms=ON_PURPOSE, now=NOON
    )
    importing.bring_in(document(*HARBOUR), slug=article.slug, terms=ON_PURPOSE, now=NOON)

    assert asked(article, sent) is None


def test_a_new_question_is_asked_after_one_that_was_seen(app, max_):
    article = an_article()
    reject(a_correction(article, "four million", "five million"), max_)
    first = asked(article, a_proposal(article, "four million", "five million"))
    waiting = submission.submit(
        article.slug, a_proposal(article, "four million", "five million"), key=None, now=NOON
    )

    second = asked(article, a_proposal(article, "four million", "five million"), {first.name})

    assert second.name == f"same:{tokens.by_token(waiting.token).id}"


@pytest.mark.parametrize("replacement", [None, "four million"])
def test_a_remark_is_asked_about_only_where_its_words_changed(app, max_, replacement):
    article = an_article()
    sent = a_proposal(article, "four million", replacement, explanation="Really?")
    a_correction(article, "four million", replacement, explanation="Really?")

    assert asked(article, sent) is None
    accept(a_correction(article, "about four million", "some five million"), max_)
    assert asked(article, sent).kind == "changed"


def test_a_remark_on_the_whole_article_is_never_asked_about(app):
    article = an_article()
    sent = submission.Proposal(explanation="Nobody asked the fishermen.")

    assert asked(article, sent) is None
    assert asked(article, sent) is None


def test_programs_are_asked_nothing(app):
    article = an_article()
    first = a_correction(article)

    assert a_correction(article).leader_id == first.id


def test_an_old_page_learns_that_its_words_changed(app, max_):
    article = an_article()
    old = article.current
    start = old.text.index("four million")
    assert questions.since(db.session(), article, old, start, start + 12) is None
    accept(a_correction(article, "four million", "five million"), max_, now=NOON + HOUR)
    db.session.refresh(article)

    question = questions.since(db.session(), article, old, start, start + 12)

    assert (question.kind, question.at) == ("changed", NOON + HOUR)


def test_the_same_words_elsewhere_are_another_change(app, max_):
    """A rejection tells of the place it was about, and of no other with the same words."""
    article = an_article("A title", "The wall is very very old.", "The quay is very very old too.")
    places = [at for at in range(80) if article.current.text.startswith("very very", at)]
    first, second = (
        Proposal(1, at, at + 9, "very very", "very", email="a@reader.example") for at in places
    )
    sent = submission.submit(article.slug, first, key=None, now=NOON)
    reject(tokens.by_token(sent.token), max_)

    assert asked(article, first).kind == "rejected"
    assert asked(article, second) is None
