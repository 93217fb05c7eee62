"""Where a correction stands, as it is written down and as it is explained."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain import ordering
from corrections_app.domain.lifecycle import Reason
from corrections_app.domain.ordering import Matter, Record
from corrections_app.domain.warnings.risks import Risk
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import side_facts, undoing
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.pending import clusters, ranking, reputation
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND, a_correction, accept, an_article, reject


def why(correction, now):
    return ranking.why(correction, reputation.record_of(correction), now)


HOUR = timedelta(hours=1)


def again(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id)


def stands(correction):
    """The rank as it is stored, beside what it would be worked out to be now."""
    correction = again(correction)
    worth = why(correction, NOON).worth
    return correction.rank == pytest.approx(ordering.rank(worth, correction.created_at))


@pytest.mark.parametrize(
    ("exact", "replacement", "more", "risks", "hours"),
    [
        ("the the", "the", {}, (), 48),
        ("May 2025", "May 2026", {}, (Risk.NUMBER, Risk.DATE), 4),
        ("the the", "the", {"kind": "fact"}, (), 4),
        ("high time", None, {"explanation": "Was it?"}, (), 48),
    ],
)
def test_what_a_change_touches_is_written_down_when_it_comes(
    app, exact, replacement, more, risks, hours
):
    sent = a_correction(an_article(), exact, replacement, **more)

    assert ranking.risks_of(sent) == risks
    assert sent.overdue_at == NOON + hours * HOUR
    assert stands(sent)


def test_a_reader_who_was_right_before_comes_first(app, max_):
    article = an_article()
    addresses.keep(addresses.key_of("b@reader.example"), NOON)
    accept(a_correction(article, "four million", "five million", email="b@reader.example"), max_)
    unknown = a_correction(article, "the the", "the", email="a@reader.example")
    known = a_correction(article, "will begin", "shall begin", email="b@reader.example")

    assert again(known).rank < again(unknown).rank
    assert why(again(known), NOON).record == Record(1, 0)


@pytest.mark.parametrize("state", ["unknown", "stopped"])
def test_whoever_types_anothers_address_stands_no_higher(app, max_, state):
    article = an_article()
    if state == "stopped":
        addresses.stop(addresses.key_of("b@reader.example"), NOON)
    accept(a_correction(article, "four million", "five million", email="b@reader.example"), max_)
    nobody = a_correction(article, "the the", "the", email="")
    forged = a_correction(article, "will begin", "commences", email="b@reader.example")

    assert again(forged).rank == again(nobody).rank
    assert why(again(forged), NOON).record == Record()


def test_a_supporter_whose_address_was_never_checked_lifts_by_being_one_more_only(app, max_):
    article = an_article()
    accept(a_correction(article, "four million", "five million", email="b@reader.example"), max_)
    first, second = (
        a_correction(article, *words, email="a@reader.example")
        for words in (("the the", "the"), ("will begin", "commences"))
    )
    a_correction(article, "the the", "the", email="b@reader.example")
    a_correction(article, "will begin", "commences", email="c@reader.example")

    assert again(first).rank == again(second).rank


def test_what_was_rejected_for_no_fault_of_the_reader_does_not_count(app, max_):
    article = an_article()
    addresses.keep(addresses.key_of("ada@reader.example"), NOON)
    reject(a_correction(article), max_, reason=Reason.HOUSE_STYLE)
    reject(a_correction(article, "will begin", "begins"), max_, reason=Reason.NOT_AN_ERROR)
    sent = a_correction(article, "May 2025", "May 2026")

    assert why(sent, NOON).record == Record(0, 1)


def test_a_reader_who_joins_raises_the_leader_and_not_its_version(app):
    article = an_article()
    leader = a_correction(article, email="a@reader.example")
    before, version = leader.rank, leader.version

    a_correction(article, email="b@reader.example", now=NOON + HOUR)

    leader = again(leader)
    assert leader.rank < before
    assert leader.version == version
    assert why(leader, NOON).factors.readers == 2


def test_one_reader_who_sends_it_twice_is_one_reader(app):
    article = an_article()
    leader = a_correction(article)
    a_correction(article)

    assert why(again(leader), NOON).factors.readers == 1


def test_the_leader_comes_back_down_when_others_leave(app, max_):
    article = an_article()
    leader, *others = [a_correction(article, email=f"{name}@reader.example") for name in "abcd"]
    ranks = [again(leader).rank]

    receipts.withdraw(tokens.token_for(others[0]), now=NOON)
    ranks.append(again(leader).rank)
    side_facts.split(others[1].id, Act(max_, "k", NOON))
    ranks.append(again(leader).rank)

    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3
    assert all(stands(one) for one in (leader, *others[1:]))


def test_who_leads_next_stands_where_those_behind_put_them(app, max_):
    article = an_article()
    sent = [a_correction(article, email=f"{name}@reader.example") for name in "abc"]

    receipts.withdraw(tokens.token_for(sent[0]), now=NOON)

    assert why(again(sent[1]), NOON).factors.readers == 2
    assert stands(sent[1])


def test_a_cluster_put_together_by_hand_counts(app, max_):
    article = an_article()
    leader = a_correction(article)
    other = a_correction(article, "will begin", "shall begin", email="b@reader.example")

    side_facts.duplicate(other.id, leader.reference, Act(max_, "k", NOON))

    assert again(other).leader_id == leader.id
    assert stands(leader)
    assert why(again(leader), NOON).factors.readers == 2


def test_what_is_taken_back_stands_where_it_stood(app, max_):
    article = an_article()
    leader = a_correction(article)
    a_correction(article, email="b@reader.example")
    before = again(leader).rank

    accept(leader, max_)
    undoing.undo(leader.id, Act(max_, "k", NOON + SECOND))

    assert again(leader).rank == pytest.approx(before, abs=0.05)
    assert clusters.members(db.session(), again(leader))


def test_a_card_says_why_it_stands_where_it_does(app, max_):
    sent = a_correction(an_article(), "May 2025", "May 2026", kind="fact")

    told = why(sent, NOON + HOUR)

    assert told.overdue_at == NOON + 4 * HOUR
    assert (told.factors.matter, told.factors.seconds) == (Matter.FACT, 25)
    assert told.waited == pytest.approx(3600 * ordering.SLOPE)
