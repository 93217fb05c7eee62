"""How often one may try: counted before a password is compared or a letter is written.

Each limit stands in a function of its own, because Flask-Limiter tells limits
used inside a view apart by the line they stand on.
"""

from __future__ import annotations

from hashlib import sha256

from flask import request
from flask_limiter import RateLimitExceeded
from flask_login import current_user

from corrections_app.domain.errors import TooMany
from corrections_app.extensions import limiter
from corrections_app.web.addresses import client_prefix

GUESSES_OF_PREFIX = "20/minute;100/hour"
GUESSES_OF_ACCOUNT = "5/minute;20/hour"
"""From one prefix: a stranger far away cannot lock a person out."""
LETTERS_OF_PREFIX = "20/hour"
LETTERS_TO_ADDRESS = "3/hour"


def count_guess() -> None:
    """Count a try at a password or a token. Raises `TooMany`."""
    try:
        _guess_of_prefix()
        _guess_of_account()
    except RateLimitExceeded as limited:
        raise _too_many(limited) from None


def count_letter() -> None:
    """Count a letter asked for, whether or not one will go. Raises `TooMany`."""
    try:
        _letter_of_prefix()
        _letter_to_address()
    except RateLimitExceeded as limited:
        raise _too_many(limited) from None


def _guess_of_prefix() -> None:
    with limiter.limit(GUESSES_OF_PREFIX, key_func=client_prefix):
        pass


def _guess_of_account() -> None:
    with limiter.limit(GUESSES_OF_ACCOUNT, key_func=_account_and_prefix):
        pass


def _letter_of_prefix() -> None:
    with limiter.limit(LETTERS_OF_PREFIX, key_func=client_prefix):
        pass


def _letter_to_address() -> None:
    with limiter.limit(LETTERS_TO_ADDRESS, key_func=_account):
        pass


def _account_and_prefix() -> str:
    return f"{_account()} {client_prefix()}"


def _account() -> str:
    """Whom the request is about; hashed, because a store of limits is no place for addresses."""
    known = current_user.email if current_user.is_authenticated else None
    named = known or request.form.get("email", "")
    return "account-" + sha256(named.strip().lower().encode()).hexdigest()[:32]


def _too_many(limited: RateLimitExceeded) -> TooMany:
    seconds = limited.limit.limit.get_expiry()
    if seconds <= 60:
        return TooMany("That was tried too often. Try again in a minute.", retry_after=seconds)
    return TooMany("That was tried too often. Try again in an hour.", retry_after=seconds)
