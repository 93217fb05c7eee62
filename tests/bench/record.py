"""The log over a hundred thousand notices, each figure beside the same over a hundred.

    python -m tests.bench.record [--rows 100000] [--database sqlite] [--runs 30]

``database`` is what the engine takes for all that an answer asks of it, ``server`` the whole
answer, page or feed included. A figure that is more than one and a half times its reference,
and more than five milliseconds in the database, is marked, and makes the run fail. Two are told
without being held to that: the table for spreadsheets has thousands of rows, and words that are
asked for within a section are looked for among all that have them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.queue import MOST_MILLISECONDS, MOST_TIMES, Figures, timed

REFERENCE = 100
EACH = 20
"""Notices of one article."""
RARE = 10_000
"""One in so many is an editor's note."""
SECTIONS = [f"Section {number:02}" for number in range(20)]
CHUNK = 10_000
TOLD = ("table", "words: two, in a section")
EVERYWHERE, SOMETIMES, NOWHERE = "misstated", "sometimes", "xyzzy"


def main() -> int:
    """Fill, measure and compare; 1 where something takes too long."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--runs", type=int, default=30)
    options.add_argument("--database", choices=("sqlite", "postgresql"))
    asked = options.parse_args()
    if asked.database is None:  # each engine in a process of its own
        more = ["--rows", str(asked.rows), "--runs", str(asked.runs)]
        command = [sys.executable, "-m", "tests.bench.record", *more, "--database"]
        return max(subprocess.call([*command, name]) for name in ("sqlite", "postgresql"))
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    small = _measured(REFERENCE, asked.runs)
    large = _measured(asked.rows, asked.runs)
    return _told(asked.database, asked.rows, small, large)


def _told(database: str, rows: int, small: Figures, large: Figures) -> int:
    print(f"\n{database}, {rows:,} notices beside {REFERENCE}; ms, median and p95")
    print(f"{'':28}{'database':>18}{'of few':>18}  times   {'server':>15}{'of few':>18}  times")
    status = 0
    for name, (inside, whole) in large.items():
        few, few_whole = small[name]
        times, whole_times = inside.median / few.median, whole.median / few_whole.median
        is_slow = times > MOST_TIMES and inside.median > MOST_MILLISECONDS and name not in TOLD
        status |= is_slow
        row = f"{name:28} {inside} {few} {times:6.1f}   {whole} {few_whole} {whole_times:6.1f}"
        print(row + (" !" if is_slow else ""))
    return status


def _measured(rows: int, runs: int) -> Figures:
    from corrections_app import create_app
    from corrections_app.extensions import db
    from corrections_app.workflow.clock import now
    from tests.applications import TRIAL
    from tests.databases import Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-record-"))
    folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    databases = Databases(folder)
    try:
        settings = {"DATABASE_URL": databases.fresh(), "INSTANCE": str(folder / "instance")}
        app = create_app(TRIAL | settings)
        with app.app_context():
            fill(rows, now())
            browser = app.test_client()
            figures = {
                name: timed(_asking(browser, address), runs)
                for name, address in _addresses(rows, now()).items()
            }
            db.session.remove()
            db.engine.dispose()
        return figures
    finally:
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def _asking(browser: Any, address: str) -> Callable[[], Any]:
    def ask() -> None:
        answer = browser.get(address)
        assert answer.status_code == 200, address

    return ask


def _addresses(rows: int, now: datetime) -> dict[str, str]:
    old = now - timedelta(days=400)
    log = "/corrections"
    return {
        "page 1": log,
        "a page in the middle": f"{log}?after={rows // 2}",
        "the last page": f"{log}?after={min(rows, 31)}",
        "a section": f"{log}?section=Section+07",
        "a section, in the middle": f"{log}?section=Section+07&after={rows // 2}",
        "a frequent kind": f"{log}?class=correction",
        "a rare kind": f"{log}?class=editors_note",
        "a kind in a section": f"{log}?class=update&section=Section+07",
        "a month of last year": f"{log}?month={old:%Y-%m}",
        "a year": f"{log}?year={now.year - 1}",
        "words: in every one": f"{log}?q={EVERYWHERE}",
        "words: in every one, middle": f"{log}?q={EVERYWHERE}&after={rows // 2}",
        "words: in one of fifty": f"{log}?q={SOMETIMES}",
        "words: in none": f"{log}?q={NOWHERE}",
        "words: two, in a section": f"{log}?q={EVERYWHERE}+{SOMETIMES}&section=Section+07",
        "one notice": f"{log}/{rows // 2}",
        "atom": f"{log}.atom",
        "atom of a section": f"{log}.atom?section=Section+07",
        "json feed": f"{log}.json",
        "an article": "/articles/article-1",
        "table": f"{log}.csv",
    }


def fill(rows: int, now: datetime) -> None:
    """So many notices, over fifteen years, with their articles, in an empty database."""
    from sqlalchemy import insert, text

    from corrections_app.extensions import db
    from corrections_app.models import Article, Notice, Revision

    articles = -(-rows // EACH)
    with db.engine.begin() as connection:
        for table, made in (
            (Article, _articles(articles, now)),
            (Revision, _revisions(articles, now)),
            (Notice, _notices(rows, now)),
        ):
            while chunk := list(islice(made, CHUNK)):
                connection.execute(insert(table.__table__), chunk)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _articles(articles: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(1, articles + 1):
        place = {"id": number, "slug": f"article-{number}", "head": 1, "lang": "en", "dir": "ltr"}
        yield place | {"section": SECTIONS[number % 20], "created_at": now - timedelta(days=6_000)}


def _revisions(articles: int, now: datetime) -> Iterator[dict[str, Any]]:
    from corrections_app.domain.text.body import as_json, canonical_text
    from tests.builders import body

    for number in range(1, articles + 1):
        text = body(f"Headline {number}", *["It was said, and nobody minded."] * 20)
        told = {"number": 1, "title": f"Headline {number}", "text": canonical_text(text)}
        told |= {"article_id": number, "body": as_json(text), "origin": "import"}
        yield told | {"change_class": "silent", "created_at": now - timedelta(days=6_000)}


def _notices(rows: int, now: datetime) -> Iterator[dict[str, Any]]:
    from corrections_app.domain.text.search_words import words

    step = timedelta(days=5_475) / rows
    classes = ("correction", "correction", "correction", "clarification", "update")
    for number in range(1, rows + 1):
        article = (number - 1) // EACH + 1
        moment = now - step * (rows - number + 1)
        more = f" It {SOMETIMES} does." if number % 50 == 1 else ""
        said = f"An earlier version {EVERYWHERE} figure {number}: it is {number + 1}.{more}"
        change_class = "editors_note" if number % RARE == 7 else classes[number % 5]
        yield {
            "id": number,
            "article_id": article,
            "change_class": change_class,
            "words": said,
            "found_by": words(said),
            "section": SECTIONS[article % 20],
            "created_at": moment,
            "public_at": moment,
        }


if __name__ == "__main__":
    sys.exit(main())
