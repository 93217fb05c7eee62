"""/letters: the owner of an address says whether letters may come."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from corrections_app.web.answers import see_other
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import addresses

blueprint = Blueprint("subscriptions", __name__, url_prefix="/letters")


@blueprint.after_request
def keep_from_indexes(answer: Response) -> Response:
    """The address is the key to the page: it stays in no index."""
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


# Mail programs that know no one-click stop open its address instead: same page, same buttons.
@blueprint.get("/<token>/stop", endpoint="show_stop")
@blueprint.get("/<token>")
def show(token: str) -> str:
    """Two buttons: scanners follow links, so opening this changes nothing."""
    state = addresses.state_of(addresses.key_in(token))
    return render_template("reader/letters/show.html", token=token, state=state)


@blueprint.post("/<token>")
def keep(token: str) -> Response:
    """Keep telling me."""
    addresses.keep(addresses.key_in(token), now())
    return see_other(url_for("subscriptions.show", token=token))


@blueprint.post("/<token>/stop")
def stop(token: str) -> Response:
    """Write no more. A mail program's one-click stop is answered plainly (RFC 8058)."""
    addresses.stop(addresses.key_in(token), now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response(content_type="text/plain")
    return see_other(url_for("subscriptions.show", token=token))
