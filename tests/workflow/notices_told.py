"""What must be true of notices at every instant: one of the invariants (`invariants.broken`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from corrections_app.models import Notice, NoticeChange

if TYPE_CHECKING:
    from tests.workflow.invariants import Picture


def notices(seen: Picture) -> Iterator[str]:
    """Readers are told of every change but silent ones, once its hold has ended, and for good."""
    told = defaultdict(list)
    for notice in seen.tables[Notice]:
        told[notice.article_id, notice.revision].append(notice)
    for place, one in seen.revisions.items():
        found = told.pop(place, [])
        if len(found) != (one.change_class != "silent"):
            yield f"revision {place} is {one.change_class} and has {len(found)} notices"
        for notice in found:
            yield from _as_told(seen, one, notice)
    for (_, number), found in told.items():
        if number is not None:  # those that stand alone
            yield f"notices {[one.id for one in found]} tell of no revision"


def _as_told(seen: Picture, revision: Any, notice: Any) -> Iterator[str]:
    decision = seen.decisions.get(notice.decision_id)
    made = [
        one
        for one in seen.decisions.values()
        if one.revision == revision.number
        and one.caused_by_id is None
        and seen.corrections[one.correction_id].article_id == revision.article_id
    ]
    if (notice.change_class, notice.words) != (revision.change_class, revision.notice):
        yield f"notice {notice.id} says something else than its revision"
    if made != ([decision] if decision else []):
        yield f"notice {notice.id} is of decision {decision}; its revision of {made}"
    if notice.public_at != (decision.undo_until if decision else revision.created_at):
        yield f"notice {notice.id} is public at {notice.public_at}"
    undone = decision.undone_at if decision else None
    changes = [one.kind for one in seen.tables[NoticeChange] if one.notice_id == notice.id]
    was_public = undone is not None and undone >= notice.public_at
    if notice.cancelled_at != (None if was_public else undone):
        yield f"notice {notice.id}: its decision was undone at {undone}, it {notice.cancelled_at}"
    if changes != ["decision_reopened"] * was_public:
        yield f"notice {notice.id}: its decision was undone at {undone}, it changed by {changes}"
