"""The figures of a small history whose times are known to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from corrections_app.domain.lifecycle import Action, Reason, Role
from corrections_app.extensions import db
from corrections_app.models import Article, Letter
from corrections_app.workflow import permission
from corrections_app.workflow.deciding import bulk, decision, undoing
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import figures
from corrections_app.workflow.queue.figures import Day, Share, Spread
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act, write
from tests.builders import (
    NOON,
    SECOND,
    a_correction,
    a_proposal,
    accept,
    an_article,
    decide,
    reject,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WORDS = [f"word{n}x" for n in range(40)]


@pytest.fixture
def article(app):
    return an_article("A title", " ".join(WORDS), now=NOON - 100 * DAY)


@pytest.fixture
def sent(article):
    """Sends a correction of the next word at a time, of a kind."""
    left = iter(WORDS)

    def send(when, kind="typo", of=None):
        word = next(left)
        return a_correction(of or article, word, word[:-1], now=when, kind=kind, email="")

    return send


def known(days=7, section=None, now=NOON):
    db.session.rollback()
    return figures.figures(days, section, now)


def test_of_nothing_there_are_no_figures(app):
    nothing = known()

    assert (nothing.waiting, nothing.overdue, nothing.decisions, nothing.letters_failed) == (0,) * 4
    assert nothing.waiting_age == nothing.settled_age == nothing.pace == Spread(0)
    assert nothing.by_kind == nothing.reasons == []
    assert {day.came + day.settled for day in nothing.days} == {0}


def test_each_day_has_what_came_and_what_was_settled(sent, max_):
    for days in (0, 1, 1, 6, 7):
        one = sent(NOON - days * DAY)
        if days:
            reject(one, max_, now=NOON - days * DAY + HOUR)

    counted = known().days

    assert [(day.came, day.settled) for day in counted] == [
        (1, 1),
        (0, 0),
        (0, 0),
        (0, 0),
        (0, 0),
        (2, 2),
        (1, 0),
    ]
    assert counted[0].day == date(2026, 2, 24)
    assert counted[-1] == Day(date(2026, 3, 2), 1, 0)


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [("UTC", 1, 1), ("Pacific/Auckland", 0, 2), ("America/Los_Angeles", 0, 2)],
)
def test_a_day_is_the_newsrooms(app, sent, zone, first, second):
    app.config["TIMEZONE"] = zone
    for moment in (datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)):
        sent(moment)

    before, day = known(now=datetime(2026, 3, 2, 7, tzinfo=UTC)).days[-2:]

    assert (before.came, day.came) == (first, second)


def test_the_day_that_clocks_change_has_its_own_length(app, sent):
    app.config["TIMEZONE"] = "Europe/London"
    sent(datetime(2026, 3, 29, 22, 59, 59, tzinfo=UTC))
    sent(datetime(2026, 3, 29, 23, 0, tzinfo=UTC))

    short, following = known(now=datetime(2026, 3, 30, 12, tzinfo=UTC)).days[-2:]

    assert (short.came, following.came) == (1, 1)


@pytest.mark.parametrize(
    ("hours", "half", "most"),
    [([1], 1, 1), ([1, 2], 1, 2), ([1, 2, 3], 2, 3), (range(1, 11), 5, 9), ([5, 5, 5, 90], 5, 90)],
)
def test_what_waits_has_an_age(sent, hours, half, most):
    for hour in hours:
        sent(NOON - hour * HOUR)

    age = known().waiting_age

    assert age == Spread(len(hours), half * 3600, most * 3600)


@pytest.mark.parametrize(
    ("hours", "half", "most"), [([3], 3, 3), ([1, 2, 3, 4], 2, 4), (range(1, 11), 5, 9)]
)
def test_what_was_settled_took_a_time(sent, max_, hours, half, most):
    for hour in hours:
        reject(sent(NOON - DAY), max_, now=NOON - DAY + hour * HOUR)

    assert known().settled_age == Spread(len(hours), half * 3600, most * 3600)


def test_ages_are_counted_between_their_edges(sent):
    for days in (0, 1, 1.5, 2, 5, 7, 8, 31):
        sent(NOON - days * DAY)

    assert known(90).waiting_by_age == [1, 2, 2, 2, 1]


def test_a_cluster_waits_once(article, max_):
    for email in ("ada@reader.example", "bo@reader.example"):
        a_correction(article, "word1x", "word one", email=email)

    assert known().waiting == 1


def test_overdue_is_what_should_have_been_answered(sent):
    for hours in (1, 47, 49, 100):
        sent(NOON - hours * HOUR)

    assert known().overdue == 2


@pytest.mark.parametrize(
    ("seconds", "spread"),
    [
        ([], Spread(0)),
        ([0], Spread(0)),
        ([0, 4], Spread(1, 4, 4)),
        ([0, 4, 10, 30], Spread(3, 6, 20)),
        ([0, 300, 601], Spread(1, 300, 300)),
    ],
)
def test_the_pace_is_from_one_decision_to_the_next_without_the_pauses(sent, max_, seconds, spread):
    for second in seconds:
        reject(sent(NOON - DAY), max_, now=NOON - HOUR + second * SECOND)

    assert known().pace == spread


def test_the_pace_is_of_each_person_and_never_of_many_at_once(sent, max_, mira):
    reject(sent(NOON - DAY), max_, now=NOON - HOUR)
    reject(sent(NOON - DAY), mira, now=NOON - HOUR + 2 * SECOND)
    reject(sent(NOON - DAY), max_, now=NOON - HOUR + 9 * SECOND)
    rows = tuple(Seen(one.id, one.version, 1) for one in (sent(NOON), sent(NOON), sent(NOON)))
    act = Batch(Action.REJECT, rows, reason=Reason.SPAM)
    bulk.carry_out(act, Act(mira, "k", NOON - HOUR + 3 * SECOND))

    assert known().pace == Spread(1, 9, 9)


def test_the_pace_begins_at_whatever_a_person_did_before(article, sent, max_):
    other = an_article("Another", " ".join(WORDS), slug="other", now=NOON - 90 * DAY)
    with write() as session:
        session.get_one(Article, other.id).section = "Science"
    begun = NOON - HOUR
    reject(sent(NOON - DAY, of=other), max_, now=begun)
    reject(sent(NOON - DAY), max_, now=begun + 10 * SECOND)
    reject(sent(NOON - DAY, of=other), max_, now=begun + 14 * SECOND)
    rows = tuple(Seen(one.id, one.version, 1) for one in (sent(NOON), sent(NOON)))
    act = Batch(Action.REJECT, rows, reason=Reason.SPAM)
    bulk.carry_out(act, Act(max_, "k", begun + 50 * SECOND))
    reject(sent(NOON - DAY), max_, now=begun + 56 * SECOND)

    assert known().pace == Spread(3, 6, 10)
    assert known(section="Science").pace == Spread(1, 4, 4)


def test_shares_are_of_the_latest_decisions_where_there_are_many(sent, max_, monkeypatch):
    monkeypatch.setattr(figures, "SHARED_OUT", 2)
    for hours in range(5):
        one = sent(NOON - DAY)
        (accept if hours < 3 else reject)(one, max_, now=NOON - hours * HOUR)

    assert known().by_kind == [Share("typo", 2, 2)]
    assert known().decisions == 2


def test_shares_are_by_kind_and_reasons_by_their_number(sent, max_, mira):
    for kind, verdict in [
        ("typo", None),
        ("typo", None),
        ("typo", Reason.HOUSE_STYLE),
        ("fact", Reason.OPINION),
        ("", Reason.HOUSE_STYLE),
    ]:
        one = sent(NOON - DAY, kind=kind)
        accept(one, max_) if verdict is None else reject(one, max_, reason=verdict)
    decide(sent(NOON), Action.SUPERSEDE, max_)
    taken_back = sent(NOON)
    reject(taken_back, max_)
    undoing.undo(taken_back.id, Act(max_, None, NOON + SECOND))

    found = known(now=NOON + SECOND)

    assert found.by_kind == [Share("typo", 2, 3), Share(None, 0, 1), Share("fact", 0, 1)]
    assert found.reasons == [("house_style", 2), ("opinion", 1)]
    assert (found.decisions, found.undone) == (7, 1)


def test_what_comes_with_a_decision_is_not_a_decision_of_a_person(article, max_):
    leader, _ = (a_correction(article, "word1x", "word one", email="") for _ in range(2))

    accept(leader, max_)

    assert known().decisions == 1
    assert known().by_kind == [Share(None, 2, 2)]
    assert known().days[-1].settled == 2


def test_what_its_reader_withdraws_is_settled_too(article):
    proposal = a_proposal(article, "word1x", "word one")
    sent = submission.submit(article.slug, proposal, key=None, now=NOON - HOUR)

    receipts.withdraw(sent.token, now=NOON)

    assert known().days[-1].settled == 1


def test_who_comes_too_late_is_counted(sent, max_, mira):
    one = sent(NOON)
    reject(one, mira)
    with pytest.raises(Exception, match="faster") as refusal:
        reject(one, max_, seen=1)
    decision.note_lost_race(refusal.value, one.id, NOON)
    with pytest.raises(Exception, match="reason") as refusal:
        reject(sent(NOON), max_, reason=None)
    decision.note_lost_race(refusal.value, one.id, NOON)

    assert known().conflicts == 1
    assert known(now=NOON + 8 * DAY).conflicts == 0


def test_letters_that_failed_are_counted(app):
    with write() as session:
        for number, (state, when) in enumerate(
            [("dead", NOON), ("dead", NOON - 8 * DAY), ("sent", NOON), ("ready", NOON)]
        ):
            session.add(a_letter(number, state, when))

    assert known().letters_failed == 1


def a_letter(number, state, when):
    return Letter(
        kind="accepted",
        recipient="ada@reader.example",
        message_id=f"<{number}@here>",
        subject="s",
        text="t",
        html="h",
        state=state,
        next_attempt_at=when,
        created_at=when,
    )


def test_a_section_has_figures_of_its_own(article, sent, max_, mira):
    other = an_article("Another", " ".join(WORDS), slug="other", now=NOON - 90 * DAY)
    with write() as session:
        session.get_one(Article, other.id).section = "Science"
    here, there = sent(NOON - DAY), sent(NOON - DAY, kind="fact", of=other)
    sent(NOON - HOUR, of=other)
    reject(here, max_, now=NOON - HOUR)
    accept(there, mira, now=NOON - HOUR)
    with pytest.raises(Exception, match="faster") as late:
        accept(there, max_, seen=1)
    decision.note_lost_race(late.value, there.id, NOON)

    science, rest = known(section="Science"), known(section="Politics")

    assert (science.waiting, science.decisions, science.conflicts) == (1, 1, 1)
    assert science.by_kind == [Share("fact", 1, 1)]
    assert science.reasons == []
    assert science.days[-1].settled == 1
    assert science.settled_age == Spread(1, 23 * 3600, 23 * 3600)
    assert (rest.waiting, rest.decisions, rest.conflicts) == (0, 0, 0)
    assert permission.sections() == ["Science"]


def test_a_person_who_left_still_counts(sent, max_):
    accounts.add("eve@courier.example", role=Role.EDITOR, now=NOON)
    reject(sent(NOON), max_)
    accounts.disable("max@courier.example", now=NOON)

    assert known().decisions == 1
