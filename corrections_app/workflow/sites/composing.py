"""Which changes can be made in an article's source together, and what its fields become then."""

from __future__ import annotations

from collections.abc import Sequence

from corrections_app.domain.errors import NotAmended
from corrections_app.domain.text.body import Body, byline_of
from corrections_app.extensions import db
from corrections_app.models import WriteBack
from corrections_app.sources import Document, Options, Source
from corrections_app.sources.amending import amended
from corrections_app.workflow.articles import importing
from corrections_app.workflow.sites import confirming


def fields(
    numbers: Sequence[int], source: Source, document: Document, options: Options
) -> tuple[dict[str, str], dict[int, NotAmended]]:
    """What a source's fields become with these write-backs, and which cannot be made, and why.

    No fields: it says all that can be made already. A change that cannot be made stops no other.
    """
    rows = [db.session.get_one(WriteBack, number) for number in numbers]
    good: list[WriteBack] = []
    refused: dict[int, NotAmended] = {}
    try:
        return _together(source, document, options, rows), {}
    except NotAmended as refusal:
        if len(rows) == 1:
            return {}, {rows[0].id: refusal}
    made: dict[str, str] = {}
    for row in rows:
        try:
            made = _together(source, document, options, [*good, row])
            good.append(row)
        except NotAmended as refusal:
            refused[row.id] = refusal
    return made, refused


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
    return dict(amended(source, options, document.body, wished).fields)


def _unsigned(wished: Body, unsigned: Body, signed: Body) -> Body:
    """Without the byline that stands beside the text there. Raises `NotAmended` for another one."""
    if byline_of(unsigned) is not None or byline_of(signed) is None:
        return wished
    if byline_of(wished) != byline_of(signed):
        raise NotAmended(
            "The byline does not stand in the text there: change it by hand, in the article’s "
            "own settings."
        )
    return tuple(part for part in wished if getattr(part, "kind", "") != "byline")
