"""Who is owed which letter, and who no more."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import AlreadyDecided, Invalid
from corrections_app.domain.lifecycle import ALREADY_CORRECTED, RIVAL_ACCEPTED, Action, Reason, Role
from corrections_app.extensions import db
from corrections_app.models import Appeal, Correction, Decision, Hold, Letter
from corrections_app.workflow import tokens
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.letters import addresses, grouping, newsroom, outbox, owed
from corrections_app.workflow.pending import closing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, NOON, a_correction, accept, an_article, decide, reject

DUE = NOON + timedelta(minutes=10)
DAY = timedelta(days=1)


def written(now=DUE):
    grouping.compose_due(now)
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def the_letter(now=DUE):
    return written(now)[-1]


def flowing(text):
    return " ".join(text.split())


def supersede(correction, reason):
    with write() as session:
        closing.supersede(
            session, [(correction.id, reason)], caused_by_id=None, by_id=None, now=NOON
        )


def decision_of(correction):
    return db.session.scalars(
        select(Decision).filter_by(correction_id=correction.id).order_by(Decision.id.desc())
    ).first()


def sent(letter_id):
    with write() as session:
        session.get_one(Letter, letter_id).state = "sent"


def taken_back(correction):
    """What undo does to the decision, its letters excepted."""
    with write() as session:
        session.get_one(Decision, decision_of(correction).id).undone_at = DUE
        row = session.get_one(Correction, correction.id)
        row.status, row.version = "pending", row.version + 1


def closed(how, correction, by):
    if how in ("already_corrected", "settled_another_way"):
        supersede(correction, ALREADY_CORRECTED if how[0] == "a" else RIVAL_ACCEPTED)
    elif how == "rejected":
        reject(correction, by)
    elif how == "answered":
        decide(correction, Action.ACCEPT, by, note="It is her name.")
    else:
        accept(correction, by, text="may 2027" if how == "accepted_otherwise" else None)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("accepted", "We have corrected"),
        ("accepted_otherwise", "in words a little different from yours"),
        ("answered", "this is our answer"),
        ("rejected", "ask for a second look"),
        ("already_corrected", "had already been corrected when we read your note"),
        ("settled_another_way", "in the words of another reader"),
    ],
)
def test_every_closing_has_its_letter(app, max_, how, says):
    proposal = None if how == "answered" else "May 2026"
    more = {"explanation": "Is it?"} if how == "answered" else {}
    correction = a_correction(an_article(), "May 2025", proposal, **more)

    closed(how, correction, max_)

    letter = the_letter()
    assert letter.kind == how
    assert says in flowing(letter.text)
    assert "Work will begin in" in flowing(letter.text)
    assert "#:~:text=" in letter.text
    assert tokens.token_for(correction) in letter.text
    assert correction.reference in letter.text


@pytest.mark.parametrize("action", ["spam", "no address", "withdrawn"])
def test_nothing_is_owed_where_nobody_should_hear(app, max_, action):
    correction = a_correction(an_article(), email="" if action == "no address" else "a@b.example")

    if action == "withdrawn":
        with write() as session:
            row = session.get_one(Correction, correction.id)
            closing.close(session, row, closing.Closing(Action.WITHDRAW, None, NOON))
    else:
        reject(correction, max_, reason=Reason.SPAM if action == "spam" else Reason.OPINION)

    assert written() == []


def test_a_decision_taken_back_before_its_letter_was_written_owes_nothing(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    with write() as session:
        owed.cancel(session, [decision_of(correction).id], NOON)

    assert written() == []


def test_a_letter_not_yet_sent_is_held_back_when_its_decision_is_taken_back(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)
    letter_id = the_letter().id

    with write() as session:
        owed.cancel(session, [decision_of(correction).id], DUE)

    assert outbox.one(letter_id).state == "suppressed"
    assert "undone" in outbox.one(letter_id).error
    assert outbox.claim(9, DUE + DAY) == []


def test_a_letter_that_was_given_up_is_not_sent_by_hand_once_its_decision_is_taken_back(app, max_):
    correction = a_correction(an_article())
    reject(correction, max_)
    letter_id = the_letter().id
    with write() as session:
        session.get_one(Letter, letter_id).state = "dead"

    undoing.reopen(correction.id, "We erred.", Act(max_, None, DUE), confirmed=CONFIRMED)

    with pytest.raises(Invalid):
        outbox.retry(letter_id, DUE)


def test_what_else_a_held_back_letter_told_goes_into_another(app, max_):
    article = an_article()
    one, other = a_correction(article), a_correction(article, "May 2025", "May 2026")
    accept(one, max_)
    accept(other, max_)
    assert the_letter().kind == "several"

    with write() as session:
        owed.cancel(session, [decision_of(one).id], DUE)

    first, second = written()
    assert (first.state, second.state) == ("suppressed", "ready")
    assert (second.kind, [owed.correction_id for owed in second.owed]) == ("accepted", [other.id])


@pytest.mark.parametrize("state", ["sending", "sent", "unknown"])
def test_a_reader_who_was_told_cannot_be_untold(app, max_, state):
    correction = a_correction(an_article())
    accept(correction, max_)
    letter_id = the_letter().id
    with write() as session:
        letter = session.get_one(Letter, letter_id)
        letter.unknowns = int(state == "unknown")
        letter.state = "ready" if state == "unknown" else state
    ids = [decision_of(correction).id]

    with pytest.raises(AlreadyDecided), write() as session:
        owed.cancel(session, ids, DUE)
    with write() as session:
        owed.cancel(session, ids, DUE, must=False)

    assert outbox.one(letter_id).state == ("ready" if state == "unknown" else state)


def test_a_reader_who_was_told_otherwise_hears_that_the_decision_changed(app, max_):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    reject(correction, max_)
    sent(the_letter().id)
    taken_back(correction)

    accept(correction, max_)

    letter = the_letter(DUE + DAY)
    text = flowing(letter.text)
    assert letter.kind == "decision_changed"
    assert "The article is now corrected, in your words." in text
    assert "*2026*" in text


def test_a_second_decision_is_the_first_to_a_reader_who_heard_of_none(app, max_):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    reject(correction, max_)
    with write() as session:
        owed.cancel(session, [decision_of(correction).id], NOON)
    taken_back(correction)

    accept(correction, max_)

    assert the_letter().kind == "accepted"


@pytest.mark.parametrize("outcome", ["upheld", "reopened"])
def test_whoever_appealed_hears_the_result(app, max_, outcome):
    correction = a_correction(an_article(), "May 2025", "May 2026")
    reject(correction, max_)
    first = decision_of(correction)
    sent(the_letter().id)
    with write() as session:
        appeal = Appeal(
            decision_id=first.id,
            correction_id=correction.id,
            created_at=DUE,
            outcome=outcome,
            note="The council confirmed it.",
            judged_at=DUE,
        )
        session.add(appeal)
        session.flush()
        if outcome == "upheld":
            owed.owe_appeal(session, appeal, now=DUE)
    if outcome == "reopened":
        taken_back(correction)
        accept(correction, max_)

    letter = the_letter(DUE + DAY)

    if outcome == "upheld":
        assert letter.kind == "appeal_upheld"
        assert "The council confirmed it." in flowing(letter.text)
    else:
        assert letter.kind == "appeal_granted"
        assert "*2026*" in letter.text


def test_a_correction_still_open_after_two_weeks_is_not_forgotten(app):
    a_correction(an_article(), "May 2025", "Buy pills at evil.example", name="Evil")

    early, late = written(NOON + 13 * DAY), written(NOON + 14 * DAY)

    assert early == []
    assert late[0].kind == "still_checking"
    assert "Work will begin in May 2025" in flowing(late[0].text)
    assert "evil" not in late[0].text.lower()  # no editor has read these words yet
    assert written(NOON + 40 * DAY) == late


def test_a_correction_decided_in_time_sends_no_such_letter(app, max_):
    correction = a_correction(an_article())
    reject(correction, max_)

    assert [letter.kind for letter in written(NOON + 20 * DAY)] == ["rejected"]


def test_a_digest_goes_to_each_colleague_once_a_day_if_something_waits(make_app):
    app = make_app(DIGEST="daily", TIMEZONE="Europe/Kyiv")
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        accounts.add("gone@courier.example", role=Role.MODERATOR, now=NOON)
        accounts.disable("gone@courier.example", now=NOON)
        morning = (NOON + DAY).replace(hour=6)  # eight o'clock in Kyiv

        nothing = newsroom.compose_due(morning)
        a_correction(an_article(), "May 2025", "Buy pills")
        too_early = newsroom.compose_due(morning - timedelta(minutes=1))
        counts = [newsroom.compose_due(morning + n * timedelta(hours=1)) for n in range(3)]

        assert (nothing, too_early, counts) == (0, 0, [1, 0, 0])
        letter = db.session.scalars(select(Letter)).one()
        assert (letter.kind, letter.recipient) == ("digest", "max@courier.example")
        assert letter.subject == "One correction waits at The Harbour Courier"
        assert "pills" not in letter.text
        assert "http://localhost/queue" in letter.text
        assert outbox.headers(letter)["List-Id"] == "<digest.courier.example>"


def test_what_came_after_the_hour_is_the_next_digests(make_app):
    app = make_app(DIGEST="hourly")
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        a_correction(an_article(), now=NOON + timedelta(minutes=20))

        counts = [newsroom.compose_due(NOON + n * timedelta(minutes=30)) for n in (0, 1, 2, 3)]

        assert counts == [0, 0, 1, 0]


def test_no_digest_goes_unless_it_is_asked_for(app, max_):
    a_correction(an_article())

    assert not newsroom.is_due(NOON + DAY)


def test_editors_hear_of_each_check_that_ran_out_once(app, max_, mira):
    correction = a_correction(an_article())
    with write() as session:
        session.add(Hold(correction_id=correction.id, by_id=max_.id, until=DUE, created_at=NOON))

    counts = [newsroom.compose_due(now) for now in (NOON, DUE, DUE, DUE + DAY)]

    letter = db.session.scalars(select(Letter)).one()
    assert counts == [0, 1, 0, 0]
    assert (letter.kind, letter.recipient) == ("overdue", "mira@courier.example")
    assert "taken by max" in letter.text


def test_a_colleague_stops_the_digest_and_still_gets_letters_as_a_reader(make_app):
    app = make_app(DIGEST="hourly")
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        addresses.stop(addresses.key_of("max@courier.example", "desk"), NOON)

        assert addresses.state_of(addresses.key_of("max@courier.example")) == "unknown"


def test_two_workers_write_one_digest(make_app):
    app = make_app(DIGEST="hourly")
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        a_correction(an_article())
        news = list(newsroom._news(NOON))
        composed = [letter for one in news for letter in newsroom._letters(one, NOON)]

        assert [newsroom._post(letter, NOON) for letter in composed * 2] == [1, 0]


def test_a_letter_comes_in_its_readers_language(app, max_, tmp_path, monkeypatch):
    from corrections_app import language

    folder = tmp_path / "uk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    _catalogue(folder / "corrections.mo", {"Dear reader,": "Шановний читачу,"})
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    monkeypatch.setitem(app.config, "LANGUAGES", ("en", "uk"))
    (tmp_path / "formats.json").write_text(json.dumps(language._formats()))
    correction = a_correction(an_article())
    with write() as session:
        session.get_one(Correction, correction.id).contact.lang = "uk-UA"
    accept(correction, max_)

    language._translations.cache_clear()
    try:
        letter = the_letter()
    finally:
        language._translations.cache_clear()

    assert "Шановний читачу," in letter.text
    assert '<html lang="uk"' in letter.html


def _catalogue(path, messages):
    """A compiled catalogue, as GNU gettext writes it."""
    import struct

    header = "Language: uk\nContent-Type: text/plain; charset=UTF-8\n"
    pairs = sorted(({"": header} | messages).items())
    keys, values = ([text.encode() for text in side] for side in zip(*pairs, strict=True))
    start = 28 + 16 * len(pairs)
    blob, table = b"", b""
    for side in (keys, values):
        for text in side:
            table += struct.pack("<II", len(text), start + len(blob))
            blob += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    path.write_bytes(head + table + blob)


def test_owed_rows_name_what_is_still_to_come(app, max_):
    correction = a_correction(an_article())
    accept(correction, max_)

    kinds = [owed.kind for owed in owed.about(correction)]
    assert kinds == ["still_checking", "accepted"]
    assert [owed.kind for owed in outbox.unwritten()] == ["accepted"]
