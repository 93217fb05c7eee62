"""What it costs to be sent something: CPU of hostile submissions beside a plain one.

    python -m tests.bench.strangers [--runs 5] [--profile "name of a case"]

One process, SQLite, an article of 50,000 characters that was imported again seven
times. Each figure is the least CPU (`time.process_time`) of some runs, in milliseconds,
of the whole request: a submission sent as a form that asks back, and the form's own
page for words of an older revision, the first time and the next.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.builders import ON_PURPOSE, document

BAR = 20.0
"""Milliseconds of CPU for anything that a stranger can send."""
PARAGRAPHS = 100
REIMPORTS = 7


def paragraphs(seed: int) -> list[str]:
    """Some 50,000 characters; other seeds change a few words of every tenth paragraph."""
    words = [f"{''.join(random.Random(n).sample('aeioustrnldm', 5))}" for n in range(900)]
    text = random.Random(7)
    found = []
    for n in range(PARAGRAPHS):
        line = [text.choice(words) for _ in range(83)]
        if n % 10 == seed % 10:
            line[40] = f"seed{seed}"
        found.append(" ".join(line).capitalize() + ".")
    return found


def cases(article: str) -> dict[str, tuple[int, int, str]]:
    """Where each hostile change begins and ends, and its words."""
    at = article.index(" ", 20_000) + 1
    long = article[at : at + 4_900].strip()
    until = at + len(long)
    shuffled = "".join(random.Random(5).sample(long, len(long)))
    word = article.index(" ", at)
    return {
        "plain": (at, word, "plain"),
        "a paragraph's typo": (at, until, long.replace("a", "e", 1)),
        "Mr. A.": (at, word, "Mr. A. " * 1_400),
        "Aa.": (at, word, "Aa. " * 2_490),
        "every letter apart": (at, until, " ".join(long)),
        "shuffled": (at, until, shuffled),
        "every word capital": (at, until, long.title()),
        "every word another": (at, until, long.replace(" ", "x ")),
        "no-break spaces": (at, word, " \u00a0" * 4_990),
        "zero-width spaces": (at, word, "\u200b" * 9_990),
        "bidi pairs": (at, word, "\u202ea\u202c" * 3_330),
        "combining marks": (at, word, "a" + "\u0301" * 9_980),
        "emoji families": (at, word, "👩\u200d👩\u200d👧" * 1_990),
        "flags": (at, word, "🇺🇦" * 4_990),
        "Hangul jamo": (at, word, "\u1100\u1161\u11a8" * 3_300),
        "digits": (at, word, "1" * 9_990),
        "numbers": (at, word, "1.5, " * 1_990),
        "quotation marks": (at, word, "“a” " * 2_490),
        "addresses": (at, word, "a.a.@" * 1_990),
        "links": (at, word, "https://a.b/ " * 760),
        "negations": (at, word, "don't " * 1_660),
        "dashes": (at, word, "–-" * 4_990),
        "all capitals": (at, word, "ABC DEF " * 1_240),
        "days": (at, word, "May 1 " * 1_660),
        "letters of two alphabets": (at, word, "w\u043erd " * 1_990),
        "line breaks": (at, word, "a\n\n" * 3_300),
    }


def main() -> int:
    """Print the figures; 1 where one is over the bar."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--profile", default="")
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="corrections-strangers-"))
    try:
        return _figures(folder, asked.runs, asked.profile)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _figures(folder: Path, runs: int, profiled: str) -> int:
    from tests.applications import Applications
    from tests.databases import Databases

    databases = Databases(folder)
    app = Applications(str(folder)).make(databases.fresh(), folder / "instance", own=True)
    with app.app_context():
        text = _import("long", 0)
    browser, worst = app.test_client(), 0.0
    print(f"article: {len(text):,} characters; bar: {BAR:g} ms of CPU\n")
    for number, (name, change) in enumerate(cases(text).items()):
        sends = []
        for run in range(runs):  # each to an article of its own, so that each is stored
            with app.app_context():
                _import(f"long-{number}-{run}", 0)
            sends.append(_sending(browser, f"long-{number}-{run}", text, *change))
        if name == profiled:
            _profile(sends.pop())
        worst = max(worst, _say(name, min(map(_cost, sends))))
    with app.app_context():
        for seed in range(1, REIMPORTS + 1):
            _import("long", seed)
    for name, cost in _opening(browser, text):
        _say(name, cost)
    databases.close()
    return int(worst > BAR)


def _import(slug: str, seed: int) -> str:
    from corrections_app.workflow.articles import importing, reading
    from corrections_app.workflow.clock import now

    told = document("A title", *paragraphs(seed))
    importing.bring_in(told, slug=slug, terms=ON_PURPOSE, now=now())
    text: str = reading.article_at(slug).current.text
    return text


def _sending(
    browser: Any, slug: str, text: str, start: int, end: int, words: str
) -> Callable[[], None]:
    fields = {"revision": 1, "start": start, "end": end, "exact": text[start:end]}
    fields |= {"replacement": words, "explanation": "Because.", "ask": "1"}

    def send() -> None:
        answer = browser.post(
            f"/articles/{slug}/corrections", data=fields, content_type="multipart/form-data"
        )
        assert answer.status_code in (303, 422), answer.status_code

    return send


def _opening(browser: Any, text: str) -> Iterator[tuple[str, float]]:
    """The form for words of each older revision: the first time, and when it is known."""
    for revision in (1, 4, REIMPORTS):
        path = f"/articles/long/corrections/new?revision={revision}&start=20000&end=20100"

        def get(path: str = path) -> None:
            assert browser.get(path).status_code in (200, 409)

        yield f"form of revision {revision}, first", _cost(get)
        yield f"form of revision {revision}, again", min(_cost(get) for _ in range(3))


def _cost(act: Callable[[], None]) -> float:
    begun = time.process_time()
    act()
    return 1_000 * (time.process_time() - begun)


def _say(name: str, cost: float) -> float:
    print(f"{name:28} {cost:7.1f} ms{'  over the bar' if cost > BAR else ''}", flush=True)
    return cost


def _profile(act: Callable[[], None]) -> None:
    profile = cProfile.Profile()
    profile.runcall(act)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(
        "corrections_app", 40
    )


if __name__ == "__main__":
    sys.exit(main())
