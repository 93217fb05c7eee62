"""The letter that asks a reader: when it goes, to whom, what it says, and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction, Letter, Owed
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import asking, undoing
from corrections_app.workflow.letters import addresses, delivery, grouping, newsroom, outbox
from corrections_app.workflow.pending import enquiries
from corrections_app.workflow.pending.enquiries import Way
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import answering, receipts
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, a_correction, accept, an_article, reject

DUE = NOON + timedelta(minutes=10)
DAY = timedelta(days=1)
ADA = "ada@reader.example"


def ask(correction, by, words="Who says so?", now=NOON):
    db.session.rollback()
    seen = db.session.get_one(Correction, correction.id).version
    asking.ask(correction.id, words, Act(by, None, now), seen=seen)


def written(now=DUE):
    grouping.compose_due(now)
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def waiting():
    query = select(Owed).where(Owed.state == "waiting", Owed.kind == "question")
    return db.session.scalars(query.order_by(Owed.id)).all()


def send(letter, now):
    (claimed,) = outbox.claim(1, now)
    assert claimed.id == letter.id
    outbox.record(claimed, outbox.Fate("sent"), now)


def keep_telling():
    with write() as session:
        addresses.locked(session, addresses.key_of(ADA), NOON)
    addresses.keep(addresses.key_of(ADA), NOON)


def test_it_asks_in_both_forms_and_leads_to_the_form(app, max_):
    correction = a_correction(an_article(), name="Bcc: evil@reader.example")
    ask(correction, max_, 'Who says "<b>so</b>"?\nAnd when?\u202e')

    assert written(DUE - timedelta(seconds=1)) == []
    (letter,) = written()

    page = f"/receipts/{tokens.token_for(correction)}#question"
    assert (letter.kind, letter.recipient) == ("question", ADA)
    assert letter.subject == "A question about your correction to “The harbour wall”"
    assert 'Who says "<b>so</b>"?' in letter.text
    assert "Who says &#34;&lt;b&gt;so&lt;/b&gt;&#34;?" in letter.html
    for form in (letter.text, letter.html):
        assert page in form
        assert "until 9 Mar 2026" in " ".join(form.split())
        assert "max" not in form.replace("max-width", "")
    headers = outbox.headers(letter)
    assert headers["Auto-Submitted"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<")
    assert "evil" not in str(headers)
    assert "so" not in headers["Subject"].split()


def test_it_counts_as_the_one_letter_a_day_of_an_address_that_never_acted(app, max_):
    article = an_article()
    first = a_correction(article)
    second = a_correction(article, "May 2025", "May 2026")
    ask(first, max_)
    (letter,) = written()
    send(letter, DUE)
    ask(second, max_, "And May?")

    assert len(written(DUE + timedelta(hours=23))) == 1
    accept(first, max_, now=DUE + timedelta(hours=1))
    later = DUE + timedelta(hours=24, minutes=1)
    *_, merged = written(later)

    assert len(written(later)) == 2
    text = " ".join(merged.text.split())
    assert "There is a question for you among them: it comes first." in text
    assert text.index("And May?") < text.index("It now says")


def test_a_question_goes_in_a_letter_of_its_own_where_letters_are_wanted(app, max_):
    article = an_article()
    corrections = [
        a_correction(article, *words)
        for words in (("the the", "the"), ("May 2025", "May 2026"), ("four", "five"))
    ]
    keep_telling()
    ask(corrections[0], max_)
    ask(corrections[1], max_)
    accept(corrections[2], max_)

    assert sorted(letter.kind for letter in written()) == ["accepted", "question", "question"]


def test_who_wants_no_letters_gets_none_and_reads_it_on_the_receipt(app, max_):
    correction = a_correction(an_article())
    with write() as session:
        addresses.locked(session, addresses.key_of(ADA), NOON)
    addresses.stop(addresses.key_of(ADA), NOON)
    assert enquiries.way_to(correction) == Way.STOPPED

    ask(correction, max_)

    assert [letter.state for letter in written()] == ["suppressed"]


def test_a_question_that_is_answered_or_decided_before_it_went_is_asked_of_nobody(app, max_):
    article = an_article()
    answered = a_correction(article)
    decided = a_correction(article, "May 2025", "May 2026", email="bo@reader.example")
    for one in (answered, decided):
        ask(one, max_)
    answering.answer(tokens.token_for(answered), "I do.", key=None, now=NOON)
    reject(decided, max_, reason="spam")  # of which no letter tells

    assert written() == []
    assert delivery.next_due(DUE) > DUE  # no worker is kept awake by it
    assert [one.correction_id for one in waiting()] == [decided.id]
    assert [one.kind for one in outbox.unwritten()] == []


def test_an_address_that_is_left_later_is_told_what_was_asked(app, max_):
    correction = a_correction(an_article(), email="")
    assert enquiries.way_to(correction) == Way.NO_ADDRESS
    ask(correction, max_)
    assert waiting() == []

    token = tokens.token_for(correction)
    receipts.add_address(token, ADA, now=NOON)
    receipts.add_address(token, "bo@reader.example", now=NOON)

    (letter,) = written(NOON)
    assert (letter.kind, letter.recipient) == ("question", "bo@reader.example")
    assert waiting() == []


@pytest.mark.parametrize(
    ("settings", "way"),
    [
        ({}, Way.LETTER),
        ({"CONFIRM_EMAIL": "always"}, Way.ASKS_FIRST),
        ({"PUBLIC_URL": "https://corrections.example.org"}, Way.STAYS_HERE),
    ],
)
def test_the_card_knows_how_a_question_reaches_its_reader(make_app, settings, way):
    with make_app(**settings).app_context():
        accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        correction = a_correction(an_article())
        with write() as session:  # where no letter can go, no address is asked for
            if session.get(Contact, correction.id) is None:
                own = {"correction_id": correction.id, "created_at": NOON}
                session.add(Contact(**own, email=ADA))
        db.session.rollback()

        assert enquiries.way_to(db.session.get_one(Correction, correction.id)) == way
        if way == Way.ASKS_FIRST:
            keep_telling()
            assert enquiries.way_to(correction) == Way.LETTER


def test_letters_that_came_back_are_no_way(app):
    correction = a_correction(an_article())
    with write() as session:
        addresses.end(session, addresses.key_of(ADA), NOON)

    assert enquiries.way_to(correction) == Way.UNREACHABLE


def test_what_waited_for_a_mail_server_asks_nobody_who_has_answered(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    (letter,) = written()
    answering.answer(tokens.token_for(correction), "I do.", key=None, now=DUE)

    assert delivery.deliver(DUE).sent == 0

    db.session.refresh(letter)
    assert (letter.state, letter.lease) == ("suppressed", None)
    assert written(DUE + DAY) == [letter]


def test_nor_about_what_is_decided_unless_that_is_undone(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    written()
    accept(correction, max_, now=DUE)

    assert delivery.deliver(DUE).sent == 0
    assert [one.correction_id for one in waiting()] == [correction.id]

    undoing.undo(correction.id, Act(max_, None, DUE))
    assert delivery.deliver(DUE + timedelta(minutes=1)).sent == 1
    assert waiting() == []


def test_what_else_such_a_letter_told_is_told_once_in_another(app, max_):
    article = an_article()
    asked, told = a_correction(article), a_correction(article, "May 2025", "May 2026")
    ask(asked, max_)
    accept(told, max_)
    (merged,) = written()
    assert "This is the result of each" not in " ".join(merged.text.split())
    answering.answer(tokens.token_for(asked), "I do.", key=None, now=DUE)

    passes = [DUE + timedelta(minutes=minute) for minute in range(3)]
    assert [delivery.deliver(moment).sent for moment in passes] == [0, 1, 0]

    first, second = written(DUE + DAY)
    assert (first.state, second.kind, second.state) == ("suppressed", "accepted", "sent")


def test_one_that_may_have_arrived_goes_again_as_it_was(app, max_):
    correction = a_correction(an_article())
    ask(correction, max_)
    (letter,) = written()
    with write() as session:
        session.get_one(Letter, letter.id).unknowns = 1
    answering.answer(tokens.token_for(correction), "I do.", key=None, now=DUE)

    assert delivery.deliver(DUE).sent == 1


def test_the_desks_digest_counts_no_card_that_waits_for_its_reader(make_app):
    with make_app(DIGEST="hourly").app_context():
        mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
        ask(a_correction(an_article()), mira)

        assert newsroom.compose_due(NOON + timedelta(hours=1)) == 0
        assert newsroom.compose_due(NOON + 7 * DAY) == 1
