"""The vectors in `tests/vectors/`, which the browser's code must pass as well.

`offsets.json`: blocks, a selection in UTF-16 units of the joined text, and the
same in code points. `selections.json`: a selection as made, and the words it
means (`null`: none), in code points.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corrections_app.domain.anchoring import cut
from corrections_app.domain.errors import NotFoundInText
from corrections_app.domain.text.body import SEPARATOR, normalise

VECTORS = Path(__file__).parents[1] / "vectors"


def vectors(name: str) -> list[Any]:
    cases = json.loads((VECTORS / name).read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in cases]


def code_points(text: str, units: int) -> int:
    """How many code points the first so many UTF-16 units of a text are."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le"))


@pytest.mark.parametrize("case", vectors("offsets.json"))
def test_utf_16_offsets_and_code_points_name_the_same_words(case: dict[str, Any]) -> None:
    text = SEPARATOR.join(case["blocks"])
    assert [normalise(block) for block in case["blocks"]] == case["blocks"]
    assert code_points(text, case["utf16_start"]) == case["start"]
    assert code_points(text, case["utf16_end"]) == case["end"]
    assert text[case["start"] : case["end"]] == case["exact"]


@pytest.mark.parametrize("case", vectors("selections.json"))
def test_a_selection_is_cut_to_whole_words_and_letters(case: dict[str, Any]) -> None:
    if case["cut"] is None:
        with pytest.raises(NotFoundInText):
            cut(case["text"], case["start"], case["end"])
        return
    start, end = cut(case["text"], case["start"], case["end"])
    assert {"start": start, "end": end, "exact": case["text"][start:end]} == case["cut"]
