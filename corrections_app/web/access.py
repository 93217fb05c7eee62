"""Who is asking, and the guard that stands on every route that changes something."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.errors import NotFound, NotPermitted, Refusal
from corrections_app.domain.roles import Ability
from corrections_app.extensions import csrf, login
from corrections_app.models import User
from corrections_app.web.answers import check_type, see_other, wants_json
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import sessions

Guard = Literal["session", "origin", "capability"]
View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(kind: Guard) -> Callable[[View], View]:
    """Declare what stands before an unsafe route.

    ``session``: signed in, and the token of the page. ``origin``: sent from
    our own pages. ``capability``: whoever holds the unguessable address. What
    signs a browser in takes ``origin``, also where the address is unguessable:
    another site knows one of its own (docs/decisions/0013).
    """

    def mark(view: View) -> View:
        view.guard = kind  # type: ignore[attr-defined]
        return view

    return mark


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """The guard a view declares."""
    return getattr(view, "guard", None)


def install(app: Flask) -> None:
    """Put the guards before every request, and tell Flask-Login who is who."""
    app.before_request(_refuse_nul)
    app.before_request(_check)
    app.before_request(check_type)
    app.after_request(_note_browser)
    login.user_loader(_by_session)
    # The proxy, not the person: Flask-Login's own processor looks into the session for
    # every page, and pages that readers share must not vary by cookie.
    app.context_processor(lambda: {"current_user": current_user})


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
    return answer


def person() -> User:
    """The signed-in person. Raises `NotPermitted` for a stranger."""
    if not current_user.is_authenticated:
        raise NotPermitted("Sign in first.")
    user: User = current_user._get_current_object()
    return user


def require_person() -> Response | None:
    """For a whole blueprint: strangers go to the sign-in page, programs get 403."""
    if current_user.is_authenticated:
        return None
    if wants_json():
        raise NotPermitted("Sign in first.")
    return see_other(url_for("sign_in.new", next=_here()))


def _refuse_nul() -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none in a text."""
    if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
        raise NotFound("There is no page at this address.")


def _check() -> Response | None:
    """Refuse an unsafe request whose guard says no; a route without a guard is refused too."""
    if request.method in SAFE or request.endpoint is None:
        return None
    declared = guard_of(current_app.view_functions[request.endpoint])
    if declared == "capability":
        return None
    if declared == "origin":
        if not comes_from_here():
            raise NotPermitted("This was sent from another site, so it was not accepted.")
        return None
    if declared == "session":
        refused = require_person()
        if refused is None:
            _check_token()
        return refused
    raise NotPermitted("This address takes no changes.")


def reserve(blueprint: Blueprint, ability: Ability, sentence: str) -> None:
    """Keep a whole blueprint for people who may do something.

    ``sentence`` tells everybody else why; what counts is what they may at this moment.
    """

    def able() -> None:
        if not person().may(ability):
            raise NotPermitted(sentence)

    blueprint.before_request(require_person)
    blueprint.before_request(able)


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
