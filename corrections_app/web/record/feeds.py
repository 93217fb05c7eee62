"""/corrections.atom, .json and .csv: the log for feed readers, programs and spreadsheets.

Each takes the criteria of the log, so that a section has feeds of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from corrections_app.language import gettext, spoken
from corrections_app.web.answers import cacheable, comma_separated, kept, whole
from corrections_app.web.filters import CLASSES, as_heading
from corrections_app.web.rates import count_search
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import criteria, log
from corrections_app.workflow.record.criteria import Criteria
from corrections_app.workflow.record.log import Entry, Page

blueprint = Blueprint("feeds", __name__)

ENTRIES = 50
ROWS = 5_000
"""Of one file; more than a large newspaper corrects in a year."""
ATOM, JSON_FEED, CSV = "application/atom+xml", "application/feed+json", "text/csv"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed in which nothing ever stood was last updated."""

# XML 1.0, section 2.2: all but Char. Named one by one: the same class turned round (all that is
# not in …) takes the start of every process four milliseconds to compile.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLUMNS = [
    "id",
    "published",
    "updated",
    "class",
    "section",
    "article",
    "url",
    "headline",
    "notice",
    "status",
    "thanks",
    "permalink",
]


@blueprint.get("/corrections.atom")
def atom() -> Response:
    """Atom (RFC 4287), in pages (RFC 5005)."""
    asked, page = _asked(ENTRIES)
    newest = max((entry.updated_at for entry in page.items), default=NEVER)
    text = render_template(
        "record/feed.xml",
        entries=page.items,
        updated=newest,
        title=title_of(asked),
        addresses=_addresses("feeds.atom", asked, page),
        whole=whole,
        classes=CLASSES,
    )
    return kept(cacheable(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text), ATOM))


@blueprint.get("/corrections.json")
def json_feed() -> Response:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    asked, page = _asked(ENTRIES)
    addresses = _addresses("feeds.json_feed", asked, page)
    newsroom = {"name": current_app.config["NEWSROOM"], "url": whole("articles.index")}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title_of(asked),
        "home_page_url": addresses["log"],
        "feed_url": addresses["feed"],
        "language": spoken(),
        "authors": [newsroom],
        "items": [_item(entry) for entry in page.items],
    }
    if "next" in addresses:
        feed["next_url"] = addresses["next"]
    return kept(cacheable(json.dumps(feed, ensure_ascii=False, indent=1) + "\n", JSON_FEED))


@blueprint.get("/corrections.csv")
def table() -> Response:
    """A spreadsheet; what does not fit into one file follows at the address in ``Link``."""
    count_search()
    asked, page = _asked(ROWS)
    answer = cacheable("\ufeff" + comma_separated([_COLUMNS, *_rows(page)]), CSV)
    answer.headers["Content-Disposition"] = 'attachment; filename="corrections.csv"'
    addresses = _addresses("feeds.table", asked, page)
    if "next" in addresses:
        answer.headers["Link"] = f'<{addresses["next"]}>; rel="next"'
    return answer


def title_of(asked: Criteria) -> str:
    """What a feed is called."""
    names = {"newsroom": current_app.config["NEWSROOM"], "section": asked.section}
    if asked.section:
        return gettext("%(newsroom)s: corrections, %(section)s") % names
    return gettext("%(newsroom)s: corrections") % names


def _asked(size: int) -> tuple[Criteria, Page]:
    asked = criteria.parse(request.args)
    if asked.words:
        count_search()
    return asked, log.listed(asked, dates.zone(), now(), request.args.get("after"), size)


def _addresses(endpoint: str, asked: Criteria, page: Page) -> dict[str, str]:
    args = asked.as_args()
    found = {"log": whole("record.index", **args), "feed": whole(endpoint, **args)}
    found["self"] = whole(endpoint, **args | _after(request.args.get("after")))
    if page.next:
        found["next"] = whole(endpoint, **args, after=page.next)
    return found


def _after(place: str | None) -> dict[str, str]:
    return {"after": place} if place else {}


def _item(entry: Entry) -> dict[str, Any]:
    notice, permalink = entry.notice, whole("record.show", number=entry.notice.id)
    label = gettext(CLASSES[notice.change_class])
    item: dict[str, Any] = {
        "id": permalink,
        "url": permalink,
        "external_url": whole("articles.show", slug=entry.article.slug),
        "title": f"{as_heading(label)}: {entry.article.headline}",
        "content_html": render_template("record/_told.html", entry=entry, whole=whole),
        "date_published": notice.public_at.isoformat(),
        "date_modified": entry.updated_at.isoformat(),
        "language": entry.article.lang,
        "tags": [tag for tag in (label, notice.section) if tag],
        "_record": {"class": notice.change_class, "status": entry.status},
    }
    return item


def _rows(page: Page) -> Iterator[list[str]]:
    log_address = whole("record.index")
    articles: dict[str, str] = {}  # an address is dear to build, and there are thousands
    for entry in page.items:
        notice, article = entry.notice, entry.article
        if article.slug not in articles:
            articles[article.slug] = whole("articles.show", slug=article.slug)
        yield [
            str(notice.id),
            notice.public_at.isoformat(),
            entry.updated_at.isoformat(),
            notice.change_class,
            notice.section or "",
            article.slug,
            articles[article.slug],
            article.headline,
            entry.words or "",
            entry.status,
            ", ".join(entry.thanks),
            f"{log_address}/{notice.id}",
        ]
