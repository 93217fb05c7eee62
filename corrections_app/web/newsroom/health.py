"""/healthz: is it alive, and is anything piling up?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from corrections_app.web.answers import kept
from corrections_app.workflow import outages
from corrections_app.workflow.letters import outbox
from corrections_app.workflow.queue import rows

blueprint = Blueprint("health", __name__)

SECONDS = 1.0
"""For which the server may say the same again."""


@blueprint.get("/healthz")
def show() -> Response:
    """Counts, each capped, so that asking costs the same on any day; 503 while nothing is saved."""
    outage = outages.present()
    answer = jsonify(
        status=outage.value if outage else "ok",
        waiting=rows.how_many(),
        letters=outbox.how_many_unsent(),
    )
    if outage:
        answer.status_code = 503
        answer.headers["Retry-After"] = str(outages.RETRY_AFTER)
        return answer
    return kept(answer, seconds=SECONDS)
