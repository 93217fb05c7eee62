"""Headers of every response, errors and static files included: security, caches, compression."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from corrections_app import logs

# Below this a packet is a packet; pictures and archives are as small as they get.
_LEAST = 512  # bytes
_TYPES = (
    "text/",
    "application/json",
    "application/feed+json",
    "application/ld+json",
    "application/atom+xml",
    "image/svg+xml",
)


def install_compression(app: Flask) -> None:
    """Compress every answer that is public and text.

    What is personal stays as it is: of a page that holds a secret beside words that a
    stranger chose, the length would tell the secret (BREACH, https://breachattack.com).
    """
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not _is_public(response) or response.status_code not in (200, 304):
        return response
    if response.status_code == 200 and not (response.mimetype or "").startswith(_TYPES):
        return response
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag:  # the same words in other bytes: weakly the same (RFC 9110, 8.8.1)
        response.set_etag(tag, weak=True)
    if response.status_code == 304 or not request.accept_encodings.quality("gzip"):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _LEAST:
        response.set_data(gzip.compress(data, 6, mtime=0))
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
    return response


TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types {policy}"
"""No text becomes markup or a script but through the named policy (https://w3c.github.io/trusted-types/)."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "frame-src 'self'",
        "manifest-src 'self'",
        TRUSTED_TYPES.format(policy="own-pages"),  # static/js/lib/own_pages.js
    )
)
NO_SCRIPTS = TRUSTED_TYPES.format(policy="'none'")
"""For pages that have a policy of their own and no script at all."""

SECURITY_HEADERS: dict[str, str] = {
    # https://www.w3.org/TR/CSP3/
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # A reader's source link, opened by a moderator, must not tell its owner of the queue,
    # nor any link of a receipt's token: to other origins, http among them, nothing is sent at
    # all. `no-referrer` would do that too, but browsers then send `Origin: null` with our own
    # forms, and the origin guard could not know them (docs/decisions/0031).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


ASKED_EACH_TIME = "@1"
"""For nginx: good until the first second of 1970, so that what is kept is asked after each time.

Of ``no-cache`` it would keep nothing, and what others may keep for a year may be taken down. It
passes this on to nobody (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_valid).
"""

HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year browsers ask for this host by https only (RFC 6797), whatever a link says.

Nothing is said of hosts below it: where it is the newspaper's own, they are not ours to bind
(docs/decisions/0031).
"""


def headers_for(public_url: str) -> dict[str, str]:
    """What stands on every answer of a server that readers know by this address."""
    return SECURITY_HEADERS | (HTTPS_ONLY if public_url.startswith("https:") else {})


def install(app: Flask) -> None:
    """Put them on every response of the application; a page may have set its own before."""
    app.config["SECURITY_HEADERS"] = headers_for(app.config.get("PUBLIC_URL", ""))
    app.after_request(_secured)


def install_numbers(app: Flask) -> None:
    """Give each request the number by which its lines of the log are found, before all else."""
    app.before_request(_numbered)


def _numbered() -> None:
    proxied = current_app.config["PROXY_HOPS"] > 0
    route = request.url_rule.rule if request.url_rule else ""
    logs.number(request.environ, proxied=proxied, route=route)


def _secured(response: Response) -> Response:
    for name, value in current_app.config["SECURITY_HEADERS"].items():
        response.headers.setdefault(name, value)
    if response.location:
        response.location = _without_host(response.location)
    if _is_public(response):
        if current_app.config["PROXY_HOPS"]:
            response.headers["X-Accel-Expires"] = ASKED_EACH_TIME
    else:
        # Whoever adds a page need not remember this: a page is public only by saying so.
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Request-ID"] = logs.current_number()  # a kept one would be another's
    return response


def _is_public(response: Response) -> bool:
    """Whether everyone may have this answer, and caches may keep it: see `answers.cacheable`."""
    static = request.endpoint == "static" and response.status_code < 400
    return response.cache_control.public or static


def _without_host(location: str) -> str:
    """An address of our own without the host that was asked for, which anyone may invent.

    The router names it when it mends an address, and a cache would keep that answer.
    """
    parts = urlsplit(location)
    if parts.netloc != request.host:
        return location
    # Two slashes at the beginning would name another host.
    return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()
