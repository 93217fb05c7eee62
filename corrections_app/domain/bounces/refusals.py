"""What it means that a letter was refused: whose fault it is, and whether to write again.

By the enhanced status code (RFC 3463, and its registry at IANA) where there is a telling one,
else by words that mail servers use.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Cause(StrEnum):
    """Why a letter was not delivered."""

    NO_MAILBOX = "no_mailbox"
    """Nobody is there: no further letter can arrive."""
    POLICY = "policy"
    """The other side does not want letters from this server: its operator has to see to that."""
    FOR_NOW = "for_now"
    """It may arrive another time."""
    OTHER = "other"


_LONGEST_WORDS = 2_000
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[\w.-]{1,255}")
_NOBODY = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""Detail of address and mailbox: bad mailbox, system or syntax, moved, null MX, disabled."""
_OF_SENDER = frozenset({"1.7", "1.8"})
"""Bad sender's mailbox or system: what they mean is ours."""
_VAGUE = frozenset({"0.0", "1.0", "5.0"})
_POLICY_WORDS = re.compile(
    r"block ?list|black ?list|deny ?list|blocked|spam|reputation|unsolicited|banned"
    r"|\b(?:dmarc|dkim|spf|dnsbl|rbl)\b",
    re.IGNORECASE,
)
_NOBODY_WORDS = re.compile(
    r"user unknown|unknown user|no such user|user not found|recipient not found"
    r"|mailbox not found|no mailbox here|does(?: not|n[’']t) exist|unknown recipient"
    r"|invalid recipient|no such (?:mailbox|address|recipient)",
    re.IGNORECASE,
)


def cause_of(status: str, words: str) -> Cause:
    """What a refusal means that a server, or a report, put so.

    ``status`` is the report's own code, or empty; ``words`` what the server said. Where it
    could be either, nobody's address is given up for it.
    """
    words = _ADDRESS.sub(" ", words[:_LONGEST_WORDS])
    kind, detail = _telling(status, words)
    if kind == "4":
        return Cause.FOR_NOW
    says_nobody = bool(_NOBODY_WORDS.search(words))
    if detail in _OF_SENDER or detail.startswith("7."):
        return Cause.POLICY
    if _POLICY_WORDS.search(words) and not says_nobody:
        return Cause.POLICY
    if detail in _NOBODY or (says_nobody and (not detail or detail in _VAGUE)):
        return Cause.NO_MAILBOX
    return Cause.OTHER


def _telling(status: str, words: str) -> tuple[str, str]:
    """The class and the rest of the code that says most: the report's own, unless it is vague."""
    codes = [(found[1], f"{int(found[2])}.{int(found[3])}") for found in _CODE.finditer(status)]
    codes += [(found[1], f"{int(found[2])}.{int(found[3])}") for found in _CODE.finditer(words)]
    if not codes:
        return "", ""
    same = [code for code in codes if code[0] == codes[0][0]]
    return next((code for code in same if code[1] not in _VAGUE), codes[0])
