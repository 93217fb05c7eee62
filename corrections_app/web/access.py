"""Who is asking, and whether they may pass the door they stand at (`web.doors`)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError

from corrections_app import language
from corrections_app.domain.errors import InvalidToken, NotFound, NoToken, NotPermitted, Refusal
from corrections_app.domain.roles import Ability, Scope
from corrections_app.extensions import csrf, db, login
from corrections_app.models import Token, User
from corrections_app.web.answers import browser_languages, check_type, see_other, wants_json
from corrections_app.web.bare import is_api
from corrections_app.web.doors import DOORS, Door, Guard, Who, why_not
from corrections_app.web.rates import count_bad_token, count_call
from corrections_app.workflow import audit
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import sessions
from corrections_app.workflow.programs import tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask.wrappers import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions; there are none where programs come in, whatever cookies they bring."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a browser; None, which takes nothing in, for a program."""
        return None if is_api(request.path) else super().open_session(app, request)


def install(app: Flask) -> None:
    """Put the guards before every request, and tell Flask-Login who is who."""
    app.session_interface = Sessions()
    app.url_value_preprocessor(_refuse_nul)
    app.before_request(_speak)
    app.before_request(_check)
    app.teardown_request(lambda _: language.speak(language.SOURCE))
    app.before_request(check_type)
    app.after_request(_note_browser)
    login.user_loader(_by_session)
    # The proxy, not the person: Flask-Login's own processor looks into the session for
    # every page, and pages that readers share must not vary by cookie.
    app.context_processor(lambda: {"current_user": current_user})


_ENTRANCES = {"sign_in", "provider", "second_step"}
"""Blueprints by which a colleague comes in: nobody knows yet whose account it is."""


def _by_session(token: str) -> User | None:
    found = sessions.find(token, now())
    if found is None:
        return None
    if found.is_to_be_noted:
        g.browser_seen = token
    return found.user


def _note_browser(answer: Response) -> Response:
    """After the answer is made: it must not fail, nor be undone, because this cannot be noted."""
    if "browser_seen" in g:
        with suppress(SQLAlchemyError, OSError, Refusal):
            sessions.note(g.pop("browser_seen"), now())
    if "token_used" in g:
        with suppress(SQLAlchemyError, OSError, Refusal):
            tokens.note(g.pop("token_used"), now())
    return answer


def holds_our_cookie(app: Flask, environ: WSGIEnvironment) -> bool:
    """Whether a request comes with a cookie that we signed for somebody who signed in here.

    Asked before the request is taken in: whether that session goes on is found out later.
    """
    session = app.session_interface.open_session(app, app.request_class(environ))
    return session is not None and "_user_id" in session


def person() -> User:
    """Who asks: the owner of the program's token, or the signed-in person.

    Raises `NotPermitted` for a stranger.
    """
    if "token" in g:
        return token().user
    if not current_user.is_authenticated:
        raise NotPermitted("Sign in first.")
    user: User = current_user._get_current_object()
    return user


def token() -> Token:
    """The token of the program that asks, which has passed its door."""
    shown: Token = g.token
    return shown


def _require_person() -> Response | None:
    """Strangers go to the sign-in page, programs get 403."""
    if current_user.is_authenticated:
        return None
    if wants_json():
        raise NotPermitted("Sign in first.")
    return see_other(url_for("sign_in.new", next=_here()))


def _refuse_nul(endpoint: str | None, place: dict[str, Any] | None) -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none in a text."""
    if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
        raise NotFound("There is no page at this address.")


def _speak() -> None:
    """Speak the newsroom's own language where a page is the same for all; else the person's.

    A page of one article turns to that article's (`answers.in_language_of`). Programs are
    spoken to in English.
    """
    door = DOORS.get(request.endpoint or "")
    if (door and door.guard is Guard.TOKEN) or is_api(request.path):
        language.speak(language.SOURCE)
    elif door is not None and door.is_for_colleagues and current_user.is_authenticated:
        language.speak(language.offered(current_user.lang, *browser_languages()))
    elif door is not None and door.who is Who.EVERYONE and not _is_sign_in():
        language.speak(language.offered())
    else:
        language.speak(language.offered(*browser_languages()))


def _is_sign_in() -> bool:
    """Whether it is one of the pages by which a colleague comes in."""
    return request.blueprint in _ENTRANCES


def _check() -> Response | None:
    """Let a request pass the door it stands at, or refuse it; one without a row is closed."""
    if request.endpoint is None:
        return None
    door = DOORS.get(request.endpoint)
    if door is None:
        raise NotPermitted("This address is not open to anyone yet.")
    changes = request.method not in SAFE
    if door.guard is Guard.TOKEN:
        _check_program(door)
        return None
    if changes:
        _check_sender(door.guard)
    if door.is_for_colleagues:  # elsewhere no cookie is even looked for: see `answers.cacheable`
        return _check_person(door, changes)
    return None


def _check_program(door: Door) -> None:
    """Let in a program whose token is for this; from here on all that it does names the token.

    Raises `NoToken`, `InvalidToken`, `InsufficientScope` and `TooMany`.
    """
    assert isinstance(door.who, Scope)
    try:
        shown = tokens.find(_shown_token(request.headers.get("Authorization", "")), now())
    except InvalidToken:
        count_bad_token()
        raise
    count_call(shown.id)
    tokens.check(shown, door.who)
    g.token = shown
    audit.by_token(db.session(), shown.id)
    if tokens.is_to_be_noted(shown, now()):
        g.token_used = shown.id


def may_send_articles(app: Flask, environ: WSGIEnvironment) -> bool:
    """Whether a request shows a token with which articles are sent.

    Asked before the request is taken in: whether its owner may send this one is found out later.
    """
    with app.app_context(), suppress(Refusal, SQLAlchemyError):
        shown = tokens.find(_shown_token(environ.get("HTTP_AUTHORIZATION", "")), now())
        return shown.has(Scope.ARTICLES_WRITE)
    return False


def _shown_token(said: str) -> str:
    """What stands behind ``Bearer`` (RFC 6750, 2.1). In an address or a body it counts nowhere."""
    scheme, _, secret = said.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NoToken(
            "Say who you are: send a token, in the header Authorization, behind the word Bearer."
        )
    return secret.strip()


def _check_person(door: Door, changes: bool) -> Response | None:
    refused = _require_person()
    if refused is None and changes:
        _check_token()
    if refused is None and isinstance(door.who, Ability):
        _require(door.who)
    return refused


def _check_sender(guard: Guard) -> None:
    if guard is Guard.NONE:
        raise NotPermitted("This address takes no changes.")
    if guard is Guard.ORIGIN and not comes_from_here():
        raise NotPermitted("This was sent from another site, so it was not accepted.")


def _require(ability: Ability) -> None:
    """Somebody who has an ability at this moment, if only in their own section.

    In which articles they have it is asked where the article is known, inside the write.
    """
    user = person()
    if not user.may(ability, user.section):
        raise NotPermitted(why_not(ability))


def _check_token() -> None:
    request.get_data()  # kept, for whoever reads the fields: Flask-WTF would use it up
    try:
        csrf.protect()
    except CSRFError:
        raise NotPermitted("This page is too old. Reload it and try again.") from None


def comes_from_here() -> bool:
    """Whether a browser says that one of our own pages sent this.

    Every browser names the origin of a cross-site POST; a request that names
    none is a program, and carries no cookie that could be misused
    (docs/decisions/0003).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.lower() in _own_origins()


def _own_origins() -> set[str]:
    """The address readers know, and the one that this very request went to.

    The second is safe to believe: no other site's page can choose a browser's Host.
    """
    addresses = (urlsplit(current_app.config["PUBLIC_URL"]), urlsplit(request.host_url))
    return {f"{parts.scheme}://{parts.netloc}".lower() for parts in addresses}


def _here() -> str | None:
    return request.path if request.method in SAFE and request.path != "/" else None
