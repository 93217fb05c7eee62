"""In what order corrections are decided: expected value for each second of a moderator's time.

A correction's score at a moment is ``worth + SLOPE * age``. Since the slope is
one and the same for all, of two corrections

    worth_a + SLOPE * (now - sent_a)  >  worth_b + SLOPE * (now - sent_b)

holds exactly when ``SLOPE * sent_a - worth_a < SLOPE * sent_b - worth_b``, in
which ``now`` does not stand: whoever is ahead stays ahead for ever. So `rank`,
``SLOPE * sent - worth``, is stored once, ordered by an index, and changes only
when the worth does. What must not wait is not left to a score: see `overdue_at`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log

from rapidfuzz.distance import Levenshtein

from corrections_app.domain.lifecycle import Kind
from corrections_app.domain.warnings.flags import Flag, among
from corrections_app.domain.warnings.risks import Risk

ANSWERED_WITHIN = timedelta(hours=48)
"""After this a correction comes before all that is not overdue."""
FACTS_WITHIN = timedelta(hours=4)
"""The same for facts, and for articles that are still being read."""
YOUNG = timedelta(hours=24)
SLOPE = 0.2 / ANSWERED_WITHIN.total_seconds()
"""Of score for each second of waiting: a tenth of a fact's worth in two days."""
USUAL_CHANCE = 0.6
"""Of acceptance, until a newsroom has taken `ENOUGH` decisions."""
ENOUGH = 30
_WEIGHT = 4
"""How many decisions the newsroom's own habit counts for beside a submitter's record."""
_FLOOR = 0.25
"""A poor record puts a correction back, and never out of sight."""
_TINY = 3
"""Code points; a change of so few is seen at a glance."""


class Matter(StrEnum):
    """What is at stake in a correction, from the gravest to the least."""

    FACT = "fact"
    LINK = "link"
    MEANING = "meaning"
    SPELLING = "spelling"


SEVERITY: dict[Matter, float] = {
    # Dividing by the seconds would bury a slow fact under quick slips of the pen otherwise.
    Matter.FACT: 16,
    Matter.LINK: 3,
    Matter.MEANING: 3,
    Matter.SPELLING: 1,
}


@dataclass(frozen=True)
class Record:
    """How many corrections were made and turned down; closings without a verdict are in neither."""

    corrected: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Factors:
    """What a correction is worth, and why. ``seconds`` is what deciding it takes."""

    matter: Matter
    chance: float
    readers: int
    seconds: int

    @property
    def worth(self) -> float:
        """Expected value for each second of a moderator's time."""
        likely = _FLOOR + (1 - _FLOOR) * self.chance
        return SEVERITY[self.matter] * likely * (1 + 0.5 * log(self.readers)) / self.seconds


def matter_of(kind: str | None, risks: Collection[Risk], *, is_remark: bool) -> Matter:
    """What is at stake, by what the reader says it is and what the change touches."""
    flags = among(risks, fact=kind == Kind.FACT)
    # A link waits longer than what the article itself says.
    if set(flags) - {Flag.LINK}:
        return Matter.FACT
    if flags:
        return Matter.LINK
    if is_remark or kind in (Kind.CLARITY, Kind.OTHER):
        return Matter.MEANING
    return Matter.SPELLING


def seconds_for(matter: Matter, changed: int | None) -> int:
    """How long deciding takes; ``changed`` code points, None where there is no change to see."""
    if matter == Matter.FACT:
        return 25
    return 4 if changed is not None and changed <= _TINY else 8


def changed(exact: str | None, replacement: str | None) -> int | None:
    """How many code points change, counted to `_TINY` + 1; None where nothing is proposed."""
    if exact is None or replacement is None:
        return None
    return Levenshtein.distance(exact, replacement, score_cutoff=_TINY)


def chance(record: Record, usual: float = USUAL_CHANCE) -> float:
    """The chance of acceptance, between 0 and 1: a record, smoothed by what is usual."""
    known = record.corrected + record.rejected
    return (record.corrected + _WEIGHT * usual) / (known + _WEIGHT)


def usual_chance(decided: Record) -> float:
    """What share a newsroom accepts of a kind, once it has decided enough of them."""
    known = decided.corrected + decided.rejected
    # Never quite 0 or 1: no habit is certain.
    return (decided.corrected + 1) / (known + 2) if known >= ENOUGH else USUAL_CHANCE


def rank(worth: float, sent: datetime) -> float:
    """The stored key: of two corrections, the lower is first at every moment."""
    return SLOPE * sent.timestamp() - worth


def score(worth: float, sent: datetime, now: datetime) -> float:
    """What people are told: worth, and what waiting has added."""
    return worth + SLOPE * (now - sent).total_seconds()


def overdue_at(sent: datetime, matter: Matter, published: datetime | None) -> datetime:
    """From when on a correction comes before all that is not overdue."""
    is_young = published is not None and sent - published < YOUNG
    return sent + (FACTS_WITHIN if matter == Matter.FACT or is_young else ANSWERED_WITHIN)
