"""A moderator decides: accept, accept in other words, answer, reject, supersede.

One transaction holds the decision, those that stand behind it, the article's
revision, the audit and the letters that are owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from corrections_app.domain.bodies.patch import patched
from corrections_app.domain.errors import AlreadyDecided, Refusal, StaleVersion, TextMoved
from corrections_app.domain.lifecycle import Action, Status
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Approval, Conflict, Correction, Decision
from corrections_app.workflow import locks, permission
from corrections_app.workflow.deciding.verdict import (
    Verdict,
    check,
    check_settled,
    check_told,
    edits_meant,
    edits_to_apply,
    thanked,
)
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.pending import closing, clusters, facts, publishing
from corrections_app.workflow.pending.closing import Closing
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.transaction import Act, perform, write

__all__ = ["Outcome", "Verdict", "check", "check_open", "decide", "settle", "standing_of"]


@dataclass(frozen=True)
class Outcome:
    """What a decision came to; ``undo_until`` is in ISO 8601, UTC.

    ``awaiting``: it is proposed, and a second person has to confirm it.
    """

    id: int
    status: str
    version: int
    revision: int
    undo_until: str | None
    awaiting: bool = False


def decide(correction_id: int, verdict: Verdict, act: Act) -> Outcome:
    """Close one correction, and those that stand behind it.

    Raises a `Refusal`, and then nothing has changed: `AlreadyDecided` when
    someone was faster, `TextMoved` when the words are no longer those shown,
    `StaleVersion`, `NeedsConfirmation`, `NotPermitted`, `Invalid`, `NoChange`,
    `TooLong`, `NotFound`, `BadKey`.
    """
    check(verdict)
    # Confirming is the second step of the same act, not another act.
    asked = {"correction": correction_id, **asdict(replace(verdict, confirmed=()))}
    del asked["confirmed"]
    plan = partial(plan_change, correction_id=correction_id, verdict=verdict)
    carry_out = partial(_decide, correction_id=correction_id, verdict=verdict, act=act)
    return perform(act, asked, correction_id, plan, carry_out, Outcome)


def note_lost_race(refusal: Refusal, correction_id: int, now: datetime) -> None:
    """Count a decision that was refused because something had changed; any other is not.

    Call it after the refused transaction has ended, for a correction that there is.
    """
    if isinstance(refusal, AlreadyDecided | StaleVersion | TextMoved):
        with write() as session:
            session.add(Conflict(correction_id=correction_id, code=refusal.code, created_at=now))


def standing_of(correction: Correction) -> Decision | None:
    """The decision that holds for a correction, for pages that show it."""
    return closing.standing(db.session(), correction.id)


def plan_change(session: Session, correction_id: int, verdict: Verdict) -> Plan | None:
    """The change that accepting means, worked out before the writer's turn is taken.

    Whatever is refused here may have been decided meanwhile, and then that is
    what the moderator must hear: so the refusal waits until the row was looked at.
    """
    correction = locks.correction_of(session, correction_id)
    if verdict.action != Action.ACCEPT:
        return None
    try:
        wished = edits_meant(correction, verdict)
        if wished is None:
            return None
        article = correction.article
        applied = edits_to_apply(article, wished)
        body = patched(article.current.blocks, applied)
        return publishing.plan(session, article, body, applied, wished)
    except Refusal:
        check_open(session, correction, verdict)
        raise


def check_open(session: Session, correction: Correction, verdict: Verdict) -> None:
    """Raise `AlreadyDecided` or `StaleVersion` unless it stands as the moderator saw it."""
    if correction.status != Status.PENDING:
        raise closing.too_late(session, correction, verdict.action, verdict.reason)
    if correction.leader_id is not None:
        raise StaleVersion(
            "It belongs to another correction of the same change: decide that one.",
            leader=correction.leader_id,
        )
    if correction.version != verdict.seen:
        raise StaleVersion("This correction changed since you opened it. Look at it again.")


def _decide(
    session: Session, change: Plan | None, correction_id: int, verdict: Verdict, act: Act
) -> Outcome:
    """Decide, or propose to, with the article's row held."""
    correction = locks.hold_correction(session, correction_id)
    check_open(session, correction, verdict)
    user = permission.decider(session, act.by, correction)
    check_settled(session, correction, verdict)
    flags = flags_of(session, correction, change)
    if change is not None:
        check_told(correction.article, verdict, change.wished, flags)
        if permission.needs_second(session, user, verdict.change_class, flags=flags):
            return _propose(session, correction, verdict, act)
    return carry_out(session, correction, verdict, change, act)


def carry_out(
    session: Session, correction: Correction, verdict: Verdict, change: Plan | None, act: Act
) -> Outcome:
    """Close a correction and its cluster, and publish the change.

    Stands inside the transaction, with the article's row locked and the
    correction looked at. Raises `Overtaken` and `Invalid`.
    """
    thanks = thanked(session, correction, verdict)
    applied = change.edits or () if change else None
    decided = settle(session, correction, verdict, change, applied, act)
    if change is not None:
        publishing.publish(
            session,
            correction.article,
            change,
            origin="accept",
            change_class=verdict.change_class,
            notice=verdict.notice or None,
            thanks=thanks,
            author_id=act.by.id,
            caused_by_id=decided,
            now=act.now,
        )
    return _outcome(correction, closing.undo_until(act.now).isoformat())


def settle(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    applied: Sequence[Edit] | None,
    act: Act,
) -> int:
    """Close a correction and those that stand behind it, before ``change`` is published.

    ``applied`` are the edits from the current text to that of ``change``. The decision's number.
    """
    if verdict.action == Action.REJECT:
        reasons.check(session, verdict.reason, verdict.note)
    members = clusters.members(session, correction, placed=True)
    before, after = _passages(change, applied)
    terms = Closing(
        action=verdict.action,
        by_id=act.by.id,
        now=act.now,
        reason=verdict.reason,
        note=verdict.note.strip() or None,
        change_class=verdict.change_class,
        notice=verdict.notice or None,
        revision=change.base + 1 if change else None,
        before=before,
        after=after,
        as_proposed=verdict.is_as_proposed or _makes_its_edits(change, correction),
        edits=applied,
        bulk_id=verdict.bulk_id,
    )
    # Asked before any is closed: of closed ones nobody keeps the places in mind.
    own = [
        change is None
        or (terms.as_proposed and clusters.are_equal(correction, member))
        or _makes_its_edits(change, member)
        for member in members
    ]
    decided = closing.close(session, correction, terms)
    behind = replace(terms, caused_by_id=decided)
    along = [replace(behind, as_proposed=each) for each in own]
    closing.close_all(session, list(zip(members, along, strict=True)))
    return decided


def _makes_its_edits(change: Plan | None, correction: Correction) -> bool:
    """Whether the words applied are after all this reader's own."""
    placement = correction.placement
    return change is not None and placement is not None and change.wished == placement.edits


def flags_of(session: Session, correction: Correction, change: Plan | None) -> tuple[Flag, ...]:
    """What flags the change that a decision makes; nothing where it makes none.

    Stands inside the transaction. Raises `Overtaken` where the change is of an older text.
    """
    if change is None:
        return ()
    if change.base != correction.article.head:
        raise Overtaken
    flags = change.flags or ()
    return (*flags, Flag.FACT) if facts.says_fact(session, correction) else flags


def _propose(session: Session, correction: Correction, verdict: Verdict, act: Act) -> Outcome:
    """Keep the verdict for a second person, who sees it as it stands by then."""
    if session.get(Approval, correction.id):
        raise StaleVersion("A decision on this correction already waits for an editor.")
    head = correction.article.head
    # An editor confirms one by one, and sees it as it stands once it is proposed.
    later = replace(verdict, revision=head, bulk_id=None, seen=correction.version + 1)
    lists = {"also": list(verdict.also), "thanks": list(verdict.thanks), "edits": verdict.chosen}
    proposed = asdict(later) | lists
    del proposed["confirmed"]  # whoever confirms the proposal is told, and answers, anew
    raise_version(session, correction)
    session.add(
        Approval(correction_id=correction.id, by_id=act.by.id, verdict=proposed, created_at=act.now)
    )
    act.record(session, Action.PROPOSE, correction, action_proposed=verdict.action)
    return replace(_outcome(correction, None), awaiting=True)


def raise_version(session: Session, correction: Correction) -> None:
    """Let whoever has the correction on the screen see that it changed."""
    session.execute(
        update(Correction)
        .where(Correction.id == correction.id)
        .values(version=Correction.version + 1)
        .execution_options(synchronize_session=False)
    )
    closing.mark(correction, version=correction.version + 1)


def _outcome(correction: Correction, undo_until: str | None) -> Outcome:
    head = correction.article.head
    return Outcome(correction.id, correction.status, correction.version, head, undo_until)


def _passages(
    change: Plan | None, applied: Sequence[Edit] | None
) -> tuple[str, str] | tuple[None, None]:
    """The passage before and after: from the first edit's start to the last one's end."""
    if change is None or not applied:
        return None, None
    low, high = applied[0].start, applied[-1].end
    grown = len(change.text) - len(change.old)
    return change.old[low:high], change.text[low : high + grown]
