"""/api/v1/articles: what there is to be corrected."""

from __future__ import annotations

from flask import Blueprint, Response, request

from corrections_app.web.api.conventions import VERSION, limit, listed
from corrections_app.workflow.articles import overview

blueprint = Blueprint("api_articles", __name__, url_prefix=f"{VERSION}/articles")


@blueprint.get("")
def index() -> Response:
    """The articles, the last brought in first; ``words`` and ``section`` narrow them."""
    words, section = (request.args.get(name, "").strip() for name in ("words", "section"))
    page = overview.listed(words, section, request.args.get("after"), limit())
    return listed([overview.as_json(line) for line in page.items], page.next)
