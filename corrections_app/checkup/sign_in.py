"""How the newsroom signs in: who has a second step, and the provider of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.domain.errors import Refusal
from corrections_app.workflow.people import accounts, factors, provider


def second_step_and_provider() -> Iterator[Finding]:
    """Who has a second factor, and whether the newsroom's provider answers."""
    if schema.current() == schema.newest():
        active = {person.id for person in accounts.everyone() if person.active}
        holders = len(active & factors.holders())
        asked = current_app.config["SECOND_FACTOR"]
        yield Finding("second step", f"{asked}; {holders} of {len(active)} people have one")
    if provider.is_set():
        try:
            provider.check()
            yield Finding("provider", current_app.config["OIDC_ISSUER"])
        except Refusal as refusal:
            remedy = "see CORRECTIONS_OIDC_ISSUER, and CORRECTIONS_INSIDE_HOSTS for one of your own"
            yield Finding("provider", refusal.message, False, remedy)
