"""When a form was given out, sealed and put into it: what comes back sooner was not typed.

A stamp says one thing only: at least so much time has passed. A program that makes its own
requests has none, and neither have a form that a device kept and one opened before there were
stamps; nothing follows from that.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from corrections_app.workflow.clock import now


def stamp() -> str:
    """The moment, in milliseconds, as only this instance can write it."""
    return str(_sealed().dumps(_milliseconds()))


def age(given: str | None) -> float | None:
    """How many seconds ago a stamp was made; None for none, and for what is none of ours."""
    try:
        made = _sealed().loads(given or "")
    except BadData:
        return None
    return (_milliseconds() - made) / 1000 if isinstance(made, int) else None


def _milliseconds() -> int:
    return round(now().timestamp() * 1000)


def _sealed() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="correction-form")
