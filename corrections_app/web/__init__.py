"""THE DOORS. HTTP in, HTML out; no rule lives here."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, Rule

from corrections_app.web import access, errors, filters, headers, hosts, static_files
from corrections_app.web.api import articles as api_articles
from corrections_app.web.api import corrections as api_corrections
from corrections_app.web.api import notices as api_notices
from corrections_app.web.api import page as api_page
from corrections_app.web.api import write_backs as api_write_backs
from corrections_app.web.embed import changed, form, report, script
from corrections_app.web.newsroom import (
    account,
    all_articles,
    editing,
    figures,
    health,
    notices,
    outbox,
    people,
    public_figures,
    sign_in,
    taking_down,
    write_backs,
)
from corrections_app.web.newsroom.answers import house_rules, house_style, reasons
from corrections_app.web.newsroom.programs import hooks, tokens
from corrections_app.web.newsroom.signing_in import own_factors, provider, second_step
from corrections_app.web.operating import metrics
from corrections_app.web.queue import acts, bulk, card, elsewhere, keys, live, saved_views
from corrections_app.web.reader import (
    accuracy,
    articles,
    corrections,
    erasing,
    letters,
    media,
    privacy,
    receipts,
    rules,
)
from corrections_app.web.record import feeds, log, policy

PAGES = (
    articles,
    media,
    corrections,
    editing,
    all_articles,
    taking_down,
    receipts,
    erasing,
    privacy,
    card,
    acts,
    elsewhere,
    bulk,
    saved_views,
    live,
    reasons,
    house_style,
    house_rules,
    rules,
    notices,
    figures,
    accuracy,
    public_figures,
    outbox,
    write_backs,
    second_step,
    provider,
    sign_in,
    letters,
    people,
    account,
    own_factors,
    tokens,
    hooks,
    health,
    metrics,
    log,
    feeds,
    policy,
    script,
    form,
    report,
    changed,
    api_articles,
    api_corrections,
    api_notices,
    api_write_backs,
    api_page,
)
"""The modules whose routes are ours; `web.doors` says who may use each."""


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: no larger than what a database can count to."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, max: int = 2**63 - 1) -> None:
        super().__init__(url_map, fixed_digits, max=max)


class LateRule(Rule):
    """A rule that learns to write its addresses when the first of them is wanted.

    Werkzeug compiles two functions for each rule as it is added, through a syntax tree of Python:
    two thirds of the time that it takes to make the application, for hundreds that are seldom used.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: Callable[..., tuple[str, str]] | None = None
        compile_it = super()._compile_builder

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or compile_it(append_unknown)  # twice, by two threads, harms nobody
            return compiled(rule, **values)

        return build


def register(app: Flask) -> None:
    """Hang every door in its frame."""
    app.url_rule_class = LateRule
    app.url_map.converters["int"] = RowNumber
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    headers.install_numbers(app)
    access.install(app)
    live.install(app)
    errors.install(app)
    filters.install(app)
    headers.install(app)
    headers.install_compression(app)
    keys.install(app)
    static_files.install(app)
    log.install(app)
    hops = app.config["PROXY_HOPS"]
    if hops:
        # No X-Forwarded-Host: what readers know is CORRECTIONS_PUBLIC_URL, whoever asks.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0
        )
    hosts.install(app)  # last, so that it is asked first
