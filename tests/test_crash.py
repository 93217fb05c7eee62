"""Killed in the middle of everything, the program loses nothing it acknowledged (`make crash`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import faults
from tests.bench.crash import Instance, crash_points, storms

pytestmark = pytest.mark.long


@pytest.fixture(params=[True])
def served(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Instance]:
    """The real server on this test's database, with its letters' worker or without."""
    instance = Instance(database, tmp_path, letters=request.param)
    yield instance
    instance.close()


def test_killed_while_people_work_it_keeps_what_it_acknowledged_and_every_invariant(served):
    found = storms([served], seconds=0, kills=3)

    assert found == []
    assert served.kills >= 3
    assert served.ledger.total() > 0


# No letter takes part in an act: its worker, half of what a server starts, is left out here.
@pytest.mark.parametrize("served", [False], indirect=True)
def test_ended_at_any_point_of_a_transaction_it_is_all_or_nothing(served):
    reached, found = crash_points(served, statements=[4])

    assert found == []
    assert reached == 2 * len(faults.POINTS)  # an accept and an import at each
