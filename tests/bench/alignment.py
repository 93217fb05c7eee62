"""How well and how fast ranges are carried to the next revision, beside two peers.

    python -m tests.bench.alignment [--data ../shared/anchoring]

`--data` names a folder with `dev.jsonl.gz`, real revisions with the true place of each
range; without it the ranges stand in articles made up here. The peers run in the same
process on the same ranges: a plain character diff (fast-diff-match-patch, a range is kept
when it lies in one equal part) and the exact quote, placed by 32 characters of context.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import fast_diff_match_patch as fdmp

from corrections_app.domain.alignment import Alignment, shift

Span = tuple[int, int]
Method = Callable[[str, str, Sequence[Span]], Sequence[Span | None]]
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "anchoring"
CONTEXT = 32
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Pair:
    """Two revisions, ranges of the old one, and where each stands in the new one."""

    old: str
    new: str
    spans: list[Span]
    truths: list[Span | None]
    rewritten: bool


# -- the methods


def ours(old: str, new: str, spans: Sequence[Span]) -> list[Span | None]:
    return Alignment(old, new).carry_all(spans)


def plain_diff(old: str, new: str, spans: Sequence[Span]) -> list[Span | None]:
    starts, ends, shifts = [0], [0], [0]
    at = to = 0
    for sign, size in fdmp.diff(old, new, timelimit=1, cleanup="Semantic"):
        if sign == "=":
            starts.append(at)
            ends.append(at + size)
            shifts.append(to - at)
        at += size if sign in "=-" else 0
        to += size if sign in "=+" else 0
    places: list[Span | None] = []
    for start, end in spans:
        part = bisect_right(starts, start) - 1
        by = shifts[part]
        places.append((start + by, end + by) if end <= ends[part] else None)
    return places


def exact_quote(old: str, new: str, spans: Sequence[Span]) -> list[Span | None]:
    return [_best_quote(old, new, start, end) for start, end in spans]


def _best_quote(old: str, new: str, start: int, end: int) -> Span | None:
    quote, best, place = old[start:end], -1.0, None
    at = new.find(quote)
    while at >= 0:
        before = zip(reversed(old[max(0, start - CONTEXT) : start]), reversed(new[:at][-CONTEXT:]))  # noqa: B905
        after = zip(old[end : end + CONTEXT], new[at + len(quote) :][:CONTEXT])  # noqa: B905
        score = _run(before) + _run(after) - abs(at - start) / (len(new) + 1)
        if score > best:
            best, place = score, (at, at + len(quote))
        at = new.find(quote, at + 1)
    return place


def _run(pairs: Iterator[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


METHODS: dict[str, Method] = {
    "ours": ours,
    "fast-diff-match-patch": plain_diff,
    "exact quote + context": exact_quote,
}


# -- the revisions


def real(folder: Path) -> list[Pair]:
    with gzip.open(folder / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_pair(row) for row in map(json.loads, lines)]


def _pair(row: dict[str, object]) -> Pair:
    spans: list[dict[str, object]] = row["spans"]  # type: ignore[assignment]
    return Pair(
        str(row["old_text"]),
        str(row["new_text"]),
        [(span["start"], span["end"]) for span in spans],  # type: ignore[misc]
        [span["truth"] and tuple(span["truth"]) for span in spans],  # type: ignore[arg-type, misc]
        row["sort"] == "rewrite",
    )


def made_up(count: int = 60) -> list[Pair]:
    """Articles of invented words, copy-edited, cut and rearranged; every word's fate is known."""
    rng = random.Random(11)
    letters = "etaoinshrdlu"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(900)]
    return [_article(rng, words, rewritten=number % 4 == 0) for number in range(count)]


def _article(rng: random.Random, words: list[str], *, rewritten: bool) -> Pair:
    paragraphs = [
        [(number, rng.choice(words)) for number in range(at * 100, at * 100 + rng.randint(30, 90))]
        for at in range(25)
    ]
    old, places = _written(paragraphs)
    for paragraph in paragraphs:
        for at, (number, word) in enumerate(paragraph):
            if rng.random() < (0.1 if rewritten else 0.01):
                paragraph[at] = (-1, rng.choice(words)) if number % 2 else (number, word)
    moved = paragraphs.pop(rng.randrange(len(paragraphs)))
    paragraphs.insert(rng.randrange(len(paragraphs)), moved)
    del paragraphs[rng.randrange(len(paragraphs))]
    new, now = _written(paragraphs)
    asked = rng.sample(sorted(places), 60)
    return Pair(old, new, [places[n] for n in asked], [now.get(n) for n in asked], rewritten)


def _written(paragraphs: list[list[tuple[int, str]]]) -> tuple[str, dict[int, Span]]:
    text, places = "", {}
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        for number, word in paragraph:
            text += " " if text and text[-1] != "\n" else ""
            if number >= 0:
                places[number] = (len(text), len(text) + len(word))
            text += word
    return text, places


# -- the measures


def quality(pairs: list[Pair]) -> None:
    total = sum(len(pair.spans) for pair in pairs)
    print(f"\nQuality: {len(pairs)} pairs of revisions, {total} ranges; per cent")
    print(f"{'':24}{'right':>8}{'wrong place':>13}{'lost':>8}{'let go':>8}{'us a range':>12}")
    for name, method in METHODS.items():
        seen: Counter[tuple[bool, str]] = Counter()
        began = time.process_time()
        for pair in pairs:
            for place, truth in zip(
                method(pair.old, pair.new, pair.spans), pair.truths, strict=True
            ):
                outcome = "right" if place == truth else "wrong" if place else "lost"
                seen[truth is None, outcome] += 1
        spent = (time.process_time() - began) / total * 1e6
        right, wrong = (100 * (seen[0, one] + seen[1, one]) / total for one in ("right", "wrong"))
        gone = seen[True, "right"] + seen[True, "wrong"] or 1
        lost = 100 * seen[False, "lost"] / (total - gone)
        let_go = 100 * seen[True, "right"] / gone
        print(f"{name:24}{right:8.2f}{wrong:13.3f}{lost:8.2f}{let_go:8.2f}{spent:12.0f}")


def speed(pairs: list[Pair], count: int = 10_000) -> None:
    print(f"\nSpeed: {count:,} ranges of one article; ms of CPU, the best of three")
    for kind, size in (
        ("proof-read", 100_000),
        ("rewritten", 100_000),
        ("rewritten", 300_000),
        ("one paragraph", 100_000),
    ):
        old, new = _glued(pairs, kind, size)
        rng = random.Random(5)
        starts = [rng.randrange(len(old) - 40) for _ in range(count)]
        spans = [(start, start + rng.randint(1, 30)) for start in starts]
        print(f"{kind:14}{len(old):>8,} characters", end="")
        for name in ("ours", "fast-diff-match-patch"):
            task = partial(METHODS[name], old, new, spans)
            best = min(_cpu(task) for _ in range(3))
            print(f"   {name} {best * 1000:7.1f}", end="")
        print()
    edits = [(at * 2_000, at * 2_000 + 5, "words") for at in range(40)]
    spans = [(at * 8 + 6, at * 8 + 9) for at in range(count)]
    spent = _cpu(partial(shift, spans, edits)) * 1000
    print(f"{len(edits)} edits of the program's own, exact shift   ours {spent:7.1f}")


def _glued(pairs: list[Pair], kind: str, size: int) -> tuple[str, str]:
    chosen = [pair for pair in pairs if pair.rewritten == (kind == "rewritten")]
    old: list[str] = []
    new: list[str] = []
    length = turn = 0
    while length < size:
        pair = chosen[turn % len(chosen)]
        # Where the sources do not suffice they come again, marked so that no line stands twice.
        mark = f" {turn // len(chosen)}" if turn >= len(chosen) else ""
        kept = kind != "rewritten" and turn % 3
        old.append(pair.old.replace("\n", f"{mark}\n"))
        new.append(old[-1] if kept else pair.new.replace("\n", f"{mark}\n"))
        length += len(pair.old)
        turn += 1
    texts = "\n".join(old), "\n".join(new)
    if kind == "one paragraph":
        return texts[0].replace("\n", " "), texts[1].replace("\n", " ")
    return texts


def _cpu(task: Callable[[], object]) -> float:
    began = time.process_time()
    task()
    return time.process_time() - began


def hostile_pairs() -> dict[str, Callable[[], tuple[str, str]]]:
    def noise(seed: int, alphabet: str) -> str:
        return "".join(random.Random(seed).choices(alphabet, k=MEGABYTE))

    def shuffled(text: str, joint: str) -> str:
        parts = text.split(joint)
        random.Random(3).shuffle(parts)
        return joint.join(parts)

    prose = "abcdefghijklm   "
    signs = "".join(map(chr, range(33, 127)))
    return {
        "a...a, a...b": lambda: ("a" * MEGABYTE, "a" * (MEGABYTE - 1) + "b"),
        "one word, repeated": lambda: ("word " * 200_000, "word " * 199_000),
        "one word, another": lambda: ("word " * 200_000, "other " * 166_000),
        "two words in turn": lambda: ("ab cd " * 166_000, "cd ab " * 166_000),
        "random words": lambda: (noise(1, prose), noise(2, prose)),
        "random signs": lambda: (noise(1, signs), noise(2, signs)),
        "one huge paragraph": lambda: (noise(1, prose), noise(1, prose).replace("abc", "cab")),
        "shuffled words": lambda: (noise(1, prose), shuffled(noise(1, prose), " ")),
        "shuffled lines": lambda: (
            noise(1, prose + "\n"),
            shuffled(noise(1, prose + "\n"), "\n"),
        ),
        "all quotes curled": lambda: ('"a" ' * 250_000, "“a” " * 250_000),
    }


def hostile() -> None:
    print("\nHostile pairs of 1 MB each, with 10,000 ranges (bar: 2,000 ms, 200 MB)")
    for name in hostile_pairs():
        # A process of its own, because a peak is never forgotten.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            spent, peak, kept = alone.submit(endure, name).result()
        print(f"{name:24}{spent * 1000:8.0f} ms{peak / 1024:8.0f} MB{kept:8,} carried")


def endure(name: str) -> tuple[float, int, int]:
    """CPU seconds, peak memory of the process in KB, and ranges carried."""
    old, new = hostile_pairs()[name]()
    spans = [(at, at + 5) for at in range(0, len(old) - 5, len(old) // 10_000)]
    began = time.process_time()
    places = ours(old, new, spans)
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return spent, peak, sum(place is not None for place in places)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=BESIDE, help="folder with dev.jsonl.gz")
    folder: Path = parser.parse_args().data
    at_hand = (folder / "dev.jsonl.gz").exists()
    print(f"Alignment, on {'real revisions' if at_hand else 'made-up articles'}")
    pairs = real(folder) if at_hand else made_up()
    quality(pairs)
    speed(pairs)
    hostile()


if __name__ == "__main__":
    main()
