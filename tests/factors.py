"""People with a second factor: an app whose codes a test knows, and a device that signs."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import cbor2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.people import accounts, authenticator, factors, passkeys, sign_in
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


class Device:
    """A device that makes one passkey and signs with it, as a browser would have it do."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def made(self, options: str) -> str:
        """The key it made for what the server asked, as a page sends it."""
        numbers = self.key.public_key().public_numbers()
        point = (numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point[0], -3: point[1]})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(flags=0x41) + held
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", options)
        return self._answer(clientDataJSON=told, attestationObject=statement)

    def signed(self, options: str, kind: str = "webauthn.get", counts: int = 1) -> str:
        """What it signed of what the server asked, as a page sends it."""
        self.count += counts
        data, told = self._data(flags=0x01), self._told(kind, options)
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        host = sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _told(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.id)
        told = {which: bytes_to_base64url(value) for which, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})


def with_passkey(email: str, now: datetime) -> Device:
    """A person's new passkey."""
    user, device = came_in(email, now), Device()
    token = user.get_id()
    key = passkeys.registered(token, device.made(passkeys.ask_for_new(user)))
    factors.add_passkey(user, key, "blue key", now=now)
    return device
