"""A change of several parts: a moderator takes some of them and leaves the rest."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Action
from corrections_app.extensions import db
from corrections_app.models import Approval, Article, Correction
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import approval, decision, undoing
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    decide,
    document,
    reject,
)

EXACT = "Work will begin in May 2025 and cost about four million"
THREE = "Works will begin in May 2026 and cost about five million"


def text_of():
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


@pytest.fixture
def three(app):
    """A correction of three parts: a word, a year, a number."""
    return a_correction(an_article(), EXACT, THREE)


@pytest.mark.parametrize(
    ("taken", "reads"),
    [
        ((0,), "Works will begin in May 2025 and cost about four million"),
        ((1,), "Work will begin in May 2026 and cost about four million"),
        ((2, 0), "Works will begin in May 2025 and cost about five million"),
        ((0, 1, 2), THREE),
    ],
)
def test_only_the_parts_that_are_ticked_are_applied(three, max_, taken, reads):
    accept(three, max_, edits=taken)

    assert reads in text_of()


@pytest.mark.parametrize(("taken", "as_proposed"), [((0,), False), ((0, 1, 2), True)])
def test_some_of_the_parts_are_other_words(three, max_, taken, as_proposed):
    accept(three, max_, edits=taken)

    assert decision.standing_of(three).as_proposed is as_proposed


def test_at_least_one_part_is_taken(three, max_):
    with pytest.raises(errors.Invalid) as refused:
        accept(three, max_, edits=())

    assert list(refused.value.fields) == ["edits"]


@pytest.mark.parametrize("taken", [(3,), (0, 99), (-1,)])
def test_a_part_that_there_is_not_is_refused(three, max_, taken):
    before = text_of()

    with pytest.raises(errors.Invalid):
        accept(three, max_, edits=taken)

    assert text_of() == before


def test_parts_and_own_words_are_not_taken_together(three, max_):
    with pytest.raises(errors.Invalid):
        accept(three, max_, edits=(0,), text="Works")


def test_parts_count_in_a_revision_that_is_named(three, max_):
    with pytest.raises(errors.Invalid):
        accept(three, max_, edits=(0,), revision=None)


def test_parts_of_a_page_that_is_stale_are_refused(three, max_):
    rewritten = [line.replace("four million", "eight million") for line in HARBOUR]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON)

    with pytest.raises(errors.TextMoved):
        accept(three, max_, edits=(0,), revision=1)

    assert "Work will begin" in text_of()


def test_parts_of_an_older_page_count_where_all_its_words_still_stand(three, max_):
    accept(a_correction(db.session.scalars(select(Article)).one()), max_)

    accept(three, max_, edits=(1,), revision=1)

    assert "Work will begin in May 2026 and cost about four million" in text_of()


def test_what_was_taken_in_part_is_undone_exactly(three, max_):
    before = text_of()
    accept(three, max_, edits=(0, 2))

    undoing.undo(three.id, Act(max_, None, NOON))

    assert text_of() == before


def test_a_part_is_taken_at_the_other_places_too(app, max_):
    article = an_article("Notes", "The Harbor is gray.", "No, the Harbor is gray!")
    text = article.current.text
    first = a_correction(article, "The Harbor is gray", "The Harbour is grey")
    second = a_correction(article, "the Harbor is gray", "the Harbour is grey")

    accept(second, max_, edits=(0,))

    assert text_of() == text.replace("the Harbor", "the Harbour")
    assert db.session.get_one(Correction, first.id).status == "pending"


def test_a_second_person_confirms_the_parts_that_were_proposed(app, three, max_, mira):
    app.config["SECOND_APPROVAL"] = "facts"
    accept(three, max_, change_class="correction", notice="The year was wrong.", edits=(1,))

    approval.approve(three.id, Act(mira, None, NOON), confirmed=CONFIRMED)

    assert "Work will begin in May 2026 and cost about four million" in text_of()


def test_proposing_and_sending_back_raise_the_version(app, three, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    shown = three.version
    proposed = accept(three, max_)
    kept = db.session.get_one(Approval, three.id).verdict["seen"]
    approval.send_back(three.id, Act(mira, None, NOON))
    db.session.rollback()

    assert (proposed.version, kept) == (shown + 1, shown + 1)
    assert db.session.get_one(Correction, three.id).version == shown + 2
    with pytest.raises(errors.StaleVersion):
        accept(three, max_, seen=shown)


def test_a_decision_on_a_page_from_before_the_proposal_is_refused(app, three, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    accept(three, max_)

    with pytest.raises(errors.StaleVersion):
        reject(three, mira, seen=1)


@pytest.mark.parametrize("back", ["undo", "reopen"])
def test_a_moderator_takes_no_change_back_alone_where_two_are_needed(app, three, max_, mira, back):
    accept(three, max_)
    changed = text_of()
    app.config["SECOND_APPROVAL"] = "all"

    with pytest.raises(errors.NotPermitted):
        _back(back, three, max_)
    assert text_of() == changed
    _back(back, three, mira)
    assert text_of() != changed


def test_a_rejection_is_still_taken_back_by_whoever_made_it(app, three, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    reject(three, max_)

    assert undoing.undo(three.id, Act(max_, None, NOON)).status == "pending"


def _back(how, correction, by):
    if how == "undo":
        return undoing.undo(correction.id, Act(by, None, NOON))
    return undoing.reopen(correction.id, "It was right.", Act(by, None, NOON), confirmed=CONFIRMED)


AS_PREPARED = {"change_class": "correction", "prepared": True, "confirmed": (*CONFIRMED, "notice")}


def asked_again(correction, by, **more):
    """The sentence that is shown instead of the one that was confirmed."""
    with pytest.raises(errors.Invalid) as refused:
        decide(correction, Action.ACCEPT, by, **more, **AS_PREPARED)
    assert list(refused.value.fields) == ["notice"]
    assert correction.status == "pending"
    return refused.value.details["prepared"]


def test_a_prepared_notice_is_published_only_when_it_was_confirmed(app, three, max_):
    sentence = asked_again(three, max_, edits=(2,), notice="As shown.")
    unseen = {"change_class": "correction", "notice": sentence}

    for prepared in (True, False):  # a program may not say that it is the prepared one
        with pytest.raises(errors.Invalid, match="Read the notice"):
            accept(three, max_, edits=(2,), prepared=prepared, **unseen)

    own = unseen | {"notice": f"{sentence} We regret it."}
    assert accept(three, max_, edits=(2,), **own).status == "accepted"


def test_the_prepared_notice_names_the_words_that_are_applied(app, three, max_):
    sentence = asked_again(three, max_, edits=(2,), notice="As shown.")

    assert "five million pounds, not four million" in sentence
    accept(three, max_, edits=(2,), notice=sentence, **AS_PREPARED)
    assert decision.standing_of(three).notice == sentence


def test_the_prepared_notice_names_ones_own_words(app, three, max_):
    own = {"text": EXACT.replace("2025", "2031"), "revision": 1}
    sentence = asked_again(three, max_, notice="As shown.", **own)

    assert "May 2031, not May 2025" in sentence
    decide(three, Action.ACCEPT, max_, notice=sentence, **own, **AS_PREPARED)
    assert decision.standing_of(three).notice == sentence
