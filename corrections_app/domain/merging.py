"""Two people changed one text at the same time: both changes, where they do not meet."""

from __future__ import annotations

from corrections_app.domain.patching import Relation, conflicts, edits, splice


def merged(base: str, ours: str, theirs: str) -> str | None:
    """``base`` with the changes that led to ``ours`` and those that led to ``theirs``.

    What both changed alike is changed once. None where their words meet: which
    of them stand then is for a person to say.
    """
    mine, other = set(edits(base, ours)), set(edits(base, theirs))
    alike = mine & other
    relation = conflicts(sorted(mine - alike), sorted(other - alike))
    if relation not in (Relation.DISJOINT, Relation.EQUAL):
        return None
    return splice(base, sorted(mine | other))
