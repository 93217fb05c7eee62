"""/reasons: why corrections are rejected, in the newsroom's own words; for editors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Invalid, NotFound, Refusal
from corrections_app.models import ReasonWording
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import ReasonForm, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import reasons

blueprint = Blueprint("reasons", __name__, url_prefix="/reasons")


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
    return _page(reason, ReasonForm(None, obj=reason))


@blueprint.post("/<code>")
@shows_again(lambda refusal, fields, code: _page(_one(code), ReasonForm(fields), refusal))
def update(fields: MultiDict[str, str], code: str) -> Response:
    """Word it anew; every field is given, and a flag that is left out is off."""
    form = read(ReasonForm, fields)
    reasons.reword(
        code,
        label=form.label.data or "",
        sentence=form.sentence.data or "",
        neutral=form.neutral.data,
        sends_letter=form.sends_letter.data,
        active=form.active.data,
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
    return page_of("newsroom/reasons/show.html", refusal, reason=reason, form=form, done=done)


def _list(form: ReasonForm, refusal: Refusal | None = None) -> Response:
    return page_of(
        "newsroom/reasons/index.html",
        refusal,
        reasons=reasons.everything(),
        form=form,
        moved=request.method == "GET" and request.args.get("moved"),
    )


def _as_json(reason: ReasonWording) -> dict[str, Any]:
    names = ("code", "label", "sentence", "neutral", "sends_letter", "active")
    return {name: getattr(reason, name) for name in names}
