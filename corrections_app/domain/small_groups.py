"""Which parts of a whole may be told so that nobody can be computed out of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

LEAST = 10
"""So many decisions a group has before anything is said of it."""

Name = TypeVar("Name", bound=Hashable)


def told(counts: Mapping[Name, int], least: int = LEAST) -> set[Name]:
    """The groups that may be told beside the total of all.

    Each is large enough; and so is what is left when they are taken from the total, for
    the smallest of them is hidden too where the hidden ones together are fewer than that.
    An empty group hides nobody.
    """
    shown = {name for name, count in counts.items() if count >= least or count == 0}
    hidden = sum(count for name, count in counts.items() if name not in shown)
    full = [name for name in counts if name in shown and counts[name]]
    if 0 < hidden < least and full:
        shown.remove(min(full, key=lambda name: counts[name]))
    return shown
