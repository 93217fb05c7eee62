"""/api/v1/write-backs: accepted changes for the newsroom's own pages, and their fate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.models import WriteBack
from corrections_app.web.api.conventions import VERSION, act, limit, listed, unless_known
from corrections_app.web.api.sent import sent
from corrections_app.workflow.record.log import NOWHERE
from corrections_app.workflow.sites import write_backs

blueprint = Blueprint("api_write_backs", __name__, url_prefix=f"{VERSION}/write-backs")

_ORDERS = ("newest", "oldest")


@blueprint.get("")
def index() -> Response:
    """All, those of a state, or of an article; to be worked through from the oldest on."""
    state = _one_of("state", ("", *write_backs.FOR_PROGRAMS))
    page = write_backs.listed(
        write_backs.FOR_PROGRAMS.get(state),
        request.args.get("article", ""),
        _after(),
        oldest=_one_of("order", ("", *_ORDERS)) == "oldest",
        size=limit(),
    )
    return listed([_as_json(row) for row in page.items], page.next)


@blueprint.get("/<int:number>")
def show(number: int) -> Response:
    """One of them: where it is to be made, and what is to be changed there."""
    row = write_backs.one(number)
    correction, place = write_backs.correction_of(row), write_backs.place_of(row)
    edits = write_backs.edits_of(row)
    in_full = {
        "correction": correction.id if correction else None,
        "place": _place_json(place) if place else None,
        "edits": None if edits is None else [asdict(edit) for edit in edits],
        "paragraphs": [
            {"before": one.before, "after": one.after} for one in write_backs.words_of(row)
        ],
    }
    return unless_known(jsonify(_as_json(row) | in_full))


@blueprint.post("/<int:number>/done")
def done(number: int) -> Response:
    """Say that it was made there."""
    sent(())
    return jsonify(_as_json(write_backs.done(number, act())))


@blueprint.post("/<int:number>/again")
def again(number: int) -> Response:
    """Have it written again at once."""
    sent(())
    return jsonify(_as_json(write_backs.again(number, act())))


def _one_of(name: str, known: tuple[str, ...]) -> str:
    value = request.args.get(name, "")
    if value not in known:
        raise Invalid.at(name, f"Choose one of: {', '.join(known[1:])}.")
    return value


def _after() -> int | None:
    after = request.args.get("after", "")
    if after and not limits.is_number(after, digits=18):
        raise Invalid.at("after", NOWHERE)
    return int(after) if after else None


def _place_json(place: write_backs.Place) -> dict[str, Any]:
    return {name: value for name, value in asdict(place).items() if name != "writes"}


def _as_json(row: WriteBack) -> dict[str, Any]:
    return {
        "id": row.id,
        "article": row.article.slug,
        "revision": row.revision,
        "state": row.state,
        "code": row.code,
        "said": row.said,
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }
