"""Which corrections somebody asks to see: read from an address, turned into conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal, literal_column, select

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, Sentence
from corrections_app.domain.lifecycle import EnquiryState, Fit, Kind, Status
from corrections_app.domain.text import search_words
from corrections_app.domain.warnings.risks import Risk
from corrections_app.models import Article, Contact, Correction, Decision, Enquiry, Placement
from corrections_app.workflow import searching
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.pending.depth import pending
from corrections_app.workflow.queue import finding

Condition = ColumnElement[bool]

ANY = "any"
"""The status that leaves none out."""
MOST_DAYS = 3_650
_CODE = re.compile(r"[a-z0-9_]{1,40}")


class Order(StrEnum):
    """In what order corrections are shown."""

    BEST = "best"
    OLDEST = "oldest"
    NEWEST = "newest"
    ARTICLE = "article"


@dataclass(frozen=True)
class Criteria:
    """What somebody asks to see, as it stands in the address; empty is everything.

    ``article`` is a slug, ``like`` the number of a correction whose sender is
    meant, ``words`` whatever was typed into the search (`finding.exactly`),
    ``older`` whole days, ``by`` the number of whoever decided it, ``question`` what became of
    the one that its reader was asked.
    """

    status: str = ""
    article: str = ""
    section: str = ""
    kind: str = ""
    fit: str = ""
    risk: str = ""
    question: str = ""
    like: int = 0
    older: int = 0
    overdue: bool = False
    reason: str = ""
    by: int = 0
    words: str = ""
    reference: str = ""
    order: Order = Order.BEST

    @property
    def looks_back(self) -> bool:
        """Whether more is asked for than what waits."""
        closed = self.status not in ("", Status.PENDING)
        return closed or bool(self.reason or self.by or self.words or self.reference or self.like)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any(value for name, value in asdict(self).items() if name != "order")

    def as_args(self) -> dict[str, str]:
        """The same for an address: what `parse` makes these criteria of."""
        told = {name: str(int(v) if isinstance(v, bool) else v) for name, v in _told(self)}
        return told if self.order != Order.BEST else {k: v for k, v in told.items() if k != "order"}


def parse(given: Mapping[str, str]) -> Criteria:
    """The criteria in an address; other parameters are left alone.

    Raises `Invalid`, which names each one at fault.
    """
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, read in _READERS.items():
        value = given.get(name, "").strip()
        if not value:
            continue
        try:
            found[name] = read(value)
        except ValueError as error:
            faults[name] = error.args[0]
    if faults:
        first = next(iter(faults.values()))
        told = first if isinstance(first, Sentence) else Sentence.of(first, {})
        raise Invalid(told.template, fields=faults, **told.details)
    return Criteria(**found)


def conditions(criteria: Criteria, now: datetime) -> list[Condition]:
    """What the corrections asked for have in common, but for their words and their decision."""
    made = [make(criteria) for name, make in _CONDITIONS.items() if getattr(criteria, name)]
    if criteria.older:
        made.append(Correction.created_at <= now - timedelta(days=criteria.older))
    if criteria.overdue:
        made.append(Correction.overdue_at <= now)
    if criteria.question:
        asked = enquiries.is_in(EnquiryState(criteria.question), now)
        made.append(Correction.id.in_(select(Enquiry.correction_id).where(*asked)))
    return made


def with_words(asked: list[str]) -> Condition:
    """Whether all these words (`search_words.asked`) stand in a correction."""
    return searching.with_words("corrections", asked)


def _told(criteria: Criteria) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in asdict(criteria).items() if value]


def _status(criteria: Criteria) -> Condition:
    if criteria.status == ANY:
        return literal_column("1 = 1")
    if criteria.status == Status.PENDING:
        return pending()
    # Both, because that is how an index of closed ones is recognised.
    closed: Condition = literal_column(f"corrections.status <> '{Status.PENDING}'")
    return closed & (Correction.status == literal_column(f"'{criteria.status}'"))


def _article(criteria: Criteria) -> Condition:
    return Correction.article_id.in_(select(Article.id).where(Article.slug == criteria.article))


def in_section(section: str) -> Condition:
    """Whether a correction's article stands in a section."""
    return Correction.section == section


def _fit(criteria: Criteria) -> Condition:
    fitting = select(Placement.correction_id).where(
        Placement.fit == literal_column(f"'{criteria.fit}'")
    )
    if criteria.fit in (Fit.CONFLICT, Fit.GONE):
        fitting = fitting.where(literal_column("fit IN ('conflict', 'gone')"))
        return Correction.id.in_(fitting)
    return fitting.where(Placement.correction_id == Correction.id).correlate(Correction).exists()


def _risk(criteria: Criteria) -> Condition:
    return (" " + Correction.risks + " ").contains(f" {criteria.risk} ")


def _like(criteria: Criteria) -> Condition:
    """From the same address, which stands in no address bar."""
    address = select(Contact.email).where(Contact.correction_id == criteria.like)
    theirs = select(Contact.correction_id).where(Contact.email == address.scalar_subquery())
    # Who left no address is like nobody else.
    return Correction.id.in_(theirs.union_all(select(literal(criteria.like))))


_CONDITIONS: dict[str, Callable[[Criteria], Condition]] = {
    "status": _status,
    "article": _article,
    "section": lambda criteria: in_section(criteria.section),
    "kind": lambda criteria: Correction.kind == criteria.kind,
    "fit": _fit,
    "risk": _risk,
    "like": _like,
    "reference": lambda criteria: Correction.reference == criteria.reference,
}


def decided(criteria: Criteria) -> list[Condition]:
    """What the decisions asked for have in common; empty where none is asked for."""
    made: list[Condition] = []
    if criteria.reason:
        made.append(Decision.reason == criteria.reason)
    if criteria.by:
        made.append(Decision.by_id == criteria.by)
    return [*made, Decision.undone_at.is_(None)] if made else []


def _one_of(values: type[StrEnum], *more: str) -> Callable[[str], Any]:
    known = [*map(str, values), *more]

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(Sentence.of("Choose one of: %(known)s.", {"known": ", ".join(known)}))
        return value

    return read


def _number(most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0
        if not 0 < number <= most:
            wanted = "Write a whole number from 1 to %(most)s."
            raise ValueError(Sentence.of(wanted, {"most": most}))
        return number

    return read


def _short(most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value) > most or "\0" in value:
            wanted = "That is too long: %(most)s characters at most."
            raise ValueError(Sentence.of(wanted, {"most": most}))
        return value

    return read


def _flag(value: str) -> bool:
    return value not in ("0", "off", "no")


def _words(value: str) -> str:
    if not search_words.asked(_short(limits.NOTE)(value)):
        raise ValueError("Write a word to look for: letters or digits.")
    return value


def _code(value: str) -> str:
    if not _CODE.fullmatch(value):
        raise ValueError("There is no such reason.")
    return value


def _reference(value: str) -> str:
    found = finding.reference(value)
    if found is None:
        raise ValueError("A reference has eight letters and digits, such as 4F7K-29QX.")
    return found


_READERS: dict[str, Callable[[str], Any]] = {
    "status": _one_of(Status, ANY),
    "article": _short(limits.SLUG),
    "section": _short(limits.NAME),
    "kind": _one_of(Kind),
    "fit": _one_of(Fit),
    "risk": _one_of(Risk),
    "question": _one_of(EnquiryState),
    "like": _number(2**62),
    "older": _number(MOST_DAYS),
    "overdue": _flag,
    "reason": _code,
    "by": _number(2**62),
    "words": _words,
    "reference": _reference,
    "order": lambda value: Order(_one_of(Order)(value)),
}
NAMES = tuple(_READERS)
"""The parameters of an address that are filters, or the order."""
