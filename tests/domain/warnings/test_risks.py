"""What a change touches: facts, sources, and what the eye cannot see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.patching import edits
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings import risks
from corrections_app.domain.warnings.risks import MUCH_LONGER, Risk, found

DATE, INVISIBLE, LONGER, LINK, LOOKALIKE, NAME, NEGATION, NUMBER, QUOTATION = (
    Risk.DATE, Risk.INVISIBLE, Risk.LONGER, Risk.LINK, Risk.LOOKALIKE, Risk.NAME, Risk.NEGATION,
    Risk.NUMBER, Risk.QUOTATION,
)  # fmt: skip

# The sentence with the words that are wrong in brackets, what it should say, what that touches.
TABLE = [
    ("The council voted to [aprove] the budget.", "approve", set()),
    ("The [hosue] is old.", "house", set()),
    ("It rained. [Teh] house stood.", "The", set()),
    ("[I] am here.", "I'm", set()),
    # numbers and dates
    ("It cost [5] pounds.", "6", {NUMBER}),
    ("It cost [$5] million.", "€5", {NUMBER}),
    ("It grew by 5[%] a year.", "‰", {NUMBER}),
    ("It was [-5] outside.", "5", {NUMBER}),
    ("[three] ships came.", "four", {NUMBER}),
    ("Прийшло [три] кораблі.", "чотири", {NUMBER}),
    ("وصلت [ثلاث] سفن.", "أربع", {NUMBER}),
    ("来了[三]艘船。", "四", {NUMBER}),
    ("It opened in [2025].", "2026", {NUMBER, DATE}),
    ("It opens on [5] May.", "6", {NUMBER, DATE}),
    ("It opens on May [5].", "6", {NUMBER, DATE}),
    ("It opens on [Monday].", "Tuesday", {DATE}),
    ("Відкриття у [травні].", "червні", {DATE}),
    ("It [may] open.", "might", set()),
    ("It opens at [14:30].", "15:30", {NUMBER, DATE}),
    # names, in scripts with case
    ("A letter from [Jhon] came.", "John", {NAME}),
    ("Mr. [Smiht] said so.", "Smith", {NAME}),
    ("It rained. [Jhon] Smith said so.", "John", {NAME}),
    ("It rained. [Jhon] said so. Then John left with John.", "John", {NAME}),
    ("Лист від [Олени] прийшов.", "Ольги", {NAME}),
    ("Ο [Γιάννης] ήρθε.", "Νίκος", {NAME}),
    ("It is in [kyiv].", "Kyiv", {NAME}),
    ("The [NATO] summit.", "UN", {NAME}),
    ("A [new iPhone] came.", "new phone", {NAME}),
    # quotations in many styles
    ("“It is [hihg] time,” she said.", "high", {QUOTATION}),
    ("„Es ist [hohe] zeit“, sagte sie.", "höchste", {QUOTATION}),
    ("« Il est [grand] temps », dit-elle.", "bien", {QUOTATION}),
    ("»Es ist [hohe] zeit«, sagte sie.", "höchste", {QUOTATION}),
    ("她说「[高]」。", "低", {QUOTATION}),
    ('She said "it is [hihg] time".', "high", {QUOTATION}),
    ("She said ‘it is [hihg] time’.", "high", {QUOTATION}),
    ('He is ["sad"] today.', "sad", {QUOTATION}),
    ("The workers’ [hosue] isn’t old.", "house", set()),
    ("“High time,” she said [tehn].", "then", set()),
    ("A 6\" pipe is [raw] and a 7\" too.", "new", set()),
    # negations
    ("It [is] true.", "is not", {NEGATION}),
    ("They [can] swim.", "can't", {NEGATION}),
    ("They [don't] swim.", "do not", set()),
    ("They [dont] swim.", "don't", set()),
    ("They [cannot] swim.", "can not", set()),
    ("It is [legal] here.", "illegal", {NEGATION}),
    ("Це [можливо].", "неможливо", {NEGATION}),
    ("Він [може] прийти.", "не може", {NEGATION}),
    ("هو [يعرف] ذلك.", "لا يعرف", {NEGATION}),
    ("Es ist [ein] Haus.", "kein", {NEGATION}),
    ("他[是]学生。", "不是", {NEGATION}),
    # addresses
    ("See [example.org] for more.", "https://example.org/", {LINK}),
    ("Write to [a@example.org] today.", "b@example.org", {LINK}),
    # what the eye cannot see
    ("A [word] here.", "wo\u200brd", {INVISIBLE}),
    ("A [wo\u00adrd] here.", "word", {INVISIBLE}),
    ("[Page five] here.", "Page\u00a0five", {INVISIBLE}),
    ("A [word] here.", "\u202eword", {INVISIBLE}),
    ("A [word] here.", "w\u043erd", {LOOKALIKE}),
    ("At [\u043eil] here.", "oil", {LOOKALIKE}),
    ("A [cat] here.", "c\u0430r", {LOOKALIKE}),
    ("A 👩\u200d🔬 [wrok] here.", "work", set()),
    ("A [face] here.", "face 👩\u200d🔬❤\ufe0f", set()),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "replacement", "risks"), TABLE)
def test_what_a_change_touches(sentence, replacement, risks):
    before, _, rest = sentence.partition("[")
    exact, _, after = rest.partition("]")

    assert found(before + exact + after, edits(exact, replacement, len(before))) == risks


@pytest.mark.parametrize(("added", "is_longer"), [(MUCH_LONGER, False), (MUCH_LONGER + 1, True)])
def test_a_text_that_grows_by_a_clause_is_longer(added, is_longer):
    risks = found("it is so", [Edit(0, 2, "it" + "a" * added)])

    assert (LONGER in risks) is is_longer


@pytest.mark.parametrize(
    ("link", "touched"), [((4, 8), True), ((0, 5), True), ((8, 9), False), ((0, 4), False)]
)
def test_a_link_is_touched_where_its_words_change(link, touched):
    assert (LINK in found("the wlal is old", [Edit(4, 8, "wall")], [link])) is touched


def test_a_quotation_ends_with_its_paragraph():
    text = "“It is high time, she said.\n\nThe hosue is old."
    start = text.index("hosue")

    assert found(text, [Edit(start, start + 5, "house")]) == set()


def test_nothing_is_risked_where_nothing_changes():
    assert found("Anything at all, 5 May.", []) == set()


words = st.sampled_from(
    ["the", "May", "5", "not", "John", "“so”", "\u200b", "wоrd", "naïve", "\n\n", "👩\u200d🔬", "́a"]
)
texts = st.lists(words | st.text(max_size=4), max_size=12).map(" ".join)


@given(texts, texts, texts)
def test_any_text_and_any_change_have_an_answer(before, exact, replacement):
    text = before + exact + before
    parts = edits(exact, replacement, len(before))

    assert found(text, parts) <= set(Risk)
    assert found(text, [Edit(len(before), len(before) + len(exact), replacement)]) <= set(Risk)


@given(texts, texts)
def test_two_changes_touch_what_each_of_them_touches(one, other):
    text = "a long line here\n\nand another here"
    first, second = Edit(2, 6, one), Edit(text.index("another"), len(text) - 5, other)

    together = found(text, [first, second]) - {LONGER}

    assert together == (found(text, [first]) | found(text, [second])) - {LONGER}


@given(texts, texts)
def test_words_that_stay_as_they_are_risk_nothing(before, words):
    edit = Edit(len(before), len(before) + len(words), words)

    assert found(before + words, [edit]) <= {LINK}


def test_very_many_edits_are_judged_as_one(monkeypatch):
    """A name and a number among them are found as if each stood alone."""
    made, change = [], risks._Change
    monkeypatch.setattr(risks, "_Change", lambda *given: made.append(given) or change(*given))
    text = "then Ada had 7 goats, " + " word," * 200
    few = (Edit(5, 8, "Eva"), Edit(13, 14, "8"))
    many = [Edit(at, at + 4, "ward") for at in range(23, len(text) - 4, 12)]
    assert len(many) > risks.MOST_EDITS

    assert found(text, few) == {NAME, NUMBER}
    assert found(text, [*few, *many]) == {NAME, NUMBER}
    assert len(made) == len(few) + 1


def test_a_thousand_words_for_a_thousand_others_are_compared_in_linear_time():
    """Each with each, and with every prefix, would be a billion pairs."""
    old = "".join(f"oz{n} " for n in range(9_000))
    new = "".join(f"qz{n} " for n in range(9_000))

    assert NEGATION not in found(old, [Edit(0, len(old), new)])
    assert NEGATION in found("likely", [Edit(0, 6, new + "unlikely")])
