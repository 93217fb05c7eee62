"""/sites/<key>/changed: where a CMS tells that an article of its changed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from corrections_app.domain.errors import Invalid
from corrections_app.web.answers import given
from corrections_app.web.rates import count_ping
from corrections_app.workflow.sites import pings

blueprint = Blueprint("changed", __name__)


@blueprint.post("/sites/<key>/changed")
def changed(key: str) -> tuple[Response, int]:
    """Have one article read soon: the one with this ``id`` there, or at this ``url``.

    Nothing else that is sent is looked at, and the answer does not wait for the article.
    """
    site = pings.by_key(key)
    count_ping(site.name)
    fields = given()
    if len([name for name in ("id", "url") if name in fields]) != 1:
        raise Invalid("Say which article changed: its id, or its address as url.")
    reference = fields.get("id") or fields.get("url") or ""
    pings.ask(site, reference)
    return jsonify(reading=reference), 202
