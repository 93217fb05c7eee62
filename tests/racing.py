"""Several people at one moment, each in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import event

from corrections_app.domain.errors import Refusal
from corrections_app.extensions import db


def at_once(app: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Do all of it at one moment, each in a thread of its own; what each came to."""
    barrier = threading.Barrier(len(acts))
    db.session.rollback()

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                return act()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@contextmanager
def meeting_before(statement: str, parties: int) -> Iterator[None]:
    """Whoever comes to this statement waits there for the others, unless they cannot come."""
    barrier = threading.Barrier(parties)

    def meet(_connection, _cursor, sql, *_):
        if sql.startswith(statement):
            with suppress(threading.BrokenBarrierError):
                barrier.wait(0.5)

    event.listen(db.engine, "before_cursor_execute", meet)
    yield
    event.remove(db.engine, "before_cursor_execute", meet)
