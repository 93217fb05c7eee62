"""Where the words stand that a notice tells of: kept with it, and carried with every revision.

Reading an article costs nothing then. What a later change touches is let go: the notice stays,
and that change has a notice of its own if readers are told of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment, shift
from corrections_app.domain.patching import edits as edits_between
from corrections_app.domain.text.edits import Edit, words_put_in
from corrections_app.models import Article, Notice
from corrections_app.workflow.locks import Marks, Spans

NOTICES = 10
"""So many notices of an article are shown on it, the newest; no others are carried."""
PLACES = 5
"""So many places of one notice are marked, the first ones."""


def plan(
    session: Session,
    article: Article,
    text: str,
    edits: Sequence[Edit] | None,
    *,
    told: bool,
    ready: Alignment | None,
) -> Marks:
    """The marks in the text that is to come, worked out before the writer's turn is taken.

    ``ready`` is the alignment from the current text, where it is made already.
    """
    old = article.current.text
    known = edits if edits is not None else edits_between(old, text) if told else ()
    changed = [list(span) for span in islice(words_put_in(text, known), PLACES)]
    return Marks(changed, dict(_carried(session, article, text, edits, ready)))


def keep(session: Session, number: int, carried: Mapping[int, Spans]) -> None:
    """Keep where earlier notices' words stand in the new revision ``number``."""
    for notice_id, spans in carried.items():
        one = update(Notice).where(Notice.id == notice_id)
        session.execute(one.values(marks=spans, marks_in=number))


def _carried(
    session: Session,
    article: Article,
    text: str,
    edits: Sequence[Edit] | None,
    ready: Alignment | None,
) -> Iterator[tuple[int, Spans]]:
    """The marks of the newest notices that stand in the current text, each with its notice."""
    found = session.execute(_STANDING, {"article": article.id, "head": article.head})
    rows = [(notice_id, marks) for notice_id, marks in found if marks]
    if not rows:
        return
    alignment = None
    if edits is None:
        alignment = ready or Alignment(article.current.text, text)
    for notice_id, marks in rows:
        spans = [(start, end) for start, end in marks]
        if alignment is not None:
            places = alignment.carry_all(spans)
        else:
            places = shift(spans, [(e.start, e.end, e.replacement) for e in edits or ()])
        yield notice_id, [list(place) for place in places if place is not None]


# Built once: every change of an article asks it.
_STANDING = (
    select(Notice.id, Notice.marks)
    .where(Notice.article_id == bindparam("article"), Notice.marks_in == bindparam("head"))
    .where(Notice.cancelled_at.is_(None), Notice.withdrawn_at.is_(None))
    .order_by(Notice.id.desc())
    .limit(NOTICES)
)
