"""The people who decide: how they come, how they go, and who may say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import Invalid, NotFound, NotPermitted, Refusal
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Letter, User
from corrections_app.workflow.people import accounts, sessions, sign_in
from tests.builders import NOON, an_article
from tests.racing import at_once, meeting_before

MAX = "max@courier.example"
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def ada(app):
    """Ada, who says who works here."""
    return accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)


def again(user):
    db.session.rollback()
    return db.session.get_one(User, user.id)


def rows(model):
    db.session.rollback()
    return list(db.session.scalars(select(model).order_by(model.id)))


def token_in(letter):
    return letter.secret.rpartition("/")[2]


def acts():
    return [one.action for one in rows(AuditEvent)]


def test_who_is_disabled_comes_back_to_nothing_open(app, max_):
    spent = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]
    browser = sign_in.use_link(spent, now=NOON).session_token
    link = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]
    assert sessions.find(browser, NOON).user.id == max_.id

    accounts.disable(MAX, now=NOON)
    accounts.enable(MAX, now=NOON)

    assert again(max_).active
    assert sessions.find(browser, NOON) is None
    with pytest.raises(NotPermitted):
        sign_in.use_link(link, now=LATER)


def test_a_closed_account_gets_no_link(app, max_, ada):
    accounts.disable(MAX, now=NOON)

    for ask in (
        lambda: accounts.one_time_link(MAX, now=NOON),
        lambda: accounts.send_link(MAX, by=ada, now=NOON),
    ):
        with pytest.raises(Invalid, match="disabled"):
            ask()


def test_an_invitation_lets_its_reader_in(app, ada):
    user, link = accounts.invite(
        "Bo@courier.example", name=" Bo  Lind ", role=Role.EDITOR, section=None, by=ada, now=NOON
    )

    [letter] = rows(Letter)
    assert (letter.kind, letter.recipient) == ("invitation", "bo@courier.example")
    assert "Dear Bo Lind," in letter.text
    assert letter.secret == link
    assert sign_in.use_link(token_in(letter), now=LATER).id == user.id


def test_nobody_is_invited_twice(app, ada, max_):
    with pytest.raises(Invalid) as refused:
        accounts.invite(MAX, name="", role=Role.ADMIN, section=None, by=ada, now=NOON)

    assert list(refused.value.fields) == ["email"]
    assert again(max_).role == Role.MODERATOR
    assert rows(Letter) == []


@pytest.mark.parametrize("email", ["", "max", "a@b@c.example", "a b@c.example", "a\n@c.example"])
def test_what_is_no_address_gets_no_account(app, ada, email):
    with pytest.raises(Invalid) as refused:
        accounts.invite(email, name="A", role=Role.EDITOR, section=None, by=ada, now=NOON)

    assert list(refused.value.fields) == ["email"]
    assert len(rows(User)) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "Max\u202egro.live", "Max\x00"])
def test_a_name_is_one_a_colleague_can_read(app, max_, name):
    with pytest.raises(Invalid) as refused:
        accounts.rename(max_, name, now=NOON)

    assert list(refused.value.fields) == ["name"]


def test_a_section_is_one_that_articles_have(app, ada, max_):
    an_article()
    with pytest.raises(Invalid) as refused:
        change(max_, ada, section="Sport")

    assert list(refused.value.fields) == ["section"]
    assert again(max_).section is None


def test_a_change_is_audited_with_what_it_was_before(app, ada, max_):
    change(max_, ada, role=Role.EDITOR)
    change(max_, ada, role=Role.EDITOR)

    [kept] = [one for one in rows(AuditEvent) if one.action == "change_person"]
    assert kept.by_id == ada.id
    assert kept.data == {"person": max_.id, "changed": {"role": ["moderator", "editor"]}}


def test_a_person_nobody_knows_is_not_found(app, ada):
    unknown = User(id=99, name="N", role=Role.EDITOR)

    with pytest.raises(NotFound):
        change(unknown, ada)


def change(user, by, **more):
    wanted = {"name": user.name, "role": Role(user.role), "section": None} | more
    return accounts.change(user.id, by=by, now=NOON, **wanted)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR])
def test_only_an_admin_changes_who_works_here(app, ada, max_, role):
    by = accounts.add("bo@courier.example", role=role, now=NOON)
    before = acts()

    for attempt in (
        lambda: change(by, by, role=Role.ADMIN),
        lambda: accounts.disable(MAX, by=by, now=NOON),
        lambda: accounts.enable(MAX, by=by, now=NOON),
        lambda: accounts.send_link(MAX, by=by, now=NOON),
        lambda: accounts.invite("n@c.example", name="", role=role, section=None, by=by, now=NOON),
    ):
        with pytest.raises(NotPermitted):
            attempt()

    assert again(by).role == role
    assert (acts(), rows(Letter)) == (before, [])


def test_an_admin_of_a_moment_ago_is_none(app, ada):
    bo = accounts.add("bo@courier.example", role=Role.ADMIN, now=NOON)
    accounts.disable("bo@courier.example", by=ada, now=NOON)

    with pytest.raises(NotPermitted):
        accounts.disable("ada@courier.example", by=bo, now=NOON)


def test_the_last_admin_stays(app, ada, max_):
    for attempt in (
        lambda: accounts.disable("ada@courier.example", now=NOON),
        lambda: change(ada, ada, role=Role.EDITOR),
        lambda: accounts.add("ada@courier.example", role=Role.MODERATOR, now=NOON),
    ):
        with pytest.raises(Invalid, match="last active admin"):
            attempt()

    assert (again(ada).active, again(ada).role) == (True, "admin")


def test_a_disabled_admin_does_not_count(app, ada):
    accounts.add("bo@courier.example", role=Role.ADMIN, now=NOON)
    accounts.disable("bo@courier.example", now=NOON)

    with pytest.raises(Invalid, match="last active admin"):
        accounts.disable("ada@courier.example", now=NOON)


def test_two_admins_cannot_put_each_other_out(app, ada):
    bo = accounts.add("bo@courier.example", role=Role.ADMIN, now=NOON)
    ada_id, bo_id = ada.id, bo.id
    db.session.rollback()

    def disable(email, by_id):
        by = db.session.get_one(User, by_id)
        return accounts.disable(email, by=by, now=LATER)

    with meeting_before("UPDATE users", 2):
        came = at_once(
            app,
            lambda: disable("bo@courier.example", ada_id),
            lambda: disable("ada@courier.example", bo_id),
        )

    assert sum(isinstance(one, Refusal) for one in came) == 1
    assert sum(user.active for user in rows(User)) == 1
