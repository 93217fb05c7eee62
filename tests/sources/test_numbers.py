"""The numbers of lists and of sentences stay where they stood."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Aside, Block, Body, placed
from corrections_app.domain.text.numbering import without_implied
from corrections_app.web.rendering import Listing, arranged

from .shown import of_markdown, of_page, parts


def numbers(body: Body) -> list[str]:
    """Each item of an ordered list with the number that its reader sees."""
    found: list[str] = []

    def walk(lists: list[Listing]) -> None:
        for each in lists:
            number = each.first - 1
            for item in each.items:
                number = number + 1 if item.value is None else item.value
                found.append(f"{number if each.ordered else '-'} {item.block.text}")
                walk(item.lists)

    for group in arranged(placed(body)):
        walk(group.lists)
    return found


LISTS = {
    "a beginning": ("<ol start=5><li>a<li>b</ol>", ["5 a", "6 b"]),
    "from nought": ("<ol start=0><li>a<li>b</ol>", ["0 a", "1 b"]),
    "below nought": ("<ol start=-1><li>a<li>b<li>c</ol>", ["-1 a", "0 b", "1 c"]),
    "no number": ("<ol start=x><li>a</ol>", ["1 a"]),
    "backwards": ("<ol reversed><li>a<li>b<li>c</ol>", ["3 a", "2 b", "1 c"]),
    "backwards from": ("<ol reversed start=10><li>a<li>b</ol>", ["10 a", "9 b"]),
    "a value": ("<ol><li>a<li value=10>b<li>c</ol>", ["1 a", "10 b", "11 c"]),
    "a value before": ("<ol><li value=7>a<li value=3>b</ol>", ["7 a", "3 b"]),
    "two lists": ("<ol><li>a<li>b</ol><ol><li>c</ol>", ["1 a", "2 b", "1 c"]),
    "over a picture": ("<ol><li>a<img src=https://i.example/i.jpg><li>b</ol>", ["1 a", "2 b"]),
    "over a paragraph": ("<ol><li><p>a<p>more<li><p>b<li>c</ol>", ["1 a", "2 b", "3 c"]),
    "over code": ("<ol><li>a<pre>x</pre><li>b</ol>", ["1 a", "2 b"]),
    "over a table": (
        "<ol><li>a<table><tr><th>x<th>y<tr><td>1<td>2</table><li>b</ol>",
        ["1 a", "2 b"],
    ),
    "over an empty item": ("<ol><li>a<li><li>c</ol>", ["1 a", "3 c"]),
    "a list in it": ("<ol><li>a<ol><li>b<li>c</ol><li>d</ol>", ["1 a", "1 b", "2 c", "2 d"]),
    "a list in it, from": ("<ol><li>a<ol start=4><li>b</ol><li>d</ol>", ["1 a", "4 b", "2 d"]),
    "bullets between": ("<ol><li>a<ul><li>b</ul><li>c</ol>", ["1 a", "- b", "2 c"]),
}


@pytest.mark.parametrize("kind", LISTS)
def test_items_keep_their_numbers(document, kind) -> None:
    html, expected = LISTS[kind]
    assert numbers(of_page(document, html).body) == expected
    assert numbers(of_markdown(document, html).body) == expected


@pytest.mark.parametrize("style", ["a", "A", "i", "I"])
def test_a_list_keeps_how_it_counts(document, style) -> None:
    (item,) = parts(of_page(document, f"<ol type={style}><li>a</ol>"))
    assert item == Block("list_item", "a", level=1, ordered=True, style=style)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5. a\n6. b", ["5 a", "6 b"]),
        ("1. a\n\n   more\n\n2. b", ["1 a", "2 b"]),
        ("1. a\n   ```\n   x\n   ```\n2. b", ["1 a", "2 b"]),
        ("1. a\n   ![A boat in ice](https://i.example/i.jpg)\n1. b", ["1 a", "2 b"]),
        ("1. a\n2. b\n\n<!-- -->\n\n1. c", ["1 a", "2 b", "1 c"]),
        ("1) a\n2) b\n3. c\n4. d", ["1 a", "2 b", "3 c", "4 d"]),
        ("1. a", ["1 a"]),
    ],
)
def test_items_of_markdown_keep_their_numbers(document, text, expected) -> None:
    assert numbers(of_markdown(document, text).body) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3. Oktober, der Tag der Einheit, war sonnig.",
        "1986. It was a great year.",
        "007. James stood there.",
        "24) Hours passed.",
    ],
)
def test_a_lone_item_that_does_not_begin_with_one_is_a_sentence(document, text) -> None:
    assert parts(of_markdown(document, text)) == [Block("paragraph", text)]
    assert parts(of_markdown(document, f"Before.\n\n{text}\n\nAfter."))[1].text == text
    assert parts(of_markdown(document, f"> {text}"))[0] == Block("quote", text)


def test_a_sentence_that_begins_with_a_number_keeps_its_marks_and_lines(document) -> None:
    first, second = parts(of_markdown(document, "3. *Oktober* war\n   sonnig.\n\n   Und warm."))
    assert (first.text, first.marks[0].start) == ("3. Oktober war sonnig.", 3)
    assert second.text == "Und warm."


def test_numbers_that_follow_from_those_before_are_not_stored() -> None:
    body = (
        Block("list_item", "a", level=1, ordered=True, number=1),
        Block("list_item", "b", level=1, ordered=True, number=2),
        Aside("image", ("x",)),
        Block("list_item", "c", level=1, ordered=True, number=3),
        Block("list_item", "d", level=1, ordered=True, number=4),
    )
    assert [getattr(part, "number", None) for part in without_implied(body)] == [
        None,
        None,
        None,
        3,
        None,
    ]


@pytest.mark.parametrize(
    "text", ["- one\n-\n\nAfter.", "-\n  ```\n  x\n  ```\n\nAfter.", "- <!-- x -->\n-\n\nAfter."]
)
def test_an_item_without_words_ends_with_itself(document, text) -> None:
    assert parts(of_markdown(document, text))[-1] == Block("paragraph", "After.")


def test_text_behind_a_list_in_a_list_is_of_the_outer_item(document) -> None:
    found = parts(of_markdown(document, "- one\n\n  - \n\n  more\n- two"))
    assert [(b.kind, b.text) for b in found] == [
        ("list_item", "one"),
        ("paragraph", "more"),
        ("list_item", "two"),
    ]
