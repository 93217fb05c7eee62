"""Which facts a new text changes, in words: what may never go out silently by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import Block, Body, byline_of, canonical_text, text_blocks
from corrections_app.domain.warnings.flags import (
    FACTUAL,
    Flag,
    Weighed,
    changed_alternatives,
    linked,
    moved_cells,
)
from corrections_app.domain.warnings.risks import Risk

_LABELS: dict[Risk | Flag, str] = {
    Risk.NUMBER: "changes a number",
    Risk.DATE: "changes a date",
    Risk.NAME: "changes a name",
    Risk.QUOTATION: "changes a quotation",
    Risk.LINK: "changes a link",
    Risk.NEGATION: "changes a “not”",
    Flag.FACT: "undoes a correction of a fact that a reader called wrong",
}
_LONGEST = 60
_TOLD = 5


@dataclass(frozen=True)
class ChangedFact:
    """Words that were taken for others, and what kind of fact they touch."""

    risk: Risk | Flag
    before: str
    after: str

    def __str__(self) -> str:
        return f"{_LABELS[self.risk]}: {short(self.before)}, now {short(self.after)}"


def changed_facts(old: Body, new: Body) -> list[ChangedFact]:
    """Every fact that differs between two bodies, in the order of the text; links' targets last."""
    weighed = Weighed(_unsigned(old))
    text = weighed.text
    facts = [
        ChangedFact(risk, text[edit.start : edit.end], edit.replacement)
        for edit in edits(text, canonical_text(_unsigned(new)))
        for risk in sorted(weighed.risks((edit,)) & FACTUAL)
    ]
    facts += [
        ChangedFact(risk, words, f"the same in another column: {words}")
        for words, risks in moved_cells(old, new)
        for risk in sorted(risks)
    ]
    facts += [
        ChangedFact(risk, before, after)
        for before, after, risks in changed_alternatives(old, new)
        for risk in sorted(risks)
    ]
    signed = byline_of(old) or "", byline_of(new) or ""
    facts += [ChangedFact(Risk.NAME, *signed)] if signed[0] != signed[1] else []
    facts += _targets(old, new)
    return facts if any(fact.risk == Risk.LINK for fact in facts) else facts + _moved(old, new)


def _unsigned(body: Body) -> Body:
    """The body without its byline: a name that is told as a whole."""
    return tuple(part for part in body if not (isinstance(part, Block) and part.kind == "byline"))


def told(facts: list[ChangedFact]) -> str:
    """The first few of them in words."""
    rest = len(facts) - _TOLD
    words = "; ".join(str(fact) for fact in facts[:_TOLD])
    return f"{words}; and {rest} more" if rest > 0 else words


def short(words: str) -> str:
    """Words on one line at a length that a sentence can hold; "nothing" for none."""
    line = " ".join(words.split()) or "nothing"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _targets(old: Body, new: Body) -> list[ChangedFact]:
    """Links that lead elsewhere, came or went, whatever became of their words."""
    return _paired(_hrefs(old), _hrefs(new))


def _moved(old: Body, new: Body) -> list[ChangedFact]:
    """Links that lead where they led, from other words."""
    was, becomes = linked(old), linked(new)
    gone, came = was - becomes, becomes - was
    return _paired(*(Counter(words for _, words in side.elements()) for side in (gone, came)))


def _paired(was: Counter[str], becomes: Counter[str]) -> list[ChangedFact]:
    gone, came = list((was - becomes).elements()), list((becomes - was).elements())
    count = max(len(gone), len(came))
    pairs = zip(gone + [""] * (count - len(gone)), came + [""] * (count - len(came)), strict=True)
    return [ChangedFact(Risk.LINK, before, after) for before, after in pairs]


def _hrefs(body: Body) -> Counter[str]:
    """How often each address is linked; a link that words were put into counts once."""
    return Counter(
        mark.href
        for block in text_blocks(body)
        for mark in block.marks
        if mark.kind == "link" and mark.href
    )
