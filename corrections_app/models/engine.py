"""How connections are opened: SQLite's pragmas, and where its transactions begin."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, text

from corrections_app.models.driver import sqlite

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "2",  # FULL: under NORMAL a power cut may take acknowledged commits along
    "foreign_keys": "1",
    "busy_timeout": "10000",
}


def options_for(url: str) -> dict[str, Any]:
    """``create_engine`` arguments for the database at ``url``."""
    if url.startswith("sqlite"):
        return {"module": sqlite}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def prepare(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and let each transaction say how it begins."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver never begins by itself
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A deferred transaction that turns into a write fails at once, whatever the
        # busy timeout, when another process committed in between.
        how = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")


def wrong_pragmas(engine: Engine) -> dict[str, str]:
    """The pragmas that do not read back as set: their names and the values found."""
    if engine.dialect.name != "sqlite":
        return {}
    with engine.connect() as connection:
        found = {name: str(connection.execute(text(f"PRAGMA {name}")).scalar()) for name in PRAGMAS}
    return {name: value for name, value in found.items() if value != PRAGMAS[name]}
