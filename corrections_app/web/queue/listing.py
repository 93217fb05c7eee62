"""/queue: the moderators' list, and the way from one card to the next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for

from corrections_app.domain.errors import Invalid, NotFound, Refusal
from corrections_app.web.access import person, require_person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.queue import filter_form
from corrections_app.workflow.clock import now
from corrections_app.workflow.queue import filters, lanes, rows
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane, Rest

blueprint = Blueprint("queue", __name__, url_prefix="/queue")
"""The doors of the list, to which `web.queue` adds those of a card."""
blueprint.before_request(require_person)


@blueprint.get("")
def index() -> Response:
    """A lane of the queue, or what the filters in the address look for."""
    try:
        criteria = asked_criteria()
        if not wants_json():
            return make_response(listed(criteria=criteria))
        page = lanes.listed(_lane(), person(), now(), request.args.get("after"), criteria)
    except Invalid as refusal:
        if wants_json():
            return refused(refusal)
        return make_response(listed(refusal), status_of(refusal))
    signs = rows.signs(page.corrections)
    items = [rows.as_json(item, signs[item.id], now()) for item in page.corrections]
    return jsonify(items=items, next=page.next)


def to_card(correction_id: int) -> Response:
    """The way to a card, in the lane and under the filters that the person works with."""
    return see_other(card_url(correction_id))


def card_url(correction_id: int) -> str:
    """Where a card is, in the lane and under the filters that the person works with."""
    return url_for("queue.show", correction_id=correction_id, **where())


def listed(
    refusal: Refusal | None = None, rest: Rest | None = None, criteria: Criteria | None = None
) -> str:
    """The page of a lane, with a refusal or with the reason why nothing more is handed out.

    After a refusal the filters stay as they were typed and nothing is filtered.
    """
    criteria, by, moment = criteria or Criteria(), person(), now()
    after = None if refusal else request.args.get("after")
    page = lanes.listed(_lane(), by, moment, after, criteria)
    return render_template(
        "queue/index.html",
        items=[(run, item, rows.shown(item)) for run, item in page.items],
        signs=rows.signs(page.corrections),
        next=page.next,
        lane=_lane(),
        lanes=lanes.counts(by, moment),
        criteria=criteria,
        found=lanes.count(_lane(), by, moment, criteria) if criteria.narrows else None,
        this_moment=moment,
        rest=rest,
        words=words_of(refusal) if refusal else None,
        refusal=refusal,
        **filter_form.shown(criteria),
    )


def asked_lane() -> Lane | None:
    """The lane that the address names, if it names one. Raises `NotFound` for no such lane."""
    name = request.args.get("lane")
    if not name:
        return None
    try:
        return Lane(name)
    except ValueError:
        raise NotFound("There is no such part of the queue.") from None


def asked_criteria() -> Criteria:
    """What the address asks to see. Raises `Invalid`, which names each parameter at fault."""
    return filters.parse(request.args)


def where() -> dict[str, Any]:
    """What an address keeps of this one's: the lane, the filters and the order."""
    kept = {name: request.args.get(name) for name in ("lane", *filters.NAMES)}
    return {name: value for name, value in kept.items() if value}


def _lane() -> Lane:
    return asked_lane() or Lane.WAITING
