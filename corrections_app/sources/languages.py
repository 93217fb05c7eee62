"""Language tags and the direction they are written in."""

from __future__ import annotations

import re

_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ckb", "ug", "dv", "arc"})
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def language(tag: str | None) -> str | None:
    """A language tag in its usual case (BCP 47, RFC 5646 section 2.1.1), or None if it is none."""
    tag = (tag or "").strip()
    if not _TAG.fullmatch(tag):
        return None
    first, *rest = re.split("[-_]", tag)
    return "-".join([first.lower(), *map(_subtag, rest)])


def direction(lang: str) -> str:
    """``rtl`` or ``ltr``, from the language, or from a script that it names."""
    first, *rest = lang.split("-")
    if any(part in ("Arab", "Hebr") for part in rest):
        return "rtl"
    if "Latn" in rest or "Cyrl" in rest:
        return "ltr"
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"


def _subtag(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()
