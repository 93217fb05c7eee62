"""The acts of the machine between an editor and a reader: a question, and its answer."""

from __future__ import annotations

from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Enquiry
from corrections_app.workflow.deciding import asking, side_facts
from corrections_app.workflow.submitting import answering
from corrections_app.workflow.transaction import Act
from tests.workflow.world import Case, World


def ask(world: World, which: int, who: int, how: int) -> None:
    """A reader is asked something; the same key is the same question."""
    case, person = world.case(which, "pending"), world.person(who)
    act = Act(world.user(who), world.key(), world.now)
    seen = world.row(case).version - (how % 11 == 0)
    own = case.sent_by == person.email and not world.alone
    with world.permitted(world.may(person, case) and not own):
        asking.ask(case.id, "Who says so?", act, seen=seen)
    asking.ask(case.id, "Who says so?", act, seen=seen)


def ask_by_mistake(world: World, which: int, who: int, how: int) -> None:
    """A reader is asked, and then again is not."""
    ask(world, which, who, how)
    act = Act(world.user(who), world.key(), world.now)
    side_facts.put_back(world.case(which, "pending").id, "ask", act)


def unask(world: World, which: int, who: int, how: int) -> None:
    """Somebody would rather not have a reader asked: whoever asked, or somebody else."""
    case, asker = _asked(world, which)
    ids = [person.id for person in world.people]
    who = ids.index(asker) if asker is not None and how % 4 else who
    with world.permitted(world.may(world.person(who), case)):
        side_facts.put_back(case.id, "ask", Act(world.user(who), world.key(), world.now))


def answer(world: World, which: int, who: int, how: int) -> None:
    """The reader answers; the same key is the same answer, another one is refused."""
    case, _ = _asked(world, which)
    key = world.key()
    assert answering.answer(case.token, "My aunt.", key=key, now=world.now)
    assert not answering.answer(case.token, "My aunt.", key=key, now=world.now)
    assert case.status == "pending"


def _asked(world: World, which: int) -> tuple[Case, int | None]:
    """A case whose reader was asked, mostly one that did not answer, and who asked."""
    query = select(Enquiry.correction_id, Enquiry.by_id).order_by(Enquiry.correction_id)
    open_ones = query.where(Enquiry.answered_at.is_(None)) if which % 4 else query
    rows = db.session.execute(open_ones).all() or db.session.execute(query).all()
    if not rows:
        return world.case(which), None
    number, asker = rows[which % len(rows)]
    return next(case for case in world.cases if case.id == number), asker
