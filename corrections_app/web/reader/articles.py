"""/ and /articles: what readers read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from corrections_app.domain.text.body import placed
from corrections_app.web.answers import cacheable, in_language_of, kept
from corrections_app.web.rendering import with_changes
from corrections_app.workflow.articles import reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import on_article

blueprint = Blueprint("articles", __name__)


@blueprint.get("/")
def index() -> Response:
    """The articles, newest first."""
    page = reading.newest(after=request.args.get("after"))
    html = render_template("reader/articles/index.html", articles=page.items, next=page.next)
    return kept(cacheable(html))


@blueprint.get("/articles/<slug>")
def show(slug: str) -> Response:
    """The reading page: no cookie, nothing personal, the same bytes for everyone."""
    article = in_language_of(reading.article_at(slug))
    revision = article.current
    told = on_article.of(article, now())
    marks = [(end, f"#notice-{notice.id}") for end, notice in told.marks]
    html = render_template(
        "reader/articles/show.html",
        article=article,
        revision=revision,
        parts=list(with_changes(placed(revision.blocks), marks)),
        told=told,
    )
    return kept(cacheable(html))
