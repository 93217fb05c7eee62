"""A moderator decides: accept, accept in other words, answer, reject, supersede.

One transaction holds the decision, those that stand behind it, the article's
revision, the audit and the letters that are owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.errors import NotFound, Refusal, StaleVersion
from corrections_app.domain.lifecycle import Action, Status
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Approval, Article, Correction, Decision, User
from corrections_app.workflow import audit, locks, permission, revisions
from corrections_app.workflow.deciding import reasons
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
from corrections_app.workflow.transaction import Act, perform

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
    asked = asdict(replace(verdict, confirmed=()))
    del asked["confirmed"]
    request = act.once({"correction": correction_id, **asked})

    def plan(session: Session) -> Plan | None:
        return planned(session, correction_id, verdict)

    def change(session: Session, change: Plan | None) -> dict[str, Any]:
        return asdict(_decided(session, correction_id, verdict, change, act.by, act.now))

    return Outcome(**perform(request, correction_id, plan, change, now=act.now))


def standing_of(correction: Correction) -> Decision | None:
    """The decision that holds for a correction, for pages that show it."""
    return closing.standing(db.session(), correction.id)


def planned(session: Session, correction_id: int, verdict: Verdict) -> Plan | None:
    """The change that accepting means, worked out before the writer's turn is taken.

    Whatever is refused here may have been decided meanwhile, and then that is
    what the moderator must hear: so the refusal waits until the row was looked at.
    """
    correction = session.get(Correction, correction_id)
    if correction is None:
        raise NotFound("There is no such correction.")
    if verdict.action != Action.ACCEPT:
        return None
    try:
        wished = edits_meant(correction, verdict)
        if wished is None:
            return None
        article = correction.article
        made = edits_to_apply(article, wished)
        return publishing.plan(session, article, patch(article.current.blocks, made), made, wished)
    except Refusal:
        check_open(session, correction, verdict)
        raise


def check_open(session: Session, correction: Correction, verdict: Verdict) -> None:
    """Raise `AlreadyDecided` or `StaleVersion` unless it stands as the moderator saw it."""
    if correction.status != Status.PENDING:
        raise closing.too_late(session, correction, verdict.action, verdict.reason)
    if correction.leader_id is not None:
        raise StaleVersion(
            "It stands together with another one of the same change: decide that one.",
            leader=correction.leader_id,
        )
    if correction.version != verdict.seen:
        raise StaleVersion("This correction changed since you opened it. Look at it again.")


def _decided(
    session: Session,
    correction_id: int,
    verdict: Verdict,
    change: Plan | None,
    by: User,
    now: datetime,
) -> Outcome:
    correction = locks.hold_correction(session, correction_id)
    article = correction.article
    check_open(session, correction, verdict)
    user = permission.decider(session, by, correction)
    check_settled(session, correction, verdict)
    flags = flags_of(session, correction, change)
    if change is not None:
        check_told(article, verdict, change.wished, flags)
    if needs_second(session, user, verdict, change, flags):
        return _propose(session, correction, article, verdict, user, now)
    return carry_out(session, correction, verdict, change, user, now)


def carry_out(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    user: User,
    now: datetime,
) -> Outcome:
    """Close a correction and its cluster, and publish the change.

    Stands inside the transaction, with the article's row locked and the
    correction looked at. Raises `Overtaken` and `Invalid`.
    """
    made = change.edits or () if change else None
    thanks = thanked(session, correction, verdict)
    decision = settle(session, correction, verdict, change, made, user, now)
    if change is not None:
        publishing.publish(
            session,
            change,
            origin="accept",
            change_class=verdict.change_class,
            notice=verdict.notice or None,
            thanks=thanks,
            author_id=user.id,
            caused_by_id=decision.id,
            now=now,
        )
    return _outcome(session, correction, decision.undo_until.isoformat())


def settle(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    made: Sequence[Edit] | None,
    user: User,
    now: datetime,
) -> Decision:
    """Close a correction and those that stand behind it, before ``change`` is published.

    ``made`` are the edits from the current text to that of ``change``.
    """
    if verdict.action == Action.REJECT:
        reasons.check(session, verdict.reason, verdict.note)
    following = clusters.members(session, correction)
    terms = Closing(
        action=verdict.action,
        by_id=user.id,
        now=now,
        reason=verdict.reason,
        note=verdict.note.strip() or None,
        change_class=verdict.change_class,
        notice=verdict.notice or None,
        revision=change.base + 1 if change else None,
        as_proposed=verdict.is_as_proposed or _asked_for(correction, change),
        edits=made,
        bulk_id=verdict.bulk_id,
        **_words(session, change, made),
    )
    decision = closing.close(session, correction, terms)
    for member in following:
        same = terms.as_proposed and clusters.are_equal(session, correction, member)
        own = replace(terms, as_proposed=same or change is None or _asked_for(member, change))
        closing.close(session, member, replace(own, caused_by_id=decision.id))
    return decision


def _asked_for(correction: Correction, change: Plan | None) -> bool:
    """Whether the words applied are after all this reader's own."""
    where = correction.placement
    return change is not None and where is not None and change.wished == where.edits


def flags_of(session: Session, correction: Correction, change: Plan | None) -> tuple[Flag, ...]:
    """What flags the change that a decision makes; nothing where it makes none.

    Stands inside the transaction. Raises `Overtaken` where the change is of an older text.
    """
    if change is None:
        return ()
    article = correction.article
    if change.base != article.head:
        raise Overtaken
    fact = facts.says_fact(session, correction)
    return facts.flags_of_change(article.current, change.body, change.edits, fact=fact)


def needs_second(
    session: Session, user: User, verdict: Verdict, change: Plan | None, flags: Sequence[Flag]
) -> bool:
    """Whether a second person has to confirm this decision."""
    if verdict.action != Action.ACCEPT or change is None:
        return False
    return permission.needs_second(session, user, verdict.change_class, flags=flags)


def _propose(
    session: Session,
    correction: Correction,
    article: Article,
    verdict: Verdict,
    user: User,
    now: datetime,
) -> Outcome:
    if session.get(Approval, correction.id):
        raise StaleVersion("A decision on this correction already waits for an editor.")
    # An editor confirms one by one, and sees it as it stands once it is proposed.
    kept = replace(verdict, revision=article.head, bulk_id=None, seen=correction.version + 1)
    lists = {"also": list(verdict.also), "thanks": list(verdict.thanks), "edits": verdict.chosen}
    proposed = asdict(kept) | lists
    del proposed["confirmed"]  # whoever confirms the proposal is told, and answers, anew
    raise_version(session, correction)
    session.add(
        Approval(correction_id=correction.id, by_id=user.id, verdict=proposed, created_at=now)
    )
    audit.record(
        session, Action.PROPOSE, correction, by_id=user.id, now=now, action_proposed=verdict.action
    )
    return replace(_outcome(session, correction, None), awaiting=True)


def raise_version(session: Session, correction: Correction) -> None:
    """Let whoever has the correction on the screen see that it changed."""
    session.execute(
        update(Correction)
        .where(Correction.id == correction.id)
        .values(version=Correction.version + 1)
        .execution_options(synchronize_session=False)
    )


def _outcome(session: Session, correction: Correction, undo_until: str | None) -> Outcome:
    session.flush()
    session.refresh(correction)
    head = session.scalars(select(Article.head).filter_by(id=correction.article_id)).one()
    return Outcome(correction.id, correction.status, correction.version, head, undo_until)


def _words(session: Session, change: Plan | None, made: Sequence[Edit] | None) -> dict[str, Any]:
    """The passage before and after: from the first edit's start to the last one's end."""
    if change is None or not made:
        return {}
    low, high = made[0].start, made[-1].end
    old = revisions.text(session, change.article_id, change.base)
    grown = len(change.text) - len(old)
    return {"before": old[low:high], "after": change.text[low : high + grown]}
