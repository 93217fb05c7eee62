"""Moderating over HTTP."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, event, select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.people import accounts
from tests.builders import HARBOUR, NOON, SECOND, a_correction, accept, an_article
from tests.web.conftest import JSON, YES, Moderator, as_it_is, sign_in_as


def test_what_is_overdue_the_longest_is_on_top(moderator):
    article = an_article()
    a_correction(article, "the the", "the", now=NOON)
    a_correction(article, "May 2025", "May 2026", now=NOON + SECOND)
    a_correction(article, "will begin", "shall begin", now=NOON - SECOND)

    items = moderator.get("/queue", headers=JSON).json["items"]

    # A fact is overdue after four hours, all else after two days.
    assert [item["exact"] for item in items] == ["May 2025", "will begin", "the the"]
    assert all(item["overdue"] for item in items)


def test_the_list_has_the_contracts_fields(moderator):
    a_correction(an_article())

    answer = moderator.get("/queue", headers=JSON).json

    assert answer["next"] is None
    assert set(answer["items"][0]) >= {
        "id", "version", "article", "revision", "exact", "prefix", "suffix", "start", "end",
        "replacement", "explanation", "kind", "fit", "supporters",
    }  # fmt: skip


def test_a_long_list_goes_on_where_it_stopped(moderator):
    article = an_article()
    for number in range(53):
        a_correction(article, "May 2025", f"May {number}", now=NOON + number * SECOND)

    first = moderator.get("/queue", headers=JSON).json
    second = moderator.get(f"/queue?after={first['next']}", headers=JSON).json

    words = [item["replacement"] for item in first["items"] + second["items"]]
    assert words == [f"May {number}" for number in range(53)]
    assert second["next"] is None


def test_a_form_decides_and_shows_the_result(moderator):
    correction = a_correction(an_article())
    card = moderator.get(f"/queue/{correction.id}").get_data(as_text=True)
    fields = dict(
        re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', card)
    )

    answer = moderator.post(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "revision": 1, "key": fields.get("key", "k")},
    )

    assert (answer.status_code, answer.location) == (303, f"/queue/{correction.id}")
    page = moderator.get(answer.location).get_data(as_text=True)
    assert "max" in page


def test_json_decides_by_the_contract(moderator):
    correction = a_correction(an_article())

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "revision": 1, "key": "k"},
    )

    assert answer.status_code == 200
    assert set(answer.json) == {"id", "status", "version", "revision", "undo_until"}
    assert (answer.json["status"], answer.json["revision"]) == ("accepted", 2)


def test_the_loser_gets_409_and_the_winners_name(app, moderator):
    correction = a_correction(an_article())
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    mira = Moderator(sign_in_as(app, "mira@courier.example"))
    verdict = {"action": "accept", "seen": 1, "revision": 1}
    mira.post_json(f"/queue/{correction.id}/decision", verdict | {"key": "a"})

    lost = moderator.post_json(f"/queue/{correction.id}/decision", verdict | {"key": "b"})
    page = moderator.post(f"/queue/{correction.id}/decision", verdict | {"key": "c"})

    assert (lost.status_code, lost.json["error"]) == (409, "already_decided")
    assert (lost.json["who"], lost.json["same_outcome"]) == ("mira", True)
    assert page.status_code == 409
    assert "mira" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"action": "accept"}, 422, "invalid"),
        ({"action": "accept", "seen": 9}, 409, "stale_version"),
        ({"action": "reject", "seen": 1}, 422, "invalid"),
        ({"action": "reject", "seen": 1, "reason": "mood"}, 422, "invalid"),
        ({"action": "shrug", "seen": 1}, 422, "invalid"),
        ({"action": "accept", "seen": 1, "class": "fancy"}, 422, "invalid"),
        ({"action": "accept", "seen": 1, "notice": "Sorry."}, 422, "invalid"),
        ({"action": "reject", "seen": 1, "reason": "opinion", "note": "a" * 2001}, 422, "too_long"),
    ],
)
def test_a_verdict_that_says_nothing_usable_is_refused(moderator, fields, status, code):
    correction = a_correction(an_article())

    answer = moderator.post_json(f"/queue/{correction.id}/decision", fields)

    assert (answer.status_code, answer.json["error"]) == (status, code)
    db.session.rollback()
    assert db.session.get_one(Correction, correction.id).status == "pending"


@pytest.mark.parametrize(
    "path", ["/queue", "/queue/1", "/queue/next", "/outbox", "/outbox/1", "/outbox/1/html"]
)
def test_strangers_are_sent_to_sign_in(client, path):
    assert client.get(path, headers=JSON).status_code == 403
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_a_stranger_decides_nothing(app):
    correction = a_correction(an_article())
    path = f"/queue/{correction.id}/decision"

    answer = app.test_client().post(path, json={"action": "accept", "seen": 1}, headers=JSON)

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
    assert app.test_client().post(path, data={"action": "accept", "seen": 1}).status_code == 303


def test_a_post_without_the_pages_token_is_refused(moderator):
    correction = a_correction(an_article())

    answer = moderator.client.post(
        f"/queue/{correction.id}/decision", json={"action": "accept", "seen": 1}, headers=JSON
    )

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")


def test_a_disabled_account_is_out_at_once(moderator):
    assert moderator.get("/queue", headers=JSON).status_code == 200

    accounts.disable("max@courier.example", now=NOON)

    assert moderator.get("/queue", headers=JSON).status_code == 403


def test_an_account_that_comes_back_does_not_bring_its_sessions(moderator):
    accounts.disable("max@courier.example", now=NOON)
    accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)

    assert moderator.get("/queue", headers=JSON).status_code == 403


def test_next_is_the_oldest_that_waits(moderator):
    correction = a_correction(an_article())

    assert moderator.get("/queue/next").location == f"/queue/{correction.id}"


def test_an_empty_queue_says_so(moderator):
    assert moderator.get("/queue/next").location == "/queue"
    assert moderator.get("/queue").status_code == 200


def test_a_reader_s_words_are_shown_as_words_on_the_card(moderator):
    hostile = "<script>alert(1)</script>"
    correction = a_correction(an_article(), "May 2025", hostile, explanation=hostile, name=hostile)

    for path in ("/queue", f"/queue/{correction.id}"):
        page = moderator.get(path).get_data(as_text=True)
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;" in page


def test_the_card_of_every_kind_of_correction_can_be_opened(moderator):
    article = an_article()
    kinds = [
        a_correction(article, "the the", "the"),
        a_correction(article, "about ", ""),
        a_correction(article, "four million", None, explanation="Is it?"),
        a_correction(article, "high time", "time", source_url="https://a.example/", kind="fact"),
    ]

    for correction in kinds:
        assert moderator.get(f"/queue/{correction.id}").status_code == 200
    assert len(db.session.scalars(select(Correction)).all()) == 4


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**20])
def test_a_number_that_no_row_has_is_not_found(moderator, number):
    assert moderator.get(f"/queue/{number}").status_code == 404
    assert moderator.get(f"/outbox/{number}").status_code == 404


@pytest.mark.parametrize("field", ["note", "notice", "text", "reason", "key", "seen", "also"])
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("character", ["\0", "\ud800", "\x1f"])
def test_what_nothing_can_keep_is_named_to_moderators_too(moderator, field, accept, character):
    correction = a_correction(an_article())
    fields = {"action": "reject", "reason": "opinion", "seen": 1, field: f"a{character}b"}

    answer = moderator.client.post(
        f"/queue/{correction.id}/decision",
        json=fields,
        headers={"Accept": accept, "X-CSRFToken": moderator.token()},
    )

    assert answer.status_code == 422
    assert f"U+{ord(character):04X}" in answer.get_data(as_text=True)
    assert as_it_is(correction).status == "pending"


def test_what_a_moderator_writes_is_stored_in_one_form(moderator):
    correction = a_correction(an_article())

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision",
        {"action": "reject", "reason": "opinion", "seen": 1, "note": "one\r\ntwo"},
    )

    db.session.rollback()
    assert answer.status_code == 200
    assert decision.standing_of(correction).note == "one\ntwo"


def test_an_emptied_box_takes_the_words_out(moderator):
    correction = a_correction(an_article(), "about four", "about five")

    answer = moderator.post(
        f"/queue/{correction.id}/decision", {"action": "accept", "seen": 1, "text": ""} | YES
    )

    db.session.rollback()
    assert answer.status_code == 303
    assert "and cost million pounds" in correction.article.current.text


def test_the_readers_own_words_typed_again_are_the_readers(moderator):
    correction = a_correction(an_article(), "four million", "five million")

    moderator.post(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "text": "five million"} | YES,
    )

    db.session.rollback()
    assert decision.standing_of(correction).as_proposed


@pytest.mark.parametrize("text", [None, "   "])
def test_a_headline_cannot_be_taken_away(moderator, text):
    correction = a_correction(an_article(), "The harbour wall", "")

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision", {"action": "accept", "seen": 1, "text": text}
    )

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert answer.json["message"] == "The headline cannot be removed."


def test_a_field_at_fault_is_called_what_the_sender_calls_it(moderator):
    correction = a_correction(an_article())

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision", {"action": "accept", "seen": 1, "class": "loud"}
    )

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["class"])


def test_a_card_makes_nothing_up_where_the_words_were_edited(moderator, max_):
    article = an_article("A title", "One two three four five six.", "The end.")
    kept = a_correction(article, "three", "THREE")
    accept(a_correction(article, "two three four", "2 and many more words than before 4"), max_)

    page = moderator.get(f"/queue/{kept.id}").get_data(as_text=True)

    passage = page[page.index('<p class="passage"') :].partition("</p>")[0]
    assert "<ins>" not in passage
    assert "2 and many more words than before 4" in re.sub("<[^>]*>", "", passage)


def test_the_list_says_how_many_readers_stand_behind_each(moderator):
    article = an_article()
    leader = a_correction(article)
    for reader in "bc":
        a_correction(article, email=f"{reader}@reader.example")
    alone = a_correction(article, "May 2025", "May 2026", now=NOON + SECOND)

    items = moderator.get("/queue", headers=JSON).json["items"]

    assert {item["id"]: item["supporters"] for item in items} == {leader.id: 2, alone.id: 0}
    assert moderator.get(f"/queue/{leader.id}", headers=JSON).json["supporters"] == 2
    assert "+2 readers" in moderator.get("/queue").get_data(as_text=True)


@pytest.mark.parametrize("headers", [JSON, {}])
def test_a_long_list_asks_no_more_than_a_short_one(moderator, headers):
    counted = []
    for number in range(12):
        article = an_article(*HARBOUR, slug=f"wall-{number}")
        a_correction(article)
        a_correction(article, email="b@reader.example")
        if number in (1, 11):
            db.session.rollback()
            counted.append(statements(lambda: moderator.get("/queue", headers=headers)))

    assert counted[0] == counted[1]


def test_an_accept_asks_the_database_for_nothing_twice(moderator):
    mended = a_correction(an_article(), "the the", "the")
    fields = {"action": "accept", "seen": 1, "revision": 1, "class": "silent", "key": "k" * 22}
    headers = JSON | {"X-CSRFToken": moderator.token()}
    path = f"/queue/{mended.id}/decision"
    answers = []

    sent = statements(
        lambda: answers.append(moderator.client.post(path, json=fields, headers=headers))
    )

    assert answers[0].json["status"] == "accepted"
    assert sent <= 31  # with what begins and locks, of who asks, and the letter that is owed


def statements(act):
    """How many statements an act sends to the database."""
    sent = []

    def note(*args):
        sent.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.parametrize("reason", ["already_corrected", ""])
def test_a_correction_is_closed_without_a_verdict(moderator, reason):
    correction = a_correction(an_article(), replacement=None, explanation="Once is enough.")

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision", {"action": "supersede", "seen": 1, "reason": reason}
    )

    assert (answer.status_code, answer.json["status"]) == (200, "superseded")
    db.session.rollback()
    assert decision.standing_of(correction).reason == (reason or None)


@pytest.mark.parametrize(
    ("action", "reason"), [("supersede", "opinion"), ("reject", "already_corrected")]
)
def test_each_way_of_closing_has_its_own_reasons(moderator, action, reason):
    correction = a_correction(an_article())

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision", {"action": action, "seen": 1, "reason": reason}
    )

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert list(answer.json["fields"]) == ["reason"]


def test_a_refused_decision_keeps_what_was_typed(moderator):
    correction = a_correction(an_article())

    answer = moderator.post(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "text": "one", "class": "silent", "notice": "We erred."},
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "one</textarea>" in page
    assert "We erred." in page
    assert 'id="other-notice-fault"' in page
