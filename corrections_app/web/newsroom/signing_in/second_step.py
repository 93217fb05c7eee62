"""/sign-in/second-step: what is asked after the password or the link, where a factor is owed.

It is the only page that is open to such a browser: everywhere else nobody is signed in.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from corrections_app.domain.errors import Refusal
from corrections_app.models import User
from corrections_app.web import devices
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused
from corrections_app.web.forms import FactorForm
from corrections_app.web.newsroom.signing_in import entering, shown_once
from corrections_app.web.rates import count_code
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import authenticator, factors, passkeys, recovery, sessions
from corrections_app.workflow.people.factors import Proof

blueprint = Blueprint("second_step", __name__, url_prefix="/sign-in/second-step")


@blueprint.get("")
def show() -> Response:
    """The form for a code, a passkey or a recovery code; or the way to set up an app."""
    user = entering.owing()
    return _page(user) if user else see_other(url_for("sign_in.new"))


@blueprint.post("")
def create() -> Response:
    """Give the factor that is owed, or let a new app show its first code; and come in."""
    user = entering.owing()
    if user is None:
        return _too_late()
    target = request.form.get("next", "")
    try:
        known = devices.known_for(user.email, by_factor=True)
        count_code(known or devices.account_of(user.email))
        if factors.held_by(user.id):
            user = factors.finish(user.get_id(), proof_of(user), now=now())
            return entering.arrive(user, target, by_factor=True)
        user, codes = factors.add_app(user, request.form.get("code", ""), now=now())
    except Refusal as refusal:
        again = entering.owing()
        return _page(again, refusal) if again else refused(refusal)
    answer = entering.arrive(user, target, by_factor=True)
    shown_once.keep(codes)
    answer.location = url_for("own_factors.show", done="app")
    return answer


@blueprint.post("/app")
def begin_app() -> Response:
    """Make a secret for the app of somebody who must have a factor here and has none."""
    user = entering.owing()
    if user is None:
        return _too_late()
    target = request.form.get("next") or None
    try:
        factors.begin_app(user, now=now())
    except Refusal as refusal:
        return _page(user, refusal)
    return see_other(url_for("second_step.show", next=target))


@blueprint.post("/passkey")
def ask() -> Response:
    """What one of their passkeys is to sign, for the script of this page."""
    user = entering.owing()
    if user is None or not factors.are_installed():
        raise sessions.too_late()
    return Response(passkeys.ask_to_sign(user), mimetype="application/json")


def proof_of(user: User) -> Proof:
    """What the form at hand proves: by a passkey where one signed, else by a code.

    Raises `Invalid`.
    """
    credential = request.form.get("credential", "")
    if not credential:
        return Proof(code=request.form.get("code", ""))
    if not factors.are_installed():
        raise passkeys.refusal()
    user_id, token = user.id, user.get_id()
    return Proof(signed=passkeys.signed(user_id, token, credential))


def _too_late() -> Response:
    refusal = sessions.too_late()
    return refused(refusal) if wants_json() else see_other(url_for("sign_in.new"))


def _page(user: User, refusal: Refusal | None = None) -> Response:
    held, secret = factors.held_by(user.id), None
    installed = factors.are_installed()
    if not held and installed:
        secret = authenticator.pending(user)
    return page_of(
        "newsroom/signing_in/second_step.html",
        refusal,
        user=user,
        form=FactorForm(formdata=None),
        held=held,
        installed=installed,
        secret=recovery.grouped(secret) if secret else None,
        address=authenticator.address_of(user, secret) if secret else None,
        next=request.values.get("next", ""),
    )
