"""Programs send corrections by the rules and limits for readers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, SetAside, User
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act
from tests.builders import an_article
from tests.web.api.programs import a_program
from tests.web.api.test_conventions import check_problem

SEND = "/api/v1/articles/harbour-wall/corrections"
THE_WALL = {"exact": "the the harbour", "replacement": "the harbour"}
ADA = {"email": "ada@reader.example", "name": "Adele Quist", "credit": True}


@pytest.fixture
def article(app):
    return an_article(now=now())


def test_a_correction_arrives_once_however_often_it_is_sent(client, program, article):
    head = {"Idempotency-Key": "a" * 22, "Accept-Language": "uk"}

    first = program.post(SEND, json=THE_WALL | ADA, headers=head)
    again = program.post(SEND, json=THE_WALL | ADA, headers=head)
    other = program.post(SEND, json=THE_WALL | {"explanation": "Twice."}, headers=head)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json["status"] == "pending"
    assert first.json["url"].startswith("http://localhost/receipts/")
    check_problem(other, 422, "bad_key")
    db.session.rollback()
    kept = db.session.scalars(select(Correction)).one()
    assert {"exact": kept.exact, "replacement": kept.replacement} == THE_WALL
    assert (kept.contact.name, kept.contact.lang) == ("Adele Quist", "uk")
    assert client.get(first.json["url"].removeprefix("http://localhost")).status_code == 200


def test_it_is_the_owners_in_the_audit_and_no_reader_learns_of_it_by_a_guessed_key(
    client, program, article
):
    key = f"token {program.number}: order 66"
    first = program.post(SEND, json=THE_WALL, headers={"Idempotency-Key": "order 66"})

    guess = client.post(
        SEND.removeprefix("/api/v1"),
        json=THE_WALL | {"key": key},
        headers={"Accept": "application/json"},
    )

    assert (first.status_code, guess.status_code) == (201, 201)
    assert guess.json["receipt"] != first.json["receipt"]
    db.session.rollback()
    asked = select(AuditEvent).filter_by(action="submit").order_by(AuditEvent.number)
    of_program, of_reader = db.session.scalars(asked)
    mira = db.session.scalars(select(User).filter_by(email="mira@courier.example")).one()
    assert (of_program.by_id, of_reader.by_id) == (mira.id, None)
    assert of_program.data["token"] == program.number


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "no_change", None),
        (THE_WALL | {"replacement": "the the harbour"}, "no_change", "replacement"),
        ({"exact": "no such words", "replacement": "x"}, "not_found_in_text", None),
        (THE_WALL | {"key": "x" * 22}, "invalid", "key"),
        (THE_WALL | {"place": "1-2"}, "invalid", "place"),
        (THE_WALL | {"topic": "x"}, "invalid", "topic"),
        (THE_WALL | {"replacement": "x" * 10_001}, "too_long", "replacement"),
        (THE_WALL | {"email": "nobody"}, "invalid", "email"),
        (THE_WALL | {"replacement": ["a"]}, "invalid", "replacement"),
        (THE_WALL | {"explanation": "\u202e"}, "invalid", "explanation"),
    ],
)
def test_what_readers_cannot_send_programs_cannot_either(program, article, body, code, field):
    answer = program.post(SEND, json=body)

    check_problem(answer, 422, code)
    assert field is None or field in answer.json["fields"]
    assert db.session.scalar(select(Correction.id)) is None


def test_programs_are_held_to_the_limits_of_readers(make_app):
    app = make_app(LIMITS="2/hour", MOST_WAITING_PER_ARTICLE=3)
    with app.app_context():
        an_article()
        program = a_program(app)
        sent = [{"exact": words, "replacement": "x"} for words in ("Tuesday", "May", "million")]

        answers = [program.post(SEND, json=one) for one in sent]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    check_problem(answers[-1], 429, "too_many")
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_what_looks_like_spam_is_set_aside_and_nobody_is_told(program, article):
    words = "Buy at https://spam.example/a https://spam.example/b https://spam.example/c now"

    answer = program.post(SEND, json={"exact": "Tuesday", "replacement": words})

    assert answer.status_code == 201
    db.session.rollback()
    assert db.session.scalar(select(SetAside.correction_id)) is not None


def test_an_article_that_is_taken_down_takes_none(app, program, article, mira):
    retiring.retire("harbour-wall", "It was a hoax.", Act(mira, None, now()), confirmed=True)

    answer = program.post(SEND, json=THE_WALL)

    check_problem(answer, 410, "gone")
    assert "It was a hoax." in answer.json["message"]
