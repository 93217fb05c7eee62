"""What is kept no longer goes, in small steps, and nothing goes before its time."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import func, insert, select

from corrections_app.domain import errors
from corrections_app.extensions import db
from corrections_app.models import (
    Address,
    AuditEvent,
    Contact,
    Correction,
    IdempotencyKey,
    Letter,
    Owed,
    Sender,
    Setting,
)
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.deciding import appeals
from corrections_app.workflow.letters import addresses, delivery, outbox
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.pending import senders
from corrections_app.workflow.people import accounts
from corrections_app.workflow.privacy import due, maildir, purging
from corrections_app.workflow.privacy.keeping import Contact as Kept
from corrections_app.workflow.privacy.keeping import Terms, is_over
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.submitting.suspecting import Arrival
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, a_correction, a_proposal, accept, an_article, reject

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TERMS = Terms(after=30 * DAY, at_most=90 * DAY)


def moment(days: float | None) -> datetime | None:
    return None if days is None else NOON + days * DAY


@pytest.mark.parametrize(
    ("told", "awaited", "day", "over"),
    [
        (None, None, 89.9, False),  # nobody has decided yet
        (None, None, 90, True),
        (10, None, 39.9, False),
        (10, None, 40, True),  # thirty days after the last letter
        (80, None, 90, True),  # ninety in any case
        (10, 20, 60, False),  # another letter is to come
        (None, 89, 90, False),  # decided on the last day: its letter goes first
        (89, 89, 118.9, False),
        (89, 89, 119, True),  # but a letter that cannot go keeps nothing for ever
        (10, 20, 90, True),
    ],
)
def test_how_long_an_address_is_kept(told, awaited, day, over):
    kept = Kept(NOON, moment(told), moment(awaited))

    assert is_over(kept, TERMS, NOON + day * DAY) is over


def held() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(Contact.correction_id)))


def token(correction: Correction) -> str:
    db.session.rollback()
    return tokens.token_for(db.session.get_one(Correction, correction.id))


def sent_letter() -> Letter:
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()


def test_an_address_goes_thirty_days_after_its_letter_and_the_rest_stays(app, max_):
    correction = a_correction(an_article(), name="Ada Reader", credit=True)
    accept(correction, max_)
    went = NOON + HOUR
    assert delivery.deliver(went).sent == 1

    early = purging.purge(went + 30 * DAY - HOUR)
    before = held()
    done = purging.purge(went + 30 * DAY + HOUR)

    assert (early.contacts, before) == (0, {correction.id})
    assert (done.contacts, done.letters, held()) == (1, 1, set())
    letter = sent_letter()
    assert (letter.recipient, letter.text, letter.html, letter.address_key) == ("", "", "", None)
    assert (letter.state, letter.is_kept, bool(letter.subject)) == ("sent", False, True)
    assert db.session.get_one(Correction, correction.id).status == "accepted"
    assert list(audit.verify(db.session())) == []
    assert purging.purge(went + 31 * DAY).contacts == 0


def test_what_still_owes_a_letter_is_kept_beyond_the_last_day(app, max_):
    article = an_article()
    last_day = NOON + 89.99 * DAY
    decided = a_correction(article)
    waiting = a_correction(article, "May", "June", email="bo@reader.example")
    accept(decided, max_, now=last_day)

    purging.purge(NOON + 90 * DAY)
    kept = held()
    sent = delivery.deliver(last_day + HOUR).sent
    purging.purge(last_day + HOUR)

    assert kept == {decided.id}  # who waits undecided for ninety days is forgotten all the same
    assert (sent, held()) == (1, set())
    assert db.session.get_one(Correction, waiting.id).status == "pending"


def test_what_is_owed_to_who_is_forgotten_is_owed_no_more(make_app):
    app = make_app(CONFIRM_EMAIL="always")
    with app.app_context():
        correction = a_correction(an_article())
        accept(correction, accounts.add("max@courier.example", role="editor", now=NOON))
        for day in range(3):
            delivery.deliver(NOON + day * DAY + HOUR)

        purging.purge(NOON + 90 * DAY)

        assert held() == set()
        states = db.session.scalars(select(Owed.state).order_by(Owed.id))
        assert set(states) <= {"cancelled", "lettered"}


def test_a_second_look_works_before_and_after(app, max_, mira):
    correction = a_correction(an_article())
    reject(correction, max_)
    delivery.deliver(NOON + HOUR)
    receipts.appeal(token(correction), "Look again.", now=NOON + 20 * DAY)

    purging.purge(NOON + 60 * DAY)
    kept = held()
    appeals.uphold(correction.id, "It stands.", Act(mira, None, NOON + 61 * DAY))
    letters = delivery.deliver(NOON + 61 * DAY + HOUR).sent
    purging.purge(NOON + 92 * DAY)

    assert (kept, letters, held()) == ({correction.id}, 1, set())

    other = a_correction(an_article(slug="other"), now=NOON + 92 * DAY, email="bo@reader.example")
    reject(other, max_, now=NOON + 92 * DAY)
    purging.purge(NOON + 185 * DAY)
    assert held() == set()
    receipts.appeal(token(other), "Look again.", now=NOON + 185 * DAY)
    appeals.uphold(other.id, "It stands.", Act(mira, None, NOON + 186 * DAY))
    assert list(audit.verify(db.session())) == []


def test_ninety_days_count_from_when_the_address_was_left(app):
    correction = a_correction(an_article(), email="")
    receipts.add_address(token(correction), "ada@reader.example", now=NOON + 80 * DAY)

    purging.purge(NOON + 91 * DAY)
    kept = held()
    purging.purge(NOON + 170 * DAY)

    assert (kept, held()) == ({correction.id}, set())


def test_a_letter_that_was_given_up_is_not_sent_once_its_words_are_gone(app):
    with write() as session:
        letter = outbox.enqueue(session, composed(), NOON)
        letter.state = "dead"
        stuck = outbox.enqueue(session, composed(secret=None), NOON)
        ids = letter.id, stuck.id

    purging.purge(NOON + 30 * DAY)
    with pytest.raises(errors.Invalid, match="not kept any more"):
        outbox.retry(ids[0], NOON + 31 * DAY)
    db.session.rollback()
    waits = db.session.get_one(Letter, ids[1]).is_kept
    purging.purge(NOON + 90 * DAY)

    db.session.rollback()
    found = db.session.get_one(Letter, ids[1])
    assert waits
    assert (found.state, found.is_kept, found.secret) == ("suppressed", False, None)
    assert outbox.claim(10, NOON + 91 * DAY) == []


def test_a_link_that_expired_unsent_is_kept_no_longer(app):
    with write() as session:
        old = outbox.enqueue(session, composed(), NOON).id
        young = outbox.enqueue(session, composed(), NOON + HOUR).id

    purging.purge(NOON + HOUR)

    db.session.rollback()
    found = [db.session.get_one(Letter, one) for one in (old, young)]
    assert [(one.state, one.secret) for one in found] == [("dead", None), ("ready", "s")]
    assert [claimed.id for claimed in outbox.claim(10, NOON + 2 * HOUR)] == [young]


def composed(secret="s"):
    return Composed("sign_in", "ada@reader.example", "Your link", "words", "words", secret=secret)


def test_files_and_keys_of_requests_go_too(app):
    article = an_article()
    submission.submit("harbour-wall", a_proposal(article, "May", "June"), key="once", now=NOON)
    folder = maildir.folder() / "new"
    folder.mkdir(parents=True)
    for name, days in (("old", 30), ("young", 29)):
        (folder / name).write_text("To: ada@reader.example\r\n\r\nwords")
        at = (NOON + 60 * DAY - days * DAY).timestamp()
        os.utime(folder / name, (at, at))

    done = purging.purge(NOON + 60 * DAY)

    assert (done.files, done.keys) == (1, 0)
    assert [one.name for one in folder.iterdir()] == ["young"]
    assert purging.purge(NOON + 90 * DAY).keys == 1
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def many(article_id: int, count: int) -> None:
    """So many corrections, each with a sender and a letter that went long ago."""
    known = {"article_id": article_id, "base_revision": 1, "explanation": "x", "created_at": NOON}
    known |= {"status": "accepted", "decided_at": NOON, "prefix": "", "suffix": "", "version": 1}
    with write() as session:
        first = session.scalar(select(func.coalesce(func.max(Correction.id), 0))) + 1
        ids = range(first, first + count)
        session.execute(
            insert(Correction),
            [known | {"id": n, "reference": f"R{n}", "nonce": None} for n in ids],
        )
        session.execute(
            insert(Contact),
            [
                {"correction_id": n, "email": f"r{n}@reader.example", "created_at": NOON}
                for n in ids
            ],
        )


def test_many_go_in_small_transactions_and_every_pass_can_be_cut_short(app, monkeypatch):
    many(an_article().id, 450)
    monkeypatch.setattr(due, "STEP", 100)
    monkeypatch.setattr(purging, "AT_ONCE", 40)
    sizes: list[int] = []
    still_due = due.still_due
    stop = Event()

    def counted(session, ids, now):
        if session.info.get("corrections.writing"):
            sizes.append(len(ids))
            if len(sizes) == 3:
                stop.set()
        return still_due(session, ids, now)

    monkeypatch.setattr(due, "still_due", counted)
    first = purging.purge(NOON + 40 * DAY, stop)
    second = purging.purge(NOON + 40 * DAY)

    assert max(sizes) <= 40
    assert 0 < first.contacts < 450
    assert (first.contacts + second.contacts, held()) == (450, set())


def test_whoever_appealed_since_the_row_was_read_is_kept(app, max_, monkeypatch):
    correction = a_correction(an_article())
    reject(correction, max_)
    delivery.deliver(NOON + HOUR)
    later = NOON + 40 * DAY
    found = due.contacts(0, later)
    receipts.appeal(token(correction), "Look again.", now=later)
    turns = iter([found, ([], None)])
    monkeypatch.setattr(due, "contacts", lambda *_: next(turns))

    assert purging.purge(later).contacts == 0
    assert held() == {correction.id}


def test_it_says_when_it_is_late(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    delivery.deliver(NOON + HOUR)
    end = NOON + HOUR + 30 * DAY

    assert not purging.is_late(end + HOUR)
    assert purging.is_late(end + DAY + HOUR)
    purging.purge(end + DAY + HOUR)
    assert not purging.is_late(end + 2 * DAY)


def test_a_stop_is_remembered_for_ever(app):
    key = addresses.key_of("ada@reader.example")
    addresses.stop(key, NOON)

    purging.purge(NOON + 4000 * DAY)

    assert addresses.state_of(key) == "stopped"
    assert "ada" not in str(db.session.execute(select(Address.__table__)).all())


def test_a_worker_purges_at_once_and_goes_on_after_a_failure(make_app, monkeypatch, capsys):
    app = make_app()
    stop, calls = Event(), []

    def purge(now, stopping):
        calls.append(now)
        if len(calls) == 2:
            stopping.set()
        raise errors.Busy("The disk is full.", retry_after=5)

    monkeypatch.setattr(purging, "purge", purge)
    purging.run(app, stop, timedelta(0), lambda: NOON)

    assert calls == [NOON, NOON]
    assert capsys.readouterr().err.count("could not be deleted: The disk is full.") == 2


def test_what_went_is_in_the_audit_by_number_only(app, max_):
    correction = a_correction(an_article(), name="Ada Reader")
    accept(correction, max_)
    delivery.deliver(NOON + HOUR)

    purging.purge(NOON + 40 * DAY)

    told = select(AuditEvent.data).where(AuditEvent.action == "purge").order_by(AuditEvent.id)
    assert list(db.session.scalars(told)) == [
        {"what": "contacts", "rows": 1},
        {"what": "letters", "rows": 1},
    ]


def test_hashes_of_networks_go_with_the_worker_s_pass_where_nothing_is_sent(app):
    article = an_article()
    proposal = a_proposal(article, "the the", "the", email="")
    arrival = Arrival("203.0.113.0/24")
    submission.submit(article.slug, proposal, arrival=arrival, key=None, now=NOON)

    def known():
        db.session.rollback()
        key = db.session.get(Setting, senders.KEY_OF_TODAY)
        return (key is not None, db.session.scalar(select(Sender.network_key)) is not None)

    at = [timedelta(hours=1), DAY, senders.KEPT, senders.KEPT + HOUR]
    seen, late = [], []
    for after in at:
        late.append(purging.is_late(NOON + after + DAY))
        purging.purge(NOON + after)
        seen.append(known())

    assert seen == [(True, True), (False, True), (False, True), (False, False)]
    assert late == [False, True, False, True]
    assert not purging.is_late(NOON + senders.KEPT + 9 * DAY)
