"""The reasons for rejecting, in the newsroom's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.lifecycle import (
    ALREADY_CORRECTED,
    ARTICLE_RETIRED,
    RIVAL_ACCEPTED,
    Reason,
)
from corrections_app.domain.text import search_words
from corrections_app.extensions import db
from corrections_app.models import ReasonWording, User
from corrections_app.workflow import audit
from corrections_app.workflow.reasons import words as reason_words
from corrections_app.workflow.reasons.words import Words, field_of, languages, put, words
from corrections_app.workflow.transaction import write

MOST = 30
"""More reasons than this nobody chooses from."""
_CODE = 36
"""Characters of a code, before a number that tells it from another one."""
_NOT_GIVEN = {ALREADY_CORRECTED, ARTICLE_RETIRED, RIVAL_ACCEPTED}
"""What the program itself says of a decision."""


def everything() -> list[ReasonWording]:
    """All reasons in the order in which moderators see them, retired ones included."""
    return list(db.session.scalars(select(ReasonWording).order_by(ReasonWording.position)))


def offered() -> list[ReasonWording]:
    """The reasons that a moderator may choose."""
    return [reason for reason in everything() if reason.active]


def wording(code: str) -> ReasonWording | None:
    """The reason with this code, retired or not, if there is one."""
    return db.session.get(ReasonWording, code)


def unworded(lang: str) -> int:
    """How many reasons on offer have a sentence in another language only."""
    return sum(reason_words.worded(reason, lang).sentence is None for reason in offered())


def check(session: Session, code: str | None, note: str = "") -> ReasonWording:
    """The reason with this code. Raises `Invalid` where it is not offered, or lacks its note."""
    reason = session.get(ReasonWording, code or "")
    if reason is None or not reason.active:
        raise Invalid.at("reason", "Choose one of the reasons offered.")
    if code == Reason.OTHER and not note.strip():
        raise Invalid.at("note", "Write to the reader why: this reason says nothing else.")
    return reason


def add(
    *, label: str, sentence: str, neutral: bool, sends_letter: bool, by: User, now: datetime
) -> str:
    """Offer one more reason, after all others but the one in own words: its code.

    Raises `Invalid` and `TooLong`.
    """
    label, sentence = _checked(label, sentence)
    with write() as session:
        known = _in_order(session)
        if len(known) >= MOST:
            raise Invalid("There are %(most)s reasons already: reword one of them.", most=MOST)
        _check_free({languages()[0]: Words(label, sentence)}, known)
        code = _free_code(label, {reason.code for reason in known} | _NOT_GIVEN)
        flags = {"neutral": neutral, "sends_letter": sends_letter, "active": True}
        new = ReasonWording(code=code, label=label, sentence=sentence, **flags)
        session.add(new)
        _number([*known, new])
        audit.record(session, "add_reason", by_id=by.id, now=now, reason=code)
    return code


def move(code: str, *, up: bool, by: User, now: datetime) -> None:
    """Let a reason change places with its neighbour; at the end of the list it stays.

    The one in own words stays the last, as its key is 0. Raises `NotFound`.
    """
    with write() as session:
        known = _in_order(session)
        movable = [reason.code for reason in known if reason.code != Reason.OTHER]
        if code not in movable:
            raise NotFound("There is no such reason that could be moved.")
        at = movable.index(code)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(movable):
            return
        known[at], known[to] = known[to], known[at]
        _number(known)
        audit.record(session, "move_reason", by_id=by.id, now=now, reason=code, to=to + 1)


def _in_order(session: Session) -> list[ReasonWording]:
    """All reasons, that in own words last; nobody else changes any until this is done."""
    query = select(ReasonWording).order_by(ReasonWording.position, ReasonWording.code)
    known = session.scalars(query.with_for_update()).all()
    return sorted(known, key=lambda reason: reason.code == Reason.OTHER)


def _number(known: list[ReasonWording]) -> None:
    """Let them stand in this order."""
    last = [reason for reason in known if reason.code == Reason.OTHER]
    for position, reason in enumerate([*(one for one in known if one not in last), *last]):
        reason.position = position


def _free_code(label: str, taken: Collection[str]) -> str:
    """What programs call it: the label's Latin letters and digits, and no other reason's code."""
    begun = "_".join(re.findall(r"[a-z0-9]+", search_words.words(label)))[:_CODE] or "reason"
    codes = (begun if number == 1 else f"{begun}_{number}" for number in count(1))
    return next(code for code in codes if code not in taken)


def _check_free(said: Mapping[str, Words], others: Collection[ReasonWording]) -> None:
    """Two of one name nobody can tell apart."""
    for lang, (label, _) in said.items():
        taken = {words(reason, lang).label.casefold() for reason in others}
        if label and label.casefold() in taken:
            raise Invalid.at(field_of("label", lang), "There is a reason of this name already.")


def _cleaned(said: Words, lang: str) -> Words:
    """The words without what nobody sees. Raises `TooLong`."""
    label, sentence = said
    limits.check_length(field_of("label", lang), label or "", limits.NAME)
    limits.check_length(field_of("sentence", lang), sentence or "", limits.NOTE)
    return Words(
        label if label is None else " ".join(label.split()),
        sentence if sentence is None else sentence.strip(),
    )


def _checked(label: str, sentence: str) -> tuple[str, str]:
    cleaned = _cleaned(Words(label, sentence), languages()[0])
    label, sentence = cleaned.label or "", cleaned.sentence or ""
    if not label or not sentence:
        field = "sentence" if label else "label"
        raise Invalid.at(field, "A reason has a label, and a sentence that the reader gets.")
    return label, sentence


def reword(
    code: str,
    *,
    label: str,
    sentence: str,
    neutral: bool,
    sends_letter: bool,
    active: bool,
    translations: Mapping[str, Words] | None = None,
    by: User,
    now: datetime,
) -> None:
    """Change a reason's words and flags, from now on.

    ``label`` and ``sentence`` are in the newsroom's first language, ``translations`` in others
    that it offers: an empty text there leaves it to the first, None leaves it as it is.
    Raises `NotFound`, `Invalid` and `TooLong`.
    """
    said = {languages()[0]: Words(*_checked(label, sentence))}
    said |= {lang: _cleaned(one, lang) for lang, one in (translations or {}).items()}
    with write() as session:
        known = _in_order(session)
        reason = next((each for each in known if each.code == code), None)
        if reason is None:
            raise NotFound("There is no such reason.")
        _check_free(said, [each for each in known if each is not reason])
        for lang, one in said.items():
            put(reason, lang, one)
        reason.neutral, reason.sends_letter, reason.active = neutral, sends_letter, active
        audit.record(session, "reword_reason", by_id=by.id, now=now, reason=code)
