"""Blocks become elements whose text is the canonical text and nothing else."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.text.body import Aside, Block, Mark, placed
from corrections_app.domain.text.tables import furniture_rows
from corrections_app.web.rendering import (
    Marked,
    Span,
    arranged,
    lead_in,
    lead_out,
    masked,
    spans,
    teaser,
    with_changes,
    words_link,
)

TEXT = "abcdefghij"
marks = st.lists(
    st.tuples(
        st.sampled_from(["strong", "em", "code", "sub", "sup", "link"]),
        st.integers(0, len(TEXT) - 1),
        st.integers(1, len(TEXT)),
    ).map(lambda m: Mark(m[0], min(m[1], m[2] - 1), m[2], "https://a" if m[0] == "link" else None))
)


def words(parts: tuple[Span, ...]) -> str:
    return "".join(part if isinstance(part, str) else words(part.spans) for part in parts)


def kinds(parts: tuple[Span, ...], above: tuple[str, ...] = ()):
    """Each letter with the marks around it, outermost first."""
    for part in parts:
        if isinstance(part, Marked):
            yield from kinds(part.spans, (*above, part.kind))
        else:
            yield from ((letter, above) for letter in part)


@given(marks)
def test_marks_never_change_the_text(found):
    assert words(spans(Block("paragraph", TEXT, tuple(found)))) == TEXT


@given(marks)
def test_every_letter_keeps_its_marks(found):
    shown = dict(kinds(spans(Block("paragraph", TEXT, tuple(found)))))

    for at, letter in enumerate(TEXT):
        meant = {mark.kind for mark in found if mark.start <= at < mark.end}
        assert set(shown[letter]) - {"link"} == meant - {"link"}


@given(marks)
def test_a_link_never_stands_inside_a_link(found):
    for _, above in kinds(spans(Block("paragraph", TEXT, tuple(found)))):
        assert above.count("link") <= 1


NOTICED = st.lists(st.integers(0, len(TEXT)))


@given(marks, NOTICED)
def test_marks_at_corrected_words_change_nothing_else(found, ends):
    block = Block("paragraph", TEXT, tuple(found))

    [(marked, start)] = with_changes([(block, 5)], [(5 + end, f"#n{end}") for end in ends])

    shown = spans(marked)
    assert (words(shown), start) == (TEXT, 5)
    assert list(kinds(shown)) == list(kinds(spans(block)))
    assert sorted(hrefs(shown)) == sorted(f"#n{end}" for end in ends)


def hrefs(parts, linked=False):
    """Where the marks lead, each of which stands in no link."""
    for part in parts:
        if isinstance(part, Marked) and part.kind == "changed":
            assert not linked
            yield part.href
        elif isinstance(part, Marked):
            yield from hrefs(part.spans, linked or part.kind == "link")


def test_a_mark_stands_right_behind_its_words_and_behind_a_link_around_them():
    link = Mark("link", 2, 6, "https://a")
    body = [(Block("title", "abc"), 0), (Block("paragraph", TEXT, (link,)), 5)]

    shown = [spans(part) for part, _ in with_changes(body, [(1, "#n1"), (9, "#n2"), (13, "#n3")])]

    assert shown == [
        ("a", Marked("changed", "#n1", ()), "bc"),
        ("ab", Marked("link", "https://a", ("cdef",)), Marked("changed", "#n2", ()), "gh",
         Marked("changed", "#n3", ()), "ij"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "marks",
    [
        [Mark(("strong", "em")[at % 2], 4 * at, 4 * at + 1) for at in range(20_000)],
        [Mark("link", 4 * at, 4 * at + 3, "https://a") for at in range(20_000)],
        [Mark(("strong", "link")[at % 2], 4 * at, 4 * at + 6, "https://a") for at in range(20_000)],
        [Mark(("strong", "em")[at % 2], at, 40_000 + at) for at in range(20_000)],
        [Mark("em", at, 80_000 - at) for at in range(20_000)],
    ],
    ids=["apart", "links", "crossing", "overlapping", "within one another"],
)
def test_twenty_thousand_marks_are_no_more_than_so_many_elements(marks):
    """In quadratic time this takes minutes; marks within one another went too deep to walk."""
    text = "word " * 16_000

    shown = spans(Block("paragraph", text, tuple(marks)))

    elements, deepest = counted(shown)
    assert words(shown) == text
    assert 0 < elements <= 4 * len(marks)
    assert deepest <= 6


def counted(parts: tuple[Span, ...], depth: int = 0) -> tuple[int, int]:
    """How many elements there are, and how deep the deepest stands."""
    below = [counted(part.spans, depth + 1) for part in parts if isinstance(part, Marked)]
    return sum(n + 1 for n, _ in below), max((deep for _, deep in below), default=depth)


def test_a_mark_that_crosses_a_link_is_split_and_the_link_stays_whole():
    block = Block("paragraph", TEXT, (Mark("em", 0, 5), Mark("link", 3, 8, "https://a")))

    assert spans(block) == (
        Marked("em", None, ("abc",)),
        Marked("link", "https://a", (Marked("em", None, ("de",)), "fgh")),
        "ij",
    )


def test_references_to_notes_stand_behind_their_words_and_hold_none():
    found = (
        Mark("em", 2, 6),
        Mark("note", 3, 4, "#1"),
        Mark("note", 3, 4, "#2"),
        Mark("note", 9, 10, "#3"),
    )
    assert spans(Block("paragraph", TEXT, found)) == (
        "ab",
        Marked("em", None, ("cd", Marked("note", "#1", ()), Marked("note", "#2", ()), "ef")),
        "ghij",
        Marked("note", "#3", ()),
    )


def test_list_items_hang_beneath_the_item_above_them():
    body = tuple(
        Block("list_item", text, level=level)
        for text, level in zip("abcd", (1, 2, 2, 1), strict=True)
    )
    (group,) = arranged(placed(body))

    (outer,) = group.lists
    assert [item.block.text for item in outer.items] == ["a", "d"]
    assert [item.block.text for item in outer.items[0].lists[0].items] == ["b", "c"]


def test_a_list_changes_where_its_numbering_does():
    body = (Block("list_item", "a", level=1), Block("list_item", "1", level=1, ordered=True))

    assert [found.ordered for found in arranged(placed(body))[0].lists] == [False, True]


def test_a_picture_takes_the_caption_beneath_it():
    body = (Aside("image", ("A boat",)), Block("caption", "A boat at dawn"))

    (figure,) = arranged(placed(body))
    assert figure.kind == "figure"
    assert figure.parts == [(body[0], None), (body[1], 0)]


def test_consecutive_quotations_are_one():
    body = (Block("quote", "a"), Block("quote", "b"), Block("paragraph", "c"))

    assert [group.kind for group in arranged(placed(body))] == ["quote", "paragraph"]


@pytest.mark.parametrize(
    ("numbers", "lists"),
    [
        ([(None, "")] * 3, [(1, "", [None, None, None])]),
        ([(5, ""), (None, "")], [(5, "", [None, None])]),
        ([(3, ""), (2, ""), (1, "")], [(3, "", [None, 2, 1])]),
        ([(None, ""), (None, ""), (1, "")], [(1, "", [None, None]), (1, "", [None])]),
        ([(None, ""), (None, "a")], [(1, "", [None]), (1, "a", [None])]),
    ],
)
def test_items_are_counted_as_they_were(numbers, lists):
    body = [
        Block("list_item", "x", level=1, ordered=True, number=number, style=style)
        for number, style in numbers
    ]
    (group,) = arranged(placed(tuple(body)))
    assert [(e.first, e.style, [i.value for i in e.items]) for e in group.lists] == lists


def test_cells_that_lines_do_not_tell_apart_are_shown_as_they_are():
    cells = (("Club", "Won", "Lost"), ("North", "", "4"))
    assert furniture_rows(Aside("table", ("Club · Won · Lost", "North · 4"), cells=cells)) == [
        ["Club", "Won", "Lost"],
        ["North", "", "4"],
    ]


def test_a_teaser_of_a_script_without_blanks_is_whole_sentences():
    sentence = "港里结了冰，船都停着，没有人出海，大家在岸上等了两天。"
    assert teaser((Block("paragraph", sentence * 9),)) == sentence * 7


def test_a_heading_line_without_its_corner_is_shifted_over_the_figures():
    assert furniture_rows(Aside("table", ("2022 · 2023", "Hamm · 1 · 2"))) == [
        ["", "2022", "2023"],
        ["Hamm", "1", "2"],
    ]


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("short", "short"),
        ("Another paragraph.\n\nIts", "Its"),
        ("these words were cut in two here ", "…\N{NO-BREAK SPACE}in two here "),
        ("w" * 40, "…\N{NO-BREAK SPACE}" + "w" * 16),
    ],
)
def test_what_leads_in_begins_with_a_whole_word(before, shown):
    assert lead_in(before, 16) == shown


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (" short", " short"),
        (" end.\n\nAnother", " end."),
        (" these words were cut", " these words\N{NO-BREAK SPACE}…"),
    ],
)
def test_what_leads_out_ends_with_a_whole_word(after, shown):
    assert lead_out(after, 16) == shown


@pytest.mark.parametrize(
    ("words", "prefix", "suffix", "fragment"),
    [
        ("recieve", "", "", "recieve"),
        ("eciev", "lo we did not r", "e it at all th", "we did not-,recieve,-it at all"),
        ("one-way, a & b", "", "", "one-way, a & b"),
        ("end.\n\nBegin", "", "", "end.,Begin"),
    ],
)
def test_a_link_leads_to_whole_words_in_their_context(words, prefix, suffix, fragment):
    address = words_link("/articles/a", words, prefix, suffix)

    assert unquote(address) == f"/articles/a#:~:text={fragment}"


def test_what_a_text_directive_is_made_of_is_escaped():
    assert words_link("/a", "one-way, a & b").endswith("text=one%2Dway%2C%20a%20%26%20b")


def test_words_that_are_gone_have_no_fragment():
    assert words_link("/articles/a", "") == "/articles/a"


def test_an_address_is_masked():
    assert masked("reader@example.org") == "r***@example.org"
    assert masked(None) == ""
