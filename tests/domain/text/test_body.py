"""Blocks and the canonical text they make."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.body import (
    Aside,
    Block,
    Mark,
    as_json,
    canonical_text,
    from_json,
    normalise,
    placed,
    safe_href,
    title_of,
)

BODY = (
    Block("title", "A wall 🧱"),
    Aside("ad", ("Advertisement",)),
    Block("paragraph", "One two.", (Mark("link", 0, 3, "https://a.example/"),)),
    Block("list_item", "Three", level=2, ordered=True),
)


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("  two   blanks \t here ", "two blanks here"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one \n two", "one\ntwo"),
        ("one\n\n\ntwo", "one\ntwo"),
        ("cafe\u0301", "café"),
        ("no\u00a0break, soft\u00adhyphen, zero\u200bwidth", None),
        ("\u202bعربي\u202c", None),
        ("nul\x00, bell\x07, half \ud83d", "nul, bell, half"),
        ("\n\n", ""),
    ],
)
def test_a_block_is_normalised_once_on_the_way_in(came, kept):
    assert normalise(came) == (came if kept is None else kept)


def test_code_keeps_its_blanks_and_never_looks_like_the_end_of_a_block():
    assert normalise("\n  a\n\n\n  b \n", preformatted=True) == "  a\n \n \n  b "


@given(st.text(), st.booleans())
def test_normalising_twice_changes_nothing(text, preformatted):
    once = normalise(text, preformatted=preformatted)

    assert normalise(once, preformatted=preformatted) == once
    assert "\n\n" not in once
    assert unicodedata.is_normalized("NFC", once)


def test_furniture_is_in_its_place_and_not_text():
    assert canonical_text(BODY) == "A wall 🧱\n\nOne two.\n\nThree"
    assert [start for _, start in placed(BODY)] == [0, None, 10, 20]
    assert title_of(BODY) == "A wall 🧱"


def test_a_body_survives_being_stored():
    assert from_json(as_json(BODY)) == BODY


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y#z", "https://a.example/x?y#z"),
        (" http://a.example/ ", "http://a.example/"),
        ("mailto:ada@a.example", "mailto:ada@a.example"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/", None),
        ("/here", None),
        ("https:", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_addresses_are_linked_to(url, kept):
    assert safe_href(url) == kept
