"""/queue/<id>/elsewhere and /rules/<id>/elsewhere: the same words in all articles, and their cards.

Sent by the colleague who presses; each is then decided like any other correction.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.extensions import db
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.queue import listing
from corrections_app.workflow import locks
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.house_rules import keeping
from corrections_app.workflow.submitting import elsewhere, same_words
from corrections_app.workflow.submitting.elsewhere import Made, Place
from corrections_app.workflow.submitting.same_words import Swap
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("elsewhere", __name__)
blueprint.url_defaults(listing.keep_where)

_MOST_NAMES = 500
_TOLD = ("made", "known", "ruled", "moved", "full")


@blueprint.get("/queue/<int:correction_id>/elsewhere")
def of_correction(correction_id: int) -> Response:
    """Where else the words of a correction are."""
    return _shown(_of(correction_id), of=correction_id)


@blueprint.post("/queue/<int:correction_id>/elsewhere")
@shows_again(
    lambda refusal, fields, correction_id: _shown(_of(correction_id), refusal, of=correction_id),
    several=("place",),
)
def send_of_correction(fields: MultiDict[str, str], correction_id: int) -> Response:
    """Make cards of the chosen places."""
    made = _made(_of(correction_id), fields)
    return _told(made, url_for("elsewhere.of_correction", correction_id=correction_id, **made))


@blueprint.get("/rules/<int:rule_id>/elsewhere")
def of_rule(rule_id: int) -> Response:
    """Where there is what a rule does not write."""
    return _shown(_by(rule_id), rule=rule_id)


@blueprint.post("/rules/<int:rule_id>/elsewhere")
@shows_again(
    lambda refusal, fields, rule_id: _shown(_by(rule_id), refusal, rule=rule_id),
    several=("place",),
)
def send_of_rule(fields: MultiDict[str, str], rule_id: int) -> Response:
    """Make cards of the chosen places."""
    made = _made(_by(rule_id), fields)
    return _told(made, url_for("elsewhere.of_rule", rule_id=rule_id, **made))


def _of(correction_id: int) -> Swap | None:
    correction = locks.correction_of(db.session(), correction_id)
    return same_words.of_correction(correction, decision.standing_of(correction))


def _by(rule_id: int) -> Swap | None:
    rule = keeping.one(rule_id)
    return same_words.by_rule(rule) if rule.active else None


def _made(swap: Swap | None, fields: MultiDict[str, str]) -> dict[str, Any]:
    """What became of it. ``listed``: a form with ticks, where none means none."""
    chosen = fields.getlist("place")[:_MOST_NAMES]
    if not chosen and "listed" in fields:
        raise Invalid("Tick at least one place.")
    act = Act(person(), None, now())
    made = elsewhere.make(swap, chosen or None, act) if swap else Made()
    return {name: int(value) for name, value in asdict(made).items() if value}


def _told(made: dict[str, Any], url: str) -> Response:
    return jsonify(made) if wants_json() else see_other(url)


def _shown(
    swap: Swap | None,
    refusal: Refusal | None = None,
    *,
    of: int | None = None,
    rule: int | None = None,
) -> Response:
    found = elsewhere.look(swap) if swap else None
    if wants_json():
        return jsonify(_as_json(found.places) if found else [])
    told = {name: request.args.get(name, 0, type=int) for name in _TOLD}
    return page_of(
        "queue/elsewhere.html",
        refusal,
        swap=swap,
        found=found,
        of=of,
        rule=rule,
        told=told if any(told.values()) and request.method == "GET" else None,
        most=elsewhere.MOST_AT_ONCE,
    )


def _as_json(places: Any) -> list[dict[str, Any]]:
    return [_place(place) for place in places]


def _place(place: Place) -> dict[str, Any]:
    return {
        "place": place.name,
        "article": place.slug,
        "revision": place.revision,
        "start": place.start,
        "end": place.end,
        "exact": place.exact,
        "replacement": place.replacement,
    }
