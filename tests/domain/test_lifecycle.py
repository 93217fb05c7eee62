"""Every status and every action: what may follow, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product

import pytest

from corrections_app.domain.errors import AlreadyDecided, StaleVersion
from corrections_app.domain.lifecycle import (
    ASKING,
    Action,
    EnquiryState,
    SideFact,
    Status,
    after,
    check_asking,
    enquiry_state,
    may_ask,
)

P, A, R, S, W = Status
ALL = {
    Action.ACCEPT: {P: A},
    Action.REJECT: {P: R},
    Action.SUPERSEDE: {P: S},
    Action.WITHDRAW: {P: W},
    Action.UNDO: {A: P, R: P, S: P},
    Action.REOPEN: {A: P, R: P, S: P},
    Action.APPEAL: {R: R},
    Action.HOLD: {P: P},
    Action.ESCALATE: {P: P},
    Action.SKIP: {P: P},
    Action.PLACE: {P: P},
    Action.SPLIT: {P: P},
    Action.DUPLICATE: {P: P},
    Action.PUT_BACK: {P: P},
    Action.PROPOSE: {P: P},
    Action.ASK: {P: P},
    Action.ANSWER: {P: P},
}
NO_QUESTION = {SideFact.ENQUIRY, SideFact.BEHIND, SideFact.APPROVAL, SideFact.SET_ASIDE}
"""What keeps a reader from being asked."""


def test_every_action_is_decided_here():
    assert set(ALL) == set(Action)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_what_may_follow(status, action):
    follows = ALL[action].get(status)

    if follows is None:
        with pytest.raises(AlreadyDecided):
            after(status, action)
    else:
        assert after(status, action) is follows


def test_a_reader_may_be_asked_where_no_side_fact_is_in_the_way():
    everything = chain.from_iterable(
        combinations(SideFact, many) for many in range(len(SideFact) + 1)
    )
    assert set(ASKING) == set(SideFact)

    for facts in everything:
        bars = NO_QUESTION & set(facts)
        assert may_ask(facts) == (not bars), facts
        if bars:
            with pytest.raises(StaleVersion) as caught:
                check_asking(facts)
            assert caught.value.message in {ASKING[one] for one in bars}
        else:
            check_asking(facts)


def test_what_became_of_a_question_follows_from_its_dates():
    until = datetime(2026, 3, 9, 12, tzinfo=UTC)
    moments = {-1: EnquiryState.ASKED, 0: EnquiryState.UNANSWERED, 1: EnquiryState.UNANSWERED}

    for seconds, state in moments.items():
        now = until + timedelta(seconds=seconds)
        assert enquiry_state(until, None, now) == state
        assert enquiry_state(until, until, now) == EnquiryState.ANSWERED
