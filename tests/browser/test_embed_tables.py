"""The cells of a table on a newsroom's own page are read as the blocks that we store."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.sources import Options, Source, read_source
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.browser.test_embed import OFFERED, PLACE, SELECT, anew, both, context, reader

__all__ = ["anew", "both", "context", "reader"]

pytestmark = pytest.mark.browser

# As data comes: cells with paragraphs, lists and breaks in them, and others that are alike.
TABLE = """<h1>Sailings</h1><div class="entry-content"><p>The times of this summer.</p>
<table><thead><tr><th>Quay <th><p>Sails</p></thead>
<tr> <td><p>North  quay</p> <p>Gate two, by the recieved goods</p></td> <td>18</td></tr>
<tr> <td>South quay<br>gate one</td> <td><ul><li>18</li> <li>19 at nite</li></ul></td></tr>
</table></div>"""


@pytest.mark.parametrize("words", ["recieved", "gate one", "at nite", "North  quay"])
def test_words_of_a_table_come_to_their_cell_however_it_is_laid_out(reader, anew, words):
    address = f"{anew.pages}/sailings"
    with anew.app.app_context():
        html = f'<html lang="en"><title>Sailings</title><article>{TABLE}</article></html>'
        here = read_source(
            Source(address, address, "1", "html", {"html": html}), Options(content="article")
        )
        importing.bring_in(here, slug="sailings", now=now())
        db.session.remove()
    reader.goto(f"{anew.pages}/plain")
    reader.evaluate(
        """([table, address]) => {
          document.querySelector("h1").remove();
          document.querySelector(".entry-content").outerHTML = table;
          document.querySelector("link[rel=canonical]").href = address;
        }""",
        [TABLE, address],
    )
    reader.evaluate(SELECT, words)
    reader.evaluate(OFFERED)
    reader.keyboard.press("Control+Enter")

    status, known = anew.wait_for(PLACE, "POST")

    assert (status, known.get("how"), known.get("exact")) == (200, "block", " ".join(words.split()))
