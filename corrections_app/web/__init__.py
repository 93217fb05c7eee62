"""THE DOORS. HTTP in, HTML out; no rule lives here."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from corrections_app.web import (
    access,
    account,
    articles,
    bulk,
    changes,
    compression,
    corrections,
    editing,
    errors,
    figures,
    filters,
    headers,
    health,
    keys,
    outbox,
    people,
    queue,
    reasons,
    receipts,
    sign_in,
    subscriptions,
    triage,
    views,
)


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: no larger than what a database can count to."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, max: int = 2**63 - 1) -> None:
        super().__init__(url_map, fixed_digits, max=max)


def register(app: Flask) -> None:
    """Hang every door in its frame."""
    app.url_map.converters["int"] = RowNumber
    for module in (
        articles,
        corrections,
        editing,
        receipts,
        queue,
        triage,
        bulk,
        views,
        changes,
        reasons,
        figures,
        outbox,
        sign_in,
        subscriptions,
        people,
        account,
        health,
    ):
        app.register_blueprint(module.blueprint)
    access.install(app)
    changes.install(app)
    errors.install(app)
    filters.install(app)
    headers.install(app)
    compression.install(app)
    keys.install(app)
    hops = app.config["PROXY_HOPS"]
    if hops:
        # No X-Forwarded-Host: what readers know is CORRECTIONS_PUBLIC_URL, whoever asks.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0
        )
