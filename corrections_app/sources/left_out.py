"""What a reader of documents left out, by its words: nobody shall have to look for it."""

from __future__ import annotations

from dataclasses import dataclass, field

_LONGEST = 120
_MOST = 40


@dataclass(slots=True)
class LeftOut:
    """For each reason the words that went, in the order in which they stood."""

    _found: dict[str, dict[str, None]] = field(default_factory=dict)

    def note(self, reason: str, words: str = "") -> None:
        """Something was left out for a reason, a plain word in the plural ("menus")."""
        words = " ".join(words.split())
        found = self._found.setdefault(reason, {})
        if words:
            found[words] = None

    def sentences(self) -> list[str]:
        """A sentence for each reason; what had no words is only named."""
        silent = [reason for reason, words in self._found.items() if not words]
        spoken = [
            f"Left out ({reason}): {quoted(list(words))}."
            for reason, words in sorted(self._found.items())
            if words
        ]
        return spoken + ([f"Left out, without words: {', '.join(sorted(silent))}."] * bool(silent))


def quoted(pieces: list[str]) -> str:
    """Words side by side, each opening with its first ones; of very many how many more."""
    shown = ", ".join(f"“{_opening(words)}”" for words in pieces[:_MOST])
    more = len(pieces) - _MOST
    return f"{shown} and {more} more" if more > 0 else shown


def _opening(words: str) -> str:
    """A whole sentence's worth of words; of a longer box how it begins and how long it is."""
    if len(words) <= _LONGEST:
        return words
    cut = words[:_LONGEST].rpartition(" ")[0] or words[:_LONGEST]
    return f"{cut}… ({len(words):,} characters)"
