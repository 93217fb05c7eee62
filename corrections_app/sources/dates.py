"""Dates as documents write them, brought to UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

# 2024-3-21 4:00:00 +0000: what YAML and many programs write, and ISO 8601 does not allow.
_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,]\d+)?[ \t]*(Z|z|[+-]\d\d?(?::?\d\d)?)?)?"
)


def instant(text: str | None, zone: tzinfo = UTC) -> datetime | None:
    """The moment that an ISO 8601 or RFC 5322 date names, in UTC, or None.

    One that names no zone is meant as it is in ``zone``, and one without a
    time as the midnight on which that day begins there.
    """
    readers: tuple[Callable[[str], datetime], ...] = (
        datetime.fromisoformat,
        _loose,
        parsedate_to_datetime,
    )
    for reader in readers:
        try:
            moment = reader((text or "").strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _loose(text: str) -> datetime:
    found = _LOOSE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, offset = found.groups()
    clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
    return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}{_zone(offset)}")


def _zone(offset: str | None) -> str:
    if offset is None or offset in "Zz":
        return "" if offset is None else "+00:00"
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits, "00") if len(digits) < 3 else (digits[:-2], digits[-2:])
    return f"{offset[0]}{int(hours):02}:{minutes}"
