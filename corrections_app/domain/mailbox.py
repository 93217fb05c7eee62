"""The one grammar of an e-mail address, and which mailbox it leads to.

Whatever is taken here at the door can be written into a header (RFC 5322) and an
envelope (RFC 5321) when its letter is due. So it takes less than the standards do:
a dot-atom and a domain, without quoted strings, comments, address literals and
the per cent sign, by which old relays route.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import regex

from corrections_app.domain import limits

LONGEST_LOCAL_PART = 64  # RFC 5321, section 4.5.3.1.1
LONGEST_DOMAIN = 253  # RFC 1035, section 2.3.4, less the root

_ATOM = r"[A-Za-z0-9!#$&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# What RFC 5892 calls LetterDigits, less what is special in some places of a word only.
_LETTERS = regex.compile(
    r"[\p{Ll}\p{Lo}\p{Lm}\p{Nd}][\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}-]*", regex.V1
)
_NOT_IN_WORDS = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u1100-\u11FF\uA960-\uA97C]")
_FROM_RIGHT = {"R", "AL", "AN"}
_IN_RIGHT_TO_LEFT = _FROM_RIGHT | {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
_LEADS_NOWHERE = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})
"""Names that no mail server outside of a house can find (RFC 6761 and its registry)."""

_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})


class NotAnAddress(ValueError):
    """A text that is not exactly one address a letter can be sent to."""


def address(typed: str) -> str:
    """The address as letters are sent to it: its domain in ASCII and small letters.

    It may lead to this machine or house only. Raises `NotAnAddress`.
    """
    local, _, domain = typed.rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or len(local) > LONGEST_LOCAL_PART:
        raise NotAnAddress(typed)
    try:
        labels = _in_ascii(unicodedata.normalize("NFC", domain).lower().split("."))
    except UnicodeError:
        raise NotAnAddress(typed) from None
    found = f"{local}@{'.'.join(labels)}"
    fits = len(found) <= limits.EMAIL and len(found) - len(local) <= LONGEST_DOMAIN + 1
    # A number at the end is an address of the network, which letters go to in brackets only.
    if not fits or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        raise NotAnAddress(typed)
    return found


def public_address(typed: str) -> str:
    """An `address` of the internet: what strangers may make us write to. Raises `NotAnAddress`."""
    found = address(typed)
    name, dot, top = found.rpartition("@")[2].rpartition(".")
    if not (name and dot) or top in _LEADS_NOWHERE or not top[-1].isalpha():
        raise NotAnAddress(typed)
    return found


def mailbox_of(address: str) -> str:
    """One spelling for all addresses that reach one person: for limits, no letter goes there.

    Case, a ``+tag`` (RFC 5233, section 1) and, where the provider ignores
    them, dots are taken away, so that spelling an address in new ways does not
    write to somebody again and again. The domain is in its ASCII form.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    domain = domain.encode("idna").decode() if not domain.isascii() else domain
    local = local.partition("+")[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _in_ascii(labels: Sequence[str]) -> list[str]:
    """The labels of a domain as DNS knows them (RFC 5891). Raises UnicodeError."""
    words = [_word(label) for label in labels]
    if any(_runs(word) & _FROM_RIGHT for word in words if not word.isascii()):
        for word in words:
            _check_direction(word)
    return [word if word.isascii() else _encoded(word) for word in words]


def _word(label: str) -> str:
    """A label in its own script. Raises UnicodeError for one that is spelt in no proper way."""
    if label.isascii() and label[2:4] != "--":
        return label
    word = label.encode().decode("idna") if label.startswith("xn--") else label
    proper = not word.isascii() and _LETTERS.fullmatch(word) and not _NOT_IN_WORDS.search(word)
    # The standard library's rules of 2003 turn ß into ss: that is another domain by now.
    if not proper or word[-1] == "-" or word[2:4] == "--" or _decoded(word) != word:
        raise UnicodeError(label)
    if label.isascii() and _encoded(word) != label:
        raise UnicodeError(label)
    return word


def _encoded(word: str) -> str:
    return word.encode("idna").decode()


def _decoded(word: str) -> str:
    return word.encode("idna").decode("idna")


def _runs(word: str) -> set[str]:
    return {unicodedata.bidirectional(char) for char in word}


def _check_direction(word: str) -> None:
    """The Bidi rule (RFC 5893, section 2), which keeps such a domain's labels in their order."""
    kinds = [unicodedata.bidirectional(char) for char in word]
    if kinds and kinds[0] == "L":
        fine = not set(kinds) & _FROM_RIGHT
    else:
        last = next((kind for kind in reversed(kinds) if kind != "NSM"), "")
        fine = (
            bool(kinds)
            and kinds[0] in {"R", "AL"}
            and last in {"R", "AL", "EN", "AN"}
            and set(kinds) <= _IN_RIGHT_TO_LEFT
            and not {"EN", "AN"} <= set(kinds)
        )
    if not fine:
        raise UnicodeError(word)
