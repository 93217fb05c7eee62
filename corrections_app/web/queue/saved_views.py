"""/views: lists that people come back to."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.web.access import person
from corrections_app.web.answers import check_keepable, given, see_other, wants_json
from corrections_app.web.errors import shows_again, status_of
from corrections_app.web.queue import listing
from corrections_app.web.queue.filter_form import kept
from corrections_app.workflow.clock import now
from corrections_app.workflow.queue import saved_views

blueprint = Blueprint("views", __name__, url_prefix="/views")


@blueprint.post("")
@shows_again(lambda refusal, fields: _listed(refusal))
def create(fields: MultiDict[str, str]) -> Response:
    """Keep the list that is on the screen by a name."""
    check_keepable(fields)
    view = saved_views.save(
        fields.get("name", ""),
        kept(fields.get("query", "")),
        shared=bool(fields.get("shared")),
        by=person(),
        now=now(),
    )
    if wants_json():
        return jsonify(id=view.id, name=view.name, query=view.query, shared=view.shared)
    return _to(view.query)


@blueprint.post("/<int:view_id>/delete")
def delete(view_id: int) -> Response:
    """Forget a view; the list it showed stays where it was."""
    fields = given()
    saved_views.delete(view_id, by=person())
    if wants_json():
        return Response(status=204)
    return _to(kept(fields.get("query", "")))


def _listed(refusal: Refusal) -> Response:
    """The list from which the form was sent: its address came with it, to stay on the screen."""
    try:
        criteria = listing.asked_criteria()
    except Invalid:
        criteria = None
    return make_response(listing.listed(refusal, criteria=criteria), status_of(refusal))


def _to(query: str) -> Response:
    there = url_for("queue.index")
    return see_other(f"{there}?{query}" if query else there)
