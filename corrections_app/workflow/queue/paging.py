"""Long lists in pages, from a place on instead of from a number on: every page costs the same.

A list is made of *runs*, one after the other, each in the order of an index. A
cursor says where somebody stopped, and at what moment the list was begun: what
becomes overdue meanwhile stays where it was, so that no page shows it twice
and none leaves it out.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from corrections_app.domain.errors import Invalid
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Revision
from corrections_app.models.columns import UTCDateTime

PAGE = 50


@dataclass(frozen=True)
class Stretch:
    """Corrections in the order of ``key``, then of ``id``: columns that an index holds."""

    name: str
    query: Select[Any]
    key: Any
    id: Any = field(default_factory=lambda: Correction.id)
    downwards: bool = False
    presses: bool = False
    """Whether it comes first even for whoever is further down already."""


@dataclass(frozen=True)
class Cursor:
    """Where somebody stopped: the run, and the last correction's key and number in it."""

    run: str
    key: Any
    id: int


@dataclass(frozen=True)
class Page:
    """Some of what was asked for, each with the name of its run, and the cursor of what follows."""

    items: list[tuple[str, Correction]]
    next: str | None

    @property
    def corrections(self) -> list[Correction]:
        """What was found, without saying in which run it stands."""
        return [correction for _, correction in self.items]


def fetch(runs: Sequence[Stretch], after: Cursor | None, size: int) -> list[tuple[Cursor, int]]:
    """The numbers of the next corrections, and their places, from the one after a place on."""
    names = [run.name for run in runs]
    if after is not None and after.run in names:
        runs = runs[names.index(after.run) :]
    found: list[tuple[Cursor, int]] = []
    for run in runs:
        if len(found) < size:
            here = after if after is not None and after.run == run.name else None
            found += _some(run, here, size - len(found))
    return found


def page(runs: Sequence[Stretch], after: Cursor | None, begun: datetime, size: int = PAGE) -> Page:
    """A page, with everything that a row of the list shows. Raises `Invalid`."""
    if not all(_is_within(run, after) for run in runs if after and run.name == after.run):
        raise _nowhere()
    found = fetch(runs, after, size + 1)
    more = cursor(found[size - 1][0], begun) if len(found) > size else None
    runs_of = {number: place.run for place, number in found[:size]}
    return Page([(runs_of[one.id], one) for one in load(list(runs_of))], more)


def _is_within(run: Stretch, place: Cursor) -> bool:
    """Whether a place has the kind of key by which a run is in order."""
    if run.key is run.id:
        return True
    return isinstance(place.key, datetime) == isinstance(run.key.type, UTCDateTime)


def backwards(runs: Sequence[Stretch]) -> list[Stretch]:
    """The same list from its end on: what comes after a place in it came before the place."""
    return [replace(run, downwards=not run.downwards) for run in reversed(runs)]


def load(ids: Sequence[int]) -> list[Correction]:
    """Corrections by their numbers, in that order."""
    query = (
        select(Correction)
        .where(Correction.id.in_(ids))
        # Of the article a row needs the text, and not all of it a second time in blocks.
        .options(
            joinedload(Correction.article).joinedload(Article.current).defer(Revision.body),
            joinedload(Correction.placement),
        )
    )
    known = {one.id: one for one in db.session.scalars(query)} if ids else {}
    return [known[one] for one in ids if one in known]


def cursor(place: Cursor, begun: datetime) -> str:
    """A place as it stands in an address: what it says is nobody's business."""
    key = place.key.isoformat() if isinstance(place.key, datetime) else place.key
    said = json.dumps([place.run, key, place.id, begun.timestamp()])
    return urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[Cursor, datetime]:
    """The place that a cursor means, and when its list was begun. Raises `Invalid`."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        run, key, number, begun = json.loads(urlsafe_b64decode(padded.encode()))
        if isinstance(key, str):
            key = datetime.fromisoformat(key).astimezone(UTC)
        whole = isinstance(run, str) and type(number) is int and 0 <= number < 2**63
        if not whole or not (isinstance(key, datetime) or _is_number(key)):
            raise ValueError("not a place")
        return Cursor(run, key, number), datetime.fromtimestamp(begun, UTC)
    except (ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise _nowhere() from None


def _is_number(key: Any) -> bool:
    return type(key) in (int, float) and -(2**63) <= key < 2**63


def _nowhere() -> Invalid:
    sentence = "This address leads to no page of the list. Begin again at the first one."
    return Invalid.at("after", sentence)


def _some(run: Stretch, after: Cursor | None, size: int) -> list[tuple[Cursor, int]]:
    key, number = run.key, run.id
    query = run.query.with_only_columns(
        key.label("at"), number.label("number"), maintain_column_froms=True
    )
    if after is not None:
        query = query.where(beyond(run, after))
    columns = [number] if key is number else [key, number]
    order = [one.desc() for one in columns] if run.downwards else columns
    rows = db.session.execute(query.order_by(*order).limit(size))
    return [(Cursor(run.name, at, one), one) for at, one in rows]


def beyond(run: Stretch, after: Cursor) -> Any:
    """After a place: written so that both engines go there by the index."""
    key, number = run.key, run.id
    if key is number:
        return number < after.id if run.downwards else number > after.id
    if run.downwards:
        return and_(key <= after.key, or_(key < after.key, number < after.id))
    return and_(key >= after.key, or_(key > after.key, number > after.id))
