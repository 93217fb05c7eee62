"""What keeps a database from working for a while, told from what is wrong with a statement."""

from __future__ import annotations

import errno
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class Outage(StrEnum):
    """Why the database cannot do now what it can do at other times."""

    LOCKED = "locked"
    FULL = "disk full"
    AWAY = "out of reach"


_SQLITE = {
    "database or disk is full": Outage.FULL,
    "database is locked": Outage.LOCKED,
    "database table is locked": Outage.LOCKED,
    "locking protocol": Outage.LOCKED,
    "disk I/O error": Outage.AWAY,
    "unable to open database file": Outage.AWAY,
    "attempt to write a readonly database": Outage.AWAY,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "55P03": Outage.LOCKED,
    "40P01": Outage.LOCKED,
    "40001": Outage.LOCKED,
    "53100": Outage.FULL,
    "53200": Outage.FULL,
}


def outage_of(error: BaseException) -> Outage | None:
    """The outage that an error tells of; None for every other error."""
    if isinstance(error, NoConnectionFree):
        return Outage.LOCKED
    if isinstance(error, OSError):
        return Outage.FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        away = Outage.AWAY if state[:2] in ("08", "53", "57") else None
        return _POSTGRESQL.get(state, away)
    said = str(error.orig)
    told = next((outage for words, outage in _SQLITE.items() if words in said), None)
    lost = error.connection_invalidated or _is_connecting(error)
    return told or (Outage.AWAY if lost else None)


def _is_connecting(error: DBAPIError) -> bool:
    # psycopg names no state where it found no server to name one.
    return isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")
