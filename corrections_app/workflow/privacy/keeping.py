"""How long a reader's address and name are kept: until there is nothing more to tell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Terms:
    """What the newsroom promises: ``after`` the last letter, and ``at_most`` after it was left."""

    after: timedelta
    at_most: timedelta


@dataclass(frozen=True)
class Contact:
    """What decides about one reader's address and name.

    ``left_at`` is when they were left here, ``told_at`` when the last thing happened that
    its reader was or could be told of, None while nothing is decided. ``awaited_since`` is
    when the newest thing began whose letter is still to go: one that is owed or waits to be
    sent, a second look that was asked for.
    """

    left_at: datetime
    told_at: datetime | None
    awaited_since: datetime | None


def is_over(contact: Contact, terms: Terms, now: datetime) -> bool:
    """Whether there is no reason left to keep it.

    While a letter is to come it is kept even beyond ``at_most``, so that nobody is forgotten
    whose correction was decided on the last day; but no longer than ``after``, because a letter
    that cannot go would keep it for ever.
    """
    is_old = now - contact.left_at >= terms.at_most
    if contact.awaited_since is not None:
        return is_old and now - contact.awaited_since >= terms.after
    return is_old or (contact.told_at is not None and now - contact.told_at >= terms.after)
