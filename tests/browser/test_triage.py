"""A hundred cards by keys alone, each as it was meant."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import Escalation, Hold, Skip
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from tests.builders import ON_PURPOSE, a_correction, document

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_a_hundred_cards_are_decided_by_keys_alone(newsroom):
    section = newsroom.section()
    ids = newsroom.slips(section, 90)
    figures = newsroom.story(section, *[f"In hall {n} sat 1{n} people." for n in range(10, 18)])
    ids += [
        a_correction(figures, f"1{n} people", f"2{n} people", now=now(), email="").id
        for n in range(10, 18)
    ]
    ids += lost_words(newsroom, section, 2)
    plan = dict(zip(ids, [*PLAN * 9, *["accept_flagged"] * 8, "place", "place"], strict=True))
    desk = newsroom.desk(section)
    desk.begin()
    # A hundred times three tenths of a second would be half a minute of waiting.
    desk.pause = 60
    desk.page.evaluate(
        "(pause) => document.querySelector('[data-triage]').dataset.pause = pause", 60
    )
    done, begun = {}, time.perf_counter()
    while len(done) < len(plan):
        card = desk.at()
        assert card not in done
        done[card] = plan[card]
        HANDS[plan[card]](desk)
    desk.settle()
    seconds = time.perf_counter() - begun
    waits = sorted(desk.page.evaluate("window.waits.slice(1)"))
    print(
        f"\n100 cards by keys: {seconds / 100:.2f} s a card, of which {desk.pause / 1000} s are "
        f"waited; key to next card painted: median {waits[len(waits) // 2]:.0f} ms, "
        f"p95 {waits[int(len(waits) * 0.95)]:.0f} ms"
    )

    assert done == plan
    assert {card: outcome_of(newsroom, card) for card in plan} == {
        card: OUTCOMES[what] for card, what in plan.items()
    }


def test_twenty_five_mixed_decisions_are_each_answered_and_none_by_surprise(newsroom):
    section = newsroom.section()
    plan = dict(zip(newsroom.slips(section, 14), [*PLAN, *PLAN[:4]], strict=True))
    story = newsroom.story(
        section, *[f"In hall {n} sat 1{n} people." for n in range(10, 16)], "Is it so?"
    )

    def sent(exact, replacement, **more):
        return a_correction(story, exact, replacement, now=now(), email="", **more).id

    for n in (10, 11, 12):
        plan[sent(f"1{n} people", f"2{n} people")] = "refused_then_flagged"
    for n in (13, 14, 15):  # the second of each pair is closed with the first
        plan[sent(f"1{n} people", f"2{n} people")] = "accept_flagged"
        sent(f"1{n} people", f"3{n} people")
    plan[sent("Is it so?", None, explanation="Who says?")] = "answer"
    plan |= dict.fromkeys(lost_words(newsroom, section, 4), "place")
    assert len(plan) == 25
    desk = newsroom.desk(section)
    desk.begin()
    desk.page.evaluate(COUNT_IGNORED)

    met = []
    while len(met) < len(plan):
        met.append(desk.at())
        before = desk.page.evaluate(STATE)
        HANDS[plan[met[-1]]](desk)
        desk.await_other(met[-1]) if len(met) < len(plan) else desk.settle()
        assert desk.page.evaluate(STATE) != before
    desk.settle()

    assert sorted(met) == sorted(plan)
    assert {card: outcome_of(newsroom, card) for card in plan} == {
        card: OUTCOMES[what] for card, what in plan.items()
    }
    assert desk.page.evaluate("window.ignored") == 0
    assert desk.page.locator(".strip:is([data-state=failed], [data-state=lost])").count() == 0


# The presses that came too early to count, each of which flashes the edge of a card.
COUNT_IGNORED = """() => {
  window.ignored = 0;
  new MutationObserver((all) => (ignored += all.filter(({ target }) =>
    target.dataset?.early !== undefined).length))
    .observe(document.querySelector("main"), { attributeFilter: ["data-early"], subtree: true });
}"""
# What a person sees of the page: the card, what lies open on it, what is said beside the bar.
STATE = """() => [document.querySelector("article.card")?.dataset.id,
  [...document.querySelectorAll(".decide details")].map(({ open }) => open).join(),
  document.querySelector("[data-why]:not([hidden])")?.textContent, document.title].join("|")"""


PLAN = [
    *["accept", "digit", "otherwise", "settled", "skip"],
    *["repeat", "accept", "note", "hold", "escalate"],
]
OUTCOMES = {
    "accept": ("accepted", None, None),
    "accept_flagged": ("accepted", None, None),
    "refused_then_flagged": ("accepted", None, None),
    "answer": ("accepted", None, "Ask her."),
    "place": ("accepted", None, None),
    "otherwise": ("accepted", None, "words of my own"),
    "digit": ("rejected", Reason.HOUSE_STYLE, None),
    "repeat": ("rejected", Reason.HOUSE_STYLE, None),
    "note": ("rejected", Reason.OTHER, "Not so, see?"),
    "settled": ("superseded", None, None),
    "skip": ("skipped", None, None),
    "hold": ("held", None, "asking"),
    "escalate": ("escalated", None, "help"),
}


def type_and_send(desk, key, text):
    desk.press(key)
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type(text)
    desk.page.keyboard.press("Control+Enter")


def note_and_send(desk, key, text):
    desk.press(key)
    desk.page.locator(f"details:has([data-act={ACTS[key]}]) textarea").focus()
    desk.page.keyboard.type(text)
    desk.page.keyboard.press("Control+Enter")


ACTS = {"h": "hold", "f": "escalate"}


def settle_otherwise(desk):
    desk.press("d")
    desk.page.locator(".settled [name=reason]:checked").focus()
    desk.page.keyboard.press("Control+Enter")


def place_and_accept(desk):
    desk.press("p")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("rebuilt words")
    desk.page.keyboard.press("Enter")
    desk.page.locator("[name=place]").first.wait_for()
    desk.page.keyboard.press("Control+Enter")
    desk.page.locator("[data-act^=accept]").first.wait_for()
    desk.press("Shift+A")


def refused_then_flagged(desk):
    desk.press("a")
    assert desk.page.locator(".decide [data-why]").is_visible()
    desk.press("Shift+A")


def answer(desk):
    desk.press("a")
    desk.page.keyboard.type("Ask her.")
    desk.page.keyboard.press("Control+Enter")


HANDS = {
    "refused_then_flagged": refused_then_flagged,
    "answer": answer,
    "accept": lambda desk: desk.press("a"),
    "accept_flagged": lambda desk: desk.press("Shift+A"),
    "digit": lambda desk: desk.press("r", "2"),
    "repeat": lambda desk: desk.press("r", "r"),
    "note": lambda desk: (
        desk.press("r", "0"),
        desk.page.keyboard.type("Not so, see?"),
        desk.page.keyboard.press("Control+Enter"),
    ),
    "otherwise": lambda desk: type_and_send(desk, "e", "words of my own"),
    "settled": settle_otherwise,
    "skip": lambda desk: desk.press("s"),
    "hold": lambda desk: note_and_send(desk, "h", "asking"),
    "escalate": lambda desk: note_and_send(desk, "f", "help"),
    "place": place_and_accept,
}


def lost_words(newsroom, section, number):
    """Corrections whose words are gone, in articles where other words stand for them."""
    lost = []
    for _ in range(number):
        article = newsroom.story(section, "Some quite bulit wods stood here once.")
        lost.append(a_correction(article, "bulit wods", "built words", now=now(), email="").id)
        told = document(article.current.title, "Now rebuilt words stand there.", section=section)
        importing.bring_in(told, slug=article.slug, terms=ON_PURPOSE, now=now())
    return lost


def outcome_of(newsroom, card):
    """What became of a card: how it was closed or put aside, the reason, and what was typed."""
    decision = newsroom.decisions([card]).get(card)
    if decision is not None:
        typed = decision.note or (None if decision.as_proposed else decision.after)
        return decision.outcome, decision.reason, typed
    if hold := db.session.get(Hold, card):
        return "held", None, hold.note
    if escalation := db.session.get(Escalation, card):
        return "escalated", None, escalation.note
    skipped = db.session.scalar(select(Skip).where(Skip.correction_id == card))
    return ("skipped" if skipped else "pending"), None, None


def test_at_the_end_no_row_beside_is_on_the_table(newsroom, desk):
    for _ in desk.ids:
        desk.press("a")
        desk.settle()

    desk.page.locator("[data-rest] .nothing-head").wait_for()

    assert desk.page.locator("[data-beside] [aria-current]").count() == 0
    assert desk.page.locator("[data-row]:not([data-left])").count() == 0
