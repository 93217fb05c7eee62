"""Sign-in by the newsroom's own provider (OpenID Connect Core 1.0, section 3.1: code flow).

The provider says whose address somebody has; who works here, and as what, says /people alone.
Authlib speaks the protocol, with PKCE, state and nonce; the requests go the one way that leads
out of this house (`sites.outside`), because Authlib's own Flask client would need `requests`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from corrections_app.domain.errors import Busy, NotPermitted, Refusal
from corrections_app.sites.outside import Answer, Client
from corrections_app.sites.trouble import Trouble
from corrections_app.workflow.tokens import are_same

CALLBACK = "/sign-in/provider/callback"
SCOPE = "openid email"
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Only keys of which the provider keeps one half to itself."""
_LEEWAY = 60
"""Seconds by which its clock may differ."""
_KNOWN_FOR = 300
"""Seconds for which what it says of itself is remembered."""
_SECONDS, _MOST = 5.0, 200_000
_HEADERS = {"Accept": "application/json"}
_known: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True)
class Asked:
    """What a browser was sent to the provider with; its answer must fit each."""

    url: str
    state: str
    nonce: str
    verifier: str


def is_set() -> bool:
    """Whether the newsroom has named a provider."""
    return bool(current_app.config["OIDC_ISSUER"] and current_app.config["OIDC_CLIENT_ID"])


def ask() -> Asked:
    """Where to send a browser, and what to remember meanwhile. Raises `Busy`."""
    from authlib.common.security import generate_token

    state, nonce, verifier = generate_token(40), generate_token(40), generate_token(64)
    metadata = _metadata()
    endpoint = _named(metadata, "authorization_endpoint")
    if not endpoint.startswith(("https://", current_app.config["OIDC_ISSUER"])):
        raise _not_understood()
    url, _ = _client().create_authorization_url(
        endpoint, state=state, nonce=nonce, code_verifier=verifier
    )
    return Asked(url, state, nonce, verifier)


def address_of(asked: Asked, answer: Mapping[str, str]) -> str:
    """The verified address of whoever the provider sent back with this answer.

    Raises `NotPermitted` for an answer that does not fit or says no, and `Busy` where the
    provider cannot be asked.
    """
    issuer = current_app.config["OIDC_ISSUER"]
    if not are_same(answer.get("state", ""), asked.state) or answer.get("iss", issuer) != issuer:
        raise _try_again()
    if "error" in answer or not answer.get("code"):
        raise NotPermitted("The provider did not sign you in. Try again, or sign in another way.")
    metadata = _metadata()
    token = _understood(lambda: _token(metadata, answer["code"], asked.verifier))
    claims = _understood(lambda: _claims(metadata, token, asked.nonce))
    if "email" not in claims:
        claims = _understood(lambda: _user_info(metadata, token, claims["sub"]))
    email, verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or verified is not True:
        raise NotPermitted("The provider does not say that your e-mail address is verified.")
    return email.strip().lower()


def check() -> None:
    """Ask the provider what it says of itself. Raises a `Refusal` that says what is wrong."""
    _known.clear()
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _named(_metadata(), name)


class _Http:
    """What Authlib sends through: the half of a `requests.Session` that it uses."""

    def post(self, url: str, *, data: Mapping[str, str], headers: Any, auth: Any) -> _Json:
        """Send a form, as the client that ``auth`` makes of us."""
        from authlib.common.urls import add_params_to_qs

        body = add_params_to_qs("", list(data.items()))
        url, headers, body = auth.prepare("POST", url, dict(headers), body)
        return _Json(_outside().send("POST", url, body.encode(), headers))


@dataclass(frozen=True)
class _Json:
    """An answer as Authlib reads it."""

    answer: Answer

    @property
    def status_code(self) -> int:
        return self.answer.status

    def json(self) -> Any:
        """What it holds. Raises ValueError."""
        return json.loads(self.answer.content)

    def raise_for_status(self) -> None:
        """Raise ValueError for a failure."""
        if self.answer.status >= 400:
            raise ValueError(f"status {self.answer.status}")


def _client() -> Any:
    from authlib.oauth2.client import OAuth2Client

    config = current_app.config
    return OAuth2Client(
        _Http(),
        client_id=config["OIDC_CLIENT_ID"],
        client_secret=config["OIDC_CLIENT_SECRET"],
        scope=SCOPE,
        redirect_uri=config["PUBLIC_URL"] + CALLBACK,
        code_challenge_method="S256",
    )


def _token(metadata: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
    url = _named(metadata, "token_endpoint")
    token: dict[str, Any] = _client().fetch_token(
        url, grant_type="authorization_code", code=code, code_verifier=verifier
    )
    return token


def _claims(metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """What the ID token says, once its signature, issuer, audience, times and nonce are right."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    published: Any = _get(_named(metadata, "jwks_uri"))
    keys = KeySet.import_key_set(published)
    registry = JWSRegistry(algorithms=list(_SIGNATURES), strict_check_header=False)
    read = jwt.decode(token["id_token"], keys, registry=registry)
    client_id = current_app.config["OIDC_CLIENT_ID"]
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": current_app.config["OIDC_ISSUER"]},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
        },
        {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
    )
    claims.validate(leeway=_LEEWAY)
    return dict(claims)


def _user_info(metadata: Mapping[str, Any], token: Mapping[str, Any], sub: str) -> dict[str, Any]:
    """What the provider says besides, about the very same person (Core, 5.3.2)."""
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    found = _get(_named(metadata, "userinfo_endpoint"), bearer)
    if found.get("sub") != sub:
        raise ValueError("about somebody else")
    return found


def _metadata() -> dict[str, Any]:
    """What the provider says of itself (Discovery 1.0, section 4). Raises `Busy`."""
    issuer: str = current_app.config["OIDC_ISSUER"]
    at, found = _known.get(issuer, (0.0, {}))
    if not found or time.monotonic() - at > _KNOWN_FOR:
        found = _understood(lambda: _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        if found.get("issuer") != issuer:
            raise _not_understood()
        _known[issuer] = (time.monotonic(), found)
    return found


def _named(metadata: Mapping[str, Any], name: str) -> str:
    url = metadata.get(name)
    if not isinstance(url, str):
        raise _not_understood()
    return url


def _get(url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    answer = _Json(_outside().get(url, _HEADERS | dict(headers or {})))
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _outside() -> Client:
    return Client(inside=current_app.config["INSIDE_HOSTS"], seconds=_SECONDS, most=_MOST)


def _understood(step: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a step came to. Raises `Busy` where nothing answers, else `NotPermitted`."""
    from authlib.oauth2.base import OAuth2Error
    from joserfc.errors import JoseError

    try:
        return step()
    except Trouble as trouble:
        current_app.logger.warning("the provider cannot be asked: %s", trouble.message)
        raise Busy(
            "The provider does not answer. Try again in a minute, or sign in another way.",
            retry_after=60,
        ) from trouble
    except Refusal:
        raise
    except (OAuth2Error, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        # The kind alone: what a provider sends may hold tokens.
        current_app.logger.warning("the provider was not understood: %s", type(error).__name__)
        raise _try_again() from error


def _try_again() -> NotPermitted:
    return NotPermitted("This sign-in is too old, or does not fit. Begin it again.")


def _not_understood() -> Busy:
    return Busy(
        "The provider is not what CORRECTIONS_OIDC_ISSUER says. Sign in another way.",
        retry_after=600,
    )
