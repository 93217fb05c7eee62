"""A newsroom's years in rows: as many corrections as you like, a tenth of them waiting."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import text

from corrections_app.domain import ordering
from corrections_app.domain.ordering import Factors, Matter
from corrections_app.domain.text.body import Block, as_json, canonical_text
from corrections_app.extensions import db

EACH = 500
"""Corrections of one article, of which fifty wait, each in a paragraph of its own."""
SECTIONS = [f"section {number}" for number in range(20)]
LATE = 50
"""Of those that wait, one in so many is overdue."""
FEW = 1_000
"""And one in so many is held, one escalated, one skipped; appeals are rarer still."""
VOCABULARY = 20_000
EVERYWHERE, SOMETIMES, NOWHERE = "please", "perhaps", "xyzzy"
"""Words of every explanation, of one in a hundred, and of none."""
CHUNK = 20_000
TITLE = "The harbour wall of the year {:06}"

_ARTICLE = "id slug head lang dir section created_at published_at"
_REVISION = "id article_id number title body text change_class origin created_at"
_CORRECTION = (
    "id reference article_id section base_revision start end exact prefix suffix replacement"
    " explanation kind status version leader_id stands_alone rank overdue_at risks words"
    " created_at decided_at"
)
_PLACEMENT = (
    "correction_id revision start end edits fit known_revision known_start known_end known_edits"
)

Rows = Iterator[tuple[Any, ...]]


def fill(rows: int, now: datetime) -> None:
    """So many corrections with all that belongs to them, in an empty database."""
    random = Random(1)
    articles = max(1, rows // EACH)
    _pour("users", "id email name role active created_at section", _people(now))
    _pour("articles", _ARTICLE, _articles(articles, now))
    _pour("revisions", _REVISION, _revisions([EACH // 10] * articles, now))
    _pour("corrections", _CORRECTION, _corrections(rows, articles, random, now))
    columns = "correction_id email name credit created_at"
    _pour("contacts", columns, _contacts(rows, random, now))
    _pour("placements", _PLACEMENT, _placements(rows, articles))
    columns = (
        "id correction_id action outcome by_id as_proposed change_class reason undo_until"
        " created_at"
    )
    _pour("decisions", columns, _decisions(rows, random, now))
    waiting = range(_first_waiting(rows), rows + 1)
    soon = now + timedelta(days=2)
    some = [one for one in waiting if one % FEW == 7]
    _pour("holds", "correction_id by_id until created_at", ((one, 1, soon, now) for one in some))
    some = [one for one in waiting if one % FEW == 9]
    _pour("escalations", "correction_id by_id created_at", ((one, 1, now) for one in some))
    some = [one for one in waiting if one % FEW == 11]
    _pour("skips", "correction_id user_id created_at", ((one, 1, now) for one in some))
    soon = now + timedelta(seconds=60)
    some = list(islice((one for one in waiting if one % LATE == 13), 20))
    _pour("leases", "correction_id user_id until", ((one, 2, soon) for one in some))
    some = [one for one in range(1, _first_waiting(rows)) if one % (10 * FEW) == 3]
    _pour("appeals", "decision_id correction_id created_at", ((one, one, now) for one in some))
    _count_on()


def fill_waiting(paragraphs: Sequence[int], waiting: Sequence[int], now: datetime) -> None:
    """Articles of so many paragraphs, so many of which a correction waits for, in an empty one."""
    _pour("users", "id email name role active created_at section", _people(now))
    _pour("articles", _ARTICLE, _articles(len(paragraphs), now))
    _pour("revisions", _REVISION, _revisions(paragraphs, now))
    places = [(article, line) for article, many in enumerate(waiting, 1) for line in range(many)]
    _pour("corrections", _CORRECTION, (_waiting(n, *at, now) for n, at in enumerate(places, 1)))
    _pour("placements", _PLACEMENT, (_placed(n, line) for n, (_, line) in enumerate(places, 1)))
    _count_on()


def _waiting(number: int, article: int, line: int, now: datetime) -> tuple[Any, ...]:
    start, end = word(line)
    exact, replacement = f"harbor{line:03}", f"harbour{line:03}"
    worth = Factors(Matter.SPELLING, 0.5, 1, 8).worth
    return (
        number, f"{number // 65_536:04X}-{number % 65_536:04X}", article,
        SECTIONS[article % len(SECTIONS)], 1, start, end, exact, "", "", replacement,
        None, "typo", "pending", 1, None, False, ordering.rank(worth, now),
        now + ordering.ANSWERED_WITHIN, None, f"{exact} {replacement}", now, None,
    )  # fmt: skip


def _first_waiting(rows: int) -> int:
    return rows - rows // 10 + 1


def _people(now: datetime) -> Rows:
    for number, role, section in (
        (1, "editor", None),
        (2, "moderator", None),
        (3, "moderator", SECTIONS[3]),
    ):
        name = f"person{number}"
        yield number, f"{name}@courier.example", name, role, True, now, section


def _articles(articles: int, now: datetime) -> Rows:
    for number in range(1, articles + 1):
        section = SECTIONS[number % len(SECTIONS)]
        long_ago = now - timedelta(days=400)
        yield number, f"article-{number}", 1, "en", "ltr", section, long_ago, long_ago


def _paragraph(line: int) -> str:
    return f"It was said that the harbor{line:03} was built in those years, and nobody minded."


_AT = _paragraph(0).index("harbor")
_LENGTH = len(_paragraph(0)) + 2


def _revisions(paragraphs: Sequence[int], now: datetime) -> Rows:
    for number, many in enumerate(paragraphs, 1):
        title = TITLE.format(number)
        lines = tuple(Block("paragraph", _paragraph(line)) for line in range(many))
        body = (Block("title", title), *lines)
        stored = json.dumps(as_json(body))
        whole = canonical_text(body)
        yield number, number, 1, title, stored, whole, "silent", "import", now - timedelta(days=400)


def _place(number: int, articles: int) -> tuple[int, int, int, int]:
    """The article of a correction, the line, and where its word stands."""
    line = number // articles % (EACH // 10)
    return number % articles + 1, line, *word(line)


def word(line: int) -> tuple[int, int]:
    """Where the word of a line stands that somebody would rather have otherwise."""
    start = len(TITLE.format(0)) + 2 + line * _LENGTH + _AT
    return start, start + len("harbor000")


def _corrections(rows: int, articles: int, random: Random, now: datetime) -> Rows:
    begins = _first_waiting(rows)
    for number in range(1, rows + 1):
        waits = number >= begins
        article, line, start, end = _place(number, articles)
        kind = random.choices(("typo", "fact", "clarity", None), (60, 10, 10, 20))[0]
        matter = {"fact": Matter.FACT, "clarity": Matter.MEANING}.get(kind or "", Matter.SPELLING)
        within = ordering.FACTS_WITHIN if kind == "fact" else ordering.ANSWERED_WITHIN
        if waits:
            ago = within * random.random() * 0.9
            ago = within * (1 + random.random()) if number % LATE == 1 else ago
        else:
            ago = timedelta(days=3 + 700 * (begins - number) / begins)
        sent = now - ago
        said = [EVERYWHERE, *(f"word{int(random.random() ** 3 * VOCABULARY)}" for _ in range(6))]
        if random.random() < 0.01:
            said.append(SOMETIMES)
        exact, replacement = f"harbor{line:03}", f"harbour{line:03}"
        factors = Factors(matter, 0.2 + 0.7 * random.random(), 1 + (number % 17 == 0), 8)
        # Of two corrections of one line the later one stands behind the earlier one.
        leader = number - 1 if waits and number % 20 == 0 and number > begins else None
        status = (
            "pending"
            if waits
            else random.choices(("accepted", "rejected", "superseded"), (70, 25, 5))[0]
        )
        reference = f"{number // 65_536:04X}-{number % 65_536:04X}"
        yield (
            number, reference, article, SECTIONS[article % len(SECTIONS)], 1,
            start, end, exact, "", "", replacement,
            " ".join(said), kind, status, 1 if waits else 2, leader, False,
            ordering.rank(factors.worth, sent), sent + within,
            "number" if number % 5 == 0 else None,
            " ".join([exact, replacement, *said, "the", "wall"]),
            sent, None if waits else sent + timedelta(hours=1),
        )  # fmt: skip


def _contacts(rows: int, random: Random, now: datetime) -> Rows:
    for number in range(1, rows + 1):
        if random.random() < 0.6:
            reader = f"reader{int(random.random() * rows / 5)}@reader.example"
            yield number, reader, None, False, now


def _placements(rows: int, articles: int) -> Rows:
    for number in range(1, rows + 1):
        fit = "gone" if number % 500 == 250 else "clean"
        yield _placed(number, _place(number, articles)[1], fit)


def _placed(number: int, line: int, fit: str = "clean") -> tuple[Any, ...]:
    start, end = word(line)
    edits = json.dumps([[start, end, f"harbour{line:03}"]])
    return number, 1, start, end, edits, fit, 1, start, end, edits


def _decisions(rows: int, random: Random, now: datetime) -> Rows:
    decided = db.session.execute(
        text("SELECT id, status FROM corrections WHERE status <> 'pending' ORDER BY id")
    )
    action = {"accepted": "accept", "rejected": "reject", "superseded": "supersede"}
    long_ago = now - timedelta(days=2)
    for number, (one, status) in enumerate(decided.all(), 1):
        reason = random.choice(("not_an_error", "opinion")) if status == "rejected" else None
        by = 1 + random.randrange(3)
        yield number, one, action[status], status, by, True, "silent", reason, long_ago, long_ago


def _pour(table: str, names: str, rows: Rows) -> None:
    """Rows into a table, as fast as each engine takes them."""
    columns = ", ".join(f'"{name}"' for name in names.split())
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    if db.engine.dialect.name == "postgresql":
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names.split()))
        cursor.execute("PRAGMA cache_size = -262144")  # KiB: indexes are written once, in the end
        cursor.execute("BEGIN")
        # Words are indexed all at once in the end.
        found = "SELECT sql FROM sqlite_master WHERE name = 'search_corrections_insert'"
        [(trigger,)] = cursor.execute(found).fetchall()
        cursor.execute("DROP TRIGGER search_corrections_insert")
        while chunk := [tuple(map(_plain, row)) for row in islice(rows, CHUNK)]:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", chunk)
        if table == "corrections":
            cursor.execute("INSERT INTO search_corrections (search_corrections) VALUES ('rebuild')")
        cursor.execute(trigger)
        cursor.execute("COMMIT")
    connection.commit()
    connection.close()


def _plain(value: Any) -> Any:
    """A time as SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value


def _count_on() -> None:
    """Let PostgreSQL number on from here, and both engines know what they hold."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "postgresql":
            for table in ("users", "articles", "revisions", "corrections", "decisions"):
                newest = f"(SELECT max(id) FROM {table})"
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")
                )
            connection.execute(text("VACUUM ANALYZE"))
