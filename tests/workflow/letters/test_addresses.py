"""An address typed by someone else is not a weapon, and its owner has the last word."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import NotFound
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Address, Letter, Owed
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import addresses, delivery, grouping, outbox, owed
from corrections_app.workflow.people import accounts
from tests.builders import NOON, a_correction, accept, an_article, reject

ADA = "ada@reader.example"
DAY = timedelta(days=1)
DUE = NOON + timedelta(minutes=10)


def by_max():
    return accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)


def articles(count):
    words = [f"word{number}w" for number in range(count)]
    return an_article("Words", *[f"Here is {word} in a sentence." for word in words]), words


def rejected(article, word, by, now=NOON, email=ADA):
    reject(a_correction(article, word, f"{word}x", now=now, email=email), by, now=now)


def sent():
    db.session.rollback()
    query = select(Letter).filter_by(state="sent").order_by(Letter.id)
    return [(letter.recipient, len(letter.owed)) for letter in db.session.scalars(query)]


def test_an_address_that_never_acted_gets_one_letter_a_day_and_none_is_dropped(app, max_):
    article, words = articles(30)
    for hour, word in enumerate(words):
        rejected(article, word, max_, NOON + timedelta(hours=hour))

    for hour in range(24 * 4):
        delivery.deliver(NOON + timedelta(hours=hour, minutes=10))

    db.session.rollback()
    times = db.session.scalars(select(Letter.sent_at).order_by(Letter.id)).all()
    assert all(b - a >= DAY for a, b in pairwise(times))
    assert [count for _, count in sent()] == [1, 25, 4]


def test_letters_about_several_articles_merge_into_one(app, max_):
    for title in ("one", "two"):
        article = an_article(title, "Work began in May 2025.", slug=title)
        reject(a_correction(article, "May 2025", "May 2026"), max_)

    delivery.deliver(DUE)

    [letter] = db.session.scalars(select(Letter)).all()
    assert len(letter.owed) == 2
    assert letter.subject == "About your 2 corrections in The Harbour Courier"


def test_new_spellings_of_an_address_are_no_way_round(app, max_):
    article, words = articles(3)
    for word, email in zip(words, (ADA, "Ada@reader.example", "ada+1@reader.example"), strict=True):
        rejected(article, word, max_, email=email)

    delivery.deliver(DUE)

    assert len(sent()) == 1


def test_a_letter_that_cannot_go_is_not_followed_by_another(make_app):
    app = make_app(MAIL_URL="smtp://127.0.0.1:9", MAIL_TIMEOUT=1)
    with app.app_context():
        by = by_max()
        article, words = articles(2)
        rejected(article, words[0], by)
        delivery.deliver(DUE)
        rejected(article, words[1], by, DUE)

        delivery.deliver(DUE + 3 * DAY)

        assert db.session.scalars(select(Letter.state)).all() == ["ready"]


def test_whoever_says_keep_telling_me_is_told_at_once(app, max_):
    article, words = articles(3)
    rejected(article, words[0], max_)
    delivery.deliver(DUE)
    rejected(article, words[1], max_, DUE)
    held = delivery.deliver(DUE + timedelta(minutes=11)).sent

    addresses.keep(addresses.key_of(ADA), DUE + timedelta(minutes=12))
    released = delivery.deliver(DUE + timedelta(minutes=13)).sent
    rejected(article, words[2], max_, DUE)
    at_once = delivery.deliver(DUE + timedelta(minutes=14)).sent

    assert (held, released, at_once) == (0, 1, 1)


def test_only_the_first_letter_asks_whether_more_may_come(app, max_):
    article, words = articles(2)
    rejected(article, words[0], max_)
    delivery.deliver(DUE)
    addresses.keep(addresses.key_of(ADA), DUE)
    rejected(article, words[1], max_)
    delivery.deliver(DUE)

    first, second = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert "Keep telling me" in first.text
    assert "Keep telling me" in first.html
    assert "Keep telling me" not in second.text + second.html
    assert "No more letters to this address" in second.text


def test_an_address_that_said_stop_gets_nothing_for_ever(app, max_):
    article, words = articles(2)
    rejected(article, words[0], max_)
    addresses.stop(addresses.key_of(ADA), NOON)

    delivery.deliver(DUE)
    rejected(article, words[1], max_, NOON + 3_000 * DAY, email="ADA+again@reader.example")
    delivery.deliver(NOON + 3_001 * DAY)

    assert db.session.scalars(select(Letter.state)).all() == ["suppressed"] * 2
    assert sent() == []


def test_a_stop_counts_until_the_letter_is_on_the_wire(app, max_, monkeypatch):
    rejected(an_article(), "2025", max_)
    grouping.compose_due(DUE)
    claim = delivery.outbox.claim

    def claim_and_stop(limit, now):
        claimed = claim(limit, now)
        if claimed:
            addresses.stop(addresses.key_of(ADA), DUE)
        return claimed

    monkeypatch.setattr(delivery.outbox, "claim", claim_and_stop)
    delivery.deliver(DUE)

    assert db.session.scalars(select(Letter.state)).all() == ["suppressed"]


def test_what_waits_to_be_sent_is_stopped_with_the_rest(app, max_):
    rejected(an_article(), "2025", max_)
    grouping.compose_due(DUE)

    addresses.stop(addresses.key_of(ADA), DUE)

    db.session.rollback()
    assert db.session.scalars(select(Letter.state)).all() == ["suppressed"]


def test_no_table_of_wishes_holds_an_address(app):
    addresses.stop(addresses.key_of(ADA), NOON)

    [row] = db.session.scalars(select(Address)).all()
    assert "ada" not in repr(vars(row)).lower().replace("metadata", "")
    assert row.key == addresses.key_of("Ada+x@READER.example")


def test_the_key_depends_on_the_secret(make_app):
    keys = []
    for secret in ("one" * 9, "two" * 9):
        with make_app(SECRET_KEY=secret).app_context():
            keys.append(addresses.key_of(ADA))

    assert keys[0] != keys[1]


@pytest.mark.parametrize("flaw", ["", "-", "x", "swap"])
def test_only_a_whole_token_opens_the_page(app, flaw):
    token = addresses.token_of(addresses.key_of(ADA))
    wrong = {"": "", "-": "-", "x": f"{token}x"}.get(flaw)
    if wrong is None:
        wrong = f"{addresses.key_of('bo@reader.example')}-{token.partition('-')[2]}"

    with pytest.raises(NotFound):
        addresses.key_in(wrong)


@pytest.fixture
def careful(make_app):
    """An instance that asks before it tells."""
    app = make_app(CONFIRM_EMAIL="always")
    with app.app_context():
        yield app
        db.session.rollback()


def test_an_address_is_asked_before_anything_is_told(careful):
    by = by_max()
    correction = a_correction(
        an_article(), "May 2025", "Buy pills", name="Evil", explanation="Evil!"
    )
    asked = delivery.deliver(NOON).sent
    accept(correction, by)
    told_too_early = [delivery.deliver(NOON + n * DAY).sent for n in range(1, 6)]

    addresses.keep(addresses.key_of(ADA), NOON + 6 * DAY)
    told = delivery.deliver(NOON + 6 * DAY).sent

    first, second = db.session.scalars(select(Letter).order_by(Letter.id)).all()
    assert (asked, told_too_early, told) == (1, [0] * 5, 1)
    assert (first.kind, second.kind) == ("confirm", "accepted")
    words = (first.subject + first.text + first.html).lower()
    assert not [word for word in ("pills", "evil", "harbour wall", "2025") if word in words]
    assert addresses.page_of(addresses.key_of(ADA)) in first.text


def test_an_address_is_asked_once_a_day_and_three_times_in_its_life(careful):
    article, words = articles(10)
    for day, word in enumerate(words):
        a_correction(article, word, f"{word}x", now=NOON + day * DAY / 2)
        delivery.deliver(NOON + day * DAY / 2)

    assert [count for _, count in sent()] == [1, 1, 1]


@pytest.mark.parametrize("state", ["confirmed", "stopped"])
def test_an_address_whose_wish_is_known_is_not_asked(careful, state):
    act = addresses.keep if state == "confirmed" else addresses.stop
    act(addresses.key_of(ADA), NOON)
    a_correction(an_article(), "May 2025", "May 2026")

    assert delivery.deliver(NOON).sent == 0
    assert db.session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize("state", ["unknown", "confirmed", "stopped"])
def test_what_is_stored_at_submission_says_nothing_of_the_address(careful, state):
    if state != "unknown":
        (addresses.keep if state == "confirmed" else addresses.stop)(addresses.key_of(ADA), NOON)

    correction = a_correction(an_article(), "May 2025", "May 2026")

    assert {owed.kind for owed in owed.about(correction)} == {"still_checking", "confirm"}
    assert owed.promise(tokens.by_token(tokens.token_for(correction))) == "asks_first"


@pytest.mark.parametrize(
    ("config", "email", "promise"),
    [
        ({}, ADA, "letter"),
        ({}, "", "none"),
        ({"CONFIRM_EMAIL": "always"}, ADA, "asks_first"),
        ({"PUBLIC_URL": "https://corrections.example.org"}, ADA, "stays_here"),
        (
            {"PUBLIC_URL": "https://corrections.example.org", "MAIL_URL": "smtp://a.example:25"},
            ADA,
            "letter",
        ),
    ],
)
def test_a_receipt_promises_what_will_be_sent(make_app, config, email, promise):
    with make_app(**config).app_context():
        assert owed.promise(a_correction(an_article(), email=email)) == promise


def test_a_poisoned_part_does_not_hold_up_its_readers_other_letters(app, max_, monkeypatch):
    article, words = articles(4)
    for word in words:
        rejected(article, word, max_)
    addresses.keep(addresses.key_of(ADA), NOON)
    of_decisions = select(Owed).where(Owed.decision_id.is_not(None)).order_by(Owed.id)
    bad = db.session.scalars(of_decisions).all()[2].id
    part_of = grouping.writing.part_of

    def fragile(owed):
        if owed.id == bad:
            raise ValueError("poison")
        return part_of(owed)

    monkeypatch.setattr(grouping.writing, "part_of", fragile)
    grouping.compose_due(DUE)

    db.session.rollback()
    waiting = db.session.scalars(of_decisions.filter_by(state="waiting")).all()
    assert [(owed.id, owed.error) for owed in waiting] == [(bad, "ValueError: poison")]
    assert sum(len(letter.owed) for letter in outbox.newest()) == 3
