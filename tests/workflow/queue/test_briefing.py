"""What a card says beside the change: warnings, the sender's record, what came before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import Reason
from corrections_app.domain.ordering import Record
from corrections_app.domain.warnings.risks import Risk
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.queue import briefing
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
    reject,
)

HOUR = timedelta(hours=1)


def known(correction, now=NOON):
    db.session.rollback()
    return briefing.of(db.session.get_one(Correction, correction.id), now)


def test_a_slip_of_the_pen_has_no_warning(app):
    assert not known(a_correction(an_article())).flagged


@pytest.mark.parametrize(
    ("exact", "replacement", "risks", "is_told"),
    [
        ("May 2025", "May 2026", (Risk.NUMBER, Risk.DATE), True),
        ("four million", "five million", (Risk.NUMBER,), True),
        ("Marlow", "Marlowe", (Risk.NAME,), False),
        ("Ada Marlow", "Eva Holm", (Risk.NAME,), True),
        ("harbour wall.", "harb\u200bour wall.", (Risk.INVISIBLE,), False),
        ("council", "c\u043euncil", (Risk.LOOKALIKE,), False),
    ],
)
def test_a_change_carries_its_warnings(app, exact, replacement, risks, is_told):
    found = known(a_correction(an_article(), exact, replacement))

    assert (found.risks, found.flagged, found.is_told) == (risks, True, is_told)


def test_a_fact_as_the_reader_says_has_a_notice(app):
    found = known(a_correction(an_article(), kind="fact"))

    assert (found.risks, found.flagged, found.is_told) == ((), True, True)


def test_a_change_that_looks_the_same_names_its_letters(app):
    found = known(a_correction(an_article(), "council", "c\u043euncil"))

    assert found.looks_same
    assert found.now_there == ["U+006F LATIN SMALL LETTER O"]
    assert found.asked_for == ["U+043E CYRILLIC SMALL LETTER O"]


def test_a_paragraph_that_was_changed_within_a_day_is_said(app, max_):
    article = an_article(now=NOON - 30 * HOUR)
    first = a_correction(article, now=NOON - 30 * HOUR)
    near = a_correction(article, "harbour wall.", "harbor wall.", now=NOON - 30 * HOUR)
    far = a_correction(article, "fished", "sailed", now=NOON - 30 * HOUR)
    accept(first, max_, now=NOON - 23 * HOUR)

    assert [known(one).recent for one in (near, far)] == [True, False]
    assert not known(near, NOON + HOUR).recent
    undoing.reopen(first.id, "No.", Act(max_, None, NOON), confirmed=CONFIRMED)
    assert not known(near).recent


def test_an_article_of_today_was_not_changed_by_being_published(app, max_):
    article = an_article()
    near = a_correction(article, "harbour wall.", "harbor wall.")
    assert not known(near).recent

    accept(a_correction(article, email="b@x.example"), max_)

    assert known(near).recent


def test_a_rewrite_by_other_hands_counts_as_a_change(app):
    article = an_article(now=NOON - 48 * HOUR)
    near = a_correction(article, "harbour wall.", "harbor wall.", now=NOON - 48 * HOUR)
    rewritten = [line.replace("Tuesday", "Wednesday") for line in HARBOUR]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON - HOUR)

    assert known(near).recent


def test_the_record_counts_verdicts_and_no_neutral_ones(app, max_):
    article = an_article()
    mine = {"email": "r@reader.example"}
    addresses.keep(addresses.key_of(mine["email"]), NOON)
    accept(a_correction(article, **mine), max_)
    reject(a_correction(article, "four", "five", **mine), max_, reason=Reason.NOT_AN_ERROR)
    reject(a_correction(article, "four", "six", **mine), max_, reason=Reason.NEEDS_SOURCE)
    undone = a_correction(article, "four", "nine", **mine)
    reject(undone, max_, reason=Reason.NOT_AN_ERROR)
    undoing.undo(undone.id, Act(max_, None, NOON))
    reject(a_correction(article, "four", "ten", email="other@reader.example"), max_)

    assert known(a_correction(article, "fished", "sailed", **mine)).record == Record(1, 1)


def test_an_address_that_never_acted_on_a_letter_has_no_record(app, max_):
    article = an_article()
    victim = {"email": "trusted@reader.example"}
    accept(a_correction(article, **victim), max_)
    reject(a_correction(article, "four", "five", **victim), max_, reason=Reason.SPAM)

    sent = a_correction(article, "fished", "sailed", **victim)
    unchecked = known(sent).record
    addresses.keep(addresses.key_of("trusted@reader.example"), NOON)
    checked = known(sent).record
    addresses.stop(addresses.key_of("trusted@reader.example"), NOON)

    assert (unchecked, checked) == (None, Record(1, 1))
    assert known(sent).record is None


def test_who_left_no_address_has_no_record(app):
    correction = a_correction(an_article(), email="")

    assert known(correction).record is None


def test_a_change_that_comes_back_is_known(app, max_, mira):
    article = an_article()
    for by, reason in ((max_, Reason.OPINION), (mira, Reason.HOUSE_STYLE)):
        reject(a_correction(article, "fished", "sailed"), by, reason=reason)
    reject(a_correction(article, "fished", "swum"), max_)
    reject(a_correction(an_article(slug="other"), "fished", "sailed"), max_)

    found = known(a_correction(article, "fished", "sailed", email="new@reader.example"))

    assert [(one.reason, one.by.name) for one in found.comebacks] == [
        ("house_style", "mira"),
        ("opinion", "max"),
    ]


def test_the_others_of_a_paragraph_are_offered_as_the_same(app):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    second = a_correction(article, "May 2025", "May 2026")
    a_correction(article, "four million", "five million", email="b@x.example")
    a_correction(article, "fished", "sailed")

    assert [one.id for one in known(second).neighbours] == [first.id]


def test_the_paragraph_and_its_neighbours_are_whole(app):
    found = known(a_correction(an_article(), "four million", "five million")).surroundings

    assert (found.above, found.below) == (HARBOUR[1], HARBOUR[3])
    assert found.before + "four million" + found.after == HARBOUR[2]
    first = known(a_correction(an_article(slug="b"), "The harbour", "A harbour")).surroundings
    assert (first.above, first.below) == ("", HARBOUR[1])


def test_a_rejection_that_answered_several_readers_is_one(app, max_):
    article = an_article()
    one, _ = (a_correction(article, email=f"{name}@reader.example") for name in "ab")
    reject(one, max_, reason=Reason.HOUSE_STYLE)
    again = a_correction(article, email="c@reader.example")

    assert [past.reason for past in known(again).comebacks] == ["house_style"]
