"""A program that makes the changes itself works through them, and says what it made."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.extensions import db
from corrections_app.models import Article, WriteBack
from corrections_app.sites.trouble import NotAllowed
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, NOON, a_correction, accept
from tests.web.api.programs import a_program
from tests.web.api.test_conventions import check_problem
from tests.workflow.sites.writable import LATER, a_site, corrected, letters, states, work

BACK = "/api/v1/write-backs"


@pytest.fixture
def there(app):
    return a_site()


def test_they_are_worked_through_in_their_order(there, program, mira):
    corrected(mira)
    accept(a_correction(reading.article_at("the-wall"), "Work begins", "Work has begun"), mira)
    accept(a_correction(reading.article_at("the-market"), "A stall", "Many a stall"), mira)

    def ids(asked):
        return [one["id"] for one in program.get(f"{BACK}?{asked}").json["items"]]

    assert ids("state=open&order=oldest") == [1, 2, 3]
    assert ids("") == [3, 2, 1]
    assert ids("article=the-wall&order=oldest") == [1, 2]
    assert ids("state=written") == ids("article=nowhere") == []
    first = program.get(f"{BACK}?order=oldest&limit=2")
    assert first.headers["Link"] == f'<{BACK}?order=oldest&limit=2&after=2>; rel="next"'
    assert ids("order=oldest&limit=2&after=2") == [3]
    for wrong in ("state=lost", "order=best", "after=x", "limit=0"):
        check_problem(program.get(f"{BACK}?{wrong}"), 422, "invalid")


def test_the_edits_of_each_make_our_text_of_the_one_before(there, program, mira):
    number, _ = corrected(mira)
    article = reading.article_at("the-wall")
    typed = editing.text_to_edit(article).replace("Work begins soon.", "Work began in spring.")
    act = Act(mira, None, NOON)
    editing.edit(
        "the-wall", typed, act, base=2, change_class=ChangeClass.SILENT, confirmed=CONFIRMED
    )

    made = [program.get(f"{BACK}/{n}").json for n in (1, 2)]

    text = "The wall\n\nThe council voted to rebuild the the wall.\n\nWork begins soon."
    for one in made:
        for edit in reversed(one["edits"]):
            assert text[edit["start"] : edit["end"]] == edit["exact"]
            text = text[: edit["start"]] + edit["replacement"] + text[edit["end"] :]
    assert text == reading.article_at("the-wall").current.text
    assert [one["correction"] for one in made] == [number, None]
    assert made[0]["place"] == {
        "site": "news",
        "external_id": "7",
        "address": "https://news.example/7/",
        "editor": None,
    }
    assert [one["after"] for one in made[1]["paragraphs"]] == ["Work began in spring."]


def test_what_is_said_to_be_made_is_written_once_and_its_reader_is_told(there, program, mira):
    corrected(mira)
    head = {"Idempotency-Key": "d" * 22}

    assert letters() == []
    first = program.post(f"{BACK}/1/done", headers=head)
    again = program.post(f"{BACK}/1/done", headers=head)
    bare = program.post(f"{BACK}/1/done")

    assert (first.status_code, first.json["state"]) == (200, "written")
    assert again.json == first.json
    check_problem(bare, 422, "invalid")
    db.session.rollback()
    assert db.session.scalars(select(WriteBack)).one().by.email == "mira@courier.example"
    assert letters() == ["accepted"]


def test_what_was_refused_is_tried_again_where_that_is_asked_for(there, program, mira):
    corrected(mira)
    there.refuses = NotAllowed("This account may not.")
    work(there)
    there.refuses = None
    refused = program.get(f"{BACK}/1").json

    answer = program.post(f"{BACK}/1/again", headers={"Idempotency-Key": "e" * 22})
    once = program.post(f"{BACK}/1/again", headers={"Idempotency-Key": "e" * 22})
    work(there, LATER)

    assert (refused["state"], refused["code"]) == ("by_hand", "not_allowed")
    assert (answer.json["state"], once.json["state"]) == ("waiting", "waiting")


def test_what_is_another_sections_stays_so(there, app, mira):
    corrected(mira)
    with write() as session:
        session.scalars(select(Article).filter_by(slug="the-wall")).one().section = "Culture"
    program = a_program(app, role=Role.MODERATOR, section="Sport", name="sam")

    for act in ("done", "again"):
        check_problem(program.post(f"{BACK}/1/{act}"), 403, "not_permitted")
    assert states() == ["waiting"]
