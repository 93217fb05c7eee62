"""/api/v1/articles: what there is to be corrected."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from flask import Blueprint, Response, jsonify, request, url_for

from corrections_app.domain import limits
from corrections_app.domain.errors import ImportRefused, Invalid
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Side
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import as_json
from corrections_app.sources import Options
from corrections_app.sources import Source as Sent
from corrections_app.sources.source import Format
from corrections_app.web.answers import given, json_object, printable
from corrections_app.web.api.conventions import (
    VERSION,
    act,
    limit,
    listed,
    state_seen,
    tag_of,
)
from corrections_app.workflow import dates
from corrections_app.workflow.articles import overview, retiring
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.programs import articles

blueprint = Blueprint("api_articles", __name__, url_prefix=f"{VERSION}/articles")

BODIES: dict[str, tuple[Format, str]] = {
    "html": ("html", "html"),
    "markdown": ("markdown", "text"),
    "blocks": ("blocks", "blocks"),
}
"""The ways to send what an article says, one of them whole; and where it stands in a source."""
_WORDS = ("title", "section", "byline", "published", "lang", "source_url", "id", "content")
_TERMS = ("class", "notice", "side")
_OPTION = re.compile(r"--([a-z][a-z-]*)")
"""As sentences about importing name what one may say: here those are members of the body."""
_MEMBERS = {"ours": "side: ours", "theirs": "side: theirs"}


@blueprint.get("")
def index() -> Response:
    """The articles, the last brought in first; ``words`` and ``section`` narrow them."""
    words, section = (request.args.get(name, "").strip() for name in ("words", "section"))
    page = overview.listed(words, section, request.args.get("after"), limit())
    return listed([overview.as_json(line) for line in page.items], page.next)


@blueprint.get("/<slug>")
def show(slug: str) -> Response:
    """One article: what is known of it, its blocks, and the text in which offsets count."""
    article = article_at(slug)
    revision = article.current
    published = article.published_at
    answer = jsonify(
        slug=slug,
        title=revision.title,
        byline=article.byline,
        section=article.section,
        lang=article.lang,
        dir=article.dir,
        source_url=article.source_url,
        published=published.isoformat() if published else None,
        revision=revision.number,
        changed=revision.created_at.isoformat(),
        blocks=as_json(revision.blocks),
        text=revision.text,
    )
    answer.set_etag(tag_of(revision.number))
    return answer


@blueprint.put("/<slug>")
def put(slug: str) -> Response:
    """Let an article say what is sent: a new one, or the next revision of the one that was seen."""
    request.max_content_length = limits.EDIT_BYTES
    base, sent = state_seen(), json_object()
    _check_members(sent)
    try:
        done = articles.put(
            slug,
            _source(sent),
            _options(sent),
            _terms(sent),
            act(),
            base=base,
            confirmed=_confirmed(sent),
        )
    except ImportRefused as refused:
        said = _OPTION.sub(lambda found: f"“{_MEMBERS.get(found[1], found[1])}”", refused.message)
        again = ImportRefused(said)
        again.details = {"corrections": list(refused.undoes)}
        raise again from None
    answer = jsonify(
        slug=done.slug,
        revision=done.revision,
        title=done.title,
        changed=done.changed,
        told=[*done.dropped, *done.told],
    )
    answer.set_etag(tag_of(done.revision))
    if done.made:
        answer.status_code = 201
        answer.location = url_for("api_articles.show", slug=slug)
    return answer


@blueprint.post("/<slug>/retire")
def retire(slug: str) -> Response:
    """Take an article down: its addresses say since when and why, and what waits is closed."""
    fields = given()
    reason = fields.get("reason") or ""
    done = retiring.retire(slug, reason, act(), confirmed=bool(fields.get("confirmed")))
    return jsonify(slug=done.slug, taken_down=done.at, closed=done.closed)


def _check_members(sent: Mapping[str, Any]) -> None:
    """Refuse what no article has, and what is of another type. Raises `Invalid`, naming it."""
    unknown = set(sent) - {*BODIES, *_WORDS, *_TERMS, "confirmed"}
    if unknown:
        names = sorted(map(printable, unknown))[:9]
        raise Invalid("There is more than an article has.", fields=dict.fromkeys(names, "unknown"))
    for name in (*_WORDS, *_TERMS, "html", "markdown"):
        value = sent.get(name)
        if value is not None and not isinstance(value, str):
            raise Invalid.at(name, "%(name)s must be a text.", name=name)
        if value is not None and name not in BODIES:
            characters.check_keepable(name, value)
            limits.check_length(name, value, limits.SOURCE_URL)
    if sum(sent.get(name) is not None for name in BODIES) != 1:
        raise Invalid.at("html", "Send what the article says as html, as markdown or as blocks.")


def _source(sent: Mapping[str, Any]) -> Sent:
    """What was sent, as a site's own text of one article."""
    name = next(name for name in BODIES if sent.get(name) is not None)
    kind, called = BODIES[name]
    text = sent[name] if name != "blocks" else json.dumps(sent["blocks"])
    return Sent(sent.get("id") or "", sent.get("source_url"), "", kind, {called: text})


def _options(sent: Mapping[str, Any]) -> Options:
    """What is said of it beside. Of HTML all is the article, unless ``content`` names a part."""
    known = ("title", "section", "byline", "published", "lang")
    words: dict[str, Any] = {name: sent.get(name) for name in known}
    content = sent.get("content") or ("body" if sent.get("html") is not None else None)
    return Options(**words, content=content, zone=dates.zone())


def _terms(sent: Mapping[str, Any]) -> Terms:
    """What kind of change it is, its notice, and whose words stand. Raises `Invalid`."""
    change_class, side = sent.get("class"), sent.get("side")
    if change_class is not None and change_class not in list(ChangeClass):
        known = ", ".join(ChangeClass)
        raise Invalid.at("class", "The class of a change is one of these: %(known)s.", known=known)
    if side is not None and side not in get_args(Side):
        raise Invalid.at("side", "Say ours or theirs: whose words to keep where both changed some.")
    return Terms(ChangeClass(change_class) if change_class else None, sent.get("notice"), side)


def _confirmed(sent: Mapping[str, Any]) -> list[str]:
    confirmed = sent.get("confirmed") or []
    if not isinstance(confirmed, list) or not all(isinstance(one, str) for one in confirmed):
        raise Invalid.at("confirmed", "Send the names of what was looked at, as a list.")
    return confirmed
