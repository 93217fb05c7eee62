"""/corrections: every notice that is public, and each at an address of its own."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request

from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import TOLD_CLASSES
from corrections_app.language import offered, speak
from corrections_app.web.answers import cacheable, kept, wants_json
from corrections_app.web.errors import page_of
from corrections_app.web.filters import CLASSES
from corrections_app.web.rates import count_search
from corrections_app.web.record import linked_data, web_annotation
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import accuracy, changed_words, criteria, log
from corrections_app.workflow.record.criteria import Criteria
from corrections_app.workflow.record.log import Entry, Page

blueprint = Blueprint("record", __name__, url_prefix="/corrections")


def install(app: Flask) -> None:
    """Give all templates the words and the data of the record."""
    app.add_template_filter(linked_data.ld_json, "ld_json")
    app.add_template_filter(dates.month_name)
    app.add_template_global(linked_data.news_article, "news_article")


@blueprint.get("")
def index() -> Response:
    """The log, newest first, from the address's place on."""
    try:
        asked = criteria.parse(request.args)
        if asked.words:
            count_search()
        page = log.listed(asked, dates.zone(), now(), after=request.args.get("after"))
    except Invalid as refusal:
        return page_of("record/index.html", refusal, **_shown(Criteria(), Page([], None)))
    html = render_template("record/index.html", words=None, **_shown(asked, page))
    return kept(cacheable(html))


@blueprint.get("/<int:number>")
def show(number: int) -> Response:
    """One notice: its words, what changed, and what became of it; for programs an annotation."""
    entry = log.entry(number, now())
    speak(offered(entry.article.lang))
    change = changed_words.of(entry.notice)
    if request.accept_mimetypes[web_annotation.TYPE] > request.accept_mimetypes["text/html"]:
        return _varied(_annotated(entry, change))
    if wants_json():
        return _varied(_annotated(entry, change))
    page = render_template("record/show.html", entry=entry, change=change, classes=CLASSES)
    return _varied(cacheable(page))


@blueprint.get("/<int:number>.jsonld")
def annotation(number: int) -> Response:
    """The annotation at an address of its own."""
    entry = log.entry(number, now())
    return _annotated(entry, changed_words.of(entry.notice))


def _annotated(entry: Entry, change: changed_words.Change | None) -> Response:
    text = json.dumps(web_annotation.annotation(entry, change), ensure_ascii=False, indent=1)
    answer = cacheable(text + "\n", web_annotation.TYPE)
    answer.headers["Content-Type"] = web_annotation.PROFILE
    return answer


def _varied(answer: Response) -> Response:
    """Two programs may be answered differently at this address: caches keep both apart."""
    answer.vary.add("Accept")
    return answer


def _shown(asked: Criteria, page: Page) -> dict[str, Any]:
    """All that the page of the log shows besides a refusal."""
    moment = now()
    years = log.years(dates.zone(), moment)
    year = asked.year or (years[0] if years else 0)
    return {
        "asked": asked,
        "page": page,
        "runs": _by_month(page) if not asked.words else [(None, page.items)],
        "years": years,
        "year": year,
        "months": log.months(year, dates.zone(), moment) if year in years else [],
        "sections": log.sections(moment),
        "classes": CLASSES,
        "told_classes": TOLD_CLASSES,
        "has_accuracy": accuracy.is_public(),
        "begins": "after" not in request.args,
    }


def _by_month(page: Page) -> list[tuple[tuple[int, int] | None, list[Entry]]]:
    """The entries under the month in which each was published."""

    def month_of(entry: Entry) -> tuple[int, int]:
        local = dates.local_time(entry.notice.public_at)
        return local.year, local.month

    return [(month, list(run)) for month, run in groupby(page.items, key=month_of)]
