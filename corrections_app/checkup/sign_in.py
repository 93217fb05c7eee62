"""How the newsroom signs in: who has a second step, the provider of accounts, held tokens."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.domain.errors import Refusal
from corrections_app.workflow import dates
from corrections_app.workflow.people import accounts, factors, provider
from corrections_app.workflow.programs import held


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


def held_tokens() -> Iterator[Finding]:
    """Tokens that wait for a word of whoever brought a backup back."""
    made = held.since() if schema.current() == schema.newest() else None
    if made is not None and (waiting := len(held.numbers())):
        said = f"{waiting} are held since a backup of {dates.day_and_time(made)} came back"
        remedy = "revoke again what was revoked since, then: corrections tokens release"
        yield Finding("tokens", said, False, remedy)
