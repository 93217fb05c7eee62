"""Taking a decision back: compensating, never deleting.

The revision gets its inverse, all that the decision closed opens again, the
letters that were not sent are cancelled. What cannot be taken back exactly is
refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.alignment import Alignment, shift
from corrections_app.domain.bodies.patch import revert
from corrections_app.domain.errors import AlreadyDecided, Invalid, NotPermitted, TextMoved
from corrections_app.domain.lifecycle import Action, ChangeClass, Kind, Status, after
from corrections_app.domain.roles import Ability
from corrections_app.domain.text.edits import Edit, inverse
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Appeal, Article, Bulk, BulkItem, Correction, Decision, User
from corrections_app.models.engine import portions
from corrections_app.workflow import audit, locks, permission, revisions, taken_down
from corrections_app.workflow.deciding import appeals
from corrections_app.workflow.letters import owed
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.pending import closing, clusters, facts, placing, publishing
from corrections_app.workflow.queue.live import LONGEST_UNDO, made_by
from corrections_app.workflow.record import notices
from corrections_app.workflow.transaction import Act, OnceOnly, perform, write

_SECOND = "Here a change needs a second person: ask an editor to undo it."


@dataclass(frozen=True)
class Reopened:
    """What taking back came to."""

    id: int
    status: str
    version: int
    revision: int
    bulk: int | None = None
    """The act on many that it was part of, which is to be taken back as a whole."""


def undo(correction_id: int, act: Act) -> Reopened:
    """Take a decision back within its window, before any letter told of it.

    Raises `AlreadyDecided` when the window has closed or nothing is decided,
    `TextMoved` when the change cannot be taken back exactly, `NotPermitted`, `Gone` where the
    article is taken down, `Withheld` where words would come back that are.
    """
    return _take_back(correction_id, Action.UNDO, act)


def undo_latest(act: Act) -> Reopened:
    """Take back this person's latest decision; the same key never takes back a second one.

    A row of an act on many is left as it is: then ``bulk`` names that act, and no later
    call comes upon it again. Raises what `undo` raises, and `AlreadyDecided` when there is
    none left.
    """
    asked = {"action": "undo_latest"}
    db.session.rollback()
    if answered := act.once(asked).answered(db.session()):
        return Reopened(**answered)
    latest = latest_of(act.by, act.now)
    if latest is None:
        raise AlreadyDecided("You have no decision that can still be undone.")
    if (bulk_id := _bulk_of(latest)) is not None:
        return _claim_for_latest(bulk_id, latest, act.once(asked), act)
    return _take_back(latest, Action.UNDO, act, asked=asked)


def claim(session: Session, bulk: Bulk, act: Act) -> None:
    """Note that an act on many is taken back; once, however often it is tried."""
    if bulk.undone_at is None:
        bulk.undone_at = act.now
        act.record(session, "undo_bulk", bulk=bulk.id)


def reopen(correction_id: int, note: str, act: Act, *, confirmed: Collection[str] = ()) -> Reopened:
    """Take a decision back at any later time, with a note; the next letter says that it changed.

    ``confirmed``: as in `verdict.Verdict`, of what the text becomes. Raises what `undo`
    raises, `NeedsConfirmation`, and `Invalid` or `TooLong` for the note.
    """
    if not note.strip():
        raise Invalid.at("note", "Say why it is opened again: the note stays with the correction.")
    limits.check_length("note", note, limits.NOTE)
    return _take_back(correction_id, Action.REOPEN, act, note=note.strip(), confirmed=confirmed)


def latest_of(by: User, now: datetime) -> int | None:
    """The correction whose decision is this person's latest that can still be undone."""
    return db.session.scalar(
        made_by(by, now - LONGEST_UNDO)
        .with_only_columns(Decision.correction_id, maintain_column_froms=True)
        .outerjoin(BulkItem, BulkItem.decision_id == Decision.id)
        .outerjoin(Bulk)
        # What was left of an act that was taken back could not be taken back.
        .where(Decision.undo_until > now, Bulk.undone_at.is_(None))
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(1)
    )


def _bulk_of(correction_id: int) -> int | None:
    """The act on many that this correction's standing decision was a row of, if it was one."""
    decided = select(BulkItem.bulk_id).join(Decision, BulkItem.decision_id == Decision.id)
    standing = decided.where(Decision.correction_id == correction_id, Decision.undone_at.is_(None))
    return db.session.scalar(standing)


def _claim_for_latest(bulk_id: int, correction_id: int, request: OnceOnly, act: Act) -> Reopened:
    with write() as session:
        if answered := request.answered(session):
            return Reopened(**answered)
        claim(session, session.get_one(Bulk, bulk_id), act)
        one = session.get_one(Correction, correction_id)
        claimed = Reopened(one.id, one.status, one.version, one.article.head, bulk_id)
        request.keep(session, asdict(claimed), act.now)
    return claimed


def _take_back(
    correction_id: int,
    action: Action,
    act: Act,
    *,
    note: str = "",
    confirmed: Collection[str] = (),
    asked: Mapping[str, Any] | None = None,
) -> Reopened:
    asked = asked or {"correction": correction_id, "action": action, "note": note}
    plan = partial(_plan_inverse, correction_id=correction_id, action=action)
    carry_out = partial(
        _reopen,
        correction_id=correction_id,
        action=action,
        act=act,
        note=note,
        confirmed=confirmed,
    )
    return perform(act, asked, correction_id, plan, carry_out, Reopened)


def _root_decision(
    session: Session, correction_id: int, action: Action
) -> tuple[Correction, Decision]:
    """The correction, and the decision that closed it or that closed what closed it."""
    correction = locks.correction_of(session, correction_id)
    after(Status(correction.status), action)
    decision = closing.standing(session, correction_id)
    if decision is None:
        raise AlreadyDecided("There is no decision here to undo.")
    while decision.caused_by_id is not None:
        decision = session.get_one(Decision, decision.caused_by_id)
    return correction, decision


def _plan_inverse(session: Session, correction_id: int, action: Action) -> Plan | None:
    """The revision that takes the decision's own one back; None where it made none."""
    _, decision = _root_decision(session, correction_id, action)
    if decision.revision is None:
        return None
    article = session.get_one(Correction, decision.correction_id).article
    taken_down.check_step_back(session, article.id, decision.revision)
    applied = decision.edits or ()
    before = revisions.revision(session, article.id, decision.revision - 1)
    back = _carry_forward(session, article, decision.revision, inverse(before.text, applied))
    body = revert(article.current.blocks, back, before.blocks, applied)
    return publishing.plan(session, article, body, back)


def _carry_forward(
    session: Session, article: Article, number: int, back: tuple[Edit, ...]
) -> tuple[Edit, ...]:
    """Inverse edits of revision ``number`` in the current text, or `TextMoved`."""
    spans: list[tuple[int, int] | None] = [(edit.start, edit.end) for edit in back]
    then = revisions.revision(session, article.id, number)
    for step in placing.steps(session, article.id, number):
        if step is None:
            alignment = Alignment(then.text, article.current.text)
            spans = list(alignment.carry_all((edit.start, edit.end) for edit in back))
            break
        carried = [span for span in spans if span is not None]
        spans = shift(carried, [(e.start, e.end, e.replacement) for e in step])
        if None in spans:
            break
    text = article.current.text
    for span, edit in zip(spans, back, strict=True):
        if span is None or text[slice(*span)] != then.text[edit.start : edit.end]:
            raise TextMoved(
                "The article was changed at this place since, so this cannot be undone "
                "exactly. Edit the article instead."
            )
    pairs = zip(spans, back, strict=True)
    return tuple(Edit(*span, edit.replacement) for span, edit in pairs if span is not None)


def _reopen(
    session: Session,
    change: Plan | None,
    correction_id: int,
    action: Action,
    act: Act,
    note: str,
    confirmed: Collection[str],
) -> Reopened:
    """Open again what a decision closed, and publish the inverse, with the article's row held."""
    article = locks.hold_article(session, session.get_one(Correction, correction_id).article_id)
    correction, decision = _root_decision(session, correction_id, action)
    taken_down.check_article(session, article)
    if decision.revision is not None:
        taken_down.check_step_back(session, article.id, decision.revision)
    if decision.revision is not None and (change is None or change.base != article.head):
        raise Overtaken
    closed = [decision, *_closed_along_with(session, decision)]
    flags = _flags_of_reopening(change, closed) if action == Action.REOPEN else ()
    _check_may(session, correction, decision, act, flags)
    if action == Action.UNDO and act.now >= decision.undo_until:
        raise AlreadyDecided("The time for undoing has passed. Open it again with a note instead.")
    facts.check_confirmed(flags, confirmed)
    owed.cancel(session, [one.id for one in closed], act.now, must=action == Action.UNDO)
    notices.take_back(session, closed, by_id=act.by.id, now=act.now)
    opened = open_again(session, closed, action, by_id=act.by.id, now=act.now)
    # Told before the text is put back: that may settle one of those opened, which comes after.
    act.record(
        session,
        action,
        decision.correction,
        decision=decision.id,
        taken_back=[one.id for one in closed],
        opened=[one.id for one in opened],
        revision=change.base + 1 if change else None,
        note=note or None,
    )
    if change is not None:
        publishing.publish(
            session,
            article,
            change,
            origin="undo",
            author_id=act.by.id,
            takes_back=decision.revision,
            now=act.now,
        )
    placing.place_again(session, article, opened)
    clusters.rejoin(session, article, opened)
    session.flush()
    session.refresh(correction)
    return Reopened(correction.id, correction.status, correction.version, article.head)


def _flags_of_reopening(change: Plan | None, closed: Sequence[Decision]) -> tuple[Flag, ...]:
    """What flags the change that opening again makes: readers were told of the text as it stands.

    Undo asks nothing. Within minutes, and before anyone was told, it puts back what stood
    there before this very decision; a slip must be quicker to take back than to make.
    """
    if change is None:
        return ()
    fact = any(
        one.outcome == Status.ACCEPTED and one.correction.kind == Kind.FACT for one in closed
    )
    flags = change.flags or ()
    return (*flags, Flag.FACT) if fact else flags


def _check_may(
    session: Session, correction: Correction, decision: Decision, act: Act, flags: Sequence[Flag]
) -> None:
    """One's own decision, or an editor; while an appeal waits, whoever may judge that."""
    if appeals.waiting_appeal(session, correction) is not None:
        appeals.appeal_to_judge(session, correction, act.by)
        return
    ability = Ability.UNDO_OWN if decision.by_id == act.by.id else Ability.UNDO_OTHERS
    user = permission.confirmed(session, act.by, ability, correction)
    if decision.revision is None:
        return
    # What two people put into the article, or would have to, one does not take out alone.
    if permission.needs_second(session, user, ChangeClass(decision.change_class), flags=flags):
        raise NotPermitted(_SECOND)


def _closed_along_with(session: Session, decision: Decision) -> list[Decision]:
    query = select(Decision).where(
        Decision.caused_by_id == decision.id, Decision.undone_at.is_(None)
    )
    return list(session.scalars(query.order_by(Decision.id)))


def give_way(
    session: Session, article: Article, correction_ids: Collection[int], now: datetime
) -> set[int]:
    """Let corrections wait again whose changes an article's source took back for good.

    Stands inside the transaction that brings the source in, once its text is current. Nobody is
    told any more that the article says what it does not; what is decided next tells whoever was.
    The revisions that made those changes.
    """
    query = select(Decision).where(
        Decision.correction_id.in_(correction_ids), Decision.undone_at.is_(None)
    )
    made = session.scalars(query.order_by(Decision.id)).all()
    for decision in made:
        closed = [decision, *_closed_along_with(session, decision)]
        ids = [one.id for one in closed]
        owed.cancel(session, ids, now, must=False)
        notices.take_back(session, closed, by_id=None, now=now)
        opened = open_again(session, closed, Action.REOPEN, by_id=None, now=now)
        placing.place_again(session, article, opened)
        clusters.rejoin(session, article, opened)
        told: dict[str, Any] = {
            "decision": decision.id,
            "taken_back": ids,
            "opened": [one.id for one in opened],
        }
        audit.record(session, "reopen", decision.correction, now=now, **told)
    return {decision.revision for decision in made if decision.revision is not None}


def open_again(
    session: Session,
    decisions: Sequence[Decision],
    action: Action,
    *,
    by_id: int | None,
    now: datetime,
) -> list[Correction]:
    """Let what these decisions closed wait again, in their order.

    Stands inside the transaction, with the article's row held. Raises `Overtaken` where one
    changed meanwhile.
    """
    found = _corrections_of(session, decisions)
    opened = [found[decision.correction_id] for decision in decisions]
    rows = [
        {"one": one.id, "seen": one.version, "to": str(after(Status(one.status), action))}
        for one in opened
    ]
    session.flush()
    if rows and session.connection().execute(_OPEN, rows).rowcount != len(rows):
        raise Overtaken
    for one, row in zip(opened, rows, strict=True):
        closing.mark(one, status=row["to"], version=one.version + 1, decided_at=None)
    for some in portions([decision.id for decision in decisions]):
        undone = {"undone_at": now, "undone_by_id": by_id}
        session.execute(update(Decision).where(Decision.id.in_(some)).values(undone))
        judged = {"outcome": "reopened", "judged_by_id": by_id, "judged_at": now}
        waits = Appeal.decision_id.in_(some), Appeal.outcome.is_(None)
        session.execute(update(Appeal).where(*waits).values(judged))
    return opened


_TABLE = Correction.__table__
_OPEN = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("one"), _TABLE.c.version == bindparam("seen"))
    .values(status=bindparam("to"), version=_TABLE.c.version + 1, decided_at=None)
)


def _corrections_of(session: Session, decisions: Sequence[Decision]) -> dict[int, Correction]:
    """What these decisions closed, by number, with its place."""
    found: dict[int, Correction] = {}
    for some in portions([decision.correction_id for decision in decisions]):
        query = select(Correction).where(Correction.id.in_(some))
        found |= {one.id: one for one in session.scalars(query)}
    return found
