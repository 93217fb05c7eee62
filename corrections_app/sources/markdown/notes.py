"""Footnotes in Markdown: taken out of the text, numbered, and put behind it as blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

import regex
from markdown_it import MarkdownIt

_NOTE = regex.compile(r" {0,3}\[\^([^\]\s^]{1,80})\]:[ \t]*(.*)")
_FENCE = regex.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(slots=True)
class Notes:
    """The notes of one document; they are numbered in the order in which they are referred to."""

    _texts: dict[str, list[str]] = field(default_factory=dict)
    _order: dict[str, int] = field(default_factory=dict)

    def collected(self, text: str) -> str:
        """The text without its notes, which are kept."""
        kept: list[str] = []
        label: str | None = None
        for line, in_code in lines_with_code(text):
            begins = None if in_code else _NOTE.fullmatch(line)
            if begins:
                label = begins[1]
                self._texts.setdefault(label, [begins[2]])
            elif label is not None and (line.startswith(("    ", "\t")) or not line.strip()):
                self._texts[label].append(line.removeprefix("\t").removeprefix("    "))
            elif label is not None and self._texts[label][-1].strip():
                self._texts[label].append(line)  # a paragraph goes on, however it is set in
            else:
                label = None
                kept.append(line)
                continue
            kept.append("")
        return "\n".join(kept)

    def number_of(self, label: str) -> int | None:
        """The number of the note that a reference means, or None where there is none."""
        if label not in self._texts:
            return None
        return self._order.setdefault(label, len(self._order) + 1)

    def add(self, text: str) -> int:
        """Keep a note that stands within the sentence; its number."""
        label = f"^{len(self._texts)}"
        self._texts[label] = [text]
        number = self.number_of(label)
        assert number is not None
        return number

    def rendered(self, parser: MarkdownIt) -> str:
        """The notes as a list, those that nothing refers to behind the others."""
        done: list[str] = []
        for label in self._all():
            text = "\n".join(self._texts[label])
            done.append(f"<li>{parser.render(text)}</li>")
        return f"<ol>{''.join(done)}</ol>" if done else ""

    def _all(self) -> Iterator[str]:
        # A note may refer to a further one while it is rendered.
        done: set[str] = set()
        while waiting := [label for label in self._order if label not in done]:
            for label in waiting:
                done.add(label)
                yield label
        for label in list(self._texts):
            if label not in done:
                self.number_of(label)
                done.add(label)
                yield label


def lines_with_code(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text, each with whether it is of a fenced block of code."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            yield line, True
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif found:
            fence = found[1]
            yield line, True
        else:
            yield line, False


def reference(number: int) -> str:
    """A reference as the HTML reader knows it."""
    return f'<sup><a href="#fn{escape(str(number))}">{number}</a></sup>'
