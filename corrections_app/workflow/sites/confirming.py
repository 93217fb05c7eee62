"""Whether an article says in its site's own text what was changed in it here, and what follows.

A change stands in a text when making it there again would alter nothing. So it is seen, whoever
made it: the worker, a person in the CMS, or a colleague who found the same mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain import writing_back as rules
from corrections_app.domain.bodies.merge import merge
from corrections_app.domain.errors import SourceChanged
from corrections_app.domain.text.body import Body, canonical_text
from corrections_app.domain.writing_back import Code, State, Step
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, WriteBack
from corrections_app.sources import Document
from corrections_app.workflow import revisions
from corrections_app.workflow.articles import importing
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.pending import writing_back
from corrections_app.workflow.transaction import write

Found = Sequence[tuple[int, bool]]
"""For some write-backs, by their numbers, whether their change stands in a text."""


def with_change(session: Session, row: WriteBack, body: Body) -> Body:
    """A body with the change of one revision made in it too.

    Raises `SourceChanged` where the words that were changed here were changed there as well.
    """
    before, after = (
        revisions.revision(session, row.article_id, number).blocks
        for number in (row.revision - 1, row.revision)
    )
    merged = merge(before, body, after, "theirs")
    if merged.meetings:
        there = merged.meetings[0].ours
        raise SourceChanged(
            "The words that were changed here are others by now on the newsroom’s page: "
            "“%(words)s”. Look at both, then make the change there by hand, or undo it here.",
            words=" ".join(there.split())[:120],
        )
    return merged.body


def found(slug: str | None, document: Document) -> Found:
    """Of what is open of an article, what this text of its site says. Reads only.

    Each after the ones before it: what a later change took back does not stand because nothing
    of both is there. All of them together do.
    """
    query = (
        select(WriteBack)
        .join(Article, Article.id == WriteBack.article_id)
        .where(Article.slug == slug, WriteBack.state.in_(rules.OPEN))
        .order_by(WriteBack.revision)
    )
    session = db.session()
    rows = session.scalars(query).all() if slug else ()
    body = so_far = importing.signed(document).body if rows else ()
    stand, all_fit = dict[int, bool](), True
    for row in rows:
        try:
            made = with_change(session, row, so_far)
        except SourceChanged:
            stand[row.id] = all_fit = False
            continue
        stand[row.id] = is_alike(made, so_far)
        so_far = made
    is_whole = all_fit and is_alike(so_far, body)
    return [(number, stands or is_whole) for number, stands in stand.items()]


def settle(
    session: Session, found: Found, terms: Terms, taken_back: Collection[int], now: datetime
) -> None:
    """Draw the conclusions of what was found, inside the transaction that brings the text in.

    ``taken_back`` are the revisions whose changes a person let the site's words take back with it.
    """
    if found:  # whatever was sent, this is what stands there
        theirs = WriteBack.id.in_([number for number, _ in found])
        session.execute(update(WriteBack).where(theirs).values(in_doubt=False))
    for number, stands in found:
        row = session.get_one(WriteBack, number, populate_existing=True)
        if row.state in rules.sources_of(Step.SEE) and stands:
            writing_back.move(session, row, Step.SEE, now=now)
        elif row.revision in taken_back and row.state in rules.sources_of(Step.DROP):
            writing_back.move(session, row, Step.DROP, now=now)
        elif row.state == State.REFUSED and (
            row.code == Code.SOURCE_CHANGED or (row.code == Code.MISSED and terms.side == "ours")
        ):
            more: Any = {"next_attempt_at": now, "attempts": 0, "first_attempt_at": None}
            writing_back.move(session, row, Step.FREE, now=now, **more)
        elif row.state == State.REFUSED and row.code == Code.MISSED and terms.side == "theirs":
            # A person let the site's words stand.
            writing_back.move(session, row, Step.DROP, now=now)


def miss(corrections: Collection[int], said: str, now: datetime) -> None:
    """Let what was written, and stands on the page no more, come back to those who decide."""
    if not corrections:
        return
    with write() as session:
        rows = session.scalars(
            select(WriteBack)
            .join(Correction, Correction.article_id == WriteBack.article_id)
            .join(Decision, Decision.correction_id == Correction.id)
            .where(
                Correction.id.in_(corrections),
                Decision.undone_at.is_(None),
                Decision.revision == WriteBack.revision,
                WriteBack.state == State.WRITTEN,
            )
            .order_by(WriteBack.id)
        )
        for row in rows.unique().all():
            writing_back.move(session, row, Step.MISS, now=now, code=Code.MISSED, said=said)


def stands(session: Session, row: WriteBack, body: Body) -> bool:
    """Whether the change of one revision stands in a body."""
    try:
        return is_alike(with_change(session, row, body), body)
    except SourceChanged:
        return False


def is_alike(one: Body, other: Body) -> bool:
    """Whether two bodies say the same."""
    return canonical_text(one) == canonical_text(other)
