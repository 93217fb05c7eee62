"""/outbox: the letters and what became of them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from corrections_app.web.access import require_person
from corrections_app.workflow import outbox

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")
blueprint.before_request(require_person)

# A letter brings its own inline styles, so its page is walled off instead: nothing runs,
# nothing loads, and only our own pages may frame it (docs/decisions/0004).
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@blueprint.after_request
def private(answer: Response) -> Response:
    """Letters stay in no cache."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


@blueprint.get("")
def index() -> Response:
    """The newest letters first."""
    return make_response(render_template("outbox/index.html", letters=outbox.newest()))


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> Response:
    """One letter as it was, or will be, sent."""
    return make_response(render_template("outbox/show.html", letter=outbox.one(letter_id)))


@blueprint.get("/<int:letter_id>/html")
def html(letter_id: int) -> Response:
    """The letter's HTML part by itself, for the frame on its page."""
    answer = make_response(outbox.one(letter_id).html)
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer
