"""The page behind every letter: opening it changes nothing, its buttons do."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.transaction import write
from tests.builders import NOON


@pytest.fixture
def page(app):
    """The path that Ada's letters carry."""
    return addresses.page_of(addresses.key_of("ada@reader.example")).removeprefix(
        "http://localhost"
    )


def state():
    db.session.rollback()
    return addresses.state_of(addresses.key_of("ada@reader.example"))


def test_opening_the_page_changes_nothing(app, client, page):
    for path in (page, f"{page}/stop") * 20:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"

    assert state() == "unknown"


def test_the_buttons_keep_and_stop(app, client, page):
    keep = client.post(page)
    kept = state()
    stop = client.post(f"{page}/stop")

    assert (keep.status_code, stop.status_code) == (303, 303)
    assert keep.headers["Location"] == stop.headers["Location"] == page
    assert (kept, state()) == ("confirmed", "stopped")


@pytest.mark.parametrize("how", ["form", "multipart"])
def test_one_click_is_one_post_without_cookie_or_redirect(app, client, page, how):
    sent = {"data": {"List-Unsubscribe": "One-Click"}}
    if how == "multipart":
        sent["content_type"] = "multipart/form-data"

    answers = [client.post(f"{page}/stop", **sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
    assert state() == "stopped"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("end", ["", "/stop"])
def test_a_token_that_was_not_ours_opens_nothing(app, client, page, method, end):
    assert getattr(client, method)(f"{page}x{end}").status_code == 404
    assert state() == "unknown"


@pytest.mark.parametrize("known", ["unknown", "confirmed", "stopped"])
def test_the_page_says_how_it_stands(app, client, page, known):
    key = addresses.key_of("ada@reader.example")
    if known != "unknown":
        (addresses.keep if known == "confirmed" else addresses.stop)(key, NOON)

    text = client.get(page).get_data(as_text=True)

    words = {
        "unknown": "one letter a day",
        "confirmed": "as soon as",
        "stopped": "will not write",
    }
    assert words[known] in text
    assert ("Keep telling me" in text) is (known != "confirmed")
    assert ("top these letters" in text) is (known != "stopped")


def test_an_owner_whose_letters_came_back_can_have_them_tried_again(app, client, page):
    with write() as session:
        addresses.end(session, addresses.key_of("ada@reader.example"), NOON)

    shown = client.get(page).get_data(as_text=True)
    client.post(page)

    assert "<h1>Our letters came back</h1>" in shown
    assert "there is no such mailbox" in shown
    assert state() == "confirmed"
