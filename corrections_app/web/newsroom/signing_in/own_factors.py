"""/account/second-factor: one's own app, passkeys and recovery codes.

What changes them asks for a fresh proof first: somebody may have left their browser open.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from corrections_app.domain.errors import Invalid, Refusal
from corrections_app.models import User
from corrections_app.web.access import person
from corrections_app.web.answers import see_other
from corrections_app.web.devices import account_of
from corrections_app.web.errors import page_of
from corrections_app.web.forms import FactorForm
from corrections_app.web.newsroom.signing_in import entering, shown_once
from corrections_app.web.newsroom.signing_in.second_step import proof_of
from corrections_app.web.rates import count_code, count_guess
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, authenticator, factors, passkeys, recovery

blueprint = Blueprint("own_factors", __name__, url_prefix="/account/second-factor")


@blueprint.get("")
def show() -> Response:
    """What one has, and after a fresh proof what can be done about it."""
    return _page()


@blueprint.post("/confirm")
def confirm() -> Response:
    """Show again that it is you."""
    user = person()
    here = f"inside-{account_of(user.email)}"
    try:
        count_code(here) if factors.held_by(user.id) else count_guess(here)
        factors.confirm(user, proof_of(user), request.form.get("password", ""), now=now())
    except Refusal as refusal:
        return _page(refusal)
    return _done(None)


@blueprint.post("/passkey")
def ask() -> Response:
    """What a passkey is to sign here, or to be made for (``new=1``), for the page's script."""
    _check_installed()
    user, is_new = person(), "new" in request.args
    asked = passkeys.ask_for_new(user) if is_new else passkeys.ask_to_sign(user)
    return Response(asked, mimetype="application/json")


@blueprint.post("/app")
def begin_app() -> Response:
    """Make a secret for an app."""
    try:
        _check_installed()
        factors.begin_app(person(), now=now())
    except Refusal as refusal:
        return _page(refusal)
    return _done(None)


@blueprint.post("/app/code")
def add_app() -> Response:
    """Let the app count that shows a right code; other browsers are signed out."""
    user = person()
    try:
        _check_installed()
        count_code(f"new-{account_of(user.email)}")
        user, codes = factors.add_app(user, request.form.get("code", ""), now=now())
    except Refusal as refusal:
        return _page(refusal)
    entering.stay(user)
    return _done("app", codes)


@blueprint.post("/passkeys")
def add_passkey() -> Response:
    """Let a passkey count that a device made here; other browsers are signed out."""
    user = person()
    try:
        _check_installed()
        name = accounts.checked_name(request.form.get("name", ""))
        key = passkeys.registered(user.get_id(), request.form.get("credential", ""))
        user, codes = factors.add_passkey(user, key, name, now=now())
    except Refusal as refusal:
        return _page(refusal)
    entering.stay(user)
    return _done("passkey", codes)


@blueprint.post("/app/remove")
def remove_app() -> Response:
    """Let the app count no more."""
    try:
        factors.remove_app(person(), now=now())
    except Refusal as refusal:
        return _page(refusal)
    return _done("removed")


@blueprint.post("/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> Response:
    """Let one passkey count no more."""
    try:
        factors.remove_passkey(person(), passkey_id, now=now())
    except Refusal as refusal:
        return _page(refusal)
    return _done("removed")


@blueprint.post("/recovery-codes")
def renew_codes() -> Response:
    """Ten new recovery codes; all others are worth nothing."""
    try:
        codes = factors.renew_codes(person(), now=now())
    except Refusal as refusal:
        return _page(refusal)
    return _done("codes", codes)


def _check_installed() -> None:
    if not factors.are_installed():
        raise Invalid("Apps and passkeys need a part that is not installed here.")


def _done(what: str | None, codes: list[str] | None = None) -> Response:
    shown_once.keep(codes or [])
    return see_other(url_for("own_factors.show", done=what))


def _page(refusal: Refusal | None = None) -> Response:
    user = person()
    held, is_fresh = factors.held_by(user.id), factors.is_fresh(user, now())
    secret = _pending(user) if is_fresh and not held.app else None
    return page_of(
        "newsroom/signing_in/own_factors.html",
        refusal,
        user=user,
        held=held,
        is_fresh=is_fresh,
        form=FactorForm(request.form if refusal else None),
        installed=factors.are_installed(),
        passkeys_work=passkeys.work_here(),
        secret=recovery.grouped(secret) if secret else None,
        address=authenticator.address_of(user, secret) if secret else None,
        codes=[] if refusal else shown_once.take(),
        done=request.args.get("done") if refusal is None else None,
    )


def _pending(user: User) -> str | None:
    return authenticator.pending(user) if factors.are_installed() else None
