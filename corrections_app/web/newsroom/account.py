"""/account: one's own name and password, and whether single keys count."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, request, session, url_for

from corrections_app.domain.errors import Refusal
from corrections_app.language import NAMES
from corrections_app.models import User
from corrections_app.web.access import person
from corrections_app.web.answers import see_other
from corrections_app.web.devices import account_of
from corrections_app.web.errors import page_of
from corrections_app.web.forms import PasswordForm, PersonForm
from corrections_app.web.newsroom.signing_in.entering import BY_LINK, stay
from corrections_app.web.rates import count_guess
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, factors, sign_in

blueprint = Blueprint("account", __name__, url_prefix="/account")

FRESH = timedelta(hours=1)
"""How long after coming in by a link a new password can be chosen without the old one."""


@blueprint.get("")
def show() -> Response:
    """Name, keys and password."""
    return _page()


@blueprint.post("")
def update() -> Response:
    """Change the name, the language, whether single keys count, or the password.

    With a new password other browsers are signed out.
    """
    user = person()
    try:
        if "password" in request.form:
            return _enter_again(_with_new_password(user), "password")
        if "single_keys" in request.form:
            accounts.set_single_keys(user, request.form["single_keys"] == "on")
            return see_other(url_for("account.show", done="keys"))
        if "lang" in request.form:
            accounts.set_language(user, request.form["lang"])
            return see_other(url_for("account.show", done="language"))
        accounts.rename(user, request.form.get("name", ""), now=now())
    except Refusal as refusal:
        return _page(refusal)
    return see_other(url_for("account.show", done="name"))


@blueprint.post("/sign-out-elsewhere")
def sign_out_elsewhere() -> Response:
    """Sign out all browsers but this one."""
    return _enter_again(sign_in.sign_out_everywhere(person().id, now=now()), "elsewhere")


def _with_new_password(user: User) -> User:
    if _must_know_password(user):
        count_guess(f"inside-{account_of(user.email)}")
        sign_in.check_password(user, request.form.get("current", ""))
    return sign_in.set_password(user.id, request.form["password"], now=now())


def _must_know_password(user: User) -> bool:
    """Whether the old password is asked for: whoever forgot it came in by a link just now."""
    fresh = now().timestamp() - session.get(BY_LINK, 0) < FRESH.total_seconds()
    return user.password_hash is not None and not fresh


def _enter_again(user: User, what: str) -> Response:
    """Back in with a new token; all that were good before are worth nothing."""
    stay(user)
    return see_other(url_for("account.show", done=what))


def _page(refusal: Refusal | None = None) -> Response:
    user = person()
    return page_of(
        "newsroom/account/show.html",
        refusal,
        user=user,
        form=PersonForm(request.form or None, obj=user),
        passwords=PasswordForm(formdata=None),
        asks=_must_know_password(user),
        factors=factors.held_by(user.id),
        languages={each: NAMES.get(each, each) for each in current_app.config["LANGUAGES"]},
        done=request.args.get("done") if refusal is None else None,
    )
