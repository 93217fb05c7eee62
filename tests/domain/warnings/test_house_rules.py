"""House rules: what breaks one, what follows one, and which contradict each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.errors import Invalid, TooLong
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Rule, Searched

KYIV = Rule(1, "Kyiv", ("Kiev", "Kiew"), "It is Ukrainian.")
WEB = Rule(2, "internet", ("Internet",), "It is no name.", case_sensitive=True)
MINT = Rule(3, "м’ята", ("мята",), "Апостроф потрібен.", lang="uk")
PART = Rule(4, "e-mail", ("email",), "With a hyphen.", whole_words=False)


def found(rule, text):
    return [text[match.start : match.end] for match in house_rules.matches(rule, Searched(text))]


@pytest.mark.parametrize(
    ("rule", "text", "there"),
    [
        (KYIV, "From Kiev to Kiew.", ["Kiev", "Kiew"]),
        (KYIV, "KIEV, kiev and Kiev’s; l’Kiev", ["KIEV", "kiev", "Kiev", "Kiev"]),
        (KYIV, "Kievan, Old-Kiev, Kiev2, Kiev_x", ["Kiev"]),
        (KYIV, "Kyiv, Kyivan", []),
        (KYIV, "Kie\u0301v and Kiev\u0301", []),  # another letter, half a letter
        (WEB, "The Internet, the internet, INTERNET", ["Internet"]),
        (PART, "emails and emailing; e-mails", ["email", "email"]),
        (MINT, "мята, Мята, м’ята, м'ята", ["мята", "Мята"]),
        (replace(MINT, forms=("ята",)), "м’ята м'ята ята", ["ята"]),  # inside a word
        (
            Rule(5, "O'Hara", ("O'Harra",), "-"),
            "O’Harra, O'Harra, OʼHarra",
            ["O’Harra", "O'Harra", "OʼHarra"],
        ),
        (
            Rule(6, "Nový Bor", ("Novy Bor",), "-"),
            "Novy Bor, Novy\u00a0Bor, Novy\nBor",
            ["Novy Bor", "Novy\u00a0Bor", "Novy\nBor"],
        ),
        (Rule(7, "Kyiv region", ("Kiev", "Kiev oblast"), "-"), "Kiev oblast", ["Kiev oblast"]),
        (Rule(8, "北京", ("北平",), "-"), "在北平的", ["北平"]),  # no blanks between words
        (Rule(9, "Istanbul", ("Stambul",), "-"), "STAMBUL İİİ Stambul", ["STAMBUL", "Stambul"]),
    ],
)
def test_forms_are_found_as_words(rule, text, there):
    assert found(rule, text) == there


@pytest.mark.parametrize(
    ("old", "new", "broken", "kept"),
    [
        ("in Kyiv today", "in Kiev today", [("Kiev", True)], []),
        ("in Kyiv today", "in Kiew today", [("Kiew", True)], []),
        ("the capital today", "Kiev today", [("Kiev", False)], []),
        ("in Kiev today", "in Kyiv today", [], [("Kiev", True)]),
        ("in Kiev today", "in Kiev yesterday", [], []),
        ("Kiev and Kyiv", "Kiew and Kiev", [("Kiew", True)], []),
        ("Kiev and Kyiv", "Kyiv and Kiev", [], []),  # only their places changed
        ("Kyivan", "Kievan", [], []),
        ("KYIV", "KIEV", [("Kiev", True)], []),
        ("", "", [], []),
    ],
)
def test_a_change_breaks_a_rule_or_follows_it(old, new, broken, kept):
    against = house_rules.against([KYIV], old, new)
    follows = house_rules.following([KYIV], old, new)

    assert [(one.form, one.instead) for one in against] == broken
    assert [(one.form, one.instead) for one in follows] == kept


@given(st.text("Kiev wKy’é\n", max_size=40), st.text("Kiev wKy’é\n", max_size=40))
def test_what_one_way_breaks_the_other_way_does_not(old, new):
    there = house_rules.against([KYIV], old, new)
    back = house_rules.against([KYIV], new, old)

    assert not (there and back)
    assert house_rules.against([KYIV], old, old) == []
    assert [one for one in there if one.instead] == house_rules.following([KYIV], new, old)


@given(st.text("KiIevV w’ʼ'_é\u0301\u00a0İΣσς", max_size=60))
def test_places_are_those_of_the_text_apart_and_whole(text):
    text = Searched(text).text
    matches = house_rules.matches(KYIV, Searched(text))

    assert all(a.end <= b.start for a, b in pairwise(matches))
    for match in matches:
        assert text[match.start : match.end].casefold() == match.form.casefold()
        assert house_rules.whole_words(text, match.start, match.end) == (match.start, match.end)
    other = text
    for match in reversed(matches):
        other = other[: match.start] + "Kyiv" + other[match.end :]
    assert house_rules.matches(KYIV, Searched(other)) == []


@pytest.mark.parametrize(
    ("there", "wanted"),
    [("Kiev", "Kyiv"), ("KIEV", "KYIV"), ("kiev", "Kyiv")],
)
def test_what_we_write_takes_the_capitals_that_are_there(there, wanted):
    assert house_rules.in_place(KYIV, there) == wanted
    assert house_rules.in_place(WEB, "Internet") == "internet"
    assert house_rules.in_place(Rule(1, "grey", ("gray",), "-"), "Gray") == "Grey"


@pytest.mark.parametrize(
    ("preferred", "form", "there", "wanted"),
    [
        ("television", "TV", "TV", "television"),  # the capitals are the form's, not the place's
        ("macOS", "Mac OS", "Mac OS", "macOS"),
        ("macOS", "Mac OS", "mac OS", "macOS"),
        ("iPhone", "i-Phone", "I-Phone", "iPhone"),
        ("e-mail", "email", "Email", "E-mail"),
        ("macOS", "Mac OS", "MAC OS", "macOS"),
    ],
)
def test_capitals_of_a_form_itself_are_no_capitals_of_its_place(preferred, form, there, wanted):
    assert house_rules.in_place(Rule(1, preferred, (form,), "-"), there) == wanted


def test_a_rule_is_about_its_language():
    british = replace(KYIV, lang="en-gb")

    assert [british.speaks(lang) for lang in ("en-GB", "en", "en-US", "uk")] == [True] + [False] * 3
    assert [MINT.speaks(lang) for lang in ("uk", "uk-UA", "en")] == [True, True, False]
    assert KYIV.speaks("uk")


LONG = "x" * 101


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"preferred": " "}, "preferred"),
        ({"forms": (" ", "")}, "forms"),
        ({"forms": tuple(f"form{n}" for n in range(21))}, "forms"),
        ({"reason": " \n"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"preferred": LONG}, "preferred"),
        ({"forms": (LONG,)}, "forms"),
        ({"preferred": "Ky\u202eiv"}, "preferred"),
        ({"forms": ("Ki\x07ev",)}, "forms"),
        ({"lang": "Ukrainian"}, "lang"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https:// x"}, "link"),
        ({"forms": ("Kiev", "kiev")}, "forms"),  # twice
        ({"forms": ("Kyiv",)}, "forms"),  # itself
        ({"forms": ("KYIV",)}, "forms"),
        ({"preferred": "Kyiv city", "forms": ("city",)}, "forms"),
        ({"preferred": "Kyivan", "forms": ("Kyiv",), "whole_words": False}, "forms"),
        ({"preferred": "O’Hara", "forms": ("O'Hara",)}, "forms"),
    ],
)
def test_a_rule_that_says_nothing_or_contradicts_itself_is_refused(more, field):
    with pytest.raises((Invalid, TooLong)) as refused:
        house_rules.checked(replace(KYIV, **more))

    assert list(refused.value.fields) == [field]
    assert "%(" not in refused.value.message


def test_what_is_sound_is_tidied():
    rule = house_rules.checked(
        Rule(0, "  Kyivan  Rus ", (" Kyiv ", "", "kyivan rus'"), " Why. ", lang=" UK ")
    )

    assert rule == Rule(0, "Kyivan Rus", ("Kyiv", "kyivan rus'"), "Why.", lang="uk")


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(9, "Kiev", ("Kyiv",), "-"), "preferred"),  # A to B and B to A
        (Rule(9, "Kyjiw", ("KIEW",), "-"), "forms"),  # a form twice
        (Rule(9, "Kijew", ("Kyiv",), "-"), "forms"),  # B to C
        (Rule(9, "Kiev cake", ("Kiew cake",), "-"), "preferred"),
        (Rule(9, "Kiev", ("Kijew",), "-", lang="uk"), "preferred"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(rule, field):
    with pytest.raises(Invalid) as refused:
        house_rules.check_among(rule, [KYIV, WEB])

    assert list(refused.value.fields) == [field]
    assert "Kyiv" in refused.value.message
    house_rules.check_among(rule, [replace(KYIV, active=False)])


def test_rules_of_other_languages_and_other_capitals_are_none_of_theirs():
    house_rules.check_among(
        replace(KYIV, number=9, preferred="Kiev", forms=("Kyiv",), lang="de"),
        [replace(KYIV, lang="en")],
    )
    house_rules.check_among(Rule(9, "web", ("INTERNET",), "-", case_sensitive=True), [WEB])
    house_rules.check_among(Rule(9, "Kyivan", ("Kievan",), "-"), [KYIV])


def test_many_rules_and_hostile_words_find_what_is_there_and_come_to_an_end():
    """Five thousand forms of one letter's runs, and ten thousand letters that begin all of them."""
    rules = [
        Rule(n, f"b{n}", tuple("a" * (10 * n + k + 1) for k in range(10)), "-") for n in range(500)
    ]

    assert house_rules.against(rules, "", "a" * 10_000) == []
    assert [one.form for one in house_rules.against(rules, "", "a " * 5_000)] == ["a"]
