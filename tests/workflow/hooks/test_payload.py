"""What a call says: the words before and after, and nothing of any reader."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.workflow.articles import withholding
from corrections_app.workflow.hooks import calling, keeping, payload
from corrections_app.workflow.privacy import erasing, purging
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article
from tests.workflow.hooks.programs import Program, a_hook

LATER = NOON + timedelta(hours=1)
READER = {"email": "spy@reader.example", "name": "Spy Reader", "credit": True} | {
    "explanation": "I was there.",
    "source_url": "https://private.example/diary",
}
SECRETS = ("spy@reader", "Spy Reader", "I was there", "private.example")


def said():
    """What each event says now, in their order."""
    db.session.rollback()
    found = db.session.scalars(select(Event).order_by(Event.due_at, Event.id)).all()
    return [json.loads(payload.body_of(db.session(), one)) for one in found]


@pytest.fixture
def told(app, max_):
    article, _ = an_article(), a_hook()
    sent = a_correction(article, **READER)
    accept(sent, max_, change_class=ChangeClass.CORRECTION, notice="A word stood twice.")
    calling.release_due(LATER)
    return sent


def test_a_decision_says_what_stood_there_and_what_stands_there_now(told):
    received, revised, decided, notice = said()

    assert decided["timestamp"] == "2026-03-02T12:10:00Z"
    about = decided["data"]["decision"]
    assert (about["before"], about["after"], about["class"]) == ("the ", "", "correction")
    correction = decided["data"]["correction"]
    assert (correction["before"], correction["after"]) == ("the the", "the")
    assert about["at"] == "2026-03-02T12:00:00Z"
    assert received["data"]["correction"]["status"] == "pending"
    assert decided["data"]["correction"]["status"] == "accepted"
    assert [one["data"]["article"]["revision"] for one in (revised, decided)] == [2, 2]
    assert notice["data"]["notice"]["words"] == "A word stood twice."
    assert received["data"]["correction"]["url"].endswith(f"/queue/{told.id}")


def test_no_call_says_who_sent_it_or_why(told):
    text = json.dumps(said(), ensure_ascii=False)

    assert [one for one in SECRETS if one in text] == []


def test_words_that_were_withheld_meanwhile_are_in_no_call(told, mira):
    slug = told.article.slug
    act = Act(mira, None, LATER)
    withholding.withhold(slug, 1, "A court says so.", act, confirmed=True)

    received, _, decided, _ = said()

    assert received["data"]["correction"]["before"] is None
    assert decided["data"]["decision"]["before"] is None


def test_whoever_is_erased_leaves_nothing_in_calls_and_what_programs_said(told):
    program = Program(LATER)
    program.call()
    db.session.rollback()
    about = select(Call).join(Event, Event.id == Call.event_id)
    about = about.where(Event.correction_id == told.id)
    assert all(call.answer for call in db.session.scalars(about).all())

    erasing.of_receipt(token_for(told), LATER)

    db.session.rollback()
    assert [call.answer for call in db.session.scalars(about).all()] == [None, None]
    rows = [
        str(getattr(row, column.key))
        for table in (Hook, Event, Call)
        for row in db.session.scalars(select(table)).all()
        for column in table.__table__.columns
    ]
    assert [one for one in SECRETS if one in " ".join(rows)] == []


def test_calls_are_kept_a_hundred_or_a_month_and_events_as_long_as_their_calls(told, monkeypatch):
    monkeypatch.setattr(keeping, "SHOWN", 2)
    Program(LATER).call()
    purging.purge(LATER)

    kept = db.session.scalars(select(Call.event_id).order_by(Call.id)).all()
    assert len(kept) == 2
    assert db.session.scalars(select(Event.id).order_by(Event.id)).all() == sorted(kept)

    sent = a_correction(told.article, "begin", "start", now=LATER)
    purging.purge(LATER + timedelta(days=keeping.DAYS - 1))
    assert db.session.scalars(select(Event.correction_id)).all()[-1] == sent.id
    purging.purge(LATER + timedelta(days=keeping.DAYS + 1))
    assert db.session.scalars(select(Call.id)).all() == []
