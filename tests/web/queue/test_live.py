"""What an open screen is told of others' work, and whether single keys count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Lease, User
from corrections_app.web.queue.keys import CARD, KEYS, LIST, key_of, keys_of
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import leases
from tests.builders import SECOND, a_correction, accept, an_article, reject
from tests.web.conftest import JSON


def changes(moderator, **asked):
    return moderator.get("/queue/changes", query_string=asked, headers=JSON)


def max_himself():
    db.session.rollback()
    return accounts.by_email("max@courier.example")


def a_lease(correction, until):
    leases.lease(correction.id, by=max_himself(), now=until - leases.LEASE)


def until(correction):
    db.session.rollback()
    return db.session.scalar(select(Lease.until).where(Lease.correction_id == correction.id))


def test_whoever_closed_a_card_is_named(moderator, editor):
    article = an_article()
    closed = a_correction(article)
    waits = a_correction(article, "May 2025", "May 2026")
    reject(closed, accounts.by_email("mira@courier.example"), reason="house_style", now=now())

    told = changes(moderator, ids=f"{closed.id},{waits.id}").json

    (one,) = told["closed"]
    assert (one["id"], one["by"]) == (closed.id, "mira")
    assert one["words"] == "mira closed this one: not changed (House style)."
    assert one["at"]


def test_what_ones_own_decision_closed_along_is_told_from_what_others_did(moderator, editor):
    article = an_article()
    taken, rival = (a_correction(article, "May 2025", f"May {n}", now=now()) for n in (26, 27))
    other, theirs = (
        a_correction(article, "four million", words, now=now())
        for words in ("five million", "six million")
    )
    accept(taken, max_himself(), now=now())
    accept(other, accounts.by_email("mira@courier.example"), now=now())

    ids = [taken.id, rival.id, other.id, theirs.id]
    told = changes(moderator, ids=",".join(map(str, ids))).json["closed"]

    assert {one["id"]: one["mine"] for one in told} == {
        taken.id: False, rival.id: True, other.id: False, theirs.id: False,
    }  # fmt: skip


def test_what_came_since_is_counted(moderator):
    article = an_article()
    moment = now() - 10 * SECOND
    a_correction(article, now=moment - SECOND)
    a_correction(article, "May 2025", "May 2026", now=moment + SECOND)

    assert changes(moderator, since=moment.isoformat()).json["new"] == 1
    assert changes(moderator).json["new"] == 0


def test_what_is_decided_already_is_not_new(moderator, editor):
    moment = now()
    correction = a_correction(an_article(), now=moment + SECOND)
    accept(correction, accounts.by_email("mira@courier.example"), now=moment)

    assert changes(moderator, since=moment.isoformat()).json["new"] == 0


def test_a_lease_runs_on_while_somebody_asks(moderator):
    correction = a_correction(an_article())
    soon = now() + 10 * SECOND
    a_lease(correction, soon)

    changes(moderator, ids=correction.id, keep=correction.id)

    assert until(correction) > soon + 60 * SECOND


def test_a_lease_that_is_fresh_is_left_alone(moderator):
    correction = a_correction(an_article())
    later = now() + 80 * SECOND
    a_lease(correction, later)

    changes(moderator, ids=correction.id, keep=correction.id)

    assert until(correction) == later


def test_only_ones_own_leases_run_on(moderator, editor):
    correction = a_correction(an_article())
    soon = now() + 10 * SECOND
    a_lease(correction, soon)

    changes(editor, ids=correction.id, keep=correction.id)

    assert until(correction) == soon


def test_watching_a_card_is_not_taking_it(moderator):
    correction = a_correction(an_article())

    changes(moderator, ids=correction.id)

    assert until(correction) is None


def test_a_card_on_the_screen_is_taken_again_when_its_lease_was_lost(moderator):
    article = an_article()
    correction = a_correction(article)
    closed = a_correction(article, "May 2025", "May 2026")
    reject(closed, max_himself(), reason="house_style", now=now())

    changes(moderator, keep=f"{correction.id},{closed.id},999")

    assert until(correction) > now() + 60 * SECOND
    assert until(closed) is None


def test_nobody_takes_more_cards_than_a_screen_needs(moderator):
    article = an_article(*[f"Here the wrod number {n} stands." for n in range(5)])
    cards = [a_correction(article, f"wrod number {n}", f"word number {n}").id for n in range(5)]

    changes(moderator, keep=",".join(map(str, cards)))

    db.session.rollback()
    assert sorted(db.session.scalars(select(Lease.correction_id))) == cards[: leases.LEASES_EACH]


def test_leaving_gives_back_ones_own_leases(moderator, editor):
    correction = a_correction(an_article())
    a_lease(correction, now() + timedelta(minutes=1))

    editor.post("/queue/leave", {"ids": correction.id})
    assert until(correction) is not None
    assert moderator.post("/queue/leave", {"ids": correction.id}).status_code == 204
    assert until(correction) is None


@pytest.mark.parametrize(
    "asked",
    [
        {"ids": "one"},
        {"ids": "-1"},
        {"ids": ",".join(map(str, range(61)))},
        {"ids": "9" * 16},
        {"keep": "x"},
        {"since": "yesterday"},
    ],
)
def test_what_cannot_be_asked_is_refused(moderator, asked):
    answer = changes(moderator, **asked)

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")


def test_strangers_are_told_nothing(client):
    assert client.get("/queue/changes", headers=JSON).status_code == 403


def test_single_keys_can_be_switched_off(moderator):
    correction = a_correction(an_article())
    assert "<kbd" in moderator.get(f"/queue/{correction.id}").text

    answer = moderator.post("/account", {"single_keys": "off"})

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(User.single_keys)).all() == [False]
    page = moderator.get(f"/queue/{correction.id}").text
    assert 'data-single-keys="off"' in page
    assert '<kbd class="key" aria-hidden' not in page
    moderator.post("/account", {"single_keys": "on"})
    assert '<kbd class="key" aria-hidden' in moderator.get(f"/queue/{correction.id}").text


@pytest.mark.parametrize("where", [CARD, LIST])
def test_no_key_of_a_page_has_two_acts(where):
    pressed = [(key.code, key.shift) for key in keys_of(where)]

    assert len(set(pressed)) == len(pressed)
    assert {key_of(key.action) for key in KEYS} == set(KEYS)


def test_ones_last_decisions_stand_under_the_card_without_scripts(moderator):
    article = an_article()
    done = a_correction(article)
    waits = a_correction(article, "May 2025", "May 2026")
    accept(done, max_himself(), now=now())

    page = moderator.get(f"/queue/{waits.id}").text

    assert f'action="/queue/{done.id}/undo"' in page


def test_an_empty_queue_says_what_was_done_today(moderator):
    accept(a_correction(an_article()), max_himself(), now=now())

    page = moderator.get("/queue/next", follow_redirects=True).text

    assert "data-rest" in page
    assert "Decided today:" in page


def test_cards_on_other_screens_are_told_with_names(moderator, editor):
    correction = a_correction(an_article())
    leases.lease(correction.id, by=accounts.by_email("mira@courier.example"), now=now())

    page = moderator.get("/queue/next").text

    assert "data-rest" in page
    assert "mira (until" in page
