"""Patches change the words they name, and leave a text canonical."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings

from corrections_app.domain.errors import TextMoved
from corrections_app.domain.patching import Relation, apply, conflicts, edits
from corrections_app.domain.text.body import SEPARATOR, Body, canonical_text, normalise
from corrections_app.domain.text.edits import Edit, inverse, splice, widen, widen_all
from tests.domain.body_strategies import bodies_with_edits, raw_text

ONCE = settings(max_examples=150)
Case = tuple[Body, tuple[Edit, ...]]


def is_canonical_prose(text: str) -> bool:
    parts = text.split(SEPARATOR)
    return text == "" or all(part and normalise(part) == part for part in parts)


WIDENED = [
    # name, text, words, replacement, what the text is afterwards, what the edit took
    ("a word gone takes one blank", "a very good man", "very", "", "a good man", "very "),
    ("the last word gone takes the blank before", "so good very", "very", "", "so good", " very"),
    ("the first word gone takes the blank after", "Very good", "Very", "", "good", "Very "),
    ("a block's last word", "so good\n\nEnd", "good", "", "so\n\nEnd", " good"),
    ("a word before a hard break", "one two\nthree", "two", "", "one\nthree", " two"),
    ("a line between hard breaks", "one\ntwo\nthree", "two", "", "one\nthree", "two\n"),
    ("a double blank typed", "a b", "b", "b  c", "a b c", "b"),
    ("a blank typed at a block's end", "a b\n\nc", "b", "B ", "a B\n\nc", "b"),
    ("a blank typed beside a blank", "a b c", "b", " B ", "a B c", "b"),
    (
        "a combining mark composes with the letter before",
        "cafe x",
        " x",
        "\u0301 x",
        "café x",
        "e x",
    ),
    ("a letter composes with the mark after", "c\u0323\u0301", "c", "e", "ẹ\u0301", "c\u0323"),
    (
        "a paragraph gone takes a separator",
        "One\n\nTwo\n\nThree",
        "Two",
        "",
        "One\n\nThree",
        "Two\n\n",
    ),
    ("the last paragraph takes the one before", "One\n\nTwo", "Two", "", "One", "\n\nTwo"),
    ("two paragraphs gone", "A\n\nB\n\nC\n\nD", "B\n\nC", "", "A\n\nD", "B\n\nC\n\n"),
    ("two of three equal blocks", "A\n\nA\n\nA", "A\n\nA", "", "A", "A\n\nA\n\n"),
    ("a separator gone joins", "One\n\nTwo", "\n\n", " ", "One Two", "\n\n"),
    ("half a separator gone makes a hard break", "One\n\nTwo", "\n", "", "One\nTwo", "\n\n"),
    ("an empty line splits", "One Two", " ", "\n \t\n", "One\n\nTwo", " "),
    ("many empty lines are one", "One Two", " ", "\n\n\n\n\n", "One\n\nTwo", " "),
    ("a hard break typed stays one", "One Two", " ", "\r\n", "One\nTwo", " "),
    ("a control character typed is dropped", "One", "One", "T\x00wo", "Two", "One"),
    ("all of it gone", "One", "One", "", "", "One"),
]


@pytest.mark.parametrize(
    ("text", "words", "replacement", "after", "taken"),
    [case[1:] for case in WIDENED],
    ids=[case[0] for case in WIDENED],
)
def test_an_edit_is_widened_until_its_result_is_canonical(
    text: str, words: str, replacement: str, after: str, taken: str
) -> None:
    start = text.index(words)
    wide = widen(text, Edit(start, start + len(words), replacement))
    assert splice(text, (wide,)) == after
    assert text[wide.start : wide.end] == taken
    assert apply(text, start, start + len(words), words, replacement) == after


def test_blanks_and_empty_lines_of_code_stay() -> None:
    text = "See:\n\nif a:\n    b\n\nEnd"
    code = ((6, 17),)
    start = text.index("b")
    assert apply(text, start, start + 1, "b", "b  \n\n    c", code) == (
        "See:\n\nif a:\n    b  \n \n    c\n\nEnd"
    )
    assert apply(text, start, start + 1, "b", "b  \n\n    c") == ("See:\n\nif a:\nb\n\nc\n\nEnd")


def test_code_of_which_only_blanks_are_left_goes() -> None:
    assert apply("See:\n\n    b  \n\nEnd", 10, 11, "b", "", ((6, 13),)) == "See:\n\nEnd"


@pytest.mark.parametrize(("start", "end"), [(0, 5), (4, 4), (-4, 3), (2, 99), (3, 2)])
def test_a_patch_is_refused_where_other_words_stand(start: int, end: int) -> None:
    with pytest.raises(TextMoved):
        apply("The teh cat", start, end, "teh", "the")


def test_a_patch_leaves_all_else_as_it_was() -> None:
    text = "Café au lait – “so” …\n\nEnd\u00a0of it."
    assert apply(text, 8, 12, "lait", "thé") == text.replace("lait", "thé")


@ONCE
@given(bodies_with_edits())
def test_widened_edits_are_apart_canonical_and_widened_already(case: Case) -> None:
    body, raw = case
    text = SEPARATOR.join(filter(None, map(normalise, canonical_text(body).split(SEPARATOR))))
    raw = tuple(Edit(min(e.start, len(text)), min(e.end, len(text)), e.replacement) for e in raw)
    wide = widen_all(text, raw)
    assert all(first.end < second.start for first, second in pairwise(wide))
    assert is_canonical_prose(splice(text, wide))
    assert widen_all(text, wide) == wide


@ONCE
@given(bodies_with_edits())
def test_the_inverse_restores_every_byte(case: Case) -> None:
    body, raw = case
    text = canonical_text(body)
    wide = widen_all(text, raw)
    assert splice(splice(text, wide), inverse(text, wide)) == text


@ONCE
@given(bodies_with_edits(most=2))
def test_two_disjoint_patches_commute(case: Case) -> None:
    body, raw = case
    text = canonical_text(body)
    wide = widen_all(text, raw)
    if len(wide) < 2:
        return
    first, second = wide
    grown = len(first.replacement) - (first.end - first.start)
    later = Edit(second.start + grown, second.end + grown, second.replacement)
    one_way = splice(splice(text, (first,)), (later,))
    assert one_way == splice(splice(text, (second,)), (first,)) == splice(text, wide)


EDITS = [
    ("one word respelt", "I recieve it", "I receive it", [("recieve", "receive")]),
    ("a respelt word is apart", "recieve the", "receive a", [("recieve", "receive"), ("the", "a")]),
    (
        "rewritten words are one",
        "quick brown fox",
        "slow red dog",
        [("quick brown fox", "slow red dog")],
    ),
    (
        "two words far apart",
        "teh cat on hte mat",
        "the cat on the mat",
        [("teh", "the"), ("hte", "the")],
    ),
    ("an insertion is told by the word before", "cat sat", "cat has sat", [("cat", "cat has")]),
    ("or by the word after, at the front", "cat", "the cat", [("cat", "the cat")]),
    ("a comma belongs to its word", "Hello world", "Hello, world", [("Hello", "Hello,")]),
    ("a word gone", "a very good man", "a good man", [("very ", "")]),
    ("the last word gone", "good very", "good", [(" very", "")]),
    ("a blank is told by both words", "well known", "well-known", [("well known", "well-known")]),
    ("an apostrophe is of its word", "its late", "it’s late", [("its", "it’s")]),
    ("a number is one word", "1,000 men", "1.000 men", [("1,000", "1.000")]),
    ("a closing quote", "say “hi", "say “hi”", [("hi", "hi”")]),
    ("no blanks between words", "日本語です", "日本话です", [("語", "话")]),
    ("a family is one letter", "👨‍👩‍👧 ok", "👨‍👩‍👦 ok", [("👨‍👩‍👧", "👨‍👩‍👦")]),
    ("a flag is one letter", "🇺🇦🇩🇪", "🇺🇦🇩🇰", [("🇩🇪", "🇩🇰")]),
    ("an accent is of its letter", "q\u0323x.", "qx.", [("q\u0323x", "qx")]),
    ("right to left", "שלום עולם", "שלום לעולם", [("עולם", "לעולם")]),
    ("a paragraph split", "so. And", "so.\n\nAnd", [(". And", ".\n\nAnd")]),
    ("nothing", "same", "same", []),
]


@pytest.mark.parametrize(
    ("exact", "replacement", "parts"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS]
)
def test_a_change_is_told_in_words(
    exact: str, replacement: str, parts: list[tuple[str, str]]
) -> None:
    found = edits(exact, replacement, start=100)
    assert [(exact[e.start - 100 : e.end - 100], e.replacement) for e in found] == parts


@ONCE
@given(raw_text, raw_text)
def test_the_parts_make_up_the_change_and_none_is_empty(exact: str, replacement: str) -> None:
    found = edits(exact, replacement)
    assert splice(exact, found) == replacement
    assert all(edit.start < edit.end for edit in found) or not exact
    assert all(first.end < second.start for first, second in pairwise(found))


@ONCE
@given(bodies_with_edits(most=1))
def test_a_change_applied_whole_or_in_parts_is_the_same(case: Case) -> None:
    body, (raw,) = case
    text = canonical_text(body)
    exact = text[raw.start : raw.end]
    parts = edits(exact, raw.replacement, raw.start)
    if "\n" in exact or "\n" in raw.replacement:
        return  # a blank line typed is one separator as a whole, but two breaks in parts
    assert splice(text, widen_all(text, parts)) == apply(
        text, raw.start, raw.end, exact, raw.replacement
    )


SENTENCE = "I recieve the quick brown fox"
RELATIONS = [
    ("the same fix", ("recieve", "receive"), ("recieve", "receive"), Relation.EQUAL),
    (
        "the same fix in a longer selection",
        ("recieve", "receive"),
        ("I recieve", "I receive"),
        Relation.EQUAL,
    ),
    ("two words of one sentence", ("recieve", "receive"), ("brown", "red"), Relation.DISJOINT),
    ("two wishes for one word", ("recieve", "receive"), ("recieve", "get"), Relation.RIVAL),
    (
        "one of two words wished otherwise",
        ("I recieve", "We receive"),
        ("recieve", "get"),
        Relation.RIVAL,
    ),
    ("a fix and more", ("recieve", "receive"), ("recieve the", "receive a"), Relation.TOUCHING),
    ("a spelling in a deletion", ("brown", "browne"), ("quick brown ", ""), Relation.TOUCHING),
    ("side by side", ("fox", "fox."), ("brown ", ""), Relation.TOUCHING),
]


@pytest.mark.parametrize(
    ("a", "b", "relation"), [case[1:] for case in RELATIONS], ids=[case[0] for case in RELATIONS]
)
def test_two_proposals_stand_in_one_relation(
    a: tuple[str, str], b: tuple[str, str], relation: Relation
) -> None:
    one, other = (edits(*pair, start=SENTENCE.index(pair[0])) for pair in (a, b))
    assert conflicts(one, other) is conflicts(other, one) is relation


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("teh hosue", "the house", 2),
        ("ab cd", "ax cx", 2),  # half of each word stays
        ("abcde fghij", "abxy fgxy", 1),  # less than half
        ("big dog", "small cat", 1),
    ],
)
def test_a_word_of_which_half_stays_is_respelt_and_stands_alone(old, new, parts):
    assert len(edits(old, new)) == parts
