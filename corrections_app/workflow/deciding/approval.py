"""A second person confirms what a moderator proposed, or sends it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotFound, NotPermitted, StaleVersion
from corrections_app.domain.lifecycle import Action, ChangeClass, Status
from corrections_app.domain.roles import Ability
from corrections_app.models import Approval, Correction, User
from corrections_app.workflow import audit, locks, permission
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.deciding.decision import Outcome
from corrections_app.workflow.deciding.verdict import Verdict, check_still_reads
from corrections_app.workflow.locks import Plan
from corrections_app.workflow.pending import closing, facts
from corrections_app.workflow.transaction import Act, perform, write


def approve(
    correction_id: int, act: Act, *, proposed: str = "", confirmed: Collection[str] = ()
) -> Outcome:
    """Carry out the proposed decision.

    ``proposed`` is when the proposal was made that was shown, in ISO 8601; without it
    whatever is proposed is meant. ``confirmed``: as in `Verdict`. Raises what
    `decision.decide` raises, `StaleVersion` where another one was made meanwhile, and
    `NotPermitted` for whoever proposed it.
    """
    request = act.once({"correction": correction_id, "action": "approve"})

    def plan(session: Session) -> Plan | None:
        approval, verdict = _proposed(session, correction_id)
        _check_shown(approval, proposed)
        return decision.planned(session, correction_id, verdict)

    def change(session: Session, change: Plan | None) -> dict[str, Any]:
        _check_shown(_proposed(session, correction_id)[0], proposed)
        return asdict(_approved(session, correction_id, change, confirmed, act.by, act.now))

    return Outcome(**perform(request, correction_id, plan, change, now=act.now))


def send_back(correction_id: int, act: Act) -> None:
    """Drop the proposal: the correction waits for a decision again. Raises `NotFound`."""
    request = act.once({"correction": correction_id, "action": "send_back"})
    with write() as session:
        if request.answered(session) is not None:
            return
        correction = locks.hold_correction(session, correction_id)
        approval, _ = _proposed(session, correction_id)
        if approval.by_id != act.by.id:
            permission.confirmed(session, act.by, Ability.APPROVE, correction)
        session.delete(approval)
        decision.raise_version(session, correction)
        audit.record(
            session,
            "send_back",
            article_id=correction.article_id,
            correction_id=correction_id,
            by_id=act.by.id,
            now=act.now,
        )
        request.keep(session, {}, act.now)


def _proposed(session: Session, correction_id: int) -> tuple[Approval, Verdict]:
    approval = session.get(Approval, correction_id)
    if approval is None:
        correction = session.get(Correction, correction_id)
        if correction is not None and correction.status != Status.PENDING:
            raise closing.too_late(session, correction, Action.ACCEPT)
        raise NotFound("No decision waits for a second person here.")
    kept = dict(approval.verdict)
    verdict = Verdict(
        **kept
        | {
            "action": Action(kept["action"]),
            "change_class": ChangeClass(kept["change_class"]),
            "also": tuple(kept["also"]),
            "thanks": tuple(kept.get("thanks", ())),
            "confirmed": tuple(kept.get("confirmed", ())),
            "edits": None if kept.get("edits") is None else tuple(kept["edits"]),
        }
    )
    return approval, verdict


def _check_shown(approval: Approval, proposed: str) -> None:
    if proposed and approval.created_at.isoformat() != proposed:
        raise StaleVersion("Something else is proposed by now. Look at it again.")


def _approved(
    session: Session,
    correction_id: int,
    change: Plan | None,
    confirmed: Collection[str],
    by: User,
    now: datetime,
) -> Outcome:
    correction = locks.hold_correction(session, correction_id)
    approval, verdict = _proposed(session, correction_id)
    decision.check_open(session, correction, verdict)
    user = permission.confirmed(session, by, Ability.APPROVE, correction)
    if approval.by_id == user.id:
        raise NotPermitted("You proposed this yourself: someone else must confirm it.")
    if permission.sent_it(user, correction) and not permission.is_alone(session):
        raise NotPermitted("You sent this correction yourself: a colleague must decide it.")
    facts.check_confirmed(decision.flags_of(session, correction, change), confirmed)
    if change is not None:
        check_still_reads(correction.article, verdict, change.wished)
    proposer = approval.by_id
    outcome = decision.carry_out(
        session, correction, replace(verdict, seen=correction.version), change, user, now
    )
    audit.record(
        session,
        "approve",
        article_id=correction.article_id,
        correction_id=correction_id,
        by_id=user.id,
        now=now,
        proposed_by=proposer,
    )
    return outcome
