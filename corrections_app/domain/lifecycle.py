"""What may become of a correction: statuses, actions, and the one table between them."""

from __future__ import annotations

from enum import StrEnum

from corrections_app.domain.errors import AlreadyDecided


class Status(StrEnum):
    """The five stored states of a correction."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What a person can do that changes a correction's status."""

    ACCEPT = "accept"
    REJECT = "reject"


class Kind(StrEnum):
    """What the reader says is wrong."""

    TYPO = "typo"
    FACT = "fact"
    CLARITY = "clarity"
    OTHER = "other"


class ChangeClass(StrEnum):
    """What a change of an article is; every class but ``silent`` publishes a notice."""

    SILENT = "silent"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    EDITORS_NOTE = "editors_note"


class Fit(StrEnum):
    """How a correction's words stand in the current text."""

    CLEAN = "clean"
    MOVED = "moved"
    CONFLICT = "conflict"
    GONE = "gone"


class Role(StrEnum):
    """What a signed-in person is, from the least to the most they may do."""

    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"


class Reason(StrEnum):
    """Why a correction is rejected."""

    NOT_AN_ERROR = "not_an_error"
    HOUSE_STYLE = "house_style"
    IS_A_QUOTATION = "is_a_quotation"
    OPINION = "opinion"
    NEEDS_SOURCE = "needs_source"
    UNVERIFIED = "unverified"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"


NO_LETTER: frozenset[Reason] = frozenset({Reason.SPAM})
"""Reasons that send nothing: an answer would only tell a spammer what works."""

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.PENDING, Action.ACCEPT): Status.ACCEPTED,
    (Status.PENDING, Action.REJECT): Status.REJECTED,
}


def after(status: Status, action: Action) -> Status:
    """The status that ``action`` leads to.

    Raises `AlreadyDecided` where the table has no such step.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise AlreadyDecided("This correction is already closed.") from None
