"""The same words elsewhere: found in all articles, and sent as corrections of their own.

Nothing is changed unseen: each place becomes a card like any other, sent by the colleague who
asked for it and decided by whoever may decide what that colleague sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.errors import BadKey, NotPermitted, Refusal, TooMany
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.text.paragraphs import Context, sentence
from corrections_app.domain.warnings import house_rules
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Placement, Revision
from corrections_app.models.engine import portions
from corrections_app.workflow import tokens
from corrections_app.workflow.house_rules import matching
from corrections_app.workflow.pending import depth
from corrections_app.workflow.pending.depth import pending
from corrections_app.workflow.submitting import questions, submission
from corrections_app.workflow.submitting.questions import Asked, Question
from corrections_app.workflow.submitting.same_words import Swap
from corrections_app.workflow.submitting.suspecting import Arrival, Colleague
from corrections_app.workflow.transaction import Act

MOST_ARTICLES = 5_000
"""Of all articles so many are searched, the ones brought in last."""
ON_A_CARD = 500
"""And so many where it is only counted, beside everything else that a card says."""
MOST_HIT = 300
"""Articles with these words that are read, and places in them that are counted."""
MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Place:
    """Some words of an article's current text at ``[start, end)``, and what is to be there."""

    article_id: int
    slug: str
    title: str
    lang: str
    dir: str
    revision: int
    start: int
    end: int
    exact: str
    replacement: str
    why: str
    context: Context

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.article_id}:{self.revision}:{self.start}-{self.end}"


@dataclass(frozen=True)
class Elsewhere:
    """Where the words are besides what waits already; ``here`` in the correction's own article.

    ``are_more``: there may be more than were counted.
    """

    places: Sequence[Place]
    here: int
    articles: int
    are_more: bool

    @property
    def there(self) -> int:
        """How many are in other articles."""
        return len(self.places) - self.here


@dataclass
class Made:
    """What became of a wish for cards: how many were made, and why others were not.

    ``known`` wait or were sent before, ``ruled`` were turned down before, ``moved`` have
    changed meanwhile; ``full``: no more find room at present.
    """

    made: int = 0
    known: int = 0
    ruled: int = 0
    moved: int = 0
    full: bool = False


def look(swap: Swap, most: int | None = None) -> Elsewhere:
    """Where the words are in articles that readers see; what waits there already is left out.

    ``most`` articles are searched, `MOST_ARTICLES` where nothing is said.
    """
    most = MOST_ARTICLES if most is None else most
    rows = _articles(db.session(), swap, most)
    rows.sort(key=lambda row: (not _is_own(swap, row.id), -row.id))
    ids = [row.id for row in rows]
    waiting = _waiting(db.session(), ids)
    every = (place for row in rows for place in _places(swap, row, waiting.get(row.id, ())))
    fresh = _not_ruled(db.session(), every, _rulings(db.session(), ids))
    found = list(islice(fresh, MOST_HIT + 1))
    kept = found[:MOST_HIT]
    here = sum(1 for place in kept if _is_own(swap, place.article_id))
    others = {place.article_id for place in kept if not _is_own(swap, place.article_id)}
    are_more = len(found) > MOST_HIT or len(rows) == MOST_HIT or _is_beyond(db.session(), most)
    return Elsewhere(kept, here, len(others), are_more)


def make(swap: Swap, chosen: Collection[str] | None, act: Act) -> Made:
    """Send a correction of each chosen place (`Place.name`; None: of all), `MOST_AT_ONCE` at most.

    Doing it again makes none twice. Whatever cannot be sent is counted, and stops no other.
    """
    told = Made()
    found = look(swap).places
    wanted = [place for place in found if chosen is None or place.name in chosen]
    if chosen is not None:
        told.moved = len(set(chosen) - {place.name for place in wanted})
    for place in wanted[:MOST_AT_ONCE]:
        if depth.is_half_full(db.session(), place.article_id):
            told.full = True  # the rest is for readers
        else:
            _try(swap, place, act, told)
    return told


def _try(swap: Swap, place: Place, act: Act, told: Made) -> None:
    """Send one, and count what became of it."""
    try:
        receipt = _send(swap, place, act)
    except Asked as asked:
        told.ruled += asked.question.kind == "rejected"
        told.known += asked.question.kind == "same"
        told.moved += asked.question.kind in ("done", "changed")
    except TooMany:
        told.full = True
    except BadKey:  # a colleague sent it at this moment, and said otherwise why
        told.known += 1
    except NotPermitted:
        raise
    except Refusal:  # the article changed, or was taken down, at this moment
        told.moved += 1
    else:
        told.known += receipt.is_replay
        told.made += not receipt.is_replay


def _send(swap: Swap, place: Place, act: Act) -> submission.Receipt:
    of = swap.of
    sent = Proposal(
        revision=place.revision,
        start=place.start,
        end=place.end,
        exact=place.exact,
        replacement=place.replacement,
        explanation=place.why,
        kind=(of.kind or "") if of and swap.rule is None else "",
    )
    rules = matching.applying(db.session(), place.lang)
    rule_id = swap.rule.number if swap.rule else None
    colleague = Colleague(act.by.id, of.id if of else None, rule_id)
    return submission.submit(
        place.slug,
        sent,
        key=_key(place),
        known=[Question("house", rule.number).name for rule in rules],
        arrival=Arrival(colleague=colleague),
        now=act.now,
    )


def _key(place: Place) -> str:
    """The same for the same change of the same revision, whoever asks for it and whyever.

    Sealed: a reader who knew it could have this card's receipt, and withdraw it by that.
    """
    return f"elsewhere {tokens.seal('elsewhere', f'{place.name} {place.replacement}').hex()}"


def _newest() -> Select[Any]:
    return select(Article.id).where(Article.retired_at.is_(None)).order_by(Article.id.desc())


def _is_beyond(session: Session, most: int) -> bool:
    """Whether there are articles that were not searched."""
    return session.scalar(_newest().offset(most).limit(1)) is not None


def _articles(session: Session, swap: Swap, most: int) -> list[Row[Any]]:
    """The articles that may have the words, the newest first, with their current text.

    The one that the words are from is among them, however old it is.
    """
    own = swap.of.article_id if swap.of else None
    searched = or_(Article.id.in_(_newest().limit(most)), Article.id == own)
    query = (
        select(
            *(Article.id, Article.slug, Article.head, Article.lang, Article.dir),
            *(Revision.title, Revision.text),
        )
        .join(Revision, (Revision.article_id == Article.id) & (Revision.number == Article.head))
        .where(Article.retired_at.is_(None), searched, or_(*_probes(session, swap)))
        .order_by(Article.id.desc())
        .limit(MOST_HIT)
    )
    if swap.lang:
        lang = func.lower(Article.lang)
        query = query.where(
            or_(lang == swap.lang.lower(), lang.startswith(f"{swap.lang.lower()}-"))
        )
    return list(session.execute(query))


def _probes(session: Session, swap: Swap) -> list[ColumnElement[bool]]:
    """What the database looks for, to the letter: a part that is written alike everywhere.

    Where capitals do not count, in small letters, in capitals, and as a word begins.
    """
    position = func.instr if session.get_bind().dialect.name == "sqlite" else func.strpos
    words: dict[str, None] = {}
    for form in swap.forms:
        part = form if swap.rule is None else house_rules.unvaried(form)
        if swap.rule is None or swap.rule.case_sensitive:
            words[part] = None
        else:
            words |= dict.fromkeys((part, part.lower(), part.upper(), part.title()))
            words[part[:1].upper() + part[1:].lower()] = None
            words[part[:1].upper() + part[1:]] = None
    return [position(Revision.text, part) > 0 for part in words]


def _waiting(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Of each of these articles, the words that somebody looks at already."""
    found: dict[int, list[tuple[int, int]]] = {}
    for some in portions(ids):
        query = (
            select(Correction.article_id, Placement.edits)
            .join(Placement, Placement.correction_id == Correction.id)
            .where(pending(), Correction.article_id.in_(some), Placement.fit.in_(CARRIED))
            .order_by(Correction.id)
        )
        for article_id, edits in session.execute(query):
            spans = ((edit.start, edit.end) for edit in edits or ())
            found.setdefault(article_id, []).extend(spans)
    return found


def _rulings(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Of each of these articles, what was to be changed by corrections that were turned down."""
    found: dict[int, list[str]] = {}
    for some in portions(ids):
        query = select(Correction.article_id, Correction.exact).where(
            Correction.status == Status.REJECTED,
            Correction.article_id.in_(some),
            Correction.exact.is_not(None),
            Correction.replacement.is_not(None),
        )
        for article_id, exact in session.execute(query):
            found.setdefault(article_id, []).append(exact or "")
    return found


def _not_ruled(
    session: Session, places: Iterator[Place], rulings: Mapping[int, Sequence[str]]
) -> Iterator[Place]:
    """Without those where this very change was turned down."""
    for place in places:
        # Where a place is like one of them at all, which is rare, it is looked at closely.
        if any(place.exact in exact for exact in rulings.get(place.article_id, ())):
            meant = Correction(
                base_revision=place.revision,
                start=place.start,
                end=place.end,
                exact=place.exact,
                replacement=place.replacement,
            )
            article = session.get_one(Article, place.article_id)
            if questions.is_ruled(session, article, meant):
                continue
        yield place


def _places(swap: Swap, row: Row[Any], waiting: Sequence[tuple[int, int]]) -> Iterator[Place]:
    spans = sorted(waiting)
    for start, end, wanted, why in swap.places(row.text):
        exact = row.text[start:end]
        is_free = not any(low <= end and start <= high for low, high in spans)
        if is_free and exact != wanted and len(exact) <= limits.EXACT:
            about = (row.id, row.slug, row.title, row.lang, row.dir, row.head)
            context = sentence(row.text, start, end)
            yield Place(*about, start, end, exact, wanted, why, context)


def _is_own(swap: Swap, article_id: int) -> bool:
    return swap.of is not None and swap.of.article_id == article_id
