"""The acts of the machine: each picks, does one thing, and says what the model expects of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from sqlalchemy import select

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass, Role
from corrections_app.domain.patching import Edit, splice
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Revision
from corrections_app.workflow import (
    accounts,
    approval,
    delivery,
    editing,
    importing,
    receipts,
    review,
    submission,
    triage,
    undoing,
)
from corrections_app.workflow.review import Outcome, Verdict
from tests.builders import document
from tests.workflow.world import (
    APPROVALS,
    PLENTY,
    SECTIONS,
    TEXTS,
    Act,
    Case,
    Expected,
    Person,
    World,
    words_of,
)

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
    correction = submission.by_token(receipt.token)
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
    receipts.add_address(case.token, address, lang=None, now=world.now)
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


def reject(world: World, which: int, who: int, how: int) -> Expected:
    """With a reason; one of them sends no letter."""
    reason = REASONS[how % len(REASONS)]
    return _decide(world, which, who, how, Action.REJECT, reason=reason)


def supersede(world: World, which: int, who: int, how: int) -> Expected:
    """Settled another way."""
    return _decide(world, which, who, how, Action.SUPERSEDE, reason="already_corrected")


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
        **more,  # type: ignore[arg-type]
    )
    head, key = correction.article.head, world.key()
    foretold = _foretold(correction) if action is Action.ACCEPT and not more else None
    own = case.sent_by == person.email and not world.alone
    with world.permitted(world.may(person, case) and not own):
        outcome = review.decide(case.id, verdict, by=world.user(who), key=key, now=world.now)
    again = review.decide(case.id, verdict, by=world.user(who), key=key, now=world.now)
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
    return splice(correction.article.current.text, tuple(Edit(*part) for part in at.edits))


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
        outcome = approval.approve(case.id, by=world.user(who), key=world.key(), now=world.now)
    return _closed(case, person, members, outcome, head)


def send_back(world: World, which: int, who: int, how: int) -> None:
    """It is not confirmed: it waits as before."""
    case, person = _proposed(world, which), world.person(who)
    may = person.id == case.proposed_by or world.may(person, case, "editor")
    with world.permitted(may):
        approval.send_back(case.id, by=world.user(who), now=world.now)
    case.proposed_by = None


def _proposed(world: World, which: int) -> Case:
    some = [case for case in world.cases if case.proposed_by is not None]
    return some[which % len(some)] if some else world.case(which, "pending")


def hold(world: World, which: int, who: int, how: int) -> None:
    """It is being checked."""
    case = world.case(which, "pending")
    until = world.now + timedelta(days=how - 10)
    with world.permitted(world.may(world.person(who), case)):
        triage.hold(
            case.id, until=until, note="", by=world.user(who), key=world.key(), now=world.now
        )


def escalate(world: World, which: int, who: int, how: int) -> None:
    """An editor is asked."""
    case = world.case(which, "pending")
    with world.permitted(world.may(world.person(who), case)):
        triage.escalate(case.id, note="Please.", by=world.user(who), key=world.key(), now=world.now)


def skip(world: World, which: int, who: int, how: int) -> None:
    """Someone would rather have another one."""
    triage.skip(world.case(which, "pending").id, by=world.user(who), now=world.now)


def split(world: World, which: int, who: int, how: int) -> None:
    """It leaves its cluster."""
    case = world.case(which, "pending")
    with world.permitted(world.may(world.person(who), case)):
        triage.split(case.id, by=world.user(who), key=world.key(), now=world.now)


def place(world: World, which: int, who: int, how: int) -> None:
    """A person says where its words stand now."""
    case = world.case(which, "pending")
    article = world.row(case).article
    start, end = words_of(article.current.text)[how % len(words_of(article.current.text))]
    with world.permitted(world.may(world.person(who), case)):
        triage.place(
            case.id,
            revision=article.head - (how % 9 == 0),
            start=start,
            end=end,
            by=world.user(who),
            key=world.key(),
            now=world.now,
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
        receipts.uphold(case.id, "It is right.", by=world.user(who), now=world.now)
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
        lambda: undoing.undo(case.id, by=world.user(who), key=world.key(), now=world.now),
    )


def reopen(world: World, which: int, who: int, how: int) -> Expected:
    """A decision is taken back at any later time."""
    case = world.case(which, "accepted", "rejected", "superseded")
    return _take_back(
        world,
        case,
        who,
        lambda: undoing.reopen(
            case.id, "We erred.", by=world.user(who), key=world.key(), now=world.now
        ),
    )


def _take_back(world: World, case: Case, who: int, act: Callable[[], undoing.Reopened]) -> Expected:
    decision = _root_decision(case)
    head, before = 0, ""
    least = "moderator"
    if decision is not None:
        least = "moderator" if decision.by_id == world.person(who).id else "editor"
        head = world.row(case).article.head
        if decision.revision is not None and decision.revision == head:
            before = _text(world, case, head - 1)
    with world.permitted(world.may(world.person(who), case, least)):
        done = act()
    if before:
        assert _text(world, case, done.revision) == before
    opened = [one.id for one in world.cases if one.root is not None and one.root == case.root]
    return Expected(dict.fromkeys(opened, "pending"), settles_in=case.slug if head else None)


def _root_decision(case: Case) -> Decision | None:
    query = select(Decision).filter_by(correction_id=case.root, undone_at=None)
    return db.session.scalar(query)


def _text(world: World, case: Case, number: int) -> str:
    db.session.rollback()
    query = select(Revision.text).filter_by(article_id=world.row(case).article_id, number=number)
    return db.session.scalars(query).one()


def rewrite(world: World, which: int, who: int, how: int) -> Expected:
    """The newsroom's own system sends the article again, changed."""
    article = world.article(which)
    changed = document(*_mutated(article.current.text, who, how), section=SECTIONS[article.slug])
    importing.bring_in(changed, slug=article.slug, now=world.now)
    return Expected(settles_in=article.slug)


def edit(world: World, which: int, who: int, how: int) -> Expected:
    """A moderator types a word anew."""
    article = world.article(which)
    typed = "\n\n".join(_mutated(article.current.text, which // 2, how))
    editing.edit(
        article.slug,
        typed,
        base=article.head - (how % 9 == 0),
        by=world.user(who),
        key=world.key(),
        now=world.now,
    )
    return Expected(settles_in=article.slug)


def restore(world: World, which: int, who: int, how: int) -> Expected:
    """An earlier revision comes back to the letter."""
    article = world.article(which)
    editing.restore(
        article.slug,
        1 + how % article.head,
        base=article.head,
        by=world.user(who),
        key=world.key(),
        now=world.now,
    )
    return Expected(settles_in=article.slug)


def reimport(world: World, which: int, who: int, how: int) -> Expected:
    """The first text again: nothing new, or back to the beginning."""
    article = world.article(which)
    first = document(*TEXTS[article.slug], section=SECTIONS[article.slug])
    importing.bring_in(first, slug=article.slug, now=world.now)
    return Expected(settles_in=article.slug)


def _mutated(text: str, where: int, how: int) -> list[str]:
    paragraphs = [paragraph.split() for paragraph in text.split("\n\n")]
    words = paragraphs[1 + where % (len(paragraphs) - 1)] if len(paragraphs) > 1 else paragraphs[0]
    at = how % len(words)
    match how % 5:
        case 0:
            words.insert(at, "really")
        case 1 if len(words) > 1:
            del words[at]
        case 2:
            words.append("So it goes.")
        case 3:
            words[at] += "s"
        case _:
            words[at] = "other"
    return [" ".join(words) for words in paragraphs]


def change_role(world: World, which: int, who: int, how: int) -> None:
    """Someone becomes something else, or gets a section, in the middle of everything."""
    person, admin = world.person(who), world.user(0)
    role = list(Role)[how % 3]
    section = (None, "city")[how // 3 % 2]
    accounts.change(
        person.id,
        name=person.email.partition("@")[0],
        role=role,
        section=section,
        by=admin,
        now=world.now,
    )
    person.role, person.section = role.value, section


def disable(world: World, which: int, who: int, how: int) -> None:
    """An account is closed."""
    person = world.person(who)
    accounts.disable(person.email, by=world.user(0), now=world.now)
    person.active = False


def enable(world: World, which: int, who: int, how: int) -> None:
    """An account is opened again, from the machine's own shell."""
    closed = [person for person in world.people if not person.active]
    for person in closed:
        accounts.enable(person.email, now=world.now)
        person.active = True


def deliver(world: World, which: int, who: int, how: int) -> None:
    """What is due is written and sent."""
    world.now += timedelta(minutes=(0, 11)[how % 2])
    delivery.deliver(world.now)


def wait(world: World, which: int, who: int, how: int) -> None:
    """Time passes."""
    world.now += timedelta(minutes=(2, 8, 60, 1500)[how % 4])


def restart(world: World, which: int, who: int, how: int) -> None:
    """The program ends and begins again, with another rule for second persons now and then."""
    world.restart(APPROVALS[how % len(APPROVALS)])


ACTS: tuple[Act, ...] = (
    submit,
    accept,
    reject,
    undo,
    accept_otherwise,
    accept_also,
    approve,
    reopen,
    rewrite,
    edit,
    withdraw,
    appeal,
    uphold,
    supersede,
    place,
    split,
    hold,
    escalate,
    skip,
    send_back,
    add_address,
    submit_bad_key,
    restore,
    reimport,
    change_role,
    disable,
    enable,
    deliver,
    wait,
    restart,
)
WEIGHTS = [10, 5, 2, 4, 2, 2, 2, 2, 2, 2, *[1] * 20]
"""How often each act comes in a script: more is sent than decided, and more decided than all else."""


def script(seed: int, steps: int) -> Iterator[tuple[Act, int, int, int]]:
    """A fixed random script: the same seed gives the same acts and choices."""
    random = Random(seed)
    for _ in range(steps):
        (act,) = random.choices(ACTS, WEIGHTS)
        yield act, random.randint(0, PLENTY), random.randint(0, PLENTY), random.randint(0, PLENTY)
