"""/articles/<slug>/edit, history, revisions: an article changed by hand, and all it ever said."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import Optional

from corrections_app.domain import limits
from corrections_app.domain.errors import (
    Gone,
    Invalid,
    NeedsConfirmation,
    NotFound,
    Refusal,
    TextMoved,
)
from corrections_app.domain.lifecycle import ChangeClass, Status
from corrections_app.domain.text.body import placed
from corrections_app.extensions import db
from corrections_app.language import N_
from corrections_app.models import Article, Correction
from corrections_app.web.access import person
from corrections_app.web.answers import cacheable, in_language_of, kept, see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.filters import CLASSES
from corrections_app.web.forms import DecisionForm, Form, NumbersField, read
from corrections_app.workflow.articles import editing, history, retiring, withholding
from corrections_app.workflow.articles.editing import Edited, Resolved
from corrections_app.workflow.articles.reading import article_at, kept_at
from corrections_app.workflow.clock import now
from corrections_app.workflow.pending import credits
from corrections_app.workflow.queue import rows
from corrections_app.workflow.revisions import shown as read_revision
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("editing", __name__, url_prefix="/articles/<slug>")

_PUBLIC = "editing.past"
_ORIGINS = {
    "import": N_("brought in"),
    "accept": N_("a reader's correction"),
    "edit": N_("edited by hand"),
    "undo": N_("a decision undone"),
    "restore": N_("an earlier revision restored"),
}


class ChangeForm(Form):
    """What a change is, and which revision was seen when it was made."""

    revision = IntegerField(validators=[Optional()])
    change_class = DecisionForm.change_class
    notice = DecisionForm.notice
    confirmed = DecisionForm.confirmed
    key = HiddenField()


class EditForm(ChangeForm):
    """A whole article as plain text (the contract of ``POST /articles/<slug>/edit``)."""

    text = TextAreaField(N_("The article"))
    over = IntegerField(validators=[Optional()])
    """The newer revision that was shown meanwhile, and is to be written over."""
    preview = BooleanField()
    merge = BooleanField()
    resolves = IntegerField(validators=[Optional()])
    """The correction that this edit answers, and its version as it was shown."""
    seen = IntegerField(validators=[Optional()])
    note = TextAreaField(N_("A note to the reader"))
    thanks = NumbersField()
    """The corrections whose readers are named with the notice."""


@blueprint.url_value_preprocessor
def make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take a whole article from people who are signed in; before a guard reads the form."""
    if endpoint == "editing.edit" and current_user.is_authenticated:
        request.max_content_length = limits.EDIT_BYTES
        request.max_form_memory_size = limits.EDIT_BYTES


@blueprint.url_value_preprocessor
def tell_what_is_gone(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Of an article that is taken down strangers are told so: there is nothing to sign in for.

    Not at the public history, which tells it itself and must not even look for a cookie.
    """
    if endpoint != _PUBLIC and values is not None and not current_user.is_authenticated:
        with suppress(NotFound):
            article_at(values["slug"])


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the pages call a revision's origin and class."""
    return {"origins": _ORIGINS, "classes": CLASSES}


@blueprint.get("/history")
def past(slug: str) -> Response:
    """What readers are told of the article's changes: the same bytes for everyone."""
    article = in_language_of(article_at(slug))
    page = history.notices(article, now(), after=request.args.get("after"))
    html = render_template(
        "newsroom/editing/history.html",
        article=article,
        page=page,
        retirements=retiring.retirements(article),
        withheld=withholding.withheld(article),
    )
    return kept(cacheable(html))


@blueprint.get("/edit")
def text(slug: str) -> Response:
    """The article as text to type in."""
    article = article_at(slug)
    if wants_json():
        return jsonify(slug=slug, revision=article.head, text=editing.text_to_edit(article))
    form = EditForm(formdata=None)
    form.text.data, form.revision.data = editing.text_to_edit(article), article.head
    form.resolves.data = request.args.get("resolves", type=int)
    return _editor(article, form)


@blueprint.post("/edit")
@shows_again(
    lambda refusal, fields, slug: _again(kept_at(slug), EditForm(fields), refusal),
    several=("confirmed", "thanks"),
)
def edit(fields: MultiDict[str, str], slug: str) -> Response:
    """What was typed becomes the article's new revision."""
    form = read(EditForm, fields)
    if form.merge.data:
        return _merged(slug, form)
    if form.preview.data:
        return _foreseen(slug, form)
    made = editing.edit(
        slug,
        form.text.data or "",
        base=form.over.data or form.revision.data,
        resolves=_resolved(form),
        **_called(form),
    )
    return _done(made, form.resolves.data)


def _foreseen(slug: str, form: EditForm, refusal: Refusal | None = None) -> Response:
    """The editor, with what saving will change; to save what was seen there confirms it."""
    seen = editing.foresee(
        slug, form.text.data or "", base=form.revision.data, resolves=form.resolves.data
    )
    return _editor(article_at(slug), form, refusal, seen=seen)


def _resolved(form: EditForm) -> Resolved | None:
    if form.resolves.data is None:
        return None
    thanks = tuple(form.thanks.data or ())
    return Resolved(form.resolves.data, form.seen.data, form.note.data or "", thanks)


@blueprint.get("/revisions")
def revisions(slug: str) -> Response:
    """All revisions, newest first."""
    article = kept_at(slug)
    page = history.revisions(article, after=request.args.get("after"))
    if wants_json():
        return jsonify(items=[history.as_json(item) for item in page.items], next=page.next)
    return page_of("newsroom/editing/revisions.html", article=article, page=page)


@blueprint.get("/revisions/<int:number>")
def show(slug: str, number: int) -> Response:
    """The text of one revision; with ``against``, how it differs from another one."""
    article = kept_at(slug)
    if request.args.get("against"):
        return _difference(article, number, request.args.get("against", type=int))
    return _revision(article, number)


@blueprint.post("/revisions/<int:number>/restore")
@shows_again(
    lambda refusal, fields, slug, number: _revision(
        kept_at(slug), number, ChangeForm(fields), refusal
    ),
    several=("confirmed",),
)
def restore(fields: MultiDict[str, str], slug: str, number: int) -> Response:
    """An earlier revision again, as a new one."""
    form = read(ChangeForm, fields)
    return _done(editing.restore(slug, number, base=form.revision.data, **_called(form)))


def _done(made: Edited, resolved: int | None = None) -> Response:
    if wants_json():
        return jsonify(slug=made.slug, revision=made.revision)
    if resolved is not None:
        return see_other(url_for("queue.show", correction_id=resolved))
    there = url_for("editing.show", slug=made.slug, number=made.revision, against=made.revision - 1)
    return see_other(there)


def _called(form: ChangeForm) -> dict[str, Any]:
    return {
        "change_class": ChangeClass(form.change_class.data),
        "notice": form.notice.data or "",
        "confirmed": form.confirmed.data or (),
        "act": Act(person(), form.key.data or None, now()),
    }


def _editor(
    article: Article, form: EditForm, refusal: Refusal | None = None, **shown: Any
) -> Response:
    """The editor with its form; ``shown``: the changes to look at before saving.

    What they touch is confirmed by saving, since it stands beside the button.
    """
    answered = _answered(article, form)
    form.key.data = token_urlsafe(16)
    return page_of(
        "newsroom/editing/edit.html",
        refusal,
        form=form,
        article=article,
        answered=answered,
        credits=credits.asked(db.session(), answered) if answered else [],
        **shown,
    )


def _answered(article: Article, form: EditForm) -> Correction | None:
    """The correction that the edit answers, as it stands now; None where it is none of these."""
    if form.resolves.data is None:
        return None
    correction = rows.one(form.resolves.data)
    if correction.article_id != article.id or correction.status != Status.PENDING:
        return None
    form.seen.data, form.seen.raw_data = correction.version, None
    return correction


def _again(article: Article, form: EditForm, refusal: Refusal) -> Response:
    """The editor once more with everything typed; after a colleague's change, with theirs too."""
    if isinstance(refusal, NeedsConfirmation):
        _set_seen(form, form.over.data or form.revision.data)
        try:
            return _foreseen(article.slug, form, refusal)
        except (TextMoved, Gone) as moved:  # in the very moment in which it is looked at once more
            refusal = moved
    if not isinstance(refusal, TextMoved) or form.revision.data is None:
        return _editor(article, form, refusal)
    clash = editing.clash(article.slug, form.text.data or "", base=form.revision.data)
    return _editor(article, form, refusal, clash=clash)


def _merged(slug: str, form: EditForm) -> Response:
    """The editor with both people's changes in one text; nothing is saved yet."""
    clash = editing.clash(slug, form.text.data or "", base=form.revision.data or 0)
    if clash.together is None:
        raise Invalid("Both changes touch the same words: merge them by hand.")
    form.text.data = clash.together
    _set_seen(form, clash.head)
    return _foreseen(slug, form)


def _set_seen(form: ChangeForm, number: int) -> None:
    form.revision.data = number
    form.revision.raw_data = None  # which WTForms would show rather than the number


def _revision(
    article: Article,
    number: int,
    form: ChangeForm | None = None,
    refusal: Refusal | None = None,
) -> Response:
    revision = read_revision(article, number)
    entry = history.entry(article, number)
    if wants_json() and entry:
        return jsonify(history.as_json(entry) | {"text": revision.text})
    form = form or ChangeForm(formdata=None)
    _set_seen(form, article.head)
    form.key.data = token_urlsafe(16)
    asked = isinstance(refusal, NeedsConfirmation)
    return page_of(
        "newsroom/editing/show.html",
        refusal,
        form=form,
        article=article,
        revision=revision,
        entry=entry,
        parts=list(placed(revision.blocks)),
        seen=editing.foresee_restoring(article, number) if asked else None,
    )


def _difference(article: Article, number: int, against: int | None) -> Response:
    if against is None:
        raise NotFound("There is no such version of this article.")
    old, new = (read_revision(article, n) for n in (against, number))
    rows = history.between(old.blocks, new.blocks)
    if wants_json():
        return jsonify(old=against, new=number, rows=[asdict(row) for row in rows])
    return page_of(
        "newsroom/editing/difference.html",
        article=article,
        old=history.entry(article, against),
        new=history.entry(article, number),
        rows=rows,
    )
