"""What can be asked of the list, in words: the form of filters, and what is asked for now."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for

from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.warnings.risks import Risk
from corrections_app.language import N_, gettext, ngettext
from corrections_app.web.access import person
from corrections_app.web.filters import FITS, KINDS, QUESTIONS, reason_label, state
from corrections_app.web.queue.warnings import RISKS
from corrections_app.workflow import permission
from corrections_app.workflow.deciding import bulk_limits
from corrections_app.workflow.people.accounts import everyone
from corrections_app.workflow.queue import filters, rows, saved_views
from corrections_app.workflow.queue.filters import ANY, Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.reasons.words import words as words_of

ORDERS = {
    Order.BEST: N_("what matters most"),
    Order.OLDEST: N_("oldest first"),
    Order.NEWEST: N_("newest first"),
    Order.ARTICLE: N_("by article"),
}
AGES = (1, 2, 7, 30)
"""Days that the form offers; an address may name any."""


LANES = {
    Lane.WAITING: N_("Waiting"),
    Lane.ESCALATED: N_("For an editor"),
    Lane.APPROVALS: N_("To confirm"),
    Lane.APPEALS: N_("Second looks"),
    Lane.HELD: N_("Being checked"),
    Lane.ASKED: N_("Reader asked"),
    Lane.UNWRITTEN: N_("Not on the page yet"),
    Lane.SKIPPED: N_("Skipped by you"),
    Lane.SET_ASIDE: N_("Set aside"),
    Lane.ALL: N_("All open"),
}
"""What the parts of the queue are called, in the order of the page."""


class Chip(NamedTuple):
    """One thing that is asked for, and the way to the list without it."""

    label: str
    without: str


class Choice(NamedTuple):
    """One value of a field of the form, and its words."""

    value: str
    label: str


def shown(criteria: Criteria) -> dict[str, Any]:
    """What the page of the list says of its filters and of the views that are saved."""
    query = kept(request.query_string.decode(errors="ignore"))
    known = saved_views.of(person())
    return {
        "typed": request.values,
        "lane_names": LANES,
        "chips": _chips(criteria),
        "choices": _choices(criteria),
        "views": known,
        "this_view": next((view for view in known if view.query == query), None),
        "may_delete": saved_views.may_delete,
        "query": query,
        "most": bulk_limits.most(person()),
    }


def told(lane: Lane, criteria: Criteria) -> list[str]:
    """What a list is of, in words; nothing of one that is simply all that waits."""
    args = criteria.as_args()
    asked = [words for name, words in _words(criteria).items() if name in args]
    return [gettext(LANES[lane]), *asked] if lane != Lane.WAITING else asked


def kept(query: str) -> str:
    """What of a list's address names the list, and not a place in it; nothing that is unknown."""
    given = dict(parse_qsl(query.strip().removeprefix("?")))
    lane = given.get("lane", "")
    try:
        args = filters.parse(given).as_args()
    except Invalid:
        args = {}
    return urlencode(({"lane": lane} if lane in set(Lane) else {}) | args)


def _chips(criteria: Criteria) -> list[Chip]:
    args = criteria.as_args()
    lane = request.args.get("lane")
    return [
        Chip(words, url_for("queue.index", lane=lane, **_without(args, name)))
        for name, words in _words(criteria).items()
        if name in args
    ]


def _without(args: dict[str, str], name: str) -> dict[str, Any]:
    return {other: value for other, value in args.items() if other != name}


def _words(criteria: Criteria) -> dict[str, str]:
    """Each filter with what it asks for, in words."""
    people = {user.id: user.name for user in everyone()} if criteria.by else {}
    days = ngettext("older than %(num)s day", "older than %(num)s days", criteria.older)
    return {
        "status": _status(criteria.status) if criteria.status else "",
        "article": gettext("article: %(slug)s") % {"slug": criteria.article},
        "section": gettext("section: %(name)s") % {"name": criteria.section},
        "kind": gettext(KINDS.get(criteria.kind, "")) if criteria.kind else "",  # type: ignore[call-overload]
        "fit": gettext(FITS.get(criteria.fit, "")) if criteria.fit else "",  # type: ignore[call-overload]
        "risk": gettext(RISKS[Risk(criteria.risk)]) if criteria.risk else "",
        "question": gettext(QUESTIONS.get(criteria.question, "")) if criteria.question else "",  # type: ignore[call-overload]
        "like": _like(criteria.like) if criteria.like else "",
        "older": days % {"num": criteria.older},
        "overdue": gettext("overdue only"),
        "reason": gettext("reason: %(name)s") % {"name": reason_label(criteria.reason)},
        "by": gettext("decided by %(name)s") % {"name": people.get(criteria.by, criteria.by)},
        "words": f"“{criteria.words}”",
        "reference": criteria.reference,
        "order": gettext(ORDERS[criteria.order]),
    }


def _like(correction_id: int) -> str:
    reference = rows.one(correction_id).reference
    return gettext("from the reader who sent %(reference)s") % {"reference": reference}


def _status(status: str) -> str:
    return gettext("open or closed") if status == ANY else state(status)


def _choices(criteria: Criteria) -> dict[str, list[Choice]]:
    """The fields that have a list of values, in the order of the form."""
    ages = sorted({*AGES, criteria.older} - {0})
    return {
        "status": [Choice(each, _status(each)) for each in (*Status, ANY)],
        "section": [Choice(name, name) for name in permission.sections()],
        "kind": [Choice(kind, gettext(words)) for kind, words in KINDS.items()],
        "fit": [Choice(fit, gettext(words)) for fit, words in FITS.items()],
        "risk": [Choice(risk, gettext(words)) for risk, words in RISKS.items()],
        "question": [Choice(state, gettext(words)) for state, words in QUESTIONS.items()],
        "older": [
            Choice(str(days), ngettext("%(num)s day", "%(num)s days", days) % {"num": days})
            for days in ages
        ],
        "reason": [Choice(each.code, words_of(each).label) for each in reasons.everything()],
        "by": [Choice(str(user.id), user.name) for user in everyone()],
        "order": [Choice(order, gettext(words)) for order, words in ORDERS.items()],
    }
