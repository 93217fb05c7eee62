"""Why a picture could not be had."""

from __future__ import annotations


class NotHad(Exception):
    """A picture that cannot be shown; the message is the reason, to stand in brackets."""


def damaged() -> NotHad:
    """The bytes end too early, or contradict themselves."""
    return NotHad("damaged or cut off")
