"""/queue/<id>/…: everything that is done with a correction besides deciding it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.web import verdicts
from corrections_app.web.access import person
from corrections_app.web.answers import given, place_of, see_other, wants_json
from corrections_app.web.errors import refused, status_of
from corrections_app.web.forms import ActForm, read
from corrections_app.web.queue import card as cards
from corrections_app.web.queue import listing
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import appeals, approval, asking, bulk, side_facts, undoing
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("triage", __name__, url_prefix="/queue")
blueprint.url_defaults(listing.keep_where)


def act_on_one(view: Callable[[int, ActForm, Act], Any]) -> Callable[[int], Response]:
    """Make ``/queue/<id>/<name>`` of a function that does something with a correction.

    The answer is what came of it; or the card again, with the reason it was not done.
    """
    name = view.__name__

    @blueprint.post(f"/<int:correction_id>/{name.replace('_', '-')}")
    @wraps(view)
    def answered(correction_id: int) -> Response:
        fields: MultiDict[str, str] = MultiDict()
        try:
            fields = given(several=("confirmed",))
            form = read(ActForm, fields)
            result = view(correction_id, form, _act(form))
        except Refusal as refusal:
            return cards.again(correction_id, fields, refusal, name)
        if wants_json():
            return jsonify(verdicts.standing_json(correction_id, result))
        if name == "skip":
            return see_other(url_for("queue.following", after=correction_id))
        return listing.to_card(correction_id)

    return answered


@blueprint.post("/undo")
def undo_latest() -> Response:
    """Take back one's own latest decision, or the whole act on many that it was part of."""
    try:
        reopened = bulk.undo_latest(_act(read(ActForm, given())))
    except Refusal as refusal:
        if wants_json():
            return refused(refusal)
        return make_response(listing.listed(refusal), status_of(refusal))
    if wants_json():
        return jsonify(verdicts.plainly(reopened))
    if reopened.bulk is not None:
        return see_other(url_for("bulk.show", bulk_id=reopened.bulk))
    return listing.to_card(reopened.id)


@act_on_one
def undo(correction_id: int, form: ActForm, act: Act) -> Any:
    """Take a decision back while it is young."""
    return undoing.undo(correction_id, act)


@act_on_one
def reopen(correction_id: int, form: ActForm, act: Act) -> Any:
    """Take a decision back later on, with a note."""
    return undoing.reopen(correction_id, _note(form), act, confirmed=form.confirmed.data or ())


@act_on_one
def escalate(correction_id: int, form: ActForm, act: Act) -> None:
    """Pass it up to an editor."""
    side_facts.escalate(correction_id, act, note=_note(form))


@act_on_one
def ask(correction_id: int, form: ActForm, act: Act) -> None:
    """Ask its reader a question; it waits apart for the answer."""
    asking.ask(correction_id, form.question.data or "", act, seen=form.seen.data)


@act_on_one
def hold(correction_id: int, form: ActForm, act: Act) -> None:
    """Put it aside while it is being checked."""
    if form.until.moment is None:
        raise Invalid.at("until", "Say until when it is being checked.")
    side_facts.hold(correction_id, act, until=form.until.moment, note=_note(form))


@act_on_one
def skip(correction_id: int, form: ActForm, act: Act) -> None:
    """Hand this person another card; the page that follows is that card."""
    side_facts.skip(correction_id, act)


@act_on_one
def put_back(correction_id: int, form: ActForm, act: Act) -> None:
    """Let what one held, skipped, asked about or passed up wait as before."""
    side_facts.put_back(correction_id, form.what.data or "", act)


@act_on_one
def place(correction_id: int, form: ActForm, act: Act) -> None:
    """Say where the words stand now."""
    start, end = _span(form)
    if form.revision.data is None:
        raise Invalid.at("revision", "Say which revision of the article you saw (revision).")
    side_facts.place(correction_id, act, revision=form.revision.data, start=start, end=end)


@act_on_one
def duplicate(correction_id: int, form: ActForm, act: Act) -> None:
    """Let it stand behind another one that says the same."""
    side_facts.duplicate(correction_id, form.reference.data or form.of.data or "", act)


@act_on_one
def split(correction_id: int, form: ActForm, act: Act) -> None:
    """Take it out of its cluster."""
    side_facts.split(correction_id, act)


@act_on_one
def approve(correction_id: int, form: ActForm, act: Act) -> Any:
    """Confirm, as a second person, what was proposed."""
    shown, confirmed = form.proposed.data or "", form.confirmed.data or ()
    return approval.approve(
        correction_id, act, proposed=shown, confirmed=confirmed, seen=form.seen.data
    )


@act_on_one
def send_back(correction_id: int, form: ActForm, act: Act) -> None:
    """Drop what was proposed."""
    approval.send_back(correction_id, act)


@act_on_one
def uphold(correction_id: int, form: ActForm, act: Act) -> None:
    """Let a rejection stand after a second look."""
    appeals.uphold(correction_id, _note(form), act)


def _act(form: ActForm) -> Act:
    return Act(person(), form.key.data or None, now())


def _note(form: ActForm) -> str:
    return form.note.data or ""


def _span(form: ActForm) -> tuple[int, int]:
    start, end = form.start.data, form.end.data
    if form.place.data:
        start, end = place_of(form.place.data) or (None, None)
    if start is None or end is None:
        raise Invalid.at("place", "Choose one of the places.")
    return start, end
