"""Suggesting a correction over HTTP."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from corrections_app.extensions import db
from corrections_app.models import Contact, Correction
from tests.builders import an_article
from tests.web.conftest import JSON

ADDRESS = "/articles/harbour-wall/corrections"
OURS = {"Sec-Fetch-Site": "same-origin"}


def a_payload(article, exact="the the", replacement="the", **more):
    start = article.current.text.index(exact)
    place = {"revision": article.head, "start": start, "end": start + len(exact)}
    return place | {"exact": exact, "replacement": replacement} | more


def stored():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Correction))


def test_json_answers_with_a_receipt(app):
    payload = a_payload(an_article(), key="k1", email="ada@reader.example")

    answer = app.test_client().post(ADDRESS, json=payload, headers=JSON | OURS)

    assert answer.status_code == 201
    assert set(answer.json) == {"receipt", "url", "status", "reference"}
    assert answer.json["status"] == "pending"
    assert app.test_client().get(answer.json["url"]).status_code == 200


def test_a_replay_gets_the_same_receipt(app):
    payload = a_payload(an_article(), key="k1")
    browser = app.test_client()

    first = browser.post(ADDRESS, json=payload, headers=JSON | OURS)
    again = browser.post(ADDRESS, json=payload, headers=JSON | OURS)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert stored() == 1


def test_a_form_leads_to_the_receipt(app):
    article = an_article()

    answer = app.test_client().post(ADDRESS, data=a_payload(article), headers=OURS)

    assert answer.status_code == 303
    db.session.rollback()
    page = app.test_client().get(answer.location).get_data(as_text=True)
    assert db.session.scalars(select(Correction)).one().reference in page
    assert "waiting for an editor" in page


def test_a_refused_form_keeps_everything_typed(app):
    article = an_article()
    typed = a_payload(
        article, replacement="rebuilt <quay>", email="not an address", explanation="Why “so”?"
    )

    answer = app.test_client().post(ADDRESS, data=typed, headers=OURS)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This does not look like an e-mail address." in page
    for words in ("rebuilt &lt;quay&gt;", "not an address", "Why “so”?"):
        assert words in page


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"exact": "xyz"}, 422, "not_found_in_text"),
        ({"replacement": "the the"}, 422, "no_change"),
        ({"replacement": "a" * 10_001}, 422, "too_long"),
        ({"kind": "rant"}, 422, "invalid"),
        ({"start": "seven"}, 422, "invalid"),
        ({"start": [1]}, 422, "invalid"),
        ({"revision": 9}, 422, "invalid"),
        ({"key": "k" * 101}, 422, "bad_key"),
    ],
)
def test_json_is_told_what_is_wrong(app, change, status, code):
    payload = a_payload(an_article(), key="k") | change

    answer = app.test_client().post(ADDRESS, json=payload, headers=JSON | OURS)

    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert answer.json["message"]
    assert stored() == 0


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b"{", b'"a"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(app, body):
    an_article()

    answer = app.test_client().post(
        ADDRESS, data=body, content_type="application/json", headers=JSON | OURS
    )

    assert answer.status_code == 422


def test_typed_words_that_stand_twice_are_offered_as_a_choice(app):
    an_article()
    typed = {"exact": "harbour wall", "replacement": "quay"}
    browser = app.test_client()

    asked = browser.post(ADDRESS, data=typed, headers=OURS)

    page = asked.get_data(as_text=True)
    places = re.findall(r'name="place"[^>]*value="(\d+-\d+)"', page)
    places = places or re.findall(r'value="(\d+-\d+)"[^>]*name="place"', page)
    assert asked.status_code == 422
    assert len(places) == 2 - ("The harbour wall".count("harbour wall") == 0)
    answer = browser.post(ADDRESS, data=typed | {"place": places[1], "revision": 1}, headers=OURS)
    assert answer.status_code == 303
    start, end = map(int, places[1].split("-"))
    db.session.rollback()
    found = db.session.scalars(select(Correction)).one()
    assert (found.start, found.end) == (start, end)


def test_words_typed_with_other_quotes_are_offered_as_they_stand(app):
    an_article()
    typed = {"exact": '"it is HIGH time,"', "replacement": "“It is time,”", "revision": 1}
    browser = app.test_client()

    asked = browser.post(ADDRESS, data=typed, headers=OURS)

    [place] = re.findall(r'name="place"[^>]*value="(\d+-\d+)"', asked.get_data(as_text=True))
    answer = browser.post(ADDRESS, data=typed | {"place": place}, headers=OURS)
    assert (asked.status_code, answer.status_code) == (422, 303)
    db.session.rollback()
    assert db.session.scalars(select(Correction)).one().exact == "“It is high time,”"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 201),
    ],
)
def test_only_our_own_pages_may_send(app, headers, status):
    payload = a_payload(an_article())

    answer = app.test_client().post(ADDRESS, json=payload, headers=JSON | headers)

    assert answer.status_code == status


def test_too_many_from_one_household_are_told_to_wait(make_app):
    app = make_app(LIMITS="2/hour")
    with app.app_context():
        article = an_article()
        browser = app.test_client()
        near = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
        neighbour = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.99"}}
        far = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.1"}}
        send = {"json": a_payload(article), "headers": JSON | OURS}

        statuses = [browser.post(ADDRESS, **send, **who).status_code for who in (near, near, far)]
        limited = browser.post(ADDRESS, **send, **neighbour)
        form = browser.post(
            ADDRESS, data=a_payload(article, replacement="kept"), headers=OURS, **near
        )

    assert statuses == [201, 201, 201]
    assert (limited.status_code, limited.json["error"]) == (429, "too_many")
    page = form.get_data(as_text=True)
    assert form.status_code == 429
    assert re.search(r'role="alert">Too many were sent from here. Try again in (59|60) min', page)
    assert re.search(r'name="replacement"[^>]*>\s*kept</textarea>', page)


def test_more_than_64_kb_is_too_much(app):
    an_article()

    answer = app.test_client().post(ADDRESS, data={"explanation": "a" * 70_000}, headers=OURS)

    assert answer.status_code == 413


def test_long_words_of_any_script_fit_into_what_browsers_send(app):
    article = an_article()
    start = article.current.text.index("four million")
    page = app.test_client().get(f"{ADDRESS}/new?start={start}&end={start + 12}").text
    form = re.search(r'<form class="correction"[^>]*>', page)[0]
    kind = re.search(r'enctype="([^"]+)"', form)[1]
    long = {"replacement": "щ" * 10_000, "explanation": "ї" * 2_000}

    answer = app.test_client().post(
        ADDRESS,
        data=a_payload(article, "four million") | long,
        headers=OURS,
        content_type=kind,
    )

    assert answer.status_code == 303


def test_the_form_shows_the_words_in_their_sentence(app):
    article = an_article()
    start = article.current.text.index("four million")

    page = app.test_client().get(f"{ADDRESS}/new?revision=1&start={start}&end={start + 12}")

    assert page.status_code == 200
    assert "cost about" in page.get_data(as_text=True)
    assert "no-store" in page.headers["Cache-Control"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "query",
    [
        "start=0&end=0",
        "start=5&end=2",
        "start=0&end=999999",
        "start=x",
        "revision=9",
        "start=-4&end=3",
    ],
)
def test_a_form_for_a_place_that_is_none_does_not_break(app, query):
    an_article()

    answer = app.test_client().get(f"{ADDRESS}/new?{query}")

    assert answer.status_code in (200, 404, 422)


HOSTILE = {
    "a revision no column holds": {"revision": 2**63},
    "a revision of 4,000 digits": {"revision": 10**4000},
    "a place without an end": {"place": "5"},
    "a place of no digits": {"place": "²-³"},
    "a place of 5,000 digits": {"place": "9" * 5000 + "-1"},
    "a place that is a number": {"place": 5},
    "half a character in the key": {"key": "\ud800"},
    "half a character in the address": {"email": "\ud800@b.example"},
    "half a character in the source": {"source_url": "https://\ud800.example"},
    "half a character in a name": {"\ud800": [1]},
    "half a character in a number": {"start": "\ud800"},
    "a NUL": {"replacement": "a\0b"},
}


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_can_be_sent_breaks_it(app, change, accept):
    sent = json.dumps(a_payload(an_article()) | change)

    answer = app.test_client().post(
        ADDRESS, data=sent, content_type="application/json", headers=OURS | {"Accept": accept}
    )

    assert answer.status_code in (201, 303, 422)
    assert answer.is_json == (accept == "application/json")


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 12_000], ids=["lists", "objects"])
def test_brackets_without_end_are_refused(app, body):
    an_article()

    answer = app.test_client().post(
        ADDRESS, data=body, content_type="application/json", headers=JSON | OURS
    )

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")


def test_a_form_of_a_version_that_never_was_keeps_what_was_typed(app):
    typed = a_payload(an_article(), replacement="typed at length") | {"revision": 9}

    answer = app.test_client().post(ADDRESS, data=typed, headers=OURS)

    assert answer.status_code == 422
    assert "typed at length" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("header", "kept"),
    [("uk-UA,uk;q=0.5", "en"), ("../../../etc", "en"), ("*", "en"), ("x" * 5000, "en")],
    ids=["a tag", "a path", "any", "long"],
)
def test_the_language_of_the_article_is_kept_whatever_the_browser_asks(app, header, kept):
    payload = a_payload(an_article(), email="ada@reader.example")

    app.test_client().post(ADDRESS, json=payload, headers=JSON | OURS | {"Accept-Language": header})

    db.session.rollback()
    assert db.session.scalars(select(Contact)).one().lang == kept


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_who_sent_too_many_is_told_when_to_come_again(make_app, accept):
    app = make_app(LIMITS="1/hour")
    with app.app_context():
        sent = {"json": a_payload(an_article()), "headers": OURS | {"Accept": accept}}
        browser = app.test_client()
        browser.post(ADDRESS, **sent)
        limited = browser.post(ADDRESS, **sent)

    assert limited.status_code == 429
    assert 3590 < int(limited.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("application/json, text/html;q=0.5", True),
        ("application/json;q=0.9, text/html", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_a_program_names_json_and_a_browser_pages(app, accept, is_json):
    answer = app.test_client().get("/articles/nowhere", headers={"Accept": accept})

    assert (answer.status_code, answer.is_json) == (404, is_json)
