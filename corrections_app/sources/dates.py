"""Dates as documents write them, brought to UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_READERS: tuple[Callable[[str], datetime], ...] = (datetime.fromisoformat, parsedate_to_datetime)


def instant(text: str | None) -> datetime | None:
    """The moment that an ISO 8601 or RFC 5322 date names, in UTC, or None.

    A date without a zone is taken as UTC, and one without a time as midnight.
    """
    for reader in _READERS:
        try:
            moment = reader((text or "").strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
