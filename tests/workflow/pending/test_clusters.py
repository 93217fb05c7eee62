"""Equal corrections stand together; contradicting ones are told apart."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import StaleVersion
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Escalation, Owed
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import side_facts, undoing
from corrections_app.workflow.pending import clusters
from corrections_app.workflow.queue import rows
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article, reject

SAME = [
    ("four million", "five million"),
    ("about four million", "about five million"),
    ("four", "five"),
    ("cost about four million pounds", "cost about five million pounds"),
]


def again(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id)


@pytest.mark.parametrize("order", list(permutations(SAME))[::5])
def test_the_same_change_makes_one_cluster_whatever_the_order(app, order):
    article = an_article()

    sent = [a_correction(article, *change) for change in order]

    assert [again(one).leader_id for one in sent] == [None] + [sent[0].id] * 3
    assert list(db.session.scalars(rows.leaders().with_only_columns(Correction.id))) == [sent[0].id]


def test_a_deletion_is_the_same_with_or_without_its_blank(app):
    article = an_article()
    first = a_correction(article, "about ", "")
    second = a_correction(article, "about four", "four")

    assert again(second).leader_id == first.id


@pytest.mark.parametrize(
    "ways",
    [
        ("the\nharbour", "the\n\nharbour"),
        ("the\N{NO-BREAK SPACE}harbour", "the\nharbour"),
        ("the\N{NO-BREAK SPACE}harbour", "the\N{NARROW NO-BREAK SPACE}harbour"),
    ],
)
def test_breaks_of_different_kinds_are_different_changes(app, ways):
    article = an_article("The wall", "They rebuild the harbour wall.")
    first, second = (a_correction(article, "the harbour", way) for way in ways)

    assert again(first).leader_id is again(second).leader_id is None


@pytest.mark.parametrize(
    "other",
    [
        ("four million", "six million"),
        ("May 2025", "May 2026"),
        ("2025 and cost about four", "2026 and cost about five"),
        ("four million", None),
    ],
)
def test_another_change_stands_by_itself(app, other):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    second = a_correction(article, *other, explanation="Why?")

    assert again(first).leader_id is again(second).leader_id is None


def test_one_decision_closes_all_and_owes_each_a_letter(app, max_):
    article = an_article()
    first = a_correction(article, *SAME[0])
    second = a_correction(article, *SAME[1], email="bo@reader.example")

    accept(first, max_)

    assert again(second).status == "accepted"
    assert len(db.session.scalars(select(Owed).where(Owed.decision_id.is_not(None))).all()) == 2
    leader, member = db.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert member.caused_by_id == leader.id


def test_a_rejection_closes_all_too(app, max_):
    article = an_article()
    first, second = a_correction(article, *SAME[0]), a_correction(article, *SAME[1])

    reject(first, max_)

    assert again(second).status == "rejected"


def test_joining_does_not_change_the_version_a_moderator_saw(app, max_):
    article = an_article()
    first = a_correction(article, *SAME[0])
    a_correction(article, *SAME[1])

    assert accept(first, max_, seen=1).status == "accepted"


def test_whoever_stands_behind_another_is_decided_with_it(app, max_):
    article = an_article()
    first, second = a_correction(article, *SAME[0]), a_correction(article, *SAME[1])

    with pytest.raises(StaleVersion) as refused:
        accept(second, max_)

    assert refused.value.details["leader"] == first.id
    assert again(second).status == "pending"


def test_a_split_correction_is_decided_by_itself(app, max_):
    article = an_article()
    first, second = a_correction(article, *SAME[0]), a_correction(article, *SAME[1])

    side_facts.split(second.id, Act(max_, None, NOON))
    reject(first, max_)

    assert again(second).status == "pending"
    assert again(second).leader_id is None


def test_when_the_leader_withdraws_the_next_one_leads(app):
    article = an_article()
    sent = [a_correction(article, *change) for change in SAME[:3]]

    receipts.withdraw(tokens.token_for(sent[0]), now=NOON)

    assert [again(one).leader_id for one in sent[1:]] == [None, sent[1].id]
    assert list(db.session.scalars(rows.leaders().with_only_columns(Correction.id))) == [sent[1].id]


def test_rivals_are_named_beforehand(app):
    article = an_article()
    first = a_correction(article, "four million", "five million")
    rival = a_correction(article, "four million", "six million")
    a_correction(article, "May 2025", "May 2026")

    assert [one.id for one in clusters.rivals(db.session(), again(first))] == [rival.id]
    assert [one.id for one in clusters.rivals(db.session(), again(rival))] == [first.id]


def test_what_is_opened_again_joins_those_who_asked_for_the_same_meanwhile(app, max_):
    article = an_article()
    first = a_correction(article, *SAME[0])
    reject(first, max_)
    second = a_correction(article, *SAME[1])

    undoing.undo(first.id, Act(max_, None, NOON))

    assert again(first).leader_id == second.id


def test_those_closed_with_a_leader_are_no_longer_escalated_or_held(app, max_):
    article = an_article()
    leader, member = (a_correction(article, *change) for change in SAME[:2])
    side_facts.escalate(member.id, Act(max_, None, NOON), note="")

    accept(leader, max_)

    assert db.session.scalars(select(Escalation)).all() == []
