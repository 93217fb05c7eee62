"""Words seen on a page go to the equal or a like paragraph of the article, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.errors import Ambiguous, NotFoundInText, NoWords, Refusal
from corrections_app.domain.sighting import LIKE, Sighting, place
from corrections_app.domain.text.body import SEPARATOR, block_around
from corrections_app.domain.text.folding import Folded

PARAGRAPHS = (
    'The "Harbour" bridge -- it\'s late',
    "The council recieved the report... it was 3x4 metres (tm), 6'2\" high - or so.",
    "18",
    "Read more about the bridge.",
    "18",
    "The café was closed; the mayor said “no”.",
    "Read more about the bridge.",
    "The end of the council.",
)
TEXT = SEPARATOR.join(PARAGRAPHS)
# What WordPress' own filter makes of the source's characters (wptexturize).
TEXTURIZED = {
    " -- ": " — ",
    "it's": "it’s",
    "...": "…",
    "3x4": "3×4",
    "(tm)": "™",
    "6'2\"": "6’2″",
    " - ": " – ",
    '"Harbour"': "“Harbour”",
}


def seen(paragraph: str, words: str, **around) -> Sighting:
    start = paragraph.index(words)
    return Sighting(paragraph, start, start + len(words), **around)


def placed(sighting: Sighting, text: str = TEXT) -> str:
    found = place(sighting.tidied(), text)
    return text[found.start : found.end]


def textured(text: str) -> str:
    for plain, fine in TEXTURIZED.items():
        text = text.replace(plain, fine)
    return text


@pytest.mark.parametrize(
    ("number", "words", "ours"),
    [
        (1, "recieved", "recieved"),
        (1, "report…", "report..."),
        (1, "…", "..."),
        (1, "3×4", "3x4"),
        (1, "™,", "(tm),"),
        (1, "6’2″", "6'2\""),
        (1, "high – or", "high - or"),
        (0, "bridge — it’s", "bridge -- it's"),
        (0, "“Harbour”", '"Harbour"'),
        (5, '"no"', "“no”"),
    ],
)
def test_words_of_a_page_are_found_by_what_they_are_in_the_source(number, words, ours):
    page = textured(PARAGRAPHS[number]).replace("“no”", '"no"')

    assert placed(seen(page, words)) == ours


def test_letters_put_together_from_two_signs_count_as_one():
    page = "The cafe\u0301 was closed; the mayor said “no”."

    assert placed(seen(page, "cafe\u0301")) == "café"
    assert placed(seen(page, "mayor")) == "mayor"


def test_blanks_around_the_choice_are_left_out():
    sighting = Sighting(PARAGRAPHS[1], 3, 21)

    assert placed(sighting) == "council recieved"


def test_several_paragraphs_are_found_together():
    page = SEPARATOR.join(map(textured, PARAGRAPHS[0:2]))

    assert placed(seen(page, "it’s late" + SEPARATOR + "The council")) == (
        "it's late" + SEPARATOR + "The council"
    )


def test_neighbours_tell_twins_apart():
    first = placed_at(seen("18", "18", before=PARAGRAPHS[1], after=PARAGRAPHS[3]))
    second = placed_at(seen("18", "18", before=PARAGRAPHS[3][-9:], after=PARAGRAPHS[5][:9]))

    assert first < second


def placed_at(sighting: Sighting, text: str = TEXT) -> int:
    return place(sighting.tidied(), text).start


def test_where_neighbours_say_nothing_twins_are_counted():
    here = [placed_at(seen("18", "18", nth=n, of=2)) for n in (0, 1)]

    assert here == [n for n in range(len(TEXT)) if TEXT.startswith("18", n)]


def test_neighbours_further_off_tell_rows_of_twins_apart():
    rows = ["One", "Same.", "Same.", "Same.", "Two", "Same.", "Same.", "Same.", "Three"]
    text = SEPARATOR.join(rows)
    twins = [n for n, row in enumerate(rows) if row == "Same."]

    for number in twins:
        before = SEPARATOR.join(rows[:number])[-12:]
        after = SEPARATOR.join(rows[number + 1 :])[:12]
        found = placed_at(seen("Same.", "Same", before=before, after=after), text)
        assert text[:found].count(SEPARATOR) == number


@pytest.mark.parametrize("of", [1, 3])
def test_twins_that_nobody_can_tell_apart_are_named(of):
    with pytest.raises(Ambiguous) as refused:
        place(seen("18", "18", nth=of - 1, of=of), TEXT)

    assert [TEXT[a:b] for a, b in refused.value.details["places"]] == ["18", "18"]


def test_an_advertisement_inside_the_paragraph_does_not_matter():
    page = textured(PARAGRAPHS[1]).replace("the report", "the Advertisement: buy! report")
    found = place(seen(page, "recieved").tidied(), TEXT)

    assert (TEXT[found.start : found.end], found.how) == ("recieved", "aligned")


@pytest.mark.parametrize(
    "page",
    [
        "Line height of the council.",
        "Related: The council recieved a prize for the best garden of the year in the county.",
        "All nine recieved",
        "recieved",
        "Leave a Reply. Your email address will not be published. The council recieved",
    ],
)
def test_words_of_an_unlike_paragraph_have_no_place(page):
    word = "recieved" if "recieved" in page else "council"

    with pytest.raises(NotFoundInText):
        place(seen(page, word).tidied(), TEXT)


def test_words_that_a_like_paragraph_has_not_are_not_found():
    page = PARAGRAPHS[1].replace("recieved", "obtained")

    with pytest.raises(NotFoundInText):
        place(seen(page, "obtained").tidied(), TEXT)


def test_of_two_paragraphs_that_are_as_like_neither_is_taken():
    met = "The whole council met in {}, he said at last."
    text, page = SEPARATOR.join([met.format("May"), met.format("June")]), met.format("July")

    with pytest.raises(NotFoundInText):
        place(seen(page, "council").tidied(), text)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (5, 3), (0, 10_000), (-1, 3), (3, 4), (10_000, 10_001)]
)
def test_what_chooses_no_words_is_refused(start, end):
    with pytest.raises(NoWords):
        Sighting("The council", start, end).tidied()


WORDS = st.sampled_from(
    ["the", "council", "it's", '"late"', "--", "…", "18", "a", "ß", "no\u00adte"]
)
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


@given(st.lists(PARAGRAPH, min_size=1, max_size=8), st.data())
def test_whatever_is_placed_stands_in_a_like_paragraph_and_says_the_same(paragraphs, data):
    text = SEPARATOR.join(paragraphs)
    number = data.draw(st.integers(0, len(paragraphs) - 1))
    page = data.draw(
        st.sampled_from([paragraphs[number], textured(paragraphs[number]), "a 18 the"])
    )
    start = data.draw(st.integers(0, len(page) - 1))
    end = data.draw(st.integers(start + 1, len(page)))
    sighting = Sighting(page, start, end, nth=data.draw(st.integers(0, 2)), of=2)
    try:
        sighting = sighting.tidied()
        found = place(sighting, text)
    except Refusal:
        return

    theirs, ours = letters(sighting.words), letters(text[found.start : found.end])
    assert theirs == ours
    low, high = block_around(text, found.start, found.end)
    like = SequenceMatcher(None, letters(page), letters(text[low:high]), autojunk=False).ratio()
    assert like >= LIKE - 0.2  # another measure, of letters alone


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, Folded(text).text))


@given(st.lists(PARAGRAPH, min_size=1, max_size=8, unique=True), st.data())
def test_any_word_of_a_paragraph_that_stands_once_is_placed_in_it(paragraphs, data):
    folded = [Folded(each).text for each in paragraphs]
    number = data.draw(st.sampled_from([n for n, each in enumerate(folded)]))
    if folded.count(folded[number]) > 1:
        return
    page = textured(paragraphs[number])
    words = page.split(" ")
    chosen = data.draw(st.integers(0, len(words) - 1))
    start = sum(len(word) + 1 for word in words[:chosen])
    sighting = Sighting(page, start, start + len(words[chosen]))

    found = place(sighting.tidied(), SEPARATOR.join(paragraphs))

    base = sum(len(each) + len(SEPARATOR) for each in paragraphs[:number])
    assert base <= found.start < found.end <= base + len(paragraphs[number])
    assert found.how == "block"


def test_a_page_of_nothing_but_twins_is_refused_at_once():
    text = SEPARATOR.join("a" * 100_000)

    with pytest.raises(Ambiguous):
        place(replace(seen("a", "a"), of=100_000), text)
