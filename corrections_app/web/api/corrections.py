"""/api/v1/corrections: sent, listed, read, decided and taken back, as on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from corrections_app.domain.errors import Invalid, NotPermitted
from corrections_app.models import Correction, Decision
from corrections_app.web import verdicts
from corrections_app.web.access import person
from corrections_app.web.answers import given, language, whole
from corrections_app.web.api import readers
from corrections_app.web.api.conventions import VERSION, act, key, limit, listed
from corrections_app.web.api.sent import sent
from corrections_app.web.forms import DecisionForm, ProposalForm, read
from corrections_app.web.rates import client_prefix
from corrections_app.web.sending import count_arrival, count_try, proposal, receipt_json
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.queue import filters, finding, lanes, rows
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.submitting.suspecting import Arrival

blueprint = Blueprint("api_corrections", __name__, url_prefix=VERSION)

VERDICT = (
    "action", "seen", "revision", "text", "class", "notice", "reason", "note", "also", "edits",
    "confirmed", "thanks",
)  # fmt: skip
"""The fields of a decision, without those that only repeat what a card had shown."""
_SEVERAL = ("also", "edits", "confirmed", "thanks")


@blueprint.post("/articles/<slug>/corrections")
def create(slug: str) -> Response:
    """Store a correction, by the rules and limits for readers, and answer with its receipt."""
    count_try()
    fields = given()
    receipt = submission.submit(
        slug,
        proposal(read(ProposalForm, fields), fields),
        lang=language(),
        key=key(),
        admit=count_arrival,
        arrival=Arrival(client_prefix(), account=person().id),
        now=now(),
    )
    url = whole("receipts.show", token=receipt.token)
    answer = jsonify(receipt_json(receipt, url))
    answer.status_code = 200 if receipt.is_replay else 201
    return answer


@blueprint.get("/corrections")
def index() -> Response:
    """A part of the queue, or what the filters look back for, as the token's owner sees it."""
    criteria = _criteria()
    after = request.args.get("after")
    page = lanes.listed(_lane(), person(), now(), after, criteria, limit())
    return listed(_told(page.corrections), page.next)


@blueprint.get("/corrections/<int:correction_id>")
def show(correction_id: int) -> Response:
    """One correction as it stands."""
    return jsonify(_told([rows.one(correction_id)])[0])


@blueprint.post("/corrections/<int:correction_id>/decision")
def decide(correction_id: int) -> Response:
    """Accept, accept in other words, answer, reject or close in another way."""
    form = read(DecisionForm, sent(VERDICT, several=_SEVERAL))
    return jsonify(verdicts.outcome_json(verdicts.decided(correction_id, form, act())))


@blueprint.post("/corrections/<int:correction_id>/undo")
def undo(correction_id: int) -> Response:
    """Take a decision back while it is young."""
    sent(())
    return jsonify(verdicts.standing_json(correction_id, undoing.undo(correction_id, act())))


def _criteria() -> Criteria:
    """What is asked for. Who may not read readers' addresses cannot try them out either.

    Nor by ``like``: anybody can send a correction with a stranger's address, and ask by it.
    """
    criteria = filters.parse(request.args)
    asked = {
        "words": "an address" if finding.is_address(criteria.words) else "",
        "like": "a reader" if criteria.like else "",
    }
    fields = {name: what for name, what in asked.items() if what}
    if fields and not readers.may_be_told():
        raise NotPermitted(
            "To look for what one reader sent, the token needs the scope readers:read.",
            fields=fields,
        )
    return criteria


def _lane() -> Lane:
    name = request.args.get("lane", "") or Lane.WAITING
    if name not in set(Lane):
        raise Invalid.at("lane", "There is no such part of the queue.")
    return Lane(name)


def _told(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Corrections as the pages tell programs of them, each with its decision."""
    moment, signs = now(), rows.signs(corrections)
    decisions = rows.decisions(corrections)
    told = [
        rows.as_json(one, signs[one.id], moment)
        | {"decision": _decision_json(decisions.get(one.id))}
        for one in corrections
    ]
    if readers.may_be_told():
        known = rows.readers(corrections)
        for one in told:
            one["reader"] = readers.as_json(known.get(one["id"]))
    return told


def _decision_json(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "action": decision.action,
        "by": decision.by.name if decision.by else None,
        "at": decision.created_at.isoformat(),
        "reason": decision.reason,
        "note": decision.note,
        "class": decision.change_class,
        "notice": decision.notice,
        "revision": decision.revision,
        "before": decision.before,
        "after": decision.after,
        "as_proposed": decision.as_proposed,
        "undo_until": decision.undo_until.isoformat(),
    }
