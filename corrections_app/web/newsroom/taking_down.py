"""/articles/<slug>/retire, …/revisions/<n>/withhold, /notices/<n>/withhold: taken down, openly."""

from __future__ import annotations

from dataclasses import asdict
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, url_for
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, TextAreaField

from corrections_app.domain.errors import NeedsConfirmation, NotPermitted, Refusal
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.language import N_
from corrections_app.models import Notice
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import Form, read
from corrections_app.workflow import taken_down
from corrections_app.workflow.articles import retiring, withholding
from corrections_app.workflow.articles.reading import kept_at
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import showing
from corrections_app.workflow.record import withholding as notice_words
from corrections_app.workflow.revisions import revision_of
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("taking_down", __name__)


class TakeDownForm(Form):
    """Why something is taken down, and whether what readers will see was looked at."""

    reason = TextAreaField(N_("Why, in words for every reader"))
    confirmed = BooleanField()
    key = HiddenField()


@blueprint.get("/articles/<slug>/retire")
def retiring_page(slug: str) -> Response:
    """What taking the article down would mean; of one that is down, the way back."""
    article = kept_at(slug)
    _check_may(article.section)
    if wants_json():
        known = [_retirement(one) for one in retiring.retirements(article)]
        is_down = article.retired_at is not None
        waiting = asdict(retiring.waiting(db.session(), article))
        return jsonify(slug=slug, retired=is_down, waiting=waiting, retirements=known)
    return _retire_page(slug, TakeDownForm(formdata=None))


@blueprint.post("/articles/<slug>/retire")
@shows_again(lambda refusal, fields, slug: _retire_page(slug, TakeDownForm(fields), refusal))
def retire(fields: MultiDict[str, str], slug: str) -> Response:
    """Take the article down."""
    form = read(TakeDownForm, fields)
    sure = bool(form.confirmed.data)
    done = retiring.retire(slug, form.reason.data or "", _act(form), confirmed=sure)
    return _done(done, "taking_down.retiring_page", slug=slug)


@blueprint.post("/articles/<slug>/bring-back")
@shows_again(lambda refusal, fields, slug: _retire_page(slug, TakeDownForm(fields), refusal))
def bring_back(fields: MultiDict[str, str], slug: str) -> Response:
    """Let the article be read again."""
    form = read(TakeDownForm, fields)
    done = retiring.bring_back(slug, _act(form), confirmed=bool(form.confirmed.data))
    return _done(done, "taking_down.retiring_page", slug=slug)


@blueprint.get("/articles/<slug>/revisions/<int:number>/withhold")
def withholding_page(slug: str, number: int) -> Response:
    """What withholding a revision would mean; of one that is withheld, the way back."""
    _check_may(kept_at(slug).section)
    return _withhold_page(slug, number, TakeDownForm(formdata=None))


@blueprint.post("/articles/<slug>/revisions/<int:number>/withhold")
@shows_again(
    lambda refusal, fields, slug, number: _withhold_page(
        slug, number, TakeDownForm(fields), refusal
    )
)
def withhold(fields: MultiDict[str, str], slug: str, number: int) -> Response:
    """Show the text of a revision to nobody any more."""
    form = read(TakeDownForm, fields)
    sure = bool(form.confirmed.data)
    done = withholding.withhold(slug, number, form.reason.data or "", _act(form), confirmed=sure)
    return _done(done, "editing.revisions", slug=slug)


@blueprint.post("/articles/<slug>/revisions/<int:number>/show-again")
@shows_again(
    lambda refusal, fields, slug, number: _withhold_page(
        slug, number, TakeDownForm(fields), refusal
    )
)
def show_again(fields: MultiDict[str, str], slug: str, number: int) -> Response:
    """Show a revision again."""
    form = read(TakeDownForm, fields)
    done = withholding.show_again(slug, number, _act(form), confirmed=bool(form.confirmed.data))
    return _done(done, "editing.revisions", slug=slug)


@blueprint.get("/notices/<int:notice_id>/withhold")
def notice_page(notice_id: int) -> Response:
    """What withholding the words of a notice would mean."""
    notice = showing.one(notice_id)
    _check_may(notice.article.section)
    return _notice_page(notice, TakeDownForm(formdata=None))


@blueprint.post("/notices/<int:notice_id>/withhold")
@shows_again(
    lambda refusal, fields, notice_id: _notice_page(
        showing.one(notice_id), TakeDownForm(fields), refusal
    )
)
def withhold_notice(fields: MultiDict[str, str], notice_id: int) -> Response:
    """Show the words of a notice to nobody any more."""
    form = read(TakeDownForm, fields)
    sure = bool(form.confirmed.data)
    reason = form.reason.data or ""
    done = notice_words.withhold(notice_id, reason, _act(form), confirmed=sure)
    return _done(done, "notices.show", notice_id=notice_id)


def _check_may(section: str | None) -> None:
    if not person().may(Ability.TAKE_DOWN, section):
        raise NotPermitted("Only an editor of this article may take something down: ask one.")


def _act(form: TakeDownForm) -> Act:
    return Act(person(), form.key.data or None, now())


def _done(done: Any, page: str, **place: Any) -> Response:
    return jsonify(asdict(done)) if wants_json() else see_other(url_for(page, **place))


def _retirement(one: Any) -> dict[str, Any]:
    moments = {"at": one.created_at, "ended": one.ended_at}
    told = {name: at.isoformat() if at else None for name, at in moments.items()}
    return told | {"reason": one.reason, "by": one.by.name if one.by else None}


def _retire_page(slug: str, form: TakeDownForm, refusal: Refusal | None = None) -> Response:
    article = kept_at(slug)
    return _page(
        "newsroom/taking_down/retire.html",
        form,
        refusal,
        article=article,
        standing=taken_down.standing(db.session(), article.id),
        waiting=retiring.waiting(db.session(), article),
        retirements=retiring.retirements(article),
    )


def _withhold_page(
    slug: str, number: int, form: TakeDownForm, refusal: Refusal | None = None
) -> Response:
    article = kept_at(slug)
    return _page(
        "newsroom/taking_down/withhold.html",
        form,
        refusal,
        article=article,
        revision=revision_of(article, number),
    )


def _notice_page(notice: Notice, form: TakeDownForm, refusal: Refusal | None = None) -> Response:
    return _page(
        "newsroom/taking_down/notice.html", form, refusal, notice=notice, article=notice.article
    )


def _page(template: str, form: TakeDownForm, refusal: Refusal | None, **shown: Any) -> Response:
    """The form; ``asked``: the question stands on it, so that the next press answers it.

    The key stays from one step to the next: confirming is the second step of the same act.
    """
    asked = isinstance(refusal, NeedsConfirmation)
    if refusal is None or not asked:
        form.key.data = token_urlsafe(16)
        form.key.raw_data = None
    return page_of(template, refusal, form=form, asked=asked, moment=now(), **shown)
