"""An article is taken down, openly: what waits is closed with its letters, and may come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.errors import (
    AlreadyDecided,
    BadKey,
    Gone,
    ImportRefused,
    Invalid,
    NeedsConfirmation,
    NotPermitted,
    TooLong,
)
from corrections_app.domain.lifecycle import ARTICLE_RETIRED, Role
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    AuditEvent,
    Correction,
    Decision,
    Letter,
    Owed,
    Retirement,
    User,
)
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import editing, importing, reading, retiring
from corrections_app.workflow.deciding import appeals, side_facts, undoing
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import live
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act, write
from tests.builders import (
    NOON,
    SECOND,
    a_correction,
    a_proposal,
    accept,
    an_article,
    document,
    reject,
)
from tests.racing import at_once
from tests.workflow.invariants import broken

WHY = "It named a person who had asked not to be named."
LATER = NOON + timedelta(minutes=1)
AFTER = NOON + timedelta(minutes=20)


def take_down(by, slug="harbour-wall", *, reason=WHY, now=LATER, key=None, confirmed=True):
    return retiring.retire(slug, reason, Act(by, key, now), confirmed=confirmed)


def bring_back(by, slug="harbour-wall", *, now=AFTER, key=None):
    return retiring.bring_back(slug, Act(by, key, now), confirmed=True)


def fresh(row):
    db.session.rollback()
    return db.session.get_one(type(row), row.id)


def letters_to(email):
    db.session.rollback()
    return db.session.scalars(select(Letter).filter_by(recipient=email).order_by(Letter.id)).all()


def test_everything_that_waits_is_closed_with_it_and_owed_a_letter(app, mira, max_):
    article = an_article()
    typo = a_correction(article)
    twin = a_correction(article, email="ben@reader.example")
    silent = a_correction(article, "four", "five", email="")
    side_facts.hold(silent.id, Act(max_, None, NOON), until=NOON + timedelta(days=1), note="Asked.")
    elsewhere = a_correction(an_article(slug="other"))

    done = take_down(mira)

    assert done.closed == 3
    for one in (typo, twin, silent):
        assert fresh(one).status == "superseded"
    assert fresh(elsewhere).status == "pending"
    decisions = db.session.scalars(select(Decision).where(Decision.reason == ARTICLE_RETIRED)).all()
    assert len(decisions) == 3
    owed = db.session.execute(select(Owed.correction_id, Owed.kind).where(Owed.decision_id > 0))
    assert sorted(owed) == [(typo.id, "taken_down"), (twin.id, "taken_down")]
    assert broken(db.session()) == []


def test_the_letter_says_when_and_why_and_quotes_nothing_else_of_the_article(app, mira):
    a_correction(an_article(), email="ada@reader.example")
    take_down(mira)

    delivery.deliver(AFTER)

    [letter] = letters_to("ada@reader.example")
    assert letter.kind == "taken_down"
    for form in (letter.text, letter.html):
        words = " ".join(form.split())
        assert "taken down on 2 Mar 2026" in words
        assert WHY in words
        assert "the the" in words
        assert "harbour wall." not in words
        assert "#:~:text" not in words


def test_a_letter_owed_before_quotes_no_more_than_its_readers_words(app, mira, max_):
    correction = a_correction(an_article(), email="ada@reader.example")
    accept(correction, max_)
    take_down(mira)

    delivery.deliver(AFTER)

    [letter] = letters_to("ada@reader.example")
    assert letter.kind == "accepted"
    assert "council" not in letter.text
    assert "#:~:text" not in letter.text


def test_an_appeal_that_waits_ends_with_it_and_waits_again(app, mira, max_):
    correction = a_correction(an_article(), email="ada@reader.example")
    reject(correction, max_)
    delivery.deliver(NOON + timedelta(minutes=11))
    receipts.appeal(tokens.token_for(fresh(correction)), "Look.", now=NOON + timedelta(minutes=12))
    down, back = NOON + timedelta(minutes=13), NOON + timedelta(minutes=14)

    assert take_down(mira, now=down).closed == 1

    appeal = db.session.scalars(select(Appeal)).one()
    assert appeal.outcome == "retired"
    with pytest.raises(AlreadyDecided):
        appeals.uphold(correction.id, "", Act(mira, None, down))
    assert broken(db.session()) == []
    assert bring_back(mira, now=back).closed == 1
    assert db.session.scalars(select(Appeal)).one().outcome is None
    delivery.deliver(NOON + timedelta(days=2))
    assert [one.kind for one in letters_to("ada@reader.example")] == ["rejected"]
    assert broken(db.session()) == []


def test_the_reader_of_an_ended_appeal_hears_of_it(app, mira, max_):
    correction = a_correction(an_article(), email="ada@reader.example")
    reject(correction, max_)
    delivery.deliver(NOON + timedelta(minutes=11))
    receipts.appeal(tokens.token_for(fresh(correction)), "Look.", now=NOON + timedelta(minutes=12))
    take_down(mira, now=NOON + timedelta(minutes=13))

    delivery.deliver(NOON + timedelta(days=2))

    assert [one.kind for one in letters_to("ada@reader.example")] == ["rejected", "taken_down"]


def test_brought_back_within_the_time_for_undoing_nobody_hears_a_word(app, mira):
    article = an_article()
    typo, twin = a_correction(article), a_correction(article, email="ben@reader.example")
    take_down(mira)

    done = bring_back(mira, now=LATER + SECOND)

    assert done.closed == 2
    assert fresh(typo).status == fresh(twin).status == "pending"
    assert fresh(twin).leader_id == typo.id
    delivery.deliver(AFTER)
    assert letters_to("ada@reader.example") == []
    assert broken(db.session()) == []
    accept(fresh(typo), mira, now=AFTER)
    assert reading.article_at("harbour-wall").current.text.count("the the") == 0


def test_brought_back_after_the_letter_the_next_one_says_that_it_changed(app, mira):
    correction = a_correction(an_article(), email="ada@reader.example")
    take_down(mira)
    delivery.deliver(AFTER)
    bring_back(mira, now=AFTER)

    accept(fresh(correction), mira, now=AFTER)
    delivery.deliver(AFTER + timedelta(days=2))

    kinds = [one.kind for one in letters_to("ada@reader.example")]
    assert kinds == ["taken_down", "decision_changed"]
    assert broken(db.session()) == []


def test_each_time_leaves_its_trace(app, mira):
    article = an_article()
    take_down(mira)
    bring_back(mira)
    take_down(mira, reason="Again.", now=AFTER + SECOND)

    again, first = retiring.retirements(article)

    assert (first.reason, first.by_id, first.created_at) == (WHY, mira.id, LATER)
    assert (first.ended_at, first.ended_by_id) == (AFTER, mira.id)
    assert (again.reason, again.ended_at) == ("Again.", None)
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-4:] == ["import", "retire", "bring_back", "retire"]
    assert broken(db.session()) == []


def test_every_act_on_an_article_that_is_down_is_refused(app, mira, max_):
    article = an_article()
    rejected, accepted = a_correction(article, "four", "five"), a_correction(article)
    reject(rejected, mira)
    accept(accepted, mira)
    token = tokens.token_for(fresh(rejected))
    take_down(mira)
    act = Act(mira, None, LATER)

    for road in (
        lambda: editing.edit("harbour-wall", "New\n\nText.", act, base=2),
        lambda: editing.restore("harbour-wall", 1, act, base=2),
        lambda: undoing.undo(accepted.id, act),
        lambda: undoing.undo(rejected.id, act),
        lambda: undoing.reopen(rejected.id, "Look again.", act),
        lambda: receipts.appeal(token, "Look again.", now=LATER),
        lambda: submission.submit("harbour-wall", a_proposal(article, "four", "six"), key=None,
                                  now=LATER),
    ):  # fmt: skip
        db.session.rollback()
        with pytest.raises(Gone, match=WHY):
            road()
    with pytest.raises(ImportRefused, match="bring-back harbour-wall"):
        importing.bring_in(document("New", "Text."), slug="harbour-wall", now=LATER)
    with pytest.raises(ImportRefused, match="bring-back harbour-wall"):
        importing.foresee(document("New", "Text."), slug="harbour-wall")
    assert reading.kept_at("harbour-wall").head == 2
    assert broken(db.session()) == []


def test_what_was_stored_before_is_answered_to_whoever_sends_it_again(app, mira):
    article = an_article()
    sent = a_proposal(article, "the the", "the")
    first = submission.submit("harbour-wall", sent, key="k", now=NOON)
    take_down(mira)

    again = submission.submit("harbour-wall", sent, key="k", now=LATER)

    assert (again.token, again.is_replay) == (first.token, True)


def test_nobody_had_to_decide_what_the_article_took_with_it(app, mira):
    a_correction(an_article())

    take_down(mira)

    assert live.latest(mira, LATER) == []
    assert live.today(mira, NOON).all == 0
    with pytest.raises(AlreadyDecided):
        undoing.undo_latest(Act(mira, None, LATER))


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [("", Invalid), (" \n", Invalid), ("a" * 1001, TooLong), ("a\0", Invalid)],
)
def test_without_a_reason_for_everybody_nothing_is_done(app, mira, reason, refusal):
    an_article()

    with pytest.raises(refusal) as refused:
        take_down(mira, reason=reason)

    assert "reason" in refused.value.fields
    assert reading.article_at("harbour-wall").retired_at is None


def test_the_second_step_says_what_would_be_closed(app, mira):
    article = an_article()
    a_correction(article)
    a_correction(article, email="ben@reader.example")

    with pytest.raises(NeedsConfirmation) as asked:
        take_down(mira, confirmed=False, key="k")

    assert asked.value.details == {"corrections": 2, "appeals": 0, "letters": 2}
    assert reading.article_at("harbour-wall").retired_at is None
    assert take_down(mira, key="k").closed == 2
    with pytest.raises(NeedsConfirmation):
        retiring.bring_back("harbour-wall", Act(mira, None, AFTER))


def test_only_an_editor_of_its_section_may(app, mira, max_):
    importing.bring_in(document(section="City"), slug="harbour-wall", now=NOON)
    sport = accounts.add("sue@courier.example", role=Role.EDITOR, now=NOON)
    with write() as session:
        session.get_one(User, sport.id).section = "Sport"

    for person in (max_, sport):
        with pytest.raises(NotPermitted):
            take_down(person)
    assert reading.article_at("harbour-wall").retired_at is None


def test_the_same_key_is_one_act_and_another_reason_needs_another(app, mira):
    an_article()

    first = take_down(mira, key="k")

    assert take_down(mira, key="k", now=AFTER) == first
    with pytest.raises(BadKey):
        take_down(mira, key="k", reason="Another.")
    with pytest.raises(AlreadyDecided, match="has taken this article down already"):
        take_down(mira, key="other")
    assert db.session.scalar(select(func.count(Retirement.id))) == 1


def test_whoever_decides_and_whoever_takes_down_meet_in_either_order(app, mira, max_):
    article = an_article()
    mine, theirs = a_correction(article), a_correction(article, "four", "five")

    accept(mine, max_)
    take_down(mira)
    with pytest.raises(AlreadyDecided, match="taken down at 12:01"):
        accept(theirs, max_)

    assert (fresh(mine).status, fresh(theirs).status) == ("accepted", "superseded")
    assert broken(db.session()) == []


def test_at_one_moment_one_of_them_is_told(app, mira, max_):
    people = mira.id, max_.id
    for slug in ("wall-1", "wall-2", "wall-3"):
        article = an_article(slug=slug)
        correction_id, sent = a_correction(article).id, a_proposal(article, "four", "six")

        decided, down, stored = meet(app, slug, correction_id, sent, *people)

        assert down.slug == slug
        assert isinstance(decided, AlreadyDecided | Gone) or decided.status == "accepted"
        assert isinstance(stored, Gone) or stored.reference
        db.session.rollback()
        waiting = select(func.count(Correction.id)).where(Correction.status == "pending")
        assert db.session.scalar(waiting) == 0
        assert broken(db.session()) == []


def meet(app, slug, correction_id, sent, mira_id, max_id):
    """A decision, the article's end and a new correction at one moment; what each came to."""

    def of(person_id):
        return db.session.get_one(User, person_id)

    return at_once(
        app,
        lambda: accept(db.session.get_one(Correction, correction_id), of(max_id)),
        lambda: take_down(of(mira_id), slug),
        lambda: submission.submit(slug, sent, key=None, now=NOON),
    )
