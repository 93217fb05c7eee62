"""/hooks: an admin adds one, sees its secret once, and what came of its calls."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from corrections_app.domain.hooks.kinds import CHOICES
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Call, Hook
from corrections_app.workflow.hooks import registry
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, an_article
from tests.web.conftest import Moderator, sign_in_as, text_of
from tests.workflow.hooks.programs import Program, a_hook

ADA = "ada@courier.example"
FIELDS = {"url": "https://desk.example/heard", "events": ["correction.decided"], "section": ""}


@pytest.fixture
def admin(app):
    accounts.add(ADA, role=Role.ADMIN, now=NOON)
    return Moderator(sign_in_as(app, ADA))


def secret_on(page):
    found = re.search(r"<textarea[^>]* id=\"secret\"[^>]*>([^<]+)<", text_of(page))
    return found and found[1]


def added(admin, **more):
    answer = admin.post("/hooks", FIELDS | more)
    assert answer.status_code == 303, text_of(answer)
    return answer.location


def calls():
    db.session.rollback()
    return db.session.scalars(select(Call).order_by(Call.id)).all()


def test_a_secret_is_shown_once_when_it_is_made_and_stands_in_no_table(admin):
    where = added(admin)
    page = admin.get(where)
    secret = secret_on(page)

    assert secret.startswith("whsec_")
    assert page.headers["Cache-Control"] == "no-store"
    assert secret_on(admin.get(where)) is None
    rotated = admin.post("/hooks/1/rotate", {})
    other = secret_on(admin.get(rotated.location))
    assert other not in (None, secret)
    hook = db.session.scalars(select(Hook)).one()
    stored = [str(getattr(hook, column.key)) for column in Hook.__table__.columns]
    assert not [one for one in stored if secret[6:] in one or other[6:] in one]


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"url": ""}, "url", "Write the address"),
        ({"url": "http://desk.example/"}, "url", "not encrypted"),
        ({"url": "https://127.0.0.1:8080/"}, "url", "no port of the web"),
        ({"url": "javascript:alert(1)"}, "url", "is no address"),
        ({"url": "https://a:b@desk.example/"}, "url", "name or a password"),
        ({"url": "https://desk.example/" + "a" * 2_000}, "url", "Write the address"),
        ({"events": []}, "events", "Choose what the program hears of"),
        ({"events": ["correction.decided", "hook.test"]}, "events", "Choose what"),
        ({"section": "x" * 300}, "section", "No section"),
    ],
)
def test_what_cannot_be_a_hook_is_said_beside_its_field_with_all_that_was_typed(
    admin, more, field, said
):
    answer = admin.post("/hooks", FIELDS | more)

    page = text_of(answer)
    assert answer.status_code == 422
    assert said in page
    assert f'id="{field}-fault"' in page
    assert db.session.scalar(select(Hook.id)) is None


def test_there_are_twenty_and_no_more(admin):
    for n in range(20):
        a_hook(f"https://desk.example/{n}")

    assert "remove one first" in text_of(admin.post("/hooks", FIELDS))


def test_what_a_program_answers_is_shown_and_is_no_markup(admin):
    article, number = an_article(), a_hook()
    a_correction(article, email="spy@reader.example", name="Spy Reader", explanation="I was there.")
    program = Program()
    program.answers = lambda _said: 500
    program.send = heard_by(program)
    program.call()

    page = text_of(admin.get(f"/hooks/{number}"))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "It answered 500" in page
    for secret in ("spy@reader", "Spy Reader", "I was there"):
        assert secret not in page


def heard_by(program):
    """It answers with markup."""
    send = program.send

    def answered(*call):
        answer = send(*call)
        return type(answer)(answer.url, answer.status, answer.headers, b"<script>alert(1)</script>")

    return answered


def test_a_test_is_sent_a_call_made_again_and_one_left_out(admin):
    number = a_hook()
    assert admin.post(f"/hooks/{number}/test", {}).status_code == 303
    [call] = calls()
    assert "left out" in text_of(
        admin.get(admin.post(f"/hooks/{number}/calls/{call.id}/leave-out", {}).location)
    )
    assert calls()[0].state == "dropped"
    assert admin.post(f"/hooks/{number}/calls/{call.id}/again", {}).status_code == 303
    assert calls()[0].state == "waiting"
    assert admin.post(f"/hooks/{number}/calls/{call.id + 1}/again", {}).status_code == 404


def test_switched_off_on_and_removed(admin):
    number = a_hook()
    admin.post(f"/hooks/{number}/off", {})
    assert "Switch it on" in text_of(admin.get(f"/hooks/{number}"))
    assert "switched off: switch it on" in text_of(admin.post(f"/hooks/{number}/test", {}))
    admin.post(f"/hooks/{number}/on", {})
    assert "Send a test" in text_of(admin.get(f"/hooks/{number}"))

    admin.post(f"/hooks/{number}/remove", {})

    assert admin.get(f"/hooks/{number}").status_code == 404
    assert registry.everyone() == []


def test_one_that_was_switched_off_by_itself_is_told_in_a_banner_to_admins(app, admin):
    accounts.add("max@courier.example", role=Role.EDITOR, now=NOON)
    number = a_hook(off_at=NOON, off_why="It answered <410>.")
    said = "not told any more what happens here"

    assert said in text_of(admin.get("/queue"))
    assert said not in text_of(Moderator(sign_in_as(app, "max@courier.example")).get("/queue"))
    assert "It answered &lt;410&gt;." in text_of(admin.get(f"/hooks/{number}"))


def test_the_form_names_every_event(admin):
    page = text_of(admin.get("/hooks"))

    assert [kind for kind in CHOICES if f'value="{kind}"' not in page] == []
