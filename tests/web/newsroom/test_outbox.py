"""Moderators see what became of each letter, and can send one again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.models import Letter
from corrections_app.workflow import clock
from corrections_app.workflow.letters import addresses, grouping, outbox
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, accept, an_article

DUE = NOON + timedelta(minutes=10)


@pytest.fixture
def letter_id(app, moderator):
    """A letter to Ada, written and not sent."""
    accept(a_correction(an_article(), "May 2025", "May 2026"), accounts.by_email(MAX))
    grouping.compose_due(DUE)
    return outbox.newest()[0].id


MAX = "max@courier.example"


def failed(letter_id, state="dead"):
    with write() as session:
        letter = session.get_one(Letter, letter_id)
        letter.state, letter.error, letter.attempts = state, "550 no such person", 1


def page(moderator, path):
    answer = moderator.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_letter_is_shown_as_its_own_language_is_read(app, moderator, letter_id):
    with write() as session:
        letter = session.get_one(Letter, letter_id)
        letter.html = letter.html.replace(
            '<html lang="en" dir="ltr">', '<html lang="he" dir="rtl">'
        )
    shown = page(moderator, f"/outbox/{letter_id}")
    assert '<h1><bdi lang="he" dir="rtl">Corrected' in shown
    assert re.search(r'<pre [^>]*dir="rtl"[^>]*>\n<span lang="he">The', shown)


def test_the_outbox_lists_due_sent_and_failed(app, moderator, letter_id):
    subject = "Corrected, thanks to you"
    due = page(moderator, "/outbox?show=due")
    failed(letter_id)

    assert subject in due
    assert subject in page(moderator, "/outbox")
    assert subject in page(moderator, "/outbox?show=failed")
    assert subject in page(moderator, f"/outbox?show=failed&before={'9' * 30}")
    assert subject not in page(moderator, "/outbox?show=due")
    assert subject not in page(moderator, "/outbox?show=sent")
    assert "ada@reader.example" not in due  # in a list, a hint is enough


def test_what_is_owed_and_not_yet_written_is_seen_too(app, moderator):
    correction = a_correction(an_article())
    accept(correction, accounts.by_email(MAX))

    assert correction.reference in page(moderator, "/outbox?show=due")


def test_a_letter_given_up_can_be_tried_again(app, moderator, letter_id):
    failed(letter_id)

    shown = page(moderator, f"/outbox/{letter_id}")
    answer = moderator.post(f"/outbox/{letter_id}/retry", {})

    assert "550 no such person" in shown
    assert "Try again now" in shown
    assert answer.status_code == 303
    assert outbox.counts() == {"due": 1, "sent": 0, "failed": 0, "stopped": 0}


def test_a_letter_that_went_cannot_be_sent_again(app, moderator, letter_id):
    failed(letter_id, "sent")

    assert moderator.post(f"/outbox/{letter_id}/retry", {}).status_code == 422


def test_strangers_cannot_send_anything_again(app, client, moderator, letter_id):
    failed(letter_id)

    answer = client.post(f"/outbox/{letter_id}/retry", headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert outbox.counts()["failed"] == 1


def test_a_letter_is_shown_with_its_headers_its_text_and_its_frame(app, moderator, letter_id):
    shown = page(moderator, f"/outbox/{letter_id}")
    frame = moderator.get(f"/outbox/{letter_id}/html")

    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in shown
    assert "Auto-Submitted: auto-generated" in shown
    assert "It now says:" in shown
    assert "<iframe sandbox" in shown
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]


def test_a_correction_shows_the_fate_of_its_letter(app, moderator):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    accept(correction, accounts.by_email(MAX))
    before = page(moderator, f"/queue/{correction.id}")
    grouping.compose_due(DUE)
    after = page(moderator, f"/queue/{correction.id}")
    addresses.stop(addresses.key_of("ada@reader.example"), DUE)
    stopped = page(moderator, f"/queue/{correction.id}")

    assert "due <time" in before
    assert "about to be sent" in after
    assert "because this address wants no letters" in stopped


def test_an_instance_that_sends_nothing_says_so_to_both_sides(make_app):
    app = make_app(PUBLIC_URL="http://corrections.example.org")
    with app.app_context():
        an_article()
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        link = accounts.one_time_link(MAX, now=clock.now()).partition(".org")[2]
    browser = app.test_client()
    browser.post(link)

    form = browser.get("/articles/harbour-wall/corrections/new").get_data(as_text=True)

    assert 'name="email"' not in form
    assert "cannot send letters at present" in form
    assert "No letter leaves this machine." in browser.get("/queue").get_data(as_text=True)


def test_an_instance_on_loopback_or_with_a_server_offers_letters(app, client, moderator):
    an_article()

    assert 'name="email"' in client.get("/articles/harbour-wall/corrections/new").text
    assert "No letter leaves" not in page(moderator, "/queue")


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("no_mailbox", "there is no such mailbox, so no further letter goes there"),
        ("policy", "the other side takes no letters from this server"),
        ("other", "could not be delivered"),
    ],
)
def test_a_letter_that_came_back_says_so_and_can_be_tried_again(
    app, moderator, letter_id, cause, words
):
    failed(letter_id)
    with write() as session:
        letter = session.get_one(Letter, letter_id)
        letter.error = "came back: 5.1.1 <b>ada@reader.example</b> unknown"
        letter.refusal, letter.refused_at, letter.sent_at = cause, clock.now(), DUE
        addresses.end(session, letter.address_key, DUE)

    for path in ("/outbox", f"/outbox/{letter_id}"):
        assert words in page(moderator, path)
    shown = page(moderator, f"/outbox/{letter_id}")
    assert "came back: 5.1.1 &lt;b&gt;a" in shown
    assert "ada@reader.example" not in shown
    assert moderator.post(f"/outbox/{letter_id}/retry", {}).status_code == 303
    assert addresses.state_of(addresses.key_of("ada@reader.example")) == "unknown"


def test_what_is_not_sent_because_nobody_is_there_says_why(app, moderator, letter_id):
    with write() as session:
        addresses.end(session, session.get_one(Letter, letter_id).address_key, DUE)

    assert "because letters to this address came back" in page(moderator, "/outbox")


def test_admins_alone_hear_on_every_page_that_our_letters_are_turned_away(
    app, moderator, letter_id
):
    words = "Other mail servers turn our letters away."
    assert words not in page(moderator, "/queue")
    with write() as session:
        letter = session.get_one(Letter, letter_id)
        letter.refusal, letter.refused_at = "policy", clock.now()
    assert words not in page(moderator, "/queue")

    accounts.add(MAX, role=Role.ADMIN, now=NOON)

    assert words in page(moderator, "/queue")
    outbox.retry(letter_id, DUE)
    assert words not in page(moderator, "/queue")
