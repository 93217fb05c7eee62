"""/receipts: the reader's own page for one correction."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from corrections_app.web.answers import wants_json
from corrections_app.workflow import queue, review, submission

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """What was sent, and what became of it."""
    correction = submission.by_token(token)
    decision = review.standing_of(correction)
    if wants_json():
        answer = make_response(
            {"reference": correction.reference, "status": correction.status, "receipt": token}
        )
    else:
        answer = make_response(
            render_template(
                "receipts/show.html",
                correction=correction,
                decision=decision,
                passage=queue.sent_passage(correction),
                token=token,
            )
        )
    # The address is the key to the page: it must not stay in caches or travel in a Referer.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
