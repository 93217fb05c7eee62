"""Whether a change touches facts: asked of what it does."""

from __future__ import annotations

import pytest

from corrections_app.domain.bodies.patch import patch, widened
from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import Aside, Block, Cell, Mark, Media, canonical_text
from corrections_app.domain.warnings.flags import (
    FACTUAL,
    Flag,
    Weighed,
    among,
    flags_between,
    links_in,
)
from corrections_app.domain.warnings.risks import Risk
from tests.builders import HARBOUR, body

TITLE, VOTED, WORK, SAID = HARBOUR


def test_what_flags_is_said_once():
    assert {str(risk) for risk in FACTUAL} | {"fact"} == {str(flag) for flag in Flag}
    assert FACTUAL.isdisjoint({Risk.INVISIBLE, Risk.LOOKALIKE, Risk.LONGER})


@pytest.mark.parametrize(
    ("risks", "fact", "flags"),
    [
        ((), False, ()),
        ((), True, ("fact",)),
        ((Risk.LONGER, Risk.LOOKALIKE, Risk.INVISIBLE), False, ()),
        ((Risk.NEGATION, Risk.NUMBER), True, ("number", "negation", "fact")),
        (FACTUAL, False, ("number", "date", "name", "quotation", "link", "negation")),
    ],
)
def test_the_flags_come_in_one_order(risks, fact, flags):
    assert among(risks, fact=fact) == flags


@pytest.mark.parametrize(
    ("exact", "replacement", "flags"),
    [
        ("the the", "the", ()),
        ("four", "five", ("number",)),
        ("May 2025", "June 2025", ("date",)),
        ("Marlow", "Marlowe", ("name", "quotation")),
        ("will begin", "will not begin", ("negation",)),
    ],
)
def test_the_flags_of_edits_are_those_of_the_words(exact, replacement, flags):
    said = "“Yes, Ada Marlow,” so." if exact == "Marlow" else "Ada Marlow said so."
    weighed = Weighed(body(TITLE, VOTED, WORK, said))
    parts = edits(exact, replacement, weighed.text.index(exact))

    assert among(weighed.risks(parts)) == flags
    assert among(weighed.risks(parts), fact=True) == (*flags, "fact")


SIGNED = (
    Block("title", "The ferry"),
    Block("byline", "Ida Voss"),
    Block("cell", "Island", cell=Cell(0, 0, scope="col")),
    Block("cell", "Germany", cell=Cell(1, 0)),
    Block("paragraph", "Germany won, and not by luck."),
)


@pytest.mark.parametrize(
    ("exact", "replacement", "flags"),
    [
        ("Ida", "ida", ("name",)),
        ("Ida Voss", "", ("name",)),
        ("Voss", "Voss and Kaja Lund", ("name",)),
        ("Germany", "France", ("name",)),
        ("Germany", "Germanny", ()),
        ("The", "A", ()),
    ],
)
def test_names_of_the_byline_and_of_cells_are_flagged_by_where_they_stand(
    exact, replacement, flags
):
    weighed = Weighed(SIGNED)
    made = edits(exact, replacement, weighed.text.index(exact))

    assert among(weighed.risks(widened(SIGNED, made))) == flags
    assert flags_between(SIGNED, patch(SIGNED, made)) == flags


BODY = body(*HARBOUR)


@pytest.mark.parametrize(
    ("new", "flags"),
    [
        (BODY, ()),
        (body(TITLE, VOTED.replace("the the", "the"), WORK, SAID), ()),
        (body(TITLE, VOTED, WORK.replace("four", "five"), SAID), ("number",)),
        (body(TITLE, VOTED, WORK, SAID.replace("Marlow", "Marlowe")), ("name",)),
        (body(TITLE, VOTED, WORK, SAID.replace("high", "about")), ("quotation",)),
        (body(TITLE, VOTED.replace("voted", "did not vote"), WORK, SAID), ("negation",)),
        (body(TITLE, VOTED, SAID), ("number", "date")),
        (body(TITLE, VOTED, WORK, SAID, "It rains."), ()),
        (body(TITLE, VOTED, WORK, SAID, "It rained on 12 boats."), ("number",)),
        (body(TITLE, WORK, VOTED, SAID), ()),
        (body(TITLE, VOTED, "Work will begin in May 2025", "and cost about four million pounds.",
              SAID), ()),
        (body(TITLE, VOTED, f"{WORK} It rains.", SAID), ()),
        (body(TITLE, VOTED, WORK, WORK, SAID), ("number", "date")),
    ],
)  # fmt: skip
def test_another_body_is_flagged_for_what_it_says_otherwise(new, flags):
    assert flags_between(BODY, new) == flags
    assert flags_between(BODY, new, fact=True) == (*flags, "fact")


def test_a_name_at_the_beginning_of_a_paragraph_is_known_from_elsewhere():
    old = body("A title", "Lindquist laughed.", "The mayor met Lindquist.")

    assert flags_between(old, body("A title", "Lindqvist laughed.", old[2].text)) == ("name",)


PLACE = "https://example.org/"


def linked(words: str, href: str) -> Block:
    start = words.index("here")
    return Block("paragraph", words, (Mark("link", start, start + 4, href),))


@pytest.mark.parametrize(
    ("new", "flags"),
    [
        (linked("See here.", "https://example.org/"), ()),
        (linked("See here.", "https://example.com/"), ("link",)),
        (Block("paragraph", "See here."), ("link",)),
        (linked("Look here.", "https://example.org/"), ()),
        (Block("paragraph", "See heere.", (Mark("link", 4, 9, PLACE),)), ("link",)),
        (Block("paragraph", "See here.", (Mark("link", 0, 3, PLACE),)), ("link",)),
    ],
)  # fmt: skip
def test_where_a_link_leads_and_from_where_is_a_fact(new, flags):
    title = Block("title", "Title")

    old = (title, linked("See here.", "https://example.org/"))

    assert flags_between(old, (title, new)) == flags


def test_the_words_of_a_link_are_known():
    linked = Block("paragraph", "See here.", (Mark("link", 4, 8, "https://example.org/"),))
    body = (Block("title", "Title"), Aside("ad"), Block("paragraph", "One."), linked)

    assert [canonical_text(body)[start:end] for start, end in links_in(body)] == ["here"]


def a_table(*rows):
    """A body with a table, an empty text for an empty place."""
    return (
        *body(TITLE, VOTED),
        *(
            Block("cell", text, cell=Cell(row, column))
            for row, texts in enumerate(rows)
            for column, text in enumerate(texts)
            if text
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        # In another row, under another heading: all words still stand there, and say otherwise.
        ([("Hamm", "260"), ("Skerry", "120")], [("Hamm", "120"), ("Skerry", "260")], ("number",)),
        ([("Hamm", "260", "")], [("Hamm", "", "260")], ("number",)),
        ([("Hamm", "May 2025", "")], [("Hamm", "", "May 2025")], ("number", "date")),
        ([("Hamm", "few", "")], [("Hamm", "", "few")], ()),
        # A whole row says the same wherever it stands.
        ([("Hamm", "260"), ("Skerry", "120")], [("Skerry", "120"), ("Hamm", "260")], ()),
    ],
)
def test_a_figure_in_another_place_of_its_table_is_another(old, new, flags):
    was, becomes = a_table(*old), a_table(*new)

    assert set(flags) == set(flags_between(was, becomes)) - {"name"}
    assert flags_between(was, was) == ()


def an_image(alternative, picture="a"):
    media = Media(picture * 64, "png", 12, 9)
    return (*body(TITLE), Aside("image", (alternative,), media=media))


@pytest.mark.parametrize(
    ("old", "new", "flags"),
    [
        (an_image("The mayor with 7 boats"), an_image("The mayor with 9 boats"), ("number",)),
        (an_image("With Ada Marlow"), an_image("With Ada Voss"), ("name",)),
        (an_image("The the boats"), an_image("The boats"), ()),
        # Told for the first time, or of another picture: nothing that was said is another.
        (an_image(""), an_image("With 7 boats"), ()),
        (an_image("With 7 boats"), an_image("With 9 boats", "b"), ()),
    ],
)
def test_what_is_said_instead_of_a_picture_is_a_fact_too(old, new, flags):
    assert flags_between(old, new) == flags
