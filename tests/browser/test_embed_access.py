"""What embed.js adds to a newsroom's own page, and its form, are open to everyone."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.hands import Chromium
from tests.browser.test_embed import OPENED, anew, begun, both, choose, context, framed, reader

__all__ = ["anew", "both", "context", "reader"]

pytestmark = pytest.mark.browser


def test_what_we_add_to_a_page_has_no_fault_that_axe_knows(reader, anew):
    reader.add_init_script(OPENED)
    choose(Chromium(reader), f"{anew.pages}/plain")
    offered = barriers(reader, "reader-corrections")
    framed(reader, reader.get_by_role("button", name="Suggest a correction").click)
    opened = barriers(reader, "reader-corrections")

    assert (offered, opened) == ([], [])
    assert reader.get_by_role("dialog", name="Suggest a correction").is_visible()
    assert reader.get_by_role("button", name="Close").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_framed_form_has_no_fault_that_axe_knows(chromium, anew, scheme):
    context = chromium.new_context(viewport={"width": 390, "height": 760}, color_scheme=scheme)
    page = context.new_page()
    frame = begun(page, anew)

    assert barriers(frame) == []
    assert frame.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
