"""A new revision of a long article with very many pending corrections: the whole transaction.

The reference in the same run is the same rows written by one bare bulk update.

    python -m tests.bench.carrying [--count 10000] [--length 100000] [--database URL]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from corrections_app import create_app, schema
from corrections_app.domain.text.body import Block
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Placement
from corrections_app.sources import Document
from corrections_app.workflow import locks
from corrections_app.workflow.articles import importing
from corrections_app.workflow.pending import publishing
from corrections_app.workflow.transaction import write
from tests.builders import NOON, ON_PURPOSE

WORDS = [
    "harbour",
    "wall",
    "council",
    "vote",
    "winter",
    "sailing",
    "island",
    "pier",
    "tariff",
    "ferry",
    "clerk",
    "chart",
]


def paragraphs(length: int, draw: random.Random) -> list[str]:
    """Paragraphs of made-up sentences, ``length`` code points in all."""
    made, size = [], 0
    while size < length:
        words = [draw.choice(WORDS) + draw.choice(["", "", "s", "ed", "ing"]) for _ in range(60)]
        made.append(" ".join(words).capitalize() + f" {len(made)}.")
        size += len(made[-1]) + 2
    return made


def document(texts: list[str]) -> Document:
    """The paragraphs as an article."""
    blocks = (Block("title", "A long article"), *(Block("paragraph", text) for text in texts))
    return Document(blocks, None, None, "en", "ltr", None, None)


def fill(article: Article, count: int, draw: random.Random) -> None:
    """Pending corrections of one word each, all over the article."""
    text = article.current.text
    starts = [at + 1 for at, char in enumerate(text) if char == " "][:-1]
    rows, places = [], []
    for number in range(1, count + 1):
        start = draw.choice(starts)
        end = start + len(text[start:].split(maxsplit=1)[0])
        exact = text[start:end]
        rows.append(
            {
                "id": number,
                "reference": f"R{number:08}",
                "article_id": article.id,
                "base_revision": 1,
                "start": start,
                "end": end,
                "exact": exact,
                "replacement": exact + "x",
                "created_at": NOON,
            }
        )
        edits = [[start, end, exact + "x"]]
        known = {"known_revision": 1, "known_start": start, "known_end": end, "known_edits": edits}
        places.append(
            {"correction_id": number, "revision": 1, "start": start, "end": end, "edits": edits}
            | {"fit": "clean"}
            | known
        )
    with write() as session:
        session.execute(insert(Correction), rows)
        session.execute(insert(Placement), places)


def timed(name: str, work: Any) -> float:
    """Seconds of wall clock that some work took."""
    begun = time.perf_counter()
    work()
    took = time.perf_counter() - begun
    print(f"{name:<58}{took * 1000:9.0f} ms")
    return took


def measure(count: int, length: int) -> None:
    """One rewrite by other hands and one edit of the program's own, beside a bare update."""
    draw = random.Random(7)
    texts = paragraphs(length, draw)
    importing.bring_in(document(texts), slug="long", now=NOON)
    article = db.session.scalars(select(Article)).one()
    fill(article, count, draw)
    print(f"{count:,} pending corrections, {len(article.current.text):,} characters")
    rewritten = [
        " ".join(word + "ly" if draw.random() < 0.05 else word for word in text.split())
        for text in texts
    ]
    timed(
        "a rewrite: aligned, carried, committed",
        lambda: importing.bring_in(document(rewritten), slug="long", terms=ON_PURPOSE, now=NOON),
    )
    timed("a correction accepted: shifted, committed", own_edit)
    timed("reference: the same rows in one bare bulk update", bare_update)


def own_edit() -> None:
    """What accepting one correction does to all the others."""
    from corrections_app.domain.bodies.patch import patch, widened
    from corrections_app.domain.text.edits import Edit

    db.session.rollback()
    article = db.session.scalars(select(Article)).one()
    applied = widened(article.current.blocks, [Edit(0, 1, "One")])
    body = patch(article.current.blocks, applied)
    plan = publishing.plan(db.session(), article, body, applied)
    with write() as session:
        article = locks.hold_article(session, plan.article_id)
        publishing.publish(session, article, plan, origin="accept", author_id=None, now=NOON)


def bare_update() -> None:
    """As many rows of as many bytes, with nothing worked out."""
    with write() as session:
        rows = [
            {"correction_id": p.correction_id, "revision": 9, "edits": p.edits}
            | {"known_edits": p.known_edits}
            for p in session.scalars(select(Placement))
        ]
        session.execute(update(Placement), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--length", type=int, default=100_000)
    parser.add_argument("--database")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        app = create_app({"INSTANCE": folder, "DATABASE_URL": url})
        with app.app_context():
            schema.ready()
            measure(asked.count, asked.length)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
