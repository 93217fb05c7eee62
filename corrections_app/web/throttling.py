"""How often one may try: counted before a password is compared or a letter is written.

Each limit stands in a function of its own, because Flask-Limiter tells limits
used inside a view apart by the line they stand on.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask_limiter import RateLimitExceeded

from corrections_app.domain.errors import TooMany
from corrections_app.extensions import limiter
from corrections_app.web.addresses import client_prefix
from corrections_app.web.devices import account_of

GUESSES_OF_PREFIX = "20/minute;100/hour"
GUESSES_OF_ACCOUNT = "5/minute;20/hour"
"""From one prefix."""
GUESSES_OF_STRANGERS = "10/hour;40/day"
"""At one account, from wherever they come. It locks nobody out: devices on which its owner came
in before do not count, and a link by mail always lets them in."""
GUESSES_OF_KNOWN = "5/minute;20/hour"
"""Of one device, browser or link, wherever it is: instead of all the others."""
LETTERS_OF_PREFIX = "20/hour"
LETTERS_TO_ADDRESS = "3/hour"


def count_guess(known: str | None = None) -> None:
    """Count a try at a password. Raises `TooMany`.

    ``known`` names what sets the one who tries apart from strangers: a device
    on which they came in before, the browser in which they are, or their link.
    """
    try:
        if known is not None:
            _guess_of_known(lambda: known)
            return
        _guess_of_prefix()
        _guess_of_account()
    except RateLimitExceeded as limited:
        raise _too_many(limited) from None
    try:
        _guess_of_strangers()
    except RateLimitExceeded as limited:
        raise TooMany(
            "The password of this address was guessed at too often. Have a link sent to you "
            "instead: it lets you in at once.",
            retry_after=limited.limit.limit.get_expiry(),
        ) from None


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


def _guess_of_strangers() -> None:
    with limiter.limit(GUESSES_OF_STRANGERS, key_func=_account):
        pass


def _guess_of_known(known: Callable[[], str]) -> None:
    with limiter.limit(GUESSES_OF_KNOWN, key_func=known):
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
    """Whom the request is about."""
    return "account-" + account_of(request.form.get("email", ""))


def _too_many(limited: RateLimitExceeded) -> TooMany:
    seconds = limited.limit.limit.get_expiry()
    if seconds <= 60:
        return TooMany("That was tried too often. Try again in a minute.", retry_after=seconds)
    return TooMany("That was tried too often. Try again in an hour.", retry_after=seconds)
