"""/sign-in and /sign-out: the moderators' door, and what to do when the key is lost."""

from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user, logout_user

from corrections_app.domain.errors import Refusal, SpentLink
from corrections_app.models import User
from corrections_app.web import devices
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused
from corrections_app.web.forms import ForgottenForm, PasswordForm, SignInForm, read
from corrections_app.web.newsroom.signing_in import entering
from corrections_app.web.rates import count_guess, count_letter
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import sessions, sign_in
from corrections_app.workflow.people.one_time_links import Purpose

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def new() -> Response:
    """The form."""
    return _page("new", SignInForm(formdata=None))


@blueprint.post("/sign-in")
def create() -> Response:
    """Sign in with address and password."""
    known = devices.known_for(request.form.get("email", ""))
    try:
        count_guess(known)
        form = read(SignInForm, request.form.copy())
        user = sign_in.sign_in(
            form.email.data or "", form.password.data or "", known=known is not None, now=now()
        )
    except Refusal as refusal:
        return _page("new", SignInForm(formdata=request.form), refusal)
    return entering.enter(user)


@blueprint.get("/sign-in/forgotten")
def forgotten() -> Response:
    """Where a link is asked for; after asking, the same words for everyone."""
    form = ForgottenForm(formdata=None)
    form.email.data = request.args.get("email")
    return _page("forgotten", form, sent="sent" in request.args)


@blueprint.post("/sign-in/forgotten")
def send() -> Response:
    """Send a link to whoever has this address; nobody learns whether anyone has."""
    form = ForgottenForm(formdata=request.form)
    purpose = Purpose.RESET if form.purpose.data == Purpose.RESET else Purpose.SIGN_IN
    try:
        count_letter()
        sign_in.mail_link(form.email.data or "", purpose, now=now())
    except Refusal as refusal:
        return _page("forgotten", form, refusal)
    return see_other(url_for("sign_in.forgotten", sent=1))


@blueprint.errorhandler(SpentLink)
def spent(refusal: SpentLink) -> Response:
    """A link that lets nobody in leads to where another one is asked for."""
    if wants_json():
        return refused(refusal)
    return _page("spent", ForgottenForm(formdata=None), refusal)


@blueprint.get("/sign-in/reset/<token>")
def choose(token: str) -> Response:
    """The form for a new password; opening it spends nothing."""
    owner = sign_in.owner_of(token, Purpose.RESET, now=now())
    return _page("reset", PasswordForm(formdata=None), token=token, switch=_switch_to(owner))


@blueprint.post("/sign-in/reset/<token>")
def reset(token: str) -> Response:
    """Spend the link on a new password, and sign in with it."""
    form = PasswordForm(formdata=request.form)
    owner = sign_in.owner_of(token, Purpose.RESET, now=now())
    try:
        count_guess(f"link-{devices.account_of(token)}")
        user = sign_in.reset_password(token, form.password.data or "", now=now())
    except SpentLink:
        raise
    except Refusal as refusal:
        return _page("reset", form, refusal, token=token, switch=_switch_to(owner))
    return entering.enter(user)


@blueprint.get("/sign-in/<token>")
def confirm(token: str) -> Response:
    """A button: mail scanners follow links, so opening one must spend nothing."""
    owner = sign_in.owner_of(token, Purpose.SIGN_IN, now=now())
    return _page("confirm", token=token, switch=_switch_to(owner))


@blueprint.post("/sign-in/<token>")
def use(token: str) -> Response:
    """Spend a one-time link; in that session a forgotten password need not be known."""
    return entering.enter(sign_in.use_link(token, now=now()), by_link=True)


@blueprint.post("/sign-out")
def destroy() -> Response:
    """Sign out: on the server too, so that a copy of the cookie is worth nothing."""
    sessions.end(person().get_id())
    logout_user()
    session.clear()
    return see_other(url_for("articles.index"))


def _switch_to(owner: User) -> tuple[str, str] | None:
    """The names of who goes and who comes, where somebody else is signed in here."""
    here = person() if current_user.is_authenticated else owner
    return None if here == owner else (here.name, owner.name)


def _page(
    name: str,
    form: SignInForm | ForgottenForm | PasswordForm | None = None,
    refusal: Refusal | None = None,
    **values: object,
) -> Response:
    """A page of this door, with what was typed and the reason where there is one."""
    target = request.values.get("next", "")
    return page_of(f"newsroom/sign_in/{name}.html", refusal, form=form, next=target, **values)
