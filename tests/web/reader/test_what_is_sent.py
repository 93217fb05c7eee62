"""What a stranger may send at all: a form or JSON, in UTF-8, each field known and once."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from sqlalchemy import func, select

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow import tokens
from tests.builders import a_correction, an_article
from tests.web.conftest import JSON, as_it_is, text_of

ADDRESS = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"
REMARK = {"explanation": "Nobody asked the fishermen."}


def stored():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Correction))


@pytest.fixture
def browser(app):
    an_article()
    return app.test_client()


@pytest.fixture
def post(browser):
    """Sends fields on one of the three roads, as a program."""

    def send(fields, road, address=ADDRESS):
        if road == "JSON":
            return browser.post(address, json=fields, headers=OURS | JSON)
        return browser.post(address, data=fields, content_type=road, headers=OURS | JSON)

    return send


roads = pytest.mark.parametrize("road", ["JSON", FORM, PARTS])


@roads
@pytest.mark.parametrize("name", ["role", "status", "id", "html", "Explanation", "reply-to", ""])
def test_a_field_that_nobody_knows_is_named(post, road, name):
    answer = post(REMARK | {name: "admin"}, road)

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert list(answer.json["fields"]) == [name]
    assert f"“{name}”" in answer.json["message"]
    assert stored() == 0


@pytest.mark.parametrize("value", [None, False, True, 1, "", [], {}, [None]])
def test_a_field_that_nobody_knows_is_named_whatever_it_says(post, value):
    answer = post(REMARK | {"role": value}, "JSON")

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["role"])


def test_null_and_false_are_as_if_nothing_was_said(post):
    fields = dict.fromkeys(["exact", "replacement", "start", "kind", "name", "email", "key"])

    answer = post(REMARK | fields | {"credit": False}, "JSON")

    assert answer.status_code == 201


@roads
def test_a_name_that_cannot_be_shown_is_told_without_what_cannot(post, road):
    answer = post(REMARK | {"ro\u202ele\0" + "x" * 99: "1"}, road)

    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["role" + "x" * 36]


@roads
def test_every_field_of_the_contract_is_taken(post, road):
    start = an_article(slug="other").current.text.index("the the")
    fields = {
        **{"revision": 1, "start": start, "end": start + 7, "exact": "the the"},
        **{"replacement": "the", "explanation": "Twice.", "kind": "typo", "name": "Ada"},
        **{"source_url": "https://example.org/a", "credit": "1", "email": "ada@reader.example"},
        **{"key": "a-key", "prefix": "rebuild ", "suffix": " harbour", "ask": "", "known": ""},
        **{"remember": "y", "csrf_token": "none"},
    }

    answer = post(fields, road, "/articles/other/corrections")

    assert answer.status_code == 201


@roads
def test_forty_one_fields_are_too_many(post, road):
    answer = post({f"field{number}": "x" for number in range(41)}, road)

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert "more fields" in answer.json["message"]


def test_sixteen_thousand_fields_are_too_many(browser):
    body = "&".join(f"a{number:x}=" for number in range(8_000))

    answer = browser.post(ADDRESS, data=body, content_type=FORM, headers=OURS | JSON)

    assert answer.status_code == 422


@pytest.mark.parametrize("road", [FORM, PARTS])
def test_a_field_that_comes_twice_is_named(post, road):
    answer = post({"explanation": ["One.", "Two."]}, road)

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["explanation"])
    assert stored() == 0


@pytest.mark.parametrize(
    "body",
    [
        '{"explanation": "One.", "explanation": "Two."}',
        '{"explanation": "One.", "kind": null, "explanation": null}',
        '{"explanation": "One.", "known": {"a": 1, "a": 2}}',
    ],
)
def test_a_name_that_stands_twice_in_json_is_named(browser, body):
    answer = browser.post(ADDRESS, data=body, content_type="application/json", headers=OURS | JSON)

    assert answer.status_code == 422
    assert "more than once" in answer.json["message"]
    assert stored() == 0


@pytest.mark.parametrize("depth", [2, 9, 900, 30_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_nothing_is_nested(browser, depth, opens, closes):
    middle = "1" if opens != "[" else ""
    value = opens * depth + middle + closes * depth
    body = f'{{"explanation": {value}}}'

    answer = browser.post(
        ADDRESS, data=body[:64_000], content_type="application/json", headers=OURS | JSON
    )

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")


@pytest.mark.parametrize(
    "kind",
    [
        *("text/plain", "text/html", "application/xml", "application/octet-stream", "nonsense"),
        *("text/json", "application/vnd.api+json", "application/json; charset=utf-16"),
        *("application/json; charset=latin-1", f"{FORM}; charset=iso-8859-1", ""),
    ],
)
def test_another_kind_of_body_is_refused_in_words(browser, kind):
    body = json.dumps(REMARK)

    answer = browser.post(ADDRESS, data=body, content_type=kind, headers=OURS | JSON)
    page = browser.post(ADDRESS, data=body, content_type=kind, headers=OURS)

    assert (answer.status_code, answer.json["error"]) == (415, "unsupported_media_type")
    assert "in UTF-8" in answer.json["message"]
    assert page.status_code == 415
    assert "Send a form or JSON, in UTF-8." in text_of(page)
    assert stored() == 0


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/json; charset=UTF-8"]
)
def test_naming_the_encoding_does_no_harm(browser, kind):
    answer = browser.post(ADDRESS, data=json.dumps(REMARK), content_type=kind, headers=OURS | JSON)

    assert answer.status_code == 201


def test_a_file_is_no_field(post):
    answer = post(REMARK | {"name": (BytesIO(b"MZ"), "virus.exe")}, PARTS)

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["name"])
    assert stored() == 0


@roads
@pytest.mark.parametrize("act", ["email", "withdraw", "appeal"])
def test_a_receipts_own_page_knows_its_fields_too(post, road, act):
    correction = a_correction(an_article(slug="other"))
    there = f"/receipts/{tokens.token_for(correction)}/{act}"

    answer = post({"email": "new@reader.example", "status": "accepted"}, road, there)

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["status"])
    assert as_it_is(correction).status == "pending"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/forgotten"])
def test_the_way_in_takes_no_other_kind_of_body(browser, address):
    answer = browser.post(address, data="{}", content_type="text/plain", headers=OURS)

    assert answer.status_code == 415


def test_an_act_needs_no_body(browser):
    correction = a_correction(an_article(slug="other"))

    answer = browser.post(f"/receipts/{tokens.token_for(correction)}/withdraw", headers=OURS | JSON)

    assert answer.status_code == 200


def test_the_longest_texts_in_any_script_fit(post):
    """Why our own forms come in parts: by per cents, Cyrillic takes six bytes for a letter."""
    article = an_article("Заголовок", "ж" * 6_000, slug="long")
    start = article.current.text.index("ж")
    fields = {"revision": 1, "start": start, "end": start + 5_000, "exact": "ж" * 5_000}
    fields |= {"replacement": "щ" * 10_000, "explanation": "ю" * 2_000}

    assert post(fields, PARTS, "/articles/long/corrections").status_code == 201
