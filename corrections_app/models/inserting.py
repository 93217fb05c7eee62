"""INSERT … ON CONFLICT, which SQLAlchemy has for each engine apart."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def inserting(table: Any, engine: str) -> Any:
    """An INSERT into a table that can be told what to do where its row stands already.

    ``engine`` is the name of a dialect: ``sqlite``. The other engine's stays unloaded:
    PostgreSQL's is 2.4 MB in each process.
    """
    return import_module(f"sqlalchemy.dialects.{engine}").insert(table)
