"""/metrics: figures for a monitor, where the newsroom asks for them.

In Prometheus' text format, version 0.0.4:
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, Unauthorized

from corrections_app.workflow import gauges
from corrections_app.workflow.clock import now
from corrections_app.workflow.gauges import Gauge
from corrections_app.workflow.tokens import are_same

blueprint = Blueprint("metrics", __name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
def show() -> Response:
    """Every figure, for who holds CORRECTIONS_METRICS_TOKEN; without one there is no such page."""
    token = current_app.config["METRICS_TOKEN"]
    if token is None:
        raise NotFound
    given = request.authorization
    if given is None or given.type != "bearer" or not are_same(given.token or "", token):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    return Response(written(gauges.measured(now())), content_type=CONTENT_TYPE)


def written(measured: Iterable[Gauge]) -> str:
    """The figures in lines."""
    return "".join(f"{line}\n" for gauge in measured for line in _lines(gauge))


def _lines(gauge: Gauge) -> Iterator[str]:
    name = f"corrections_{gauge.name.removeprefix('corrections_')}"
    yield f"# HELP {name} {_escaped(gauge.says)}"
    yield f"# TYPE {name} gauge"
    for labels, value in gauge.values:
        pairs = ",".join(f'{label}="{_quoted(text)}"' for label, text in labels.items())
        yield f"{name}{{{pairs}}} {value:.17g}" if pairs else f"{name} {value:.17g}"


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '\\"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
