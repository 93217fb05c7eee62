"""What a notice tells of: the words that stood in the article, and those that came instead.

Reads only. A notice that stands alone tells of no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from corrections_app.domain import limits
from corrections_app.domain.bodies.compare import Row, compared
from corrections_app.domain.text.body import BlockKind, Body, block_around, from_json
from corrections_app.domain.text.differences import difference
from corrections_app.domain.text.edits import Edit, splice_within
from corrections_app.domain.text.paragraphs import sentence_around, text_fragment
from corrections_app.extensions import db
from corrections_app.models import Notice, Revision
from corrections_app.workflow import taken_down

MOST_ROWS = 12
"""So many changed paragraphs are shown; the others are counted."""
MOST_TARGETS = 20


@dataclass(frozen=True)
class Target:
    """Some words at ``[start, end)`` of the text before the change, and what came instead.

    W3C Web Annotation's TextQuoteSelector and TextPositionSelector in one.
    """

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    replacement: str


@dataclass(frozen=True)
class Change:
    """What one revision changed, paragraph by paragraph; ``left`` more are not shown.

    ``fragment`` leads a browser to the words that came (``#`` included; empty where they are
    not known). ``targets`` are known where the very edits are. ``since`` is when the text
    stood before in which they count.
    """

    rows: tuple[Row, ...]
    left: int = 0
    fragment: str = ""
    targets: tuple[Target, ...] = ()
    since: datetime | None = None


def of(notice: Notice) -> Change | None:
    """What the notice tells of; None for one that stands alone, and where words were taken down."""
    if notice.revision is None or notice.revision < 2 or notice.withheld_at:
        return None
    numbers = notice.revision - 1, notice.revision
    if not taken_down.may_show(db.session(), notice.article_id, *numbers):
        return None
    columns = (Revision.text, Revision.edits, Revision.created_at)
    made = select(*columns).where(
        Revision.article_id == notice.article_id,
        Revision.number.in_(numbers),
    )
    before, after = db.session.execute(made.order_by(Revision.number))
    if not after.edits:
        return _shortened(_by_comparing(notice), since=before.created_at)
    return _shortened(
        _edited(before.text, after.edits),
        since=before.created_at,
        fragment=_fragment(after.text, after.edits),
        targets=tuple(_targets(before.text, after.edits)),
    )


def _shortened(rows: Iterable[Row], **more: Any) -> Change:
    changed = [row for row in rows if row.state != "same"]
    return Change(tuple(changed[:MOST_ROWS]), len(changed[MOST_ROWS:]), **more)


def _by_comparing(notice: Notice) -> tuple[Row, ...]:
    assert notice.revision
    query = select(Revision.body).filter_by(article_id=notice.article_id)
    sides = (query.filter_by(number=number) for number in (notice.revision - 1, notice.revision))
    return _compared(*(from_json(db.session.scalars(side).one()) for side in sides))


@lru_cache(maxsize=16)
def _compared(old: Body, new: Body) -> tuple[Row, ...]:
    """Kept, because anyone may ask for it, and what two revisions say never changes."""
    return compared(old, new)


def _edited(text: str, edits: Sequence[Edit]) -> Iterator[Row]:
    """Each paragraph, or run of them, that was touched, with all that changed in it."""
    for (low, high), within in _by_paragraph(text, edits):
        kind: BlockKind = "paragraph" if low else "title"
        after = splice_within(text, low, high, within)
        yield Row("edited", kind, difference(text[low:high], after))


def _by_paragraph(text: str, edits: Sequence[Edit]) -> Iterator[tuple[tuple[int, int], list[Edit]]]:
    around: tuple[int, int] | None = None
    held: list[Edit] = []
    for edit in edits:
        low, high = block_around(text, edit.start, edit.end)
        if around is not None and low < around[1]:
            around, held = (around[0], max(high, around[1])), [*held, edit]
            continue
        if around is not None:
            yield around, held
        around, held = (low, high), [edit]
    if around is not None:
        yield around, held


def _fragment(text: str, edits: Sequence[Edit]) -> str:
    """The way to the first words that came, or to the sentence where words were only taken out."""
    start = edits[0].start
    end = start + len(edits[0].replacement)
    if not text[start:end].strip():
        start, end = sentence_around(text, start, start)
    return text_fragment(text, start, end)


def _targets(text: str, edits: Sequence[Edit]) -> Iterator[Target]:
    """What the edits replaced; nothing of a change that is longer than anybody selects."""
    for edit in edits[:MOST_TARGETS]:
        start, end = edit.start, edit.end
        if not text[start:end].strip():  # an insertion: nobody can point at no words
            start, end = sentence_around(text, start, end)
        replacement = splice_within(text, start, end, [edit])
        if end - start > limits.EXACT or len(replacement) > limits.REPLACEMENT:
            continue
        prefix = text[max(0, start - limits.CONTEXT) : start]
        suffix = text[end : end + limits.CONTEXT]
        yield Target(start, end, text[start:end], prefix, suffix, replacement)
