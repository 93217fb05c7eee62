"""What a provider signs is believed only with its own key, for us, now, and for this sign-in."""

from __future__ import annotations

import base64
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from corrections_app.domain.errors import Busy, NotPermitted
from corrections_app.workflow.people import provider
from corrections_app.workflow.people.provider import Asked

ISSUER = "https://id.example.org"
KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
ASKED = Asked(ISSUER, "the state", "the nonce", "the verifier")
ANSWER = {"state": "the state", "code": "c"}
METADATA = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/t", "jwks_uri": f"{ISSUER}/j"}
METADATA |= {"userinfo_endpoint": f"{ISSUER}/u", "authorization_endpoint": f"{ISSUER}/a"}


def claims(**changed):
    told = {"iss": ISSUER, "aud": "corrections", "sub": "1", "nonce": "the nonce"}
    told |= {"exp": int(time.time()) + 600, "iat": int(time.time())}
    told |= {"email": "Max@courier.example ", "email_verified": True} | changed
    return {name: value for name, value in told.items() if value is not None}


def signed(told, key=KEY, alg="RS256"):
    return jwt.encode({"alg": alg}, told, key, algorithms=[alg])


def unsigned(told):
    parts = ({"alg": "none"}, told)
    coded = [
        base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
    ]
    return ".".join([*coded, ""])


def with_the_public_key_as_a_secret(told):
    """By hand: no decent library signs like that."""
    head, body, _ = signed(told, OctKey.import_key("s" * 32), "HS256").split(".")
    mac = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.fixture
def told(app, monkeypatch):
    """Lets the provider answer with this ID token, and this of its user."""
    app.config.update(OIDC_ISSUER=ISSUER, OIDC_CLIENT_ID="corrections", OIDC_CLIENT_SECRET="s" * 32)

    def tell(id_token, user=None, metadata=METADATA):
        def get(url, headers=None):
            found = {"/j": {"keys": [KEY.as_dict(private=False)]}, "/u": user}
            return metadata if "well-known" in url else found[url.removeprefix(ISSUER)]

        monkeypatch.setattr(provider, "_known", {})
        monkeypatch.setattr(provider, "_get", get)
        token = {"id_token": id_token, "access_token": "a"}
        monkeypatch.setattr(provider, "_token", lambda *given: token)

    return tell


def test_the_address_is_the_verified_one(told):
    told(signed(claims()))

    assert provider.address_of(ASKED, ANSWER) == "max@courier.example"


def test_an_address_may_be_told_apart_from_the_token(told):
    told(
        signed(claims(email=None, email_verified=None)),
        {"sub": "1", "email": "max@courier.example", "email_verified": True},
    )

    assert provider.address_of(ASKED, ANSWER) == "max@courier.example"


FORGED = {
    "without a signature": lambda: unsigned(claims()),
    "with another key": lambda: signed(claims(), OTHER),
    "with the secret": lambda: signed(claims(), OctKey.import_key("s" * 32), "HS256"),
    "with the public key": lambda: with_the_public_key_as_a_secret(claims()),
    "for another client": lambda: signed(claims(aud="another")),
    "for several, by another": lambda: signed(claims(aud=["corrections", "x"], azp="x")),
    "by another issuer": lambda: signed(claims(iss="https://evil.example")),
    "of yesterday": lambda: signed(claims(exp=int(time.time()) - 86_400)),
    "of another sign-in": lambda: signed(claims(nonce="another")),
    "without a nonce": lambda: signed(claims(nonce=None)),
    "without a person": lambda: signed(claims(sub=None)),
    "without an end": lambda: signed(claims(exp=None)),
    "not verified": lambda: signed(claims(email_verified=False)),
    "verified in words": lambda: signed(claims(email_verified="true")),
    "verified by silence": lambda: signed(claims(email_verified=None)),
    "an address that is none": lambda: signed(claims(email=["max@courier.example"])),
    "rubbish": lambda: "a.b.c",
    "nothing": lambda: None,
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_token_signs_nobody_in(told, how):
    told(FORGED[how]())

    with pytest.raises(NotPermitted):
        provider.address_of(ASKED, ANSWER)


def test_what_is_told_of_somebody_else_counts_for_nothing(told):
    told(
        signed(claims(email=None)),
        {"sub": "2", "email": "max@courier.example", "email_verified": True},
    )

    with pytest.raises(NotPermitted):
        provider.address_of(ASKED, ANSWER)


@pytest.mark.parametrize(
    "metadata",
    [
        METADATA | {"issuer": "https://evil.example"},
        METADATA | {"authorization_endpoint": "javascript:alert(1)"},
        METADATA | {"authorization_endpoint": None},
        {},
    ],
)
def test_another_provider_than_was_named_is_asked_nothing(told, metadata):
    told(signed(claims()), metadata=metadata)

    with pytest.raises(Busy):
        provider.ask()
