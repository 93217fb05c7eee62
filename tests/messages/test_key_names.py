"""A key is called what stands on it, and each has one message: Strg, Maj, Esc."""

import re

from tests.messages import extraction

KEYS = {"Ctrl", "Enter", "Shift", "Esc"}
_NAMED = re.compile(rf"\b(?:{'|'.join(KEYS)})\b(?! [a-z])")  # “Enter the code” names none
_GIVEN = re.compile(rf"""_\(["'](?:{"|".join(KEYS)})["']\)""")


def test_no_sentence_names_a_key_by_itself() -> None:
    assert {m.message for m in extraction.messages() if _NAMED.search(m.message)} == KEYS


def test_no_page_shows_a_key_past_gettext() -> None:
    pages = extraction.TEMPLATES.rglob("*.html")
    assert [page.name for page in pages if _NAMED.search(_GIVEN.sub("", page.read_text()))] == []
