"""/privacy: what is kept of people, why and how long, as the settings have it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, render_template
from limits import parse_many

from corrections_app.extensions import db
from corrections_app.language import ngettext
from corrections_app.web import devices, rates
from corrections_app.web.answers import cacheable
from corrections_app.web.rates import IPV4_PREFIX, IPV6_PREFIX
from corrections_app.workflow.pending import senders
from corrections_app.workflow.sites import registry

blueprint = Blueprint("privacy", __name__)

_NOBODY = "@localhost"
_LIMITS = ("LIMITS", "LIMITS_PER_MAILBOX", "LIMITS_PER_ARTICLE", "LIMITS_PER_SITE")


@blueprint.get("/privacy")
def show() -> Response:
    """The same for everyone; a template of this name in the instance takes its place."""
    sites = [site.name for site in registry.named(())]
    db.session.rollback()
    text = render_template(
        "reader/privacy/index.html",
        contact=contact(),
        sites=sites,
        prefixes=(IPV4_PREFIX, IPV6_PREFIX),
        idle=_in_words(current_app.config["SESSION_IDLE"]),
        absolute=_in_words(current_app.config["SESSION_ABSOLUTE"]),
        longest=_in_words(_longest_count()),
        network_kept=_in_words(senders.KEPT),
        device_cookie=devices.cookie_of("…"),
        device_days=devices.REMEMBERED.days,
        is_sqlite=db.engine.dialect.name == "sqlite",
    )
    return cacheable(text)


def _longest_count() -> timedelta:
    """For how long a counter of the limits is kept: the longest of the times they are over."""
    told = [current_app.config[name] for name in _LIMITS]
    said = ";".join(one for one in [*told, rates.GUESSES_OF_STRANGERS] if one != "off")
    return timedelta(seconds=max(limit.get_expiry() for limit in parse_many(said)))


def _in_words(span: timedelta) -> str:
    """A length of time in the largest unit that it is whole in."""
    minutes = int(span.total_seconds()) // 60
    if minutes % 1440 == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // 1440) % {"num": minutes // 1440}
    if minutes % 60 == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60) % {"num": minutes // 60}
    return ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}


def contact() -> str:
    """The address of a person in the newsroom; empty where letters reach nobody."""
    found: str = current_app.config["REPLY_TO"] or current_app.config["MAIL_SENDER"]
    return "" if found.endswith(_NOBODY) else found
