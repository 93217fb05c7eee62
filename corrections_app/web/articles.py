"""/ and /articles: what readers read."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, make_response, render_template, request

from corrections_app.domain.text import placed
from corrections_app.workflow import reading

blueprint = Blueprint("articles", __name__)


@blueprint.get("/")
def index() -> Response:
    """The articles, newest first."""
    page = reading.newest(after=request.args.get("after"))
    return _cacheable(render_template("articles/index.html", articles=page.items, next=page.next))


@blueprint.get("/articles/<slug>")
def show(slug: str) -> Response:
    """The reading page: no cookie, nothing personal, the same bytes for everyone."""
    article = reading.article_at(slug)
    revision = article.current
    html = render_template(
        "articles/show.html",
        article=article,
        revision=revision,
        parts=list(placed(revision.blocks)),
    )
    return _cacheable(html)


def _cacheable(html: str) -> Response:
    answer = make_response(html)
    answer.cache_control.public = True
    answer.cache_control.no_cache = True
    # A digest of the bytes, because templates, styles and settings change them too.
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer
