"""Real revisions of real prose with the true place of each range, where that data is at hand.

The folder is named by CORRECTIONS_ANCHORING_DATA or lies beside the checkout, in
``shared/anchoring``; the texts belong to their authors and are not part of this project.
Where there is no such folder this module holds no test.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path

from corrections_app.domain.alignment import Alignment

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "anchoring"
DATA = Path(os.environ.get("CORRECTIONS_ANCHORING_DATA", BESIDE)) / "dev.jsonl.gz"


def outcomes() -> Counter[tuple[str, str]]:
    """How often each outcome was met, for all ranges and for each class and script."""
    counted: Counter[tuple[str, str]] = Counter()
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            spans = pair["spans"]
            ranges = [(span["start"], span["end"]) for span in spans]
            places = Alignment(pair["old_text"], pair["new_text"]).carry_all(ranges)
            for span, place in zip(spans, places, strict=True):
                truth = span["truth"] and tuple(span["truth"])
                outcome = "right" if place == truth else "wrong" if place else "orphaned"
                groups = ["all", span["class"], *span.get("flags", ())]
                counted.update((group, outcome) for group in groups if group != "one")
                counted.update([("gone", outcome)] if truth is None else [])
    return counted


def share(counted: Counter[tuple[str, str]], group: str, outcome: str) -> float:
    """The outcome's share of a group, per cent."""
    total = sum(counted[group, one] for one in ("right", "wrong", "orphaned"))
    return 100 * counted[group, outcome] / total


if DATA.exists():

    def test_ranges_of_real_revisions_find_their_true_place() -> None:
        counted = outcomes()
        assert share(counted, "all", "right") >= 99.6
        assert share(counted, "all", "wrong") <= 0.02
        assert share(counted, "gone", "right") >= 99.8
        assert share(counted, "pending", "right") >= 98.5
        for script in ("cyr", "cjk+", "rtl"):
            assert share(counted, script, "right") >= 99.5, script
