"""/reasons: why corrections are rejected, in the newsroom's own words; for editors."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField

from corrections_app.domain.errors import Invalid, NotFound, Refusal
from corrections_app.language import N_, NAMES
from corrections_app.models import ReasonWording
from corrections_app.sources.languages import direction
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import ReasonForm, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.reasons import words as reason_words
from corrections_app.workflow.reasons.words import Words, field_of, languages

_FLAGS = ("neutral", "sends_letter", "active")
blueprint = Blueprint("reasons", __name__, url_prefix="/reasons")


@cache
def _form_class(offered: tuple[str, ...]) -> type[ReasonForm]:
    """The form with a label and a sentence for each language that is offered."""
    fields = {}
    for lang in offered[1:]:
        fields[f"label-{lang}"] = StringField(N_("What moderators see"))
        fields[f"sentence-{lang}"] = TextAreaField(N_("What the reader is told"))
    return type("ReasonFormInLanguages", (ReasonForm,), fields)


@blueprint.get("")
def index() -> Response:
    """All reasons, in the order in which moderators see them."""
    if wants_json():
        return jsonify(items=[_as_json(reason) for reason in reasons.everything()])
    return _list(ReasonForm(formdata=None, sends_letter=True))


@blueprint.post("")
@shows_again(lambda refusal, fields: _list(ReasonForm(fields), refusal))
def create(fields: MultiDict[str, str]) -> Response:
    """One more reason; a flag that is left out is off."""
    form = read(ReasonForm, fields)
    code = reasons.add(
        label=form.label.data or "",
        sentence=form.sentence.data or "",
        neutral=form.neutral.data,
        sends_letter=form.sends_letter.data,
        by=person(),
        now=now(),
    )
    if wants_json():
        return make_response(jsonify(_as_json(_one(code))), 201)
    return see_other(url_for("reasons.show", code=code, done="added"))


@blueprint.post("/<code>/move")
@shows_again(lambda refusal, fields, code: _list(ReasonForm(formdata=None), refusal))
def move(fields: MultiDict[str, str], code: str) -> Response:
    """Up or down by one place (``to``), which changes the digits that choose reasons."""
    if fields.get("to") not in ("up", "down"):
        raise Invalid.at("to", "Say whether it moves up or down.")
    reasons.move(code, up=fields["to"] == "up", by=person(), now=now())
    if wants_json():
        return jsonify(items=[_as_json(reason) for reason in reasons.everything()])
    return see_other(url_for("reasons.index", moved=code, _anchor=f"reason-{code}"))


@blueprint.get("/<code>")
def show(code: str) -> Response:
    """One reason and its words."""
    reason = _one(code)
    if wants_json():
        return jsonify(_as_json(reason))
    flags = {name: getattr(reason, name) for name in _FLAGS}
    return _page(reason, _form_class(languages())(None, data=flags | _words_of(reason)))


@blueprint.post("/<code>")
@shows_again(
    lambda refusal, fields, code: _page(_one(code), _form_class(languages())(fields), refusal)
)
def update(fields: MultiDict[str, str], code: str) -> Response:
    """Word it anew; a flag that is left out is off, a further language stays as it is."""
    form = read(_form_class(languages()), fields)
    reasons.reword(
        code,
        label=form.label.data or "",
        sentence=form.sentence.data or "",
        neutral=form.neutral.data,
        sends_letter=form.sends_letter.data,
        active=form.active.data,
        translations=_translations(form),
        by=person(),
        now=now(),
    )
    if wants_json():
        return jsonify(_as_json(_one(code)))
    return see_other(url_for("reasons.show", code=code, done="changed"))


def _one(code: str) -> ReasonWording:
    reason = reasons.wording(code)
    if reason is None:
        raise NotFound("There is no such reason.")
    return reason


def _page(reason: ReasonWording, form: ReasonForm, refusal: Refusal | None = None) -> Response:
    done = request.method == "GET" and request.args.get("done")
    return page_of(
        "newsroom/reasons/show.html",
        refusal,
        reason=reason,
        form=form,
        done=done,
        languages=[(lang, NAMES[lang], direction(lang)) for lang in languages()],
        field_of=field_of,
        words=reason_words.words,
    )


def _list(form: ReasonForm, refusal: Refusal | None = None) -> Response:
    return page_of(
        "newsroom/reasons/index.html",
        refusal,
        reasons=reasons.everything(),
        form=form,
        moved=request.method == "GET" and request.args.get("moved"),
    )


def _as_json(reason: ReasonWording) -> dict[str, Any]:
    told = {"code": reason.code, "label": reason.label, "sentence": reason.sentence}
    flags = {name: getattr(reason, name) for name in _FLAGS}
    return (
        told | flags | {name: text for name, text in _words_of(reason).items() if name not in told}
    )


def _words_of(reason: ReasonWording) -> dict[str, str]:
    """What the fields of each language hold."""
    return {
        field_of(name, lang): text or ""
        for lang in languages()
        for name, text in reason_words.worded(reason, lang)._asdict().items()
    }


def _translations(form: ReasonForm) -> dict[str, Words]:
    """What was typed in the languages after the first; None where a program left it out."""
    typed = {field.name: field.data if field.raw_data else None for field in form}
    return {
        lang: Words(typed[field_of("label", lang)], typed[field_of("sentence", lang)])
        for lang in languages()[1:]
    }
