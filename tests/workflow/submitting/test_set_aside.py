"""What looks like spam is stored like all else, and looked at after all else."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from corrections_app.domain.errors import StaleVersion
from corrections_app.domain.lifecycle import Reason, Status
from corrections_app.domain.warnings.suspicion import Sign
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Owed, Sender, SetAside, Setting, Wordprint
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import side_facts
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.pending import reputation, senders, set_aside
from corrections_app.workflow.queue import lanes
from corrections_app.workflow.queue.filters import Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.submitting.suspecting import Arrival
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, SECOND, a_proposal, accept, an_article, reject

HOME, AWAY = "203.0.113.0/24", "198.51.100.0/24"
TRAPPED = Arrival(HOME, None, trapped=True)
PLAIN = Arrival(HOME)
OFFER = "Cheap watches and handbags for everyone, order today and pay half"


def sent(article, exact="the the", words="the", arrival=PLAIN, now=NOON, **more):
    more.setdefault("email", "")
    proposal = a_proposal(article, exact, words, **more)
    receipt = submission.submit(article.slug, proposal, arrival=arrival, key=None, now=now)
    return tokens.by_token(receipt.token)


def lane(which, by, **asked):
    db.session.rollback()
    return [one.id for one in lanes.listed(which, by, NOON, None, Criteria(**asked)).corrections]


def signs(correction):
    db.session.rollback()
    return set_aside.signs_of(db.session.get_one(SetAside, correction.id))


def every(table):
    db.session.rollback()
    return db.session.scalars(select(table).order_by(*table.__table__.primary_key)).all()


def test_what_looks_like_spam_waits_apart_and_its_sender_is_told_as_always(app, mira):
    article = an_article()
    plain = sent(article, "pounds", "euros")

    spam = sent(article, arrival=TRAPPED, email="ada@reader.example")

    assert spam.status == Status.PENDING
    assert spam.reference
    assert tokens.token_for(spam)
    assert signs(spam) == (Sign.HIDDEN_FIELD,)
    assert lane(Lane.WAITING, mira) == [plain.id]
    assert lane(Lane.SET_ASIDE, mira) == [spam.id]
    assert lane(Lane.ALL, mira) == [plain.id, spam.id]
    assert lanes.counts(mira, NOON)[Lane.SET_ASIDE] == 1
    assert [one.kind for one in every(Owed)] == ["still_checking"]


@pytest.mark.parametrize("order", Order)
def test_no_order_hands_it_out_among_the_others_however_long_it_waits(app, mira, order):
    article = an_article()
    spam = sent(article, arrival=TRAPPED, now=NOON - timedelta(days=60))
    plain = sent(article, "pounds", "euros")

    assert lane(Lane.WAITING, mira, order=order) == [plain.id]
    assert lanes.following(Lane.WAITING, mira, NOON + timedelta(days=90)).id == plain.id
    assert lanes.following(Lane.SET_ASIDE, mira, NOON).id == spam.id


def test_who_asks_for_the_same_change_is_not_dragged_along_nor_asked_about_it(app, mira):
    article = an_article()
    spam = sent(article, arrival=TRAPPED)
    more = sent(article, arrival=TRAPPED)

    proposal = a_proposal(article, "the the", "the")
    receipt = submission.submit(article.slug, proposal, known=(), key=None, now=NOON)

    reader = tokens.by_token(receipt.token)
    assert (reader.leader_id, more.leader_id) == (None, spam.id)
    assert lane(Lane.WAITING, mira) == [reader.id]
    accept(reader, mira)
    assert db.session.get_one(Correction, spam.id).status == Status.SUPERSEDED


def test_what_comes_later_joins_the_readers_own_and_never_what_is_set_aside(app, mira):
    article = an_article()
    first = sent(article)

    spam = sent(article, arrival=TRAPPED)
    second = sent(article)

    assert second.leader_id == first.id
    assert spam.leader_id is None
    assert lane(Lane.SET_ASIDE, mira) == [spam.id]


def test_one_act_returns_it_with_all_behind_it_to_its_place_and_its_cluster(app, mira, max_):
    article = an_article()
    spam, more = sent(article, arrival=TRAPPED), sent(article, arrival=TRAPPED)
    reader = sent(article)

    side_facts.put_back(spam.id, "set_aside", Act(max_, "k", NOON + SECOND))
    side_facts.put_back(spam.id, "set_aside", Act(max_, "k", NOON + SECOND))

    assert lane(Lane.SET_ASIDE, mira) == []
    assert lane(Lane.WAITING, mira) == [reader.id]
    db.session.rollback()
    found = [db.session.get_one(Correction, one.id) for one in (spam, more)]
    assert [one.leader_id for one in found] == [reader.id, reader.id]
    assert all(one.overdue_at < NOON + timedelta(days=30) for one in found)
    assert [row.returned_by_id for row in every(SetAside)] == [max_.id, max_.id]


def test_it_has_its_place_among_all_others_once_it_is_returned(app, mira):
    article = an_article()
    spam = sent(article, arrival=TRAPPED, now=NOON - timedelta(days=1))
    plain = sent(article, "pounds", "dollars")

    side_facts.put_back(spam.id, "set_aside", Act(mira, None, NOON))

    assert set(lane(Lane.WAITING, mira)) == {spam.id, plain.id}
    returned = db.session.get_one(Correction, spam.id)
    assert returned.rank < set_aside.LAST / 2
    with pytest.raises(StaleVersion):
        side_facts.put_back(spam.id, "set_aside", Act(mira, None, NOON))


def test_nearly_the_same_words_are_found_at_other_places_and_not_at_their_own(app):
    articles = [an_article(slug=f"a{n}") for n in range(4)]
    for n in range(5):  # five readers of one mistake
        sent(articles[0], words="the", explanation=OFFER, email=f"r{n}@reader.example")
    many = [
        sent(each, words="the", explanation=f"{OFFER} {each.slug} www.a.com b.com c.com")
        for each in articles
    ]

    assert [row.correction_id for row in every(SetAside)] == [one.id for one in many]
    assert [Sign.REPEATED in signs(one) for one in many] == [False, False, False, True]


def test_what_was_sent_yesterday_is_no_repetition(app):
    articles = [an_article(slug=f"a{n}") for n in range(5)]
    for n, each in enumerate(articles):
        sent(each, explanation=f"{OFFER} www.a.com b.com c.com", now=NOON + n * timedelta(hours=25))

    assert not any("repeated" in row.signs for row in every(SetAside))


def test_spam_of_a_network_counts_that_day_only_and_of_no_other_network(app, mira):
    article = an_article()
    for words in ("pounds", "May 2025"):
        reject(sent(article, words, "buy at www.a.com"), mira, reason=Reason.SPAM)

    ours = sent(article, explanation="See www.b.com")
    others = sent(article, explanation="See www.b.com", arrival=Arrival(AWAY))
    tomorrow = sent(article, explanation="See www.b.com", now=NOON + timedelta(days=1))

    assert signs(ours) == (Sign.LINK, Sign.SPAM_FROM_NETWORK)
    assert [one.id for one in (others, tomorrow) if db.session.get(SetAside, one.id)] == []


def test_spam_of_a_mailbox_counts_once_its_owner_acted_on_a_letter(app, mira):
    article = an_article()
    own = {"email": "Ada@reader.example"}
    for words in ("pounds", "May 2025"):
        reject(
            sent(article, words, "nonsense", arrival=Arrival(AWAY), **own), mira, reason=Reason.SPAM
        )

    link = "See www.b.com"
    typed = sent(article, "harbour wall.", "harbour walls.", explanation=link, **own)
    addresses.keep(addresses.key_of("ada@reader.example"), NOON)
    confirmed = sent(article, explanation=link, **own)
    # Those two may be a stranger's, who typed the address: alone they keep no reader waiting.
    plain = sent(article, "harbour wall.", "harbour walls", **own)

    assert db.session.get(SetAside, typed.id) is None
    assert signs(confirmed) == (Sign.LINK, Sign.SPAM_FROM_MAILBOX)
    assert db.session.get(SetAside, plain.id) is None


def test_no_address_and_no_network_is_kept_and_hashes_of_another_day_say_nothing(app):
    article = an_article()
    one, same = sent(article, email="ada@reader.example"), sent(article)
    other = sent(article, arrival=Arrival(AWAY))
    later = sent(article, now=NOON + timedelta(days=1))

    keys = {row.correction_id: row.network_key for row in every(Sender)}
    assert keys[one.id] == keys[same.id]
    assert len({keys[one.id], keys[other.id], keys[later.id]}) == 3
    told = " ".join(f"{row.mailbox_key} {row.network_key}" for row in every(Sender))
    assert "@" not in told
    assert "203." not in told
    (key,) = (row for row in every(Setting) if row.name == senders.KEY_OF_TODAY)
    assert key.value["day"] == "2026-03-03"


def test_hashes_and_prints_are_forgotten_after_a_week_and_the_key_when_its_day_is_over(app):
    article = an_article()
    sent(article, explanation=OFFER, email="ada@reader.example")

    senders.forget(NOON + senders.KEPT)
    assert every(Wordprint)
    assert every(Sender)[0].network_key
    assert not [row for row in every(Setting) if row.name == senders.KEY_OF_TODAY]

    senders.forget(NOON + senders.KEPT + SECOND)
    assert not every(Wordprint)
    (row,) = every(Sender)
    assert row.network_key is None
    assert row.mailbox_key == addresses.key_of("ada@reader.example")


def test_the_first_correction_of_a_day_forgets_what_is_old(app):
    article = an_article()
    sent(article, explanation=OFFER)

    sent(article, now=NOON + timedelta(days=8))

    assert not every(Wordprint)
    assert [row.network_key is None for row in every(Sender)] == [True, False]


def test_a_record_outlives_the_address_that_it_is_of(app, mira):
    article = an_article()
    accept(sent(article, email="ada@reader.example"), mira)
    addresses.keep(addresses.key_of("ada@reader.example"), NOON)
    db.session.rollback()
    for contact in every(Contact):
        db.session.delete(contact)
    db.session.commit()

    assert reputation.record_of_address("ada@reader.example").corrected == 1


def test_the_worker_forgets_while_the_key_of_a_day_is_made_and_leaves_it(app, monkeypatch):
    sent(an_article())
    now, forget_old, forgotten = NOON + timedelta(days=8), senders._forget_old, threading.Event()
    refused = []

    def forget():
        with app.app_context():
            try:
                senders.forget(now)
            except OperationalError as error:
                refused.append(error)

    worker = threading.Thread(target=forget)

    def meanwhile(session, at):
        if threading.current_thread() is not worker:
            worker.start()
            forgotten.wait(0.3)  # until it holds what is old, where it can
        forget_old(session, at)
        forgotten.set()

    monkeypatch.setattr(senders, "_forget_old", meanwhile)
    with write() as session:
        made = senders.network_made(session, HOME, now)
    worker.join()

    db.session.rollback()
    assert (senders.network_of(db.session(), HOME, now), refused) == (made, [])
