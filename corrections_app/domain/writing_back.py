"""What may become of a write-back: an accepted change on its way into a newsroom's own page."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from corrections_app.domain.errors import Invalid


class State(StrEnum):
    """Where a write-back stands."""

    WAITING = "waiting"
    """It goes with the next write of its article; nothing of it was written yet."""
    WRITING = "writing"
    """It is in one worker's hands, on a lease; whether it was written may be unknown."""
    WRITTEN = "written"
    """The newsroom's page says it: the CMS has confirmed it, a sync saw it, or a person said so."""
    REFUSED = "refused"
    """It cannot be written as it is: a person has to look."""
    BY_HAND = "by_hand"
    """The site does not write, or not with this key: a person makes the change there."""
    CANCELLED = "cancelled"
    """It was taken back before it went."""


OPEN: tuple[State, ...] = (State.WAITING, State.WRITING, State.REFUSED, State.BY_HAND)
"""Its newsroom's page does not say it yet, as far as is known: letters that tell of it wait."""
IN_HAND: tuple[State, ...] = (State.WAITING, State.WRITING)
"""The worker goes on with it by itself."""
NEEDS_PERSON: tuple[State, ...] = (State.REFUSED, State.BY_HAND)


class Mover(StrEnum):
    """Who moves a write-back."""

    WORKER = "worker"
    PERSON = "person"
    SYNC = "sync"
    DECISION = "decision"
    """Taking the change back, or leaving it as the site has it."""


class Step(StrEnum):
    """What can happen to a write-back."""

    TAKE = "take"
    """A worker takes it, also from a worker that is gone."""
    CONFIRM = "confirm"
    """The CMS has it."""
    PUT_OFF = "put_off"
    """It was not written, and will be tried again."""
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    """This key may not write there."""
    OVERTAKE = "overtake"
    """It was changed again here before it went, and that is on the page already."""
    DONE = "done"
    """A person says that they made the change there."""
    AGAIN = "again"
    """A person wants it tried again, or written again."""
    SEE = "see"
    """A sync finds the page saying it."""
    MISS = "miss"
    """A sync finds that the page does not say it any more."""
    FREE = "free"
    """What stood in its way there has come in here."""
    DROP = "drop"
    """It is taken back before it went, or left as the site has it."""
    FORGET = "forget"
    """Its site is forgotten here."""


MOVERS: dict[Step, Mover] = {
    Step.TAKE: Mover.WORKER,
    Step.CONFIRM: Mover.WORKER,
    Step.PUT_OFF: Mover.WORKER,
    Step.REFUSE: Mover.WORKER,
    Step.HAND_OVER: Mover.WORKER,
    Step.OVERTAKE: Mover.WORKER,
    Step.DONE: Mover.PERSON,
    Step.AGAIN: Mover.PERSON,
    Step.SEE: Mover.SYNC,
    Step.MISS: Mover.SYNC,
    Step.FREE: Mover.SYNC,
    Step.DROP: Mover.DECISION,
    Step.FORGET: Mover.PERSON,
}
"""Who may make each step."""

_T, _G, _D, _R, _H, _ = State

TRANSITIONS: dict[tuple[State, Step], State] = {
    (_T, Step.TAKE): _G,
    (_G, Step.TAKE): _G,
    (_G, Step.CONFIRM): _D,
    (_G, Step.PUT_OFF): _T,
    (_G, Step.REFUSE): _R,
    (_G, Step.HAND_OVER): _H,
    (_G, Step.OVERTAKE): State.CANCELLED,
    (_T, Step.DONE): _D,
    (_R, Step.DONE): _D,
    (_H, Step.DONE): _D,
    (_T, Step.AGAIN): _T,
    (_R, Step.AGAIN): _T,
    (_H, Step.AGAIN): _T,
    (_R, Step.SEE): _D,
    (_H, Step.SEE): _D,
    (_D, Step.MISS): _R,
    (_R, Step.FREE): _T,
    # What may have been written already is taken back by an inverse of its own.
    (_T, Step.DROP): State.CANCELLED,
    (_R, Step.DROP): State.CANCELLED,
    (_H, Step.DROP): State.CANCELLED,
    (_T, Step.FORGET): State.CANCELLED,
    (_G, Step.FORGET): State.CANCELLED,
    (_R, Step.FORGET): State.CANCELLED,
    (_H, Step.FORGET): State.CANCELLED,
}
"""Everything that may happen; every pair that is not here is refused."""


def after(state: State | str, step: Step) -> State:
    """The state that ``step`` leads to. Raises `Invalid` where the table has no such step."""
    try:
        return TRANSITIONS[State(state), step]
    except KeyError:
        raise Invalid(_REFUSED[State(state) == State.WRITING]) from None


def sources_of(step: Step) -> tuple[State, ...]:
    """The states from which a step leads anywhere."""
    return tuple(state for state, one in TRANSITIONS if one == step)


_REFUSED = {
    True: "This change is being written at this moment. Look again in a minute.",
    False: "This change is not waiting any more: look at the result.",
}


class Code(StrEnum):
    """Why a write-back is not written: what its page is told from."""

    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"
    NO_WRITING = "no_writing"
    """The site is of a kind that is only read."""
    SOURCE_CHANGED = "source_changed"
    """What a colleague changed there cannot come in by itself."""
    NOT_EXACT = "not_exact"
    AMBIGUOUS = "ambiguous"
    GIVEN_UP = "given_up"
    GONE_THERE = "gone_there"
    """The article is not public there any more."""
    MISSED = "missed"
    """It was written, and the page does not say it any more."""


DEBOUNCE = timedelta(seconds=5)
"""So long a change waits for others of the same article before the first try."""
GIVEN_UP_AFTER = timedelta(hours=24)
_PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
)
_LONGEST_PAUSE = timedelta(hours=1)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries (1 and up) that the site did not answer."""
    return _PAUSES[attempts - 1] if attempts <= len(_PAUSES) else _LONGEST_PAUSE
