"""What readers are told while nothing can be saved: 503, when to come again, and all they typed."""

from __future__ import annotations

import socket
import threading

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models.engine import sqlite
from tests.builders import an_article
from tests.databases import ENGINE
from tests.web.conftest import JSON
from tests.web.reader.test_corrections import ADDRESS, OURS, a_payload, stored


@pytest.fixture
def full_disk(app):
    """The database may not grow by a page: SQLite then says what it says on a full disk."""
    if ENGINE == "postgresql":
        # PostgreSQL's own code for it, raised where it would be: at the insert.
        db.session.execute(
            text(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"
            )
        )
        db.session.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON corrections EXECUTE FUNCTION full_disk()"
            )
        )
        db.session.commit()
        yield lambda: (
            db.session.execute(text("DROP FUNCTION full_disk CASCADE")),
            db.session.commit(),
        )
        return

    def checked_out(connection, _record, _proxy):
        connection.execute("PRAGMA max_page_count = 1")  # as many as it has now

    event.listen(db.engine, "checkout", checked_out)

    def room_again():
        event.remove(db.engine, "checkout", checked_out)
        db.engine.dispose()

    yield room_again


def test_a_full_disk_is_said_as_such_and_what_was_typed_stays(app, full_disk):
    article = an_article()
    browser = app.test_client()
    long = "x" * 1_999
    typed = a_payload(article, explanation=long)

    while True:  # until the pages that were free are used up
        answer = browser.post(ADDRESS, data=typed | {"key": ""}, headers=OURS)
        if answer.status_code != 303:
            break
    as_json = browser.post(ADDRESS, json=typed, headers=JSON | OURS)
    health = browser.get("/healthz")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "The disk is full" in answer.text
    assert long in answer.text
    assert (as_json.status_code, as_json.json["error"]) == (503, "busy")
    assert (health.status_code, health.json["status"]) == (503, "disk full")
    before = stored()
    full_disk()
    assert browser.post(ADDRESS, json=typed, headers=JSON | OURS).status_code == 201
    assert stored() == before + 1
    assert browser.get("/healthz").json["status"] == "ok"


@pytest.mark.own_app
def test_a_frozen_redis_costs_a_moment_once_and_then_each_process_counts(make_app):
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        frozen.settimeout(30)
        port = frozen.getsockname()[1]
        stop = threading.Event()

        def take_and_say_nothing():
            while not stop.is_set():
                connection, _ = frozen.accept()
                taken.append(connection)

        listener = threading.Thread(target=take_and_say_nothing)
        listener.start()
        app = make_app(REDIS_URL=f"redis://127.0.0.1:{port}", LIMITS="2/hour")
        with app.app_context():
            article = an_article()
            browser = app.test_client()
            answers = [
                browser.post(ADDRESS, json=a_payload(article, key=f"k{n}"), headers=JSON | OURS)
                for n in range(3)
            ]
        tries = len(taken)
        stop.set()
        socket.create_connection(("127.0.0.1", port)).close()
        listener.join(30)
        for connection in taken:
            connection.close()
        pool = app.extensions["counters"]._there.storage.storage.connection_pool
        for connection in pool._available_connections:
            connection.disconnect()

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert tries <= 2  # not one for each request
    options = pool.connection_kwargs
    assert options["socket_timeout"] < 1
    assert options["socket_connect_timeout"] < 1
    assert options["retry"].get_retries() == 0


@pytest.mark.own_app
def test_a_page_that_cannot_be_read_now_says_so_and_is_no_fault_of_ours(make_app):
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    def away():
        raise OperationalError("SELECT 1", {}, sqlite.OperationalError("disk I/O error"))

    app.view_functions["articles.index"] = away

    answer = app.test_client().get("/", headers=JSON)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["message"].startswith("This page cannot be shown at the moment")
    assert app.test_client().get("/healthz").json["status"] == "out of reach"
    with app.app_context():
        an_article()  # a write that succeeds ends it
    assert app.test_client().get("/healthz").json["status"] == "ok"


def test_a_connection_that_is_lost_when_the_page_is_made_does_not_spoil_it(app, monkeypatch):
    """PostgreSQL, told to stop, ends those who only hold a transaction open."""
    article = an_article()
    ended = OperationalError("ROLLBACK", {}, Exception("terminating connection"))
    calls = []

    def close(session):
        calls.append(session)
        raise ended

    monkeypatch.setattr(Session, "close", close)
    assert app.test_client().get(ADDRESS.removesuffix("/corrections")).status_code == 200
    assert calls
    monkeypatch.undo()

    assert article.slug in app.test_client().get("/").text
