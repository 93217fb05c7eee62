"""The acts of the machine: each picks, does one thing, and says what the model expects of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.text.edits import splice
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Revision
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import (
    appeals,
    approval,
    decision,
    side_facts,
    undoing,
)
from corrections_app.workflow.deciding.decision import Outcome
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED
from tests.workflow.world import Case, Expected, Person, World, words_of

READERS = ("ada@reader.example", "bo@reader.example", "", "max@courier.example")
REASONS = ("not_an_error", "house_style", "spam")
CLASSES = (ChangeClass.SILENT, ChangeClass.CORRECTION)
OUTCOMES = {Action.ACCEPT: "accepted", Action.REJECT: "rejected", Action.SUPERSEDE: "superseded"}


def submit(world: World, which: int, who: int, how: int) -> None:
    """A reader selects a word or two, in the newest revision or in the one before it."""
    article = world.article(which)
    base = max(1, article.head - (which % 5 == 0))
    text = db.session.scalars(
        select(Revision.text).filter_by(article_id=article.id, number=base)
    ).one()
    spans = words_of(text)
    first = who % len(spans)
    start, end = spans[first][0], spans[min(first + how % 3 // 2, len(spans) - 1)][1]
    words = text[start:end]
    replacements = [f"{words}s", "other", "", f"very {words}", None]
    sent = Proposal(
        revision=base,
        start=start,
        end=end,
        exact=words,
        replacement=replacements[how % len(replacements)],
        explanation="Why?" if how % len(replacements) == 4 else "",
        email=READERS[(which + how) % len(READERS)],
    )
    key = world.key()
    receipt = submission.submit(article.slug, sent, key=key, now=world.now)
    again = submission.submit(article.slug, sent, key=key, now=world.now)
    assert (again.token, again.is_replay) == (receipt.token, True)
    correction = tokens.by_token(receipt.token)
    world.cases.append(Case(correction.id, receipt.token, article.slug, sent_by=sent.email))
    world.sent = article.slug, key


def submit_bad_key(world: World, which: int, who: int, how: int) -> None:
    """The newest submission's key with other words."""
    if world.sent is None:
        raise Refusal("There is nothing yet.")
    slug, key = world.sent
    sent = Proposal(revision=1, exact="The", start=0, end=3, replacement=f"Other {world.steps}")
    submission.submit(slug, sent, key=key, now=world.now)
    raise AssertionError("one key for two submissions")


def withdraw(world: World, which: int, who: int, how: int) -> Expected:
    """The reader takes it back; twice is once."""
    case = world.case(which, "pending")
    receipts.withdraw(case.token, now=world.now)
    assert case.status in ("pending", "withdrawn")
    return Expected({case.id: "withdrawn"})


def add_address(world: World, which: int, who: int, how: int) -> None:
    """The reader leaves an address, or another one."""
    case = world.case(which, "pending")
    address = READERS[how % 2]
    receipts.add_address(case.token, address, now=world.now)
    case.sent_by = address


def accept(world: World, which: int, who: int, how: int) -> Expected:
    """As the reader typed it; now and then from an old page."""
    return _decide(world, which, who, how, Action.ACCEPT)


def accept_otherwise(world: World, which: int, who: int, how: int) -> Expected:
    """In the moderator's own words."""
    return _decide(world, which, who, how, Action.ACCEPT, text=("better words", "x", "")[how % 3])


def accept_also(world: World, which: int, who: int, how: int) -> Expected:
    """With the other places of the same words in the article, where there are some."""
    case = world.case(which, "pending")
    at, text = world.row(case).placement, world.row(case).article.current.text
    also: list[int] = []
    if at is not None and at.start is not None and at.end is not None:
        words = text[at.start : at.end]
        found = [i for i in range(len(text)) if text.startswith(words, i) and i != at.start]
        also = found[: 1 + how % 2]
    return _decide(world, which, who, how, Action.ACCEPT, also=tuple(also))


def accept_part(world: World, which: int, who: int, how: int) -> Expected:
    """One of its parts, which now and then it has not."""
    return _decide(world, which, who, how, Action.ACCEPT, edits=(how % 3,))


def reject(world: World, which: int, who: int, how: int) -> Expected:
    """With a reason; one of them sends no letter."""
    reason = REASONS[how % len(REASONS)]
    return _decide(world, which, who, how, Action.REJECT, reason=reason)


def supersede(world: World, which: int, who: int, how: int) -> Expected:
    """Settled another way, or said to be so already, which is refused where it is not."""
    reason = ("already_corrected", None)[how % 2]
    return _decide(world, which, who, how, Action.SUPERSEDE, reason=reason)


def _decide(
    world: World, which: int, who: int, how: int, action: Action, **more: object
) -> Expected:
    case, person = world.case(which, "pending"), world.person(who)
    correction, members = world.row(case), world.members(case)
    change_class = CLASSES[how // 3 % 2] if action is Action.ACCEPT else ChangeClass.SILENT
    verdict = Verdict(
        action,
        seen=correction.version - (how % 11 == 0),
        revision=max(1, correction.article.head - (how % 7 == 0)),
        change_class=change_class,
        notice="We were wrong." if change_class != ChangeClass.SILENT else "",
        note="Thank you.",
        confirmed=() if how % 13 == 0 else CONFIRMED,
        **more,  # type: ignore[arg-type]
    )
    head, key = correction.article.head, world.key()
    foretold = _foretold(correction) if action is Action.ACCEPT and not more else None
    own = case.sent_by == person.email and not world.alone
    with world.permitted(world.may(person, case) and not own):
        outcome = decision.decide(case.id, verdict, Act(world.user(who), key, world.now))
    again = decision.decide(case.id, verdict, Act(world.user(who), key, world.now))
    assert again == outcome
    if outcome.awaiting:
        assert person.role == "moderator"
        assert world.second != "off"
        case.proposed_by = person.id
        return Expected()
    assert outcome.status == OUTCOMES[action]
    if foretold is not None and outcome.revision > head:
        _check_text(world, case, foretold)
    return _closed(case, person, members, outcome, head)


def _closed(
    case: Case, person: Person, members: list[int], outcome: Outcome, head: int
) -> Expected:
    case.decided_by = person.id
    return Expected(
        dict.fromkeys([case.id, *members], outcome.status),
        settles_in=case.slug if outcome.revision > head else None,
        root=case.id,
    )


def _foretold(correction: Correction) -> str | None:
    """The text that accepting must come to, but for blanks."""
    at = correction.placement
    if at is None or not at.edits:
        return None
    return splice(correction.article.current.text, at.edits)


def _check_text(world: World, case: Case, foretold: str) -> None:
    db.session.rollback()
    assert world.row(case).article.current.text.split() == foretold.split()


def approve(world: World, which: int, who: int, how: int) -> Expected:
    """A second person confirms what was proposed."""
    case, person = _proposed(world, which), world.person(who)
    members, head = world.members(case), world.row(case).article.head
    may = world.may(person, case, "editor") and person.id != case.proposed_by
    own = case.sent_by == person.email and not world.alone
    with world.permitted(may and not own):
        outcome = approval.approve(
            case.id, Act(world.user(who), world.key(), world.now), confirmed=CONFIRMED
        )
    return _closed(case, person, members, outcome, head)


def send_back(world: World, which: int, who: int, how: int) -> None:
    """It is not confirmed: it waits as before."""
    case, person = _proposed(world, which), world.person(who)
    may = person.id == case.proposed_by or world.may(person, case, "editor")
    with world.permitted(may):
        approval.send_back(case.id, Act(world.user(who), None, world.now))
    case.proposed_by = None


def _proposed(world: World, which: int) -> Case:
    some = [case for case in world.cases if case.proposed_by is not None]
    return some[which % len(some)] if some else world.case(which, "pending")


def hold(world: World, which: int, who: int, how: int) -> None:
    """It is being checked."""
    case = world.case(which, "pending")
    until = world.now + timedelta(days=how - 10)
    with world.permitted(world.may(world.person(who), case)):
        side_facts.hold(case.id, Act(world.user(who), world.key(), world.now), until=until, note="")


def escalate(world: World, which: int, who: int, how: int) -> None:
    """An editor is asked."""
    case = world.case(which, "pending")
    with world.permitted(world.may(world.person(who), case)):
        side_facts.escalate(case.id, Act(world.user(who), world.key(), world.now), note="Please.")


def skip(world: World, which: int, who: int, how: int) -> None:
    """Someone would rather have another one."""
    side_facts.skip(world.case(which, "pending").id, Act(world.user(who), None, world.now))


def split(world: World, which: int, who: int, how: int) -> None:
    """It leaves its cluster."""
    case = world.case(which, "pending")
    with world.permitted(world.may(world.person(who), case)):
        side_facts.split(case.id, Act(world.user(who), world.key(), world.now))


def duplicate(world: World, which: int, who: int, how: int) -> None:
    """A person puts it behind another one, of whatever article and state."""
    case, other = world.case(which, "pending"), world.case(how, "pending")
    with world.permitted(world.may(world.person(who), case)):
        side_facts.duplicate(case.id, str(other.id), Act(world.user(who), world.key(), world.now))
    assert other.slug == case.slug
    assert other.id != case.id


def place(world: World, which: int, who: int, how: int) -> None:
    """A person says where its words stand now."""
    case = world.case(which, "pending")
    article = world.row(case).article
    start, end = words_of(article.current.text)[how % len(words_of(article.current.text))]
    with world.permitted(world.may(world.person(who), case)):
        side_facts.place(
            case.id,
            Act(world.user(who), world.key(), world.now),
            revision=article.head - (how % 9 == 0),
            start=start,
            end=end,
        )


def appeal(world: World, which: int, who: int, how: int) -> None:
    """A reader asks for a second look."""
    case = world.case(which, "rejected")
    receipts.appeal(case.token, "Look again.", now=world.now)
    case.appeal = True


def uphold(world: World, which: int, who: int, how: int) -> None:
    """The rejection stands."""
    some = [case for case in world.cases if case.appeal]
    case = some[which % len(some)] if some else world.case(which, "rejected")
    person = world.person(who)
    rejected_it = _rejecter(case) == person.id
    with world.permitted(world.may(person, case) and (world.alone or not rejected_it)):
        appeals.uphold(case.id, "It is right.", Act(world.user(who), None, world.now))
    case.appeal = False


def _rejecter(case: Case) -> int | None:
    query = select(Decision.by_id).filter_by(correction_id=case.id, undone_at=None)
    return db.session.scalar(query)


def undo(world: World, which: int, who: int, how: int) -> Expected:
    """A slip is taken back."""
    case = world.case(which, "accepted", "rejected", "superseded")
    return _take_back(
        world,
        case,
        who,
        lambda: undoing.undo(case.id, Act(world.user(who), world.key(), world.now)),
    )


def reopen(world: World, which: int, who: int, how: int) -> Expected:
    """A decision is taken back at any later time."""
    case = world.case(which, "accepted", "rejected", "superseded")
    return _take_back(
        world,
        case,
        who,
        lambda: undoing.reopen(
            case.id,
            "We erred.",
            Act(world.user(who), world.key(), world.now),
            confirmed=() if how % 13 == 0 else CONFIRMED,
        ),
        reopens=True,
    )


def _take_back(
    world: World,
    case: Case,
    who: int,
    act: Callable[[], undoing.Reopened],
    reopens: bool = False,
) -> Expected:
    decision = _root_decision(case)
    head, before = 0, ""
    least = "moderator"
    if decision is not None:
        least = "moderator" if decision.by_id == world.person(who).id else "editor"
        head = world.row(case).article.head
        if decision.revision is not None and decision.revision == head:
            before = _text(world, case, head - 1)
    person = world.person(who)
    allowed = world.may(person, case, least) and not _waits_for_second(world, decision, person)
    if case.appeal:  # then it is a judgement, which is somebody else's
        allowed = world.may(person, case) and (world.alone or _rejecter(case) != person.id)
    elif decision is not None and decision.revision is not None:
        allowed = allowed and not world.waits(person, decision.change_class)
        if reopens and allowed and world.waits(person, "", touches_facts=True):
            # Whether the way back touches facts is the text's to say, whichever it is by now.
            return _taken(world, case, act(), before, head)
    with world.permitted(allowed):
        done = act()
    return _taken(world, case, done, before, head)


def _taken(world: World, case: Case, done: undoing.Reopened, before: str, head: int) -> Expected:
    if before:
        assert _text(world, case, done.revision) == before
    opened = [one.id for one in world.cases if one.root is not None and one.root == case.root]
    return Expected(dict.fromkeys(opened, "pending"), settles_in=case.slug if head else None)


def _waits_for_second(world: World, decision: Decision | None, person: Person) -> bool:
    """Whether the change that a decision made is not this person's alone to take out."""
    if decision is None or decision.revision is None:
        return False
    told = decision.change_class != ChangeClass.SILENT
    asked = world.second == "all" or (world.second == "facts" and told)
    return asked and person.role == "moderator" and not world.alone


def _root_decision(case: Case) -> Decision | None:
    query = select(Decision).filter_by(correction_id=case.root, undone_at=None)
    return db.session.scalar(query)


def _text(world: World, case: Case, number: int) -> str:
    db.session.rollback()
    query = select(Revision.text).filter_by(article_id=world.row(case).article_id, number=number)
    return db.session.scalars(query).one()
