"""The operator's patterns: which blocks are furniture, and which are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import regex

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, AsideRole, Block
from corrections_app.sources.document import Draft, Options

_SECONDS_PER_MATCH = 1.0
_AD = regex.compile(
    r"(?:an? )?(?:advertisements?|advertising|adverts?|ads?|sponsored(?: content)?|promoted"
    r"|anzeige|werbung|publicit[éeà]|publicidad|pubblicità|advertentie|annons|reklama?|реклама|إعلان|פרסומת)"
    r"[:.]?",
    regex.IGNORECASE,
)
_RELATED = regex.compile(
    r"(?:related|read more|read also|also read|see also|more on|other topics)\b.*",
    regex.IGNORECASE | regex.DOTALL,
)

Part = Block | Aside


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern for the whole text of a block, with the option it came from."""

    option: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.option} {self.source!r}"

    def matches(self, part: Part) -> bool:
        """Whether this part is a block whose whole text matches.

        Raises ImportRefused when the pattern takes too long over it.
        """
        if not isinstance(part, Block):
            return False
        try:
            found = _compiled(self).fullmatch(part.text, timeout=_SECONDS_PER_MATCH)
        except TimeoutError:
            raise ImportRefused(
                f"{self.name} takes too long over a block: write a simpler pattern"
            ) from None
        return found is not None


@dataclass(frozen=True, slots=True)
class Rules:
    """All patterns of one import, known to be well formed."""

    asides: tuple[Pattern, ...]
    between: tuple[tuple[Pattern, Pattern], ...]
    drops: tuple[Pattern, ...]

    @classmethod
    def of(cls, options: Options) -> Rules:
        """The rules that the options state; raises ImportRefused for a bad pattern."""
        rules = cls(
            tuple(Pattern("--aside", source) for source in options.aside),
            tuple(
                (Pattern("--aside-between", first), Pattern("--aside-between", last))
                for first, last in options.aside_between
            ),
            tuple(Pattern("--drop", source) for source in options.drop),
        )
        for pattern in (*rules.asides, *rules.drops, *(p for pair in rules.between for p in pair)):
            _compiled(pattern)
        return rules

    def apply(self, draft: Draft) -> None:
        """Make furniture of what the patterns name, leave out what they drop, and say so."""
        for first, last in self.between:
            _box(draft, first, last)
        for pattern in self.asides:
            _furnish(draft, pattern)
        for pattern in self.drops:
            _leave_out(draft, pattern)


def is_ad_label(text: str) -> bool:
    """Whether these words only announce an advertisement."""
    return _AD.fullmatch(text.strip()) is not None


def aside_of(role: AsideRole, parts: Iterable[Part]) -> Aside:
    """Furniture made of the words of these parts, a line for each line of theirs."""
    lines = [
        line
        for part in parts
        for line in (part.text.split("\n") if isinstance(part, Block) else part.lines)
    ]
    return Aside(role, tuple(lines))


def _compiled(pattern: Pattern) -> regex.Pattern[str]:
    try:
        return regex.compile(pattern.source, regex.DOTALL)
    except regex.error as wrong:
        raise ImportRefused(f"{pattern.name} is not a regular expression: {wrong}") from None


def _first(parts: Sequence[Part], pattern: Pattern, since: int = 0) -> int | None:
    places = (at for at in range(since, len(parts)) if pattern.matches(parts[at]))
    return next(places, None)


def _box(draft: Draft, first: Pattern, last: Pattern) -> None:
    start = _first(draft.parts, first)
    end = None if start is None else _first(draft.parts, last, start)
    if start is None or end is None:
        draft.notes.append(f"No block matches {(first if start is None else last).name}.")
        return
    draft.parts[start : end + 1] = [aside_of("related", draft.parts[start : end + 1])]


def _furnish(draft: Draft, pattern: Pattern) -> None:
    kept: list[Part] = []
    joins = False
    for part in draft.parts:
        matched = pattern.matches(part)
        if not matched:
            kept.append(part)
        elif joins and (aside := _joined(kept[-1], part)):
            kept[-1] = aside
        else:
            kept.append(aside_of(_role(part), [part]))
        joins = matched
    if not any(old is not new for old, new in zip(draft.parts, kept, strict=False)):
        draft.notes.append(f"No block matches {pattern.name}.")
    draft.parts = kept


def _joined(box: Part, part: Part) -> Aside | None:
    """Lines of one box that stand together; every advertisement is a slot of its own."""
    if not isinstance(box, Aside) or "ad" in (box.role, _role(part)):
        return None
    return aside_of(box.role, [box, part])


def _role(part: Part) -> AsideRole:
    text = part.text if isinstance(part, Block) else ""
    if is_ad_label(text):
        return "ad"
    return "related" if _RELATED.fullmatch(text) else "note"


def _leave_out(draft: Draft, pattern: Pattern) -> None:
    matched = [pattern.matches(part) for part in draft.parts]
    if not any(matched):
        draft.notes.append(f"No block matches {pattern.name}.")
    for part, out in zip(draft.parts, matched, strict=True):
        if out and isinstance(part, Block):
            draft.dropped.append(f"Left out by {pattern.option}: “{_opening(part.text)}”.")
    draft.parts = [part for part, out in zip(draft.parts, matched, strict=True) if not out]


def _opening(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
