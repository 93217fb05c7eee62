"""/sign-in and /sign-out: the moderators' door."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter import RateLimitExceeded
from flask_login import login_user, logout_user

from corrections_app.domain.errors import Refusal
from corrections_app.extensions import limiter
from corrections_app.models import User
from corrections_app.web.access import guard
from corrections_app.web.addresses import client_prefix
from corrections_app.web.errors import status_of, too_many, words_of
from corrections_app.web.forms import SignInForm, read
from corrections_app.workflow import accounts
from corrections_app.workflow.times import now

blueprint = Blueprint("sign_in", __name__)
ATTEMPTS = "10/minute;60/hour"


@blueprint.after_request
def private(answer: Response) -> Response:
    """Nothing about signing in stays in a cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/sign-in")
def new() -> Response:
    """The form."""
    return make_response(_form(SignInForm(formdata=None)))


@blueprint.post("/sign-in")
@guard("origin")
def create() -> Response:
    """Sign in with address and password."""
    form = SignInForm(formdata=request.form)
    try:
        with limiter.limit(ATTEMPTS, key_func=client_prefix):
            form = read(SignInForm, request.form.copy())
            user = accounts.sign_in(form.email.data or "", form.password.data or "", now=now())
    except Refusal as refusal:
        return make_response(_form(form, words_of(refusal)), status_of(refusal))
    except RateLimitExceeded as limited:
        return make_response(_form(form, words_of(too_many(limited))), 429)
    return _enter(user)


@blueprint.get("/sign-in/<token>")
def confirm(token: str) -> Response:
    """A button: mail scanners follow links, so opening one must spend nothing."""
    return make_response(render_template("sign_in/confirm.html", token=token))


@blueprint.post("/sign-in/<token>")
@guard("capability")
def use(token: str) -> Response:
    """Spend a one-time link."""
    return _enter(accounts.use_link(token, now=now()))


@blueprint.post("/sign-out")
@guard("session")
def destroy() -> Response:
    """Sign out."""
    logout_user()
    session.clear()
    return redirect(url_for("articles.index"), 303)  # type: ignore[return-value]


def _enter(user: User) -> Response:
    session.clear()  # nothing a stranger put into this browser's session survives
    login_user(user)
    target = request.form.get("next", "")
    # Only a path of our own: rebuilt from one known prefix, never taken as given.
    known = target.startswith("/queue") or target.startswith("/outbox")
    plain = known and target.isascii() and not set(target) & set("\\ :@?#\r\n")
    return redirect(target if plain else url_for("queue.index"), 303)  # type: ignore[return-value]


def _form(form: SignInForm, words: str | None = None) -> str:
    return render_template(
        "sign_in/new.html", form=form, words=words, next=request.values.get("next", "")
    )
