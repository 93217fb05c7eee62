"""What is to become of an article, block by block, and whether it has become that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corrections_app.domain.errors import NotAmended
from corrections_app.domain.text.body import Aside, Block, Body, Mark, text_blocks

_BY_HAND = "change it in the site's own editor, and it comes in from there."


@dataclass(frozen=True, slots=True)
class Change:
    """One block of the article that gets other words; ``index`` counts the parts of the body."""

    index: int
    before: Block
    wished: Block


def changes(before: Body, wished: Body) -> list[Change]:
    """The blocks whose words change. Raises `NotAmended` where anything else would."""
    if len(before) != len(wished):
        raise NotAmended(
            f"The change adds, joins or takes away whole paragraphs, and only words are written: "
            f"{_BY_HAND}"
        )
    return list(_changes(before, wished))


def _changes(before: Body, wished: Body) -> Iterator[Change]:
    for index, (old, new) in enumerate(zip(before, wished, strict=True)):
        if is_alike(old, new):
            continue
        if isinstance(old, Aside) or isinstance(new, Aside):
            raise NotAmended(
                "The change is one of a picture, its text alternative or a box beside the text, "
                f"and only words of the text are written: {_BY_HAND}"
            )
        if old.kind == "byline":
            raise NotAmended(f"The byline is no text of the site, but made of its own: {_BY_HAND}")
        if _is(old) != _is(new) or old.text == new.text:
            raise NotAmended(
                "The change is one of emphasis, links or the kind of a paragraph, and only words "
                f"are written: {_BY_HAND}"
            )
        yield Change(index, old, new)


def with_changes(body: Body, changes: Sequence[Change]) -> Body:
    """The body in which these blocks are as they are wished."""
    parts = list(body)
    for change in changes:
        parts[change.index] = change.wished
    return tuple(parts)


def are_alike(one: Body, other: Body) -> bool:
    """Whether two bodies are the same but for pictures that are kept of one of them alone."""
    return len(one) == len(other) and all(map(is_alike, one, other))


def notes(body: Body) -> list[str | None]:
    """What the references to notes lead to, in order."""
    return [mark.href for part in text_blocks(body) for mark in part.marks if mark.kind == "note"]


def is_alike(one: Block | Aside, other: Block | Aside) -> bool:
    """The same of one part, however its marks are pieced together."""
    if isinstance(one, Aside) or isinstance(other, Aside):
        return _bare(one) == _bare(other)
    same = one.text == other.text and _is(one) == _is(other)
    return same and _marks(one.marks) == _marks(other.marks)


def _bare(part: Block | Aside) -> Block | Aside:
    return replace(part, media=None) if isinstance(part, Aside) else part


def _is(block: Block) -> Block:
    """What a block is, apart from what it says."""
    return replace(block, text="", marks=())


def _marks(marks: Sequence[Mark]) -> list[Mark]:
    """The marks in order, those of a kind that touch as one, without references to notes.

    Such a reference stands behind a word, whichever it becomes (`notes`).
    """
    done: list[Mark] = []
    rest = (mark for mark in marks if mark.kind != "note")
    for mark in sorted(rest, key=lambda mark: (mark.kind, mark.href or "", mark.start, mark.end)):
        last = done[-1] if done else None
        if last and (last.kind, last.href) == (mark.kind, mark.href) and mark.start <= last.end:
            done[-1] = replace(last, end=max(last.end, mark.end))
        else:
            done.append(mark)
    return done
