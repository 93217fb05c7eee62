"""The order of the queue: what counts for how much, and that it stays the same for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain import ordering
from corrections_app.domain.ordering import Factors, Matter, Record
from corrections_app.domain.warnings.risks import Risk

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

counts = st.integers(0, 1_000)
records = st.builds(Record, counts, counts)
shares = st.floats(0.01, 0.99)
worths = st.floats(0, 100)
moments = st.timedeltas(timedelta(days=-2_000), timedelta(days=5_000)).map(NOON.__add__)


@pytest.mark.parametrize(
    ("kind", "risks", "is_remark", "matter"),
    [
        ("fact", (), False, Matter.FACT),
        ("typo", (Risk.NUMBER,), False, Matter.FACT),
        (None, (Risk.DATE,), False, Matter.FACT),
        ("typo", (Risk.NAME, Risk.LINK), False, Matter.FACT),
        ("clarity", (Risk.QUOTATION,), False, Matter.FACT),
        ("typo", (Risk.NEGATION,), False, Matter.FACT),
        ("typo", (Risk.LINK,), False, Matter.LINK),
        ("clarity", (), False, Matter.MEANING),
        ("other", (), False, Matter.MEANING),
        ("typo", (), True, Matter.MEANING),
        ("typo", (), False, Matter.SPELLING),
        (None, (Risk.LOOKALIKE, Risk.INVISIBLE, Risk.LONGER), False, Matter.SPELLING),
    ],
)
def test_what_is_at_stake(kind, risks, is_remark, matter):
    assert ordering.matter_of(kind, risks, is_remark=is_remark) == matter


@pytest.mark.parametrize(
    ("exact", "replacement", "seconds"),
    [
        ("aprove", "approve", 4),
        ("aprove", "approves", 4),
        ("one two", "three", 8),
        ("one", None, 8),
    ],
)
def test_a_change_of_few_letters_is_seen_at_a_glance(exact, replacement, seconds):
    changed = ordering.changed(exact, replacement)

    assert ordering.seconds_for(Matter.SPELLING, changed) == seconds
    assert ordering.seconds_for(Matter.FACT, changed) == 25


def test_a_fact_comes_before_a_slip_of_the_pen_though_it_takes_longer():
    fact = Factors(Matter.FACT, chance=0.5, readers=1, seconds=25)
    slip = Factors(Matter.SPELLING, chance=0.9, readers=3, seconds=8)

    assert fact.worth > slip.worth


@given(records, shares)
def test_a_chance_is_never_certain(record, usual):
    assert 0 < ordering.chance(record, usual) < 1


@given(records)
def test_what_is_usual_is_never_certain(record):
    assert 0 < ordering.usual_chance(record) < 1


@given(records, shares)
def test_one_more_accepted_never_lowers_the_chance(record, usual):
    better = Record(record.corrected + 1, record.rejected)

    assert ordering.chance(better, usual) > ordering.chance(record, usual)


@given(st.integers(0, 29))
def test_until_enough_is_decided_a_usual_share_is_taken_for_granted(rejected):
    assert ordering.usual_chance(Record(0, rejected)) == ordering.USUAL_CHANCE


@given(st.sampled_from(Matter), shares, st.integers(1, 100), st.sampled_from((4, 8, 25)))
def test_one_more_reader_is_worth_more(matter, chance, readers, seconds):
    one, more = (Factors(matter, chance, k, seconds) for k in (readers, readers + 1))

    assert more.worth > one.worth > 0


@given(shares, st.integers(1, 100), st.sampled_from((4, 8, 25)))
def test_what_is_graver_is_worth_no_less(chance, readers, seconds):
    worths = [Factors(matter, chance, readers, seconds).worth for matter in Matter]

    assert worths == sorted(worths, reverse=True)


@given(worths, moments, st.timedeltas(timedelta(seconds=1), timedelta(days=900)))
def test_who_waited_longer_comes_first_where_all_else_is_equal(worth, sent, longer):
    assert ordering.rank(worth, sent - longer) < ordering.rank(worth, sent)


@given(worths, worths, moments, moments, moments)
def test_the_stored_rank_orders_as_the_score_does_at_every_moment(one, other, sent, later, now):
    scores = [ordering.score(one, sent, now), ordering.score(other, later, now)]
    ranks = [ordering.rank(one, sent), ordering.rank(other, later)]

    if abs(scores[0] - scores[1]) > 1e-6:
        assert (scores[0] > scores[1]) == (ranks[0] < ranks[1])


@pytest.mark.parametrize(
    ("matter", "published", "hours"),
    [
        (Matter.SPELLING, None, 48),
        (Matter.SPELLING, NOON - 25 * HOUR, 48),
        (Matter.SPELLING, NOON - 23 * HOUR, 4),
        (Matter.MEANING, NOON + HOUR, 4),
        (Matter.LINK, None, 48),
        (Matter.FACT, NOON - 1_000 * HOUR, 4),
    ],
)
def test_facts_and_young_articles_are_overdue_sooner(matter, published, hours):
    assert ordering.overdue_at(NOON, matter, published) == NOON + hours * HOUR


def test_a_sender_of_no_luck_still_counts_a_quarter():
    """Nobody is put out of sight by a record alone."""
    worth = [Factors(Matter.SPELLING, chance, 1, 10).worth for chance in (0, 1)]

    assert worth[0] == pytest.approx(worth[1] / 4)
