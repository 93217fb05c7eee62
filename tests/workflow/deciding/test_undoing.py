"""Taking decisions back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import ALREADY_CORRECTED
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Correction, Owed, Revision
from corrections_app.workflow import audit
from corrections_app.workflow.articles import importing
from corrections_app.workflow.deciding import decision, undoing
from corrections_app.workflow.pending import placing
from corrections_app.workflow.queue import live
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


def the_text():
    db.session.rollback()
    return db.session.scalars(select(Article)).one().current.text


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


def undo(correction, by, now=NOON, key=None):
    return undoing.undo(correction.id, Act(by, key, now))


def test_undoing_restores_every_byte_as_a_new_revision(app, max_):
    article = an_article()
    before, body = article.current.text, article.current.body
    correction = a_correction(article)
    accept(correction, max_)

    done = undo(correction, max_)

    assert (done.status, done.version, done.revision) == ("pending", 3, 3)
    assert the_text() == before
    newest = db.session.scalars(select(Revision).filter_by(number=3)).one()
    assert (newest.origin, newest.body) == ("undo", body)


def test_the_letter_is_cancelled(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    undo(correction, max_)

    assert list(db.session.scalars(select(Owed.state).where(Owed.decision_id.is_not(None)))) == [
        "cancelled"
    ]


def test_an_undone_correction_can_be_decided_again(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    undo(correction, max_)

    accept(correction, max_)

    assert "rebuild the harbour wall." in the_text()
    assert sorted(db.session.scalars(select(Owed.state).where(Owed.decision_id.is_not(None)))) == [
        "cancelled",
        "waiting",
    ]


def test_undoing_a_rejection_changes_no_text(app, max_):
    correction = a_correction(an_article())
    reject(correction, max_)

    done = undo(correction, max_)

    assert (done.status, done.revision) == ("pending", 1)


def test_after_its_window_a_decision_is_reopened_instead(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    later = NOON + timedelta(seconds=600)

    with pytest.raises(errors.AlreadyDecided):
        undo(correction, max_, now=later)
    done = undoing.reopen(
        correction.id, "The source was wrong.", Act(max_, None, later), confirmed=CONFIRMED
    )

    assert done.status == "pending"
    assert "the the" in the_text()


def test_reopening_needs_a_note(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    with pytest.raises(errors.Invalid):
        undoing.reopen(correction.id, "  ", Act(max_, None, NOON), confirmed=CONFIRMED)


def test_undoing_twice_is_refused_and_the_same_key_replayed(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    first = undo(correction, max_, key="u")
    again = undo(correction, max_, key="u")

    assert again == first
    with pytest.raises(errors.AlreadyDecided):
        undo(correction, max_, key="v")


def test_only_an_editor_undoes_what_another_decided(app, max_, mira):
    article = an_article()
    mine, hers = a_correction(article), a_correction(article, "May 2025", "May 2026")
    accept(mine, max_)
    accept(hers, mira)

    with pytest.raises(errors.NotPermitted):
        undo(hers, max_)

    assert undo(mine, mira).status == "pending"


def test_a_later_change_elsewhere_does_not_stand_in_the_way(app, max_):
    article = an_article()
    first = a_correction(article, "the the", "the")
    second = a_correction(article, "four million", "five million")
    accept(first, max_)
    accept(second, max_)

    undo(first, max_)

    assert "rebuild the the harbour wall." in the_text()
    assert "five million" in the_text()
    undo(second, max_)
    assert the_text() == "\n\n".join(HARBOUR)


def test_a_later_change_at_the_place_is_never_overwritten(app, max_):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    accept(first, max_)
    db.session.rollback()
    second = a_correction(article, "about five million pounds", "a fortune")
    accept(second, max_)

    with pytest.raises(errors.TextMoved):
        undo(first, max_)

    assert "cost a fortune." in the_text()
    assert status_of(first) == "accepted"


def test_after_a_rewrite_it_is_exact_or_refused(app, max_):
    article = an_article()
    first = a_correction(article, "May 2025", "May 2026")
    accept(first, max_)
    rewritten = [text.replace("2025", "2026").replace("four", "some four") for text in HARBOUR]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON)

    undo(first, max_)

    assert "in May 2025 and cost about some four million" in the_text()


def test_what_the_decision_closed_opens_with_it(app, max_):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    member = a_correction(article, "four million", "five million", email="bo@reader.example")
    rival = a_correction(article, "four million", "six million")
    accept(first, max_)
    assert [status_of(one) for one in (first, member, rival)] == [
        "accepted",
        "accepted",
        "superseded",
    ]

    undo(member, max_)

    assert [status_of(one) for one in (first, member, rival)] == ["pending"] * 3
    accept(rival, max_)
    assert "six million" in the_text()
    assert [status_of(one) for one in (first, member)] == ["superseded"] * 2


def test_a_run_of_decisions_is_taken_back_latest_first(app, max_, mira):
    article = an_article()
    first = a_correction(article, "the the", "the")
    hers = a_correction(article, "high time", "time")
    second = a_correction(article, "four million", "five million")
    accept(first, max_)
    accept(second, max_, now=NOON + timedelta(seconds=1))
    accept(hers, mira, now=NOON + timedelta(seconds=2))

    taken = []
    while (latest := undoing.latest_of(max_, NOON)) is not None:
        taken.append(latest)
        undoing.undo(latest, Act(max_, None, NOON))

    assert taken == [second.id, first.id]
    assert status_of(hers) == "accepted"


def test_both_acts_stand_in_the_audit(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    undo(correction, max_)

    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))

    assert actions[-2:] == ["accept", "undo"]
    assert decision.standing_of(correction) is None


@pytest.mark.parametrize("query", ["latest", "strips", "today"])
def test_only_the_time_leads_to_what_was_decided_last(app, max_, query):
    asked = {
        "latest": lambda: undoing.latest_of(max_, NOON),
        "strips": lambda: live.latest(max_, NOON),
        "today": lambda: live.today(max_, NOON),
    }[query]

    said = plans(asked)

    assert "ix_decisions_by" not in said, said
    assert "ix_decisions_caused_by_id" not in said, said


def plans(asked):
    """How the engine finds decisions, PostgreSQL without reading all of a small table."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    seen = []

    def note(connection, _cursor, statement, given, *_more):
        if "FROM decisions" in statement:
            seen.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    asked()
    event.remove(db.engine, "before_cursor_execute", note)
    with db.engine.connect() as connection:
        if not is_sqlite:
            for way in ("seqscan", "bitmapscan"):
                connection.exec_driver_sql(f"SET enable_{way} = off")
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        told = [connection.exec_driver_sql(explain + one, given) for one, given in seen]
        return "\n".join(str(row[-1]) for one in told for row in one)


def test_what_the_text_put_back_settles_is_told_after_the_undo(app, max_, monkeypatch):
    correction = a_correction(an_article())
    accept(correction, max_)
    carry = placing.carry

    def settling(*given):
        return replace(carry(*given), settled=[(correction.id, ALREADY_CORRECTED)])

    monkeypatch.setattr(placing, "carry", settling)
    undo(correction, max_)

    told = select(AuditEvent.action).filter_by(correction_id=correction.id)
    assert status_of(correction) == "superseded"
    assert list(db.session.scalars(told.order_by(AuditEvent.number)))[-2:] == ["undo", "supersede"]
    assert not list(audit.verify(db.session()))
