"""Every status and every action: what may follow, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest

from corrections_app.domain.errors import AlreadyDecided
from corrections_app.domain.lifecycle import Action, Status, after

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
}


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
