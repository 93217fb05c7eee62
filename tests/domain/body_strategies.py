"""Bodies and edits for properties: every kind of block, awkward characters, furniture."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Cell,
    Mark,
    canonical_text,
    normalise,
)
from corrections_app.domain.text.edits import Edit

# Few characters, so that they meet: blanks, breaks, a base and its marks, jamo, joiners, a pair.
LETTERS = "aabe.,’- \n\t\u00a0\u0301\u0323\u200d\u1100\u1161👩🏽語"
raw_text = st.text(LETTERS, max_size=12)
kinds = st.sampled_from(["paragraph", "heading", "list_item", "quote", "preformatted", "caption"])


@st.composite
def blocks(draw: st.DrawFn, kind: str | None = None) -> Block:
    """A canonical block with some marks, nested or apart."""
    kind = kind or draw(kinds)
    text = normalise(draw(raw_text), preformatted=kind == "preformatted") or "x"
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    marks = [
        Mark(mark, low, high, "https://example.org/" if mark == "link" else None)
        for mark, low, high in zip(("link", "em"), cuts[::2], cuts[1::2], strict=False)
        if low < high
    ]
    return Block(kind, text, tuple(marks), level=1 if kind == "list_item" else 0)


@st.composite
def tables(draw: st.DrawFn) -> list[Block | Aside]:
    """The cells of a table, row by row, some of them empty."""
    width, places = draw(st.integers(1, 3)), draw(st.lists(st.booleans(), max_size=9))
    cells = [Cell(*divmod(at, width)) for at, is_there in enumerate(places) if is_there]
    return [replace(draw(blocks("cell")), cell=cell) for cell in cells]


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """A title, perhaps a standfirst and a byline, and what follows."""
    body: list[Block | Aside] = [draw(blocks("title"))]
    if draw(st.booleans()):
        body.append(draw(blocks("standfirst")))
    if draw(st.booleans()):
        body.append(draw(blocks("byline")))
    one = st.one_of(blocks(), blocks(), st.builds(Aside, st.just("ad")))
    rest = st.one_of(one.map(lambda part: [part]), tables())
    return tuple(body + [part for some in draw(st.lists(rest, max_size=4)) for part in some])


@st.composite
def edits_of(draw: st.DrawFn, text: str, most: int = 3) -> tuple[Edit, ...]:
    """Edits anywhere in the text, in order and not overlapping."""
    count = draw(st.integers(1, most))
    places = st.integers(0, len(text))
    cuts = sorted(draw(st.lists(places, min_size=2 * count, max_size=2 * count)))
    return tuple(
        Edit(low, high, draw(raw_text)) for low, high in zip(cuts[::2], cuts[1::2], strict=True)
    )


@st.composite
def bodies_with_edits(draw: st.DrawFn, most: int = 3) -> tuple[Body, tuple[Edit, ...]]:
    body = draw(bodies())
    return body, draw(edits_of(canonical_text(body), most))
