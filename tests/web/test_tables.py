"""A figure of a table: found, shown on its card with its row and column, told of."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corrections_app import shelf
from corrections_app.domain.text.body import canonical_text, text_blocks
from corrections_app.sources import read
from corrections_app.workflow.articles import importing, reading
from tests.builders import NOON, a_correction

SEED = shelf("seeds") / "ferry-in-figures.md"
HARD = """---
title: Tables
byline: Ida *Voss*
lang: ar
---

<table dir=rtl><caption>What *is* hard</caption>
<tr><th rowspan=2>الجزيرة<th colspan=2>2023<tr><th>a<th>b
<tr><td>Old<br>bridge<td><a href="https://a.example/">1 &lt; 2</a> · <b>3</b><td>
<tr><td><td>x<td>y</table>

| c |
|---|
| d |

End.
"""


@pytest.fixture
def ferry(app):
    importing.bring_in(read(SEED), slug="ferry", now=NOON)
    return reading.article_at("ferry")


def plain(html: str) -> str:
    words = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", unescape(words)).replace(" ,", ",").replace(" :", ":")


def test_the_finder_tells_the_row_and_the_column_of_a_cell(ferry, app):
    there = "/articles/ferry/corrections/new"
    page = plain(app.test_client().get(f"{there}?q=9,400").get_data(as_text=True))
    assert "Table, row Little Hamm Passengers 2023: 9,400" in page

    listed = plain(app.test_client().get(there).get_data(as_text=True))
    assert "Table, headings" in listed
    assert "Table, row Great Hamm Great Hamm · 260 · 222 · 38,100" in listed
    assert "Byline Samuel Okonjo and Kaja Lund" in listed

    start = ferry.current.text.index("9,400")
    form = app.test_client().get(f"{there}?revision=1&start={start}&end={start + 5}")
    assert ">\n9,400</textarea>" in form.get_data(as_text=True)


def test_a_card_names_row_and_column_and_prepares_the_notice(ferry, moderator):
    correction = a_correction(ferry, "9,400", "9,600")

    page = moderator.get(f"/queue/{correction.id}").get_data(as_text=True)

    assert "In a table row Little Hamm, column Passengers 2023" in plain(page)
    assert (
        "An earlier version of this article misstated a figure in a table (Little Hamm, "
        "Passengers 2023): it is 9,600, not 9,400." in unescape(page)
    )


def test_tables_of_every_shape_say_their_text_and_nothing_else(app, tmp_path):
    path = tmp_path / "hard.md"
    path.write_text(HARD)
    document = read(path)
    importing.bring_in(document, slug="hard", now=NOON)

    html = app.test_client().get("/articles/hard").get_data(as_text=True)

    found = re.findall(r'<(\w+)[^>]*\sdata-start="(\d+)"[^>]*>(.*?)</\1>', html, re.DOTALL)
    texts = [unescape(re.sub(r"<[^>]*>", "", re.sub("<br>", "\n", one))) for _, _, one in found]
    assert "\n\n".join(texts) == canonical_text(document.body)
    starts = [int(start) for _, start, _ in found]
    text = canonical_text(document.body)
    assert [text[at : at + len(one)] for at, one in zip(starts, texts, strict=True)] == texts
    assert [tag for tag, _, _ in found].count("figcaption") == 1
    assert '<th scope="col" rowspan="2" data-start=' in html
    assert re.search(r'<span data-start="\d+">Ida \*Voss\*</span>', html)
    assert html.count("<table>") == 2


def test_ten_thousand_cells_are_one_page_in_linear_work(app, tmp_path):
    rows = "".join(f"| r{n} | {n} | {n + 1} | {n + 2} |\n" for n in range(2_500))
    path = tmp_path / "long.md"
    head = (
        "---\ntitle: Long\nlang: en\n---\n\nIt is long.\n\n| a | b | c | d |\n|---|---|---|---|\n"
    )
    path.write_text(head + rows)
    document = read(path)
    importing.bring_in(document, slug="long", now=NOON)

    html = app.test_client().get("/articles/long").get_data(as_text=True)
    found = app.test_client().get("/articles/long/corrections/new?q=r1234").get_data(as_text=True)

    assert len(text_blocks(document.body)) == 10_006
    assert html.count("<tr>") == 2_501
    assert "Table, row r1234" in plain(found)
