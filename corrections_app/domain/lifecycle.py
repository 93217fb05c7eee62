"""What may become of a correction: statuses, actions, and the one table between them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from corrections_app.domain.errors import AlreadyDecided, StaleVersion


class Status(StrEnum):
    """The five stored states of a correction."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to a correction; the first six change its status."""

    ACCEPT = "accept"
    REJECT = "reject"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    REOPEN = "reopen"
    APPEAL = "appeal"
    HOLD = "hold"
    ESCALATE = "escalate"
    SKIP = "skip"
    PLACE = "place"
    SPLIT = "split"
    DUPLICATE = "duplicate"
    PUT_BACK = "put_back"
    PROPOSE = "propose"
    ASK = "ask"
    """An editor asks its reader a question."""
    ANSWER = "answer"
    """The reader answers it."""


class Kind(StrEnum):
    """What the reader says is wrong."""

    TYPO = "typo"
    FACT = "fact"
    CLARITY = "clarity"
    OTHER = "other"


class RemarkField(StrEnum):
    """What a remark is about where that is not in the article's text."""

    DATE = "date"
    ALT_TEXT = "alt_text"
    """What a picture shows, for those who do not see it."""


class ChangeClass(StrEnum):
    """What a change of an article is; every class but ``silent`` publishes a notice."""

    SILENT = "silent"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    EDITORS_NOTE = "editors_note"


TOLD_CLASSES: tuple[ChangeClass, ...] = tuple(
    one for one in ChangeClass if one != ChangeClass.SILENT
)
"""The classes of which readers are told, by a notice."""


class NoticePlace(StrEnum):
    """Where on its article a notice stands."""

    ABOVE = "above"
    """Above everything, the headline too."""
    BESIDE_DATE = "beside_date"
    TOP = "top"
    """Between the headline and the text."""
    FOOT = "foot"


NOTICE_PLACES: dict[ChangeClass, NoticePlace] = {
    ChangeClass.CORRECTION: NoticePlace.TOP,
    ChangeClass.CLARIFICATION: NoticePlace.FOOT,
    ChangeClass.UPDATE: NoticePlace.BESIDE_DATE,
    ChangeClass.EDITORS_NOTE: NoticePlace.ABOVE,
}
"""Where the notices of each class stand, unless the newsroom wants it otherwise."""


class NoticeChangeKind(StrEnum):
    """What became of a notice after it was made."""

    REWORDED = "reworded"
    WITHDRAWN = "withdrawn"
    DECISION_REOPENED = "decision_reopened"
    """The decision that it tells of was taken back after readers had been told."""
    WITHHELD = "withheld"
    """Its words are no longer shown."""


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
    """Why a correction is rejected: the codes that a newsroom begins with, in its own words."""

    NOT_AN_ERROR = "not_an_error"
    HOUSE_STYLE = "house_style"
    IS_A_QUOTATION = "is_a_quotation"
    OPINION = "opinion"
    NEEDS_SOURCE = "needs_source"
    UNVERIFIED = "unverified"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"
    OTHER = "other"
    """In the editor's own words: a note that the reader gets."""


class LetterState(StrEnum):
    """What became of a letter in the outbox so far."""

    READY = "ready"
    """It waits for its next try."""
    SENDING = "sending"
    """It is in one worker's hands, on a lease."""
    SENT = "sent"
    DEAD = "dead"
    """It could not be delivered."""
    SUPPRESSED = "suppressed"
    """It must not be delivered."""


IN_HAND: tuple[LetterState, ...] = (LetterState.READY, LetterState.SENDING)
"""The states of a letter whose fate is open."""


class OwedState(StrEnum):
    """What became of a notification that is due to a reader."""

    WAITING = "waiting"
    LETTERED = "lettered"
    """A letter tells of it."""
    CANCELLED = "cancelled"


class AddressState(StrEnum):
    """What the owner of an address wants; unknown until they act on a letter."""

    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


_P, _A, _R, _S, _W = Status

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (_P, Action.ACCEPT): _A,
    (_P, Action.REJECT): _R,
    (_P, Action.SUPERSEDE): _S,
    (_P, Action.WITHDRAW): _W,
    # What a decision closed comes back as it was; a reader's withdrawal is theirs alone.
    (_A, Action.UNDO): _P,
    (_R, Action.UNDO): _P,
    (_S, Action.UNDO): _P,
    (_A, Action.REOPEN): _P,
    (_R, Action.REOPEN): _P,
    (_S, Action.REOPEN): _P,
    # Side facts: each a row of its own, the status stays.
    (_R, Action.APPEAL): _R,
    (_P, Action.HOLD): _P,
    (_P, Action.ESCALATE): _P,
    (_P, Action.SKIP): _P,
    (_P, Action.PLACE): _P,
    (_P, Action.SPLIT): _P,
    (_P, Action.DUPLICATE): _P,
    (_P, Action.PUT_BACK): _P,
    (_P, Action.PROPOSE): _P,
    (_P, Action.ASK): _P,
    (_P, Action.ANSWER): _P,
}
"""Everything that may happen; every pair that is not here is refused."""


def after(status: Status, action: Action) -> Status:
    """The status that ``action`` leads to.

    Raises `AlreadyDecided` where the table has no such step.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise AlreadyDecided(_REFUSED[status == Status.PENDING]) from None


class SideFact(StrEnum):
    """What may be true of a correction that waits, each a row of its own."""

    LEASE = "lease"
    """On a colleague's screen."""
    SKIP = "skip"
    HOLD = "hold"
    ESCALATION = "escalation"
    BEHIND = "behind"
    """It stands behind another one that asks for the same."""
    APPROVAL = "approval"
    """A decision is proposed, and waits for a second person."""
    SET_ASIDE = "set_aside"
    """It looks like spam."""
    ENQUIRY = "enquiry"
    """Its reader was asked, whether or not there is an answer."""


ASKING: dict[SideFact, str | None] = {
    # They steer who works on it, and say nothing about what there is to find out.
    SideFact.LEASE: None,
    SideFact.SKIP: None,
    # What is being found out, or what an editor has to judge, its reader may know best.
    SideFact.HOLD: None,
    SideFact.ESCALATION: None,
    SideFact.ENQUIRY: "The reader was asked already: there is one question for each correction.",
    SideFact.BEHIND: "It belongs to another correction of the same change: ask that reader.",
    SideFact.APPROVAL: "A decision on this correction waits for an editor. Send it back first.",
    # Whose address it is nobody knows: no letter goes there for a program's sake.
    SideFact.SET_ASIDE: "It is set aside as spam. Return it to the queue first.",
}
"""Which side facts let its reader be asked (None), and what is said where one does not."""


def check_asking(facts: Collection[SideFact]) -> None:
    """Raise `StaleVersion` where a pending correction's reader may not be asked (any more)."""
    for fact, refusal in ASKING.items():
        if refusal is not None and fact in facts:
            raise StaleVersion(refusal)


def may_ask(facts: Collection[SideFact]) -> bool:
    """Whether `check_asking` lets it pass."""
    return all(refusal is None or fact not in facts for fact, refusal in ASKING.items())


class EnquiryState(StrEnum):
    """What became of a question to a reader, by its dates alone."""

    ASKED = "asked"
    """It waits for the answer."""
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    """Its days are over; an answer is taken still."""


def enquiry_state(until: datetime, answered_at: datetime | None, now: datetime) -> EnquiryState:
    """The state of a question at a moment; at ``until`` itself its days are over."""
    if answered_at is not None:
        return EnquiryState.ANSWERED
    return EnquiryState.ASKED if now < until else EnquiryState.UNANSWERED


_REFUSED = {
    True: "This correction is not decided yet.",
    False: "This correction is already closed.",
}


ALREADY_CORRECTED = "already_corrected"
"""Why a correction was superseded: the article says so already."""
RIVAL_ACCEPTED = "rival_accepted"
"""Why a correction was superseded: another one for the same words was accepted."""
ARTICLE_RETIRED = "article_retired"
"""Why a correction was superseded: its article was taken down."""
