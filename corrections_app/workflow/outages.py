"""While the database is full, locked or away: refusals that say so, and a note for ``/healthz``."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.errors import Busy
from corrections_app.extensions import db
from corrections_app.models.outage import Outage, outage_of
from corrections_app.workflow.turns import TooLong

RETRY_AFTER = 5
REMEMBERED = 60.0
"""Seconds for which a write that failed counts, unless one succeeds."""
LEAST_SPACE = 16 * 1024 * 1024
"""Bytes free beside a SQLite database, under which it is as good as full."""

_WORDS = {
    Outage.LOCKED: "Too much is being saved at this moment, so this was not. "
    "Send it again in a few seconds.",
    Outage.FULL: "The disk is full, so this was not saved. "
    "Keep what you wrote, and send it again later.",
    Outage.AWAY: "The database cannot be reached, so this was not saved. "
    "Send it again in a few seconds.",
}
_NOT_SHOWN = "This page cannot be shown at the moment. Try again in a few seconds."
_last: tuple[Outage, float] | None = None


def refusal(outage: Outage, *, writing: bool = True, noted: bool = True) -> Busy:
    """What is said to whoever wanted to write, or only to read; mostly it is noted too."""
    global _last
    if noted:
        _last = outage, time.monotonic()
    return Busy(_WORDS[outage] if writing else _NOT_SHOWN, retry_after=RETRY_AFTER)


@contextmanager
def told(*, noted: bool) -> Iterator[None]:
    """Turn an outage inside the block into a refusal, `Busy`; one that ends well ends the note.

    It is not ``noted`` of who would hardly wait: a turn that did not come at once is no outage.
    """
    global _last
    try:
        yield
    except (SQLAlchemyError, OSError, TooLong) as error:
        outage = Outage.LOCKED if isinstance(error, TooLong) else outage_of(error)
        if outage is None:
            raise
        raise refusal(outage, noted=noted) from error
    _last = None


def present() -> Outage | None:
    """Why nothing could be saved now, as far as is known without trying to."""
    if _last is not None and time.monotonic() - _last[1] < REMEMBERED:
        return _last[0]
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file and file != ":memory:":
        with suppress(OSError):
            free = shutil.disk_usage(Path(file).parent).free
            return Outage.FULL if free < LEAST_SPACE else None
    return None
