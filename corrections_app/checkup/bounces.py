"""Letters that come back."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.domain.bounces.source import source_of
from corrections_app.extensions import db
from corrections_app.workflow.bounces import boxes
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import outbox


def coming_back() -> Iterator[Finding]:
    """What comes back: where to, whether it is read, and what it says of this server."""
    bounces, source = current_app.config["BOUNCES"], current_app.config["BOUNCE_SOURCE"]
    if current_app.config["SMTP_SERVER"] is not None or source:
        yield _box(bounces, source)
    if schema.current() != schema.newest():
        return
    refused = outbox.refused_for_policy(now())
    db.session.rollback()
    if refused:
        yield Finding(
            "refusals",
            f"{refused} letters of the last {outbox.POLICY_SHOWN.days} days were refused for what "
            "this server is",
            True,
            "see to SPF, DKIM and DMARC of the sender's domain, and to block lists; the outbox "
            "says what was said",
        )


def _box(bounces: str | None, source: str | None) -> Finding:
    if bounces is None:
        said = "letters that cannot be delivered come back to the sender, and nobody reads them"
        if source is None:
            remedy = "CORRECTIONS_BOUNCES and CORRECTIONS_BOUNCE_SOURCE have them read"
            return Finding("bounces", said, True, remedy)
        remedy = "name the address that they come back to in CORRECTIONS_BOUNCES"
        return Finding("bounces", said, False, remedy)
    if source is None:
        remedy = "name where they arrive in CORRECTIONS_BOUNCE_SOURCE"
        return Finding(
            "bounces", f"they come back to {bounces}, and nobody reads them", True, remedy
        )
    place = source_of(source)
    where = f"{place.folder} at {place.host}" if place.host else place.folder
    try:
        with boxes.opened(place, current_app.config["MAIL_CAFILE"]):
            return Finding("bounces", f"they come back to {bounces} and are read in {where}")
    except boxes.Trouble as trouble:
        said = f"{where} cannot be read: {trouble}"
        return Finding("bounces", said, False, "see CORRECTIONS_BOUNCE_SOURCE")
