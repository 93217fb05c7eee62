"""What comes after what: in the list, from page to page, and from card to card."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction, User
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.deciding import side_facts, undoing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import lanes, leases, paging, rows
from corrections_app.workflow.queue.filters import Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act, write
from tests.builders import HARBOUR, NOON, SECOND, a_correction, accept, an_article, document, reject

HOUR = timedelta(hours=1)
WORDS = ["apple", "banana", "cherry", "damson", "elder", "fig", "grape", "hazel", "iris", "kiwi"]
LATER = NOON + HOUR


@pytest.fixture
def article(app):
    return an_article(*HARBOUR, "Some apple banana cherry damson elder fig grape hazel iris kiwi.")


def words(items):
    return [item.exact for item in items]


def page(by, after=None, now=LATER, size=paging.PAGE, lane=Lane.WAITING, **asked):
    db.session.rollback()
    return lanes.listed(lane, by, now, after, Criteria(**asked), size)


def handed(by, after=None, now=LATER, lane=Lane.WAITING, **asked):
    db.session.rollback()
    found = lanes.following(lane, by, now, after and str(after.id), Criteria(**asked))
    return found.exact if found else None


def appealed(correction, judge, now=NOON):
    reject(correction, judge)
    receipts.appeal(tokens.token_for(correction), "Look again.", now=now)


def test_overdue_then_escalated_then_appeals_then_what_is_worth_most(article, max_, mira):
    a_correction(article, "banana", "yellow fruit", kind="clarity")
    a_correction(article, "grape", "graep", kind="typo")
    a_correction(article, "May 2025", "May 2026", kind="fact")
    side_facts.escalate(a_correction(article, "hazel", "hazle").id, Act(max_, "k", NOON), note="?")
    appealed(a_correction(article, "iris", "irsi"), max_)
    a_correction(article, "four million", "for million", now=NOON - 50 * HOUR)
    a_correction(article, "about", "abaut", now=NOON - 60 * HOUR)

    assert words(page(mira).corrections) == [
        "four million", "about", "hazel", "iris", "May 2025", "banana", "grape",
    ]  # fmt: skip


def test_whoever_may_not_answer_an_escalation_finds_it_in_its_place(article, max_, mira):
    sent = a_correction(article, "hazel", "hazle")
    side_facts.escalate(sent.id, Act(max_, "k", NOON), note="?")
    a_correction(article, "May 2025", "May 2026")

    assert words(page(mira).corrections) == ["hazel", "May 2025"]
    assert words(page(max_).corrections) == ["May 2025", "hazel"]
    assert handed(max_) == "May 2025"


def test_each_is_found_with_the_run_that_it_stands_in(article, max_, mira):
    for exact, act in (("hazel", True), ("May 2025", False), ("iris", False)):
        sent = a_correction(article, exact, exact.upper())
        if act:
            side_facts.escalate(sent.id, Act(max_, "k", NOON), note="?")
    late = a_correction(article, "about", "abaut", now=NOON - 60 * HOUR)

    for person, passed_up in ((mira, "escalated"), (max_, "best")):
        found = page(person).items
        runs = {"about": "overdue", "hazel": passed_up, "May 2025": "best", "iris": "best"}
        assert {one.exact: run for run, one in found} == runs
        assert {one.exact: lanes.run_of(one, person, LATER) for _, one in found} == runs
    assert late.exact == "about"


def test_nobody_finds_an_appeal_against_themselves_on_top(article, max_, mira):
    appealed(a_correction(article, "iris", "irsi"), mira)

    assert words(page(max_).corrections) == ["iris"]
    assert words(page(mira).corrections) == []
    assert words(page(mira, lane=Lane.APPEALS).corrections) == ["iris"]
    assert handed(max_) == "iris"


def test_appeals_and_escalations_of_other_sections_do_not_come_first(app, max_, mira):
    importing.bring_in(document(section="city"), slug="city", now=NOON)
    importing.bring_in(document(section="sport"), slug="sport", now=NOON)
    city, sport = reading.article_at("city"), reading.article_at("sport")
    editor = accounts.add("ed@courier.example", role=Role.EDITOR, now=NOON)
    with write() as session:
        session.get_one(User, editor.id).section = "city"
    fact = a_correction(city, "May 2025", "May 2026")
    for article in (sport, city):
        one = a_correction(article, "the the", "the")
        side_facts.escalate(one.id, Act(max_, None, NOON), note="?")
        appealed(a_correction(article, "will begin", "began"), max_)

    found = [(item.article.slug, item.exact) for item in page(editor).corrections]

    assert found == [
        ("city", "the the"), ("city", "will begin"), ("city", "May 2025"), ("sport", "the the"),
    ]  # fmt: skip
    assert [run for run, _ in page(editor).items] == ["escalated", "appeals", "best", "best"]
    assert [lanes.run_of(page(editor).corrections[at], editor, LATER) for at in (0, 3)] == [
        "escalated",
        "best",
    ]
    assert handed(editor) == "the the"
    assert fact.status == "pending"


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order.BEST, ["four million", "May 2025", "the the"]),
        (Order.OLDEST, ["four million", "the the", "May 2025"]),
        (Order.NEWEST, ["May 2025", "the the", "four million"]),
        (Order.ARTICLE, ["the the", "four million", "May 2025"]),
    ],
)
def test_the_order_is_what_one_asks_for(article, max_, order, found):
    other = an_article(*HARBOUR, slug="other")
    a_correction(article, now=NOON)
    a_correction(other, "four million", "five million", now=NOON - 5 * HOUR)
    a_correction(other, "May 2025", "May 2026", now=NOON + SECOND)

    assert words(page(max_, order=order).corrections) == found


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_pages_together_are_the_whole_list(article, max_, mira, order, size):
    everything = some(article, max_)
    whole = page(mira, order=order).corrections

    found, after = [], None
    while True:
        part = page(mira, after, size=size, order=order)
        found += part.corrections
        after = part.next
        if after is None:
            break

    assert found == whole
    assert {one.id for one in found} == everything - appeals_among(everything, order)


def some(article, max_):
    """Some of each lane, in no order, two of them of the very same moment."""
    chance = random.Random(3)
    sent = []
    for number, word in enumerate(WORDS):
        moment = NOON - chance.choice((0, 1, 50, 51)) * HOUR
        reader = f"r{number % 3}@reader.example"
        sent.append(a_correction(article, word, word + "s", email=reader, now=moment))
    side_facts.escalate(sent[0].id, Act(max_, None, NOON), note="?")
    side_facts.escalate(sent[4].id, Act(max_, None, NOON), note="?")
    appealed(sent[1], max_)
    appealed(sent[5], max_)
    return {one.id for one in sent}


def appeals_among(ids, order):
    """Appeals stand in the best order only: the others are of what waits."""
    db.session.rollback()
    rows = db.session.query(Correction.id).filter_by(status="rejected")
    return set() if order == Order.BEST else {one for (one,) in rows} & ids


def test_what_becomes_overdue_meanwhile_is_on_no_page_twice_and_missing_on_none(article, max_):
    sent = [
        a_correction(article, word, word + "s", now=NOON + number * SECOND)
        for number, word in enumerate(("banana", "cherry", "elder", "fig"))
    ]
    first = page(max_, size=2)

    second = page(max_, first.next, now=NOON + 49 * HOUR, size=2)

    assert {item.id for item in first.corrections + second.corrections} == {one.id for one in sent}


def test_a_page_goes_on_where_it_stopped_though_the_last_card_was_decided(article, max_):
    for number, word in enumerate(("banana", "cherry", "elder", "fig")):
        a_correction(article, word, word + "s", now=NOON + number * SECOND)
    first = page(max_, size=2)
    accept(first.corrections[-1], max_)

    second = page(max_, first.next, size=2)

    assert words(first.corrections + second.corrections) == ["banana", "cherry", "elder", "fig"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "!", "WyJiZXN0Il0", "bnVsbA", "W10", "WyJiZXN0IiwiYSIsMSwxXQ", "WyJiZXN0IixudWxsLDEsMV0",
     "WyJiZXN0IiwxLC0xLDFd", "WyJiZXN0IiwxLDEsMWUzMDBd", "é"],
)  # fmt: skip
def test_a_cursor_that_is_none_is_refused(article, max_, cursor):
    with pytest.raises(Invalid, match="first one"):
        page(max_, cursor)


def test_a_cursor_of_another_order_begins_at_the_first_page(article, max_):
    for word in ("banana", "cherry", "elder"):
        a_correction(article, word, word + "s")
    after = page(max_, size=1).next

    assert len(page(max_, after, order=Order.OLDEST).corrections) == 3


def test_the_card_after_one_is_the_next_in_the_order(article, max_):
    sent = [
        a_correction(article, word, word + "s", now=NOON + number * SECOND)
        for number, word in enumerate(("banana", "cherry", "elder"))
    ]

    assert [handed(max_, one) for one in sent] == ["cherry", "elder", "banana"]
    accept(sent[1], max_)
    assert handed(max_, sent[1]) == "elder"


def test_what_becomes_overdue_interrupts_someone_further_down(article, max_, mira):
    late = a_correction(article, "kiwi", "kiwis", now=NOON - 50 * HOUR)
    sent = [
        a_correction(article, word, word + "s", now=NOON + number * SECOND)
        for number, word in enumerate(("banana", "cherry", "elder"))
    ]

    assert handed(max_, sent[0]) == "kiwi"
    leases.lease(late.id, by=max_, now=LATER)
    assert handed(max_, sent[0]) == "cherry"
    assert handed(mira, sent[0]) == "cherry"
    assert handed(max_, sent[0], now=LATER + 2 * leases.LEASE) == "kiwi"


def test_an_appeal_does_not_come_back_before_everything_else_did(article, max_, mira):
    first, second = (a_correction(article, word, word + "s") for word in ("iris", "kiwi"))
    appealed(first, max_)
    appealed(second, max_, now=NOON + SECOND)
    sent = a_correction(article, "banana", "bananna")

    assert [handed(mira, one) for one in (first, second, sent)] == ["kiwi", "banana", "iris"]


def test_cards_are_handed_out_of_what_was_asked_for(article, max_):
    a_correction(article, "banana", "bananna", kind="typo")
    a_correction(article, "May 2025", "May 2026", kind="fact")
    done = a_correction(article, "elder", "elderly")
    accept(done, max_)

    assert handed(max_) == "May 2025"
    assert handed(max_, kind="typo") == "banana"
    assert handed(max_, kind="other") is None
    assert handed(max_, status="accepted") == "elder"


def test_everything_that_waits_is_reached(article, max_):
    ids = {
        a_correction(article, word, word + "s", email="spam@reader.example").id
        for word in ("banana", "cherry", "elder", "fig", "grape")
    }

    reached = set()
    for _ in ids:
        db.session.rollback()
        card = lanes.following(Lane.WAITING, max_, LATER)
        reached.add(card.id)
        reject(card, max_)

    assert reached == ids


def test_a_list_counts_no_further_than_the_cap(article, max_, monkeypatch):
    for word in ("banana", "cherry", "elder"):
        a_correction(article, word, word + "s", now=NOON - 50 * HOUR)
    monkeypatch.setattr(rows, "CAPPED", 2)
    db.session.rollback()

    assert lanes.count(Lane.WAITING, max_, LATER, Criteria()) == 2
    assert lanes.counts(max_, LATER)[Lane.WAITING] == 2
    assert lanes.count(Lane.WAITING, max_, LATER, Criteria(words="harbour")) == 2


def test_what_is_opened_again_stands_where_it_stood(article, max_):
    sent = a_correction(article, "banana", "bananna", now=NOON - 50 * HOUR)
    a_correction(article, "May 2025", "May 2026")
    reject(sent, max_)
    assert handed(max_) == "May 2025"

    undoing.undo(sent.id, Act(max_, "k", NOON + SECOND))

    assert handed(max_) == "banana"
