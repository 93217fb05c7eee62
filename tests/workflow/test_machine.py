"""The whole workflow as a machine of states: any acts, in any order, by anyone, on both engines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from corrections_app import create_app, schema
from corrections_app.extensions import db
from tests.applications import TRIAL
from tests.databases import ENGINE
from tests.workflow.acts import submit
from tests.workflow.script import ACTS, script
from tests.workflow.world import PLENTY, World

pytestmark = pytest.mark.long

EXAMPLES, STEPS = int(os.environ.get("CORRECTIONS_MACHINE", "14")), 50
"""How many newsrooms, and how many acts at most in each. `make machine` has hundreds."""
NUMBERS = st.integers(0, PLENTY)


def apps_on(url: str, instance: Path) -> Callable[..., Any]:
    """Makes applications on one database, as the program would be started again and again.

    What is asked for again is not bound again: nothing of an act stays in an application.
    """

    @cache
    def make(**config: Any) -> Any:
        return create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": str(instance)} | config)

    return make


class Newsroom(RuleBasedStateMachine):
    """One rule for each act; what each run needs is given by the test."""

    databases: ClassVar[Any]
    make_app: ClassVar[Callable[..., Any]]
    steps: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.databases.again()
        self.world = World(type(self).make_app)

    @initialize(readers=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=6, max_size=6))
    def begin(self, readers: list[tuple[int, int, int]]) -> None:
        """Readers come first: without them there is nothing to decide."""
        for choices in readers:
            next(self.steps)
            self.world.step(submit, *choices)

    def teardown(self) -> None:
        self.world.close()


def _rule_of(act: Any) -> Any:
    def step(self: Newsroom, which: int, who: int, how: int) -> None:
        next(self.steps)
        self.world.step(act, which, who, how)

    step.__name__, step.__doc__ = act.__name__, act.__doc__
    return rule(which=NUMBERS, who=NUMBERS, how=NUMBERS)(step)


for _act in ACTS:
    setattr(Newsroom, _act.__name__, _rule_of(_act))


def test_whatever_is_done_every_invariant_holds(databases, tmp_path):
    Newsroom.databases, Newsroom.steps = databases, count()
    Newsroom.make_app = staticmethod(apps_on(databases.again(), tmp_path))
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert next(Newsroom.steps) >= EXAMPLES * STEPS


@pytest.fixture
def reference(tmp_path: Path) -> str:
    """A SQLite database, whatever engine the tests run on."""
    url = f"sqlite:///{tmp_path / 'reference.sqlite'}"
    app = apps_on(url, tmp_path / "reference")()
    with app.app_context():
        schema.ready()
        db.session.remove()
        db.engine.dispose()
    return url


# On SQLite it is compared with itself: that it comes to the same again is worth one look.
@pytest.mark.parametrize("seed", [1, 2] if ENGINE == "postgresql" else [1])
def test_the_same_acts_come_to_the_same_on_every_engine(seed, database, reference, tmp_path):
    here = World(apps_on(database, tmp_path / "here"))
    there = World(apps_on(reference, tmp_path / "there"))

    for act, *choices in script(seed, 100):
        here.step(act, *choices)
        there.step(act, *choices)
        assert here.story[-1] == there.story[-1]
        assert here.seen == there.seen, here.story

    assert here.digest.hexdigest() == there.digest.hexdigest()
    here.close()
    there.close()
