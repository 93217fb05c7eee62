"""A newsroom at work beside a plain model of it: what the machine of states is driven through.

Every act takes three small numbers that choose what it is done to, by whom and
how, so that a property, a fixed script and a long run can all drive it, and
the same numbers do the same on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from corrections_app.domain.errors import NotPermitted, Refusal
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, User
from corrections_app.workflow.articles import importing
from corrections_app.workflow.people import accounts
from tests.builders import NOON, document
from tests.workflow.invariants import broken
from tests.workflow.observing import Tables, observed, read

TEXTS = {
    "harbour": ("The wall", "The council voted to rebuild the the old wall.", "It cost 4 million."),
    "market": ("The market", "A stall sells fish. A stall sells sell fish and bread.", "It rains."),
}
SECTIONS = {"harbour": None, "market": "city"}
APPROVALS = ("off", "facts", "all")
PLENTY = 99
"""The numbers that choose are 0 to this."""


@dataclass
class Person:
    """Someone who decides, as the model knows them."""

    id: int
    email: str
    role: str
    section: str | None = None
    active: bool = True


@dataclass
class Case:
    """A correction, as the model knows it."""

    id: int
    token: str
    slug: str
    status: str = "pending"
    sent_by: str = ""
    root: int | None = None
    """The correction whose decision closed this one, or its own."""
    decided_by: int | None = None
    proposed_by: int | None = None
    appeal: bool = False


@dataclass
class Expected:
    """What an act that succeeds may do to the statuses; everything else stays."""

    exactly: dict[int, str] = field(default_factory=dict)
    settles_in: str | None = None
    """The article in which it may settle what waits."""
    root: int | None = None


Deed = Callable[["World", int, int, int], Expected | None]


class World:
    """The application, the people, and the model."""

    def __init__(self, make_app: Callable[..., Any]) -> None:
        """``make_app`` makes an application on one database, with the settings it is given."""
        self.make_app = make_app
        self.second = "off"
        self.app = make_app(SECOND_APPROVAL="off")
        self.now = NOON
        self.cases: list[Case] = []
        self.people: list[Person] = []
        self.keys = 0
        self.sent: tuple[str, str] | None = None
        """The article of the newest submission, and its key."""
        self.sources = {slug: list(text) for slug, text in TEXTS.items()}
        """What the newsroom's own system said last."""
        self.steps = 0
        self.story: list[str] = []
        self.digest = sha256()
        with self.inside():
            self._begin()
            self.seen = observed(read(db.session()))

    def _begin(self) -> None:
        for slug, text in TEXTS.items():
            importing.bring_in(document(*text, section=SECTIONS[slug]), slug=slug, now=NOON)
        for name, role in zip(
            ("ana", "mira", "max", "noor"), (*reversed(Role), "moderator"), strict=True
        ):
            user = accounts.add(f"{name}@courier.example", role=Role(role), now=NOON)
            self.people.append(Person(user.id, user.email, user.role))

    def close(self) -> None:
        """Let go of the database."""
        with self.inside():
            db.engine.dispose()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A context of its own for each act, as each request has."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def restart(self, second: str) -> None:
        """End the program and begin it again, with this rule for second persons."""
        with self.inside():
            db.engine.dispose()
        self.second = second
        self.app = self.make_app(SECOND_APPROVAL=second)

    def step(self, act: Deed, which: int, who: int, how: int) -> None:
        """Do one act, then compare: the statuses with the model, everything with the invariants."""
        self.steps += 1
        self.now += timedelta(seconds=3)
        self.story.append(f"{act.__name__}({which}, {who}, {how})")
        before = self.seen
        with self.inside():
            outcome, expected = self._outcome(act, which, who, how)
        with self.inside():
            tables = read(db.session())
            self._compare(tables, expected)
            self.seen = observed(tables)
            if outcome != "ok":
                assert self.seen == before, self._tell(f"{outcome}, and yet something changed")
            faults = broken(db.session(), tables)
        assert not faults, self._tell("; ".join(faults))
        self.story[-1] += f" → {outcome}"
        self.digest.update(repr((outcome, self.seen)).encode())

    def _outcome(self, act: Deed, which: int, who: int, how: int) -> tuple[str, Expected]:
        try:
            return "ok", act(self, which, who, how) or Expected()
        except Refusal as refusal:
            return refusal.code, Expected()

    def _compare(self, tables: Tables, expected: Expected) -> None:
        """The statuses are what the model says; what an act may settle besides, it has settled."""
        statuses = {row.id: row.status for row in tables[Correction]}
        known = {case.id for case in self.cases}
        assert set(statuses) == known, self._tell("a correction came or went")
        for case in self.cases:
            found, wanted = statuses[case.id], expected.exactly.get(case.id, case.status)
            settled = (case.slug, case.status, found) == (
                expected.settles_in,
                "pending",
                "superseded",
            )
            if not settled or case.id in expected.exactly:
                assert found == wanted, self._tell(f"{case.id} is {found}, not {wanted}")
            if found != case.status:
                self._note(case, found, expected)

    def _note(self, case: Case, status: str, expected: Expected) -> None:
        case.status, case.proposed_by, case.appeal = status, None, False
        case.root = None if status == "pending" else expected.root or case.id

    def _tell(self, what: str) -> str:
        return "\n".join([what, *self.story])

    # What the acts choose from.

    def person(self, who: int) -> Person:
        """Someone who decides, or once did."""
        return self.people[who % len(self.people)]

    def user(self, who: int) -> User:
        """Their account, as a page that was opened knows it."""
        return db.session.get_one(User, self.person(who).id)

    def case(self, which: int, *statuses: str) -> Case:
        """A correction, mostly of these statuses. Raises `Refusal` where there is none."""
        some = [case for case in self.cases if case.status in statuses]
        pool = some if some and which % 8 else self.cases
        if not pool:
            raise Refusal("There is nothing yet.")
        return pool[which % len(pool)]

    def row(self, case: Case) -> Correction:
        """Its row."""
        return db.session.get_one(Correction, case.id)

    def members(self, case: Case) -> list[int]:
        """Those who wait behind it."""
        query = select(Correction.id).filter_by(leader_id=case.id, status="pending")
        return list(db.session.scalars(query))

    def article(self, which: int) -> Article:
        """One of the articles."""
        slug = list(TEXTS)[which % len(TEXTS)]
        return db.session.scalars(select(Article).filter_by(slug=slug)).one()

    def key(self) -> str:
        """A key that no request had."""
        self.keys += 1
        return f"key-{self.keys}"

    def may(self, person: Person, case: Case, least: str = "moderator") -> bool:
        """Whether the model lets this person do this to that correction."""
        ranks = ["moderator", "editor", "admin"]
        here = person.section in (None, SECTIONS[case.slug])
        return person.active and here and ranks.index(person.role) >= ranks.index(least)

    def may_edit(self, person: Person, slug: str, touches_facts: bool) -> bool:
        """Whether the model lets this person change that article by hand, without a notice."""
        waits = self.waits(person, "silent", touches_facts=touches_facts)
        return person.active and person.section in (None, SECTIONS[slug]) and not waits

    def waits(self, person: Person, called: str, *, touches_facts: bool = False) -> bool:
        """Whether the model wants a second person for a change that is called this."""
        if person.role != "moderator" or self.alone:
            return False
        is_told = called not in ("", "silent")
        return self.second == "all" or (self.second == "facts" and (is_told or touches_facts))

    @property
    def alone(self) -> bool:
        """Whether one person alone is left to decide."""
        return sum(person.active for person in self.people) <= 1

    @contextmanager
    def permitted(self, yes: bool) -> Iterator[None]:
        """What is done inside is refused as not permitted if, and only if, the model says so."""
        try:
            yield
        except NotPermitted as refusal:
            if yes:
                raise AssertionError(self._tell(f"refused to someone who may: {refusal}")) from None
            raise
        assert yes, self._tell("done by someone who may not")


def words_of(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand."""
    return [match.span() for match in re.finditer(r"\S+", text)]
