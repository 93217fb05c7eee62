"""What may become of a write-back: one table of states, and who moves it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from corrections_app.domain import writing_back as rules
from corrections_app.domain.errors import Invalid
from corrections_app.domain.writing_back import Mover, State, Step

T, G, D, R, H, C = State
LEADS = {
    Step.TAKE: {T: G, G: G},
    Step.CONFIRM: {G: D},
    Step.PUT_OFF: {G: T},
    Step.REFUSE: {G: R},
    Step.HAND_OVER: {G: H},
    Step.DONE: {T: D, R: D, H: D},
    Step.AGAIN: {T: T, R: T, H: T},
    Step.OVERTAKE: {G: C},
    Step.SEE: {R: D, H: D},
    Step.MISS: {D: R},
    Step.FREE: {R: T},
    Step.DROP: {T: C, R: C, H: C},
    Step.FORGET: {T: C, G: C, R: C, H: C},
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_every_state_and_step_is_in_the_table_or_refused(state, step):
    if state in LEADS[step]:
        assert rules.after(state, step) == LEADS[step][state]
        assert state in rules.sources_of(step)
    else:
        with pytest.raises(Invalid, match="at this moment" if state == G else "not waiting any"):
            rules.after(state, step)


def test_each_step_has_one_mover_and_only_a_worker_writes():
    assert set(rules.MOVERS) == set(Step) == set(LEADS)
    assert {step for step in Step if G in LEADS[step].values()} == {Step.TAKE}
    assert {rules.MOVERS[step] for step in Step if set(LEADS[step]) == {G}} == {Mover.WORKER}


def test_what_is_open_may_be_closed_and_what_is_cancelled_stays_so():
    assert set(rules.OPEN) == set(State) - {D, C}
    assert not [step for step in Step if C in LEADS[step]]
    assert set(rules.IN_HAND) | set(rules.NEEDS_PERSON) == set(rules.OPEN)


def test_a_site_that_is_down_is_asked_ever_more_seldom_for_a_day():
    waits = [rules.pause(attempt) for attempt in range(1, 8)]

    assert waits[:4] == [timedelta(seconds=5), *(timedelta(minutes=n) for n in (1, 5, 30))]
    assert set(waits[4:]) == {timedelta(hours=1)}
    assert timedelta(hours=24) == rules.GIVEN_UP_AFTER
