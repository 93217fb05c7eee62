"""/articles/<slug>/corrections: a reader says what is wrong."""

from __future__ import annotations

import re
from secrets import token_urlsafe

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_limiter import RateLimitExceeded
from werkzeug.datastructures import MultiDict

from corrections_app.domain.anchoring import cut
from corrections_app.domain.errors import NotFound, Refusal
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import limiter
from corrections_app.models import Article, Revision
from corrections_app.web.access import guard
from corrections_app.web.addresses import client_prefix
from corrections_app.web.answers import given, language, wants_json
from corrections_app.web.errors import refused, status_of, too_many, with_patience, words_of
from corrections_app.web.forms import SubmissionForm, read
from corrections_app.workflow import reading, submission
from corrections_app.workflow.submission import Receipt
from corrections_app.workflow.times import now

blueprint = Blueprint("corrections", __name__, url_prefix="/articles/<slug>/corrections")

_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


@blueprint.get("/new")
def new(slug: str) -> Response:
    """The form as a page; the dialog on the article loads the same form."""
    article = reading.article_at(slug)
    revision = reading.revision_of(article, request.args.get("revision", type=int))
    form = SubmissionForm(formdata=None, revision=revision.number, key=token_urlsafe(16))
    start, end = request.args.get("start", type=int), request.args.get("end", type=int)
    if start is not None and end is not None:
        form.start.data, form.end.data = cut(revision.text, start, end)
        form.exact.data = form.replacement.data = revision.text[form.start.data : form.end.data]
    answer = make_response(_page(article, revision, form))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("")
@guard("origin")
def create(slug: str) -> Response:
    """Store a correction and answer with its receipt."""
    fields = given()
    try:
        with limiter.limit(lambda: current_app.config["LIMITS"], key_func=client_prefix):
            form = read(SubmissionForm, fields)
            receipt = submission.submit(
                slug,
                _proposal(form, fields),
                lang=language(),
                key=form.key.data or None,
                now=now(),
            )
    except Refusal as refusal:
        return _again(slug, fields, refusal)
    except RateLimitExceeded as limited:
        return _again(slug, fields, too_many(limited))
    return _received(receipt)


def _received(receipt: Receipt) -> Response:
    url = url_for("receipts.show", token=receipt.token)
    if not wants_json():
        return redirect(url, 303)  # type: ignore[return-value]
    answer = jsonify(
        receipt=receipt.token, url=url, status=receipt.status, reference=receipt.reference
    )
    answer.status_code = 200 if receipt.is_replay else 201
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _proposal(form: SubmissionForm, fields: MultiDict[str, str]) -> Proposal:
    start, end = form.start.data, form.end.data
    if chosen := _PLACE.fullmatch(fields.get("place", "")):
        start, end = int(chosen[1]), int(chosen[2])
    replacement = form.replacement.data
    if not replacement and start is None and (form.explanation.data or not form.exact.data):
        # On the page without scripts an empty box means "nothing proposed", not "delete this".
        replacement = None
    return Proposal(
        revision=form.revision.data,
        start=start,
        end=end,
        # Of a chosen place the server cuts the words: typed ones may have other quotes.
        exact="" if chosen else form.exact.data or "",
        replacement=replacement,
        explanation=form.explanation.data or "",
        kind=form.kind.data or "",
        source_url=form.source_url.data or "",
        name=form.name.data or "",
        credit=form.credit.data,
        email=form.email.data or "",
    )


def _again(slug: str, fields: MultiDict[str, str], refusal: Refusal) -> Response:
    """The form once more, with everything typed and the reason beside the field."""
    if wants_json():
        return refused(refusal)
    article = reading.article_at(slug)
    form = SubmissionForm(formdata=fields)
    places = refusal.details.get("places", ())
    try:
        revision = reading.revision_of(article, form.revision.data)
    except NotFound:  # a slip of a program; what a person typed is worth more
        revision = article.current
    page = _page(article, revision, form, refusal=refusal, places=places)
    answer = make_response(page, status_of(refusal))
    answer.headers["Cache-Control"] = "no-store"
    return with_patience(answer, refusal)


def _page(
    article: Article,
    revision: Revision,
    form: SubmissionForm,
    refusal: Refusal | None = None,
    places: tuple[tuple[int, int], ...] | list[tuple[int, int]] = (),
) -> str:
    start, end = form.start.data, form.end.data
    context = reading.sentence(revision.text, start, end) if _known(start, end) else None
    return render_template(
        "corrections/new.html",
        article=article,
        form=form,
        context=context,
        refusal=refusal,
        words=words_of(refusal) if refusal else None,
        places=[(a, b, reading.sentence(revision.text, a, b)) for a, b in places],
    )


def _known(start: object, end: object) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end
