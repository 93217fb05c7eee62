"""/report: the link on a newsroom's page that works without any script of ours."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from corrections_app.domain.errors import Refusal
from corrections_app.web.answers import see_other
from corrections_app.web.errors import page_of
from corrections_app.workflow.sightings import placing

blueprint = Blueprint("report", __name__)


@blueprint.get("/report")
def report() -> Response:
    """On to the article of the page at ``url``; without one, or with a strange one, ask for it."""
    address = request.args.get("url", "").strip()
    if not address:
        return page_of("embed/report.html", address="")
    try:
        article = placing.article_of(address)
    except Refusal as refusal:
        return page_of("embed/report.html", refusal, address=address)
    return see_other(url_for("corrections.new", slug=article.slug))
