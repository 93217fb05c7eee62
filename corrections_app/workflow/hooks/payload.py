"""What a call says: numbers, addresses and states, the words before and after; no reader's.

It is read from the rows when it is told, so that what was erased, taken down or withheld by then
leaves no more. A reader's address, name, explanation and source are in no call.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from corrections_app.domain.hooks.kinds import EventType
from corrections_app.models import Article, Correction, Decision, Event, Notice, WriteBack
from corrections_app.workflow import taken_down
from corrections_app.workflow.letters.contents import site

API = "/api/v1"
_STATUS: dict[str, str] = {
    EventType.RECEIVED: "pending",
    EventType.UNDONE: "pending",
    EventType.WITHDRAWN: "withdrawn",
}


def body_of(session: Session, event: Event) -> bytes:
    """The body of a call that tells of an event."""
    said = {
        "type": event.type,
        "timestamp": _moment(event.due_at),
        "data": _data(session, event),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _data(session: Session, event: Event) -> dict[str, Any]:
    if event.article_id is None:
        return {"hook": event.hook_id}
    article = session.get_one(Article, event.article_id)
    data: dict[str, Any] = {"article": _article(article, event)}
    if event.correction_id is not None:
        data["correction"] = _correction(session, event)
    if event.decision_id is not None:
        data["decision"] = _decision(session, event)
    if event.notice_id is not None:
        data["notice"] = _notice(session.get_one(Notice, event.notice_id), article)
    if event.write_back_id is not None:
        data["writeback"] = _write_back(session.get_one(WriteBack, event.write_back_id), event)
    return data


def _article(article: Article, event: Event) -> dict[str, Any]:
    """``revision`` is the one the event made, where it made one, else the present one."""
    return {
        "slug": article.slug,
        "revision": article.head if event.revision is None else event.revision,
        "section": article.section,
        "lang": article.lang,
        "url": f"{site()}/articles/{article.slug}",
        "api": f"{site()}{API}/articles/{article.slug}",
    }


def _correction(session: Session, event: Event) -> dict[str, Any]:
    one = session.get_one(Correction, event.correction_id)
    decision = session.get(Decision, event.decision_id) if event.decision_id else None
    status = decision.outcome if decision is not None else one.status
    shown = taken_down.may_show(session, one.article_id, one.base_revision)
    return {
        "id": one.id,
        "reference": one.reference,
        "status": _STATUS.get(event.type, status),
        "kind": one.kind,
        "revision": one.base_revision,
        "start": one.start,
        "end": one.end,
        "before": one.exact if shown else None,
        "after": one.replacement if shown else None,
        "url": f"{site()}/queue/{one.id}",
        "api": f"{site()}{API}/corrections/{one.id}",
    }


def _decision(session: Session, event: Event) -> dict[str, Any]:
    one = session.get_one(Decision, event.decision_id)
    numbers = (one.revision - 1, one.revision) if one.revision else ()
    shown = taken_down.may_show(session, one.correction.article_id, *numbers)
    return {
        "id": one.id,
        "action": one.action,
        "outcome": one.outcome,
        "class": one.change_class,
        "reason": one.reason,
        "revision": one.revision,
        "as_proposed": one.as_proposed,
        "before": one.before if shown else None,
        "after": one.after if shown else None,
        "at": _moment(one.created_at),
    }


def _notice(one: Notice, article: Article) -> dict[str, Any]:
    shown = one.withheld_at is None and article.retired_at is None
    return {
        "id": one.id,
        "class": one.change_class,
        "revision": one.revision,
        "words": one.words if shown else None,
        "url": f"{site()}/corrections/{one.id}",
        "api": f"{site()}{API}/notices/{one.id}",
    }


def _write_back(one: WriteBack, event: Event) -> dict[str, Any]:
    return {
        "id": one.id,
        "revision": one.revision,
        "state": "waiting" if event.type == EventType.REQUESTED else one.state,
        "code": None if event.type == EventType.REQUESTED else one.code,
        "url": f"{site()}/writebacks/{one.id}",
        "api": f"{site()}{API}/write-backs/{one.id}",
    }


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
