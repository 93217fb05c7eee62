"""The date of an article and what a picture shows are no text: a remark says what is wrong."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.exc import DBAPIError

from corrections_app.domain.lifecycle import Action
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import importing
from tests.builders import NOON, decide, document
from tests.web.conftest import JSON

ADDRESS = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin"}
SAID = {"revision": 1, "field": "date", "explanation": "It was the second of March."}


@pytest.fixture
def dated(app):
    importing.bring_in(document(published=NOON), slug="harbour-wall", now=NOON)
    return app.test_client()


def sent() -> list[Correction]:
    db.session.rollback()
    return db.session.query(Correction).all()


def test_the_date_is_offered_where_an_error_is_reported(dated):
    page = dated.get(f"{ADDRESS}/new").get_data(as_text=True)
    (there,) = re.findall(r'href="([^"]*field=date[^"]*)"', page)

    form = dated.get(there.replace("&amp;", "&")).get_data(as_text=True)

    assert '<option value="date" selected>Its date</option>' in form
    assert '<option value="alt_text">The description of a picture</option>' in form


@pytest.mark.parametrize(("field", "words"), [
    ("date", "About the date of the article"), ("alt_text", "About the description of a picture"),
])  # fmt: skip
def test_a_remark_on_what_is_no_text_needs_no_words_of_it(dated, moderator, max_, field, words):
    answer = dated.post(ADDRESS, data=SAID | {"field": field, "exact": ""}, headers=OURS)

    assert answer.status_code == 303
    (correction,) = sent()
    assert (correction.field, correction.start, correction.is_remark) == (field, None, True)
    assert words in dated.get(answer.headers["Location"]).get_data(as_text=True)
    assert words in moderator.get("/queue").get_data(as_text=True)
    assert words in moderator.get(f"/queue/{correction.id}").get_data(as_text=True)
    assert moderator.get("/queue", headers=JSON).json["items"][0]["field"] == field
    decide(correction, Action.ACCEPT, max_, note="Thank you, it is put right.")
    assert sent()[0].status == "accepted"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"field": "colour"}, "field"),
        ({"explanation": ""}, "explanation"),
        ({"exact": "harbour wall", "start": 4, "end": 16}, "field"),
        ({"field": "date\x00"}, "field"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(dated, more, at):
    answer = dated.post(ADDRESS, data=SAID | more, headers=OURS)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sent() == []
    assert (SAID | more)["explanation"] in page
    refused = dated.post(ADDRESS, json=SAID | more, headers=OURS | JSON).json
    assert at in refused["fields"]


@pytest.mark.parametrize("statement", [
    "UPDATE corrections SET field = 'colour'",
    'UPDATE corrections SET "start" = 1, "end" = 2, exact = \'a\'',
])  # fmt: skip
def test_the_database_keeps_fields_apart_from_words(dated, statement):
    dated.post(ADDRESS, data=SAID, headers=OURS)

    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(db.text(statement))
