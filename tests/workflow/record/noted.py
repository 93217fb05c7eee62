"""Notices as they stand in the table, in one sentence each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.extensions import db
from corrections_app.models import Article, Notice
from corrections_app.workflow.record import notices
from corrections_app.workflow.transaction import write
from tests.builders import NOON

DAY = timedelta(days=1)


def a_notice(article: Article, words: str = "It is six, not four.", **facts: Any) -> int:
    """The number of a notice of an article, public at noon where nothing else is said."""
    facts = {"change_class": ChangeClass.CORRECTION, "public_at": NOON} | facts
    facts.setdefault("created_at", facts["public_at"])
    article_id = article.id
    with write() as session:
        notice = Notice(article_id=article_id, words=words, **facts)
        session.add(notice)
        session.flush()
        return notice.id


def became(number: int, kind: NoticeChangeKind, **more: Any) -> None:
    """What became of a notice a day after it was public, as `workflow.record` notes it."""
    fields = {
        NoticeChangeKind.WITHDRAWN: ("withdrawn_at",),
        NoticeChangeKind.WITHHELD: ("withheld_at", "withheld_reason"),
    }.get(kind, ())
    with write() as session:
        notice = session.get_one(Notice, number)
        moment = more.pop("now", notice.public_at + DAY)
        new = more.pop("to", None)
        words = notice.words if new else None
        for field, value in zip(fields, (moment, more.get("note")), strict=False):
            setattr(notice, field, value)
        notice.words = new or notice.words
        notices.note_change(session, notice, kind, words=words, by_id=None, now=moment, **more)
    db.session.rollback()
