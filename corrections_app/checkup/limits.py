"""How much may come, and how much waits already."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.config.hosts import is_loopback
from corrections_app.extensions import counters, db
from corrections_app.workflow.pending import depth


def rates() -> Iterator[Finding]:
    """What keeps a crowd out, and whether it can tell one reader from another."""
    settings = current_app.config
    behind_a_proxy = settings["PUBLIC_URL_IS_NAMED"] and not is_loopback(settings["PUBLIC_URL"])
    if settings["LIMITS"] == "off":
        remedy = "take CORRECTIONS_LIMITS out: anybody may send as much as they like"
        yield Finding("limits", "off", True, remedy if behind_a_proxy else "")
        return
    yield Finding("limits", f"{settings['LIMITS']} from one network")
    if behind_a_proxy and not settings["PROXY_HOPS"]:
        remedy = "CORRECTIONS_PROXY_HOPS=1: otherwise all readers count as one"
        yield Finding("limits", "no proxy is believed to say who asks", True, remedy)
    url = settings["REDIS_URL"]
    if url and counters.store.answers():
        yield Finding("limits", "counted in Redis, which answers")
    elif url:
        said = "Redis does not answer; each process counts for itself, so more may come"
        yield Finding("limits", said, False, "start it, or see CORRECTIONS_REDIS_URL")


def waiting() -> Iterator[Finding]:
    """Whether readers are told to come again, because nobody could read what they send."""
    if schema.current() != schema.newest() or not depth.is_limited():
        return
    number, most = depth.waiting(db.session()), current_app.config["MOST_WAITING"]
    remedy = "decide some, or raise CORRECTIONS_MOST_WAITING: readers are asked to come again"
    yield Finding("waiting", f"{number:,} of {most:,}", True, remedy if number >= most else "")
