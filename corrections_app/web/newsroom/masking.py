"""Letters as colleagues may read them: without what would let them act as the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from re import Match

from flask import Flask, current_app

from corrections_app.domain.roles import Ability
from corrections_app.models import Letter, User
from corrections_app.web.rendering import masked

HIDDEN = "…"


def for_colleague(words: str, letter: Letter, reader: User) -> str:
    """Part of a letter, its tokens hidden from everyone and its address from all but admins.

    Whoever holds the token of a receipt or of an address acts as its reader.
    """
    words = without_tokens(words)
    if reader.may(Ability.MANAGE_PEOPLE):
        return words
    return words.replace(letter.recipient, masked(letter.recipient))


def without_tokens(words: str) -> str:
    """The words with every token of an address of ours hidden, be it of one route or another."""
    return hider_of(current_app)(words)


def hider_of(app: Flask) -> Callable[[str], str]:
    """What hides the tokens of an application's addresses, for those outside a request."""
    rules = list(app.url_map.iter_rules())
    guarded = {rule.rule.partition("<token>")[0] for rule in rules if "token" in rule.arguments}
    open_to_all = frozenset(rule.rule for rule in rules if not rule.arguments)
    prefixes = "|".join(map(re.escape, sorted(guarded, key=len, reverse=True)))
    found = re.compile(rf"({prefixes})([\w.~%-]+)")
    return partial(found.sub, partial(_hidden, open_to_all))


def _hidden(open_to_all: frozenset[str], found: Match[str]) -> str:
    return found[0] if found[0] in open_to_all else found[1] + HIDDEN
