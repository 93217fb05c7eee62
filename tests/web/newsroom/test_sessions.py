"""A copied cookie: dead when its browser is signed out, or too old, and never made by a thief."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, select, update

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import BrowserSession, User
from corrections_app.workflow import outages
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, sessions
from corrections_app.workflow.transaction import write
from tests.builders import NOON
from tests.web.conftest import Moderator, sign_in_as

MAX = "max@courier.example"
PATIENCE = 30.0  # seconds


def cookie_of(browser):
    return browser.get_cookie("corrections").value


def with_cookie(app, value):
    """Somebody else's browser, with this cookie."""
    thief = app.test_client()
    thief.set_cookie("corrections", value)
    return thief


def is_in(browser):
    return browser.get("/queue").status_code == 200


@pytest.fixture
def clock(monkeypatch):
    """The time that the doors read; a test moves it."""

    class Clock:
        now = now()

    for module in ("access", "sign_in", "account", "people"):
        monkeypatch.setattr(f"corrections_app.web.{module}.now", lambda: Clock.now)
    return Clock


def test_a_copied_cookie_is_dead_when_its_browser_is_signed_out(app, moderator):
    thief = with_cookie(app, cookie_of(moderator.client))
    token = Moderator(thief).token()
    assert is_in(thief)

    moderator.post("/sign-out", {})

    assert not is_in(thief)
    assert thief.post("/account", data={"name": "Evil", "csrf_token": token}).status_code == 303
    db.session.rollback()
    assert accounts.by_email(MAX).name == "max"


def test_signing_out_here_leaves_the_other_browser_in(app, moderator):
    other = sign_in_as(app, MAX)

    moderator.post("/sign-out", {})

    assert is_in(other)


def test_who_comes_in_as_another_is_signed_out_as_the_first(app, moderator):
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    thief = with_cookie(app, cookie_of(moderator.client))
    link = accounts.one_time_link("mira@courier.example", now=now())

    moderator.client.post(link.removeprefix("http://localhost"))

    assert "mira" in moderator.get("/queue").get_data(as_text=True)
    assert not is_in(thief)


def test_a_thief_of_the_database_and_the_key_makes_no_cookie(app, moderator):
    row = db.session.scalars(select(BrowserSession)).one()
    user = db.session.scalars(select(User)).one()
    seal = SecureCookieSessionInterface().get_signing_serializer(app)

    for stolen in (row.token_hash, str(row.id), str(user.id), user.email, user.password_hash):
        forged = seal.dumps({"_user_id": stolen, "_fresh": True})
        assert not is_in(with_cookie(app, forged))
    assert is_in(moderator)


def test_a_forgotten_browser_signs_itself_out(app, clock, moderator):
    clock.now += timedelta(hours=23)
    assert is_in(moderator)
    clock.now += timedelta(hours=23)
    assert is_in(moderator)

    clock.now += timedelta(hours=24)

    assert not is_in(moderator)


def test_no_browser_stays_for_ever(app, clock, moderator):
    for _ in range(14 * 2 - 1):
        clock.now += timedelta(hours=12)
        assert is_in(moderator)

    clock.now += timedelta(hours=12)

    assert not is_in(moderator)


def test_reading_writes_nothing_within_a_minute(app, clock, moderator):
    written = []

    def note(_connection, _cursor, statement, *_):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        clock.now += timedelta(seconds=61)
        moderator.get("/outbox")
        first = list(written)
        clock.now += timedelta(seconds=59)
        moderator.get("/outbox")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert [one.split()[:2] for one in first] == [["UPDATE", "sessions"]]
    assert written == first


def test_a_page_comes_though_it_cannot_be_noted(app, clock, moderator, monkeypatch):
    def full(*_given):
        raise OSError("No space left on device")

    monkeypatch.setattr(sessions, "note", full)
    clock.now += timedelta(minutes=2)

    assert is_in(moderator)


def test_a_page_does_not_wait_to_be_noted_nor_calls_that_an_outage(app, clock, moderator):
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with app.app_context():
            with write() as session:
                session.execute(update(BrowserSession).values(last_seen_at=NOON))
                held.set()
                let_go.wait(PATIENCE)
                session.rollback()
            db.session.remove()

    holder = threading.Thread(target=hold)
    clock.now += timedelta(minutes=2)
    holder.start()
    try:
        assert held.wait(PATIENCE)
        assert is_in(moderator)
        noted = outages.present()
    finally:
        let_go.set()
        holder.join(PATIENCE)

    assert noted is None
