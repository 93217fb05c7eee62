"""Whatever goes wrong, no event is lost, none comes out of order, and doubles are known as such."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from corrections_app.domain.hooks.kinds import EventType
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook, Letter
from corrections_app.sites.trouble import Unknown, Unreachable
from corrections_app.workflow import events
from corrections_app.workflow.events import Told
from corrections_app.workflow.hooks import calling, registry
from corrections_app.workflow.hooks.registry import By
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, an_article
from tests.workflow.hooks.programs import Program, a_hook

EVENTS = int(os.environ.get("CORRECTIONS_TEST_EVENTS", "200"))
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def program(app):
    return Program()


def happened(article, times=1, now=NOON):
    """Something that is told at once, so many times."""
    with write() as session:
        several = [Told(EventType.REVISED, revision=1)] * times
        events.tell(session, article.id, *several, now=now)


def calls():
    db.session.rollback()
    return db.session.scalars(select(Call).order_by(Call.id)).all()


def hook(number):
    db.session.rollback()
    return db.session.get_one(Hook, number)


def expected():
    """The numbers of all events of each article, in their order."""
    db.session.rollback()
    found = defaultdict(list)
    query = select(Event.uid, Event.article_id).join(Call, Call.event_id == Event.id)
    for uid, article_id in db.session.execute(query.order_by(Call.id)):
        found[article_id].append(uid)
    return sorted(found.values())


def came(program):
    """The numbers of what it took of each article, without what came again."""
    found = defaultdict(list)
    for uid, slug in program.took:
        if uid not in found[slug]:
            found[slug].append(uid)
    return sorted(found.values())


def test_hundreds_of_events_outlast_an_hour_without_their_receiver(program):
    articles = [an_article(slug=f"article-{n}") for n in range(20)]
    a_hook()
    for _ in range(5):
        for article in articles:
            happened(article, times=EVENTS // 100)
    up_again = NOON + HOUR
    program.answers = lambda _said: 204 if program.now >= up_again else Unreachable("It is down.")

    program.run_until(up_again - SECOND)
    assert program.took == []
    assert len(program.came) == 20 * 4  # at once, and after 5 s, 5 min and 30 min; only the first
    program.run_until(NOON + 3 * HOUR)

    assert len(program.took) == EVENTS
    assert came(program) == expected()
    assert {call.state for call in calls()} == {"sent"}


def test_an_answer_that_is_lost_comes_again_under_its_number_before_what_follows(program):
    article = an_article()
    a_hook()
    happened(article, times=3)
    lost = []

    def answers(_said):
        if not lost:
            lost.append(program.came[-1])
            program.took.append((lost[0], article.slug))
            return Unknown("It did not answer within 15 seconds.")
        return 200

    program.answers = answers
    program.run_until(NOON + HOUR)

    assert [uid for uid, _ in program.took] == [lost[0], *expected()[0]]
    assert came(program) == expected()


def test_a_call_that_fails_holds_back_its_article_and_no_other(program):
    stuck, free = an_article(slug="stuck"), an_article(slug="free")
    a_hook()
    happened(stuck, times=2)
    happened(free, times=2)
    program.answers = lambda said: 500 if said["data"]["article"]["slug"] == "stuck" else 200

    program.call()

    assert [slug for _, slug in program.took] == ["free", "free"]
    assert [call.attempts for call in calls()] == [1, 0, 1, 1]
    assert calls()[0].trouble == "It answered 500: only 2xx says that it has the call."


def test_one_hook_in_trouble_keeps_no_other_waiting(program):
    article = an_article()
    bad, good = a_hook("https://bad.example/"), a_hook("https://good.example/")
    happened(article)
    program.answers = lambda _said: 200
    other = Program()
    other.answers = lambda _said: Unreachable("It is down.")

    calling.serve(bad, other.clock, way=other)
    program.call()

    assert [(call.hook_id, call.state) for call in calls()] == [(bad, "waiting"), (good, "sent")]


def test_a_worker_that_dies_with_a_call_in_hand_leaves_it_to_the_next(program):
    article = an_article()
    number = a_hook()
    happened(article, times=2)

    class Killed(BaseException):
        pass

    def die(_said):
        raise Killed

    program.answers = die
    with pytest.raises(Killed):
        program.call()
    program.answers = lambda _said: 200

    assert calling.due(NOON + SECOND) == []  # it may be at work still
    assert calling.serve(number, program.clock, way=program) == 0
    program.now = NOON + calling.LEASE
    assert program.call() == 2
    assert program.came[0] == program.came[1]
    assert came(program) == expected()


def test_who_comes_back_after_its_lease_writes_nothing_that_did_not_happen(program):
    article, number, late = an_article(), a_hook(), Program()
    happened(article)

    def meanwhile(_said):
        program.now = NOON + calling.LEASE
        program.call()
        return 500

    late.answers = meanwhile
    calling.serve(number, late.clock, way=late)

    (call,) = calls()
    assert (call.state, call.status, late.came) == ("sent", 204, program.came)


def test_a_hook_that_takes_nothing_for_a_day_is_switched_off_aloud_and_loses_nothing(program):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)
    accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    article, number = an_article(), a_hook("https://desk.example/heard?key=private")
    happened(article, times=2)
    program.answers = lambda _said: 503

    program.run_until(NOON + 2 * DAY)

    assert len(program.came) == 10
    assert NOON + DAY <= hook(number).off_at <= NOON + 1.1 * DAY
    letters = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert [(one.kind, one.recipient) for one in letters] == [("hook_off", "ada@courier.example")]
    assert "desk.example" in letters[0].text
    assert "private" not in letters[0].text + letters[0].html + letters[0].subject
    happened(article, now=program.now)
    assert program.call() == 0
    program.answers = lambda _said: 200
    registry.switch_on(number, By(None, program.now))
    program.call()
    assert came(program) == expected()
    assert len(program.took) == 3


def test_who_says_that_it_is_gone_is_called_no_more(program):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)
    article, number = an_article(), a_hook()
    happened(article, times=2)
    program.answers = lambda _said: 410

    program.run_until(NOON + DAY)

    assert len(program.came) == 1
    assert hook(number).off_at == NOON
    words = " ".join(db.session.scalar(select(Letter.text)).split())
    assert "asked for no more calls" in words


def test_a_longer_pause_is_kept(program):
    article, _ = an_article(), a_hook()
    happened(article)
    program.answers, program.headers = lambda _said: 429, {"Retry-After": "7200"}

    program.call()

    assert calls()[0].next_attempt_at == NOON + 2 * HOUR


def test_a_call_is_made_again_by_hand_or_left_out(program):
    article, number = an_article(), a_hook()
    happened(article, times=3)
    program.answers = lambda _said: 200 if len(program.came) != 2 else 500
    program.call()
    first, second, third = calls()

    registry.leave_out(number, second.id, By(None, NOON))
    program.call()
    registry.again(number, first.id, By(None, NOON))
    program.call()

    assert [call.state for call in calls()] == ["sent", "dropped", "sent"]
    assert program.came == [
        *(db.session.get_one(Event, call.event_id).uid for call in (first, second, third, first))
    ]


def test_a_test_goes_to_its_hook_alone_whatever_waits(program):
    article, one, other = an_article(), a_hook("https://a.example/"), a_hook("https://b.example/")
    happened(article)
    program.answers = lambda said: 200 if said["type"] == "hook.test" else 500

    registry.test(one, By(None, NOON))
    program.call()

    assert [(call.hook_id, call.state) for call in calls()] == [
        *((one, "waiting"), (other, "waiting"), (one, "sent"))
    ]


def test_what_a_program_answers_is_kept_short_and_whatever_fails_here_is_said(program):
    article, _ = an_article(), a_hook()
    sent = a_correction(article, email="ada@reader.example")
    program.call()
    (call,) = calls()
    assert call.answer.startswith('heard: {"type":"correction.received"')
    assert (call.status, call.event.correction_id) == (204, sent.id)

    happened(sent.article)
    program.answers = lambda _said: ValueError("a fault of ours, with a secret in it")
    program.call()
    assert calls()[-1].trouble == "It failed here: ValueError."


def test_the_secret_of_before_signs_for_a_day(program):
    number = a_hook()
    before = registry.secret_of(hook(number))

    registry.rotate(number, By(None, NOON))

    now = registry.secret_of(hook(number))
    keys = [list(calling.keys_of(hook(number), at)) for at in (NOON, NOON + DAY)]
    assert keys == [[now, before], [now]]
    with write() as session:
        session.execute(update(Hook).values(old_seed=None))
    assert list(calling.keys_of(hook(number), NOON)) == [now]
