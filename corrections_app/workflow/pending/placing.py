"""Where every pending correction stands in the article's newest revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    false,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.carrying import (
    CARRIED,
    Place,
    over_foreign,
    over_own,
    place_of,
    reads_already,
    stands_already,
    untouched,
)
from corrections_app.domain.lifecycle import ALREADY_CORRECTED, RIVAL_ACCEPTED, Fit, Status
from corrections_app.domain.patching import Relation, conflicts
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.text.paragraphs import sentence_around, text_fragment
from corrections_app.models import Article, Correction, Decision, Placement, Revision
from corrections_app.models.columns import shifted
from corrections_app.models.engine import portions
from corrections_app.workflow import revisions
from corrections_app.workflow.locks import HeldArticle
from corrections_app.workflow.pending import alignments

Alignments = Mapping[int, Alignment]
"""Alignments to one new text, by the number of the revision each begins at."""


@dataclass(frozen=True)
class Ahead:
    """An alignment from an older revision to ``head``, made before the writer's turn."""

    head: int
    alignment: Alignment


@alignments.for_strangers()
def ahead(session: Session, article: Article, known: int, base: Place) -> Ahead | None:
    """What placing a correction of an older revision will need; None where nothing dear is."""
    if known == article.head or _exactly(session, article, known, base) is not None:
        return None
    return Ahead(article.head, _to_current(session, article, known))


def standing(
    session: Session,
    article: Article | HeldArticle,
    correction: Correction,
    ready: Ahead | None = None,
) -> Placement | None:
    """Where a correction's words stand in the current revision; nothing is stored.

    None where it is about the whole article. ``ready`` serves unless the article has moved on
    since it was made.
    """
    if correction.start is None or correction.end is None:
        return None
    base = place_of(
        correction.start, correction.end, correction.exact or "", correction.replacement
    )
    known, now = correction.base_revision, base
    if known != article.head:
        now = forward(session, article, known, base, ready)
    if now.fit in CARRIED:
        known, base = article.head, now
    return Placement(
        correction_id=correction.id,
        revision=article.head,
        start=now.start,
        end=now.end,
        edits=now.edits,
        fit=now.fit,
        known_revision=known,
        known_start=base.start,
        known_end=base.end,
        known_edits=base.edits,
    )


def align(session: Session, article: Article, text: str, *, own: bool) -> dict[int, Alignment]:
    """The alignments that carrying to ``text`` will need: one for each revision begun at.

    Costs the most of all, so it is done before the writer's turn is taken.
    ``own``: the step from the current revision is the program's own and exact.
    """
    numbers = set(session.scalars(_BEGUN_AT, {"article": article.id}))
    if own:
        numbers.discard(article.head)
    return {
        number: Alignment(revisions.text(session, article.id, number), text) for number in numbers
    }


@dataclass(frozen=True)
class Step:
    """From the current text of an article, ``old``, to a new one.

    ``applied`` are the program's own widened edits, or None after a change by
    other hands. ``wished`` are the edits that a person decided for, before
    they were widened: whoever wishes otherwise for the same words is settled.
    """

    old: str
    text: str
    applied: tuple[Edit, ...] | None
    wished: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Carried:
    """What carrying found out: what is ``settled``, each with the reason, and who is ``back``.

    Those are corrections whose words were lost in the text before and stand in the new one.
    """

    settled: list[tuple[int, str]]
    back: list[int]


def carry(session: Session, article: Article, step: Step, alignments: Alignments) -> Carried:
    """Move every pending correction from the old head to revision ``head + 1``, in bulk."""
    number = article.head + 1
    made = dict(alignments)
    # Readers by the thousand ask for the very same: each place is carried once.
    known: dict[tuple[int, Place], tuple[Place, str | None]] = {}
    rows, settled, back = [], [], []
    calm = untouched(step.applied, step.wished) if step.applied is not None else []
    find, shift = _carrying(len(calm))
    which = {"article": article.id, "head": article.head} | _named(calm)
    for placement in session.execute(find, which).all():
        was = placement.known_revision, known_place(placement)
        if was not in known:
            known[was] = _carried(session, article, *was, step, made)
        now, reason = known[was]
        rows.append(_row(placement.correction_id, number, now))
        if reason:
            settled.append((placement.correction_id, reason))
        elif placement.fit not in CARRIED and now.fit in CARRIED:
            back.append(placement.correction_id)
    if calm:
        session.execute(shift, which | {"number": number})
    if rows:
        session.execute(update(Placement), rows)
    _forget_places(session)
    return Carried(settled, back)


def _named(calm: Sequence[tuple[int, int | None, int]]) -> dict[str, int]:
    """Stretches that nothing touches (`untouched`) as `_carrying` is asked with them."""
    names = ("low", "high", "by")
    given = [zip([f"{name}{n}" for name in names], one, strict=True) for n, one in enumerate(calm)]
    return {name: at for each in given for name, at in each if at is not None}


@cache
def _carrying(stretches: int) -> tuple[Select[Any], Update]:
    """What finds the places that are to be looked at, and what carries all others.

    Those are known exactly and lie within one of so many stretches that nothing touches:
    however many wait there, one statement shifts them, as `over_own` would. Built once for
    each number of stretches, which costs more than asking.
    """
    start, end = _PLACES.c.known_start, _PLACES.c.known_end
    low, high, by = (
        [bindparam(f"{name}{n}", type_=Integer) for n in range(stretches)]
        for name in ("low", "high", "by")
    )
    inside = [and_(start > low[n], end < high[n]) for n in range(stretches - 1)]
    inside += [start > one for one in low[-1:]]  # the last one ends with the text
    known = and_(_PLACES.c.fit.in_(CARRIED), _PLACES.c.known_revision == bindparam("head"))
    here = and_(known, or_(false(), *inside))
    find = _PENDING.where(not_(here)).order_by(_PLACES.c.correction_id)
    whens = [(start < high[n], by[n]) for n in range(stretches - 1)]
    drift = case(*whens, else_=by[-1]) if whens else literal(0)
    shift = (
        update(_PLACES)
        .where(_PLACES.c.correction_id.in_(_PENDING.with_only_columns(_PLACES.c.correction_id)))
        .where(here)
        .values(revision=bindparam("number"), known_revision=bindparam("number"))
        .values(fit=str(Fit.CLEAN), start=start + drift, known_start=start + drift)
        .values(end=end + drift, known_end=end + drift)
        .values(dict.fromkeys(("edits", "known_edits"), shifted(_PLACES.c.known_edits, drift)))
    )
    return find, shift


def _forget_places(session: Session) -> None:
    """Let what is known of places be read again: their rows were written past the objects."""
    for one in session.identity_map.values():
        if isinstance(one, Placement) and not _is_closed(session, one):
            session.expire(one)


def _is_closed(session: Session, placement: Placement) -> bool:
    """Whether a place is known to be of a closed correction, as after a crowd was decided."""
    key = session.identity_key(Correction, placement.correction_id)
    known = session.identity_map.get(key)
    return known is not None and vars(known).get("status", Status.PENDING) != Status.PENDING


def _carried(
    session: Session,
    article: Article,
    known: int,
    was: Place,
    step: Step,
    made: dict[int, Alignment],
) -> tuple[Place, str | None]:
    """A place of revision ``known`` in the new text, and the reason where that settles it."""
    if step.applied is not None and known == article.head:
        return over_own(was, step.applied), _settled_by(was, step)
    if known not in made:
        made[known] = Alignment(revisions.text(session, article.id, known), step.text)
    done = reads_already(was, made[known])
    return over_foreign(was, made[known]), ALREADY_CORRECTED if done else None


def _settled_by(place: Place, step: Step) -> str | None:
    if stands_already(place, step.applied or (), step.old):
        return ALREADY_CORRECTED
    if step.wished and conflicts(place.edits or (), step.wished) == Relation.RIVAL:
        return RIVAL_ACCEPTED
    return None


def _row(correction_id: int, number: int, now: Place) -> dict[str, Any]:
    row = {
        "correction_id": correction_id,
        "revision": number,
        "start": now.start,
        "end": now.end,
        "edits": now.edits,
        "fit": str(now.fit),
    }
    if now.fit in CARRIED:
        row |= {
            "known_revision": number,
            "known_start": now.start,
            "known_end": now.end,
            "known_edits": row["edits"],
        }
    return row


def known_place(placement: Placement | Row[*tuple[Any, ...]]) -> Place:
    """Where the words stood when that was last known, in its ``known_revision``."""
    return Place(placement.known_start, placement.known_end, placement.known_edits)


_PLACES = Placement.__table__
_PENDING = (
    select(_PLACES)
    .join(Correction.__table__, Correction.id == _PLACES.c.correction_id)
    .where(Correction.article_id == bindparam("article"), Correction.status == Status.PENDING)
)
_BEGUN_AT = _PENDING.with_only_columns(_PLACES.c.known_revision).distinct()


def forward(
    session: Session,
    article: Article | HeldArticle,
    known: int,
    base: Place,
    ready: Ahead | None = None,
) -> Place:
    """A place of an older revision in the current one.

    Exactly, as long as every step was the program's own and left the words alone; else
    by one alignment straight to the current text, which may have them again.
    """
    exact = _exactly(session, article, known, base)
    if exact is not None:
        return exact
    if ready is None or ready.head != article.head:
        ready = Ahead(article.head, _to_current(session, article, known))
    return over_foreign(base, ready.alignment)


def _exactly(
    session: Session, article: Article | HeldArticle, known: int, base: Place
) -> Place | None:
    """The place over steps that were all the program's own; None where they do not tell.

    A conflict with the newest step is one. After an older one the words may have come back.
    """
    now = base
    for step in steps(session, article.id, known):
        if step is None or now.fit == Fit.CONFLICT:
            return None
        now = over_own(now, step)
    return now


def _to_current(session: Session, article: Article | HeldArticle, known: int) -> Alignment:
    old, current = revisions.text(session, article.id, known), article.current
    return alignments.between(article.id, known, current.number, old, current.text)


def place_again(session: Session, article: Article, waiting: Sequence[Correction]) -> None:
    """Bring corrections that wait again to the current revision, from their last known places."""
    old: list[Placement] = []
    for some in portions([one.id for one in waiting]):
        query = select(Placement).where(
            Placement.correction_id.in_(some), Placement.revision != article.head
        )
        found = session.scalars(query.execution_options(populate_existing=True))
        old += found.all()
    if not old:
        return
    session.refresh(article)
    made: dict[int, Alignment] = {}
    rows = []
    for placement in old:
        known = placement.known_revision
        if known not in made:
            then = revisions.text(session, article.id, known)
            made[known] = Alignment(then, article.current.text)
        now = over_foreign(known_place(placement), made[known])
        rows.append(_row(placement.correction_id, article.head, now))
    session.execute(update(Placement), rows)
    for placement in old:
        session.expire(placement)


def steps(session: Session, article_id: int, known: int) -> Iterator[tuple[Edit, ...] | None]:
    """The program's own edits of each revision after ``known``; None for other hands' changes."""
    query = select(Revision.edits).where(Revision.article_id == article_id, Revision.number > known)
    for (parts,) in session.execute(query.order_by(Revision.number)):
        yield parts


def fragment(session: Session, correction: Correction, decision: Decision | None) -> str:
    """The URL fragment that leads to the words, ``#`` included.

    After an acceptance these are the words that were printed, or the sentence
    that some were taken out of. Empty where there is nothing to lead to.
    """
    article = correction.article
    number, place = _known_place(session, correction, decision)
    if place is None:
        return ""
    was = place.start, place.end
    if number != article.head:
        place = forward(session, article, number, place)
    text = article.current.text
    if place.fit not in CARRIED:  # rewritten since: where it was, as far as it can be told
        old = revisions.text(session, article.id, number)
        made = alignments.between(article.id, number, article.head, old, text)
        place = over_foreign(Place(*was, None), made)
    if place.start is None or place.end is None:
        return ""
    return text_fragment(text, place.start, place.end)


def _known_place(
    session: Session, correction: Correction, decision: Decision | None
) -> tuple[int, Place | None]:
    """The words in the revision in which their place is known exactly."""
    if decision is not None and decision.revision is not None and decision.edits:
        return decision.revision, _printed(session, correction, decision, decision.revision)
    placement = correction.placement
    if placement is None:
        return 0, None
    return placement.known_revision, Place(placement.known_start, placement.known_end, None)


def _printed(
    session: Session, correction: Correction, decision: Decision, number: int
) -> Place | None:
    text = revisions.text(session, correction.article_id, number)
    start = min((decision.edits or ())[0].start, len(text))
    end = start + len(decision.after or "")
    if not text[start:end].strip():
        start, end = sentence_around(text, start, start)
    return Place(start, end, None) if text[start:end].strip() else None
