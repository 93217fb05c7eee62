"""The reader's own page: what became of it, and what can still be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Appeal, Contact, Correction
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import appeals, side_facts, undoing
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, a_correction, accept, an_article, decide, reject
from tests.web.conftest import JSON

DAY = timedelta(days=1)


@pytest.fixture
def reader(app):
    """A reader's browser: no account, no cookie, no script."""
    return app.test_client()


def at(correction, act=""):
    return f"/receipts/{tokens.token_for(correction)}{'/' if act else ''}{act}"


def text_of(answer):
    return answer.get_data(as_text=True)


def address_of(correction):
    db.session.rollback()
    return db.session.get_one(Contact, correction.id).email


def status_of(correction):
    db.session.rollback()
    return db.session.get_one(Correction, correction.id).status


@pytest.mark.parametrize("act", ["", "/withdraw", "/email", "/appeal"])
@pytest.mark.parametrize("token", ["nonsense", "1-AAAAAAAAAAAAAAAAAAAAAAAA", "%00"])
def test_a_receipt_opens_by_its_whole_address_only(app, reader, token, act):
    a_correction(an_article())
    ask = reader.post if act else reader.get

    assert ask(f"/receipts/{token}{act}", headers=JSON).status_code == 404
    assert ask(f"/receipts/{token}{act}").status_code == 404


@pytest.mark.parametrize("act", ["", "withdraw", "email"])
def test_the_address_stays_out_of_caches_and_referers(reader, act):
    correction = a_correction(an_article())

    answer = reader.post(at(correction, act)) if act else reader.get(at(correction))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_reader_takes_back_what_waits(reader):
    correction = a_correction(an_article())

    answer = reader.post(at(correction, "withdraw"))
    again = reader.post(at(correction, "withdraw"), headers=JSON)

    assert (answer.status_code, answer.location) == (303, at(correction))
    assert (again.status_code, again.json["status"]) == (200, "withdrawn")
    page = text_of(reader.get(at(correction)))
    assert "You withdrew this correction" in page
    assert "/withdraw" not in page


def test_what_was_decided_is_not_taken_back(reader, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    answer = reader.post(at(correction, "withdraw"), headers=JSON)
    page = reader.post(at(correction, "withdraw"))

    assert (answer.status_code, answer.json["error"]) == (409, "already_decided")
    assert page.status_code == 409
    assert "already closed" in text_of(page)
    assert status_of(correction) == "accepted"


def test_an_address_is_left_later_and_shown_masked(reader):
    correction = a_correction(an_article(), email="")
    before = text_of(reader.get(at(correction)))

    answer = reader.post(at(correction, "email"), data={"email": "grace@reader.example"})

    assert "Keep the address of this page" in before
    assert (answer.status_code, answer.location) == (303, at(correction))
    assert address_of(correction) == "grace@reader.example"
    page = text_of(reader.get(at(correction)))
    assert "g***@reader.example" in page
    assert "grace@" not in page


@pytest.mark.parametrize(("named", "kept"), [("de-AT,en", "en"), ("../../etc", "en")])
def test_the_language_of_the_article_is_kept_with_an_address(reader, named, kept):
    correction = a_correction(an_article(), email="")

    reader.post(
        at(correction, "email"),
        data={"email": "grace@reader.example"},
        headers={"Accept-Language": named},
    )

    db.session.rollback()
    assert db.session.get_one(Contact, correction.id).lang == kept


def test_an_address_is_replaced(reader):
    correction = a_correction(an_article())

    answer = reader.post(
        at(correction, "email"), json={"email": "new@reader.example"}, headers=JSON
    )

    assert answer.status_code == 200
    assert address_of(correction) == "new@reader.example"


@pytest.mark.parametrize("email", ["", "grace@", "a@b.example, c@d.example"])
def test_what_is_no_address_comes_back_with_the_reason_beside_it(reader, email):
    correction = a_correction(an_article())

    answer = reader.post(at(correction, "email"), data={"email": email})
    page = text_of(answer)

    assert answer.status_code == 422
    assert f'value="{email}"' in page
    assert 'id="email-fault"' in page
    assert list(reader.post(at(correction, "email"), headers=JSON).json["fields"]) == ["email"]


def test_no_address_is_left_with_what_is_closed(reader, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    answer = reader.post(at(correction, "email"), data={"email": "g@reader.example"})

    assert answer.status_code == 409
    assert address_of(correction) == "ada@reader.example"


def test_a_rejection_can_be_appealed_once(reader, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_, note="We print it so.")
    offered = text_of(reader.get(at(correction)))

    answer = reader.post(at(correction, "appeal"), data={"words": "Say it aloud."})
    again = reader.post(at(correction, "appeal"), data={"words": "Say it aloud."})
    page = text_of(reader.get(at(correction)))
    appeals.uphold(correction.id, "We did.", Act(mira, None, NOON))
    after = reader.post(at(correction, "appeal"), data={"words": "Once more."}, headers=JSON)

    assert f'action="{at(correction, "appeal")}"' in offered
    assert (answer.status_code, again.status_code) == (303, 303)
    assert len(db.session.scalars(select(Appeal)).all()) == 1
    assert "Say it aloud." in page
    assert "/appeal" not in page
    assert (after.status_code, after.json["error"]) == (409, "already_decided")
    assert "We looked again" in text_of(reader.get(at(correction)))


def test_words_that_are_too_long_come_back(reader, max_):
    correction = a_correction(an_article())
    reject(correction, max_)
    words = "again " * 400

    answer = reader.post(at(correction, "appeal"), data={"words": words})

    assert answer.status_code == 422
    assert words.strip() in text_of(answer)
    assert 'id="words-fault"' in text_of(answer)


@pytest.mark.parametrize("action", ["pending", "accept", "supersede"])
def test_only_a_rejection_is_appealed(reader, max_, action):
    correction = a_correction(an_article())
    if action != "pending":
        decide(correction, action, max_)

    answer = reader.post(at(correction, "appeal"), data={"words": "Please."}, headers=JSON)

    assert (answer.status_code, answer.json["error"]) == (409, "already_decided")
    assert "/appeal" not in text_of(reader.get(at(correction)))


@pytest.mark.parametrize(
    ("action", "more", "state", "sentence"),
    [
        ("accept", {}, "corrected", "corrected as you suggested"),
        ("accept", {"text": "this"}, "corrected in other words", "in other words. Thank you"),
        ("reject", {"reason": "house_style"}, "not changed", "Our style book"),
        ("supersede", {"reason": "already_corrected"}, "already corrected", "says so already"),
        ("supersede", {"reason": None}, "settled another way", "settled another way:"),
    ],
)
def test_the_outcome_is_said_in_plain_words(reader, max_, action, more, state, sentence):
    remark = {"replacement": None, "explanation": "Once is enough."}
    correction = a_correction(an_article(), **(remark if action == "supersede" else {}))
    decide(correction, action, max_, **more)

    page = text_of(reader.get(at(correction)))

    assert f">{state}</span>" in page
    assert sentence in page


def test_a_reader_sees_that_it_is_being_checked_but_not_what_colleagues_wrote(reader, max_):
    correction = a_correction(an_article())
    side_facts.hold(
        correction.id, Act(max_, None, NOON), until=NOON + 3 * DAY, note="Ask her ex-wife."
    )

    page = text_of(reader.get(at(correction)))

    assert ">being checked</span>" in page
    assert "5 Mar 2026" in page
    assert "ex-wife" not in page


def test_what_was_opened_again_stays_in_the_history(reader, max_):
    correction = a_correction(an_article())
    reject(correction, max_, note="Nonsense.")
    undoing.reopen(correction.id, "She is right.", Act(max_, None, NOON + DAY), confirmed=CONFIRMED)

    page = text_of(reader.get(at(correction)))

    assert "Opened again" in page
    assert "looking at it again" in page
    assert "Nonsense." not in page
    assert "She is right." not in page


def test_what_a_reader_wrote_is_shown_as_words(reader, max_):
    hostile = "<script>alert(1)</script>"
    correction = a_correction(an_article(), explanation=hostile)
    reject(correction, max_)
    reader.post(at(correction, "appeal"), data={"words": hostile})

    assert "<script>alert(1)" not in text_of(reader.get(at(correction)))
