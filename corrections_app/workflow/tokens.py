"""Unguessable addresses: what a receipt's token seals, and the correction it opens."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app

from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Correction


def token_for(correction: Correction) -> str:
    """The unguessable address of a correction's receipt: an HMAC of what its row alone has."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    seal = hmac.new(key, f"receipt:{correction.seal}".encode(), sha256).digest()[:18]
    return f"{correction.id:x}-{urlsafe_b64encode(seal).decode()}"


def by_token(token: str) -> Correction:
    """The correction whose receipt this is. Raises `NotFound`."""
    number = token.partition("-")[0]
    known = number.isascii() and number.isalnum() and len(number) < 16
    try:
        correction_id = int(number, 16) if known else 0
    except ValueError:
        correction_id = 0
    correction = db.session.get(Correction, correction_id)
    sealed = token_for(correction) if correction else ""
    if correction is None or not hmac.compare_digest(
        sealed.encode(), token.encode(errors="replace")
    ):
        raise NotFound("There is no receipt at this address. Check that it was copied whole.")
    return correction
