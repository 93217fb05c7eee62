"""Signed-in browsers: each ends by itself, by its owner's wish, and with its account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import MetaData, select

from corrections_app.extensions import db
from corrections_app.models import BrowserSession
from corrections_app.workflow.people import accounts, sessions, sign_in
from tests.builders import NOON

MAX = "max@courier.example"
IDLE = timedelta(hours=24)
ABSOLUTE = timedelta(days=14)


def came_in(now=NOON, email=MAX):
    """The token of a browser in which Max has just signed in."""
    link = accounts.one_time_link(email, now=now)
    return sign_in.use_link(link.rpartition("/")[2], now=now).session_token


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(BrowserSession).order_by(BrowserSession.id)))


def everything():
    """All that stands in the database, as one text."""
    db.session.rollback()
    with db.engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection)
        return "\n".join(
            str(tuple(row))
            for table in tables.sorted_tables
            for row in connection.execute(select(table))
        )


def test_what_the_cookie_holds_stands_in_no_table(app, max_):
    token = came_in()

    assert sessions.find(token, NOON).user.id == max_.id
    assert token not in everything()


def test_what_a_table_holds_opens_nothing(app, max_):
    came_in()
    [row] = rows()

    for stolen in (row.token_hash, str(row.id), str(max_.id), MAX, ""):
        assert sessions.find(stolen, NOON) is None


def test_one_browser_goes_and_the_others_stay(app, max_):
    here, there = came_in(), came_in()

    sessions.end(here)

    assert sessions.find(here, NOON) is None
    assert sessions.find(there, NOON).user.id == max_.id


def test_a_browser_that_is_not_used_is_signed_out(app, max_):
    token = came_in()

    assert sessions.find(token, NOON + IDLE - timedelta(seconds=1))
    assert sessions.find(token, NOON + IDLE) is None


def test_one_that_is_used_stays_until_it_is_too_old(app, max_):
    token, now = came_in(), NOON
    while now < NOON + ABSOLUTE - IDLE:
        now += IDLE - timedelta(minutes=1)
        assert sessions.find(token, now).is_to_be_noted
        sessions.note(token, now)

    assert sessions.find(token, NOON + ABSOLUTE - timedelta(seconds=1))
    assert sessions.find(token, NOON + ABSOLUTE) is None


@pytest.mark.parametrize(("seconds", "noted"), [(0, False), (59, False), (60, True), (3600, True)])
def test_that_it_was_used_is_noted_once_a_minute(app, max_, seconds, noted):
    token = came_in()

    assert sessions.find(token, NOON + timedelta(seconds=seconds)).is_to_be_noted == noted


def test_how_long_is_a_setting(make_app):
    app = make_app(SESSION_IDLE="30m", SESSION_ABSOLUTE="8h")
    with app.app_context():
        accounts.add(MAX, role="moderator", now=NOON)
        idle, used = came_in(), came_in()
        sessions.note(used, NOON + timedelta(hours=7, minutes=45))

        assert sessions.find(idle, NOON + timedelta(minutes=30)) is None
        assert sessions.find(used, NOON + timedelta(hours=7, minutes=59))
        assert sessions.find(used, NOON + timedelta(hours=8)) is None


def test_those_left_behind_are_cleared_away_when_somebody_comes_in(app, max_, mira):
    came_in()
    kept = came_in(NOON + timedelta(hours=12), mira.email)

    came_in(NOON + IDLE)

    assert len(rows()) == 2
    assert sessions.find(kept, NOON + IDLE).user.id == mira.id


def test_signed_out_elsewhere_leaves_one(app, max_, mira):
    before = [came_in(), came_in()]
    hers = came_in(email=mira.email)

    here = sign_in.sign_out_everywhere(max_.id, now=NOON).session_token

    assert [sessions.find(token, NOON) for token in before] == [None, None]
    assert sessions.find(here, NOON).user.id == max_.id
    assert sessions.find(hers, NOON).user.id == mira.id
