"""/api/v1/notices: what readers are told of changes, as in the public log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from corrections_app.web.answers import whole
from corrections_app.web.api import readers
from corrections_app.web.api.conventions import VERSION, limit, listed, unless_known
from corrections_app.web.rates import count_search
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import changed_words, criteria, log
from corrections_app.workflow.record.log import Entry

blueprint = Blueprint("api_notices", __name__, url_prefix=f"{VERSION}/notices")


@blueprint.get("")
def index() -> Response:
    """Those that are public, newest first; the criteria of the log narrow them."""
    asked = criteria.parse(request.args)
    if asked.words:
        count_search()
    page = log.listed(asked, dates.zone(), now(), request.args.get("after"), limit())
    return listed([_as_json(entry) for entry in page.items], page.next)


@blueprint.get("/<int:number>")
def show(number: int) -> Response:
    """One of them, with what changed."""
    entry = log.entry(number, now())
    change = changed_words.of(entry.notice)
    targets = [asdict(target) for target in change.targets] if change else []
    return unless_known(jsonify(_as_json(entry) | {"changed": targets}))


def _as_json(entry: Entry) -> dict[str, Any]:
    notice, article = entry.notice, entry.article
    told: dict[str, Any] = {
        "id": notice.id,
        "url": whole("record.show", number=notice.id),
        "article": article.slug,
        "article_url": whole("articles.show", slug=article.slug),
        "headline": article.headline,
        "lang": article.lang,
        "section": notice.section,
        "class": notice.change_class,
        "notice": entry.words,
        "status": entry.status,
        "revision": notice.revision,
        "published_at": notice.public_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
    }
    # They stand on the page, because they asked for it; here they take the scope all the same.
    return told | ({"thanks": entry.thanks} if readers.may_be_told() else {})
