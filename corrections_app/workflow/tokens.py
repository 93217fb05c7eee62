"""Unguessable words: keyed hashes that only this instance can make, and the tokens they seal."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app

from corrections_app.domain.errors import NotFound
from corrections_app.extensions import db
from corrections_app.models import Correction


def seal(purpose: str, what: str) -> bytes:
    """The HMAC of ``what``, 32 bytes; one made for another purpose is another."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    # What was typed may hold half of a character, which has no bytes.
    return hmac.new(key, f"{purpose}:{what}".encode(errors="replace"), sha256).digest()


def token(name: str, purpose: str, what: str) -> str:
    """A name for an address, with 18 bytes of its seal behind it."""
    return f"{name}-{urlsafe_b64encode(seal(purpose, what)[:18]).decode()}"


def hashed(token: str) -> str:
    """What is kept of a random token, so that whoever steals the rows can use none."""
    return sha256(token.encode()).hexdigest()


def are_same(one: str, other: str) -> bool:
    """Whether two tokens are equal, in a time that tells nothing of how far they are."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def token_for(correction: Correction) -> str:
    """The unguessable address of a correction's receipt: it seals what the row alone has."""
    return token(f"{correction.id:x}", "receipt", correction.seal)


def by_token(given: str) -> Correction:
    """The correction whose receipt this is. Raises `NotFound`."""
    number = given.partition("-")[0]
    known = number.isascii() and number.isalnum() and len(number) < 16
    try:
        correction_id = int(number, 16) if known else 0
    except ValueError:
        correction_id = 0
    correction = db.session.get(Correction, correction_id)
    if correction is None or not are_same(token_for(correction), given):
        raise NotFound("There is no receipt at this address. Check that it was copied whole.")
    return correction
