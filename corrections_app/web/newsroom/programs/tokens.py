"""/tokens: which programs come in, as whom and for what; for admins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request, session, url_for
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice as Choice

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.domain.roles import Scope
from corrections_app.language import N_
from corrections_app.models import Token
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused, shows_again, status_of
from corrections_app.web.forms import Form, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import held, tokens

blueprint = Blueprint("tokens", __name__, url_prefix="/tokens")

MADE = "made_token"
"""In the session of the admin who made one: its number, and the token, which the next page shows.
It is gone from there when it was shown, and stands in no table."""
WORDS: dict[Scope, str] = {
    Scope.ARTICLES_READ: N_("read articles"),
    Scope.ARTICLES_WRITE: N_("send articles and take them down"),
    Scope.CORRECTIONS_READ: N_("read the queue and what was decided"),
    Scope.CORRECTIONS_SUBMIT: N_("send corrections"),
    Scope.CORRECTIONS_DECIDE: N_("decide corrections, and undo that"),
    Scope.NOTICES_READ: N_("read published notices"),
    Scope.READERS_READ: N_("read readers’ names and addresses"),
    Scope.HOOKS_WRITE: N_("kept for later: no operation takes it yet"),
}


class TokenForm(Form):
    """A token to be made (the contract of ``POST /tokens``)."""

    name = StringField(N_("What it is for"))
    owner = StringField(N_("In whose name it acts"), name="for")
    scope = SelectMultipleField(
        N_("What it may do"),
        choices=[Choice(scope.value, words) for scope, words in WORDS.items()],
        validate_choice=False,
    )
    expires = SelectField(
        N_("Until when"),
        default="365",
        choices=[
            Choice("30", N_("30 days")),
            Choice("90", N_("90 days")),
            Choice("365", N_("a year")),
            Choice("", N_("until it is revoked")),
        ],
        validate_choice=False,
    )


@blueprint.get("")
def index() -> Response:
    """All tokens, and the form that makes one."""
    if wants_json():
        return jsonify(items=[_as_json(token) for token in tokens.listed()])
    return _page(TokenForm(formdata=None, owner=person().email))


@blueprint.post("")
@shows_again(lambda refusal, fields: _page(TokenForm(fields), refusal), several=("scope",))
def create(fields: MultiDict[str, str]) -> Response:
    """Make one; the next page shows it, once."""
    form = read(TokenForm, fields)
    made = tokens.make(
        form.name.data or "",
        form.scope.data or (),
        accounts.by_email(form.owner.data or person().email),
        days=_days(form.expires.data),
        by=person(),
        now=now(),
    )
    if wants_json():
        answer = jsonify(_as_json(made.token) | {"token": made.secret})
        answer.status_code = 201
        return answer
    session[MADE] = [made.token.id, made.secret]
    return see_other(url_for("tokens.index", done="made"))


@blueprint.post("/<int:token_id>/revoke")
def revoke(token_id: int) -> Response:
    """Let nobody in with it any more."""
    try:
        token = tokens.revoke(token_id, by=person(), now=now())
    except Refusal as refusal:
        if wants_json() or status_of(refusal) in (403, 404):
            return refused(refusal)
        return _page(TokenForm(formdata=None, owner=person().email), refusal)
    if wants_json():
        return jsonify(_as_json(token))
    return see_other(url_for("tokens.index", done="revoked", _anchor=f"token-{token_id}"))


def _days(said: str | None) -> int | None:
    if not said:
        return None
    if not limits.is_number(said):
        raise Invalid.at("expires", "Send a number of days from 1 to 3650, or nothing at all.")
    return int(said)


def _page(form: TokenForm, refusal: Refusal | None = None) -> Response:
    number, secret = _just_made() if refusal is None else (None, None)
    moment = now()
    return page_of(
        "newsroom/tokens/index.html",
        refusal,
        form=form,
        tokens=[(token, tokens.state(token, moment).value) for token in tokens.listed()],
        people=[user for user in accounts.everyone() if user.active],
        scopes=WORDS,
        made=number,
        secret=secret,
        held_since=held.since(),
        done=request.method == "GET" and request.args.get("done"),
    )


def _just_made() -> tuple[int | None, str | None]:
    """The token that this page shows, once."""
    if MADE not in session:
        return None, None
    number, secret = session.pop(MADE)
    return number, secret


def _as_json(token: Token) -> dict[str, Any]:
    moments = {name: getattr(token, f"{name}_at") for name in ("created", "expires", "last_used")}
    return {
        "id": token.id,
        "name": token.name,
        "scopes": token.scopes.split(),
        "for": token.user.email,
        "made_by": token.made_by.email if token.made_by else None,
        "state": tokens.state(token, now()).value,
    } | {name: at.isoformat() if at else None for name, at in moments.items()}
