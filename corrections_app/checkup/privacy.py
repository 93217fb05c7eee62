"""What is kept of readers."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.extensions import db
from corrections_app.workflow.clock import now
from corrections_app.workflow.privacy import purging


def keeping() -> Iterator[Finding]:
    """How long readers' addresses are kept, and whether they go in time."""
    days = current_app.config["KEEP_CONTACT_DAYS"]
    most = current_app.config["KEEP_CONTACT_AT_MOST_DAYS"]
    said = f"addresses go {days} days after the last letter, after {most} at the latest"
    if schema.current() == schema.newest() and purging.is_late(now()):
        remedy = "run corrections privacy purge, or keep corrections mail worker running"
        yield Finding("privacy", f"{said}; some should be gone already", False, remedy)
    else:
        yield Finding("privacy", said)
    db.session.rollback()
