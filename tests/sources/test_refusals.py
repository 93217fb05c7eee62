"""What cannot be imported gets one clear line, with the file's name and the remedy."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import os

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import Options, read, read_all

ARTICLE = "Ferry\n\nNoon."


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"Caf\xe9\n\nNoon.", "not UTF-8"),
        ("a.txt", ARTICLE.encode("utf-16"), "UTF-16"),
        ("a.html", b"\x89PNG\0\0\0", "binary"),
        ("a.md", b"", "empty"),
        ("a.txt", b"\xef\xbb\xbf \n\t\n", "empty"),
        ("a.pdf", b"%PDF", "unknown ending"),
        ("a", b"Ferry", "unknown ending"),
        ("a.txt", b"x" * 2_000_001, "limit is 2 MB"),
        ("a.html", b"x" * 8_000_001, "limit is 8 MB"),
        ("a.md", b"# Ferry\n\n" + b"[" * 20_001, "20,000 brackets"),
        ("a.md", b"Only a paragraph.", "--title"),
        ("a.html", b"<p>Only a paragraph.", "--title"),
        ("a.md", b"# Only a headline", "nothing is left"),
        ("a.html", b"<h1>Only a headline</h1>", "nothing is left"),
    ],
)
def test_a_file_that_is_no_article_is_refused(document, name, content, words) -> None:
    path = document(name, content)
    with pytest.raises(ImportRefused) as refused:
        read(path)
    assert str(path) in refused.value.message
    assert words in refused.value.message
    assert "\n" not in refused.value.message


def test_a_file_of_50_mb_is_refused_by_its_size(document) -> None:
    path = document("a.txt", b"")
    with path.open("r+b") as file:
        file.truncate(50_000_000)
    with pytest.raises(ImportRefused, match=r"50\.0 MB, the limit is 2 MB"):
        read(path)


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name, words in (
        ("none.txt", "no such file"),
        ("folder.txt", "is a folder"),
        ("folder", "is a folder"),
        ("pipe.txt", "regular"),
    ):
        with pytest.raises(ImportRefused, match=words):
            read(tmp_path / name)


def test_a_name_with_a_line_break_still_makes_one_line(document) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(document("a\nb.txt", b""))
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(aside=("(",)), "--aside '\\('"),
        (Options(aside_between=((".*", "["),)), "--aside-between"),
        (Options(drop=("*",)), "--drop"),
        (Options(content="p["), "CSS selector"),
        (Options(published="yesterday"), "--published"),
        (Options(lang="English!"), "--lang"),
    ],
)
def test_a_malformed_option_is_refused_before_the_file_is_opened(tmp_path, options, words) -> None:
    with pytest.raises(ImportRefused, match=words):
        read(tmp_path / "none.html", options)


def test_a_selector_that_names_nothing_is_refused(document) -> None:
    path = document("a.html", "<title>Ferry</title><p>Noon.</p>")
    with pytest.raises(ImportRefused, match=r"--content 'main'"):
        read(path, Options(content="main"))


def test_a_selector_for_another_kind_of_file_is_said_to_have_no_effect(document) -> None:
    assert "--content" in read(document("a.txt", ARTICLE), Options(content="main")).notes[0]


def test_a_page_that_nests_everything_deep_is_refused_at_once(tmp_path):
    """Words beside an element are looked for around it: so many, so deep, took minutes."""
    page = tmp_path / "deep.html"
    nest = "<span class=related>" * 90 + "x" + "</span>" * 90
    page.write_text(f"<title>T</title><p>{nest * 900}</p>")

    with pytest.raises(ImportRefused, match="very deep"):
        read(page, Options())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "[caption " * 120_000),
        ("a.html", "[caption]<img src=x>" * 8_000),
        ("a.html", "[caption]<a " * 80_000),
        ("a.html", "[embed " * 120_000),
        ("a.html", "<a class=anchor href=#a>#</a>" * 20_000),
        ("a.md", "<h1>Word</h1>" * 30_000),
        ("a.xml", "\n" * 1_000_000),
    ],
)
def test_what_is_repeated_without_end_is_read_in_time_that_grows_no_faster(
    document, name: str, text: str
) -> None:
    """Each took time by the square of its length: minutes, or an hour for the last."""
    rss = f"<rss><channel><item><title>Ferry</title><description>Noon.{text}</description></item></channel></rss>"
    path = document(name, rss if name == "a.xml" else f"Noon.\n\n{text}")
    (found,) = read_all(path, Options(title="Ferry"))
    assert "Noon." in str(found.document)
