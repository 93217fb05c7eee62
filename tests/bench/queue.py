"""The queue with a million corrections, each figure beside the same over a thousand.

    python -m tests.bench.queue [--rows 1000000] [--database sqlite] [--runs 30]

Of the rows a tenth waits. ``database`` is what the engine takes for all that
an answer asks of it, ``server`` the whole answer but the page. A figure that
is more than one and a half times its reference, and more than five
milliseconds in the database, is marked, and makes the run fail. Filters are
told without being held to that: a rare one is looked for among all that waits.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

REFERENCE = 1_000
FAR = 1_000
"""The page that is far down."""
MOST_TIMES = 1.5
MOST_MILLISECONDS = 5.0


@dataclass(frozen=True)
class Figure:
    """Milliseconds: median and 95th percentile."""

    median: float
    p95: float

    def __str__(self) -> str:
        return f"{self.median:8.2f} {self.p95:8.2f}"


Figures = dict[str, tuple[Figure, Figure]]
"""In the database, and of the whole answer."""


def main() -> int:
    """Fill, measure and compare; 1 where something takes too long."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=30)
    options.add_argument("--database", choices=("sqlite", "postgresql"))
    asked = options.parse_args()
    if asked.database is None:  # each engine in a process of its own
        more = ["--rows", str(asked.rows), "--runs", str(asked.runs)]
        command = [sys.executable, "-m", "tests.bench.queue", *more, "--database"]
        return max(subprocess.call([*command, name]) for name in ("sqlite", "postgresql"))
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    from tests.bench import triage

    small, small_by_keys = _measured(asked.database, REFERENCE, asked.runs)
    large, large_by_keys = _measured(asked.database, asked.rows, asked.runs)
    status = _told(asked.database, asked.rows, small, large)
    return status | triage.told(asked.database, asked.rows, small_by_keys, large_by_keys)


def _told(database: str, rows: int, small: Figures, large: Figures) -> int:
    heads = f"{'ms, median and p95':28} {'database':>17}   {REFERENCE:,} rows   times"
    print(f"\n{database}, {rows:,} corrections\n{heads}   server, the same")
    status = 0
    for name, (inside, whole) in large.items():
        reference, reference_whole = small[name]
        times = inside.median / reference.median
        is_slow = times > MOST_TIMES and inside.median > MOST_MILLISECONDS
        status |= is_slow and not name.startswith("filter:")
        mark = " !" if is_slow else ""
        print(f"{name:28} {inside} {reference} {times:6.1f}   {whole} {reference_whole}{mark}")
    return status


def _measured(database: str, rows: int, runs: int) -> tuple[Figures, dict[str, list[float]]]:
    """The figures, and those of a person who decides by keys before the same rows."""
    from corrections_app import create_app
    from tests.applications import TRIAL
    from tests.bench import triage
    from tests.databases import Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-queue-"))
    folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    databases = Databases(folder)
    try:
        url, instance = databases.fresh(), folder / "instance"
        app = create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": str(instance)})
        with app.app_context():
            figures = _in_app(rows, runs)
        return figures, triage.by_keys(databases, url, instance, rows)
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _in_app(rows: int, runs: int) -> Figures:
    from corrections_app.extensions import db
    from corrections_app.workflow.clock import now
    from tests.bench.filling import fill

    begun = time.monotonic()
    fill(rows, now())
    print(f"{rows:,} rows filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    figures = {name: timed(act, runs) for name, act in _reads(now()).items()}
    figures |= _decisions(runs)
    db.session.remove()
    db.engine.dispose()
    return figures


def _reads(now: datetime) -> dict[str, Callable[[], Any]]:
    from corrections_app.extensions import db
    from corrections_app.models import User
    from corrections_app.workflow.queue import lanes, paging
    from corrections_app.workflow.queue.filters import parse
    from corrections_app.workflow.queue.lanes import Lane
    from tests.bench.filling import EVERYWHERE, NOWHERE, SECTIONS, SOMETIMES

    def page(after: str | None = None, **given: str) -> Callable[[], Any]:
        def act() -> Any:
            editor = db.session.get_one(User, 1)
            return lanes.listed(Lane.WAITING, editor, now, after, parse(given))

        return act

    def card(who: int, **given: str) -> Callable[[], Any]:
        def act() -> Any:
            return lanes.following(
                Lane.WAITING, db.session.get_one(User, who), now, criteria=parse(given)
            )

        return act

    def far(**given: str) -> str | None:
        """The cursor of a page far down, or of the last one but one."""
        editor = db.session.get_one(User, 1)
        runs = lanes.runs(Lane.WAITING, editor, now, parse(given))
        found = paging.fetch(runs, None, (FAR - 1) * paging.PAGE)
        return paging.cursor(found[max(0, len(found) - paging.PAGE - 1)][0], now)

    def counts() -> Any:
        return lanes.counts(db.session.get_one(User, 1), now)

    reads: dict[str, Callable[[], Any]] = {
        "page 1": page(),
        f"page {FAR:,}": page(far()),
        "page 1, oldest first": page(order="oldest"),
        f"page {FAR:,}, newest first": page(far(order="newest"), order="newest"),
        "page 1, by article": page(order="article"),
        "next card": card(1),
        "next card, one section": card(3),
        "counts of the lanes": counts,
        "words: in every row": page(words=EVERYWHERE),
        f"words: in every row, page {FAR:,}": page(far(words=EVERYWHERE), words=EVERYWHERE),
        "words: in one of a hundred": page(words=SOMETIMES),
        "words: in none": page(words=NOWHERE),
        "words: both of two": page(words=f"{EVERYWHERE} {SOMETIMES}"),
        "filter: a section": page(section=SECTIONS[5]),
        "filter: an article": page(article="article-1"),
        "filter: words gone": page(fit="gone"),
        "filter: a risk": page(risk="number"),
        "filter: a reason": page(reason="opinion"),
        "filter: one sender": page(like="1"),
        "filter: rejected": page(status="rejected"),
    }
    return reads


def timed(act: Callable[[], Any], runs: int) -> tuple[Figure, Figure]:
    """What an act takes in the database, and in all."""
    from sqlalchemy import Engine, event

    from corrections_app.extensions import db

    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    act()
    event.remove(Engine, "before_cursor_execute", note)
    db.session.rollback()
    whole, inside = [], []
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    for _ in range(runs):
        begun = time.perf_counter()
        act()
        whole.append(time.perf_counter() - begun)
        db.session.rollback()
        begun = time.perf_counter()
        for statement, given in sent:
            cursor.execute(statement, given)
            cursor.fetchall()
        inside.append(time.perf_counter() - begun)
    connection.close()
    return _figure(inside), _figure(whole)


def _decisions(runs: int) -> Figures:
    """Cards taken one after the other, each accepted as it stands."""
    from corrections_app.domain.lifecycle import Action
    from corrections_app.domain.warnings.flags import Flag
    from corrections_app.extensions import db
    from corrections_app.models import User
    from corrections_app.workflow.clock import now
    from corrections_app.workflow.deciding import decision
    from corrections_app.workflow.deciding.verdict import Verdict
    from corrections_app.workflow.queue import lanes, leases
    from corrections_app.workflow.queue.lanes import Lane
    from corrections_app.workflow.transaction import Act

    handed, decided, both = [], [], []
    card = None
    for number in range(runs):
        editor = db.session.get_one(User, 1)
        begun = time.perf_counter()
        card = lanes.following(Lane.WAITING, editor, now(), str(card.id) if card else None)
        assert card is not None
        if card.status == "pending":
            leases.lease(card.id, by=editor, now=now())
        middle = time.perf_counter()
        db.session.rollback()
        lost = card.placement is None or card.placement.fit == "gone"
        action = Action.SUPERSEDE if lost else Action.ACCEPT
        head = card.article.head
        verdict = Verdict(action, seen=card.version, revision=head, confirmed=tuple(Flag))
        if card.status == "pending":
            decision.decide(card.id, verdict, Act(editor, f"bench-{number}", now()))
        end = time.perf_counter()
        db.session.rollback()
        handed.append(middle - begun)
        decided.append(end - middle)
        both.append(end - begun)
    figures = {"a card is handed out": handed, "it is decided": decided, "both": both}
    return {name: (_figure(taken), _figure(taken)) for name, taken in figures.items()}


def _figure(seconds: list[float]) -> Figure:
    ordered = sorted(1_000 * one for one in seconds)
    return Figure(statistics.median(ordered), ordered[int(len(ordered) * 0.95)])


if __name__ == "__main__":
    sys.exit(main())
