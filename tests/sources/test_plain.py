"""Plain text: a blank line separates blocks, a single line break is a blank."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import pytest

from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources import Options, read


def texts(document):
    return [part.text for part in document.body if isinstance(part, Block)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_blank_line_separates_blocks_and_a_line_break_is_a_blank(document, end: str) -> None:
    path = document("a.txt", f"The quay{end}{end}One{end}two.{end} \t{end}{end}Three.{end}")
    assert texts(read(path)) == ["The quay", "One two.", "Three."]


@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("Ferry late again", True),
        ("Will the ferry sail?", True),
        ("“The ferry is late”", True),
        ("The ferry is late.", False),
        ("“The ferry is late.”", False),
        ("The ferry, " * 20 + "is late", False),
    ],
)
def test_a_short_first_block_that_is_no_sentence_is_the_title(document, first, is_title) -> None:
    path = document("a.txt", f"{first}\n\nIt left at noon.")
    if is_title:
        assert read(path).title == first
    else:
        with pytest.raises(ImportRefused, match="--title"):
            read(path)


def test_a_given_title_stands_above_all_blocks_and_is_not_repeated(document) -> None:
    path = document("a.txt", "Ferry late\n\nIt left at noon.")
    assert texts(read(path, Options(title="Boat"))) == ["Boat", "Ferry late", "It left at noon."]
    assert texts(read(path, Options(title="Ferry late"))) == ["Ferry late", "It left at noon."]


def test_a_byte_order_mark_is_not_text(document) -> None:
    assert read(document("a.txt", b"\xef\xbb\xbfFerry\n\nNoon.")).title == "Ferry"


def test_text_without_a_language_is_english_and_that_is_said(document) -> None:
    read_document = read(document("a.txt", "Ferry\n\nNoon."))
    assert (read_document.lang, read_document.dir) == ("en", "ltr")
    assert "taken as en" in read_document.notes[0]


@pytest.mark.parametrize(
    ("lang", "stored", "direction"),
    [
        ("ar", "ar", "rtl"),
        ("he-il", "he-IL", "rtl"),
        ("uk", "uk", "ltr"),
        ("az-arab", "az-Arab", "rtl"),
    ],
)
def test_the_direction_follows_the_language(document, lang, stored, direction) -> None:
    read_document = read(document("a.txt", "Ferry\n\nNoon."), Options(lang=lang))
    assert (read_document.lang, read_document.dir) == (stored, direction)


def test_what_the_operator_says_is_stored(document) -> None:
    said = Options(section=" Harbour ", byline="Ida  Voss", published="2024-02-13T10:00+02:00")
    read_document = read(document("a.txt", "Ferry\n\nNoon."), said)
    assert (read_document.section, read_document.byline) == ("Harbour", "Ida Voss")
    assert read_document.published.isoformat() == "2024-02-13T08:00:00+00:00"


def test_furniture_alone_is_no_article(document) -> None:
    path = document("a.txt", "Ferry\n\nAdvertisement")
    with pytest.raises(ImportRefused, match="nothing is left"):
        read(path, Options(aside=("Advertisement",)))


def test_an_advertisement_is_a_slot_of_its_own(document) -> None:
    path = document("a.txt", "Ferry\n\nNoon.\n\nAdvertisement\n\nAdvertisement\n\nNight.")
    body = read(path, Options(aside=("Advertisement",))).body
    assert body[2:4] == (Aside("ad", ("Advertisement",)),) * 2


def items(document) -> list[tuple[str, int | None, str]]:
    kinds = {"paragraph": "p", "list_item": "li"}
    return [(kinds[part.kind], part.number, part.text) for part in document.body[1:]]


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("To buy:\n• milk\n• bread\n  and salt", [("p", None, "To buy:"), ("li", None, "milk"), ("li", None, "bread and salt")]),
        ("• milk", [("li", None, "milk")]),
        ("- milk\n- bread", [("li", None, "milk"), ("li", None, "bread")]),
        ("* milk\n* bread", [("li", None, "milk"), ("li", None, "bread")]),
        ("2. milk\n3. bread", [("li", 2, "milk"), ("li", None, "bread")]),
        ("1) milk\n2) bread", [("li", None, "milk"), ("li", None, "bread")]),
        # What may be a sentence stays one.
        ("3. Oktober war\nsonnig.", [("p", None, "3. Oktober war sonnig.")]),
        ("1986. It began.\n1987. It went on.", [("p", None, "1986. It began. 1987. It went on.")]),
        ("3. Oktober bis\n9. November.", [("p", None, "3. Oktober bis 9. November.")]),
        ("- Who is there?", [("p", None, "- Who is there?")]),
        ("— Who is there?\n— I am.", [("p", None, "— Who is there? — I am.")]),
        ("It fell by\n-3 degrees and\n-5 degrees.", [("p", None, "It fell by -3 degrees and -5 degrees.")]),
    ],
)  # fmt: skip
def test_lines_with_bullets_or_numbers_in_turn_are_items(document, text: str, came) -> None:
    assert items(read(document("a.txt", f"Ferry late\n\n{text}"))) == came
