"""A person puts two corrections together that the program could not know to be the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, Owed
from corrections_app.workflow.deciding import decision, side_facts, undoing
from corrections_app.workflow.pending import clusters
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article, reject


def again(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id)


def put_together(one, other, by, key=None):
    side_facts.duplicate(one.id, other, Act(by, key, NOON))


@pytest.fixture
def pair(app):
    """Two readers who mean the same and say it differently."""
    article = an_article()
    first = a_correction(article, "four million", "five million", email="a@reader.example")
    return first, a_correction(article, "four million", "5 million", email="b@reader.example")


@pytest.mark.parametrize("name", ["reference", "lower", "number", "padded"])
def test_it_stands_behind_the_one_that_is_named(pair, max_, name):
    first, second = pair
    names = {
        "reference": first.reference, "lower": first.reference.lower(), "number": str(first.id),
        "padded": f" {first.reference} ",
    }  # fmt: skip

    put_together(second, names[name], max_)

    assert again(second).leader_id == first.id
    assert [one.id for one in clusters.members(db.session(), again(first))] == [second.id]


def test_it_is_told_as_in_other_words_where_the_words_differ(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)

    accept(first, max_)

    assert again(second).status == "accepted"
    assert decision.standing_of(first).as_proposed is True
    assert decision.standing_of(second).as_proposed is False
    kinds = dict(
        db.session.execute(
            select(Owed.correction_id, Owed.kind).where(Owed.decision_id.is_not(None))
        ).all()
    )
    assert kinds[second.id] == "accepted_otherwise"


def test_those_who_asked_for_the_words_that_were_typed_are_told_so(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)

    accept(first, max_, text="5 million")

    assert decision.standing_of(first).as_proposed is False
    assert decision.standing_of(second).as_proposed is True


def test_it_is_rejected_along_with_the_other(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)

    reject(first, max_, reason=Reason.OPINION)

    assert decision.standing_of(second).reason == "opinion"


def test_those_behind_it_come_along(pair, max_):
    first, second = pair
    third = a_correction(first.article, "four million", "5 million", email="c@reader.example")

    put_together(second, first.reference, max_)

    assert again(third).leader_id == first.id


def test_to_stand_behind_one_of_a_cluster_is_to_stand_behind_its_leader(pair, max_):
    first, second = pair
    twin = a_correction(first.article, "four", "five", email="c@reader.example")

    put_together(second, twin.reference, max_)

    assert again(second).leader_id == first.id


def test_taking_it_out_again_is_possible(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)

    side_facts.split(second.id, Act(max_, None, NOON))

    assert again(second).leader_id is None
    assert clusters.members(db.session(), again(first)) == []


def test_undoing_the_decision_leaves_them_together(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)
    accept(first, max_)

    undoing.undo(first.id, Act(max_, None, NOON))

    assert again(second).status == again(first).status == "pending"
    assert again(second).leader_id == first.id


def test_it_is_noted_and_done_once(pair, max_):
    first, second = pair
    for _ in range(2):
        put_together(second, first.reference, max_, key="k")

    events = db.session.scalars(
        select(AuditEvent).filter_by(action="duplicate").order_by(AuditEvent.id)
    ).all()
    assert [event.correction_id for event in events] == [second.id]
    assert again(second).version == 2


def test_what_it_cannot_stand_behind_is_refused(pair, max_):
    first, second = pair
    elsewhere = a_correction(an_article(slug="other"))
    closed = a_correction(first.article, "May 2025", "May 2026", email="c@reader.example")
    reject(closed, max_)

    for name in (
        elsewhere.reference,
        closed.reference,
        second.reference,
        "",
        "NONE-0000",
        "9" * 20,
    ):
        with pytest.raises(errors.Invalid) as refused:
            put_together(second, name, max_)
        assert list(refused.value.fields) == ["of"]
    assert again(second).leader_id is None


def test_a_leader_does_not_stand_behind_its_follower(pair, max_):
    first, second = pair
    put_together(second, first.reference, max_)

    for one, other in ((first, second), (second, first)):
        with pytest.raises(errors.Invalid):
            put_together(one, other.reference, max_)


def test_what_waits_for_a_second_person_is_not_put_away(app, pair, max_, mira):
    app.config["SECOND_APPROVAL"] = "all"
    first, second = pair
    accept(second, max_)

    with pytest.raises(errors.StaleVersion):
        put_together(second, first.reference, mira)


def test_an_orphan_and_a_remark_are_answered_with_what_they_say_too(pair, max_):
    first, _ = pair
    remark = a_correction(
        first.article, "four million", None, explanation="Is it not five?", email="r@x.example"
    )
    put_together(remark, first.reference, max_)

    accept(first, max_)

    assert again(remark).status == "accepted"
    assert decision.standing_of(remark).as_proposed is False
