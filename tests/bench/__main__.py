"""Every figure that is promised, beside its reference in the same run: ``make bench``.

    python -m tests.bench [--quick] [--database postgresql] [--json FILE] [--rounds 5]
        [--rows 100000]

Its own servers: ``corrections serve`` as shipped but for higher limits on readers, which are
counted as ever, and `reference` under the same server with as many processes and threads. Each is
asked in turn, again and again, and what counts is the median of the ratios, because whatever else
the machine does falls on both. ``--quick`` takes a minute on two idle
processors, with 20,000 corrections in place of a million. Ends with 1 where a bar is missed, or
where something could not be measured: all else is, none the less.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench import bars, million, reading, writing
from tests.bench.bars import Row, tried
from tests.bench.load import CONNECTIONS, GENERATOR
from tests.bench.newsroom import newsrooms, together

MILLION, QUICK = 1_000_000, 20_000


def main() -> int:
    """Measure, print, keep, and say by the status whether all was reached."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="a minute")
    parser.add_argument("--json", type=Path, help="keep the figures in this file too")
    parser.add_argument("--rounds", type=int, help="how often each thing is measured")
    parser.add_argument("--seconds", type=int, help="how long each time")
    parser.add_argument(
        "--rows", type=int, dest="corrections", help="corrections in the large newsroom"
    )
    asked = parser.parse_args()
    asked.rounds = asked.rounds or (2 if asked.quick else 5)
    asked.seconds = asked.seconds or (1 if asked.quick else 3)
    asked.corrections = asked.corrections or (QUICK if asked.quick else MILLION)
    heading = (
        f"{asked.database}, {GENERATOR} with {CONNECTIONS} connections, {asked.rounds} rounds of "
        f"{asked.seconds} s, medians of ratios, {asked.corrections:,} corrections in the large one"
    )
    return bars.told(_rows(asked), heading, asked.json)


def _rows(asked: argparse.Namespace) -> Iterator[Row]:
    rounds, seconds = asked.rounds, asked.seconds
    plan = writing.Plan(rounds, 10 if asked.quick else 40)
    pairs = 10 if asked.quick else 50
    with newsrooms(asked.database) as rooms:

        def on_one_site() -> Iterable[Row]:
            room = rooms.filled(plan.fill)
            with together(rooms.reference(), room.served("--samples")) as (reference, site):
                yield from reading.rows(room, site, reference, rounds, seconds, asked.quick)
                yield from writing.rows(room, site, reference, plan, seconds)

        yield from tried("one site", on_one_site)
        yield from tried(
            "submission, SMTP hanging", lambda: [writing.beside_silent_mail(rooms, pairs)]
        )
        large = asked.corrections
        yield from tried(f"{large:,}", lambda: million.rows(rooms, large, rounds, seconds))


if __name__ == "__main__":
    sys.exit(main())
