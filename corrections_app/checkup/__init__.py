"""``corrections check``: is everything this program stands on as it should be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from corrections_app import schema
from corrections_app.checkup import (
    bounces,
    hosts,
    installation,
    languages,
    limits,
    mail,
    nodes,
    privacy,
    sign_in,
    sites,
)
from corrections_app.checkup.finding import Finding

Look = Callable[[], Iterator[Finding]]

LOOKS: tuple[tuple[str, Look], ...] = (
    ("settings", installation.settings),
    ("instance", installation.instance),
    ("database", installation.database),
    ("schema", installation.tables),
    ("engine", installation.engine),
    ("pictures", installation.pictures),
    ("key", nodes.key),
    ("clock", nodes.time),
    ("connections", nodes.connections),
    ("counting", nodes.counting),
    ("nodes", nodes.folders),
    ("mail", mail.server_answers),
    ("held letters", mail.held_letters),
    ("keeping", privacy.keeping),
    ("bounces", bounces.coming_back),
    ("public url", hosts.public_url),
    ("languages", languages.languages),
    ("limits", limits.rates),
    ("waiting", limits.waiting),
    ("sign in", sign_in.second_step_and_provider),
    ("held tokens", sign_in.held_tokens),
    ("hosts", hosts.answered),
    ("sites", sites.every_site),
    ("write backs", sites.unwritten),
    ("hooks", sites.hooks_off),
)
"""What is looked at, in order, and the subject of a look that comes to grief."""


def findings() -> Iterator[Finding]:
    """Everything looked at, in order; one failure stops none of the others."""
    for subject, look in LOOKS:
        yield from _safely(subject, look)


def _safely(subject: str, look: Look) -> Iterator[Finding]:
    try:
        yield from look()
    except schema.OldSchema as old:
        yield Finding(subject, "not usable", False, str(old))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(subject, reason, False, "see CORRECTIONS_DATABASE_URL")
