"""Devices on which somebody signed in before: a crowd of strangers cannot lock their owner out.

A cookie for each account, sealed, good for nothing by itself; it only moves the
tries of this device from the strangers' budget to one of its own ("device
cookies", OWASP). It goes to /sign-in and nowhere else.
"""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from corrections_app.workflow import tokens

REMEMBERED = timedelta(days=180)


def remember(answer: Response, email: str, *, by_factor: bool) -> None:
    """Let this device be known as one on which the person with this address came in.

    ``by_factor``: by a second factor too. Of others somebody who stole a password may have
    many, and each would bring tries of its own at the factor that came after.
    """
    account = account_of(email)
    answer.set_cookie(
        cookie_of(account),
        _seal().dumps([account, token_urlsafe(12), by_factor]),
        max_age=REMEMBERED,
        path="/sign-in",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def known_for(email: str, *, by_factor: bool = False) -> str | None:
    """What to count the tries of this device under, if this person came in on it before.

    ``by_factor``: only if they gave a second factor then.
    """
    account = account_of(email)
    sealed = request.cookies.get(cookie_of(account), "")
    try:
        # Cookies of versions before say nothing of a factor.
        owner, nonce, *factor = _seal().loads(sealed, max_age=int(REMEMBERED.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    is_known = owner == account and (not by_factor or factor == [True])
    return f"device-{nonce}" if is_known else None


def account_of(email: str) -> str:
    """An address, sealed: neither cookies nor a store of limits are a place for addresses.

    Who reads that store cannot try out addresses either: a bare hash would tell which they are.
    """
    return tokens.seal("account", email.strip().lower()).hex()[:32]


def cookie_of(account: str) -> str:
    """The name of the cookie by which a device of this account is known."""
    # `__Host-` would have to go to every path.
    prefix = "__Secure-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return f"{prefix}corrections-device-{account[:8]}"


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")
