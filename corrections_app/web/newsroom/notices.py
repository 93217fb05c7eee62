"""/articles/<slug>/notices, /notices/<id>: what readers are told, published alone and changed."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import Article, Notice
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import NoticeForm, read
from corrections_app.workflow.articles.reading import kept_at
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import acts, showing
from corrections_app.workflow.record.acts import Noticed
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("notices", __name__)


@blueprint.get("/articles/<slug>/notices")
def index(slug: str) -> Response:
    """All notices of an article, those to come too, and the form for one that stands alone."""
    article = kept_at(slug)
    page = showing.of_article(article, after=request.args.get("after"))
    if wants_json():
        return jsonify(items=[_as_json(one) for one in page.items], next=page.next)
    return _list(article, NoticeForm(formdata=None), page=page)


@blueprint.post("/articles/<slug>/notices")
@shows_again(lambda refusal, fields, slug: _list(kept_at(slug), NoticeForm(fields), refusal))
def create(fields: MultiDict[str, str], slug: str) -> Response:
    """A notice without a change of the text."""
    form = read(NoticeForm, fields)
    change_class = ChangeClass(form.change_class.data or ChangeClass.SILENT)
    return _done(acts.publish(slug, change_class, form.notice.data or "", _act(form)), "published")


@blueprint.get("/notices/<int:notice_id>")
def show(notice_id: int) -> Response:
    """One notice, what became of it, and the forms that change it."""
    notice = showing.one(notice_id)
    if wants_json():
        return jsonify(_as_json(notice))
    return _page(notice, NoticeForm(formdata=None))


@blueprint.post("/notices/<int:notice_id>/reword")
@shows_again(
    lambda refusal, fields, notice_id: _page(
        showing.one(notice_id), NoticeForm(fields), refusal, "reword"
    )
)
def reword(fields: MultiDict[str, str], notice_id: int) -> Response:
    """Let it say something else."""
    form = read(NoticeForm, fields)
    words, note = form.notice.data or "", form.note.data or ""
    return _done(acts.reword(notice_id, words, note, form.seen.data, _act(form)), "reworded")


@blueprint.post("/notices/<int:notice_id>/withdraw")
@shows_again(
    lambda refusal, fields, notice_id: _page(
        showing.one(notice_id), NoticeForm(fields), refusal, "withdraw"
    )
)
def withdraw(fields: MultiDict[str, str], notice_id: int) -> Response:
    """Take it back, in the open."""
    form = read(NoticeForm, fields)
    note = form.note.data or ""
    return _done(acts.withdraw(notice_id, note, form.seen.data, _act(form)), "withdrawn")


def _act(form: NoticeForm) -> Act:
    return Act(person(), form.key.data or None, now())


def _done(noticed: Noticed, what: str) -> Response:
    if wants_json():
        return jsonify(_as_json(showing.one(noticed.notice)))
    return see_other(url_for("notices.show", notice_id=noticed.notice, done=what))


def _list(
    article: Article,
    form: NoticeForm,
    refusal: Refusal | None = None,
    page: showing.Found | None = None,
) -> Response:
    form.key.data = token_urlsafe(16)
    return page_of(
        "newsroom/notices/index.html",
        refusal,
        article=article,
        form=form,
        page=page or showing.of_article(article),
        at=now(),
        may=person().may(Ability.TELL_READERS, article.section),
    )


def _page(
    notice: Notice, form: NoticeForm, refusal: Refusal | None = None, act: str = ""
) -> Response:
    if act != "reword":
        form.notice.data = notice.words
    form.seen.data, form.seen.raw_data = acts.version_of(db.session(), notice.id), None
    form.key.data = token_urlsafe(16)
    done = request.method == "GET" and request.args.get("done")
    return page_of(
        "newsroom/notices/show.html",
        refusal,
        notice=notice,
        article=notice.article,
        form=form,
        act=act,
        done=done,
        at=now(),
        may=person().may(Ability.CHANGE_NOTICES, notice.article.section),
    )


def _as_json(notice: Notice) -> dict[str, Any]:
    moments = ("created_at", "public_at", "cancelled_at", "withdrawn_at", "withheld_at")
    told = {name: getattr(notice, name) for name in moments}
    changes = [
        {"kind": one.kind, "before": one.words, "note": one.note, "at": one.created_at.isoformat()}
        for one in notice.changes
    ]
    return {
        "id": notice.id,
        "article": notice.article.slug,
        "revision": notice.revision,
        "class": notice.change_class,
        "notice": notice.words,
        "thanks": list(notice.thanks or ()),
        "seen": len(changes),
        "changes": changes,
    } | {name: moment and moment.isoformat() for name, moment in told.items()}
