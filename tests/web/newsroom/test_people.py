"""/people, /account and the lost key, through the doors."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.workflow.articles import importing
from corrections_app.workflow.people import accounts, sign_in
from tests.builders import NOON, document
from tests.web.conftest import JSON, Moderator, sign_in_as

ADA = "ada@courier.example"
MAX = "max@courier.example"
PASSWORD = "the harbour wall, rebuilt"
ACTS = ["", "/1", "/1/link", "/1/disable", "/1/enable"]


@pytest.fixture
def admin(app):
    """Ada's browser."""
    accounts.add(ADA, role=Role.ADMIN, now=NOON)
    return Moderator(sign_in_as(app, ADA))


def the(email):
    db.session.rollback()
    return accounts.by_email(email)


def letters():
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def path_in(letter):
    return letter.secret.removeprefix("http://localhost")


def fields(email="bo@courier.example", name="Bo Lind", role="moderator", section=""):
    return {"email": email, "name": name, "role": role, "section": section}


def is_in(browser):
    return browser.get("/queue").status_code == 200


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_who_is_no_admin_is_told_so_and_changes_nothing(app, role, act):
    accounts.add(MAX, role=role, now=NOON)
    browser = Moderator(sign_in_as(app, MAX))

    page = browser.post(f"/people{act}", fields(MAX, "Max", "admin"))
    json = browser.post_json(f"/people{act}", fields(MAX, "Max", "admin"))

    assert (page.status_code, json.status_code) == (403, 403)
    assert "Only an admin" in page.get_data(as_text=True)
    assert json.json["error"] == "not_permitted"
    assert (the(MAX).role, the(MAX).active, letters()) == (role, True, [])


@pytest.mark.parametrize("path", ["/people", "/people/1"])
def test_addresses_of_colleagues_are_for_admins(app, moderator, path):
    stranger = app.test_client()

    assert moderator.get(path).status_code == 403
    assert moderator.get(path, headers=JSON).status_code == 403
    assert stranger.get(path, headers=JSON).status_code == 403
    assert stranger.get(path).location == f"/sign-in?next={path}"


@pytest.mark.parametrize("act", [f"/people{act}" for act in ACTS] + ["/account"])
def test_an_admin_s_page_is_needed_not_only_their_cookie(admin, act):
    answer = admin.client.post(act, data=fields(ADA, "Evil", "moderator"))

    assert answer.status_code == 403
    assert (the(ADA).role, the(ADA).name, the(ADA).active) == ("admin", "ada", True)


def test_nobody_raises_themself_on_their_own_page(moderator):
    moderator.post("/account", fields(ADA, "Max", "admin", "Science") | {"active": "1"})

    max_ = the(MAX)
    assert (max_.name, max_.role, max_.section) == ("Max", "moderator", None)


def test_a_role_counts_from_the_next_request_on(app, admin, moderator):
    accounts.add(MAX, role=Role.ADMIN, now=NOON)
    assert moderator.get("/people").status_code == 200

    accounts.add(MAX, role=Role.EDITOR, now=NOON)
    assert moderator.get("/people").status_code == 403
    assert is_in(moderator)


def test_only_admins_see_the_way_there(admin, moderator):
    assert 'href="/people"' in admin.get("/queue").get_data(as_text=True)
    assert 'href="/people"' not in moderator.get("/queue").get_data(as_text=True)


def test_an_admin_adds_someone_who_comes_in_by_the_letter(app, admin):
    answer = admin.post("/people", fields(role="editor"))

    assert answer.status_code == 303
    page = admin.get(answer.location).get_data(as_text=True)
    assert "Bo Lind" in page
    browser = app.test_client()
    assert browser.post(path_in(letters()[0])).status_code == 303
    assert is_in(browser)


def test_a_refused_form_keeps_what_was_typed_with_the_reason_beside_it(admin):
    answer = admin.post("/people", fields(email="bo at home", role="editor"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="bo at home"' in page
    assert 'value="Bo Lind"' in page
    assert re.search(r'value="editor" selected', page)
    assert "is not an e-mail address" in page


def test_programs_do_the_same(admin):
    importing.bring_in(document(section="Science"), slug="wall", now=NOON)

    made = admin.post_json("/people", fields(section="Science"))
    path = f"/people/{made.json['id']}"
    changed = admin.post_json(path, fields(name="Bo", role="editor"))
    closed = admin.post_json(f"{path}/disable", {})

    assert (made.status_code, made.json["section"]) == (201, "Science")
    assert (changed.json["name"], changed.json["role"], changed.json["section"]) == (
        "Bo",
        "editor",
        None,
    )
    assert closed.json["active"] is False
    assert closed.json in admin.get("/people", headers=JSON).json["items"]
    assert admin.get(path, headers=JSON).json == closed.json


def test_a_role_that_does_not_exist_is_refused(admin):
    assert admin.post("/people", fields(role="king")).status_code == 422
    assert admin.post_json("/people", fields(role="king")).status_code == 422


def test_a_person_who_does_not_exist_is_not_found(admin):
    assert admin.get("/people/99").status_code == 404
    assert admin.post("/people/99", fields()).status_code == 404
    assert admin.post("/people/99/disable", {}).status_code == 404


def test_the_last_admin_cannot_lock_the_door_from_outside(admin):
    path = f"/people/{the(ADA).id}"

    closed = admin.post(f"{path}/disable", {})
    demoted = admin.post(path, fields(name="Ada", role="editor"))

    assert (closed.status_code, demoted.status_code) == (422, 422)
    assert "last active admin" in closed.get_data(as_text=True)
    assert "last active admin" in demoted.get_data(as_text=True)
    assert (the(ADA).role, the(ADA).active) == ("admin", True)


def test_a_disabled_person_is_out_for_good(admin, moderator):
    path = f"/people/{the(MAX).id}"

    admin.post(f"{path}/disable", {})
    assert not is_in(moderator)
    admin.post(f"{path}/enable", {})

    assert the(MAX).active
    assert not is_in(moderator)


def test_an_admin_sends_a_link(app, admin, moderator):
    admin.post(f"/people/{the(MAX).id}/link", {})

    [letter] = letters()
    browser = app.test_client()
    assert (letter.kind, letter.recipient) == ("sign_in", MAX)
    assert browser.post(path_in(letter)).status_code == 303


def test_a_password_can_be_chosen_after_coming_in_by_a_link(app, moderator):
    other = sign_in_as(app, MAX)

    answer = moderator.post("/account", {"password": PASSWORD})

    assert answer.status_code == 303
    assert is_in(moderator)
    assert not is_in(other)
    stranger = app.test_client()
    assert stranger.post("/sign-in", data={"email": MAX, "password": PASSWORD}).status_code == 303


def test_who_came_in_by_password_must_know_it_to_change_it(app, max_):
    sign_in.set_password(max_.id, PASSWORD, now=NOON)
    client = app.test_client()
    client.post("/sign-in", data={"email": MAX, "password": PASSWORD})
    browser, new = Moderator(client), "another good password"

    without = browser.post("/account", {"password": new})
    wrong = browser.post("/account", {"password": new, "current": "not this one"})
    right = browser.post("/account", {"password": new, "current": PASSWORD})

    assert (without.status_code, wrong.status_code, right.status_code) == (422, 422, 303)
    assert "This is not your password." in wrong.get_data(as_text=True)


def test_a_weak_password_is_refused_beside_its_field(moderator):
    answer = moderator.post("/account", {"password": "short"})

    assert answer.status_code == 422
    assert 'id="password-fault"' in answer.get_data(as_text=True)


def test_a_name_is_changed(moderator):
    moderator.post("/account", {"name": "Max Moritz"})

    assert "Max Moritz" in moderator.get("/queue").get_data(as_text=True)
    assert moderator.post("/account", {"name": " "}).status_code == 422


def test_other_browsers_are_put_out_and_this_one_stays(app, moderator):
    other = sign_in_as(app, MAX)

    moderator.post("/account/sign-out-elsewhere", {})

    assert is_in(moderator)
    assert not is_in(other)
