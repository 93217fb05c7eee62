"""/queue/bulk: one act on the corrections that were ticked: looked at, carried out, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.domain.lifecycle import Action, Reason
from corrections_app.extensions import db
from corrections_app.language import gettext
from corrections_app.models import Bulk, BulkItem
from corrections_app.web.access import person
from corrections_app.web.answers import check_keepable, given, see_other, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.queue import listing
from corrections_app.web.queue.filter_form import kept
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import bulk, bulk_limits
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.pending import senders
from corrections_app.workflow.queue import rows
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.transaction import Act

_ID, _COUNT = 18, 9
"""So many digits fit into the columns of ids, and of versions and revisions."""


@dataclass(frozen=True)
class Sweep:
    """Of whose corrections a preview is: which one led there, how many wait, how many it takes."""

    reference: str
    found: int
    most: int


blueprint = Blueprint("bulk", __name__, url_prefix="/queue/bulk")


@blueprint.get("")
def preview() -> Response:
    """What is about to be done, row by row; it changes nothing."""
    ids = _numbers(request.args.getlist("selected"))
    try:
        action = _action(request.args)
        bulk_limits.check_count(len(ids), person())
    except Refusal as refusal:
        if wants_json():
            return refused(refusal)
        is_known = request.args.get("act") in bulk_limits.ACTIONS
        if is_known and 0 < len(ids) <= bulk_limits.MOST:  # some can be unticked there
            shown = _previewed(_action(request.args), ids, request.args, refusal)
        else:
            shown = listing.listed(refusal)
        return make_response(shown, status_of(refusal))
    return make_response(_previewed(action, ids, request.args))


@blueprint.get("/sender/<int:correction_id>")
def sender(correction_id: int) -> str:
    """What waits from the sender of a correction, about to be rejected as spam; changes nothing.

    Of more than may be done at once the first ones. Who may be another reader is not ticked.
    """
    session, correction = db.session(), rows.one(correction_id)
    ids = senders.waiting_from(session, correction, rows.CAPPED)
    sweep = Sweep(correction.reference, len(ids), bulk_limits.most(person()))
    ids = ids[: sweep.most]
    near = senders.only_near(session, correction, ids)
    ticked = [one for one in ids if one not in near]
    fields: MultiDict[str, str] = MultiDict({"reason": Reason.SPAM.value})
    return _previewed(Action.REJECT, ids, fields, ticked=ticked, sweep=sweep)


@blueprint.post("")
def create() -> Response:
    """Do it, row by row, and show what came of each."""
    fields: MultiDict[str, str] = MultiDict()
    rows: tuple[Seen, ...] = ()
    try:
        fields = given(several=("item", "shown"))
        check_keepable(fields)
        rows = tuple(_seen(one) for one in fields.getlist("item"))
        act = Batch(_action(fields), rows, fields.get("reason") or None, fields.get("note", ""))
        bulk_id = bulk.carry_out(act, Act(person(), fields.get("key") or None, now()))
    except Refusal as refusal:
        if wants_json() or fields.get("act") not in bulk_limits.ACTIONS:
            return refused(refusal)
        ticked = [row.id for row in rows]
        ids = _numbers(fields.getlist("shown"))[: bulk_limits.MOST] or ticked
        shown = _previewed(_action(fields), ids, fields, refusal, ticked)
        return make_response(shown, status_of(refusal))
    if wants_json():
        return jsonify(_as_json(bulk.one(bulk_id)))
    return _to(bulk_id, fields)


@blueprint.get("/<int:bulk_id>")
def show(bulk_id: int) -> Response:
    """What came of an act, row by row; what failed is still ticked."""
    done = bulk.one(bulk_id)
    if wants_json():
        return jsonify(_as_json(done))
    return make_response(
        render_template(
            "queue/bulk/show.html",
            bulk=done,
            items=[(item, _answer(item), rows.shown(item.correction)) for item in done.items],
            signs=rows.signs([item.correction for item in done.items]),
            undoable=bulk.may_undo(done, person(), now()),
            back=kept(request.args.get("back", "")),
            most=bulk_limits.most(person()),
            this_moment=now(),
        )
    )


@blueprint.post("/<int:bulk_id>/undo")
def undo(bulk_id: int) -> Response:
    """Take all of it back, as far as that can be done exactly."""
    try:
        fields = given()
        bulk.take_back(bulk_id, Act(person(), None, now()))
    except Refusal as refusal:
        return refused(refusal)
    return jsonify(_as_json(bulk.one(bulk_id))) if wants_json() else _to(bulk_id, fields)


def _to(bulk_id: int, fields: MultiDict[str, str]) -> Response:
    there = url_for("bulk.show", bulk_id=bulk_id, back=kept(fields.get("back", "")) or None)
    return see_other(there)


def _previewed(
    action: Action,
    ids: list[int],
    fields: MultiDict[str, str],
    refusal: Refusal | None = None,
    ticked: list[int] | None = None,
    sweep: Sweep | None = None,
) -> str:
    corrections = bulk_limits.chosen(ids)
    session, reason = db.session(), Reason.SPAM if sweep else None
    why = {
        one.id: bulk_limits.hindrance(session, one, action, now(), reason) for one in corrections
    }
    return render_template(
        "queue/bulk/preview.html",
        action=action,
        items=[(one, rows.shown(one)) for one in corrections if why[one.id] is None],
        left_out=[(one, why[one.id], rows.shown(one)) for one in corrections if why[one.id]],
        ticked=ids if ticked is None else ticked,
        sweep=sweep,
        articles=len({one.article_id for one in corrections}),
        signs=rows.signs(corrections),
        reasons=reasons.offered(),
        typed=fields,
        back=kept(fields.get("back", "")),
        this_moment=now(),
        key=token_urlsafe(16),
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
    )


def _answer(item: BulkItem) -> dict[str, Any]:
    """What became of a row: its code, and the sentence where there is one."""
    if item.decision is not None and item.decision.undone_at is not None:
        return {"code": "taken_back", "message": ""}
    if item.undo_answer is not None and item.undo_answer["code"] == bulk.DONE:
        return {"code": "taken_back", "message": ""}
    kept = item.undo_answer or item.answer or {"code": "waiting"}
    return {"code": "stays" if item.undo_answer else kept["code"], "message": _words(kept)}


def _words(kept: dict[str, Any]) -> str:
    sentence = gettext(kept["template"]) if kept.get("template") else ""
    return sentence % kept["details"] if kept.get("details") else sentence


def _as_json(done: Bulk) -> dict[str, Any]:
    rows = [{"id": item.correction_id, **_answer(item)} for item in done.items]
    return {"bulk": done.id, "action": done.action, "items": rows}


def _action(fields: MultiDict[str, str]) -> Action:
    name = fields.get("act", "")
    if name not in bulk_limits.ACTIONS:
        raise Invalid("Say what is to be done with them.", fields={"act": "Choose one."})
    return Action(name)


def _seen(item: str) -> Seen:
    """A row of the form: id, version and revision, with colons between."""
    parts = item.split(":")
    if len(parts) != 3 or not all(map(_is_number, parts, (_ID, _COUNT, _COUNT))):
        raise Invalid("A row is its number, its version and the article's revision.")
    return Seen(*map(int, parts))


def _numbers(given: list[str]) -> list[int]:
    """The numbers of corrections among these, each once; what is none is left out."""
    return list(dict.fromkeys(int(one) for one in given if _is_number(one)))


def _is_number(text: str, digits: int = _ID) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits
