"""How days and times are written: as the language has it, and in the newsroom's time zone.

For pages, letters, refusals and commands alike; programs are given ISO 8601.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from corrections_app.language import formats, gettext
from corrections_app.workflow.clock import now


def zone() -> ZoneInfo:
    """The newsroom's time zone."""
    return ZoneInfo(current_app.config["TIMEZONE"])


def local_time(moment: datetime) -> datetime:
    """A moment in the newsroom's time zone; in UTC where the calendar ends before it there."""
    try:
        return moment.astimezone(zone())
    except OverflowError:
        return moment.astimezone(UTC)


def day(moment: datetime | date) -> str:
    """A day, or the day of a moment: 13 Feb 2024, as the current language writes it."""
    one = local_time(moment) if isinstance(moment, datetime) else moment
    known = formats()
    month = known["short_months"][one.month - 1]
    number = known["first_day"] if one.day == 1 else one.day
    return known["day"].format(day=number, month=month, year=one.year)


def time_of_day(moment: datetime) -> str:
    """The time of a moment, with its zone, since not all who read live there: 14:05 EET."""
    local = local_time(moment)
    name = local.strftime("%Z")
    return f"{local:%H:%M} {name if name[:1].isalpha() else 'UTC' + name}"


def for_file(moment: datetime) -> str:
    """A moment in the name of a file, in UTC: 20240213-120509."""
    return f"{moment.astimezone(UTC):%Y%m%d-%H%M%S}"


def day_and_time(moment: datetime) -> str:
    """A moment: 13 Feb 2024, 14:05 EET."""
    return f"{day(moment)}, {time_of_day(moment)}"


def time_lately(moment: datetime) -> str:
    """The time of a moment, for after "at"; with its day where that is not today."""
    if local_time(moment).date() == local_time(now()).date():
        return time_of_day(moment)
    told = {"time": time_of_day(moment), "day": day(moment)}
    return gettext("%(time)s on %(day)s") % told


def month_name(number: int) -> str:
    """A month by its whole name, for headings; 1 is January."""
    return formats()["months"][number - 1]
