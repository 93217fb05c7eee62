"""Pages that nobody here wrote: their paragraphs come in, in order, and little else."""

from __future__ import annotations

import pytest

from corrections_app.sources import read
from tests.bench.importing import folder, score

from .conftest import PAGES

CASES = folder(PAGES)


@pytest.mark.parametrize("name", CASES)
def test_the_article_of_a_real_page_comes_in_and_little_else(name: str) -> None:
    path, expected = CASES[name]
    result = score(name, read(path), expected)
    assert result.in_order >= 0.95, result.missing
    assert result.excess <= 0.05, result.surplus
    assert result.excess_characters <= 0.05, result.surplus
