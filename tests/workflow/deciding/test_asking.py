"""One question to a correction's reader: who asks, what it does to the card, what comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, Enquiry, Letter, Owed, SetAside
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.deciding import asking, decision, side_facts, undoing
from corrections_app.workflow.letters import grouping, outbox
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import card as cards
from corrections_app.workflow.queue import filters, lanes, rows
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.submitting import answering, receipts
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, NOON, a_correction, accept, an_article, reject

DAY = timedelta(days=1)
SOON = NOON + timedelta(minutes=10)
WORDS = "Where did you read that it was May?"


def now_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id)


def ask(correction, by, words=WORDS, *, key=None, seen=None, now=NOON):
    seen = now_of(correction).version if seen is None else seen
    asking.ask(correction.id, words, Act(by, key, now), seen=seen)


def answer(correction, words="In the minutes.", *, key=None, now=SOON):
    return answering.answer(tokens.token_for(correction), words, key=key, now=now)


def enquiry_of(correction):
    db.session.rollback()
    return db.session.get(Enquiry, correction.id)


def lanes_of(correction, by, now=NOON):
    db.session.rollback()
    return {
        str(lane)
        for lane in (Lane.WAITING, Lane.ASKED, Lane.HELD, Lane.ESCALATED, Lane.ALL)
        if correction.id in [one.id for one in lanes.listed(lane, by, now).corrections]
    }


def found(by, question, lane=Lane.ALL, now=NOON, **more):
    criteria = filters.parse({"question": question} | more)
    return [one.id for one in lanes.listed(lane, by, now, criteria=criteria).corrections]


def events(correction):
    query = select(AuditEvent).filter_by(correction_id=correction.id).order_by(AuditEvent.id)
    return [one.action for one in db.session.scalars(query)]


def letters(now=SOON):
    grouping.compose_due(now)
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def test_a_card_waits_apart_for_seven_days_and_then_comes_back_by_itself(app, max_):
    correction = a_correction(an_article())
    other = a_correction(now_of(correction).article, "May 2025", "May 2026")

    ask(correction, max_)

    until = enquiry_of(correction).until
    assert until == NOON + 7 * DAY
    assert now_of(correction).status == "pending"
    assert lanes_of(correction, max_) == {"asked", "all"}
    assert lanes_of(correction, max_, until - timedelta(seconds=1)) == {"asked", "all"}
    assert lanes_of(correction, max_, until) == {"waiting", "all"}
    assert lanes.following(Lane.WAITING, max_, NOON).id == other.id
    assert found(max_, "asked") == [correction.id]
    assert found(max_, "unanswered") == found(max_, "answered") == []
    assert found(max_, "unanswered", now=until) == [correction.id]
    assert lanes.rest(max_, NOON).asked == 1
    assert list(audit.verify(db.session())) == []


def test_how_many_days_is_a_setting(make_app):
    app = make_app(ANSWER_DAYS=2)
    with app.app_context():
        editor = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        correction = a_correction(an_article())
        ask(correction, editor)

        assert enquiry_of(correction).until == NOON + 2 * DAY


def test_the_answer_brings_it_back_and_stands_on_the_card(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    version = now_of(correction).version

    assert answer(correction, "  In the <b>minutes</b>\r\nof March.  ")

    row = enquiry_of(correction)
    assert (row.answer, row.answered_at) == ("In the <b>minutes</b>\nof March.", SOON)
    assert now_of(correction).version == version + 1
    assert lanes_of(correction, max_, SOON) == {"waiting", "all"}
    assert found(max_, "answered") == [correction.id]
    shown = cards.of(now_of(correction), max_, SOON)
    assert [one.answer for one in shown.enquiries] == [row.answer]
    assert shown.answered_at == SOON
    assert not shown.open.may_ask
    told = rows.as_json(correction, rows.signs([correction])[correction.id], SOON)["question"]
    assert (told["state"], told["words"], told["answer"]) == ("answered", WORDS, row.answer)
    assert events(correction) == ["submit", "ask", "answer"]
    data = [one.data for one in db.session.scalars(select(AuditEvent))]
    assert WORDS not in str(data)
    assert "minutes" not in str(data)
    assert list(audit.verify(db.session())) == []


def test_an_answer_is_taken_late_and_one_only(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    late = NOON + 20 * DAY

    assert answer(correction, "Late.", key="k", now=late)
    assert not answer(correction, "Late.", key="k", now=late)
    with pytest.raises(errors.BadKey):
        answer(correction, "Otherwise.", key="k", now=late)
    for key in (None, "other"):
        with pytest.raises(errors.AlreadyDecided, match="answered this question already"):
            answer(correction, "Again.", key=key, now=late)

    assert enquiry_of(correction).answer == "Late."
    assert events(correction).count("answer") == 1


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", errors.Invalid),
        (" \n ", errors.Invalid),
        ("x" * 2_001, errors.TooLong),
        ("a\x00b", errors.Invalid),
        ("a\u202eb", errors.Invalid),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(app, max_, words, refusal):
    correction = a_correction(an_article())
    ask(correction, max_)

    with pytest.raises(refusal) as caught:
        answer(correction, words)

    assert "answer" in caught.value.fields
    assert enquiry_of(correction).answered_at is None
    answer(correction, "é" * 2_000)


def test_nobody_answers_what_was_not_asked_or_is_over(app, max_):
    article = an_article()
    asked, gone, never = (
        a_correction(article, *words)
        for words in (("the the", "the"), ("May 2025", "May 2026"), ("four", "five"))
    )
    for one in (asked, gone):
        ask(one, max_)
    reject(asked, max_)
    receipts.withdraw(tokens.token_for(gone), now=NOON)

    for one, why in ((asked, "decided before"), (gone, "withdrew"), (never, "nothing is asked")):
        with pytest.raises(errors.AlreadyDecided, match=why):
            answer(one)
    assert enquiry_of(asked).answer is enquiry_of(gone).answer is None


@pytest.mark.parametrize(
    ("words", "refusal"),
    [("", errors.Invalid), ("  ", errors.Invalid), ("x" * 1_001, errors.TooLong)],
)
def test_a_question_has_words(app, max_, words, refusal):
    correction = a_correction(an_article())

    with pytest.raises(refusal) as caught:
        ask(correction, max_, words)

    assert "question" in caught.value.fields
    ask(correction, max_, "ü" * 1_000)


def test_it_is_asked_of_what_was_seen(app, max_):
    correction = a_correction(an_article())

    with pytest.raises(errors.Invalid) as caught:
        asking.ask(correction.id, WORDS, Act(max_, None, NOON), seen=None)
    assert "seen" in caught.value.fields
    with pytest.raises(errors.StaleVersion):
        ask(correction, max_, seen=7)
    ask(correction, max_, key="k", seen=1)
    ask(correction, max_, key="k", seen=1)
    with pytest.raises(errors.BadKey):
        ask(correction, max_, "Another one?", key="k", seen=1)
    assert events(correction) == ["submit", "ask"]


def _closed(correction, by):
    reject(correction, by)


def _asked(correction, by):
    ask(correction, by)


def _answered(correction, by):
    ask(correction, by)
    answer(correction)


def _behind(correction, by):
    with write() as session:
        twin = session.get_one(Correction, correction.id)
        leader = Correction.__table__.c.id != twin.id
        twin.leader_id = session.scalar(select(Correction.id).where(leader).order_by(Correction.id))


def _set_aside(correction, by):
    with write() as session:
        own = {"correction_id": correction.id, "created_at": NOON}
        session.add(SetAside(**own, signs="links"))


def _proposed(correction, by):
    accept(correction, by)


@pytest.mark.parametrize(
    ("how", "refusal", "why"),
    [
        (_closed, errors.AlreadyDecided, "already not changed|rejected"),
        (_asked, errors.StaleVersion, "asked already"),
        (_answered, errors.StaleVersion, "asked already"),
        (_behind, errors.StaleVersion, "belongs to another"),
        (_set_aside, errors.StaleVersion, "set aside"),
        (_proposed, errors.StaleVersion, "waits for an editor"),
    ],
)
def test_what_may_not_be_asked(make_app, how, refusal, why):
    app = make_app(SECOND_APPROVAL="all")
    with app.app_context():
        accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        max_ = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        article = an_article()
        a_correction(article, "May 2025", "May 2026")
        correction = a_correction(article)
        how(correction, max_)
        before = events(correction)

        with pytest.raises(refusal, match=why):
            ask(correction, max_)

        assert events(correction) == before


def test_what_steers_work_keeps_nobody_from_asking(app, max_, mira):
    correction = a_correction(an_article())
    side_facts.hold(correction.id, Act(max_, None, NOON), until=NOON + DAY, note="")
    side_facts.escalate(correction.id, Act(max_, None, NOON), note="")
    side_facts.skip(correction.id, Act(max_, None, NOON))

    ask(correction, max_)

    assert lanes_of(correction, mira) == {"asked", "held", "escalated", "all"}


def test_who_may_ask_is_who_may_decide(app, max_, mira):
    correction = a_correction(an_article())
    own = a_correction(now_of(correction).article, "May 2025", "May 26", email=max_.email)
    with write() as session:
        session.merge(mira).section = "Culture"

    with pytest.raises(errors.NotPermitted):
        ask(correction, mira)
    with pytest.raises(errors.NotPermitted, match="sent this correction yourself"):
        ask(own, max_)
    ask(correction, max_)


def test_a_slip_is_taken_back_until_the_letter_went(app, max_, mira):
    correction = a_correction(an_article())
    ask(correction, max_)

    with pytest.raises(errors.StaleVersion):
        side_facts.put_back(correction.id, "ask", Act(mira, None, NOON))
    side_facts.put_back(correction.id, "ask", Act(max_, "k", NOON))
    side_facts.put_back(correction.id, "ask", Act(max_, "k", NOON))

    assert enquiry_of(correction) is None
    assert letters() == []
    assert list(audit.verify(db.session())) == []
    ask(correction, mira, now=SOON)
    (letter,) = letters(SOON + timedelta(minutes=10))
    (claimed,) = outbox.claim(1, SOON + DAY)
    assert claimed.id == letter.id
    with pytest.raises(errors.AlreadyDecided, match="sent the question already"):
        side_facts.put_back(correction.id, "ask", Act(mira, None, SOON + DAY))
    answer(correction, now=SOON + DAY)
    with pytest.raises(errors.AlreadyDecided, match="answered already"):
        side_facts.put_back(correction.id, "ask", Act(mira, None, SOON + DAY))


def test_a_decision_closes_it_and_undo_brings_it_back_as_it_was(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    accept(correction, max_)
    assert lanes_of(correction, max_) == set()
    assert letters(SOON - timedelta(seconds=1)) == []
    kinds = select(Owed.kind).where(Owed.state == "waiting").order_by(Owed.id)
    assert "question" in list(db.session.scalars(kinds))

    undoing.undo(correction.id, Act(max_, None, SOON - timedelta(seconds=1)))

    assert lanes_of(correction, max_) == {"asked", "all"}
    assert enquiry_of(correction).until == NOON + 7 * DAY
    assert [one.kind for one in letters()] == ["question"]
    answer(correction)
    assert lanes_of(correction, max_) == {"waiting", "all"}


def test_it_is_opened_again_with_its_answer_and_no_second_question(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    answer(correction, now=NOON)
    accept(correction, max_)
    undoing.reopen(correction.id, "We erred.", Act(max_, None, NOON + DAY), confirmed=CONFIRMED)

    assert enquiry_of(correction).answer == "In the minutes."
    with pytest.raises(errors.StaleVersion, match="asked already"):
        ask(correction, max_, now=NOON + DAY)


def test_of_several_who_ask_the_same_the_first_is_asked(app, max_):
    article = an_article()
    first, second = a_correction(article), a_correction(article, email="bo@reader.example")
    assert now_of(second).leader_id == first.id
    ask(first, max_)

    with pytest.raises(errors.AlreadyDecided, match="nothing is asked"):
        answer(second)
    assert lanes_of(first, max_) == {"asked", "all"}
    (letter,) = letters()
    assert letter.recipient == "ada@reader.example"
    # The one who was asked goes: those who stay wait like all others, and one of them may be asked.
    receipts.withdraw(tokens.token_for(first), now=NOON)
    assert lanes_of(second, max_) == {"waiting", "all"}
    ask(second, max_)


def test_an_answer_behind_another_one_is_read_on_that_card(app, max_):
    article = an_article()
    asked = a_correction(article, "May 2025", "June 2025")
    leader = a_correction(article, "four", "five", email="bo@reader.example")
    ask(asked, max_)
    side_facts.duplicate(asked.id, str(leader.id), Act(max_, None, NOON))
    seen = now_of(leader).version

    answer(asked)

    assert now_of(leader).version == seen + 1
    shown = cards.of(now_of(leader), max_, SOON)
    assert [(one.correction_id, one.answer) for one in shown.enquiries] == [
        (asked.id, "In the minutes.")
    ]
    with pytest.raises(errors.StaleVersion):
        decide_seen(leader, max_, seen)


def decide_seen(correction, by, seen):
    accept(correction, by, seen=seen)


def test_decided_by_somebody_who_has_not_read_the_answer_is_refused(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    seen = now_of(correction).version
    answer(correction)

    with pytest.raises(errors.StaleVersion):
        decide_seen(correction, max_, seen)
    assert decision.standing_of(now_of(correction)) is None
    accept(correction, max_)
