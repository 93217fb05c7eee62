"""What a few typed words find: as people remember them, and as phones write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.finding import LONGEST, MOST_ASKED, Sought, bare, place, words

SENTENCES = [
    "He left the café at noon.",
    "Он всё ещё ждёт ответа.",
    "كَتَبَ المُدِيرُ رِسَالَةً.",
    "The price was 1\u00a0200 € and H₂O was free.",
    "The hall of 1,500 m² in Łódź holds 12\u202f345\u202f678 books.",
    "Fewer boats received their licence in 2024, 2025 and later.",
    "港の中には船がある。",
    "किताब कहाँ है?",
    "An extra\u00adordinary naïve Straße.",
]

# typed → the sentence, the words marked in it, the rank
FOUND = [
    ("cafe", 0, "café", 0),
    ("CAFÉ AT NOON", 0, "café at noon", 0),
    ("все еще", 1, "всё ещё", 0),
    ("كتب المدير", 2, "كَتَبَ المُدِيرُ", 0),
    ("كتـــب", 2, "كَتَبَ", 0),
    ("1200", 3, "1\u00a0200", 0),
    ("1,200 €", 3, "1\u00a0200", 0),
    ("H2O", 3, "H₂O", 0),
    ("1500 m2", 4, "1,500 m²", 0),
    ("1 500", 4, "1,500", 0),
    ("12345678", 4, "12\u202f345\u202f678", 0),
    ("lodz", 4, "Łódź", 0),
    ("later boats", 5, "", 1),
    ("fewr boats", 5, "Fewer boats", 2),
    ("fewer baots", 5, "Fewer boats", 2),
    ("recieved thier license", 5, "received their licence", 2),
    ("recieved fewer", 5, "", 3),
    ("2024 2025", 5, "2024, 2025", 0),
    ("中に", 6, "中に", 0),
    ("किताब", 7, "किताब", 0),
    ("extraordinary naive strasse", 8, "extra\u00adordinary naïve Straße", 0),
]
NOT_FOUND = ["1300", "2026", "cat", "boots left", "!!!", "", "किताबें नहीं"]


def matches(typed):
    rows = [words(sentence) for sentence in SENTENCES]
    sought = Sought(typed, (word for row in rows for word in row))
    found = [sought.match(row) for row in rows]
    best = min((match.rank for match in found if match), default=None)
    return [(at, match) for at, match in enumerate(found) if match and match.rank == best]


@pytest.mark.parametrize(("typed", "sentence", "marked", "rank"), FOUND)
def test_words_are_found_however_they_are_typed(typed, sentence, marked, rank):
    [(at, match)] = matches(typed)

    assert (at, match.rank) == (sentence, rank)
    low, high = place(SENTENCES[at], match) or (0, 0)
    assert SENTENCES[at][low:high] == marked


@pytest.mark.parametrize("typed", NOT_FOUND)
def test_other_words_are_not_found(typed):
    assert matches(typed) == []


@given(st.text(max_size=60), st.text(max_size=300))
def test_whatever_is_typed_is_looked_for_within_the_sentence(typed, sentence):
    row = words(sentence)
    match = Sought(typed, row).match(row)
    low, high = (match and place(sentence, match)) or (0, 0)

    assert all(row)
    assert 0 <= low <= high <= len(sentence)
    assert match is None or match.rank % 2 or low < high


@given(st.text(alphabet="ab 1,.0-'", max_size=80))
def test_plain_letters_are_parted_as_all_others_are(text):
    assert words(text) == words(f"{text} é")[:-1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("ab ba", "aab aba ab ab"), ("a a a", "a b a a b a a a"), ("ab", "\u0640\u0640 cab")],
)
def test_words_that_follow_each_other_are_found_at_their_first_place(typed, sentence):
    row, asked = words(sentence), typed.split()
    bares = [bare(word) for word in row]
    at = next(
        n
        for n in range(len(row))
        if all(a in b for a, b in zip(asked, bares[n : n + len(asked)], strict=False))
    )
    match = Sought(typed, row).match(row)

    assert (match.first, match.last) == (at, at + len(asked) - 1)


@given(st.text(alphabet=st.characters(categories=("L", "N")), min_size=1, max_size=30))
def test_a_text_finds_itself(text):
    row = words(text)

    assert not row or Sought(text, row).match(row).rank == 0


def test_what_is_typed_and_compared_is_bounded():
    assert len(Sought("a b " * 1000, ["a"]).words) == MOST_ASKED
    assert len(bare("x" * 10_000)) == LONGEST
