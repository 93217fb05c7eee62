"""What a stranger sends and nobody could keep or see: refused, named, and nothing stored."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from corrections_app.extensions import db
from corrections_app.models import Appeal, Contact, Correction, IdempotencyKey
from corrections_app.workflow import tokens
from corrections_app.workflow.submitting import receipts
from tests.builders import NOON, a_correction, an_article, reject
from tests.web.conftest import JSON, text_of

ADDRESS = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"
CONTROLS = ["\0", "\x01", "\x07", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f", "\x7f", "\x80", "\x85"]
NONE_AT_ALL = ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TAGS = ["\U000e0001", "\U000e0020", "\U000e0041", "\U000e007f"]
STRANGE = [*CONTROLS, *NONE_AT_ALL, *BIDI, *TAGS]
LINES = ["\t", "\n"]
HALVES = ["\ud800", "\udbff", "\udc00", "\udfff"]
FIELDS = {
    "exact": "the %s the",
    "replacement": "the%s",
    "explanation": "Once%s is enough.",
    "source_url": "https://example.org/%s",
    "name": "Ada%s Marlow",
    "email": "ada%s@reader.example",
    "key": "a-key%s",
}
ROADS = ["a form", "a form in parts", "JSON"]


def payload(article):
    start = article.current.text.index("the the")
    return {"revision": 1, "start": start, "end": start + 7, "exact": "the the"} | {
        "replacement": "the",
        "explanation": "Twice.",
    }


def send(client, address, fields, road, accept="application/json"):
    headers = OURS | {"Accept": accept}
    if road == "JSON":
        return client.post(address, json=fields, headers=headers)
    kind = FORM if road == "a form" else "multipart/form-data"
    return client.post(address, data=fields, content_type=kind, headers=headers)


def stored():
    db.session.rollback()
    tables = (Correction, Contact, IdempotencyKey)
    return sum(db.session.scalar(select(func.count()).select_from(each)) for each in tables)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("field", FIELDS)
def test_it_is_named_and_nothing_is_stored(app, field, road):
    known = payload(an_article())
    client = app.test_client()
    has_lines = field in ("exact", "replacement", "explanation")
    for character in [
        *STRANGE,
        *([] if has_lines else LINES),
        *(HALVES if road == "JSON" else []),
    ]:
        answer = send(client, ADDRESS, known | {field: FIELDS[field] % character}, road)

        assert (answer.status_code, list(answer.json["fields"])) == (422, [field]), repr(character)
        named = f"U+{ord(character):04X}"
        assert named in answer.json["message"]
        assert named in answer.json["fields"][field]
        assert answer.json["at"] == FIELDS[field].index("%s") + 1
    assert stored() == 0


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    "field", ["revision", "start", "place", "prefix", "kind", "known", "ask", "credit"]
)
def test_what_nothing_can_keep_is_named_in_every_field_there_is(app, field, road):
    known = payload(an_article())
    for character in ["\0", "\x1f", "\x7f", *(HALVES if road == "JSON" else [])]:
        answer = send(app.test_client(), ADDRESS, known | {field: f"1{character}"}, road)

        assert answer.status_code == 422
        assert f"U+{ord(character):04X}" in answer.json["fields"][field]
    assert stored() == 0


@pytest.mark.parametrize("character", ["\0", "\u202e", "\ud800", "\ufffe"])
def test_a_whole_replacement_of_it_deletes_no_words(app, character):
    answer = send(
        app.test_client(), ADDRESS, payload(an_article()) | {"replacement": character}, "JSON"
    )

    assert answer.status_code == 422
    assert stored() == 0


def test_the_form_comes_back_without_it_and_with_all_the_rest(app):
    known = payload(an_article()) | {"explanation": "On\u202ece is enough.", "name": "Ada"}
    client = app.test_client()

    page = text_of(send(client, ADDRESS, known, "a form", "text/html"))

    assert "U+202E RIGHT-TO-LEFT OVERRIDE at place 3" in page
    assert "Once is enough." in page
    assert "\u202e" not in page
    assert 'value="Ada"' in page


@pytest.mark.parametrize("road", ROADS)
def test_a_form_in_a_browser_never_breaks_over_it(app, road):
    known = payload(an_article())
    for field, value in FIELDS.items():
        for character in ["\0", "\u202e", "\ufffe", *(HALVES if road == "JSON" else [])]:
            fields = known | {field: value % character}

            answer = send(app.test_client(), ADDRESS, fields, road, "text/html")

            assert answer.status_code == 422
            assert f"U+{ord(character):04X}" in text_of(answer)
    assert stored() == 0


@pytest.mark.parametrize("mark", ["\u200f", "\u202e", "\x85", "\U000e0041", "\ufffe"])
@pytest.mark.parametrize("road", ROADS)
def test_what_stood_in_the_words_may_be_sent_with_them(app, mark, road):
    article = an_article("A title", f"Here stands{mark} something odd.")
    words = f"stands{mark} something"
    start = article.current.text.index(words)
    fields = {"revision": 1, "start": start, "end": start + len(words), "exact": words}
    fields |= {"replacement": f"stands{mark} nothing", "explanation": f"I saw “{mark}”."}

    taken = send(app.test_client(), ADDRESS, fields, road)
    twice = send(app.test_client(), ADDRESS, fields | {"replacement": f"no{mark}{mark}w"}, road)

    assert taken.status_code == 201
    assert twice.status_code == 422
    db.session.rollback()
    kept = tokens.by_token(taken.json["receipt"])
    assert (kept.exact, kept.replacement) == (words, f"stands{mark} nothing")


def test_lines_are_kept_as_lines(app):
    fields = payload(an_article()) | {"explanation": "One.\r\n\tTwo.\rThree."}

    answer = send(app.test_client(), ADDRESS, fields, "a form")

    db.session.rollback()
    assert tokens.by_token(answer.json["receipt"]).explanation == "One.\n\tTwo.\nThree."


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("act", ["email", "appeal"])
def test_a_receipts_own_page_names_it_too(app, max_, act, road):
    correction = a_correction(an_article())
    if act == "appeal":
        reject(correction, max_)
    there = f"/receipts/{tokens.token_for(correction)}/{act}"
    field = "email" if act == "email" else "words"
    for character in [*STRANGE, *(HALVES if road == "JSON" else [])]:
        for accept in ("application/json", "text/html"):
            fields = {field: f"ada{character}@reader.example"}

            answer = send(app.test_client(), there, fields, road, accept)

            assert answer.status_code == 422, repr(character)
            assert f"U+{ord(character):04X}" in text_of(answer)
            if accept == "text/html" and character in BIDI:
                assert f"ada{character}" not in text_of(answer)
    db.session.rollback()
    assert db.session.scalars(select(Appeal)).all() == []
    assert db.session.get_one(Contact, correction.id).email == "ada@reader.example"


def test_an_appeal_may_hold_what_stood_in_the_words(app, max_):
    article = an_article("A title", "Here stands\u200f something odd.")
    correction = a_correction(article, "stands\u200f some", "stand\u200f some")
    reject(correction, max_)

    receipts.appeal(tokens.token_for(correction), "It is “\u200f”.", now=NOON)

    assert db.session.scalars(select(Appeal)).one().words == "It is “\u200f”."


def test_a_form_that_is_not_utf_8_is_refused_rather_than_guessed(app):
    an_article()
    for body in (b"explanation=a%ffb", b"explanation=%ED%A0%80", b"explanation=\xff", b"%ff=1"):
        answer = app.test_client().post(ADDRESS, data=body, content_type=FORM, headers=OURS | JSON)

        assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    part = b'--x\r\nContent-Disposition: form-data; name="explanation"\r\n\r\na\xffb\r\n--x--\r\n'
    answer = app.test_client().post(
        ADDRESS, data=part, content_type="multipart/form-data; boundary=x", headers=OURS | JSON
    )
    assert answer.status_code == 422
    assert stored() == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "latin-1"])
def test_json_in_another_encoding_is_refused(app, encoding):
    body = json.dumps(payload(an_article()) | {"name": "Zoë"}, ensure_ascii=False).encode(encoding)

    answer = app.test_client().post(
        ADDRESS, data=body, content_type="application/json", headers=OURS | JSON
    )

    assert answer.status_code == 422
    assert stored() == 0
