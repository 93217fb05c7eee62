"""People with a second factor: an app whose codes a test knows, and a device that signs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyotp

from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.people import accounts, authenticator, factors, sign_in
from corrections_app.workflow.people.factors import Proof

STEP = timedelta(seconds=30)


def came_in(email: str, now: datetime) -> User:
    """Whoever just came by a link, as far as they get: with the token of their browser."""
    link = accounts.one_time_link(email, now=now)
    return sign_in.use_link(link.rpartition("/")[2], now=now)


def with_app(email: str, now: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """A person's new app and their recovery codes; the code of ``now`` is used by it."""
    user = came_in(email, now)
    factors.begin_app(user, now=now)
    secret = authenticator.pending(user)
    assert secret is not None
    db.session.rollback()
    app = pyotp.TOTP(secret)
    _, codes = factors.add_app(user, app.at(now), now=now)
    return app, codes


def finished(user: User, code: str, now: datetime) -> User:
    """The person, signed in by that code."""
    return factors.finish(user.get_id(), Proof(code=code), now=now)


def posted(browser: Any, path: str, **fields: str) -> Any:
    """What a browser without scripts sends from the page that it has open."""
    return browser.post(path, data=fields)
