"""On a newsroom's own page our button stands where the lines end, whichever way they run."""

from __future__ import annotations

import pytest

from tests.browser.newsroom_pages import WRONG
from tests.browser.test_embed import OPENED, SELECT, anew, both, context, reader

__all__ = ["anew", "both", "context", "reader"]

pytestmark = pytest.mark.browser

# Whether it stands below the end of the words, as lines go here, and within the window.
BESIDE = """() => {
  const words = getSelection().getRangeAt(0).getBoundingClientRect();
  const offer = document.querySelector("reader-corrections")?.shadowRoot.querySelector(".offer");
  const { left, width } = offer?.getBoundingClientRect() ?? {};
  const end = document.dir === "rtl" ? words.left + 24 - width : words.right - 24;
  return Math.abs(left - Math.max(8, end)) < 1;
}"""


def test_the_button_stands_where_the_lines_end(reader, anew):
    reader.add_init_script(OPENED)
    reader.goto(f"{anew.pages}/plain")
    for direction in ("ltr", "rtl"):
        reader.evaluate("(dir) => { getSelection().empty(); document.dir = dir; }", direction)
        reader.evaluate(SELECT, WRONG)
        reader.wait_for_function(BESIDE)
