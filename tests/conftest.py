"""What every test stands on: a real database of the engine asked for, the app, the people."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.workflow.people import accounts
from tests.applications import Applications
from tests.browser.chromium import chromium, playwright, visitor
from tests.builders import NOON
from tests.databases import ENGINE, Databases
from tests.reruns import pytest_terminal_summary, try_again

# One browser for all of a test process, wherever it is asked for.
__all__ = ["chromium", "playwright", "visitor"]
# And what pytest asks of this file.
__all__ += ["pytest_terminal_summary"]

# These ask no database anything: what they say of one engine they would say of the other. They
# are not even read; tests of the same kind among others are left out below.
if ENGINE == "postgresql":
    collect_ignore = ["domain", "sources", "sites", "test_js.py", "test_house.py", "test_words.py"]
else:
    collect_ignore = ["test_moving.py"]  # from SQLite to PostgreSQL


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what never asks for it, and say what may be tried again."""
    if ENGINE == "postgresql":
        idle = [item for item in items if "databases" not in getattr(item, "fixturenames", ())]
        idle_ones = set(idle)
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if item not in idle_ones]
    try_again(items)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# A busy machine must not make a property fail; what is drawn stays the same on every run.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The maker of databases, one for each test process."""
    folder = Path(tempfile.mkdtemp(prefix="corrections-"))
    folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    made = Databases(folder)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(databases: Databases, applications: Applications) -> str:
    """The address of this test's database."""
    return databases.again(keeping=applications.backends)


@pytest.fixture(scope="session")
def applications(tmp_path_factory: Any) -> Applications:
    """The maker of applications, one for each test process."""
    return Applications(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(database: str, tmp_path: Path, applications: Applications) -> Iterator[Any]:
    """Makes applications on this test's database, with other settings where asked."""
    yield partial(applications.make, database, tmp_path / "instance")
    applications.put_down()


@pytest.fixture
def app(make_app: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The application, with its context pushed for tests of the workflow."""
    own = request.node.get_closest_marker("own_app") is not None
    app = make_app(own=own)
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def client(make_app: Any) -> Any:
    """A stranger's browser, without scripts."""
    return make_app().test_client()


@pytest.fixture
def max_(app: Any) -> Any:
    """Max, who moderates."""
    return accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)


@pytest.fixture
def mira(app: Any) -> Any:
    """Mira, who moderates too."""
    return accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
