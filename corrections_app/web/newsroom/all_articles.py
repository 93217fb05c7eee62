"""/articles: all of them, for colleagues; /articles/<slug>/details: what one says of itself."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField, TextAreaField

from corrections_app.domain.errors import Invalid, NeedsConfirmation, Refusal, TextMoved
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.language import N_, gettext
from corrections_app.models import Article
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused, shows_again
from corrections_app.web.filters import CLASSES
from corrections_app.web.forms import MomentField, read
from corrections_app.web.newsroom.editing import ChangeForm
from corrections_app.workflow import dates, permission
from corrections_app.workflow.articles import details, overview
from corrections_app.workflow.articles.details import Details
from corrections_app.workflow.articles.reading import article_at, kept_at
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("all_articles", __name__, url_prefix="/articles")


class DetailsForm(ChangeForm):
    """What an article says of itself (the contract of ``POST /articles/<slug>/details``)."""

    byline = StringField(N_("Byline"))
    standfirst = TextAreaField(N_("Standfirst"))
    section = StringField(N_("Section"))
    published = MomentField(N_("Published"))
    lang = StringField(N_("Language"))
    seen = HiddenField()
    """What all of them said when they were shown (`Details.stamp`)."""


@blueprint.get("")
def index() -> Response:
    """The articles, the last brought in first, or those that are searched for."""
    words, section = (request.args.get(name, "").strip() for name in ("words", "section"))
    refusal = None
    try:
        page = overview.listed(words, section, request.args.get("after"))
    except Invalid as invalid:
        if wants_json():
            return refused(invalid)
        refusal, page = invalid, overview.Page([], None)
    if wants_json():
        return jsonify(items=[overview.as_json(line) for line in page.items], next=page.next)
    return page_of(
        "newsroom/articles/index.html",
        refusal,
        page=page,
        asked={"words": words, "section": section},
        sections=permission.sections(),
    )


@blueprint.get("/<slug>/details")
def show(slug: str) -> Response:
    """What an article says of itself, to be typed in."""
    article = article_at(slug)
    known = details.of(article)
    if wants_json():
        moment = known.published_at.isoformat() if known.published_at else None
        said = {name: getattr(known, name) for name in ("byline", "standfirst", "section", "lang")}
        return jsonify(slug=slug, revision=article.head, published=moment, **said)
    seen = {"revision": article.head, "seen": known.stamp}
    form = DetailsForm(formdata=None, data=_typed(known) | seen)
    return _page(article, form)


@blueprint.post("/<slug>/details")
@shows_again(
    lambda refusal, fields, slug: _page(kept_at(slug), DetailsForm(fields), refusal),
    several=("confirmed",),
)
def describe(fields: MultiDict[str, str], slug: str) -> Response:
    """Let it say so from now on; a field that is left out stays as it is."""
    form = read(DetailsForm, fields)
    made = details.describe(
        slug,
        _said(details.of(article_at(slug)), form),
        Act(person(), form.key.data or None, now()),
        base=form.revision.data,
        seen=form.seen.data or "",
        change_class=ChangeClass(form.change_class.data),
        notice=form.notice.data or "",
        confirmed=form.confirmed.data or (),
    )
    if wants_json():
        return jsonify(slug=slug, revision=made.revision, changed=list(made.changed))
    return see_other(url_for("all_articles.show", slug=slug, done="kept"))


def _said(known: Details, form: DetailsForm) -> Details:
    """What the form says; the moment to the second where its minute was left as it stood."""
    typed = _typed(known)
    says = {
        name: form[name].data if form[name].raw_data else typed[name]
        for name in ("byline", "standfirst", "section", "lang")
    }
    published = known.published_at
    if form.published.raw_data and (form.published.data or "") != typed["published"]:
        published = form.published.moment
    return Details(published_at=published, **{name: says[name] or "" for name in says})


def _typed(known: Details) -> dict[str, Any]:
    """The details as the fields of the form have them: the moment in the newsroom's time."""
    moment = dates.local_time(known.published_at) if known.published_at else None
    return {
        "byline": known.byline,
        "standfirst": known.standfirst,
        "section": known.section,
        "published": moment.replace(tzinfo=None).isoformat(timespec="minutes") if moment else "",
        "lang": known.lang,
    }


def _as_now(article: Article, form: DetailsForm, refusal: TextMoved) -> None:
    """Let the form go on from what the article says now, beside what was typed against it."""
    known = details.of(article)
    kept, clashes = details.together(known, _said(known, form), form.seen.data or "")
    now, mine = _typed(known), _typed(kept)
    for name in now:
        form[name].data = mine[name]
    for name in clashes:
        field = "published" if name == "published_at" else name
        words = now[field].replace("T", " ") if field == "published" else now[field]
        refusal.fields[field] = gettext("It says now: %(words)s") % {"words": words or "–"}
    form.revision.data, form.seen.data = article.head, known.stamp
    form.revision.raw_data = None  # which WTForms would show again


def _page(article: Article, form: DetailsForm, refusal: Refusal | None = None) -> Response:
    form.key.data = token_urlsafe(16)
    if isinstance(refusal, TextMoved):
        _as_now(article, form, refusal)
    asked = refusal if isinstance(refusal, NeedsConfirmation) else None
    return page_of(
        "newsroom/articles/details.html",
        refusal,
        article=article,
        form=form,
        flags=asked.details["flags"] if asked else (),
        sections=permission.sections(),
        trace=details.trace(article),
        classes=CLASSES,
        done=request.method == "GET" and request.args.get("done"),
    )
