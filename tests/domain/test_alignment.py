"""Carrying a range from one text to the next: every class of failure seen in the field."""

from __future__ import annotations

import unicodedata

import pytest

from corrections_app.domain.alignment import Alignment, Whereabouts, shift
from corrections_app.domain.alignment.matching import MOST_PAIRS, Gap, Match, filled, heaviest_chain
from corrections_app.domain.alignment.tokens import fold

OPENING = "The council met on Tuesday to talk about the harbour and the new bridge."
BRIDGE = "Work on the bridge will begin in March, said the mayor, and cost nine million pounds."
HARBOUR = "The harbour master, Robin Hale, wants the old pier kept for the fishing boats."
CLOSING = "A vote is expected before the summer recess."
ALPHA = "Team Alpha meets on Mondays in the large hall and plans the work of the week."
BETA = "Team Beta meets on Mondays in the large hall and plans the work of the week."


def article(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def marked(text: str) -> tuple[str, int, int]:
    """The text without its ⟦brackets⟧, and the range that stood between them."""
    before, _, rest = text.partition("⟦")
    inside, _, after = rest.partition("⟧")
    return before + inside + after, len(before), len(before) + len(inside)


# name: the text with the range marked, and the new text with its place marked.
KEPT = {
    "nothing changed": (f"{OPENING} ⟦{CLOSING}⟧", f"{OPENING} ⟦{CLOSING}⟧"),
    "an edit before it": ("Teh mayor spoke ⟦to us⟧.", "The honourable mayor spoke ⟦to us⟧."),
    "an edit right beside it": ("where ⟦we⟧ should plan", "what ⟦we⟧ could plan"),
    "the first Robin was fixed, the second is meant (h#2798)": (
        "Robin Hood came first. Then Robin Hale, and ⟦Robin⟧ Cook, and Robin Williams left.",
        "Batman came first. Then Robin Hale, and ⟦Robin⟧ Cook, and Robin Williams left.",
    ),
    "one word repeated": (
        "very very ⟦very⟧ good, they said of the play",
        "very very ⟦very⟧ good, he said of the play",
    ),
    "a copy of the paragraph put before": (
        article(OPENING, f"⟦{BRIDGE}⟧", CLOSING),
        article(BRIDGE, OPENING, f"⟦{BRIDGE}⟧", CLOSING),
    ),
    "the near twin above was deleted": (
        article(OPENING, ALPHA, BETA.replace("Mondays", "⟦Mondays⟧"), CLOSING),
        article(OPENING, BETA.replace("Mondays", "⟦Mondays⟧"), CLOSING),
    ),
    "two quotes that differ by what follows (product-backlog#1022)": (
        "He paid the fee at noon. He paid ⟦the fee⟧ at night.",
        "He paid the fee at noon, we hear. He paid ⟦the fee⟧ at night.",
    ),
    "a paragraph moved down": (
        article(BRIDGE.replace("nine", "⟦nine⟧"), OPENING, HARBOUR, CLOSING),
        article(OPENING, HARBOUR, BRIDGE.replace("nine", "⟦nine⟧"), CLOSING),
    ),
    "a paragraph moved and copy-edited": (
        article(BRIDGE.replace("cost", "⟦cost⟧"), OPENING, HARBOUR, CLOSING),
        article(OPENING, HARBOUR, BRIDGE.replace("begin", "start").replace("cost", "⟦cost⟧")),
    ),
    "a sentence moved to another paragraph": (
        article(f"{OPENING} {BRIDGE.replace('mayor', '⟦mayor⟧')}", HARBOUR),
        article(OPENING, f"{HARBOUR} {BRIDGE.replace('mayor', '⟦mayor⟧')}"),
    ),
    "a paragraph split": (
        article(f"{OPENING} ⟦{CLOSING}⟧", HARBOUR),
        article(OPENING, f"⟦{CLOSING}⟧", HARBOUR),
    ),
    "paragraphs merged, the range over the seam": (
        article(OPENING.replace("bridge.", "⟦bridge."), BRIDGE.replace("Work", "Work⟧")),
        OPENING.replace("bridge.", "⟦bridge.") + " " + BRIDGE.replace("Work", "Work⟧"),
    ),
    "lines reflowed": (
        "one two three\nfour ⟦five\nsix⟧ seven eight",
        "one two three four\n⟦five six⟧ seven eight",
    ),
    "quotes made smart inside it": (
        'She said ⟦"don\'t"⟧ to them.',
        "She said ⟦“don’t”⟧ to them.",
    ),
    "a word beside a quote made smart": ('the "⟦so-called⟧" truce', "the “⟦so-called⟧” truce"),
    "hyphens made a dash": ("a truce ⟦-- so called⟧ held", "a truce ⟦— so called⟧ held"),
    "dots made an ellipsis": ("well⟦... perhaps⟧ not", "well⟦… perhaps⟧ not"),
    "no-break blanks put in": ("about ⟦20 km⟧ away", "about ⟦20\u00a0km⟧ away"),
    "a soft hyphen put in": ("the ⟦government⟧ said", "the ⟦govern\u00adment⟧ said"),
    "spelled in composed characters": (
        unicodedata.normalize("NFD", "le ⟦café fermé⟧ hier"),
        "le ⟦café fermé⟧ hier",
    ),
    "Japanese, an edit beside it": ("昨日、⟦首相⟧は訪問した。", "今日、⟦首相⟧は訪問した。"),
    "Thai, an edit before it": ("เขาไปตลาด⟦วันนี้⟧กับแม่", "เธอไปตลาด⟦วันนี้⟧กับแม่"),
    "Persian with joiners": ("او ⟦می‌رود⟧ به خانه", "تو ⟦می‌رود⟧ به خانه"),
    "Hindi with vowel signs": ("वह ⟦किताब⟧ पढ़ता है", "राम ⟦किताब⟧ पढ़ता है"),
    "an emoji of several code points": ("go 👩🏽‍🚒 ⟦👩🏽‍🚀⟧ go", "stay 👩🏽‍🚒 ⟦👩🏽‍🚀⟧ go"),
    "one comma": ("red⟦,⟧ green and blue paint", "red⟦,⟧ green and brown paint"),
    "a short phrase between two rewritten sentences": (
        "The old plan had failed badly. ⟦He resigned on Friday.⟧ Nobody was surprised at that.",
        "Critics hated every idea. ⟦He resigned on Friday.⟧ Markets rose sharply afterwards.",
    ),
    "a word put twice": ("I ⟦like⟧ it here", "I ⟦like⟧ it it here"),
    "code points beyond the first plane before it": ("😀😀 ⟦word⟧", "😀 ⟦word⟧"),
}


@pytest.mark.parametrize(("old", "new"), KEPT.values(), ids=KEPT)
def test_words_that_stay_are_carried_to_their_own_place(old: str, new: str) -> None:
    old, start, end = marked(old)
    new, to, until = marked(new)
    assert Alignment(old, new).carry(start, end) == (to, until)


GONE = {
    "near twin stays (client#7571)": (
        article(OPENING, ALPHA.replace("large hall", "⟦large hall⟧"), BETA, CLOSING),
        article(OPENING, BETA, CLOSING),
    ),
    "near twin stays and is edited": (
        article(OPENING, ALPHA.replace("large hall", "⟦large hall⟧"), BETA, CLOSING),
        article(OPENING, BETA.replace("Mondays", "Fridays"), CLOSING),
    ),
    "the only Linus left is in machines (h#2634)": (
        article(OPENING, "The kernel is by ⟦Linus⟧ alone.", CLOSING),
        article(OPENING, "Many machines run it.", CLOSING),
    ),
    "a longer word holds the quote (h#4328)": ("a ⟦form⟧ of art", "a platform of art"),
    "the meant Robin was fixed, another stays": (
        "Robin Hale spoke first, then ⟦Robin⟧ Cook.",
        "Robin Hale spoke first, then Batman Cook.",
    ),
    "the word was edited": ("We ⟦recieve⟧ it.", "We receive it."),
    "the word was deleted": ("It was ⟦really⟧ good.", "It was good."),
    "words were put inside": ("the ⟦quick fox⟧ ran", "the ⟦quick brown fox⟧ ran"),
    "the paragraph was replaced and a word recurs": (
        article(OPENING, "Pensions rose in May ⟦and⟧ nobody complained about it.", CLOSING),
        article(OPENING, "Ships from Norway, Chile and Japan were seen off the coast.", CLOSING),
    ),
    "all was replaced": (f"⟦{OPENING}⟧", HARBOUR),
    "a passage too short to be known again moved": (
        article("⟦Stay tuned.⟧", OPENING, HARBOUR),
        article(OPENING, HARBOUR, "And so on. Stay tuned."),
    ),
    "a passage moved, but it now stands twice": (
        article(f"⟦{HARBOUR}⟧", OPENING, BRIDGE, CLOSING),
        article(OPENING, BRIDGE, HARBOUR, CLOSING, HARBOUR),
    ),
    "a quote of signs alone, made smart": ('He said ⟦"⟧yes" to it', "He said “yes” to it"),
    "a blank was put inside": ("the ⟦icecream⟧ van", "the ice cream van"),
    "two words were joined": ("the ⟦ice cream⟧ van", "the icecream van"),
    "a letter of a combining cluster": (
        unicodedata.normalize("NFD", "un ⟦é").replace("\u0301", "⟧\u0301") + "té",
        "un été",
    ),
}


@pytest.mark.parametrize(("old", "new"), GONE.values(), ids=GONE)
def test_words_that_are_gone_are_let_go(old: str, new: str) -> None:
    old, start, end = marked(old)
    new, _, _ = marked(new)
    assert Alignment(old, new).carry(start, end) is None


def test_a_revert_brings_the_words_back() -> None:
    first = article(OPENING, BRIDGE, CLOSING)
    second = article(OPENING, HARBOUR, CLOSING)
    at = first.index("mayor")
    assert Alignment(first, second).carry(at, at + 5) is None
    assert Alignment(first, first).carry(at, at + 5) == (at, at + 5)


FITS = {
    "untouched": ("It is ⟦fine⟧ now.", "It is ⟦fine⟧ now.", "clean"),
    "only its offset changed": ("So it is ⟦fine⟧ now.", "It is ⟦fine⟧ now.", "clean"),
    "another typography": ('Oh, ⟦"fine"⟧ now.', "Oh, ⟦“fine”⟧ now.", "clean"),
    "moved with its paragraph": (
        article(HARBOUR.replace("pier", "⟦pier⟧"), OPENING, BRIDGE),
        article(OPENING, BRIDGE, HARBOUR.replace("pier", "⟦pier⟧")),
        "moved",
    ),
    "its word was edited": ("We ⟦recieve⟧ it.", "We ⟦receive⟧ it.", "conflict"),
    "it and its neighbour were edited": (
        "We recieve ⟦teh⟧ parcel.",
        "We receive ⟦the⟧ parcel.",
        "conflict",
    ),
    "a word was put inside": ("a ⟦quick fox⟧ ran", "a ⟦quick brown fox⟧ ran", "conflict"),
    "its quotation mark was made smart": ('say ⟦"⟧yes"', "say ⟦“⟧yes”", "conflict"),
    "its sentence was reworded": (
        "The mayor said that it ⟦costs⟧ nine million.",
        "The mayor said that it ⟦will cost⟧ nine million.",
        "conflict",
    ),
}


@pytest.mark.parametrize(("old", "new", "state"), FITS.values(), ids=FITS)
def test_a_fit_says_what_became_of_the_words_and_where(old: str, new: str, state: str) -> None:
    old, start, end = marked(old)
    new, to, until = marked(new)
    fit = Alignment(old, new).fit(start, end)
    assert (fit.state, fit.place, fit.start, fit.end) == (state, (to, until), to, until)


LOST = {
    "a word deleted": ("It was ⟦really⟧ good.", "It was good."),
    "a paragraph deleted": (article(OPENING, f"⟦{BRIDGE}⟧", CLOSING), article(OPENING, CLOSING)),
    "a paragraph replaced by another": (
        article(OPENING, BRIDGE.replace("mayor", "⟦mayor⟧"), CLOSING),
        article(OPENING, "Pensions: 3 % up.", CLOSING),
    ),
    "outside the text": ("⟦⟧", "some words"),
}


@pytest.mark.parametrize(("old", "new"), LOST.values(), ids=LOST)
def test_a_fit_of_deleted_words_is_gone_and_has_no_place(old: str, new: str) -> None:
    old, start, end = marked(old)
    assert Alignment(old, new).fit(start, end) == Whereabouts("gone", None)


@pytest.mark.parametrize("span", [(0, 0), (3, 3), (5, 3), (-4, 2), (-4, -3), (2, 900), (900, 901)])
def test_a_range_that_is_empty_or_outside_has_no_place(span: tuple[int, int]) -> None:
    alignment = Alignment("some words here", "some words there")
    assert alignment.carry(*span) is None
    assert alignment.fit(*span).state == "gone"


def test_many_ranges_are_carried_as_each_alone() -> None:
    alignment = Alignment(article(OPENING, BRIDGE), article(BRIDGE.upper(), OPENING))
    spans = [(at, at + size) for at in range(60) for size in (1, 4, 19)]
    assert alignment.carry_all(spans) == [alignment.carry(*span) for span in spans]
    assert alignment.fit_all(spans) == [alignment.fit(*span) for span in spans]


@pytest.mark.parametrize(
    ("span", "edit", "place"),
    [
        ((4, 8), (0, 3, "A"), (2, 6)),
        ((4, 8), (0, 4, ""), (0, 4)),
        ((4, 8), (8, 9, "xyz"), (4, 8)),
        ((4, 8), (4, 4, "new "), (8, 12)),
        ((4, 8), (8, 8, "s"), (4, 8)),
        ((4, 8), (6, 6, "s"), None),
        ((4, 8), (4, 8, "same"), None),
        ((4, 8), (3, 5, ""), None),
        ((4, 8), (7, 9, ""), None),
        ((4, 8), (5, 6, "x"), None),
        ((4, 8), (2, 12, "x"), None),
    ],
    ids=str,
)
def test_an_own_edit_shifts_what_it_does_not_touch(
    span: tuple[int, int], edit: tuple[int, int, str], place: tuple[int, int] | None
) -> None:
    assert shift([span], [edit]) == [place]


def test_several_own_edits_add_up() -> None:
    edits = [(0, 1, "xyz"), (1, 1, "-"), (5, 7, "")]
    assert shift([(1, 5), (7, 9), (4, 8)], edits) == [(4, 8), (8, 10), None]


@pytest.mark.parametrize(
    "edits", [[(3, 5, ""), (4, 6, "")], [(5, 6, ""), (1, 2, "")], [(4, 2, "")]]
)
def test_own_edits_out_of_order_are_refused(edits: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="sorted and disjoint"):
        shift([(0, 1)], edits)


def test_the_heaviest_chain_is_not_the_longest() -> None:
    light = [Match(0, 10, 1), Match(1, 11, 1), Match(2, 12, 1)]
    heavy = Match(3, 0, 9)
    assert heaviest_chain([*light, heavy], lambda run: run.size) == ([heavy], light)


def test_a_gap_too_large_to_compare_is_left_unmatched_but_for_its_ends() -> None:
    size = int(MOST_PAIRS**0.5) + 10
    old = [1, *[2, 3] * (size // 2), 9]
    new = [1, *[3, 4] * (size // 2), 9]
    gap = Gap(0, len(old), 0, len(new))
    assert gap.pairs > MOST_PAIRS
    assert [run for run in filled(old, new, gap, []) if run.size] == [
        Match(0, 0, 1),
        Match(len(old) - 1, len(new) - 1, 1),
    ]


HOSTILE = {
    "one letter, another at the end": ("a" * 300_000, "a" * 299_999 + "b"),
    "one letter, another at the start": ("a" * 300_000, "b" + "a" * 299_999),
    "one word over and over": ("word " * 60_000, "word " * 50_000),
    "one word, then another": ("word " * 60_000, "other " * 50_000),
    "two words in turn": ("ab cd " * 50_000, "cd ab " * 50_000),
    "line breaks alone": ("\n" * 300_000, "\n" * 299_000),
    "blanks alone": (" " * 300_000, "\u00a0" * 300_000),
    "quotation marks alone": ('"' * 100_000, "“" * 100_000),
    "one cluster without end": ("e" + "\u0301" * 300_000, "e" + "\u0301" * 299_999),
    "one cluster, once composed": ("e" + "\u0301" * 60_000, "é" + "\u0301" * 59_999),
    "joiners alone": ("\u200d" * 100_000, "\u2060" * 100_000),
    "empty and not": ("", "words " * 1_000),
}


@pytest.mark.parametrize(("old", "new"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_answered_with_equal_words_or_none(old: str, new: str) -> None:
    alignment = Alignment(old, new)
    spans = [(at, at + 7) for at in range(0, max(len(old) - 7, 0), 1 + len(old) // 50)]
    for span, place in zip(spans, alignment.carry_all(spans), strict=True):
        assert place is None or fold(new[slice(*place)]) == fold(old[slice(*span)])
    assert len(alignment.fit_all(spans)) == len(spans)


def test_equal_ends_of_a_hostile_pair_are_still_carried() -> None:
    old, new = HOSTILE["one letter, another at the start"]
    assert Alignment(old, new).carry(1_000, 1_007) == (1_000, 1_007)
