"""Passkeys (WebAuthn level 3) as a second factor: a person's device signs what it is asked.

The device is asked by our own page only: what it signs names the address of the page and the
host, which are compared with CORRECTIONS_PUBLIC_URL, and a challenge that is used once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.config.hosts import is_loopback
from corrections_app.domain.errors import Invalid
from corrections_app.extensions import db
from corrections_app.models import Passkey, User
from corrections_app.workflow import tokens
from corrections_app.workflow.people import sessions

MANY = 10
"""How many one person may have."""
_LONGEST = 8_000
"""Of what a browser sends of a key, in code points; it is a thousand or two."""


@dataclass(frozen=True)
class Registered:
    """A new key, as a device made it."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class Signed:
    """A challenge that a key signed."""

    passkey_id: int
    sign_count: int


def work_here() -> bool:
    """Whether browsers have passkeys at our address: it needs a name, and https or this machine."""
    url = current_app.config["PUBLIC_URL"]
    host = _host()
    is_number = ":" in host or host.replace(".", "").isdigit()
    return not is_number and (url.startswith("https:") or is_loopback(url))


def of(user_id: int) -> list[Passkey]:
    """A person's keys, oldest first."""
    return list(db.session.scalars(select(Passkey).filter_by(user_id=user_id).order_by(Passkey.id)))


def ask_for_new(user: User) -> str:
    """What a browser is to make a key for: WebAuthn's options, as JSON."""
    from webauthn import generate_registration_options
    from webauthn.helpers import structs

    assert user.session_token is not None
    token, held = user.session_token, _descriptors(user.id)
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=str(current_app.config["NEWSROOM"]),
        user_id=tokens.seal("passkey-user", str(user.id)),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=held,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.DISCOURAGED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
    )
    return _asked(token, options)


def ask_to_sign(user: User) -> str:
    """What a browser is to have signed by one of a person's keys, as JSON."""
    from webauthn import generate_authentication_options

    assert user.session_token is not None
    token = user.session_token
    options = generate_authentication_options(
        rp_id=_host(), allow_credentials=_descriptors(user.id)
    )
    return _asked(token, options)


def registered(token: str, credential: str) -> Registered:
    """The key that a device made for what this browser was asked. Raises `Invalid`."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    key = _verified(verify_registration_response, token, credential)
    return Registered(
        bytes_to_base64url(key.credential_id),
        bytes_to_base64url(key.credential_public_key),
        key.sign_count,
    )


def signed(user_id: int, token: str, credential: str) -> Signed:
    """What one of a person's keys signed in this browser. Raises `Invalid`."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    known = {key.credential_id: key for key in of(user_id)}
    key = next((key for name, key in known.items() if _names(credential, name)), None)
    if key is None:
        sessions.take_challenge(token)
        raise refusal()
    key_id, public_key, sign_count = key.id, base64url_to_bytes(key.public_key), key.sign_count
    found = _verified(
        verify_authentication_response,
        token,
        credential,
        credential_public_key=public_key,
        credential_current_sign_count=sign_count,
    )
    return Signed(key_id, found.new_sign_count)


def count(session: Session, signed: Signed, now: datetime) -> bool:
    """Note that a key was used, inside a write; False where it is gone or did not count on."""
    counts_on = Passkey.sign_count < signed.sign_count
    if signed.sign_count == 0:  # it does not count at all, and must not begin to count back
        counts_on = Passkey.sign_count == 0
    used = (
        update(Passkey)
        .where(Passkey.id == signed.passkey_id, counts_on)
        .values(sign_count=signed.sign_count, last_used_at=now)
        .returning(Passkey.id)
    )
    return session.scalar(used) is not None


def keep(session: Session, user_id: int, key: Registered, name: str, now: datetime) -> None:
    """Keep a new key, inside a write. Raises `Invalid` for one too many, or one that is known."""
    if len(of(user_id)) >= MANY:
        raise Invalid("You have %(many)s passkeys: remove one first.", many=MANY)
    if session.scalar(select(Passkey.id).filter_by(credential_id=key.credential_id)):
        raise Invalid("This passkey is registered already.")
    session.add(
        Passkey(
            user_id=user_id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=key.sign_count,
            name=name,
            created_at=now,
        )
    )


def refusal() -> Invalid:
    """What is said of an answer that proves nothing."""
    return Invalid.at("credential", "The passkey was not accepted. Try again.")


def _asked(token: str, options: Any) -> str:
    from webauthn import options_to_json
    from webauthn.helpers import bytes_to_base64url

    sessions.set_challenge(token, bytes_to_base64url(options.challenge))
    return str(options_to_json(options))


def _descriptors(user_id: int) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    found = [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id))
        for key in of(user_id)
    ]
    db.session.rollback()  # what follows is a write
    return found


def _verified(verify: Any, token: str, credential: str, **known: Any) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = sessions.take_challenge(token)
    if challenge is None or len(credential) > _LONGEST:
        raise refusal()
    try:
        return verify(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            **known,
        )
    except (
        WebAuthnException,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        # A stranger's bytes: the library takes them apart and trips in many ways.
        raise refusal() from error


def _names(credential: str, key: str) -> bool:
    return len(credential) <= _LONGEST and f'"{key}"' in credential


def _host() -> str:
    return urlsplit(current_app.config["PUBLIC_URL"]).hostname or ""


def _origin() -> str:
    """Our address as browsers write it: in small letters, without the port that goes unsaid."""
    parts = urlsplit(current_app.config["PUBLIC_URL"])
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    netloc = parts.netloc.lower()
    return f"{parts.scheme}://{netloc.removesuffix(f':{usual}')}"
