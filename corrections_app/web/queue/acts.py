"""/queue/<id>/…: everything that is done with a correction besides deciding it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.models import User
from corrections_app.web.access import guard, person, require_person
from corrections_app.web.answers import given, place_of, see_other, wants_json
from corrections_app.web.errors import refused, status_of
from corrections_app.web.forms import ActForm, read
from corrections_app.web.queue import card as cards
from corrections_app.web.queue import listing
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import appeals, approval, bulk, side_facts, undoing
from corrections_app.workflow.queue import rows
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("triage", __name__, url_prefix="/queue")
blueprint.before_request(require_person)


@blueprint.post("/undo")
@guard("session")
def undo_latest() -> Response:
    """Take back one's own latest decision, or the whole act on many that it was part of."""
    try:
        form = read(ActForm, given())
        done = bulk.undo_latest(Act(person(), _key(form), now()))
    except Refusal as refusal:
        if wants_json():
            return refused(refusal)
        return make_response(listing.listed(refusal), status_of(refusal))
    if wants_json():
        return jsonify(_plainly(done))
    if done.bulk is not None:
        return see_other(url_for("bulk.show", bulk_id=done.bulk))
    return listing.to_card(done.id)


@blueprint.post("/<int:correction_id>/undo")
@guard("session")
def undo(correction_id: int) -> Response:
    """Take a decision back while it is young."""
    return _act(correction_id, "undo", lambda form, who: undoing.undo(correction_id, **who))


@blueprint.post("/<int:correction_id>/reopen")
@guard("session")
def reopen(correction_id: int) -> Response:
    """Take a decision back later on, with a note."""
    return _act(
        correction_id,
        "reopen",
        lambda form, who: undoing.reopen(
            correction_id, _note(form), confirmed=form.confirmed.data or (), **who
        ),
    )


@blueprint.post("/<int:correction_id>/escalate")
@guard("session")
def escalate(correction_id: int) -> Response:
    """Pass it up to an editor."""
    return _act(
        correction_id,
        "escalate",
        lambda form, who: side_facts.escalate(correction_id, note=_note(form), **who),
    )


@blueprint.post("/<int:correction_id>/hold")
@guard("session")
def hold(correction_id: int) -> Response:
    """Put it aside while it is being checked."""

    def act(form: ActForm, who: dict[str, Any]) -> None:
        if form.until.moment is None:
            raise Invalid.at("until", "Say until when it is being checked.")
        side_facts.hold(correction_id, until=form.until.moment, note=_note(form), **who)

    return _act(correction_id, "hold", act)


@blueprint.post("/<int:correction_id>/skip")
@guard("session")
def skip(correction_id: int) -> Response:
    """Hand this person another card; the page that follows is that card."""

    def act(form: ActForm, who: dict[str, Any]) -> None:
        side_facts.skip(correction_id, by=who["by"], now=who["now"])

    there = url_for("queue.following", after=correction_id, lane=request.args.get("lane"))
    return _act(correction_id, "skip", act, there)


@blueprint.post("/<int:correction_id>/put-back")
@guard("session")
def put_back(correction_id: int) -> Response:
    """Let what one held, skipped or passed up wait as before."""
    return _act(
        correction_id,
        "put_back",
        lambda form, who: side_facts.put_back(correction_id, form.what.data or "", **who),
    )


@blueprint.post("/<int:correction_id>/place")
@guard("session")
def place(correction_id: int) -> Response:
    """Say where the words stand now."""

    def act(form: ActForm, who: dict[str, Any]) -> None:
        start, end = _span(form)
        if form.revision.data is None:
            raise Invalid.at("revision", "Say which revision of the article you saw (revision).")
        side_facts.place(correction_id, revision=form.revision.data, start=start, end=end, **who)

    return _act(correction_id, "place", act)


@blueprint.post("/<int:correction_id>/duplicate")
@guard("session")
def duplicate(correction_id: int) -> Response:
    """Let it stand behind another one that says the same."""
    return _act(
        correction_id,
        "duplicate",
        lambda form, who: side_facts.duplicate(
            correction_id, form.reference.data or form.of.data or "", **who
        ),
    )


@blueprint.post("/<int:correction_id>/split")
@guard("session")
def split(correction_id: int) -> Response:
    """Take it out of its cluster."""
    return _act(correction_id, "split", lambda form, who: side_facts.split(correction_id, **who))


@blueprint.post("/<int:correction_id>/approve")
@guard("session")
def approve(correction_id: int) -> Response:
    """Confirm, as a second person, what was proposed."""
    return _act(
        correction_id,
        "approve",
        lambda form, who: approval.approve(
            correction_id,
            proposed=form.proposed.data or "",
            confirmed=form.confirmed.data or (),
            **who,
        ),
    )


@blueprint.post("/<int:correction_id>/send-back")
@guard("session")
def send_back(correction_id: int) -> Response:
    """Drop what was proposed."""
    return _act(
        correction_id, "send_back", lambda form, who: approval.send_back(correction_id, **who)
    )


@blueprint.post("/<int:correction_id>/uphold")
@guard("session")
def uphold(correction_id: int) -> Response:
    """Let a rejection stand after a second look."""
    return _act(
        correction_id,
        "uphold",
        lambda form, who: appeals.uphold(correction_id, _note(form), **who),
    )


def _act(
    correction_id: int,
    name: str,
    act: Callable[[ActForm, dict[str, Any]], Any],
    there: str | None = None,
) -> Response:
    """Do it and say what came of it; or show the card again, with the reason it was not done."""
    fields: MultiDict[str, str] = MultiDict()
    try:
        fields = given(several=("confirmed",))
        form = read(ActForm, fields)
        done = act(form, _who(form))
    except Refusal as refusal:
        return cards.again(correction_id, fields, refusal, name)
    if wants_json():
        return jsonify(_standing(correction_id) | (_plainly(done) if done else {}))
    return see_other(there) if there else listing.to_card(correction_id)


def _standing(correction_id: int) -> dict[str, Any]:
    correction = rows.one(correction_id)
    return {
        "id": correction.id,
        "status": correction.status,
        "version": correction.version,
        "revision": correction.article.head,
    }


def _plainly(done: Any) -> dict[str, Any]:
    """What an act came to, without what it does not have."""
    return {name: value for name, value in asdict(done).items() if value is not None}


def _who(form: ActForm) -> dict[str, Any]:
    by: User = person()
    return {"by": by, "key": _key(form), "now": now()}


def _key(form: ActForm) -> str | None:
    return form.key.data or None


def _note(form: ActForm) -> str:
    return form.note.data or ""


def _span(form: ActForm) -> tuple[int, int]:
    start, end = form.start.data, form.end.data
    if form.place.data:
        start, end = place_of(form.place.data) or (None, None)
    if start is None or end is None:
        raise Invalid.at("place", "Choose one of the places.")
    return start, end
