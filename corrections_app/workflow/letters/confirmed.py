"""A letter that says “corrected” waits until the newsroom's own page says it.

An article that lives at a site is corrected there by a write-back, or by hand. Until that is
known, what is owed of the decision is not due, however long its hold has ended.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from corrections_app.domain.lifecycle import ALREADY_CORRECTED
from corrections_app.domain.writing_back import OPEN
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Owed, WriteBack

_decision, _cause, _correction = aliased(Decision), aliased(Decision), aliased(Correction)

# The change that the decision made, or the one that closed it along with others; where it only
# found the article right already, every change that may have made it so.
_TELLS_OF = or_(
    WriteBack.revision == _decision.revision,
    WriteBack.revision == _cause.revision,
    and_(_decision.reason == ALREADY_CORRECTED, WriteBack.created_at <= _decision.created_at),
)


def _open(*what: Any) -> Any:
    """What is on its way to an article's own page, of the change that a decision tells of."""
    return (
        select(*what)
        .select_from(_decision)
        .join(_correction, _correction.id == _decision.correction_id)
        .outerjoin(_cause, _cause.id == _decision.caused_by_id)
        .join(WriteBack, WriteBack.article_id == _correction.article_id)
        .where(WriteBack.state.in_(OPEN), _TELLS_OF)
    )


def is_awaited() -> ColumnElement[bool]:
    """Whether what is owed tells of a change that the article's own page does not say yet."""
    told: ColumnElement[bool] = (
        _open(WriteBack.id).where(_decision.id == Owed.decision_id).correlate(Owed).exists()
    )
    return told


def awaited_by(decision: Decision | None) -> WriteBack | None:
    """The first change that its reader's letter waits for, if one is not on its page yet."""
    if decision is None:
        return None
    query = _open(WriteBack).where(_decision.id == decision.id).order_by(WriteBack.id).limit(1)
    found: WriteBack | None = db.session.scalar(query)
    return found
