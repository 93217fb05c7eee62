"""/queue/changes: what a screen that stays open is told, and what it gives back when it closes."""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.language import gettext
from corrections_app.models import Correction, Decision
from corrections_app.web.access import person
from corrections_app.web.filters import reason_label, state
from corrections_app.web.queue import listing
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.queue import live
from corrections_app.workflow.queue.lanes import Lane

blueprint = Blueprint("changes", __name__, url_prefix="/queue")
blueprint.url_defaults(listing.keep_where)

MOST = 60
"""A screen shows no more cards than this: a page of the list, and a few."""


@blueprint.get("/changes")
def show() -> Response:
    """Which of the cards ``ids`` were closed, or answered by their readers ``since``, and how
    many came since then under the filters.

    This person's leases on the first of the cards ``keep`` run on, as long as somebody asks.
    """
    ids, moment = _ids(request.args), now()
    closed = [_told(*pair) for pair in live.closed(ids)]
    since = _since(request.args.get("since"), moment)
    lane = listing.asked_lane() or Lane.WAITING
    new = live.new_since(since, lane, person(), moment, listing.known_criteria())
    live.renew(_ids(request.args, "keep"), by=person(), now=moment)
    answers = [_answered(*one) for one in enquiries.answered_since(since, ids).items()]
    return jsonify(closed=closed, answered=answers, new=new, now=moment.isoformat())


@blueprint.post("/leave")
def leave() -> Response:
    """The page is closed: its cards are free for colleagues at once."""
    live.release(_ids(request.form), by=person())
    return Response(status=204)


def install(app: Flask) -> None:
    """Give the templates what stands around the card."""
    app.add_template_global(latest_decisions)
    app.add_template_global(colleagues_on_screen)
    app.add_template_global(decided_today)
    app.add_template_global(outcome_words)
    app.add_template_global(fresh_key)
    app.add_template_filter(clock)


def latest_decisions() -> Any:
    """This person's last decisions that can still be undone."""
    return live.latest(person(), now())


def colleagues_on_screen() -> Any:
    """Who else works on what waits, and until when."""
    return live.on_screens(person(), now())


def decided_today() -> live.Today:
    """What was decided since midnight, in the newsroom's time zone."""
    midnight = dates.local_time(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return live.today(person(), midnight)


def clock(moment: datetime) -> Markup:
    """The time of day, in the newsroom's time zone."""
    shown = dates.time_of_day(moment)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


def fresh_key() -> str:
    """The key of one act, which makes sending it twice the same as once."""
    return token_urlsafe(16)


def outcome_words(correction: Correction, decision: Decision | None) -> str:
    """What became of a correction, with the reason where there is one."""
    words = state(correction.status, decision)
    if decision is not None and decision.reason:
        return f"{words} ({reason_label(decision.reason)})"
    return words


def _told(correction: Correction, decision: Decision | None) -> dict[str, Any]:
    by = decision.by.name if decision and decision.by else gettext("The program")
    if correction.status == "withdrawn":
        by = gettext("The reader")
    words = gettext("%(who)s closed this one: %(what)s.") % {
        "who": by,
        "what": outcome_words(correction, decision),
    }
    at = decision.created_at.isoformat() if decision else None
    # What one's own decision closed along with another one is no news of a colleague's.
    is_mine = decision is not None and decision.by_id == person().id
    mine = is_mine and decision is not None and decision.caused_by_id is not None
    return {"id": correction.id, "words": words, "by": by, "at": at, "mine": mine}


def _answered(correction_id: int, at: datetime) -> dict[str, Any]:
    words = gettext("The reader has answered.")
    return {"id": correction_id, "words": words, "at": at.isoformat()}


def _ids(fields: MultiDict[str, str], name: str = "ids") -> list[int]:
    parts = [part for part in fields.get(name, "").split(",") if part]
    if len(parts) > MOST or not all(limits.is_number(part, 15) for part in parts):
        wanted = "Send up to %(most)s numbers, parted by commas (%(name)s)."
        raise Invalid(wanted, most=MOST, name=name)
    return [int(part) for part in parts]


def _since(told: str | None, moment: datetime) -> datetime:
    if not told:
        return moment
    try:
        since = datetime.fromisoformat(told)
        return since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Invalid("Send a moment, as this address told it (since).") from None
