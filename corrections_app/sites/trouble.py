"""What can go wrong with a site: each a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from corrections_app.domain.errors import Refusal


class Trouble(Refusal):
    """A site that cannot be used as was asked; the message is one line and holds no key."""

    code = "site_trouble"


class Unreachable(Trouble):
    """It did not answer, or not as a CMS does: another time it may."""


class NotAllowed(Trouble):
    """It answered that this account may not."""


class Gone(Trouble):
    """What was asked for is not there, or is not public (any more)."""


class Changed(Trouble):
    """It has another text by now than the one that was to be changed: nothing was written.

    Where somebody's save was overwritten in the same moment, theirs was put back.
    """


class Unknown(Trouble):
    """It may have been written, or not: asking for the same once more finds out."""


@contextmanager
def once_sent() -> Iterator[None]:
    """Around what is asked after a change went out: where that fails, it may stand there.

    Raises `Unknown` in the place of all that would say that nothing was written.
    """
    try:
        yield
    except (Changed, Unknown):
        raise
    except Trouble as trouble:
        raise Unknown(f"{trouble.message} It may have been written all the same.") from None
