"""What is done with a correction over HTTP, on a card or by a program, and what it came to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.web.forms import DecisionForm
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.deciding.decision import Outcome
from corrections_app.workflow.deciding.verdict import Verdict
from corrections_app.workflow.queue import rows
from corrections_app.workflow.transaction import Act


def decided(correction_id: int, form: DecisionForm, act: Act) -> Outcome:
    """Decide as the form says. Raises as `decision.decide`; who was overtaken is counted."""
    try:
        return decision.decide(correction_id, verdict(form), act)
    except Refusal as refusal:
        decision.note_lost_race(refusal, correction_id, act.now)
        raise


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What a decision came to, for programs."""
    told = {name: value for name, value in asdict(outcome).items() if name != "awaiting"}
    return told | ({"awaiting": True} if outcome.awaiting else {})


def standing_json(correction_id: int, result: Any = None) -> dict[str, Any]:
    """How a correction stands after something was done with it, and what that came to."""
    correction = rows.one(correction_id)
    standing = {
        "id": correction.id,
        "status": correction.status,
        "version": correction.version,
        "revision": correction.article.head,
    }
    return standing | (plainly(result) if result else {})


def plainly(result: Any) -> dict[str, Any]:
    """What an act came to, without what it does not have."""
    return {name: value for name, value in asdict(result).items() if value is not None}


def is_untouched(form: DecisionForm) -> bool:
    """Whether the notice is the one that the card had prepared, to the letter."""
    notice = (form.notice.data or "").strip()
    return bool(notice) and notice == (form.prepared.data or "").strip()


def verdict(form: DecisionForm) -> Verdict:
    """What the fields of a decision say."""
    notice = (form.notice.data or "").strip()
    change_class = ChangeClass(form.change_class.data)
    untouched = is_untouched(form)
    return Verdict(
        action=Action(form.action.data),
        seen=form.seen.data,
        revision=form.revision.data,
        text=form.text.data if form.text.raw_data else None,
        change_class=change_class,
        notice="" if untouched and change_class == ChangeClass.SILENT else notice,
        prepared=untouched and change_class != ChangeClass.SILENT,
        reason=form.reason.data or None,
        note=form.note.data or "",
        confirmed=form.confirmed.data or (),
        thanks=tuple(form.thanks.data or ()),
        also=tuple(form.also.data or ()),
        edits=form.chosen,
    )
