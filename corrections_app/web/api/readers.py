"""What of a reader a program may know: nothing, but with a scope of its own."""

from __future__ import annotations

from typing import Any

from corrections_app.domain.errors import InsufficientScope
from corrections_app.domain.roles import Scope
from corrections_app.models import Contact
from corrections_app.web.access import token
from corrections_app.workflow.programs import tokens


def may_be_told() -> bool:
    """Whether the token at hand lets the names and addresses of readers out."""
    try:
        tokens.check(token(), Scope.READERS_READ)
    except InsufficientScope:
        return False
    return True


def as_json(contact: Contact | None) -> dict[str, Any] | None:
    """What is kept of a reader; None where nothing is, or is any more."""
    if contact is None:
        return None
    return {name: getattr(contact, name) for name in ("email", "name", "credit", "lang")}
