"""How long a refused letter waits: longer each time, and not all until one moment."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.workflow.letters import outbox


@given(st.integers(1, 1_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_to_a_limit_and_never_all_end_together(attempts, chance):
    pause = outbox.wait(attempts, chance)

    assert outbox.FIRST_WAIT * 0.75 <= pause <= outbox.LONGEST_WAIT * 1.25
    assert outbox.wait(attempts, 0.0) <= pause
    assert outbox.wait(attempts + 1, chance) >= pause


def test_the_first_waits_double():
    assert [outbox.wait(n, 0.5) / timedelta(minutes=1) for n in (1, 2, 3)] == [5, 10, 20]
