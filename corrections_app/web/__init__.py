"""THE DOORS. HTTP in, HTML out; no rule lives here."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from corrections_app.web import (
    access,
    articles,
    corrections,
    errors,
    filters,
    headers,
    health,
    outbox,
    queue,
    receipts,
    sign_in,
)


def register(app: Flask) -> None:
    """Hang every door in its frame."""
    for module in (articles, corrections, receipts, queue, outbox, sign_in, health):
        app.register_blueprint(module.blueprint)
    access.install(app)
    errors.install(app)
    filters.install(app)
    headers.install(app)
    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
