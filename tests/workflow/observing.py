"""Everything that stands in a database, and of it what is the same in any two of them.

There rows are told by their order, not by their numbers: PostgreSQL skips numbers
when a transaction is rolled back, and receipts' references are drawn at random.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.models import (
    Appeal,
    Approval,
    Article,
    AuditEvent,
    Contact,
    Correction,
    Decision,
    Enquiry,
    Escalation,
    Hold,
    IdempotencyKey,
    Letter,
    Notice,
    NoticeChange,
    Owed,
    Placement,
    ReasonWording,
    Revision,
    Skip,
    Source,
    User,
)

COLUMNS: dict[Any, str] = {
    User: "email role section active",
    Article: "slug head section",
    Source: "article_id body section",
    Revision: "article_id number text body edits change_class notice origin author_id",
    Correction: "article_id base_revision start end exact replacement status version leader_id "
    "stands_alone decided_at",
    Placement: "correction_id revision start end edits fit known_revision known_edits",
    Decision: "correction_id action outcome by_id revision before after as_proposed reason "
    "caused_by_id undone_at undone_by_id",
    Notice: "article_id revision decision_id change_class words section by_id public_at "
    "cancelled_at",
    NoticeChange: "notice_id kind by_id created_at",
    Hold: "correction_id by_id until",
    Escalation: "correction_id by_id",
    Enquiry: "correction_id by_id question until answer answered_at",
    Skip: "correction_id user_id",
    Approval: "correction_id by_id",
    Appeal: "correction_id outcome judged_by_id",
    Letter: "kind recipient state subject",
    Owed: "decision_id correction_id kind state due_at letter_id",
    AuditEvent: "number action correction_id by_id",
}
_QUERIES = {
    model: select(*model.__table__.columns).order_by(*model.__table__.primary_key.columns)
    for model in (*COLUMNS, Contact, IdempotencyKey, ReasonWording)
}
_POINTS_TO = {"leader": Correction, "correction": Correction, "article": Article}
_POINTS_TO |= {"caused_by": Decision, "decision": Decision, "letter": Letter, "notice": Notice}


Tables = dict[Any, list[Any]]
"""The rows of each table, in the order of their numbers."""


def read(session: Session) -> Tables:
    """Every row, as one read transaction sees it."""
    session.rollback()
    # Rows, not objects: this is done after every act.
    tables: Tables = {model: list(session.execute(query)) for model, query in _QUERIES.items()}
    session.rollback()
    return tables


def observed(tables: Tables) -> tuple[tuple[Any, ...], ...]:
    """What is the same wherever the same was done."""
    order: dict[Any, dict[int, int]] = {}
    seen = []
    for model, names in COLUMNS.items():
        rows = tables[model]
        order[model] = {row[0]: index for index, row in enumerate(rows)}
        columns = names.split()
        seen.append(
            tuple(
                tuple(_value(name, getattr(row, name), order) for name in columns) for row in rows
            )
        )
    return tuple(seen)


def _value(name: str, value: Any, order: dict[Any, dict[int, int]]) -> Any:
    if name.endswith("_id") and value is not None:
        return order[_POINTS_TO.get(name[:-3], User)][value]
    if name == "body":
        return sha256(repr(value).encode()).hexdigest()[:12]
    return str(value) if isinstance(value, list) else value
