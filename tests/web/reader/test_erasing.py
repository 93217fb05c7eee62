"""The reader's own way to erase: a page with a button, for one receipt or for one mailbox."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Contact, Site
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, an_article
from tests.web.conftest import JSON

ADA = "ada@reader.example"


@pytest.fixture
def reader(app):
    """A reader's browser: no account, no cookie, no script."""
    return app.test_client()


def at(correction, act=""):
    return f"/receipts/{tokens.token_for(correction)}{act}"


def mailbox(address=ADA, act=""):
    return f"/letters/{addresses.token_of(addresses.key_of(address))}{act}"


def kept():
    db.session.rollback()
    return list(db.session.scalars(select(Contact.correction_id).order_by(Contact.correction_id)))


def test_a_receipt_says_until_when_and_leads_to_the_button(reader):
    correction = a_correction(an_article())

    page = reader.get(at(correction)).text
    step = reader.get(at(correction, "/erase"))
    untouched = kept()
    pressed = reader.post(at(correction, "/erase"))

    assert "30 days after our last letter" in page
    assert "90 days after you left them" in page
    assert at(correction, "/erase") in page
    assert untouched == [correction.id]
    assert (pressed.status_code, pressed.headers["Location"]) == (303, at(correction))
    assert kept() == []
    for answer in (step, pressed):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    after = reader.get(at(correction)).text
    assert "No address and no name" in after
    assert at(correction, "/erase") not in after
    assert "nothing to erase" in reader.get(at(correction, "/erase")).text
    assert reader.post(at(correction, "/erase")).status_code == 303


def test_a_receipt_erases_one_correction_a_letter_erases_all(reader):
    article = an_article()
    sent = [a_correction(article), a_correction(article, "May", "June")]

    one = reader.post(at(sent[0], "/erase"), headers=JSON)
    left = kept()
    step = reader.get(mailbox(act="/erase")).text
    untouched = kept()
    rest = reader.post(mailbox(act="/erase"))

    assert one.get_json()["contacts"] == 1
    assert left == untouched == [sent[1].id]
    assert mailbox(act="/erase") in step
    assert rest.status_code == 303
    assert kept() == []
    assert "It is erased" in reader.get(rest.headers["Location"]).text
    assert mailbox(act="/erase") in reader.get(mailbox()).text


@pytest.mark.parametrize("path", ["/receipts/1-AAAAAAAAAAAAAAAAAAAAAAAA", "/letters/nonsense"])
def test_only_the_whole_address_erases(reader, path):
    correction = a_correction(an_article())

    answers = [reader.get(f"{path}/erase"), reader.post(f"{path}/erase")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert kept() == [correction.id]


def test_it_is_counted_with_what_else_is_sent(make_app):
    app = make_app(LIMITS="2/hour")
    with app.app_context():
        correction = a_correction(an_article())
        reader = app.test_client()
        codes = [reader.post(at(correction, "/erase")).status_code for _ in range(3)]

    assert codes == [303, 303, 429]


SAID = (
    ({}, "folder of this machine", "smtp.example"),
    (
        {
            "MAIL_URL": "smtp://smtp.example:25",
            "REPLY_TO": "desk@courier.example",
            "KEEP_CONTACT_DAYS": 7,
            "KEEP_CONTACT_AT_MOST_DAYS": 21,
        },
        "smtp.example|desk@courier.example|7 days after our last|21 days after you left",
        "folder of this machine|30 days|90 days",
    ),
    ({"LIMITS": "30/hour"}, "memory only, for 1 day at most", "in a Redis"),
    ({"LIMITS": "30/hour;200/2 days"}, "memory only, for 2 days at most", "for 1 day at most"),
    ({"LIMITS": "off"}, "used for one day|deleted after 7 days", "counted by network|at most,"),
    (
        {"LIMITS": "30/hour", "REDIS_URL": "redis://127.0.0.1:1/0"},
        "a Redis of the newsroom",
        "memory only",
    ),
    ({"EMBED_ORIGINS": "https://news.example"}, "https://news.example", "no such words"),
    (
        {"PUBLIC_URL": "https://corrections.example.org"},
        "ask for no address at present",
        "for telling you the result",
    ),
    ({"SESSION_IDLE": "45m", "SESSION_ABSOLUTE": "12h"}, "45 minutes|12 hours", "24 hours"),
    ({}, "(corrections)|(corrections-device-…), for 180 days", "__Host-|__Secure-|comes back to"),
    (
        {"PUBLIC_URL": "https://corrections.example.org"},
        "(__Host-corrections)|(__Secure-corrections-device-…)",
        "(corrections)",
    ),
    ({"MAIL_URL": "smtp://smtp.example:25"}, "comes back to the mailbox", "made for this letter"),
    (
        {"MAIL_URL": "smtp://smtp.example:25", "BOUNCES": "bounces@courier.example"},
        "made for this letter",
        "comes back to the mailbox|This program reads it",
    ),
    (
        {
            "MAIL_URL": "smtp://smtp.example:25",
            "BOUNCES": "bounces@courier.example",
            "BOUNCE_SOURCE": "imaps://u:hidden-words@imap.example/INBOX",
        },
        "This program reads it",
        "hidden-words|imap.example",
    ),
    (
        {"OIDC_ISSUER": "https://id.example.org", "OIDC_CLIENT_ID": "corrections"},
        "sign in through https://id.example.org",
        "no such words",
    ),
)


@pytest.mark.parametrize(("settings", "said", "not_said"), SAID)
def test_the_page_says_what_the_settings_do(make_app, settings, said, not_said):
    answer = make_app(**settings).test_client().get("/privacy")

    assert answer.status_code == 200
    assert [words for words in said.split("|") if words not in answer.text] == []
    assert [words for words in not_said.split("|") if words in answer.text] == []


def test_the_page_is_for_everyone_and_linked_from_every_foot(app, reader):
    article = an_article()
    plain = reader.get("/privacy")
    with write() as session:
        kind = {"kind": "wordpress", "address": "https://news.example", "created_at": NOON}
        session.add(Site(name="the-paper", **kind))

    answer = reader.get("/privacy")

    assert "the-paper" in answer.text
    assert "the-paper" not in plain.text
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    form = f"/articles/{article.slug}/corrections/new"
    pages = ("/", f"/articles/{article.slug}", "/corrections", "/receipts", "/sign-in", form)
    assert [page for page in pages if 'href="/privacy' not in reader.get(page).text] == []
    assert "/privacy#address" in reader.get(form).text
