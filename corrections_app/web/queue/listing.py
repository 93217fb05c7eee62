"""/queue: the moderators' list, and the way from one card to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    g,
    has_request_context,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)

from corrections_app.domain.errors import Invalid, NotFound, Refusal
from corrections_app.domain.lifecycle import EnquiryState
from corrections_app.web.access import person
from corrections_app.web.answers import given, see_other, wants_json
from corrections_app.web.errors import refused, status_of, words_of
from corrections_app.web.queue import filter_form
from corrections_app.workflow.clock import now
from corrections_app.workflow.queue import filters, finding, lanes, rows
from corrections_app.workflow.queue.filters import Criteria
from corrections_app.workflow.queue.lanes import Lane, Rest

blueprint = Blueprint("queue", __name__, url_prefix="/queue")
"""The doors of the list, to which `web.queue` adds those of a card."""

_OF_CARDS = ("queue", "triage", "elsewhere")
"""The blueprints whose pages show a card, or do something with one."""
_SEARCHED = ("words", "reference", "like")
"""What a new search takes the place of."""


@blueprint.get("")
def index() -> Response:
    """A lane of the queue, or what the filters in the address look for."""
    try:
        criteria = asked_criteria()
        if not wants_json():
            return without_empty() or make_response(listed(criteria=criteria))
        page = lanes.listed(_lane(), person(), now(), request.args.get("after"), criteria)
    except Invalid as refusal:
        if wants_json():
            return refused(refusal)
        return make_response(listed(refusal), status_of(refusal))
    signs = rows.signs(page.corrections)
    items = [rows.as_json(item, signs[item.id], now()) for item in page.corrections]
    return jsonify(items=items, next=page.next)


@blueprint.post("/search")
def search() -> Response:
    """The way to what was typed into the search box, under the filters that stand beside it.

    It is sent here, and not in an address, so that a reader's address stands in none.
    """
    g.is_list = True
    words = given().get("words", "").strip()
    beside = {name: value for name, value in where().items() if name not in _SEARCHED}
    found = finding.reader(words)
    if found is not None:
        return see_other(url_for("queue.index", like=found, **beside))
    if finding.is_address(words):
        refusal = Invalid.at("words", "No correction came from this address.")
        shown = listed(refusal, criteria=known_criteria(beside))
        return make_response(shown, status_of(refusal))
    return see_other(url_for("queue.index", words=words or None, **beside))


def to_card(correction_id: int) -> Response:
    """The way to a card, in the lane and under the filters that the person works with."""
    return see_other(card_url(correction_id))


def card_url(correction_id: int) -> str:
    """Where a card is, in the lane and under the filters that the person works with."""
    return url_for("queue.show", correction_id=correction_id)


def listed(
    refusal: Refusal | None = None,
    rest: Rest | None = None,
    criteria: Criteria | None = None,
    *,
    at_end: bool = False,
) -> str:
    """The page of a lane, with a refusal or with the reason why nothing more is handed out.

    ``at_end``: whoever went from card to card has come to the end of the filtered list.
    After a refusal the filters stay as they were typed and nothing is filtered.
    """
    g.is_list = True
    criteria, by, moment = criteria or Criteria(), person(), now()
    after = None if refusal or at_end else request.args.get("after")
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
        at_end=at_end,
        words=words_of(refusal) if refusal else None,
        refusal=refusal,
        **filter_form.shown(criteria),
    )


def asked_lane() -> Lane | None:
    """The lane that the address names, if it names one. Raises `NotFound` for no such lane."""
    name = request.args.get("lane")
    if not name:  # those whose answer is waited for are in a part of their own
        is_asked = request.args.get("question") == EnquiryState.ASKED
        return Lane.ASKED if is_asked else None
    try:
        return Lane(name)
    except ValueError:
        raise NotFound("There is no such part of the queue.") from None


def asked_criteria() -> Criteria:
    """What the address asks to see. Raises `Invalid`, which names each parameter at fault."""
    return filters.parse(request.args)


def where() -> dict[str, Any]:
    """What an address keeps of this one's: the lane, the filters and the order."""
    kept = {name: request.args.get(name, "").strip() for name in ("lane", *filters.NAMES)}
    return {name: value for name, value in kept.items() if value}


def keep_where(endpoint: str, values: dict[str, Any]) -> None:
    """Let every address of a card, and of what is done with one, keep this one's filters.

    Flask asks it for each (`Blueprint.url_defaults`), so that no link or form can forget
    them. From a card the way back to the list has them too; the list says in its own
    links which of them go.
    """
    if not has_request_context() or request.blueprint not in _OF_CARDS:
        return
    if endpoint == "queue.index" and "is_list" in g:
        return
    for name, value in where().items():
        values.setdefault(name, value)


blueprint.url_defaults(keep_where)


def without_empty() -> Response | None:
    """The way to the same address without parameters that say nothing, as forms send them."""
    given = list(request.args.items(multi=True))
    said = [(name, value) for name, value in given if value.strip()]
    if len(said) == len(given):
        return None
    return see_other(f"{request.path}?{urlencode(said)}" if said else request.path)


def known_criteria(given: Mapping[str, str] | None = None) -> Criteria:
    """What the address asks to see, or everything where it asks for what cannot be meant."""
    try:
        return filters.parse(request.args if given is None else given)
    except Invalid:
        return Criteria()


def _lane() -> Lane:
    return asked_lane() or Lane.WAITING
