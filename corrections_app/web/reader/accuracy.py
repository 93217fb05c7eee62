"""/accuracy: how accurate the newspaper is, for everybody, where an editor shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from corrections_app.domain.errors import NotFound
from corrections_app.domain.small_groups import LEAST
from corrections_app.language import gettext
from corrections_app.web.answers import cacheable, comma_separated, wants_json
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import accuracy
from corrections_app.workflow.record.accuracy import MOST_HIDDEN, Accuracy, Part, Quarter

blueprint = Blueprint("accuracy", __name__)

_COLUMNS = ("published", "decisions", "accepted", "to_decision", "to_correction")


@blueprint.get("/accuracy")
def index() -> Response:
    """The page of one quarter; the same for everyone. Nothing is told while it is off."""
    quarter, found = _found()
    answer = cacheable(_page(quarter, found))
    answer.vary.add("Accept")
    return answer


def _page(quarter: Quarter, found: Accuracy | None) -> str | Response:
    if wants_json():
        return jsonify(_as_json(quarter, found))
    return render_template(
        "reader/accuracy/index.html",
        quarter=quarter,
        quarters=accuracy.last_quarters(now()),
        found=found,
        least=LEAST,
        most_hidden=MOST_HIDDEN,
    )


@blueprint.get("/accuracy.csv")
def table() -> Response:
    """The same numbers as a table: durations in seconds, and nothing where nothing is told."""
    quarter, found = _found()
    heads = ("quarter", "group", "name", *_COLUMNS)
    rows = [] if found is None else list(_rows(found))
    lines = [heads, *([quarter.name, *row] for row in rows)]
    answer = cacheable(comma_separated(lines), "text/csv")
    name = f"accuracy-{quarter.name}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found() -> tuple[Quarter, Accuracy | None]:
    if not accuracy.is_public():
        raise NotFound("This newsroom does not publish figures of its accuracy.")
    quarter = accuracy.asked(request.args.get("quarter"), now())
    return quarter, accuracy.of(quarter, now())


def _rows(found: Accuracy) -> list[list[Any]]:
    rows: list[list[Any]] = [["all", "", *_numbers(found.whole)]]
    rows += [["month", f"{one.name:%Y-%m}", *_numbers(one.measures)] for one in found.by_month]
    rows += [["section", one.name or "", *_numbers(one.measures)] for one in found.by_section]
    return rows


def _numbers(measures: Any) -> list[Any]:
    values = asdict(measures)
    return ["" if values[column] is None else values[column] for column in _COLUMNS]


def _as_json(quarter: Quarter, found: Accuracy | None) -> dict[str, Any]:
    told: dict[str, Any] = {"quarter": quarter.name, "told": found is not None}
    if found is None:
        return told
    return told | {
        "all": asdict(found.whole),
        "by_month": [_part(one, f"{one.name:%Y-%m}") for one in found.by_month],
        "by_section": [_part(one, one.name) for one in found.by_section],
    }


def _part(part: Part, name: Any) -> dict[str, Any]:
    return {"name": name, "hidden": part.is_hidden} | asdict(part.measures)


@blueprint.app_template_filter("part_rows")
def part_rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Groups as the plots have them: a label each, and its measures."""
    return [{"label": _label(one.name), "measures": one.measures} for one in parts]


def _label(name: date | str | None) -> str:
    if isinstance(name, date):
        return f"{dates.month_name(name.month)} {name.year}"
    return name or gettext("no section")


@blueprint.app_template_filter("quarter_label")
def quarter_label(quarter: Quarter) -> str:
    """The months of a quarter in words."""
    first, *_, last = quarter.months
    months = {"first": dates.month_name(first.month), "last": dates.month_name(last.month)}
    return gettext("%(first)s to %(last)s %(year)s") % (months | {"year": quarter.year})
