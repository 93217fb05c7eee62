"""/figures: how the queue does, for whoever leads; of the work, never of a person."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, request

from corrections_app.domain.lifecycle import Kind
from corrections_app.language import N_, gettext, ngettext
from corrections_app.web.answers import wants_json
from corrections_app.web.errors import page_of
from corrections_app.web.filters import KINDS, reason_label
from corrections_app.workflow import permission
from corrections_app.workflow.clock import now
from corrections_app.workflow.queue import figures
from corrections_app.workflow.queue.figures import Figures
from corrections_app.workflow.record import measures
from corrections_app.workflow.record.measures import By, Measures

AGES = (
    N_("up to 1 day"),
    N_("1 to 2 days"),
    N_("2 to 7 days"),
    N_("7 to 30 days"),
    N_("longer"),
)
"""What stands between the edges of `figures.OLD`."""


MOST_LISTED = 50
"""Of sections, and of authors, so many are listed."""


class Bar(NamedTuple):
    """One bar of a plot: its name, its length as ``part`` of ``whole``, and its number in words."""

    label: str
    part: int
    whole: int
    words: str


blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@blueprint.get("")
def index() -> Response:
    """The figures of the last days, of one section or of all."""
    asked = request.args.get("days", type=int)
    days = asked if asked in figures.SPANS else figures.SPANS[-1]
    section = request.args.get("section") or None
    known = figures.figures(days, section, now())
    accurate = _accuracy(days, section)
    if wants_json():
        groups = {by: [_group(*one) for one in found] for by, found in accurate.items()}
        said = {"span": days, "section": section} | groups
        return jsonify(_plainly(asdict(known)) | said)
    return page_of(
        "newsroom/figures/index.html",
        figures=known,
        days=days,
        spans=figures.SPANS,
        section=section,
        ages=_ages(known),
        kinds_accepted=_kinds(known),
        why=_reasons(known),
        sections=permission.sections(),
        accurate={by: [_row(*one) for one in found] for by, found in accurate.items()},
    )


def _accuracy(days: int, section: str | None) -> dict[str, list[tuple[str | None, Measures]]]:
    """How accurate each section and each author is, those with the most decisions first."""
    groups: dict[By, str] = {"section": "by_section", "author": "by_author"}
    return {
        said: sorted(
            measures.each(figures.beginnings(days, now()), by, now(), section),
            key=lambda one: (-(one[1].decisions or 0), one[0] or ""),
        )[:MOST_LISTED]
        for by, said in groups.items()
    }


def _group(name: str | None, measured: Measures) -> dict[str, Any]:
    return {"name": name} | asdict(measured)


def _row(name: str | None, measured: Measures) -> dict[str, Any]:
    return {"label": name or gettext("not said"), "measures": measured}


@blueprint.app_template_filter("duration")
def duration(seconds: int | None) -> str:
    """A duration in its largest unit; below two of a unit, in the next smaller one."""
    # Nothing is so narrow that a number should stand there without its unit.
    return "–" if seconds is None else _in_a_unit(seconds).replace(" ", "\N{NO-BREAK SPACE}")


def _in_a_unit(seconds: int) -> str:
    if seconds < 120:
        return gettext("%(num)s s") % {"num": seconds}
    if seconds < 7200:
        return gettext("%(num)s min") % {"num": round(seconds / 60)}
    if seconds < 172_800:
        return gettext("%(num)s h") % {"num": round(seconds / 3600)}
    days = round(seconds / 86_400)
    return ngettext("%(num)s day", "%(num)s days", days) % {"num": days}


@blueprint.app_template_filter("percent")
def percent(part: int, whole: int) -> str:
    """A share in whole per cent; nearly none is not told as none, nor nearly all as all."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1 or 99 < share < 100:
        return "<1 %" if share < 1 else ">99 %"
    return f"{share:.0f} %"


def _ages(known: Figures) -> list[Bar]:
    counts, most = known.waiting_by_age, max(known.waiting_by_age)
    named = zip(AGES, counts, strict=True)
    return [Bar(gettext(age), count, most, str(count)) for age, count in named]


def _kinds(known: Figures) -> list[Bar]:
    return [
        Bar(
            gettext(KINDS[Kind(share.name)] if share.name else N_("not said")),
            share.accepted,
            share.total,
            percent(share.accepted, share.total),
        )
        for share in known.by_kind
    ]


def _reasons(known: Figures) -> list[Bar]:
    most = known.reasons[0][1] if known.reasons else 0
    return [
        Bar(reason_label(reason) or gettext("no reason"), count, most, str(count))
        for reason, count in known.reasons
    ]


def _plainly(known: dict[str, Any]) -> dict[str, Any]:
    """The figures as JSON has them: days as ISO 8601."""
    days = [day | {"day": day["day"].isoformat()} for day in known["days"]]
    return known | {"days": days}
