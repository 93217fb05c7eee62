"""The events that programs may hear of, and which act in the audit is which event."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """What happened, by the name that stands in a call."""

    RECEIVED = "correction.received"
    DECIDED = "correction.decided"
    """Told when the decision can be undone no more: one that is undone before is never told."""
    UNDONE = "correction.undone"
    """A decision that was told is taken back."""
    WITHDRAWN = "correction.withdrawn"
    ASKED = "correction.asked"
    """An editor asked the reader something."""
    ANSWERED = "correction.answered"
    REVISED = "article.revised"
    """The article says something else: at once, as its readers see it at once."""
    NOTICE = "notice.published"
    REQUESTED = "writeback.requested"
    """A change is to be made in the newsroom's own page."""
    REFUSED = "writeback.refused"
    """That cannot be made there by itself: a person has to look."""
    TEST = "hook.test"
    """Somebody pressed a button: it goes to that one hook."""


CHOICES: tuple[EventType, ...] = tuple(one for one in EventType if one is not EventType.TEST)
"""Those that a hook may be made for."""

ACTS: dict[str, EventType] = {
    "submit": EventType.RECEIVED,
    "accept": EventType.DECIDED,
    "reject": EventType.DECIDED,
    "supersede": EventType.DECIDED,
    "undo": EventType.UNDONE,
    "reopen": EventType.UNDONE,
    "bring_back": EventType.UNDONE,
    "withdraw": EventType.WITHDRAWN,
    "ask": EventType.ASKED,
    "answer": EventType.ANSWERED,
}
"""What the audit calls an act, and the event that it is; whatever makes a revision is `REVISED`."""
