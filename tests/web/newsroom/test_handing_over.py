"""Links for colleagues where no mail server brings them: shown to an admin, once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import AuditEvent
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from tests.builders import NOON
from tests.web.conftest import JSON, Moderator, sign_in_as

ADA = "ada@courier.example"
MAX = "max@courier.example"
NEW = {"email": "bo@courier.example", "name": "Bo Lind", "role": "editor", "section": ""}


@pytest.fixture
def admin(app):
    accounts.add(ADA, role=Role.ADMIN, now=NOON)
    return Moderator(sign_in_as(app, ADA))


@pytest.fixture
def mailing(make_app):
    """An application with a mail server, and its admin's browser."""
    app = make_app(MAIL_URL="smtp://127.0.0.1:1")
    with app.app_context():
        accounts.add(ADA, role=Role.ADMIN, now=NOON)
        yield Moderator(sign_in_as(app, ADA))
        db.session.rollback()


def link_on(page):
    found = re.search(r"<textarea[^>]* id=\"link\"[^>]*>([^<]+)<", page)
    return found and found[1].removeprefix("http://localhost")


def page_after(browser, answer):
    assert answer.status_code == 303
    return browser.get(answer.location).get_data(as_text=True)


def is_in(browser):
    return browser.get("/queue").status_code == 200


def test_the_link_of_who_was_added_is_shown_and_lets_them_in(app, admin):
    page = page_after(admin, admin.post("/people", NEW))

    browser = app.test_client()
    assert browser.post(link_on(page)).status_code == 303
    assert is_in(browser)


def test_it_is_shown_once(admin):
    answer = admin.post("/people", NEW)

    assert link_on(page_after(admin, answer))
    assert link_on(page_after(admin, answer)) is None


def test_it_is_shown_on_nobody_else_s_page(admin, moderator):
    admin.post("/people", NEW)
    other = accounts.by_email(MAX).id

    assert link_on(admin.get(f"/people/{other}").get_data(as_text=True)) is None


def test_a_new_link_is_made_for_who_lost_theirs(app, admin, moderator):
    path = f"/people/{accounts.by_email(MAX).id}"
    first = link_on(page_after(admin, admin.post(f"{path}/link", {})))

    second = link_on(page_after(admin, admin.post(f"{path}/link", {})))

    assert app.test_client().post(first).status_code == 403
    assert app.test_client().post(second).status_code == 303
    db.session.rollback()
    made = [
        one.by_id
        for one in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        if one.action == "make_link"
    ]
    assert made[-2:] == [accounts.by_email(ADA).id] * 2


def test_nothing_is_called_sent_where_nothing_is(admin):
    before = admin.get("/people").get_data(as_text=True)
    page = page_after(admin, admin.post("/people", NEW))
    delivery.deliver(now())
    outbox = admin.get("/outbox").get_data(as_text=True)
    letter = admin.get("/outbox/1").get_data(as_text=True)
    kept = admin.get("/outbox?show=sent").get_data(as_text=True)

    for text in (before, page, outbox, letter, kept):
        assert not re.search(r"\b[Ss]ent\b|on its way|get a letter|send the letter", visible(text))
    assert "kept here: there is no mail server" in outbox
    assert "kept here: there is no mail server" in letter
    assert "There is no mail server" in page


def visible(page):
    main = page[page.index("<main") :]
    return re.sub(r"<[^>]*>", " ", main.replace("Not sent", ""))


def test_nor_to_who_asks_for_a_link(app):
    browser = app.test_client()

    answer = browser.post("/sign-in/forgotten", data={"email": MAX})

    page = browser.get(answer.location).get_data(as_text=True)
    assert "on its way" not in page
    assert "There is no mail server here" in page


def test_with_a_mail_server_nobody_but_its_reader_gets_the_link(mailing):
    added = page_after(mailing, mailing.post("/people", NEW))
    asked = page_after(
        mailing, mailing.post(f"/people/{accounts.by_email(NEW['email']).id}/link", {})
    )

    for page in (added, asked):
        assert "on its way" in page
        assert link_on(page) is None


def test_programs_are_told_no_link(admin):
    made = admin.post_json("/people", NEW)

    assert made.status_code == 201
    assert "/sign-in/" not in made.get_data(as_text=True)
    shown = admin.get(f"/people/{made.json['id']}").get_data(as_text=True)
    assert link_on(shown) is None
    assert "link" not in admin.get("/people", headers=JSON).get_data(as_text=True)
