"""Erased is erased: by a receipt of one correction, by a mailbox of all, and nobody else's."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.exc import OperationalError

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import (
    Address,
    AuditEvent,
    Contact,
    Correction,
    Letter,
    Notice,
    Owed,
    Sender,
)
from corrections_app.workflow import audit, locks, tokens
from corrections_app.workflow.letters import addresses, delivery, grouping, outbox
from corrections_app.workflow.letters.delivery import Carrier
from corrections_app.workflow.letters.writing import Composed
from corrections_app.workflow.people import accounts, sessions
from corrections_app.workflow.privacy import copies, erasing, maildir, traces
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.submitting.suspecting import Arrival
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, a_proposal, accept, an_article, reject

HOUR = timedelta(hours=1)
ADA, BO = "ada@reader.example", "bo@reader.example"


def everything() -> str:
    """Every value of every table, as the database has it."""
    db.session.rollback()
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.connect() as connection:
        return json.dumps(
            [
                [name, [[str(value) for value in row] for row in connection.execute(select(table))]]
                for name, table in sorted(tables.tables.items())
                if not name.startswith("search_")
            ],
            ensure_ascii=False,
        )


def token(correction: Correction) -> str:
    db.session.rollback()
    return tokens.token_for(db.session.get_one(Correction, correction.id))


def contacts() -> dict[int, str | None]:
    db.session.rollback()
    rows = db.session.execute(select(Contact.correction_id, Contact.email))
    return {number: email for number, email in rows}


def letters(state: str) -> list[Letter]:
    db.session.rollback()
    found = db.session.scalars(select(Letter).where(Letter.state == state).order_by(Letter.id))
    return list(found)


def test_a_receipt_erases_what_was_left_with_it_and_nothing_else(app, max_):
    article = an_article()
    one = a_correction(article, name="Ada Reader", credit=True)
    other = a_correction(article, "May", "June", name="Ada Other")
    addresses.keep(addresses.key_of(ADA), NOON)
    told = {"change_class": ChangeClass.CORRECTION, "notice": "We wrote “the” twice."}
    accept(one, max_, **told, thanks=(one.id,))
    delivery.deliver(NOON + HOUR)

    done = erasing.of_receipt(token(one), NOON + 2 * HOUR)
    again = erasing.of_receipt(token(one), NOON + 2 * HOUR)

    assert (done.contacts, done.letters, done.files, done.names) == (1, 1, 1, 1)
    assert (again.contacts, again.letters, again.files, again.names) == (0, 0, 0, 0)
    assert contacts() == {other.id: ADA}
    assert "Ada Reader" not in everything()
    assert [notice.words for notice in db.session.scalars(select(Notice))] == [told["notice"]]
    assert addresses.state_of(addresses.key_of(ADA)) == "confirmed"
    assert list(audit.verify(db.session())) == []


def test_whoever_holds_one_receipt_cannot_keep_the_others_letter_from_going(app, max_):
    """Both stand in one letter, which waits: the other one's goes all the same."""
    article = an_article()
    one, other = a_correction(article), a_correction(article, "May", "June")
    addresses.keep(addresses.key_of(ADA), NOON)
    accept(one, max_)
    reject(other, max_)
    assert grouping.compose_due(NOON + HOUR) == 1

    erasing.of_receipt(token(one), NOON + HOUR)
    sent = delivery.deliver(NOON + HOUR)

    (letter,) = letters("sent")
    assert (sent.sent, letter.recipient) == (1, ADA)
    assert other.reference in letter.text
    assert one.reference not in letter.text
    assert [held.is_kept for held in letters("suppressed")] == [False]


def test_a_letter_in_the_worker_s_hands_is_not_put_back_into_the_rows(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    grouping.compose_due(NOON + HOUR)
    (claimed,) = outbox.claim(10, NOON + HOUR)

    erasing.of_receipt(token(correction), NOON + HOUR)
    outbox.record(claimed, outbox.Fate("ready", "450 later: <ada@reader.example>"), NOON + HOUR)
    outbox.give_back([claimed], NOON + HOUR, "450 <ada@reader.example>")

    assert ADA not in everything()
    assert outbox.claim(10, NOON + 9 * HOUR) == []


@pytest.mark.parametrize("decided", [False, True])
def test_nothing_is_written_to_who_was_erased(app, max_, decided):
    correction = a_correction(an_article())
    if decided:
        accept(correction, max_)
    erasing.of_receipt(token(correction), NOON)
    if not decided:
        accept(correction, max_)

    assert delivery.deliver(NOON + HOUR).sent == 0
    states = set(db.session.scalars(select(Owed.state).order_by(Owed.id)))
    assert states <= {"cancelled"}


def test_a_second_look_and_another_address_work_after_it(app, max_):
    pending = a_correction(an_article())
    rejected = a_correction(an_article(slug="other"), email=ADA)
    reject(rejected, max_)
    for one in (pending, rejected):
        erasing.of_receipt(token(one), NOON)

    receipts.appeal(token(rejected), "Look again.", now=NOON)
    receipts.add_address(token(pending), "bo@reader.example", now=NOON)

    assert contacts() == {pending.id: "bo@reader.example"}


def test_a_mailbox_erases_every_spelling_and_every_letter_and_nobody_else(app, max_):
    article = an_article()
    mine = ("A.da+news@gmail.com", "ada@GoogleMail.com", "ada@gmail.com")
    words = (("the the", "the"), ("May", "June"), ("four", "five"))
    for (exact, new), email in zip(words, mine, strict=True):
        sent = a_correction(article, exact, new, email=email, name="Ada Reader", credit=True)
        accept(sent, max_, thanks=(sent.id,), change_class="correction", notice=f"It said {exact}.")
    theirs = a_correction(article, "Tuesday", "Monday", email="adam@gmail.com")
    accept(theirs, max_)
    for hours in (1, 30, 60, 90):
        delivery.deliver(NOON + hours * HOUR)
    assert "Ada Reader" in everything()

    done = erasing.of_mailbox(addresses.key_of("ada@gmail.com"), NOON + 100 * HOUR)

    assert (done.contacts, done.names) == (3, 3)
    assert contacts() == {theirs.id: "adam@gmail.com"}
    text = everything().lower()
    assert not [email for email in (*mine, "ada reader") if email.lower() in text]
    assert "adam@gmail.com" in text
    assert [letter.recipient for letter in letters("sent") if letter.is_kept] == ["adam@gmail.com"]
    assert list(audit.verify(db.session())) == []
    assert db.session.get(Address, addresses.key_of("ada@gmail.com")) is None


def test_a_stop_outlives_the_erasing_and_holds(app, max_):
    key = addresses.key_of(ADA)
    correction = a_correction(an_article())
    addresses.stop(key, NOON)
    erasing.of_mailbox(key, NOON)
    accept(a_correction(an_article(slug="again")), max_)

    delivery.deliver(NOON + HOUR)

    assert addresses.state_of(key) == "stopped"
    assert letters("sent") == []
    assert correction.id


def sent(article, exact, email) -> Correction:
    """What somebody sent from a network that is known today."""
    arrival, proposal = Arrival("203.0.113.0/24"), a_proposal(article, exact, "x", email=email)
    receipt = submission.submit(article.slug, proposal, arrival=arrival, key=None, now=NOON)
    return tokens.by_token(receipt.token)


def senders_kept() -> dict[int, tuple[str | None, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(Sender).order_by(Sender.correction_id))
    return {row.correction_id: (row.mailbox_key, bool(row.network_key)) for row in rows}


def test_nobody_who_was_erased_is_known_again_as_a_sender(app):
    article, key = an_article(), addresses.key_of(ADA)
    one, two = sent(article, "the the", ADA), sent(article, "May", ADA)
    other = sent(article, "four", "bo@reader.example")
    theirs = {other.id: (addresses.key_of("bo@reader.example"), True)}
    before = copies.of_address(ADA, NOON)["recognised_as_the_sender_of"]

    erasing.of_receipt(token(one), NOON)
    by_receipt = senders_kept()
    with write() as session:  # its address is gone in time; the fingerprint is not
        session.delete(session.get_one(Contact, two.id))
    erasing.of_mailbox(key, NOON)

    assert before == [one.reference, two.reference]
    assert by_receipt == theirs | {one.id: (None, False), two.id: (key, True)}
    assert senders_kept() == theirs | {one.id: (None, False), two.id: (None, False)}
    assert copies.of_address(ADA, NOON)["recognised_as_the_sender_of"] == []
    assert key not in everything()


def test_of_who_wants_no_letters_only_that_is_remembered(app):
    key = addresses.key_of(ADA)
    addresses.keep(key, NOON)
    with write() as session:
        addresses.end(session, key, NOON)
        session.get_one(Address, key).asked = 2
    addresses.stop(key, NOON)

    erasing.of_mailbox(key, NOON + HOUR)

    db.session.rollback()
    kept = db.session.get_one(Address, key)
    assert (kept.state, kept.stopped_at) == ("stopped", NOON)
    assert (kept.asked, kept.last_letter_at) == (0, None)
    assert (kept.confirmed_at, kept.unreachable_since) == (None, None)


def test_a_copy_names_the_ways_in_of_an_account_and_none_of_its_keys(app):
    user = accounts.add(ADA, role="editor", now=NOON)
    with write() as session:
        sessions.begin(session, user := session.merge(user), NOON)

    account = copies.of_address(ADA, NOON)["account"]

    assert (account["app_since"], account["passkeys"]) == (None, [])
    assert account["browsers"] == [{"since": NOON.isoformat(), "last_seen_at": NOON.isoformat()}]
    assert user.session_token not in json.dumps(account)


def test_an_unknown_receipt_or_mailbox_changes_nothing(app):
    correction = a_correction(an_article())

    with pytest.raises(errors.NotFound):
        erasing.of_receipt(f"{token(correction)}x", NOON)
    erasing.of_mailbox(addresses.key_of("nobody@reader.example"), NOON)

    assert contacts() == {correction.id: ADA}
    told = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
    assert "erase_mailbox" not in set(told)


def test_a_copy_has_all_of_one_mailbox_and_no_key_to_a_receipt(app, max_):
    article = an_article()
    mine = a_correction(article, name="Ada Reader", email="ada+x@reader.example")
    theirs = a_correction(article, "May", "June", email="bo@reader.example")
    reject(mine, max_)
    delivery.deliver(NOON + HOUR)
    receipts.appeal(token(mine), "Look again.", now=NOON + HOUR)

    copy = copies.of_address(ADA, NOON + HOUR)

    said = json.dumps(copy)
    (correction,) = copy["corrections"]
    assert correction["reference"] == mine.reference
    assert (correction["email"], correction["name"]) == ("ada+x@reader.example", "Ada Reader")
    assert correction["second_looks"][0]["words"] == "Look again."
    assert [letter["to"] for letter in copy["letters"]] == ["ada+x@reader.example"]
    assert len(copy["letters_in_files"]) == 1
    assert copy["wishes"]["state"] == "unknown"
    assert theirs.reference not in said
    assert "bo@reader.example" not in said


def test_an_address_in_somebodys_words_is_named_and_stays(app):
    correction = a_correction(an_article(), explanation="Write to ADA@reader.example.")

    erasing.of_mailbox(addresses.key_of(ADA), NOON)

    assert copies.mentioned_in(ADA) == [correction.reference]


def test_a_reader_at_an_old_page_hinders_for_a_moment_only(app):
    if db.engine.dialect.name != "sqlite":
        assert traces.cover()
        return
    correction = a_correction(an_article())
    key, receipt = addresses.key_of(ADA), token(correction)
    with db.engine.connect() as reader:
        reader.execute(select(Contact.email)).all()
        done = erasing.of_receipt(receipt, NOON)
        assert not done.is_covered
    assert traces.cover()
    assert traces.found_in([ADA]) == []
    assert key


def test_no_letter_goes_to_who_was_erased_while_the_one_before_it_went(app, monkeypatch):
    ada = addresses.key_of(ADA)
    addressed = [(BO, addresses.key_of(BO)), (ADA, ada), (ADA, None)]
    words = ("Hello", "Hello.\n", "<p>Hello.</p>\n")
    with write() as session:
        for to, key in addressed:
            letter = Composed("answered", to, *words, address_key=key)
            outbox.enqueue(session, letter, NOON)
    send, went = Carrier.send, []

    def slow(carrier, letter):
        went.append(letter.recipient)
        fate = send(carrier, letter)
        erasing.of_mailbox(ada, NOON + HOUR)
        return fate

    monkeypatch.setattr(Carrier, "send", slow)
    delivery.deliver(NOON + HOUR)

    assert went == [BO]
    assert [one.recipients for one in maildir.letters()] == [(BO,)]


def test_two_mailboxes_erased_at_once_wait_for_each_other_and_not_in_a_circle(app, monkeypatch):
    first, second = an_article(), an_article(slug="second")
    for article, email in ((first, ADA), (second, ADA), (second, BO), (first, BO)):
        a_correction(article, email=email)
    hold, both, refused = locks.hold_correction, threading.Barrier(2), []

    def slowly(session, correction_id):
        found = hold(session, correction_id)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.3)  # until each holds one, where that can be
        return found

    def erase(email):
        with app.app_context():
            try:
                erasing.of_mailbox(addresses.key_of(email), NOON)
            except OperationalError as error:
                refused.append(error)

    monkeypatch.setattr(locks, "hold_correction", slowly)
    threads = [threading.Thread(target=erase, args=[email]) for email in (ADA, BO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (refused, contacts()) == ([], {})
