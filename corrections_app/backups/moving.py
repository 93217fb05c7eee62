"""From SQLite to PostgreSQL, row by row, in one transaction there; the source stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, String, Table, create_engine, delete, func, insert, select, text

from corrections_app import create_app, schema
from corrections_app.backups.archive import BadBackup
from corrections_app.extensions import db
from corrections_app.models.engine import options_for
from corrections_app.workflow import audit

MANY = 1_000
"""Rows that are carried at a time."""


def tables() -> list[Table]:
    """Every table of the program."""
    return list(db.Model.metadata.tables.values())


def move(url: str, instance: str, tell: Callable[[int], None]) -> int:
    """Copy everything to the database at ``url``, and compare; how many rows there are.

    ``tell`` hears of rows as they are carried. What is interrupted leaves nothing there
    but tables without rows, and is simply run again. Raises `BadBackup`.
    """
    if db.engine.dialect.name != "sqlite":
        raise BadBackup("The installation is not on SQLite, so there is nothing to move.")
    _make_tables(url, instance)
    target = create_engine(url, **options_for(url))
    try:
        with db.engine.connect() as here, target.connect() as there:
            with there.begin():
                _refuse_rows(there)
                with _without_references(there):
                    _empty(there)
                    for table in tables():
                        _carry(here, there, table, tell)
                _go_on_counting(there)
                _compare(here, there)
            return sum(_count(here, table) for table in tables())
    finally:
        target.dispose()


def rows() -> int:
    """How many rows there are to carry."""
    with db.engine.connect() as connection:
        return sum(_count(connection, table) for table in tables())


def faults(url: str, instance: str) -> list[str]:
    """What the audit finds wrong with the moved rows."""
    app = create_app({"INSTANCE": instance, "DATABASE_URL": url})
    with app.app_context():
        try:
            return list(audit.verify(db.session()))
        finally:
            db.session.remove()
            db.engine.dispose()


def _make_tables(url: str, instance: str) -> None:
    app = create_app({"INSTANCE": instance, "DATABASE_URL": url})
    with app.app_context():
        try:
            if db.engine.dialect.name != "postgresql":
                raise BadBackup("Name where to move to as postgresql://user@host/database.")
            schema.ready()
        finally:
            db.session.remove()
            db.engine.dispose()


def _refuse_rows(there: Connection) -> None:
    """Raise `BadBackup` where more is there than a new database has."""
    if _count(there, db.Model.metadata.tables["audit_events"]) or _count(
        there, db.Model.metadata.tables["articles"]
    ):
        raise BadBackup(
            "The database to move to is in use. Make an empty one (createdb), name that."
        )


def _empty(there: Connection) -> None:
    """Remove what a new database has, since the source has its own of it."""
    for table in tables():
        if _count(there, table):
            there.execute(delete(table))


_REFERENCES = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


@contextmanager
def _without_references(there: Connection) -> Iterator[None]:
    """Let rows come in any order: what they name is looked at when all are there."""
    kept = there.execute(text(_REFERENCES)).all()
    for table, name, _ in kept:
        there.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    yield
    for table, name, what in kept:
        there.execute(text(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {what}'))


def _carry(here: Connection, there: Connection, table: Table, tell: Callable[[int], None]) -> None:
    for batch in _batches(here, table):
        there.execute(insert(table), batch)
        tell(len(batch))


def _batches(connection: Connection, table: Table) -> Generator[list[dict[str, Any]], None, None]:
    """The rows of a table in the order of their key, the same on both engines."""
    is_here = connection.dialect.name == "sqlite"
    order: list[Any] = [
        # As bytes, which is how SQLite orders texts.
        column if is_here or not isinstance(column.type, String) else column.collate("C")
        for column in table.primary_key.columns
    ]
    asked = select(table).order_by(*order)
    with connection.execute(asked, execution_options={"yield_per": MANY}) as found:
        for batch in found.mappings().partitions(MANY):
            yield [dict(row) for row in batch]


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _go_on_counting(there: Connection) -> None:
    """New rows get numbers after those that came."""
    for table in tables():
        for column in table.primary_key.columns:
            name = there.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            )
            if name:
                highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                there.execute(select(func.setval(name, highest, False)))


def _compare(here: Connection, there: Connection) -> None:
    """Raise `BadBackup` unless every row there says what it says here."""
    for table in tables():
        with closing(_batches(there, table)) as theirs, closing(_batches(here, table)) as ours:
            for batch in ours:
                if batch != next(theirs, []):
                    raise BadBackup(f"{table.name} did not arrive as it was: nothing was moved.")
            if next(theirs, None):
                raise BadBackup(f"{table.name} has more rows than here: nothing was moved.")
