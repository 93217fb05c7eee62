"""/articles/<slug>/corrections: a reader says what is wrong."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from corrections_app.domain import limits
from corrections_app.domain.errors import BadKey, Gone, NotFound, Refusal, TooMany
from corrections_app.domain.text import characters, paragraphs, shortening
from corrections_app.domain.text.body import tidy
from corrections_app.extensions import db
from corrections_app.language import N_, gettext
from corrections_app.models import Article, Revision
from corrections_app.web.answers import given, in_language_of, place_of, see_other, wants_json
from corrections_app.web.errors import gone, page_of, refused, words_of
from corrections_app.web.forms import SubmissionForm, read
from corrections_app.web.rates import client_prefix, count_search
from corrections_app.web.reader import stamps
from corrections_app.web.sending import count_arrival, count_try, proposal, receipt_json
from corrections_app.workflow import dates, revisions
from corrections_app.workflow.articles import reading, sentence_search
from corrections_app.workflow.clock import now
from corrections_app.workflow.house_rules import matching
from corrections_app.workflow.submitting import questions, submission
from corrections_app.workflow.submitting.questions import Asked, Question
from corrections_app.workflow.submitting.submission import Receipt
from corrections_app.workflow.submitting.suspecting import Arrival

blueprint = Blueprint("corrections", __name__, url_prefix="/articles/<slug>/corrections")

MOST_BESIDE = 300
"""Code points of the words beside the text that are carried over."""

_ASKS_BACK = "user"
"""What a program says in ``ask`` that can ask whoever uses it."""
_BESIDE = N_(
    "These words are not part of the article’s text: they belong to an advertisement, a box "
    "beside it or the page around it. Tell us what is wrong with them."
)
_LEFT_OUT = N_("It has been removed below. Check that the rest is right, and send it again.")
_RESENT = N_("Your earlier try did arrive. Send this one only if it should reach us too.")


@blueprint.get("/new")
def new(slug: str) -> Response:
    """The form as a page, or without a place the way to one; the dialog loads the same page."""
    article = in_language_of(reading.article_at(slug))
    opened = revisions.revision_of(article, request.args.get("revision", type=int))
    revision = opened if reading.is_on_screens(opened, now()) else article.current
    start, end = request.args.get("start", type=int), request.args.get("end", type=int)
    if start is not None and end is not None:
        try:
            if revision is not opened:
                start, end = questions.carried(db.session(), article, opened, start, end)
            place = submission.passage(revision.text, start, end)
            return _form_for(article, revision, *place)
        except Refusal as refusal:
            if wants_json():
                raise
            return _finder(article, revision, refusal)
    if beside := tidy(request.args.get("beside", "")).strip():
        return _beside(article, revision, beside)
    if "whole" in request.args:
        form = _fresh(revision)
        form.field.data = request.args.get("field", "")
        return _page(article, revision, form, Told())
    return _finder(article, revision)


@blueprint.post("")
def create(slug: str) -> Response:
    """Store a correction and answer with its receipt."""
    fields = given()
    try:
        count_try()
        form = read(SubmissionForm, fields)
        # Programs are asked nothing: only a form that people fill in can ask them back, or a
        # program that says it will (docs/decisions/0047).
        asks = form.ask.data == _ASKS_BACK if wants_json() else bool(form.ask.data)
        receipt = submission.submit(
            slug,
            proposal(form, fields),
            key=form.key.data or None,
            known=(form.known.data or "").split() if asks else None,
            admit=count_arrival,
            arrival=_arrival(form),
            now=now(),
        )
    except Refusal as refusal:
        return _again(slug, fields, refusal)
    return _received(receipt)


def _arrival(form: SubmissionForm) -> Arrival:
    """What is known of how it came; nobody is told what of it looks like spam."""
    return Arrival(client_prefix(), stamps.age(form.stamp.data), bool(form.topic.data))


def _received(receipt: Receipt) -> Response:
    url = url_for("receipts.show", token=receipt.token)
    if not wants_json():
        return see_other(url)
    answer = jsonify(receipt_json(receipt, url))
    answer.status_code = 200 if receipt.is_replay else 201
    return answer


@dataclass
class Told:
    """What a form tells besides its fields: why it came back, or what is asked first."""

    refusal: Refusal | None = None
    words: str | None = None
    question: Question | None = None
    places: list[tuple[int, int]] = field(default_factory=list)
    remembers: bool = False
    """Whether the device is to remember who wrote: ticked, that stays so."""


def _again(slug: str, fields: MultiDict[str, str], refusal: Refusal) -> Response:
    """The form once more, with everything typed and the reason beside the field."""
    if wants_json():
        with suppress(Refusal):  # of an article that is not there the reason is said all the same
            in_language_of(reading.article_at(slug))
        return _asked(refusal) if isinstance(refusal, Asked) else refused(refusal)
    form = SubmissionForm(formdata=fields)
    try:
        article = in_language_of(reading.article_at(slug))
    except Gone as down:
        return gone(down, **_typed(form))
    revision = _read_by_sender(article, form)
    is_read = reading.is_on_screens(revision, now())
    if is_read:
        _choose(form, fields, revision)
    else:
        form.start.data = form.end.data = None  # the words as they were typed, no others
    if isinstance(refusal, Asked):
        form.known.data = f"{form.known.data or ''} {refusal.question.name}".strip()
        told = Told(question=refusal.question, remembers="remember" in fields)
        asked = _page(article, revision, form, told)
        asked.status_code = 409
        return asked
    words = words_of(refusal)
    if "character" in refusal.details:
        _leave_out(form, refusal, revision)
        words = f"{words} {gettext(_LEFT_OUT)}"
    elif isinstance(refusal, BadKey):
        words = gettext(_RESENT) if len(form.key.data or "") <= limits.KEY else words
    if isinstance(refusal, BadKey):
        form.key.data = token_urlsafe(16)
    places = refusal.details.get("places", ()) if is_read else ()
    told = Told(refusal, words, places=list(places), remembers="remember" in fields)
    return _page(article, revision, form, told)


def _asked(refusal: Asked) -> Response:
    """What a program asks its user: it sends the same again, with this question as ``known``."""
    question = refusal.question
    words = [matching.words(found) for found in question.house] or [gettext(refusal.template)]
    answer = jsonify(
        error=refusal.code,
        message=" ".join(words),
        fields={},
        question=question.name,
        rules=[
            {"preferred": found.rule.preferred, "form": found.form, "reason": found.rule.reason}
            for found in question.house
        ],
    )
    answer.status_code = 409
    return answer


def _read_by_sender(article: Article, form: SubmissionForm) -> Revision:
    try:
        return revisions.revision_of(article, form.revision.data)
    except NotFound:  # a slip of a program; what a person typed is worth more
        return article.current


def _typed(form: SubmissionForm) -> dict[str, str | None]:
    """What a reader wrote, to be kept where it cannot be sent any more."""
    return {name: form[name].data for name in ("exact", "replacement", "explanation", "source_url")}


def _leave_out(form: SubmissionForm, refusal: Refusal, revision: Revision) -> None:
    """Take what is not taken out of the form: nobody can find it there, since nobody sees it."""
    for name in form.data.keys() & refusal.fields.keys():
        stood = revision.text if name == "exact" else form.exact.data or ""
        lines = isinstance(form[name], TextAreaField)
        form[name].data = characters.without(str(form[name].data or ""), lines=lines, stood=stood)


def _choose(form: SubmissionForm, fields: MultiDict[str, str], revision: Revision) -> None:
    """A place that was chosen stays chosen: the form comes back for the words there."""
    start, end = place_of(fields.get("place", "")) or (0, 0)
    if start < end <= len(revision.text):
        form.start.data, form.end.data = start, end
        form.exact.data = revision.text[start:end]


def _fresh(revision: Revision) -> SubmissionForm:
    key = token_urlsafe(16)
    own = {"revision": revision.number, "key": key, "ask": "1", "stamp": stamps.stamp()}
    return SubmissionForm(formdata=None, **own)


def _form_for(article: Article, revision: Revision, start: int, end: int) -> Response:
    """The form for some words, which says where they read otherwise by now."""
    form = _fresh(revision)
    form.start.data, form.end.data = start, end
    form.exact.data = form.replacement.data = revision.text[start:end]
    question = questions.since(db.session(), article, revision, start, end)
    if question:
        form.known.data = question.name
    return _page(article, revision, form, Told(question=question))


def _beside(article: Article, revision: Revision, words: str) -> Response:
    """The form for words that are no text of the article: they come along as part of a remark."""
    form = _fresh(revision)
    shown = " ".join(characters.without(words).split())
    form.explanation.data = f"“{shortening.opening(shown, MOST_BESIDE)}”: "
    return _page(article, revision, form, Told(words=gettext(_BESIDE)))


def _finder(article: Article, revision: Revision, refusal: Refusal | None = None) -> Response:
    typed = request.args.get("q", "").strip()
    begin = request.args.get("from", 0, type=int)
    found = None
    try:
        if typed:
            count_search()
            found = sentence_search.matching(revision, typed)
    except TooMany as limited:
        refusal = limited
    return page_of(
        "reader/corrections/find.html",
        refusal,
        article=article,
        revision=revision,
        form=_fresh(revision),
        typed=typed,
        begin=begin,
        found=found,
        listed=sentence_search.listed(revision, begin),
    )


def _page(article: Article, revision: Revision, form: SubmissionForm, told: Told) -> Response:
    start, end = form.start.data, form.end.data
    context: Any = paragraphs.sentence(revision.text, start, end) if _known(start, end) else None
    same = request.args.get("revision", type=int) in (None, revision.number)
    places = [(a, b, paragraphs.sentence(revision.text, a, b)) for a, b in told.places]
    at = told.question.at if told.question else None
    return page_of(
        "reader/corrections/new.html",
        told.refusal,
        article=article,
        revision=revision,
        form=form,
        context=context,
        # For the script to compare; of another version than the screen shows it says nothing.
        blocks=paragraphs.blocks_text(revision.text, start, end) if context and same else None,
        words=told.words,
        question=told.question,
        corrected_at=dates.time_lately(at) if at else "",
        places=places,
        remembers=told.remembers,
    )


def _known(start: object, end: object) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end
