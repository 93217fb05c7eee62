"""Which changes can be made in an article's source together, and what its fields become then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotAmended
from corrections_app.domain.text.body import Body, byline_of
from corrections_app.extensions import db
from corrections_app.models import WriteBack
from corrections_app.sources import Document, Options, Source
from corrections_app.workflow.articles import importing
from corrections_app.workflow.sites import confirming


@dataclass(frozen=True)
class Composed:
    """What a source's fields become; none where it says all that can be made already.

    ``made`` are the write-backs that are in it; ``overtaken`` those that were changed again here
    after they could not go, so that they would bring back what nobody wants any more.
    """

    fields: dict[str, str]
    made: list[int]
    refused: dict[int, NotAmended]
    overtaken: list[int]


def compose(
    numbers: Sequence[int], source: Source, document: Document, options: Options
) -> Composed:
    """Make these changes in a source, in the order of their revisions.

    One that cannot be made stops no other, but for those that it takes back: what nobody here
    wants any more is not written without what follows it.
    """
    session = db.session()
    rows = [session.get_one(WriteBack, number) for number in numbers]
    overtaken = [row for row in rows if _is_overtaken(session, row, rows, document)]
    rows = [row for row in rows if row not in overtaken]
    refused: dict[int, NotAmended] = {}
    fields, good = _as_many(source, document, options, rows, refused)
    while loose := [row for row in good if _is_overtaken(session, row, good, document)]:
        why = next(reversed(refused.values()))
        refused |= {row.id: why for row in loose}
        good = [row for row in good if row not in loose]
        fields, good = _as_many(source, document, options, good, refused)
    return Composed(fields, [row.id for row in good], refused, [row.id for row in overtaken])


def _as_many(
    source: Source,
    document: Document,
    options: Options,
    rows: Sequence[WriteBack],
    refused: dict[int, NotAmended],
) -> tuple[dict[str, str], list[WriteBack]]:
    """The fields with as many of these changes as can be made, and which; ``refused`` grows."""
    try:
        return _together(source, document, options, rows), list(rows)
    except NotAmended as refusal:
        if len(rows) == 1:
            refused[rows[0].id] = refusal
            return {}, []
    fields, good = dict[str, str](), list[WriteBack]()
    for row in rows:
        try:
            fields = _together(source, document, options, [*good, row])
            good.append(row)
        except NotAmended as refusal:
            refused[row.id] = refusal
    return fields, good


def _is_overtaken(
    session: Session, row: WriteBack, rows: Sequence[WriteBack], document: Document
) -> bool:
    """Whether it stands here no more, and none of the others takes it back there too."""
    if confirming.stands(session, row, row.article.current.blocks):
        return False
    body = importing.signed(document).body
    try:
        for one in rows:
            body = confirming.with_change(session, one, body)
    except NotAmended:
        return False
    return confirming.stands(session, row, body)


def _together(
    source: Source, document: Document, options: Options, rows: Sequence[WriteBack]
) -> dict[str, str]:
    """The fields with these changes; none where the text says it all already."""
    signed = importing.signed(document).body
    wished = signed
    for row in rows:
        wished = confirming.with_change(db.session(), row, wished)
    if wished == signed:
        return {}
    wished = _unsigned(wished, document.body, signed)
    from corrections_app.sources.amending import amended  # as in `sources.reading`

    return dict(amended(source, options, document.body, wished).fields)


def _unsigned(wished: Body, unsigned: Body, signed: Body) -> Body:
    """Without the byline that stands beside the text there. Raises `NotAmended` for another one."""
    if byline_of(unsigned) is not None or byline_of(signed) is None:
        return wished
    if byline_of(wished) != byline_of(signed):
        raise NotAmended(
            "The byline is not part of the text there: change it by hand, in the article’s "
            "own settings."
        )
    return tuple(part for part in wished if getattr(part, "kind", "") != "byline")
