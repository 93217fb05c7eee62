"""Where a letter comes back to: an address for each one (VERP), which only we can make.

``bounces+<number>-<seal>@host``: what comes to it is about that letter, and was sent by
somebody who has seen it, so nobody else's address can be ended by a report that was made up.
"""

from __future__ import annotations

import re

from flask import current_app

from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.tokens import are_same, seal

_MARK = re.compile(r"([0-9a-f]{1,15})-([0-9a-f]{20})")


def sender_for(letter_id: int, message_id: str) -> str | None:
    """The envelope's sender of a letter; None where bounces are not asked for."""
    bounces: str | None = current_app.config["BOUNCES"]
    if bounces is None:
        return None
    local, _, host = bounces.rpartition("@")
    return f"{local}+{letter_id:x}-{_seal(message_id)}@{host}"


def letter_of(address: str) -> Letter | None:
    """The letter that an envelope's sender was made for; None for any other address.

    In small letters throughout, because some mail servers write what comes back so.
    """
    bounces: str | None = current_app.config["BOUNCES"]
    local, _, host = (bounces or "").lower().rpartition("@")
    local_given, _, host_given = address.lower().rpartition("@")
    mark = _MARK.fullmatch(local_given.removeprefix(f"{local}+"))
    if bounces is None or host_given != host or mark is None:
        return None
    letter = db.session.get(Letter, int(mark[1], 16))
    return letter if letter and are_same(_seal(letter.message_id), mark[2]) else None


def _seal(message_id: str) -> str:
    # Not of the number alone: after a restore that is another letter's.
    return seal("bounce", message_id).hex()[:20]
