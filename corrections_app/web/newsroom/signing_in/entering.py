"""From a door into the newsroom: the one place where a browser is signed in.

Who owes a second factor gets as far as the page that asks for it. Their token stands in the
session under a name of its own, where nothing else looks for somebody who is signed in.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request, session, url_for
from flask_login import login_user

from corrections_app.models import User
from corrections_app.web import devices
from corrections_app.web.answers import see_other
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import sessions

PLACES = ("/queue", "/outbox", "/people", "/account")
BY_LINK = "by_link"
"""In the session of whoever came in by a link: when, in seconds since 1970."""
_OWED = "owed"


def enter(user: User, *, by_link: bool = False, target: str | None = None) -> Response:
    """Sign this browser in, or lead it to the page that asks for the second factor."""
    target = request.values.get("next", "") if target is None else target
    if not user.owes_factor:
        return arrive(user, target, {BY_LINK: now().timestamp()} if by_link else {})
    _leave()
    session[_OWED] = user.session_token
    if by_link:
        session[BY_LINK] = now().timestamp()
    return see_other(url_for("second_step.show", next=target if _is_known(target) else None))


def owing() -> User | None:
    """Who has yet to give a second factor in this browser."""
    token = session.get(_OWED)
    return sessions.owing(token, now()) if isinstance(token, str) else None


def arrive(
    user: User, target: str, kept: dict[str, Any] | None = None, *, by_factor: bool = False
) -> Response:
    """Sign this browser in, all being given; ``kept`` stays in its session."""
    kept = kept or {name: session[name] for name in (BY_LINK,) if name in session}
    _leave()
    login_user(user)
    session.update(kept)
    # Only a path of our own: rebuilt from one known prefix, never taken as given.
    answer = see_other(target if _is_known(target) else url_for("queue.index"))
    devices.remember(answer, user.email, by_factor=by_factor)
    return answer


def stay(user: User, **kept: Any) -> None:
    """Go on in this browser with the new token that the person has."""
    session.clear()
    login_user(user)
    session.update(kept)


def _leave() -> None:
    """Nothing a stranger put into this browser's session survives, nor who was here before."""
    for name in ("_user_id", _OWED):
        before = session.get(name)
        if isinstance(before, str):
            sessions.end(before)
    session.clear()


def _is_known(target: str) -> bool:
    known = target.startswith(PLACES)
    return known and target.isascii() and not set(target) & set("\\ :@?#\r\n")
