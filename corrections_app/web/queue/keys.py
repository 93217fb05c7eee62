"""The keys of the triage screen: one table, from which legend, hints and script are made.

Whatever carries ``data-act="<action>"`` is what a key presses (a button, a
link, a ``<summary>``, or a field that it focuses); whatever carries
``data-digit`` is what a digit after R chooses. The script knows no key of its
own: it reads the legend (``templates/_macros/keys.html``).
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask
from flask_login import current_user

from corrections_app.language import N_, filled, gettext

CARD, LIST = "card", "list"


class Key(NamedTuple):
    """What one key does.

    ``code`` is a ``KeyboardEvent.code``. ``KeyA`` means the key on whose cap an A
    stands, wherever it lies (``KeyboardEvent.key``), and in other scripts the place of
    that name on the keyboard; only ``?`` is a character.
    """

    action: str
    code: str
    shift: bool
    label: str
    where: tuple[str, ...] = (CARD,)

    @property
    def cap(self) -> str:
        """What stands on the key."""
        name = CAPS.get(self.code) or self.code.removeprefix("Key")
        return f"{gettext(SHIFT)}+{gettext(name)}" if self.shift else gettext(name)


SHIFT = N_("Shift")
CAPS = {"Space": N_("Space"), "Slash": "/"}

KEYS = (
    Key("accept", "KeyA", False, N_("Accept")),
    Key("accept_flagged", "KeyA", True, N_("Accept despite the warning")),
    Key("reject", "KeyR", False, N_("Reject; then a digit for the reason")),
    Key("reject_by_rule", "KeyR", True, N_("Reject by the house rule")),
    Key("edit", "KeyE", False, N_("Accept in other words")),
    Key("skip", "KeyS", False, N_("Skip: not for me")),
    Key("hold", "KeyH", False, N_("Check first: on hold until a day")),
    Key("duplicate", "KeyD", False, N_("Duplicate, or already settled")),
    Key("escalate", "KeyF", False, N_("Ask an editor")),
    Key("ask", "KeyQ", False, N_("Ask the reader a question")),
    Key("place", "KeyP", False, N_("Say where the words are now")),
    Key("undo", "KeyZ", False, N_("Undo; again for the one before"), (CARD, LIST)),
    Key("next", "KeyJ", False, N_("Next, without deciding"), (CARD, LIST)),
    Key("previous", "KeyK", False, N_("Previous, without deciding"), (CARD, LIST)),
    Key("context", "Space", False, N_("More of the text around it")),
    Key("open", "KeyO", False, N_("Open the article at these words"), (CARD, LIST)),
    Key("list", "KeyV", False, N_("The list; from the list, one card"), (CARD, LIST)),
    Key("select", "KeyX", False, N_("Select this row"), (LIST,)),
    Key("select_all", "KeyX", True, N_("Select all rows that you see, or none"), (LIST,)),
    Key("extend_next", "KeyJ", True, N_("Select this row and the next"), (LIST,)),
    Key("extend_previous", "KeyK", True, N_("Select this row and the one before"), (LIST,)),
    Key("search", "Slash", False, N_("Search"), (CARD, LIST)),
    Key("legend", "?", False, N_("This list of keys"), (CARD, LIST)),
)


_NAMED = {"control": N_("Ctrl"), "enter": N_("Enter"), "escape": N_("Esc")}


class Chord(NamedTuple):
    """What a second key does after ``first``, or a key inside a box."""

    name: str
    keys: str
    label: str

    @property
    def cap(self) -> str:
        """What stands on them, in the order in which they are pressed."""
        return filled(self.keys, {name: gettext(word) for name, word in _NAMED.items()})


CHORDS = (
    Chord("digit", N_("R, then 1 to 9"), N_("Reject for that reason")),
    Chord("typed", N_("R, then 0"), N_("Reject with a note of your own")),
    Chord("repeat", N_("R, then R"), N_("Reject for the same reason as last time")),
    Chord("leave", "%(escape)s", N_("Leave a box, or R, without doing anything")),
    Chord("send", N_("%(control)s+%(enter)s or ⌘+%(enter)s"), N_("In a box: send what it says")),
)


def install(app: Flask) -> None:
    """Give the templates the table."""
    app.add_template_global(keys_of)
    app.add_template_global(key_of)
    app.add_template_global(single_keys)
    app.add_template_global(CHORDS, "key_chords")  # type: ignore[arg-type]


def keys_of(where: str) -> tuple[Key, ...]:
    """The keys of a page, in the legend's order."""
    return tuple(key for key in KEYS if where in key.where)


def key_of(action: str) -> Key:
    """The key that does this. Raises KeyError for no such action."""
    return {key.action: key for key in KEYS}[action]


def single_keys() -> bool:
    """Whether this person wants single keys to do anything (WCAG 2.1.4)."""
    return bool(getattr(current_user, "single_keys", True))
