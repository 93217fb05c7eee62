"""Crash points and planted bugs, put into a server's processes from outside.

A folder with `SITECUSTOMIZE` in front of PYTHONPATH makes every process of the
server call `install` before anything else. ``FAULT_FILE`` names a file: while
it holds ``POINT N``, the web process ends there, at the N-th time, without a
word to anyone. ``FAULT_PLANT`` names one of `PLANTS`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

SITECUSTOMIZE = "from tests.bench import faults\nfaults.install()\n"
POINTS = ("after-begin", "between-statements", "before-commit", "after-commit")


def install() -> None:
    """Put in what the environment asks for."""
    if plant := os.environ.get("FAULT_PLANT"):
        PLANTS[plant]()
    if path := os.environ.get("FAULT_FILE"):
        _watch(Path(path))


def _watch(file: Path) -> None:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session

    passed = Counter[str]()

    def reach(point: str, *_what: object) -> None:
        # The letters' worker and plain reads go on: the act that is asked for is to be hit.
        if "worker" in sys.argv or not _writing() or not file.exists():
            return
        passed[point] += 1
        wanted, number = file.read_text().split()
        if (wanted, int(number)) == (point, passed[point]):
            file.unlink()
            os._exit(9)

    def executed(_connection: object, _cursor: object, statement: str, *_what: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            reach("between-statements")

    event.listen(Session, "after_begin", partial(reach, "after-begin"))
    event.listen(Engine, "after_cursor_execute", executed)
    event.listen(Engine, "commit", partial(reach, "before-commit"))
    event.listen(Session, "after_commit", partial(reach, "after-commit"))


def _writing() -> bool:
    from flask import has_app_context

    from corrections_app.workflow import transaction

    return has_app_context() and transaction.writing()


def _split_commit() -> None:
    """The decision is committed before the revision that it makes."""
    from corrections_app.workflow.pending import publishing

    whole = publishing.publish

    def publish(session: Any, *args: Any, **kwargs: Any) -> Any:
        session.commit()
        return whole(session, *args, **kwargs)

    publishing.publish = publish


def _no_turn() -> None:
    """Writers do not wait for one another: no lock is taken, on either engine."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    from corrections_app.workflow import transaction

    transaction._turn = lambda session, seconds: nullcontext()  # type: ignore[assignment]

    def weaken(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> Any:
        weak = statement.replace("BEGIN IMMEDIATE", "BEGIN").replace(" FOR UPDATE", "")
        return weak.replace("pg_advisory_xact_lock(", "greatest("), parameters

    event.listen(Engine, "before_cursor_execute", weaken, retval=True)


def _audit_outside() -> None:
    """Events are written in a transaction of their own, after the act's."""
    from corrections_app.workflow import transaction

    whole = transaction.write

    @contextmanager
    def write(seconds: float | None = None, **how: Any) -> Iterator[Any]:
        with whole(seconds, **how) as session:
            later: list[tuple[Any, Any]] = session.info.setdefault("later", [])
            later.clear()
            yield session
        told = list(later)
        for args, kwargs in told:
            with whole() as session:
                record(session, *args, **kwargs)

    transaction.write = write  # before any other module takes it by name
    from corrections_app.workflow import audit

    record = audit.record

    def postpone(session: Any, *args: Any, **kwargs: Any) -> None:
        session.info["later"].append((args, kwargs))

    audit.record = postpone  # type: ignore[assignment]


PLANTS: dict[str, Callable[[], None]] = {
    "split-commit": _split_commit,
    "no-turn": _no_turn,
    "audit-outside": _audit_outside,
}
