"""Numbers and references hold on to their words when an article is corrected."""

from __future__ import annotations

from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.patching import Edit
from corrections_app.domain.text.body import Block, Mark, as_json, canonical_text, from_json

BODY = (
    Block("title", "The quay froze"),
    Block("paragraph", "The quik fox ran. It fell.", (Mark("note", 16, 17, "#1"),)),
    Block("list_item", "The fifth pear.", level=1, ordered=True, number=5, style="a"),
    Block("list_item", "The sixth.", level=1, ordered=True, style="a"),
)


def corrected(old: str, new: str):
    start = canonical_text(BODY).index(old)
    return patch(BODY, [Edit(start, start + len(old), new)])


def test_a_corrected_item_keeps_its_number() -> None:
    item = corrected("pear", "pier")[2]
    assert item == Block("list_item", "The fifth pier.", (), 1, True, 5, "a")


def test_an_item_split_off_counts_on() -> None:
    body = corrected("fifth pear.", "fifth.\n\nThe next.")
    assert [(b.text, b.number) for b in body[2:]] == [
        ("The fifth.", 5),
        ("The next.", None),
        ("The sixth.", None),
    ]


def test_a_reference_stays_with_the_words_before_it() -> None:
    block = corrected("quik", "quick brown")[1]
    assert block.marks == (Mark("note", 23, 24, "#1"),)


def test_a_body_is_stored_and_read_with_all_of_it() -> None:
    assert from_json(as_json(BODY)) == BODY


def test_a_body_of_before_is_read_as_it_was() -> None:
    old = [{"kind": "list_item", "text": "x", "level": 1, "ordered": True}]
    assert from_json(old) == (Block("list_item", "x", level=1, ordered=True),)
    assert as_json(from_json(old)) == old
