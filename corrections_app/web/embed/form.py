"""/embed: the form inside a newsroom's page, and where the words that it shows stand with us."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain import limits
from corrections_app.domain.addresses import LONGEST, origin_of
from corrections_app.domain.errors import Invalid, Refusal, Translated
from corrections_app.domain.sighting import Sighting
from corrections_app.language import N_
from corrections_app.models import Article
from corrections_app.web.answers import cacheable, given, in_language_of
from corrections_app.web.errors import refused
from corrections_app.web.forms import SightingForm, read
from corrections_app.web.headers import CONTENT_SECURITY_POLICY
from corrections_app.web.rates import count_place, count_place_of
from corrections_app.workflow.articles.sentence_search import LONGEST_SEARCH
from corrections_app.workflow.clock import now
from corrections_app.workflow.sightings import origins, placing

blueprint = Blueprint("embed_form", __name__, url_prefix="/embed")

VERSION = 1
"""Of what the script sends; a page may run one that a cache has kept."""
_MOST = {
    "url": LONGEST,
    "text": limits.SEEN,
    "before": limits.NEIGHBOUR,
    "after": limits.NEIGHBOUR,
}
_TRANSLATED = N_(
    "The browser has translated this page, and nobody published these words. Show the original "
    "and select them again, or find the sentence here."
)


@blueprint.get("/form")
def form() -> Response:
    """The shell that a newsroom's page frames; what it shows comes when the page has spoken.

    The same for everyone, with no cookie and nothing personal. Only the site of the page at
    ``url`` may frame it, exactly, and a page with Cross-Origin-Embedder-Policy too.
    """
    address = request.args.get("url", "")
    allowed = origins.embedding(address)
    answer = cacheable(render_template("embed/form.html", address=address, origins=allowed))
    ancestors = " ".join(allowed) or "'none'"
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", f"frame-ancestors {ancestors}"
    )
    answer.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@blueprint.post("/place")
def place() -> Response:
    """Where the words that a page shows stand in its article, and the form for them.

    Where they stand nowhere for certain the refusal names a form too: the one in which a
    person finds the sentence.
    """
    count_place()
    fields = given()
    form = read(SightingForm, fields)
    seen = _sighting(form, fields)
    article = in_language_of(placing.article_of(form.url.data or ""))
    count_place_of(origin_of(article.source_url or "") or "here")
    if form.translated.data:
        return _unplaced(article, None, Translated(_TRANSLATED))
    if seen is None:
        return jsonify(article=article.slug, revision=article.head, form=_finder(article))
    try:
        found = placing.place(article, seen, now())
    except Refusal as refusal:
        return _unplaced(article, seen, refusal)
    place = {"revision": found.revision, "start": found.start, "end": found.end}
    address = url_for("corrections.new", slug=article.slug, **place)  # type: ignore[arg-type]
    return jsonify(article=article.slug, exact=found.exact, how=found.how, form=address, **place)


def _unplaced(article: Article, seen: Sighting | None, refusal: Refusal) -> Response:
    """The refusal, and the finder with the words in it: the words of the page, not the reader's."""
    words = " ".join(seen.words.split()) if seen else ""
    refusal.details |= {"article": article.slug, "form": _finder(article, words[:LONGEST_SEARCH])}
    return refused(refusal)


def _finder(article: Article, words: str = "") -> str:
    return url_for("corrections.new", slug=article.slug, revision=article.head, q=words or None)


def _sighting(form: SightingForm, fields: MultiDict[str, str]) -> Sighting | None:
    """What was chosen, None where nothing was. Raises `Invalid` or `TooLong`.

    Its texts stay as they came until the rules tidy them: the offsets count in them.
    """
    if form.v.data != VERSION:
        raise Invalid.at("v", "The page runs another version of our script. Reload it, please.")
    for name, most in _MOST.items():
        limits.check_length(name, fields.get(name, ""), most)
    if "text" not in fields:
        return None
    text, before, after = (fields.get(name, "") for name in ("text", "before", "after"))
    start, end = form.start.data or 0, form.end.data or 0
    twins = 1 if form.of.data is None else form.of.data
    return Sighting(text, start, end, before, after, form.nth.data or 0, twins)
