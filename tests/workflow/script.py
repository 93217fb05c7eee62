"""All acts of the machine, and fixed random scripts of them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.workflow import acts, acts_around, acts_asking
from tests.workflow.world import PLENTY, Deed

ACTS: tuple[Deed, ...] = (
    acts.submit,
    acts.accept,
    acts.reject,
    acts.undo,
    acts.accept_otherwise,
    acts.accept_also,
    acts.approve,
    acts.reopen,
    acts_around.rewrite,
    acts_around.edit,
    acts.withdraw,
    acts.appeal,
    acts.uphold,
    acts.supersede,
    acts.place,
    acts.split,
    acts.duplicate,
    acts.accept_part,
    acts.hold,
    acts.escalate,
    acts_asking.ask,
    acts_asking.ask_by_mistake,
    acts_asking.unask,
    acts_asking.answer,
    acts.skip,
    acts.send_back,
    acts.add_address,
    acts.submit_bad_key,
    acts_around.restore,
    acts_around.reimport,
    acts_around.change_source,
    acts_around.source_meets_us,
    acts_around.fall_back,
    acts_around.change_role,
    acts_around.disable,
    acts_around.enable,
    acts_around.deliver,
    acts_around.wait,
    acts_around.restart,
)
WEIGHTS = [10, 5, 2, 4, 2, 2, 2, 2, 2, 2, *[1] * 29]
"""How often each act comes in a script: more is sent than decided, and decided than all else."""


def script(seed: int, steps: int) -> Iterator[tuple[Deed, int, int, int]]:
    """A fixed random script: the same seed gives the same acts and choices."""
    random = Random(seed)
    for _ in range(steps):
        (act,) = random.choices(ACTS, WEIGHTS)
        yield act, random.randint(0, PLENTY), random.randint(0, PLENTY), random.randint(0, PLENTY)
