"""Programs read and decide corrections by the same rules as people on the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Conflict, Correction, Decision
from corrections_app.web.doors import DOORS, Guard
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import side_facts
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act, write
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    ON_PURPOSE,
    a_correction,
    accept,
    an_article,
    document,
    reject,
)
from tests.web.api.programs import a_program
from tests.web.api.test_conventions import check_problem
from tests.web.conftest import JSON, decided

V1 = "/api/v1"
ADA = {"email": "ada@reader.example", "name": "Adele Quist", "credit": True}


@pytest.fixture
def article(app):
    return an_article(now=now())


def sent(article, **more):
    return a_correction(article, now=now(), **more)


def decision(one):
    return f"{V1}/corrections/{one.id}/decision"


def verdict(one, **fields):
    db.session.rollback()
    version = db.session.get_one(Correction, one.id).version
    return {"action": "accept", "seen": version, "confirmed": list(CONFIRMED)} | fields


def status(one):
    db.session.rollback()
    return db.session.get_one(Correction, one.id).status


# Reading.

FILTERS = [
    "", "lane=all", "lane=escalated", "lane=held", "lane=approvals", "lane=appeals",
    "status=any", "status=accepted", "status=rejected&reason=opinion", "article=harbour-wall",
    "section=Sport", "kind=fact", "fit=clean", "risk=number", "older=1", "overdue=1",
    "words=harbour", "order=newest", "order=oldest&status=any",
]  # fmt: skip
"""What both are asked for."""


@pytest.fixture
def queue(article, max_, mira):
    """Some of everything that a queue can have."""
    an_article("Other", "It is four boats.", slug="other", now=now())
    other = reading.article_at("other")
    sent(other, exact="four boats", replacement="five boats", kind="fact")
    accept(sent(article), max_, now=now())
    reject(sent(article, exact="Tuesday", replacement="Friday"), max_, reason="opinion", now=now())
    held = sent(article, exact="four million", replacement="five million", email="")
    side_facts.escalate(held.id, Act(max_, None, now()), note="Is it?")
    sent(article, exact="It is", replacement=None, explanation="Who says so?", **{"name": "Bo"})
    db.session.rollback()


@pytest.mark.parametrize("asked", FILTERS)
def test_the_list_has_what_the_page_has(moderator, queue, app, asked):
    program = a_program(app, "corrections:read", role=Role.MODERATOR, name="max")

    ours = program.get(f"{V1}/corrections?{asked}").json["items"]

    theirs = moderator.get(f"/queue?{asked}", headers=JSON).json["items"]
    assert [without_age(one) for one in ours] == [without_age(one) for one in theirs]


def without_age(told):
    return {name: value for name, value in told.items() if name not in ("age", "decision")}


def test_a_list_is_read_to_its_end_along_its_links(program, queue):
    path, seen = f"{V1}/corrections?status=any&limit=2", []
    while path:
        answer = program.get(path)
        seen += [one["id"] for one in answer.json["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


def test_one_correction_reads_as_its_card_with_the_decision_that_holds(moderator, queue, program):
    for one in db.session.scalars(select(Correction).order_by(Correction.id)).all():
        ours = program.get(f"{V1}/corrections/{one.id}").json
        theirs = moderator.get(f"/queue/{one.id}", headers=JSON).json
        assert without_age(ours | {"reader": 0}) == without_age(theirs | {"reader": 0})
        assert (ours["decision"] is None) == (one.status == "pending")
        if one.status == "accepted":
            told = ours["decision"]
            assert (told["by"], told["class"], told["revision"]) == ("max", "silent", 2)
            assert told["before"] != told["after"]


READERS = ("ada@reader.example", "Adele Quist", "Bo Ek")


def test_no_reader_leaves_but_by_their_scope(app, article, max_, mira):
    one = sent(article, **ADA)
    told = {"change_class": "correction", "notice": "It said the twice.", "thanks": (one.id,)}
    sent(
        article, exact="It is", replacement=None, explanation="Who says so?", name="Bo Ek", email=""
    )
    accept(one, mira, now=now() - timedelta(hours=1), **told)
    db.session.rollback()
    others = [scope for scope in SCOPES if scope != "readers:read"]
    with_all, without = a_program(app, *SCOPES), a_program(app, *others, name="max")
    lists = ["articles", "corrections?status=any", "corrections?lane=all", "notices", "write-backs"]
    ones = [f"corrections/{n}" for n in (1, 2)] + ["articles/harbour-wall", "notices/1"]
    found = {"with": "", "without": ""}
    for path in [*lists, *ones]:
        for name, program in (("with", with_all), ("without", without)):
            answer = program.get(f"{V1}/{path}")
            assert answer.status_code == 200, path
            found[name] += answer.get_data(as_text=True)

    assert [who for who in READERS if who in found["without"]] == []
    assert '"reader"' not in found["without"]
    assert [who for who in READERS if who not in found["with"]] == []


SCOPES = (
    "articles:read", "articles:write", "corrections:read", "corrections:submit",
    "corrections:decide", "notices:read", "readers:read",
)  # fmt: skip


def test_nobody_tries_out_addresses_without_that_scope(app, article):
    sent(article)
    nosy = a_program(app, "corrections:read", name="max")
    trusted = a_program(app, "corrections:read", "readers:read")

    addresses = (
        "ada@reader.example", "nobody@reader.example", "Ada <ada@reader.example>", "a/@r.example",
    )  # fmt: skip
    for address in addresses:
        answer = nosy.get(f"{V1}/corrections", query_string={"words": address})
        check_problem(answer, 403, "not_permitted")
    found = trusted.get(f"{V1}/corrections", query_string={"words": "ada@reader.example"})
    assert [one["reader"]["email"] for one in found.json["items"]] == ["ada@reader.example"]


def test_nobody_tries_out_an_address_by_sending_a_correction_with_it(app, article):
    first = sent(article, **ADA)
    bait = sent(article, exact="Tuesday", replacement="Friday", email="ada@reader.example")
    nosy = a_program(app, "corrections:read", name="max")
    trusted = a_program(app, "corrections:read", "readers:read")

    answer = nosy.get(f"{V1}/corrections?status=any&like={bait.id}")
    found = trusted.get(f"{V1}/corrections?status=any&like={bait.id}")

    check_problem(answer, 403, "not_permitted")
    assert set(answer.json["fields"]) == {"like"}
    assert {one["id"] for one in found.json["items"]} == {first.id, bait.id}


# Deciding.


def test_a_decision_is_made_once_in_the_owners_name(program, article):
    one, head = sent(article), {"Idempotency-Key": "k" * 22}
    asked = verdict(one)

    first = program.post(decision(one), json=asked, headers=head)
    again = program.post(decision(one), json=asked, headers=head)

    assert first.status_code == 200, first.json
    assert first.json == again.json
    assert first.json == {
        "id": one.id, "status": "accepted", "version": asked["seen"] + 1, "revision": 2,
        "undo_until": first.json["undo_until"],
    }  # fmt: skip
    db.session.rollback()
    made = db.session.scalars(select(Decision)).one()
    event = db.session.scalars(select(AuditEvent).filter_by(action="accept")).one()
    assert made.by.email == "mira@courier.example"
    assert (event.by_id, event.data["token"]) == (made.by_id, program.number)


def test_what_was_not_seen_is_not_decided(program, article):
    one = sent(article)
    asked = verdict(one)

    unseen = program.post(decision(one), json={"action": "accept"})
    stale = program.post(decision(one), json=asked | {"seen": asked["seen"] + 1})
    unknown = program.post(decision(one), json=asked | {"prepared": "x"})

    check_problem(unseen, 422, "invalid")
    assert set(unseen.json["fields"]) == {"seen"}
    check_problem(stale, 409, "stale_version")
    assert set(unknown.json["fields"]) == {"prepared"}
    assert status(one) == "pending"


def test_a_fact_takes_a_second_step_and_a_notice_that_was_read(program, article):
    one = sent(article, exact="four million", replacement="five million")
    asked = verdict(one, confirmed=[])

    first = program.post(decision(one), json=asked)
    check_problem(first, 409, "needs_confirmation")
    told = asked | {"class": "correction", "notice": first.json["prepared"]}
    unread = program.post(decision(one), json=told | {"confirmed": first.json["flags"]})
    check_problem(unread, 422, "invalid")
    done = program.post(decision(one), json=told | {"confirmed": [*first.json["flags"], "notice"]})

    assert first.json["flags"] == ["number"]
    assert set(unread.json["fields"]) == {"notice"}
    assert done.status_code == 200, done.json


def test_whoever_is_slower_is_told_who_what_and_when(moderator, program, article):
    one = sent(article)
    decided(moderator, one)

    answer = program.post(decision(one), json=verdict(one))

    check_problem(answer, 409, "already_decided")
    assert (answer.json["who"], answer.json["what"]) == ("max", "accepted")
    assert answer.json["at"]
    assert answer.json["same_outcome"] is True
    db.session.rollback()
    assert db.session.scalars(select(Conflict.code)).all() == ["already_decided"]


def test_words_that_moved_are_not_changed(program, article):
    one = sent(article, exact="Tuesday", replacement="Friday")
    asked = verdict(one, revision=1)
    changed = document(*(words.replace("Tuesday", "Wednesday") for words in HARBOUR))
    importing.bring_in(changed, slug="harbour-wall", terms=ON_PURPOSE, now=now())

    answer = program.post(decision(one), json=asked)

    check_problem(answer, 409, "text_moved")
    assert status(one) == "pending"
    assert "Friday" not in reading.article_at("harbour-wall").current.text


@pytest.mark.parametrize("act", ["decision", "undo"])
def test_nobody_reaches_another_section(app, mira, act):
    importing.bring_in(document(section="Culture"), slug="harbour-wall", now=now())
    one = sent(reading.article_at("harbour-wall"))
    asked = verdict(one)
    if act == "undo":
        accept(one, mira, now=now())
    program = a_program(app, role=Role.MODERATOR, section="Sport", name="sam")

    answer = program.post(f"{V1}/corrections/{one.id}/{act}", json=asked if act != "undo" else None)

    check_problem(answer, 403, "not_permitted")


def test_nobody_decides_what_they_sent_themselves(app, article, mira):
    program = a_program(app, role=Role.MODERATOR, name="max")
    one = sent(article, email="max@courier.example")

    answer = program.post(decision(one), json=verdict(one))

    check_problem(answer, 403, "not_permitted")
    assert status(one) == "pending"


def test_no_program_decides_what_a_program_of_its_owner_sent(app, article, mira, moderator):
    sender = a_program(app, "corrections:submit", role=Role.MODERATOR, name="max")
    decider = a_program(app, "corrections:decide", role=Role.MODERATOR, name="max")
    body = {"exact": "the the", "replacement": "the"}
    assert sender.post(f"{V1}/articles/harbour-wall/corrections", json=body).status_code == 201
    [one] = db.session.scalars(select(Correction))

    answer = decider.post(decision(one), json=verdict(one))
    beside = a_program(app).post(decision(one), json=verdict(one))

    check_problem(answer, 403, "not_permitted")
    assert beside.status_code == 200, beside.json


def test_where_a_second_person_is_needed_it_waits_for_them(make_app):
    app = make_app(SECOND_APPROVAL="facts")
    with app.app_context():
        accounts.add("mira@courier.example", role=Role.EDITOR, now=now())
        program = a_program(app, role=Role.MODERATOR, name="max")
        one = sent(an_article(now=now()), exact="four million", replacement="five million")

        answer = program.post(decision(one), json=verdict(one))

        assert answer.status_code == 200, answer.json
        assert (answer.json["status"], answer.json["awaiting"]) == ("pending", True)
        assert program.get(f"{V1}/corrections/{one.id}").json["awaiting"] is True
        db.session.rollback()
        assert db.session.scalars(select(Article.head)).one() == 1


# Taking back.


def test_a_young_decision_is_taken_back_and_an_old_one_is_not(program, article):
    one = sent(article)
    program.post(decision(one), json=verdict(one))
    undo, head = f"{V1}/corrections/{one.id}/undo", {"Idempotency-Key": "u" * 22}

    first = program.post(undo, headers=head)
    again = program.post(undo, headers=head)
    late = program.post(undo)
    program.post(decision(one), json=verdict(one))
    with write() as session:
        for made in session.scalars(select(Decision).filter_by(undone_at=None)).all():
            made.undo_until = now() - timedelta(seconds=1)
    closed = program.post(undo)

    assert (first.status_code, first.json["status"], first.json["revision"]) == (200, "pending", 3)
    assert again.json == first.json
    check_problem(late, 409, "already_decided")
    check_problem(closed, 409, "already_decided")


def test_what_a_colleague_decided_takes_an_editor(app, article, mira):
    one = sent(article)
    accept(one, mira, now=now())
    undo = f"{V1}/corrections/{one.id}/undo"

    moderators = a_program(app, role=Role.MODERATOR, name="max").post(undo)
    editors = a_program(app, role=Role.EDITOR, name="eve").post(undo)

    check_problem(moderators, 403, "not_permitted")
    assert editors.status_code == 200


def test_every_door_of_programs_has_an_owner_or_is_public():
    doors = {name: door for name, door in DOORS.items() if name.startswith("api")}

    assert {name for name, door in doors.items() if door.guard is not Guard.TOKEN} == {
        "api.description",
        "api.show",
    }
