"""How well pages of other people are imported: recall, order and excess.

A folder holds `NAME.source.html` (the page as it was served) and
`NAME.expected.html` (what a careful reader takes for the article). Run it with

    python -m tests.bench.importing [--data ../shared/pages] [--show]

Where `trafilatura` is installed by hand (it is no dependency), it reads the
same pages beside us. The last line says how many pages a second of one core's
CPU time reads, the pages of the folder in turn.

A paragraph with words that its author struck out counts as found with them or
without them: we leave them out on purpose (decision 0017), others keep them.
No page may be found by leaving out anything else.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corrections_app.domain.text.body import Aside, Block, text_blocks
from corrections_app.sources import Document, Options, read

INNERMOST = (
    "p, li, h1, h2, h3, h4, h5, h6, blockquote, pre, figcaption, dd, dt, div, section, article, "
    "td, th"
)
BLOCKS = frozenset(INNERMOST.split(", "))
NOT_WORDS = frozenset({"script", "style", "table"})
STRUCK = frozenset({"del", "s", "strike"})
# The application shows these from the page's metadata: not the body's business.
APART = ("title", "standfirst", "byline")


@dataclass(frozen=True)
class Score:
    """One page: shares from 0 to 1, and the words behind them."""

    name: str
    expected: int
    recall: float
    in_order: float
    excess: float
    excess_characters: float
    missing: list[str]
    surplus: list[str]


def score(name: str, document: Document, expected: str) -> Score:
    """Compare what was imported with what was expected, paragraph by paragraph."""
    wanted = list(zip(paragraphs(expected), paragraphs(expected, STRUCK), strict=True))
    blocks = text_blocks(document.body)
    came = [squeezed(words) for part in document.body for words in _words(part)]
    places = _places(wanted, came)
    missing = [text for (text, _), at in zip(wanted, places, strict=True) if not at]
    whole = LexborHTMLParser(expected)
    known = squeezed(whole.text())
    whole.strip_tags(sorted(STRUCK))
    unstruck = squeezed(whole.text())
    surplus = [block for block in blocks if _is_surplus(block, known, unstruck)]
    total = sum(map(len, came)) or 1
    return Score(
        name,
        len(wanted),
        1 - len(missing) / len(wanted),
        _longest_rise(places) / len(wanted),
        len(surplus) / max(1, len(blocks)),
        sum(len(squeezed(block.text)) for block in surplus) / total,
        missing,
        [block.text for block in surplus],
    )


def paragraphs(html: str, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """The words of every innermost block of the expected page, blanks left out."""
    for node in LexborHTMLParser(html).css(INNERMOST):
        if squeezed("".join(_own_text(node, NOT_WORDS))):
            yield squeezed("".join(_own_text(node, NOT_WORDS | without)))


def squeezed(text: str) -> str:
    """The words without any blanks, which pages and extractors place as they like."""
    return re.sub(r"\s+", "", text)


def folder(root: Path) -> dict[str, tuple[Path, str]]:
    """Every page of a folder that has an expected outcome."""
    return {
        path.name.removesuffix(".source.html"): (path, expected.read_text(encoding="utf-8"))
        for path in sorted(root.glob("*.source.html"))
        if (expected := path.with_name(path.name.replace(".source.", ".expected."))).exists()
    }


def _own_text(node: LexborNode, left_out: frozenset[str]) -> Iterator[str]:
    """Text below a block that no block inside it holds."""
    child = node.child
    while child is not None:
        if child.is_text_node:
            yield child.text_content or ""
        elif child.tag not in BLOCKS and child.tag not in left_out:
            yield from _own_text(child, left_out)
        child = child.next


def _words(part: Block | Aside) -> tuple[str, ...]:
    """A block's text, which a cell of a table is one of."""
    return (part.text,) if isinstance(part, Block) else ()


def _places(wanted: Sequence[tuple[str, str]], came: Sequence[str]) -> list[list[int]]:
    """For each paragraph, in either of its forms, which blocks it may be."""
    exact: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(came):
        exact[text].append(at)

    def places(text: str) -> list[int]:
        held = (at for at, block in enumerate(came) if text in block)
        return (exact.get(text) or list(held)) if text else []

    return [places(with_struck) or places(without) for with_struck, without in wanted]


def _longest_rise(places: Sequence[Sequence[int]]) -> int:
    """How many paragraphs, at most, stand in the expected order (patience sorting)."""
    tails: list[int] = []
    for options in places:
        for at in sorted(options, reverse=True):
            slot = bisect_right(tails, at)
            tails[slot : slot + 1] = [at]
    return len(tails)


def _is_surplus(block: Block, *known: str) -> bool:
    return block.kind not in APART and not any(squeezed(block.text) in words for words in known)


def peer(name: str, path: Path, expected: str) -> Score | None:
    """The same page read by trafilatura, at its most thorough; None where it is not installed."""
    try:
        from trafilatura import extract
    except ImportError:
        return None
    text = extract(path.read_text(encoding="utf-8"), favor_recall=True, include_tables=True)
    lines = filter(str.strip, (text or "").split("\n"))
    body = tuple(Block("paragraph", line.strip(" -|")) for line in lines)
    return score(name, Document(body, None, None, "en", "ltr", None, None), expected)


def speed(paths: Sequence[Path], count: int) -> float:
    """How many pages are read in a second of one core's work, the files in turn."""
    begun = time.process_time()
    for at in range(count):
        read(paths[at % len(paths)], Options(title=None))
    return count / (time.process_time() - begun)


def _line(name: str, found: Score) -> str:
    figures = (found.recall, found.in_order, found.excess, found.excess_characters)
    return f"{name:<28}{found.expected:>6}" + "".join(f"{share:>8.1%}" for share in figures)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/pages"))
    parser.add_argument("--show", action="store_true", help="print what is missing and surplus")
    parser.add_argument("--pages", type=int, default=1_000, help="how many to read for the speed")
    arguments = parser.parse_args()
    if not folder(arguments.data):
        parser.error(f"no pages in {arguments.data}: name their folder with --data")
    print(f"{'page':<28}{'paras':>6}{'recall':>8}{'order':>8}{'excess':>8}{'chars':>8}")
    reached = compared = True
    for name, (path, expected) in folder(arguments.data).items():
        result = score(name, read(path, Options(title=None)), expected)
        print(_line(name, result))
        other = peer(name, path, expected)
        compared = other is not None
        if other:
            print(_line("  trafilatura", other))
        if arguments.show:
            print("".join(f"    - {text[:140]}\n" for text in result.missing), end="")
            print("".join(f"    + {text[:140]}\n" for text in result.surplus), end="")
        reached &= result.in_order >= 0.95 and result.excess <= 0.05
    if not compared:
        print("trafilatura is not installed, so nothing stands beside it: pip install trafilatura")
    paths = [path for path, _ in folder(arguments.data).values()]
    print(f"{arguments.pages} pages, one core: {speed(paths, arguments.pages):.0f} a second")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
