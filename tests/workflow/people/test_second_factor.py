"""Second factors: nobody is signed in while one is owed, and each code is good once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pyotp
import pytest
from sqlalchemy import select

from corrections_app.domain.errors import Invalid, NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import must_have_factor
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Authenticator, BrowserSession, Letter, RecoveryCode
from corrections_app.workflow.people import accounts, authenticator, factors, sessions, sign_in
from corrections_app.workflow.people.factors import Proof
from corrections_app.workflow.people.one_time_links import Purpose
from tests.builders import NOON
from tests.factors import STEP, came_in, finished, with_app
from tests.racing import at_once

MAX = "max@courier.example"
PASSWORD = "the harbour wall, rebuilt"
LATER = NOON + timedelta(hours=2)


def letters():
    db.session.rollback()
    return [one.text for one in db.session.scalars(select(Letter).order_by(Letter.id))]


def acts():
    db.session.rollback()
    return [one.action for one in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]


def by_password(email):
    sign_in.set_password(accounts.by_email(email).id, PASSWORD, now=LATER)
    return lambda: sign_in.sign_in(email, PASSWORD, now=LATER)


def by_reset(email):
    def come():
        sign_in.mail_link(email, Purpose.RESET, now=LATER)
        db.session.rollback()
        newest = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
        token = newest.secret.rpartition("/")[2]
        return sign_in.reset_password(token, PASSWORD, now=LATER)

    return come


def by_link(email):
    return lambda: came_in(email, LATER)


@pytest.mark.parametrize("door", [by_password, by_reset, by_link])
def test_no_door_signs_in_whoever_owes_a_factor(app, max_, door):
    phone, _ = with_app(MAX, NOON)
    come = door(MAX)

    user = come()

    assert user.owes_factor
    assert sessions.find(user.get_id(), LATER) is None
    token = user.get_id()
    user = finished(user, phone.at(LATER), LATER)
    assert user.get_id() != token, "a token that was known before is worth nothing after"
    assert sessions.find(user.get_id(), LATER).user.id == max_.id
    assert sessions.find(token, LATER) is None
    assert sessions.owing(token, LATER) is None


def test_a_code_is_good_once(app, max_):
    phone, _ = with_app(MAX, NOON)
    first, second = came_in(MAX, LATER).get_id(), came_in(MAX, LATER).get_id()
    code = phone.at(LATER)
    factors.finish(first, Proof(code=code), now=LATER)

    with pytest.raises(Invalid):
        factors.finish(second, Proof(code=code), now=LATER + STEP)

    assert factors.finish(second, Proof(code=phone.at(LATER + STEP)), now=LATER + STEP)


def test_the_code_that_set_it_up_is_used_too(app, max_):
    phone, _ = with_app(MAX, NOON)

    with pytest.raises(Invalid):
        finished(came_in(MAX, NOON), phone.at(NOON), NOON)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_the_clocks_may_differ_by_half_a_minute(app, max_, steps, right):
    phone, _ = with_app(MAX, NOON)
    user = came_in(MAX, LATER)
    code = phone.at(LATER + steps * STEP)

    if right:
        assert finished(user, code, LATER).id == max_.id
        return
    with pytest.raises(Invalid):
        finished(user, code, LATER)


def test_of_two_who_send_one_code_at_once_one_comes_in(app, max_):
    phone, _ = with_app(MAX, NOON)
    tokens = [came_in(MAX, LATER).get_id() for _ in range(4)]
    proof = Proof(code=phone.at(LATER))
    db.session.rollback()

    found = at_once(app, *(partial(factors.finish, token, proof, now=LATER) for token in tokens))

    assert sorted(type(one).__name__ for one in found) == ["Invalid"] * 3 + ["User"]


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "１２３４５６", "abcdef", "\0" * 6])
def test_what_is_no_code_is_wrong(app, max_, code):
    with_app(MAX, NOON)

    with pytest.raises(Invalid):
        finished(came_in(MAX, LATER), code, LATER)


def test_the_page_waits_ten_minutes(app, max_):
    phone, _ = with_app(MAX, NOON)
    user = came_in(MAX, LATER)
    late = LATER + timedelta(minutes=11)

    with pytest.raises(NotPermitted):
        finished(user, phone.at(late), late)


def test_recovery_codes_are_good_once_each_and_a_letter_tells(app, max_):
    _, codes = with_app(MAX, NOON)
    assert len(set(codes)) == 10
    finished(came_in(MAX, LATER), codes[3].upper().replace("-", " "), LATER)

    with pytest.raises(Invalid):
        finished(came_in(MAX, LATER), codes[3], LATER)

    assert finished(came_in(MAX, LATER), codes[4], LATER)
    assert factors.held_by(max_.id).recovery_codes == 8
    assert sum("one of your recovery codes" in " ".join(one.split()) for one in letters()) == 2


def test_no_secret_stands_in_the_database(app, max_):
    phone, codes = with_app(MAX, NOON)
    db.session.rollback()

    kept = db.session.scalars(select(Authenticator)).one()
    hashes = set(db.session.scalars(select(RecoveryCode.code_hash).order_by(RecoveryCode.id)))

    assert phone.secret not in kept.secret
    assert not hashes & {code.replace("-", "") for code in codes}


def test_another_secret_key_makes_codes_worthless_and_recovery_codes_go_on(app, max_):
    phone, codes = with_app(MAX, NOON)
    app.config["SECRET_KEY"] = "another secret key altogether"

    with pytest.raises(Invalid):
        finished(came_in(MAX, LATER), phone.at(LATER), LATER)

    assert finished(came_in(MAX, LATER), codes[0], LATER)


def test_setting_one_up_signs_out_what_came_in_without(app, max_):
    before = came_in(MAX, NOON).get_id()
    with_app(MAX, NOON)

    assert sessions.find(before, NOON) is None
    assert "app_added" in acts()
    assert "An app that shows codes" in letters()[-1]


def test_an_app_counts_for_nothing_until_it_showed_a_code(app, max_):
    user = came_in(MAX, NOON)
    factors.begin_app(user, now=NOON)
    with pytest.raises(Invalid):
        factors.add_app(user, "000000", now=NOON)

    assert not factors.held_by(max_.id)
    assert not came_in(MAX, LATER).owes_factor


def test_nobody_chooses_the_secret_of_another_browser(app, max_):
    theirs, mine = came_in(MAX, NOON).get_id(), came_in(MAX, NOON).get_id()
    thief = sessions.find(theirs, NOON).user
    factors.begin_app(thief, now=NOON)
    secret = authenticator.pending(thief)
    owner = sessions.find(mine, NOON).user

    assert authenticator.pending(owner) is None
    db.session.rollback()
    with pytest.raises(Invalid):
        factors.add_app(owner, pyotp.TOTP(secret).at(NOON), now=NOON)
    factors.begin_app(owner, now=NOON)
    assert authenticator.pending(owner) not in (None, secret)


@pytest.mark.parametrize(
    "change",
    [
        lambda user: factors.begin_app(user, now=LATER),
        lambda user: factors.add_app(user, "000000", now=LATER),
        lambda user: factors.remove_app(user, now=LATER),
        lambda user: factors.remove_passkey(user, 1, now=LATER),
        lambda user: factors.renew_codes(user, now=LATER),
    ],
)
def test_every_change_asks_for_a_fresh_proof(app, max_, change):
    phone, _ = with_app(MAX, NOON)
    user = finished(came_in(MAX, NOON), phone.at(NOON + STEP), NOON + STEP)

    with pytest.raises(NotPermitted, match="Confirm first"):
        change(user)

    assert factors.held_by(max_.id).app


def test_whoever_owes_one_cannot_change_them(app, max_):
    with_app(MAX, NOON)
    user = came_in(MAX, LATER)

    for change in (factors.begin_app, factors.remove_app, factors.renew_codes):
        with pytest.raises(NotPermitted):
            change(user, now=LATER)


def test_whoever_has_a_factor_confirms_by_it_and_not_by_the_password(app, max_):
    phone, _ = with_app(MAX, NOON)
    sign_in.set_password(max_.id, PASSWORD, now=NOON)
    user = finished(came_in(MAX, NOON), phone.at(NOON + STEP), NOON + STEP)

    with pytest.raises(Invalid):
        factors.confirm(user, Proof(), PASSWORD, now=LATER)
    factors.confirm(user, Proof(code=phone.at(LATER)), "", now=LATER)
    factors.remove_app(user, now=LATER)

    assert not factors.held_by(max_.id)
    assert factors.held_by(max_.id).recovery_codes == 0
    assert not came_in(MAX, LATER).owes_factor


def test_a_new_password_asks_again_for_the_factor_elsewhere_only(app, max_):
    phone, _ = with_app(MAX, NOON)
    finished(came_in(MAX, NOON), phone.at(NOON + STEP), NOON + STEP)

    user = sign_in.set_password(max_.id, PASSWORD, now=LATER)

    assert sessions.find(user.get_id(), LATER).user.id == max_.id
    assert not factors.is_fresh(user, LATER)


def test_an_admin_removes_a_colleagues_and_not_their_own(app, max_):
    admin = accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)
    with_app(MAX, NOON)
    with_app("ada@courier.example", NOON)

    accounts.reset_factor(MAX, by=admin, now=LATER)

    with pytest.raises(NotPermitted, match="your account page"):
        accounts.reset_factor("ada@courier.example", by=admin, now=LATER)
    with pytest.raises(NotPermitted):
        accounts.reset_factor("ada@courier.example", by=max_, now=LATER)
    with pytest.raises(Invalid):
        accounts.reset_factor(MAX, by=admin, now=LATER)
    assert not factors.held_by(max_.id)
    assert acts()[-1] == "reset_factor"
    assert "The second step was removed" in letters()[-1]
    assert not db.session.scalars(select(BrowserSession).filter_by(user_id=max_.id)).all()


def test_a_newsroom_of_one_has_a_way_on_the_machine(app):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=NOON)
    with_app("ada@courier.example", NOON)
    assert came_in("ada@courier.example", NOON).owes_factor, "a link does not skip the factor"

    accounts.reset_factor("ada@courier.example", now=LATER)

    assert not came_in("ada@courier.example", LATER).owes_factor


@pytest.mark.parametrize(
    ("asked", "of"),
    [
        ("optional", []),
        ("editors", [Role.EDITOR, Role.ADMIN]),
        ("everyone", [Role.MODERATOR, Role.EDITOR, Role.ADMIN]),
    ],
)
def test_of_whom_it_is_asked(asked, of):
    assert [role for role in Role if must_have_factor(role, asked)] == of


def test_where_it_is_asked_nobody_stays_signed_in_without(make_app):
    app = make_app(SECOND_FACTOR="optional")
    with app.app_context():
        accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        mira, max_ = came_in("mira@courier.example", NOON), came_in(MAX, NOON)
        assert sessions.find(mira.get_id(), NOON) is not None

        app.config["SECOND_FACTOR"] = "editors"

        assert sessions.find(mira.get_id(), NOON) is None
        assert sessions.find(max_.get_id(), NOON).user.id == max_.id
        accounts.add(MAX, role=Role.EDITOR, now=NOON)
        assert sessions.find(max_.get_id(), NOON) is None
        db.session.rollback()


def test_where_it_is_asked_the_last_one_stays(make_app):
    app = make_app(SECOND_FACTOR="everyone")
    with app.app_context():
        accounts.add(MAX, role=Role.MODERATOR, now=NOON)
        user = came_in(MAX, NOON)
        assert user.owes_factor
        phone, _ = with_app(MAX, NOON)
        user = finished(came_in(MAX, NOON), phone.at(NOON + STEP), NOON + STEP)

        with pytest.raises(NotPermitted, match="add another"):
            factors.remove_app(user, now=NOON + STEP)

        assert factors.held_by(user.id).app
        db.session.rollback()
