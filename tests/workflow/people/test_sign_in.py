"""How people come in: by password, by a link, by a reset; and how they are put out."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from corrections_app.domain.errors import Busy, Invalid, NotPermitted, SpentLink
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Letter, OneTimeLink, User
from corrections_app.workflow.people import accounts, passwords, sessions, sign_in
from corrections_app.workflow.people.one_time_links import Purpose
from corrections_app.workflow.people.sign_in import mail_link, reset_password, use_link
from tests.applications import SHIPPED
from tests.builders import NOON
from tests.racing import at_once, meeting_before

MAX = "max@courier.example"
PASSWORD = "the harbour wall, rebuilt"
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def comparisons(monkeypatch):
    """Every password that was really compared with a hash."""
    made, verify = [], PasswordHasher.verify

    def verify_and_count(self, kept, password):
        made.append(password)
        return verify(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify_and_count)
    return made


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


def test_who_shares_one_link_does_not_share_the_way_in(app, max_):
    token = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]

    came = at_once(app, *[lambda: sign_in.use_link(token, now=LATER).id] * 5)

    assert [one for one in came if isinstance(one, int)] == [max_.id]
    assert sum(isinstance(one, NotPermitted) for one in came) == 4
    assert acts().count("sign_in") == 1


@pytest.mark.parametrize(("email", "password"), [("nobody@courier.example", PASSWORD), (MAX, "")])
def test_who_is_unknown_costs_the_same_comparison(app, max_, comparisons, email, password):
    with pytest.raises(NotPermitted):
        sign_in.sign_in(email, password, now=NOON)

    assert comparisons == [password]


def test_who_is_disabled_costs_the_same_comparison(app, max_, comparisons):
    sign_in.set_password(max_.id, PASSWORD, now=NOON)
    accounts.disable(MAX, now=NOON)

    with pytest.raises(NotPermitted, match="The address or the password is wrong"):
        sign_in.sign_in(MAX, PASSWORD, now=NOON)

    assert comparisons == [PASSWORD]


def test_a_password_is_kept_as_argon2id(app, max_):
    sign_in.set_password(max_.id, PASSWORD, now=NOON)

    assert again(max_).password_hash.startswith("$argon2id$")
    assert sign_in.sign_in(MAX, PASSWORD, now=NOON).id == max_.id


def test_a_hash_is_as_slow_as_its_standard_asks_outside_of_tests():
    assert extract_parameters(SHIPPED.hash(PASSWORD)) == profiles.RFC_9106_LOW_MEMORY


def test_a_password_is_the_same_on_every_keyboard(app, max_):
    sign_in.set_password(max_.id, "señora en el café", now=NOON)

    assert sign_in.sign_in(MAX, "sen\u0303ora en el cafe\u0301", now=NOON).id == max_.id


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven char",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        " MAX@courier.example ",
        "The Harbour Courier",
        "x" * (passwords.LONGEST + 1),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(app, max_, password):
    with pytest.raises(Invalid) as refused:
        sign_in.set_password(max_.id, password, now=NOON)

    assert list(refused.value.fields) == ["password"]
    assert again(max_).password_hash is None


@pytest.fixture
def crowd(monkeypatch):
    """Strangers whose passwords are being compared, for as long as they please."""

    class Room(threading.BoundedSemaphore):
        """Where nobody waits, be it for a moment."""

        def acquire(self, blocking=True, timeout=None):
            assert not blocking
            assert timeout is None
            return super().acquire(blocking=False)

    room = Room(2)
    monkeypatch.setattr(passwords, "_for_strangers", room)
    assert room.acquire(blocking=False)
    assert room.acquire(blocking=False)
    return room


@pytest.mark.parametrize("email", [MAX, "nobody@courier.example"])
def test_whoever_finds_no_room_is_told_so_at_once(app, max_, crowd, comparisons, email):
    with pytest.raises(Busy) as refused:
        sign_in.sign_in(email, PASSWORD, now=NOON)

    assert refused.value.details == {"retry_after": 2}
    assert comparisons == []
    crowd.release()
    with pytest.raises(NotPermitted):
        sign_in.sign_in(email, "wrong", now=NOON)
    assert comparisons == ["wrong"]


def test_a_crowd_of_strangers_keeps_nobody_out_who_was_here(app, max_, crowd):
    sign_in.set_password(max_.id, PASSWORD, now=NOON)
    sign_in.check_password(again(max_), PASSWORD)

    assert sign_in.sign_in(MAX, PASSWORD, known=True, now=NOON).id == max_.id


def test_room_is_given_back_whatever_was_typed(app, max_):
    for _ in range(5):
        with pytest.raises(NotPermitted):
            sign_in.sign_in(MAX, "wrong", now=NOON)


def test_no_more_are_hashed_at_once_than_there_is_room_for(app, max_, monkeypatch):
    hashing, most, lock, full = [], [], threading.Lock(), threading.Event()

    def verify(*_given):
        with lock:
            hashing.append(1)
            most.append(len(hashing))
        full.wait(60)
        with lock:
            hashing.pop()
        raise VerifyMismatchError

    def turned_away():
        try:
            sign_in.sign_in(MAX, "wrong", known=True, now=NOON)
        except Busy:
            turned.append(1)
            if len(turned) == 5:
                full.set()
            raise

    turned: list[int] = []
    monkeypatch.setattr(PasswordHasher, "verify", verify)

    came = at_once(app, *[turned_away] * 8)

    assert max(most) == 3
    assert sum(isinstance(one, Busy) for one in came) == 5


@pytest.mark.parametrize(("purpose", "kind"), [("sign_in", "sign_in"), ("reset", "reset")])
def test_a_link_asked_for_goes_by_mail_and_stands_nowhere_else(app, max_, purpose, kind):
    sign_in.mail_link(" MAX@courier.example", Purpose(purpose), now=NOON)

    [letter], [link] = rows(Letter), rows(OneTimeLink)
    assert (letter.kind, letter.recipient, letter.state) == (kind, MAX, "ready")
    assert token_in(letter) not in letter.text + letter.html + letter.subject + link.token_hash


@pytest.mark.parametrize("email", ["nobody@courier.example", "gone@courier.example"])
def test_no_link_goes_to_who_has_no_account(app, max_, email):
    accounts.add("gone@courier.example", role=Role.EDITOR, now=NOON)
    accounts.disable("gone@courier.example", now=NOON)

    sign_in.mail_link(email, Purpose.RESET, now=NOON)

    assert (rows(Letter), rows(OneTimeLink)) == ([], [])


def test_a_link_is_good_only_for_what_it_was_made_for(app, max_):
    mail_link(MAX, Purpose.RESET, now=NOON)
    mail_link(MAX, Purpose.SIGN_IN, now=NOON)
    sign_in = token_in(rows(Letter)[1])

    with pytest.raises(NotPermitted):
        reset_password(sign_in, PASSWORD, now=LATER)
    mail_link(MAX, Purpose.RESET, now=NOON)
    with pytest.raises(NotPermitted):
        use_link(token_in(rows(Letter)[2]), now=LATER)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_dies_when_another_is_asked_for(app, max_, purpose):
    sign_in.mail_link(MAX, Purpose.SIGN_IN, now=NOON)
    sign_in.mail_link(MAX, purpose, now=NOON)
    shell = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]
    first, second = map(token_in, rows(Letter))

    for token, meant in ((first, Purpose.SIGN_IN), (second, purpose)):
        with pytest.raises(SpentLink):
            sign_in.owner_of(token, meant, now=LATER)
    assert sign_in.use_link(shell, now=LATER).id == max_.id


def test_another_person_s_link_stays(app, max_, mira):
    hers = accounts.one_time_link(mira.email, now=NOON).rpartition("/")[2]

    sign_in.mail_link(MAX, Purpose.SIGN_IN, now=NOON)
    sign_in.mail_link("nobody@courier.example", Purpose.SIGN_IN, now=NOON)

    assert sign_in.use_link(hers, now=LATER).id == mira.id


def test_of_links_asked_for_at_one_moment_one_is_good(app, max_):
    links = at_once(app, *[lambda: accounts.one_time_link(MAX, now=NOON)] * 4)

    came = []
    for link in links:
        try:
            came.append(sign_in.owner_of(link.rpartition("/")[2], Purpose.SIGN_IN, now=LATER).id)
        except SpentLink:
            came.append(None)
    assert sorted(came, key=str) == sorted([max_.id, None, None, None], key=str)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_link_is_good_for_an_hour(app, max_, purpose):
    sign_in.mail_link(MAX, purpose, now=NOON)
    token = token_in(rows(Letter)[0])

    almost = NOON + timedelta(minutes=59, seconds=59)
    assert sign_in.owner_of(token, purpose, now=almost).id == max_.id
    with pytest.raises(SpentLink):
        sign_in.owner_of(token, purpose, now=NOON + timedelta(minutes=60))


def test_a_reset_link_is_spent_once_and_on_a_good_password(app, max_):
    sign_in.mail_link(MAX, Purpose.RESET, now=NOON)
    token = token_in(rows(Letter)[0])

    with pytest.raises(Invalid):
        sign_in.reset_password(token, "short", now=LATER)
    sign_in.reset_password(token, PASSWORD, now=LATER)
    with pytest.raises(NotPermitted):
        sign_in.reset_password(token, "another good password", now=LATER)

    assert sign_in.sign_in(MAX, PASSWORD, now=LATER).id == max_.id


def test_two_resets_by_one_link_leave_one_password(app, max_):
    sign_in.mail_link(MAX, Purpose.RESET, now=NOON)
    token = token_in(rows(Letter)[0])
    chosen = [f"{PASSWORD} {number}" for number in range(3)]

    with meeting_before("UPDATE one_time_links", 3):
        came = at_once(
            app,
            *[
                lambda password=password: sign_in.reset_password(token, password, now=LATER).id
                for password in chosen
            ],
        )

    [winner] = [number for number, one in enumerate(came) if isinstance(one, int)]
    db.session.rollback()
    assert sign_in.sign_in(MAX, chosen[winner], now=LATER).id == max_.id
    assert acts().count("set_password") == 1


def test_a_new_password_ends_sessions_and_links_and_is_told_of(app, max_):
    spent = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]
    before = sign_in.use_link(spent, now=NOON).session_token
    link = accounts.one_time_link(MAX, now=NOON).rpartition("/")[2]

    user = sign_in.set_password(max_.id, PASSWORD, now=NOON)

    assert sessions.find(before, NOON) is None
    assert sessions.find(user.session_token, NOON).user.id == max_.id
    with pytest.raises(NotPermitted):
        sign_in.use_link(link, now=LATER)
    [letter] = rows(Letter)
    assert (letter.kind, letter.recipient, letter.secret) == ("password_changed", MAX, None)
    assert PASSWORD not in letter.text + letter.html
