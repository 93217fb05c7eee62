"""Recovery codes on their way to the one page that shows them; they stand in no table."""

from __future__ import annotations

from flask import session

_CODES = "recovery_codes"


def keep(codes: list[str]) -> None:
    """Let the next page show them."""
    if codes:
        session[_CODES] = codes


def take() -> list[str]:
    """The codes that this page is to show, once."""
    return list(session.pop(_CODES, ()))
