"""Tokens: kept as hashes, shown once, made by who may, for what their owner may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import InsufficientScope, Invalid, InvalidToken, NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import SCOPES, Ability, Scope
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Token
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import tokens
from corrections_app.workflow.programs.tokens import State
from tests.builders import NOON, SECOND

DAY = timedelta(days=1)


@pytest.fixture
def ada(app):
    return accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)


def made(owner, *scopes, **more):
    return tokens.make("the CMS", scopes or ("articles:read",), owner, now=NOON, **more)


def test_only_its_hash_is_kept(app, ada):
    token, secret = made(ada)

    assert re.fullmatch(r"rc_[A-Za-z0-9_-]{43}", secret)
    db.session.rollback()
    row = db.session.execute(select(Token.__table__)).one()
    assert secret.removeprefix("rc_") not in repr(row)
    assert tokens.find(secret, NOON).id == token.id


def test_no_two_are_alike(app, ada):
    assert len({made(ada).secret for _ in range(5)}) == 5


def test_who_made_it_for_whom_and_who_ended_it_stands_in_the_audit(app, ada, max_):
    ada_id, max_id = ada.id, max_.id
    number = made(max_, "corrections:decide", by=ada).token.id
    tokens.revoke(number, by=ada, now=NOON)
    tokens.revoke(number, by=ada, now=NOON + DAY)

    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action.like("%_token")).order_by(AuditEvent.id)
    )
    assert [(event.action, event.by_id, event.data) for event in events] == [
        (
            "make_token",
            ada_id,
            {
                "made": number,
                "name": "the CMS",
                "scopes": "corrections:decide",
                "person": max_id,
            },
        ),
        ("revoke_token", ada_id, {"revoked": number}),
    ]


def test_scopes_stand_in_one_order_and_once(app, ada):
    token = made(ada, "notices:read", "articles:read", "notices:read").token

    assert token.scopes == "articles:read notices:read"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "two\u202elines"}, "name"),
        ({"scopes": []}, "scope"),
        ({"scopes": ["articles:read", "everything"]}, "scope"),
        ({"days": 0}, "expires"),
        ({"days": 3651}, "expires"),
    ],
)
def test_what_makes_no_token_is_named(app, ada, said, named):
    known = {"name": "the CMS", "scopes": ["articles:read"], "days": None} | said

    with pytest.raises(Invalid) as refused:
        tokens.make(known["name"], known["scopes"], ada, days=known["days"], now=NOON)

    assert set(refused.value.fields) == {named}
    assert not tokens.listed()


def test_nobody_gets_more_for_a_program_than_they_may_do(app, max_):
    with pytest.raises(Invalid, match="hooks:write"):
        made(max_, "articles:read", "hooks:write")


def test_nothing_is_done_in_the_name_of_a_closed_account(app, ada, max_):
    accounts.disable("max@courier.example", now=NOON)

    with pytest.raises(Invalid, match="closed"):
        made(accounts.by_email("max@courier.example"))


def test_only_an_admin_makes_and_revokes(app, mira, ada):
    number = made(ada).token.id

    with pytest.raises(NotPermitted):
        made(mira, by=mira)
    with pytest.raises(NotPermitted):
        tokens.revoke(number, by=mira, now=NOON)


def test_a_token_is_good_until_the_very_moment(app, ada):
    secret = made(ada, days=1).secret

    assert tokens.find(secret, NOON + DAY - SECOND)
    with pytest.raises(InvalidToken):
        tokens.find(secret, NOON + DAY)


def test_what_becomes_of_a_token_is_told_in_a_word(app, ada, max_):
    several = [made(ada), made(ada, days=1), made(ada), made(max_)]
    numbers = [one.token.id for one in several]
    tokens.revoke(numbers[2], now=NOON)
    accounts.disable("max@courier.example", now=NOON)

    told = {one.id: tokens.state(one, NOON + DAY) for one in tokens.listed()}

    assert [told[number] for number in numbers] == [
        State.ACTIVE,
        State.EXPIRED,
        State.REVOKED,
        State.REVOKED,
    ]


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("role", list(Role))
def test_a_scope_is_of_use_to_whom_may_do_it_themself(app, ada, scope, role):
    owner = accounts.add("eve@courier.example", role=Role.ADMIN, now=NOON)
    secret = made(owner, scope).secret
    accounts.add("eve@courier.example", role=role, now=NOON)
    found = tokens.find(secret, NOON)

    needed = SCOPES.get(scope)
    if needed is None or found.user.may(needed):
        tokens.check(found, scope)
    else:
        assert needed == Ability.MANAGE_PEOPLE
        with pytest.raises(InsufficientScope):
            tokens.check(found, scope)
