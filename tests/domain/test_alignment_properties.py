"""What holds of every alignment, whatever the texts."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.alignment import Alignment, Range, shift
from corrections_app.domain.alignment.tokens import fold

# Few words, so that phrases repeat; signs, blanks and scripts, so that seams are odd.
WORDS = [
    "the",
    "Robin",
    "pier",
    "café",
    "cafe\u0301",
    "می\u200cرود",
    "港",
    "วัน",
    "👩🏽\u200d🚀",
    "x" * 70,
]
SIGNS = [
    ", ",
    ". ",
    "“",
    '"',
    "’",
    "'",
    "-",
    "--",
    "…",
    "...",
    "\u00ad",
    "\u2060",
    "\u200d",
    "\u0301",
]
BLANKS = [" ", " ", "\n\n", "\n", "\u00a0"]
PIECES = st.sampled_from([*WORDS, *BLANKS, *SIGNS])
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))
RawEdit = tuple[int, int, str]
SENTENCES = st.lists(
    st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=9).map("".join), min_size=9
).map(" ".join)


@st.composite
def spans_of(draw: st.DrawFn, text: str) -> Range:
    start = draw(st.integers(0, len(text)))
    return start, draw(st.integers(start, len(text)))


@st.composite
def texts_and_span(draw: st.DrawFn) -> tuple[str, str, Range]:
    old = draw(TEXTS)
    new = draw(st.one_of(TEXTS, st.just(old)))
    return old, new, draw(spans_of(old))


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, list[RawEdit]]:
    text = draw(texts)
    points = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    ranges = zip(points[::2], points[1::2], strict=False)
    return text, [(start, end, draw(TEXTS)) for start, end in ranges]


def applied(text: str, edits: list[RawEdit]) -> str:
    for start, end, replacement in reversed(edits):
        text = text[:start] + replacement + text[end:]
    return text


@given(TEXTS, st.data())
def test_between_equal_texts_all_stays(text: str, data: st.DataObject) -> None:
    start, end = data.draw(spans_of(text))
    expected = (start, end) if start < end else None
    assert Alignment(text, text).carry(start, end) == expected


@given(texts_and_span())
def test_what_is_carried_is_equal_but_for_typography(case: tuple[str, str, Range]) -> None:
    old, new, (start, end) = case
    place = Alignment(old, new).carry(start, end)
    if place is not None:
        was, now = old[start:end], new[slice(*place)]
        assert 0 <= place[0] < place[1] <= len(new)
        assert was == now or fold(was) == fold(now)


@given(texts_and_span())
def test_a_fit_has_a_place_in_the_new_text_unless_it_is_gone(case: tuple[str, str, Range]) -> None:
    old, new, span = case
    alignment = Alignment(old, new)
    fit = alignment.fit(*span)
    assert (fit.place is None) == (fit.state == "gone")
    assert (fit.state in ("clean", "moved")) == (alignment.carry(*span) is not None)
    if fit.place is not None:
        assert 0 <= fit.place[0] < fit.place[1] <= len(new)


@given(edited(SENTENCES), st.data())
def test_beside_one_edit_words_keep_their_text(
    case: tuple[str, list[RawEdit]], data: st.DataObject
) -> None:
    text, edits = case
    start, end = data.draw(spans_of(text))
    place = Alignment(text, applied(text, edits[:1])).carry(start, end)
    (exact,) = shift([(start, end)], edits[:1])
    if place is not None and exact is not None:
        new = applied(text, edits[:1])
        assert new[slice(*place)] == text[start:end] == new[slice(*exact)]


@given(SENTENCES, SENTENCES, st.data())
def test_an_edit_of_one_line_leaves_the_other_lines_in_place(
    first: str, second: str, data: st.DataObject
) -> None:
    old = f"{first}\n\nThe end of {second}"
    new = f"{first} indeed\n\nThe end of {second}"
    start, end = data.draw(spans_of(second))
    by = len(old) - len(second)
    expected = (start + by + 7, end + by + 7) if start < end else None
    assert Alignment(old, new).carry(start + by, end + by) == expected


@given(texts_and_span(), st.data())
def test_where_nothing_moved_the_order_stays(
    case: tuple[str, str, Range], data: st.DataObject
) -> None:
    old, new, _ = case
    points = sorted(data.draw(st.sets(st.integers(0, len(old)), max_size=12)))
    alignment = Alignment(old, new)
    fits = alignment.fit_all(list(pairwise(points)))
    places = [fit.place for fit in fits if fit.place and fit.state == "clean"]
    if all(fit.state != "moved" for fit in fits):
        assert all(one[1] <= other[0] for one, other in pairwise(places))


@given(edited(TEXTS), st.data())
def test_an_own_edit_keeps_the_words_it_does_not_touch(
    case: tuple[str, list[RawEdit]], data: st.DataObject
) -> None:
    text, edits = case
    start, end = (
        data.draw(spans_of(text).filter(lambda span: span[0] < span[1])) if text else (0, 0)
    )
    (place,) = shift([(start, end)], edits)
    overlapped = any(
        low < end and start < high if low < high else start < low < end for low, high, _ in edits
    )
    assert (place is None) == overlapped
    if place is not None:
        assert applied(text, edits)[slice(*place)] == text[start:end]
