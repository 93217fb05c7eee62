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
    told, makers = defaultdict(list), _makers(seen)
    for notice in seen.tables[Notice]:
        if notice.revision is not None:  # not one that stands alone
            told[notice.article_id, notice.revision].append(notice)
    yield from (
        f"a notice tells of {place}, which is none" for place in told.keys() - seen.revisions.keys()
    )
    for place, one in seen.revisions.items():
        if len(told[place]) != (one.change_class != "silent"):
            yield f"revision {place} is {one.change_class} and has {len(told[place])} notices"
        for notice in told[place]:
            yield from _as_told(seen, one, notice, makers[place])


def _makers(seen: Picture) -> dict[tuple[int, int], list[Any]]:
    """The decisions that made each revision."""
    makers = defaultdict(list)
    for one in seen.decisions.values():
        if one.revision is not None and one.caused_by_id is None:
            makers[seen.corrections[one.correction_id].article_id, one.revision].append(one)
    return makers


def _as_told(seen: Picture, revision: Any, notice: Any, made: list[Any]) -> Iterator[str]:
    decision = seen.decisions.get(notice.decision_id)
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
