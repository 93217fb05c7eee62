"""An app that shows a code every thirty seconds (TOTP, RFC 6238), as a second factor.

What the app and we share is kept encrypted under a key that only this instance's secret key
makes. Each code is taken once, by one conditional write; the clocks may differ by one period.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import Authenticator, User
from corrections_app.workflow import tokens

DIGITS = 6
_CLOCKS = 1
"""Periods by which a phone's clock may be wrong, either way (RFC 6238, 5.2)."""


def begin(session: Session, user_id: int, token: str, now: datetime) -> None:
    """Make a secret for an app; it counts for nothing until the app shows a code of it.

    ``token`` is the browser's that is shown it. An earlier one that was never confirmed is gone.
    """
    import pyotp

    kept = session.get(Authenticator, user_id, with_for_update=True)
    sealed, here = _sealed(pyotp.random_base32()), tokens.hashed(token)
    if kept is None:
        session.add(Authenticator(user_id=user_id, secret=sealed, begun_in=here, created_at=now))
    elif kept.confirmed_at is None:
        kept.secret, kept.begun_in, kept.created_at = sealed, here, now


def pending(user: User) -> str | None:
    """The secret that an app is to be given here, in base32, until it showed its first code."""
    here = tokens.hashed(user.get_id())
    query = select(Authenticator.secret).filter_by(user_id=user.id, begun_in=here)
    sealed = db.session.scalar(query.where(Authenticator.confirmed_at.is_(None)))
    return _opened(sealed) if sealed else None


def address_of(user: User, secret: str) -> str:
    """The ``otpauth:`` address that hands a secret to an app on the same device."""
    import pyotp

    newsroom = str(current_app.config["NEWSROOM"])
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=newsroom)


def confirm(session: Session, user_id: int, token: str, code: str, now: datetime) -> bool:
    """Let an app count from its first right code on; whether the code was right.

    Only in the browser whose ``token`` began it.
    """
    kept = session.get(Authenticator, user_id, with_for_update=True)
    if kept is None or kept.confirmed_at is not None or kept.begun_in != tokens.hashed(token):
        return False
    step = _step_of(kept.secret, code, now)
    if step is None:
        return False
    kept.confirmed_at, kept.last_step = now, step
    return True


def spend(session: Session, user_id: int, code: str, now: datetime) -> bool:
    """Take a code, inside a write; False for a wrong one, and for one that was taken before."""
    kept = (Authenticator.user_id == user_id, Authenticator.confirmed_at.is_not(None))
    sealed = session.scalar(select(Authenticator.secret).where(*kept))
    step = _step_of(sealed, code, now) if sealed else None
    if step is None:
        return False
    later = update(Authenticator).where(*kept, Authenticator.last_step < step)
    taken = later.values(last_step=step).returning(Authenticator.user_id)
    return session.scalar(taken) is not None


def _step_of(sealed: str, code: str, now: datetime) -> int | None:
    """The period whose code this is, of those around now."""
    secret = _opened(sealed)
    if secret is None or len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    import pyotp
    from pyotp.exceptions import OTPVerificationError

    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_CLOCKS)
    except OTPVerificationError:
        return None


def _sealed(secret: str) -> str:
    from cryptography.fernet import Fernet

    return Fernet(_key()).encrypt(secret.encode()).decode()


def _opened(sealed: str) -> str | None:
    """The secret; None where another secret key sealed it: then no code is right."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(_key()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _key() -> bytes:
    return urlsafe_b64encode(tokens.seal("second-factor", "authenticator"))
