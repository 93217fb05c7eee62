"""A second person confirms what a moderator proposed, or sends it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from corrections_app.domain.errors import NotFound, NotPermitted, StaleVersion
from corrections_app.domain.lifecycle import Action, ChangeClass, Status
from corrections_app.domain.roles import Ability
from corrections_app.models import Approval, Correction
from corrections_app.workflow import locks, permission
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.deciding.decision import Outcome
from corrections_app.workflow.deciding.verdict import Verdict, check_still_reads
from corrections_app.workflow.locks import Plan
from corrections_app.workflow.pending import closing, facts
from corrections_app.workflow.transaction import Act, perform, write


def approve(
    correction_id: int,
    act: Act,
    *,
    proposed: str = "",
    confirmed: Collection[str] = (),
    seen: int | None = None,
) -> Outcome:
    """Carry out the proposed decision.

    ``proposed`` is when the proposal was made that was shown, in ISO 8601; without it
    whatever is proposed is meant. ``seen`` is the version that was on the screen of whoever
    confirms: what came after the proposal, like its reader's answer, they have read then;
    without it the version is meant that it was proposed on. ``confirmed``: as in `Verdict`.
    Raises what `decision.decide` raises, `StaleVersion` where another one was made meanwhile,
    and `NotPermitted` for whoever proposed it.
    """
    asked = {"correction": correction_id, "action": "approve"}
    plan = partial(_plan_proposal, correction_id=correction_id, shown=proposed)
    carry_out = partial(
        _approve,
        correction_id=correction_id,
        shown=proposed,
        confirmed=confirmed,
        seen=seen,
        act=act,
    )
    return perform(act, asked, correction_id, plan, carry_out, Outcome)


def send_back(correction_id: int, act: Act) -> None:
    """Drop the proposal: the correction waits for a decision again. Raises `NotFound`."""
    request = act.once({"correction": correction_id, "action": "send_back"})
    with write() as session:
        if request.answered(session) is not None:
            return
        correction = locks.hold_correction(session, correction_id)
        approval, _ = _proposal(session, correction_id)
        if approval.by_id != act.by.id:
            permission.confirmed(session, act.by, Ability.APPROVE, correction)
        session.delete(approval)
        decision.raise_version(session, correction)
        act.record(session, "send_back", correction)
        request.keep(session, {}, act.now)


def _proposal(session: Session, correction_id: int, shown: str = "") -> tuple[Approval, Verdict]:
    """What waits for a second person; `StaleVersion` unless it is the one that was ``shown``."""
    approval = session.get(Approval, correction_id)
    if approval is None:
        correction = session.get(Correction, correction_id)
        if correction is not None and correction.status != Status.PENDING:
            raise closing.too_late(session, correction, Action.ACCEPT)
        raise NotFound("No decision waits for a second person here.")
    if shown and approval.created_at.isoformat() != shown:
        raise StaleVersion("Something else is proposed now. Look at it again.")
    # As JSON keeps it: lists where a verdict has tuples.
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in approval.verdict.items()
    }
    kept["action"], kept["change_class"] = Action(kept["action"]), ChangeClass(kept["change_class"])
    return approval, Verdict(**kept)


def _plan_proposal(session: Session, correction_id: int, shown: str) -> Plan | None:
    _, verdict = _proposal(session, correction_id, shown)
    return decision.plan_change(session, correction_id, verdict)


def _approve(
    session: Session,
    change: Plan | None,
    correction_id: int,
    shown: str,
    confirmed: Collection[str],
    seen: int | None,
    act: Act,
) -> Outcome:
    _proposal(session, correction_id, shown)
    correction = locks.hold_correction(session, correction_id)
    approval, verdict = _proposal(session, correction_id)
    verdict = verdict if seen is None else replace(verdict, seen=seen)
    decision.check_open(session, correction, verdict)
    user = permission.confirmed(session, act.by, Ability.APPROVE, correction)
    if approval.by_id == user.id:
        raise NotPermitted("You proposed this yourself: someone else must confirm it.")
    if permission.sent_it(user, correction) and not permission.is_alone(session):
        raise NotPermitted("You sent this correction yourself: a colleague must decide it.")
    facts.check_confirmed(decision.flags_of(session, correction, change), confirmed)
    if change is not None:
        check_still_reads(correction.article, verdict, change.wished)
    proposer = approval.by_id
    outcome = decision.carry_out(session, correction, verdict, change, act)
    act.record(session, "approve", correction, proposed_by=proposer)
    return outcome
