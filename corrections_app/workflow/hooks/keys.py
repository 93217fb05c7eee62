"""What signs the calls of a hook: sealed from a seed by the instance's key, and stored nowhere."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from secrets import token_urlsafe

from flask import current_app

from corrections_app.models import Hook
from corrections_app.sites import calls
from corrections_app.sites.calls import PREFIX, Key
from corrections_app.sites.outside import Client
from corrections_app.workflow.tokens import seal

ROTATION = timedelta(hours=24)
"""How long the secret of before still signs beside a new one."""


def new_seed() -> str:
    """128 random bits."""
    return token_urlsafe(16)


def key_of(seed: str) -> Key:
    """The secret that belongs to a seed, as Standard Webhooks write it."""
    return Key(PREFIX + b64encode(seal("hook", seed)).decode())


def keys_of(hook: Hook, now: datetime) -> Iterator[Key]:
    """Those that sign now: the present one, and the one before while it is replaced."""
    yield key_of(hook.seed)
    if hook.old_seed is not None and hook.old_until is not None and now < hook.old_until:
        yield key_of(hook.old_seed)


def way_out() -> Client:
    """The way to programs, with the hosts of the inside that the operator named."""
    return calls.client(current_app.config["INSIDE_HOSTS"])
