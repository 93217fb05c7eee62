"""Sites that articles live at: what works of each, and what is not written there yet."""

from __future__ import annotations

from collections.abc import Iterator

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.domain.errors import Refusal
from corrections_app.models import Site
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import registry as hooks
from corrections_app.workflow.sites import registry, write_backs

_LATE_HOURS = 1
"""Until a change that only waits for the worker is worth a word."""


def of_site(site: Site) -> Iterator[Finding]:
    """What works of a site and what does not."""
    try:
        for found in registry.opened(site).check():
            said = f"{found.subject}: {found.said}"
            yield Finding(f"site {site.name}", said, found.fine, found.remedy)
    except Refusal as refusal:
        yield Finding(f"site {site.name}", refusal.message, False)


def every_site() -> Iterator[Finding]:
    """Each site in turn, as `of_site` finds it."""
    if schema.current() == schema.newest():
        for site in registry.named(()):
            yield from of_site(site)


def unwritten() -> Iterator[Finding]:
    """What is not on the newsroom's own pages yet; said only where articles live at sites."""
    if schema.current() != schema.newest() or not write_backs.has_sites():
        return
    backlog = write_backs.backlog()
    if backlog.oldest is None:
        yield Finding("write-backs", "every accepted change is on its page")
        return
    hours = (now() - backlog.oldest).total_seconds() / 3600
    said = (
        f"{backlog.waiting} on their way, {backlog.needing} for a person; the oldest since "
        f"{dates.day_and_time(backlog.oldest)}"
    )
    remedy = ""
    if backlog.needing:
        remedy = "look at /writebacks: each says what to do; letters wait for it"
    elif hours >= _LATE_HOURS:
        remedy = "does corrections serve, or corrections mail worker, run?"
    yield Finding("write-backs", said, True, remedy)


def hooks_off() -> Iterator[Finding]:
    """Programs elsewhere that are told nothing for now, though nobody wanted that."""
    if schema.current() == schema.newest() and (count := hooks.how_many_off()):
        said = f"{count} switched off without anybody's doing; what happens waits for 30 days"
        yield Finding("hooks", said, False, "see why at /hooks, and switch them on")
