"""Cells and the byline are text: corrected, carried, and in step with what lists say."""

from __future__ import annotations

import pytest

from corrections_app.domain.errors import (
    ImportRefused,
    Invalid,
    NeedsConfirmation,
    NoChange,
    Withheld,
)
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text.body import Aside, Block, as_json, canonical_text, text_blocks
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Revision, Source
from corrections_app.sources import read
from corrections_app.workflow.articles import editing, importing, reading, withholding
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, ON_PURPOSE, a_correction, accept

SLUG = "ferry"
TEXT = """---
title: The ferry
byline: Ida Voss
lang: en
---

The the ferry sailed less often in all of the year.

| Island | Sailings 2022 | Sailings 2023 |
|---|---|---|
| Great Hamm | 260 | 222 |
| Skerry | 120 | [100](https://a.example/) |

Nobody was was asked about it.
"""


@pytest.fixture
def file(tmp_path):
    """A document of what a file says."""

    def said(text: str = TEXT):
        path = tmp_path / "ferry.md"
        path.write_text(text)
        return read(path)

    return said


@pytest.fixture
def ferry(app, file):
    importing.bring_in(file(), slug=SLUG, now=NOON)
    return reading.article_at(SLUG)


@pytest.fixture
def old_ferry(app):
    """The article as it was stored before its cells and its byline were text."""
    body = (
        Block("title", "The ferry"),
        Block("paragraph", "The the ferry sailed less often in all of the year."),
        Aside(
            "table",
            (
                "Island · Sailings 2022 · Sailings 2023",
                "Great Hamm · 260 · 222",
                "Skerry · 120 · 100",
            ),
        ),
        Block("paragraph", "Nobody was was asked about it."),
    )
    known = {"lang": "en", "dir": "ltr", "byline": "Ida Voss"}
    article = Article(slug=SLUG, head=1, created_at=NOON, **known)
    db.session.add(article)
    db.session.flush()
    of_it = {"article_id": article.id, "body": as_json(body)}
    told = {"title": "The ferry", "text": canonical_text(body), "origin": "import"}
    db.session.add(Revision(number=1, created_at=NOON, **of_it, **told))
    db.session.add(Source(**of_it, **known))
    db.session.commit()
    return reading.article_at(SLUG)


def now() -> Article:
    db.session.rollback()
    return reading.article_at(SLUG)


def cells() -> list[str]:
    return [block.text for block in text_blocks(now().current.blocks) if block.kind == "cell"]


def edit(by, typed, **more):
    return editing.edit(SLUG, typed, Act(by, None, NOON), base=now().head, **more)


def places() -> list[tuple[str, str]]:
    text = now().current.text
    found = db.session.query(Correction).order_by(Correction.id)
    return [(one.placement.fit, text[one.placement.start : one.placement.end]) for one in found]


def test_a_cell_and_the_byline_are_corrected_like_any_other_words(ferry, max_):
    figure = a_correction(ferry, "222", "220")
    name = a_correction(ferry, "Ida Voss", "Ida Vos", email="b@reader.example")
    assert figure.risks == "number"
    assert name.risks == "name"

    accept(figure, max_, change_class=ChangeClass.CORRECTION, notice="It is 220.")
    done = accept(name, max_, change_class=ChangeClass.CORRECTION, notice="It is Ida Vos.")

    assert cells()[5] == "220"
    assert now().byline == "Ida Vos"
    undoing.undo(done.id, Act(max_, None, NOON))
    assert now().byline == "Ida Voss"


def test_no_change_of_a_byline_is_silent_by_mistake(ferry, max_):
    correction = a_correction(ferry, "Ida", "ida")

    with pytest.raises(NeedsConfirmation):
        accept(correction, max_, confirmed=())
    with pytest.raises(NeedsConfirmation):
        edit(max_, editing.text_to_edit(now()).replace("Ida Voss", "ida voss"))
    assert now().byline == "Ida Voss"


def test_another_name_in_a_cell_is_one_of_a_fact_and_another_spelling_is_not(ferry):
    assert a_correction(ferry, "Skerry", "Bergen").risks == "name"
    assert not a_correction(ferry, "Skerry", "Skerrie", email="b@reader.example").risks


def test_a_table_is_edited_row_by_row_and_loses_nothing(ferry, max_):
    typed = editing.text_to_edit(ferry)
    assert "| Great Hamm | 260 | 222 |\n| Skerry | 120 | 100 |" in typed
    with pytest.raises(NoChange):
        edit(max_, typed)

    edit(max_, typed.replace("100 |", "100 |\n| Little Hamm | 140 | 96 |"), confirmed=CONFIRMED)

    blocks = text_blocks(now().current.blocks)
    assert cells()[-6:] == ["Skerry", "120", "100", "Little Hamm", "140", "96"]
    assert [b.text for b in blocks if b.marks] == ["100"]
    assert blocks[-2].cell.row == 3


def test_what_waits_keeps_its_place_where_a_table_becomes_text(old_ferry, file):
    for words, right in (("The the", "The"), ("was was", "was"), ("all of", "all")):
        a_correction(old_ferry, words, right, email=f"{right}@reader.example")

    came = importing.bring_in(file(), slug=SLUG, now=NOON)

    assert (came.revision, came.is_new) == (2, True)
    assert cells()[3:6] == ["Great Hamm", "260", "222"]
    assert places() == [("clean", "The the"), ("clean", "was was"), ("clean", "all of")]
    assert not importing.bring_in(file(), slug=SLUG, now=NOON).is_new


def test_what_was_accepted_before_stays_where_a_table_becomes_text(old_ferry, file, max_):
    accept(a_correction(old_ferry, "asked", "told"), max_)

    importing.bring_in(file(TEXT.replace("The the", "The")), slug=SLUG, now=NOON)

    assert "was was told about" in now().current.text
    assert "The ferry sailed" in now().current.text
    with pytest.raises(ImportRefused, match="“asked”, now “told”"):
        importing.bring_in(file(TEXT.replace("asked", "heard")), slug=SLUG, now=NOON)


def test_a_figure_of_a_table_never_changes_silently_by_an_import(old_ferry, file):
    changed = file(TEXT.replace("| 222 |", "| 220 |"))

    with pytest.raises(ImportRefused, match="changes a number: 222, now 220"):
        importing.bring_in(changed, slug=SLUG, now=NOON)
    importing.bring_in(changed, slug=SLUG, terms=ON_PURPOSE, now=NOON)
    assert cells()[5] == "220"


def test_an_edit_by_hand_makes_text_of_an_old_table_and_tells_of_nothing_but_the_edit(
    old_ferry, max_
):
    typed = editing.text_to_edit(old_ferry).replace("The the", "The")
    assert typed.startswith("The ferry\n\nIda Voss\n\nThe ferry")
    with pytest.raises(NoChange):
        edit(max_, editing.text_to_edit(old_ferry))
    seen = editing.foresee(SLUG, typed, base=1)
    assert ([row.state for row in seen.rows], seen.flags) == (["same", "edited", "same"], ())

    edit(max_, typed)

    assert cells()[3:6] == ["Great Hamm", "260", "222"]
    assert now().byline == "Ida Voss"
    editing.restore(SLUG, 1, Act(max_, None, NOON), base=2)
    assert (cells()[3:6], now().byline) == (["Great Hamm", "260", "222"], "Ida Voss")


def test_a_byline_that_is_taken_out_is_gone_from_lists_too(ferry, max_):
    typed = editing.text_to_edit(ferry).replace("Ida Voss\n\n", "")

    with pytest.raises(NeedsConfirmation) as asked:
        edit(max_, typed)
    assert asked.value.details["flags"] == [Flag.NAME]
    edit(max_, typed, confirmed=[Flag.NAME])

    assert now().byline is None


def test_a_file_without_a_byline_leaves_it_as_it_is(ferry, file):
    importing.bring_in(
        file(TEXT.replace("byline: Ida Voss\n", "").replace("The the", "The")), slug=SLUG, now=NOON
    )

    assert (now().head, now().byline) == (2, "Ida Voss")
    assert "Ida Voss" in now().current.text


def test_two_people_who_change_two_cells_both_have_their_way(ferry, max_, mira):
    typed = editing.text_to_edit(ferry)
    edit(max_, typed.replace("| 260 |", "| 261 |"), confirmed=CONFIRMED)

    met = editing.clash(SLUG, typed.replace("| 100 |", "| 101 |"), base=1)

    assert met.together is not None
    assert "| 261 | 222 |\n| Skerry | 120 | 101 |" in met.together


def test_a_figure_that_moves_within_its_table_is_never_silent_by_mistake(ferry, file, max_):
    swapped = editing.text_to_edit(ferry).replace("222", "–").replace("100", "222")
    with pytest.raises(NeedsConfirmation):
        edit(max_, swapped.replace("–", "100"))

    # Under another heading: the text is the same, word for word.
    more, apart = (f"{TEXT}\n| A | B |\n|---|---|\n{row}\n" for row in ("| 7 | |", "| | 7 |"))
    importing.bring_in(file(more), slug=SLUG, terms=ON_PURPOSE, now=NOON)
    with pytest.raises(ImportRefused):
        importing.bring_in(file(apart), slug=SLUG, now=NOON)
    with pytest.raises(NeedsConfirmation):
        edit(max_, editing.text_to_edit(now()).replace("| 7 |  |", "|  | 7 |"))


def test_what_was_withheld_before_cells_were_text_does_not_come_back_with_them(
    old_ferry, max_, mira
):
    seen = editing.text_to_edit(old_ferry)
    edit(max_, seen.replace("Nobody", "No one"), confirmed=CONFIRMED)
    withholding.withhold(SLUG, 1, "A court.", Act(mira, None, NOON), confirmed=True)

    with pytest.raises(Withheld):
        edit(max_, seen, confirmed=CONFIRMED)


def test_nor_is_it_withheld_while_the_article_says_the_very_same(old_ferry, max_, mira):
    seen = editing.text_to_edit(old_ferry)
    edit(max_, seen.replace("Nobody", "No one"), confirmed=CONFIRMED)
    edit(max_, seen, confirmed=CONFIRMED)

    with pytest.raises(Invalid, match="says the very same"):
        withholding.withhold(SLUG, 1, "A court.", Act(mira, None, NOON), confirmed=True)
