"""/healthz: is it alive, and is anything piling up?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from corrections_app.workflow import outbox, queue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """Counts, each capped, so that asking costs the same on any day."""
    answer = jsonify(status="ok", waiting=queue.how_many(), letters=outbox.how_many_unsent())
    answer.headers["Cache-Control"] = "no-store"
    return answer
