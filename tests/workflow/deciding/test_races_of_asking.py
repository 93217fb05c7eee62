"""A question and its answer meet other acts: one is first, and nothing is lost or doubled."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Action
from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry, Owed, User
from corrections_app.workflow.deciding import asking, decision, side_facts
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.submitting import answering, receipts
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND, a_correction, an_article
from tests.workflow.invariants import broken
from tests.workflow.test_races import together

pytestmark = pytest.mark.long

ROUNDS = 4
LATER = NOON + 600 * SECOND


def by(user_id, now=NOON):
    return Act(db.session.get_one(User, user_id), None, now)


def asks(number, user_id, seen=1):
    def act():
        asking.ask(number, f"Who says so? {user_id}", by(user_id), seen=seen)
        return "done", "ask"

    return act


def answers(token):
    def act():
        answering.answer(token, "I do.", key=None, now=NOON)
        return "done", "answer"

    return act


def withdraws(token):
    def act():
        receipts.withdraw(token, now=NOON)
        return "done", "withdraw"

    return act


def leaves_address(token):
    def act():
        receipts.add_address(token, "ada@reader.example", now=NOON)
        return "done", "address"

    return act


def rejects(number, user_id, seen):
    verdict = Verdict(Action.REJECT, seen=seen, revision=1, reason="not_an_error")

    def act():
        decision.decide(number, verdict, by(user_id))
        return "done", "reject"

    return act


def takes_back(number, user_id):
    def act():
        side_facts.put_back(number, "ask", by(user_id))
        return "done", "back"

    return act


def sends():
    def act():
        counts = delivery.deliver(LATER)
        return "done", f"sent {counts.sent}"

    return act


def state_of(number):
    db.session.rollback()
    assert broken(db.session()) == []
    correction = db.session.get_one(Correction, number)
    kinds = db.session.scalars(
        select(Owed.kind)
        .filter_by(correction_id=number, kind="question")
        .where(Owed.state != "cancelled")
    ).all()
    return correction.status, db.session.get(Enquiry, number), len(kinds)


def won(told):
    return sorted(word for code, word in told if code == "done")


def test_two_editors_ask_one_question(app, max_, mira):
    for turn in range(ROUNDS):
        number = a_correction(an_article(slug=f"a{turn}")).id
        told = together(app, [asks(number, max_.id), asks(number, mira.id)])
        assert sorted(code for code, _ in told) == ["done", "stale_version"], told
        assert state_of(number)[2] == 1


def test_asking_and_deciding(app, max_, mira):
    for turn in range(ROUNDS):
        number = a_correction(an_article(slug=f"a{turn}")).id
        told = together(app, [asks(number, max_.id), rejects(number, mira.id, 1)])
        assert len(won(told)) == 1, told


@pytest.mark.parametrize("other", ["reject", "withdraw", "back"])
def test_answering_and(app, max_, mira, other):
    for turn in range(ROUNDS):
        correction = a_correction(an_article(slug=f"a{turn}"))
        number, token = correction.id, token_for(correction)
        asking.ask(number, "Who?", by(max_.id), seen=1)
        acts = {
            "reject": rejects(number, mira.id, 2),
            "withdraw": withdraws(token),
            "back": takes_back(number, max_.id),
        }
        told = together(app, [answers(token), acts[other], answers(token)])
        _, enquiry, _ = state_of(number)
        assert all(code in ("done", "stale_version", "already_decided") for code, _ in told), told
        assert won(told) in ([other], ["answer"], ["answer", "withdraw"]), told
        if "answer" in won(told):
            assert enquiry.answer == "I do."


def test_an_address_that_comes_with_the_question_is_asked_once(app, max_, mira):
    for turn in range(ROUNDS):
        correction = a_correction(an_article(slug=f"a{turn}"), email="")
        number, token = correction.id, token_for(correction)
        told = together(app, [asks(number, max_.id), leaves_address(token)])
        assert won(told) == ["address", "ask"], told
        assert state_of(number)[2] == 1


def test_taking_back_and_the_letter(app, max_, mira):
    for turn in range(ROUNDS):
        correction = a_correction(an_article(slug=f"a{turn}"), email=f"r{turn}@reader.example")
        number = correction.id
        asking.ask(number, "Who?", by(max_.id), seen=1)
        told = together(app, [takes_back(number, max_.id), sends(), sends()])
        _, enquiry, owed = state_of(number)
        sent = sum(int(word.split()[1]) for code, word in told if word.startswith("sent"))
        assert (enquiry is None, sent, owed) in ((True, 0, 0), (False, 1, 1)), told


def test_an_answer_and_the_one_it_stands_behind(app, max_, mira):
    for turn in range(ROUNDS):
        article = an_article(slug=f"a{turn}")
        first = a_correction(article)
        number, token = first.id, token_for(first)
        a_correction(article, email=f"x{turn}@reader.example")
        version = db.session.get_one(Correction, number).version
        asking.ask(number, "Who?", by(max_.id), seen=version)
        seen = db.session.get_one(Correction, number).version
        told = together(app, [answers(token), rejects(number, mira.id, seen)])
        assert len(won(told)) == 1, told
        assert broken(db.session()) == []
