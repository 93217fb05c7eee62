"""Column types and checks that several tables share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Index,
    Integer,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler, SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from corrections_app.domain.text.edits import Edit

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is exactly INTEGER."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept and returned in UTC; a naive one is refused.

    SQLite would drop an offset without a word.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Edits(TypeDecorator[tuple[Edit, ...]]):
    """Edits of a text, kept as JSON: ``[start, end, replacement]`` each, in code points."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Edit] | None, dialect: Dialect) -> Any:
        return None if value is None else [[e.start, e.end, e.replacement] for e in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Edit, ...] | None:
        return None if value is None else tuple(Edit(*part) for part in value)


class shifted(FunctionElement[Any]):
    """Edits as they are kept, each further on by so many code points, in a statement.

    Given the column and the number. What is not a list of edits stays as it is.
    """

    inherit_cache = True


@compiles(shifted, "sqlite")
def _shifted_by_sqlite(element: shifted, compiler: SQLCompiler, **how: Any) -> str:
    edits, by = (compiler.process(one, **how) for one in element.clauses)
    ends = ", ".join(f"'$[{n}]', json_extract(value, '$[{n}]') + {by}" for n in (0, 1))
    each = f"SELECT json_group_array(json(json_set(value, {ends}))) FROM json_each({edits})"
    return f"CASE json_type({edits}) WHEN 'array' THEN ({each}) ELSE {edits} END"


@compiles(shifted, "postgresql")
def _shifted_by_postgresql(element: shifted, compiler: SQLCompiler, **how: Any) -> str:
    edits, by = (compiler.process(one, **how) for one in element.clauses)
    ends = ", ".join(f"(edit ->> {n})::int + {by}" for n in (0, 1))
    edit = f"json_agg(json_build_array({ends}, edit -> 2) ORDER BY n)"
    each = f"SELECT {edit} FROM json_array_elements({edits}) WITH ORDINALITY AS edits(edit, n)"
    return (
        f"CASE json_typeof({edits}) WHEN 'array' THEN COALESCE(({each}), {edits}) ELSE {edits} END"
    )


def at_most(column: str, length: int) -> CheckConstraint:
    """A text no longer than ``length`` code points; SQLite's VARCHAR(n) limits nothing."""
    return CheckConstraint(f"length({column}) <= {length}", name=f"{column}_length")


def one_of(column: str, values: Iterable[Any]) -> CheckConstraint:
    """A text that is one of ``values``."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def some_rows(name: str, which: str, *columns: Any, unique: bool = False) -> Index:
    """An index of those rows alone of which ``which`` holds."""
    return Index(name, *columns, unique=unique, info={"where": text(which)})


@compiles(CreateIndex)
def _with_options(create: CreateIndex, compiler: DDLCompiler, **how: Any) -> str:
    """An index as its ``info`` says.

    Where an index is described with options of PostgreSQL, SQLAlchemy loads that whole dialect:
    2.4 MB in each process, over SQLite too.
    """
    create.element.dialect_options[compiler.dialect.name].update(create.element.info)
    return compiler.visit_create_index(create, **how)
