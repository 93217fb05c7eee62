"""A reader sends a correction: checked against what they read, stored, answered."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from secrets import choice
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections_app.domain import anchoring, limits, mailbox, proposal
from corrections_app.domain.anchoring import TextQuoteSelector
from corrections_app.domain.carrying import place_of
from corrections_app.domain.errors import BadKey, Invalid, NotFoundInText, Refusal, TooLong
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.text import characters
from corrections_app.domain.text.search_words import words
from corrections_app.extensions import db
from corrections_app.models import (
    Article,
    Contact,
    Correction,
    Placement,
    Revision,
    SetAside,
    SiteArticle,
)
from corrections_app.models.correction import new_nonce
from corrections_app.models.engine import ask, put
from corrections_app.models.inserting import inserting
from corrections_app.workflow import audit, locks, revisions, taken_down
from corrections_app.workflow.articles.reading import is_on_screens, kept_at
from corrections_app.workflow.letters import owed
from corrections_app.workflow.pending import clusters, depth, placing, ranking, set_aside
from corrections_app.workflow.submitting import questions, suspecting
from corrections_app.workflow.submitting.suspecting import Arrival, Looked
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import OnceOnly, snapshot, write

# Crockford's base 32: nothing that is misheard or misread on the telephone.
_REFERENCE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 8
UNKNOWN = Arrival()
_NOT_THERE = (
    "These words are not at this place in the article. Reload the page, "
    "select them again, and what you typed can be sent."
)


@dataclass(frozen=True)
class Receipt:
    """What a reader gets for a correction: proof that it arrived."""

    token: str
    reference: str
    status: str
    is_replay: bool = False


@dataclass(frozen=True)
class Candidate:
    """A correction of which nothing is left to ask or to refuse, just before it is stored."""

    article_id: int
    site: str
    """Where its article lives: at a site of ours, or here."""
    email: str
    """As letters can be sent to it; empty for none."""
    is_known: bool
    """Whether the same change waits already: then nobody has more to read."""


@dataclass(frozen=True)
class _Target:
    start: int | None
    end: int | None
    exact: str | None
    prefix: str = ""
    suffix: str = ""


def submit(
    slug: str,
    sent: Proposal,
    *,
    lang: str | None = None,
    key: str | None,
    known: Collection[str] | None = None,
    admit: Callable[[Candidate], None] | None = None,
    arrival: Arrival = UNKNOWN,
    now: datetime,
) -> Receipt:
    """Store one correction of the article at ``slug``, whose sender reads ``lang``, or its own.

    ``known`` names what the reader was asked already (`questions.Question`);
    with None nothing is asked. ``admit`` is called once nothing else is left to refuse, and may
    still do so: what was sent before, is asked about or cannot be kept does not come so far.
    What looks like spam is stored like all else, and looked at later (`suspecting`): its sender
    is told nothing of it.

    Raises a `Refusal`: `NotFound`, `NotFoundInText`, `Ambiguous`, `NoChange`,
    `TooLong`, `Invalid`, `BadKey`, `questions.Asked`, `TooMany` where more waits than people
    can read, or `Gone` for an article that is taken down, even at this moment; then nothing is
    stored.
    """
    characters.check("key", key or "", refusal=BadKey)
    sent = proposal.checked(sent)
    sent = replace(sent, email=checked_address(sent.email))
    article = kept_at(slug)
    request = OnceOnly(_whose(article, arrival), key, asdict(sent))
    if earlier := _earlier(request, db.session()):
        return earlier
    taken_down.check_article(db.session(), article)
    base, target, about = _meant(article, sent, now)
    # Never added to a session: it only says what would be stored.
    meant = Correction(base_revision=base.number, **asdict(target), replacement=about.replacement)
    # All that can be made before the writer's turn: everybody waits for what is made inside.
    ready, article_id = _ahead(article, base, target, about), article.id
    place = placing.standing(db.session(), article, meant, ready)
    twin = clusters.twin_of(db.session(), article, place) if place is not None else None
    if known is not None:
        questions.check(db.session(), article, base, meant, known, place, twin)
    room = _let_in(article, twin, sent.email, admit)
    correction = _written(base, target, about, lang or article.lang, now)
    looked = suspecting.look(db.session(), article, base, correction, arrival, now)
    made = _made(article, correction, (place, ready), (looked, room), now)
    try:
        with write(public=False) as session:
            receipt = _store(session, article_id, made, arrival, now)
            request.keep(session, asdict(receipt), now)
    except (Refusal, IntegrityError):
        # The very same request may have been stored since we looked: its key can be kept once.
        if earlier := _earlier(request, snapshot()):
            return earlier
        raise
    return receipt


def _whose(article: Article, arrival: Arrival) -> str:
    """Whose keys these are: readers name theirs as they like, so a program's are apart."""
    by = "" if arrival.account is None else f":{arrival.account}"
    return f"submit:{article.id}{by}"


def _earlier(request: OnceOnly, session: Session) -> Receipt | None:
    """The receipt that was given for this very request already."""
    answered = request.answered(session)
    return replace(Receipt(**answered), is_replay=True) if answered else None


def _meant(article: Article, sent: Proposal, now: datetime) -> tuple[Revision, _Target, Proposal]:
    """The version that was read, the words meant in it, and what is proposed for just these."""
    base = _base_revision(article, sent.revision)
    if sent.has_target and not sent.exact and not is_on_screens(base, now):
        raise NotFoundInText(_NOT_THERE)  # whoever knows a place only has not read these words
    characters.check("exact", sent.exact, lines=True, stood=base.text)
    target = _target(base.text, sent)
    proposal.check_words(sent, target.exact or "")
    return base, target, proposal.about(sent, target.exact) if target.exact is not None else sent


def passage(text: str, start: int, end: int) -> tuple[int, int]:
    """The words that a selection means. Raises `NotFoundInText`, or `TooLong` for too many."""
    start, end = anchoring.cut(text, start, end)
    if end - start > limits.EXACT:
        raise TooLong("That is more text than one correction can hold: select a shorter passage.")
    return start, end


def checked_address(email: str) -> str:
    """An address as letters can be sent to it, empty for none. Raises `Invalid`."""
    characters.check("email", email)
    if not email.strip():
        return ""
    try:
        return mailbox.public_address(email.strip())
    except mailbox.NotAnAddress:
        raise Invalid.at(
            "email", "This does not look like an e-mail address. Correct it, or leave it empty."
        ) from None


def _base_revision(article: Article, number: int | None) -> Revision:
    revision = revisions.asked(db.session(), article, number)
    if revision is None:
        raise Invalid("This page is of a version that does not exist. Reload it and try again.")
    return revision


def _target(text: str, sent: Proposal) -> _Target:
    """The words meant, cut from the text that was read; nothing for the whole article."""
    if not sent.has_target:
        return _Target(None, None, None)
    start, end = passage(text, *_span(text, sent))
    exact = text[start:end]
    around = (text[max(0, start - limits.CONTEXT) : start], text[end : end + limits.CONTEXT])
    return _Target(start, end, exact, *around)


def _span(text: str, sent: Proposal) -> tuple[int, int]:
    if sent.start is None or sent.end is None:
        found = anchoring.anchor(text, TextQuoteSelector(sent.exact.strip(), "", ""))
        return found.start, found.end
    whole = 0 <= sent.start < sent.end <= len(text)
    if not whole or (sent.exact and text[sent.start : sent.end] != sent.exact):
        raise NotFoundInText(_NOT_THERE)
    return sent.start, sent.end


def _written(
    base: Revision, target: _Target, sent: Proposal, lang: str, now: datetime
) -> Correction:
    """What will be stored, and its sender, but for what only the writer's turn can tell."""
    correction = Correction(
        base_revision=base.number,
        **asdict(target),
        replacement=sent.replacement if sent.has_target else None,
        explanation=sent.explanation or None,
        kind=sent.kind or None,
        source_url=sent.source_url or None,
        field=sent.field or None,
        words=words(target.exact, sent.replacement, sent.explanation, base.title),
        created_at=now,
        contact=None,
        nonce=new_nonce(),
        status=Status.PENDING,
    )
    if sent.email or sent.name:
        correction.contact = Contact(
            email=sent.email or None,
            name=sent.name or None,
            credit=sent.credit,
            lang=lang,
            created_at=now,
        )
    return correction


@dataclass(frozen=True)
class _Made:
    """What is to be stored, and all that was found out of it before the writer's turn."""

    correction: Correction
    place: Placement | None
    ready: placing.Ahead | None
    looked: Looked
    room: depth.Room | None
    worth: ranking.Worth


def _made(
    article: Article,
    correction: Correction,
    where: tuple[Placement | None, placing.Ahead | None],
    found: tuple[Looked, depth.Room | None],
    now: datetime,
) -> _Made:
    looked = found[0]
    correction.set_aside = set_aside.row_of(looked.signs, now) if looked.enough else None
    worth = ranking.worth_of_new(db.session(), article, where[0], correction.kind, looked.record)
    return _Made(correction, *where, *found, worth)


def _let_in(
    article: Article,
    twin: Correction | None,
    email: str,
    admit: Callable[[Candidate], None] | None,
) -> depth.Room | None:
    """Look for room before the turn too: a crowd that finds none must not hold up who decides."""
    session = db.session()
    room = depth.look(session, article.id, (twin.leader_id or twin.id) if twin else None)
    if room is not None and admit is not None:
        site = ask(session, _SITE, {"article": article.id}).scalar()
        where = "here" if site is None else str(site)
        admit(Candidate(article.id, where, email, twin is not None))
    return room


_SITE = select(SiteArticle.site_id).where(SiteArticle.article_id == bindparam("article"))


def _store(
    session: Session, article_id: int, made: _Made, arrival: Arrival, now: datetime
) -> Receipt:
    """Store it in the writer's turn: everybody waits, so each row is one statement and no more."""
    correction, place = made.correction, made.place
    article = locks.hold_row(session, article_id)
    taken_down.check_article(session, article)
    if place is not None and place.revision != article.head:
        place = placing.standing(session, article, correction, made.ready)
    aside = set_aside.holds(correction)
    twin = clusters.twin_of(session, article, place, apart=aside) if place is not None else None
    leader_id = (twin.leader_id or twin.id) if twin is not None else None
    correction.article_id, correction.section = article.id, article.section
    correction.leader_id = leader_id
    ranking.rank_new(correction, article, place, made.worth)
    _insert(session, correction, place)
    depth.look_again(session, correction, made.room, aside=aside)
    if correction.contact and correction.contact.email:
        owed.received_first(session, correction, now)
    suspecting.note(session, correction, arrival, made.looked, now)
    if leader_id is not None:
        ranking.again(session, session.get_one(Correction, leader_id))
    audit.record(session, "submit", correction, by_id=arrival.by_id, now=now)
    return Receipt(token_for(correction), correction.reference, correction.status)


def _insert(session: Session, correction: Correction, place: Placement | None) -> None:
    """Its row and those that stand beside it, which then have its number."""
    number = None
    while number is None:
        correction.reference = _new_reference()
        # Of all references this may be the first that was given already: then another one.
        number = put(session, _once(session.get_bind().dialect.name), _said(correction)).scalar()
    correction.id = number
    for beside in (place, correction.contact, correction.set_aside):
        if beside is not None:
            put(session, _BESIDE[type(beside)], _said(beside) | {"correction_id": number})


@cache
def _once(engine: str) -> Any:
    """The INSERT that does nothing where its reference stands already; built once an engine."""
    made = inserting(Correction.__table__, engine)
    return made.on_conflict_do_nothing(index_elements=["reference"]).returning(Correction.id)


_BESIDE = {kind: insert(kind.__table__) for kind in (Placement, Contact, SetAside)}


def _said(row: Any) -> dict[str, Any]:
    """What a row says that is in no session; the rest its columns say by themselves."""
    return {name: one for name, one in vars(row).items() if name in row.__table__.columns}


def _ahead(
    article: Article, base: Revision, target: _Target, sent: Proposal
) -> placing.Ahead | None:
    if target.start is None or target.end is None or target.exact is None:
        return None
    place = place_of(target.start, target.end, target.exact, sent.replacement)
    return placing.ahead(db.session(), article, base.number, place)


def _new_reference() -> str:
    letters = "".join(choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"
