"""The house's sentences for what an article said and says."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.patching import edits
from corrections_app.domain.text.body import Block, Cell, canonical_text
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.notices import (
    FURTHER,
    MOST,
    OPENING,
    WAYS,
    notice,
    respells_names,
)
from corrections_app.domain.warnings.phrases import Phrase, grow_around, grow_whole, words_of
from corrections_app.domain.warnings.small_words import SMALL

TEXT = "Work will begin in May 2025 and cost about four million pounds."
EARLIER = "An earlier version of this article "


def said(found):
    return " ".join(one.sentence % one.words for one in (found, *found.further))


def told(exact, replacement, text=TEXT):
    return said(notice(text, edits(exact, replacement, text.index(exact)))).removeprefix(EARLIER)


@pytest.mark.parametrize(
    ("text", "exact", "replacement", "says"),
    [
        (TEXT, "four", "five",
         "misstated a figure: it is about five million pounds, not four million."),
        (TEXT, "2025", "2026", "misstated a date: it is May 2026, not May 2025."),
        ("On May 12, 1894, it was lost.", "1894", "1849",
         "misstated a date: it is May 12, 1849, not May 12, 1894."),
        ("The charter of 1894 was lost.", "1894", "1849",
         "misstated a date: it is 1849, not 1894."),
        ("There were 1,024 boats in it.", "1,024", "1,204",
         "misstated a figure: it is 1,204 boats, not 1,024."),
        ("It killed at least 19 people in all.", "19", "20",
         "misstated a figure: it is at least 20 people, not 19."),
        ("About 40 people came.", "40", "50",
         "misstated a figure: it is about 50 people, not 40."),
        ("It has 30 islands.", "30", "31", "misstated a figure: it is 31 islands, not 30."),
        ("It cost $5.4 million in all.", "5.4", "4.5",
         "misstated a figure: it is $4.5 million, not $5.4 million."),
        ("It rose by 13 per cent.", "13", "12",
         "misstated a figure: it is 12 per cent, not 13 per cent."),
        ("It stood on Pier 4 by the sea.", "4", "5",
         "misstated a figure: it is Pier 5, not Pier 4."),
        ("The poet Anna Lindquist said so.", "Lindquist", "Lindqvist",
         "misspelled a name: it is Anna Lindqvist, not Anna Lindquist."),
        ("In Lindquist’s view it is so.", "Lindquist’s", "Lindqvist’s",
         "misspelled a name: it is Lindqvist, not Lindquist."),
        ("Then Robin Holm spoke.", "Robin", "Elisa",
         "gave a wrong name: it is Elisa Holm, not Robin Holm."),
        ("It is Charles I who reigned.", "Charles I", "Charles II",
         "gave a wrong name: it is Charles II, not Charles I."),
        ("See www.a.example/x for more.", "www.a.example/x", "www.a.example/y",
         "gave a wrong address: it is www.a.example/y, not www.a.example/x."),
        ("The council did vote for it.", "did vote", "did not vote",
         "omitted the word “not”. It should have said “council did not vote”."),
        ("The council did not vote.", "did not", "did",
         "wrongly included the word “not”. It should have said “council did vote”."),
        (TEXT, "cost about", "cost", "wrongly included the word “about”. "
         "It should have said “cost four”."),
        ("“It is high time,” said Ada.", "high", "low",
         "misquoted what was said: the words are “It is low time”, not “It is high time”."),
        ("He called it “a harbour.”", "a harbour.”", "the harbour”",
         "misquoted what was said: the words are “the harbour”, not “a harbour”."),
        ("“He said ‘no way’ to us,” said Ada.", "way", "thanks",
         "misquoted what was said: the words are “He said ‘no thanks’ to us”, "
         "not “He said ‘no way’ to us”."),
        ("They saw there teacher then.", "there", "their",
         "should have said “their teacher” where it said “there teacher”."),
        (TEXT, "pounds.", "euros.", "should have said “euros” where it said “pounds”."),
        ("It was too, late.", "too, late", "too late",
         "had an error in how it was written. It should have said “It was too late”."),
        ("Рибний ринок відкрили у травні 2019 року.", "2019", "2020",
         "misstated a date: it is травні 2020, not травні 2019."),
        ("Рибний ринок відкрила Анна Ковальчук.", "Анна", "Олена",
         "gave a wrong name: it is Олена Ковальчук, not Анна Ковальчук."),
        ("ذهب إلى المدينة الكبيرة.", "المدينة", "القرية",
         "should have said “القرية” where it said “المدينة”."),
        ("كان في الميناء 12 قاربا.", "12", "13",
         "misstated a figure: it is 13 قاربا, not 12."),
        ("彼は東京に住んでいる。", "東", "西", "should have said “西京に” where it said “東京に”."),
        (TEXT, "2025 and cost about four", "2026 and cost about five",
         "misstated a date: it is May 2026, not May 2025. It also misstated a figure: "
         "it is about five million pounds, not four million."),
    ],
)  # fmt: skip
def test_the_notice_says_what_the_change_is_and_the_right_words_first(
    text, exact, replacement, says
):
    assert told(exact, replacement, text) == says


def test_the_same_change_at_two_places_is_told_once():
    text = "The Harbor, our Harbor."

    found = notice(text, [Edit(4, 10, "Harbour"), Edit(16, 22, "Harbour")])

    assert found.further == ()
    assert found.words == {"right": "Harbour", "wrong": "Harbor"}


def test_many_changes_are_told_as_one_passage():
    text = "one cat, two dogs, three birds, four fishes, five worms and one moth."
    new = text.replace("o", "u")

    found = notice(text, edits(text, new, 0))

    assert found.further == ()
    assert "twu dugs" in said(found)


def test_words_left_out_of_a_block_and_a_block_of_its_own():
    text = "Title\n\nA whole paragraph goes here.\n\nEnd."

    assert told("A whole paragraph goes here.", "", text) == (
        "wrongly included the words “A whole paragraph goes here”."
    )


def test_places_far_apart_are_told_by_their_beginning():
    text = " filler".join(f"one{n} " + "x " * 300 for n in range(6))
    made = [Edit(at, at + 4, f"two{n}") for n in range(6) for at in [text.index(f"one{n}")]]

    found = said(notice(text, made))

    assert "two0" in found
    assert len(found) < 1000


def test_long_passages_are_cut_at_a_word():
    found = told(TEXT, "word " * 200)

    assert len(found) < 1000
    assert "word …" in found


@pytest.mark.parametrize(
    ("exact", "replacement", "respells"),
    [
        ("Lindquist", "Lindqvist", True), ("Kiev", "Kyiv", True), ("Muller", "Müller", True),
        ("Chaikovsky", "Tchaikovsky", True), ("Іванчук", "Іваньчук", True),
        ("Mc Donald", "McDonald", True),
        ("Lindquist", "Holm", False), ("Iran", "Iraq", False), ("Niger", "Nigeria", False),
        ("Austria", "Australia", False), ("Slovakia", "Slovenia", False),
        ("Henry I", "Henry II", False), ("Harbour", "harbour", True),
    ],
)  # fmt: skip
def test_another_spelling_of_a_name_is_told_from_another_name(exact, replacement, respells):
    text = f"Then came {exact} at last."

    assert respells_names(text, edits(exact, replacement, text.index(exact))) is respells


def test_a_figure_beside_a_name_is_no_spelling():
    assert not respells_names(TEXT, edits("four", "five", TEXT.index("four")))


# Any text and edits: words of several scripts, quotation marks of all styles, small words.
_WORDS = """
about more than at the of all
least not a harbour Lindquist Анна у травні 12 1,024 $4 million don’t of “wall” “a
wall.” ‘b c’ " it' «so» „und“ المدينة 東京 👨\u200d👩\u200d👧 e\u0301 é, May 1894
(x) \u202e — … per cent
"""
WORDS = st.sampled_from(_WORDS.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=25).map(" ".join) | st.text(min_size=1, max_size=60)


@st.composite
def changes(draw):
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    made = [Edit(a, b, draw(TEXTS | st.just(""))) for a, b in pairs]
    return text, [edit for at, edit in enumerate(made) if not at or edit.start > made[at - 1].end]


def are_in_pairs(whole):
    """Whether every mark that opens is closed; between two letters, ’ may be an apostrophe too."""
    waiting = {""}
    for at, sign in enumerate(whole):
        if sign in "“‘":
            waiting = {opened + sign for opened in waiting}
        elif sign in "”’":
            mate = {"”": "“", "’": "‘"}[sign]
            closed = {opened[:-1] for opened in waiting if opened.endswith(mate)}
            between = sign == "’" and whole[at - 1].isalpha() and whole[at + 1 : at + 2].isalpha()
            waiting = closed | waiting if between else closed
    return "" in waiting


@given(changes())
def test_any_change_has_sentences_with_marks_in_pairs(change):
    found = notice(*change)
    sentences = {begin + way for begin in (OPENING, FURTHER) for way in WAYS.values()}

    for one in (found, *found.further):
        assert one.sentence in sentences
    assert len(found.further) < MOST
    whole = said(found)
    assert len(whole) <= 1000
    assert not set(whole) & set('"„‟«»‹›「」『』＂‚‛`´\n\u202e')
    assert are_in_pairs(whole)


@given(changes(), st.sampled_from([grow_whole, grow_around]))
def test_no_phrase_breaks_off_where_it_could_go_on(change, grow):
    text, made = change
    phrase = Phrase(text, made[0], 0, made[1].start if len(made) > 1 else None)

    grow(phrase)

    for side in (phrase.wrong, phrase.right):
        words = [word.lower() for word in words_of(side)]
        many = len(words_of("".join(phrase.old))) > 12
        if phrase.following() and not many:
            assert words
            assert words[-1] not in SMALL
        if phrase.left() and not many:
            assert set(words) - SMALL or phrase.following()


@given(changes())
def test_phrases_are_of_whole_words_and_whole_signs(change):
    text, made = change
    phrase = Phrase(text, made[0])
    new = text[: made[0].start] + made[0].replacement + text[made[0].end :]
    grow_whole(phrase)

    for whole, start, end in (
        (text, phrase.start, phrase.end),
        (new, phrase.start, phrase.start + len(phrase.right)),
    ):
        assert {phrase.low, start, end} <= {0, phrase.low} | {
            sign.end() for sign in regex.finditer(r"\X", whole[: phrase.low + 400])
        }
    assert splice_of(phrase, text) == new


def splice_of(phrase, text):
    return text[: phrase.start] + phrase.right + text[phrase.end :]


@given(st.lists(WORDS.filter(str.isalnum), min_size=3, max_size=12), st.data())
def test_the_right_words_stand_there_whole(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    text = " ".join(words)
    start = len(" ".join(words[:at])) + bool(at)
    new = data.draw(st.sampled_from(["Qwertzen", "qwertzen", "4711"]))

    whole = said(notice(text, [Edit(start, start + len(words[at]), new)]))

    assert regex.search(rf"(?<!\w){new}(?!\w)", whole)


FERRIES = (
    Block("title", "The ferry"),
    Block("byline", "Ida Voss and Kaja Lund"),
    Block("cell", "Island", cell=Cell(0, 0, scope="col")),
    Block("cell", "Sailings 2023", cell=Cell(0, 1, scope="col")),
    Block("cell", "Begun", cell=Cell(0, 2, scope="col")),
    Block("cell", "Great Hamm", cell=Cell(1, 0)),
    Block("cell", "222", cell=Cell(1, 1)),
    Block("cell", "May 2019", cell=Cell(1, 2)),
    Block("cell", "Lindquist", cell=Cell(2, 0)),
    Block("cell", "none at all", cell=Cell(2, 1)),
    Block("paragraph", "It sailed 222 times."),
)
OF_PLACES = [
    ("222", "220", "misstated a figure in a table (Great Hamm, Sailings 2023): it is 220, "
     "not 222."),
    ("2019", "2020", "misstated a date in a table (Great Hamm, Begun): it is May 2020, "
     "not May 2019."),
    ("Great", "Grete", "gave a wrong name in a table (Island): it is Grete Hamm, not Great Hamm."),
    ("Lindquist", "Lindqvist", "misspelled a name in a table (Island): it is Lindqvist, "
     "not Lindquist."),
    ("none at all", "a few", "had an error in a table (Lindquist, Sailings 2023): "
     "it should have said “a few”, not “none at all”."),
    ("Begun", "Bgun", "had an error in a heading of a table: it should have said “Bgun”, "
     "not “Begun”."),
    ("Ida Voss", "Ida Vos", "misspelled the name of its author: it is Ida Vos and Kaja Lund, "
     "not Ida Voss and Kaja Lund."),
    ("Ida Voss", "Bo Ek", "named the wrong author: it was written by Bo Ek and Kaja Lund, "
     "not by Ida Voss and Kaja Lund."),
    (" and Kaja Lund", "", "named an author who did not write it: it was written by Ida Voss."),
    ("Ida", "Bo Ek, Ida", "did not name all of its authors: it was written by "
     "Bo Ek, Ida Voss and Kaja Lund."),
]  # fmt: skip


@pytest.mark.parametrize(("exact", "replacement", "says"), OF_PLACES)
def test_a_table_and_the_byline_are_named_as_newspapers_name_them(exact, replacement, says):
    text = canonical_text(FERRIES)
    made = edits(exact, replacement, text.index(exact))

    assert said(notice(text, made, FERRIES)).removeprefix(EARLIER) == says


def test_changes_in_several_cells_are_told_as_of_any_text():
    text = canonical_text(FERRIES)
    made = edits(text, text.replace("222", "220"), 0)

    assert said(notice(text, made, FERRIES)) == said(notice(text, made))
