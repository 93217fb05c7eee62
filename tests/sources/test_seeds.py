"""The sample articles: readable as listed, and showing all that an article can hold."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from corrections_app.domain.text.body import Aside, Block, is_canonical, text_blocks
from corrections_app.sources import Options, Seed, read, read_seeds

SEEDS = read_seeds(Path(__file__).parents[2] / "seeds")
SAMPLES = {seed.slug: read(seed.path, seed.options) for seed in SEEDS}


def test_every_article_in_the_folder_is_listed() -> None:
    folder = SEEDS[0].path.parent
    articles = {path for path in folder.glob("*.*") if path.suffix != ".toml"}
    assert {seed.path for seed in SEEDS} == articles


def test_every_picture_in_the_folder_is_shown_by_a_sample_and_is_light() -> None:
    pictures = set((SEEDS[0].path.parent / "pictures").iterdir())
    shown = {
        seed.path.parent / address
        for seed in SEEDS
        for address in SAMPLES[seed.slug].pictures.had.values()
    }
    assert shown == pictures
    assert all(path.stat().st_size < 16_384 for path in pictures)


@pytest.mark.parametrize("slug", SAMPLES)
def test_a_sample_is_a_whole_article_and_nothing_of_it_is_guessed(slug: str) -> None:
    sample = SAMPLES[slug]
    assert sample.notes == ()
    assert sample.title
    assert sample.byline
    assert sample.section
    assert sample.published
    assert all(map(is_canonical, text_blocks(sample.body)))
    assert 300 <= sum(len(block.text.split()) for block in text_blocks(sample.body)) <= 900


def test_the_samples_together_hold_everything_that_an_article_can() -> None:
    parts = list(chain.from_iterable(sample.body for sample in SAMPLES.values()))
    blocks = [part for part in parts if isinstance(part, Block)]
    assert {block.kind for block in blocks} >= {
        "title", "standfirst", "paragraph", "heading", "list_item", "quote", "caption", "byline",
        "cell",
    }  # fmt: skip
    assert {mark.kind for block in blocks for mark in block.marks} >= {"strong", "em", "link"}
    roles = {part.role for part in parts if isinstance(part, Aside)}
    assert roles >= {"ad", "related", "image"}
    text = "".join(block.text for block in blocks)
    assert {"“", "’", "–", "🐟"} <= set(text)
    assert {(sample.lang, sample.dir) for sample in SAMPLES.values()} == {
        ("en", "ltr"),
        ("uk", "ltr"),
        ("ar", "rtl"),
    }


def test_the_plain_text_sample_has_slots_and_box_in_their_place_and_no_invitation() -> None:
    sample = SAMPLES["harbour-tariffs"]
    shape = "".join("T" if isinstance(part, Block) else part.role[0] for part in sample.body)
    assert shape == "TTTTTTT" + "a" + "TT" + "r" + "TTT" + "a" + "TTTTT"
    (box,) = (part for part in sample.body if isinstance(part, Aside) and part.role == "related")
    assert len(box.lines) == 3
    assert sample.dropped == (
        "Left out by --drop: “To suggest a correction or clarification, write to us here…”.",
    )


def test_a_list_of_samples_names_slug_file_and_options(tmp_path: Path) -> None:
    (tmp_path / "seeds.toml").write_text(
        '["a.txt"]\ntitle = "A"\naside_between = [["x", "y"]]\n["b.md"]\n', encoding="utf-8"
    )
    assert read_seeds(tmp_path) == [
        Seed("a", tmp_path / "a.txt", Options(title="A", aside_between=(("x", "y"),))),
        Seed("b", tmp_path / "b.md", Options()),
    ]
