"""Editors word the reasons for rejecting."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import ReasonWording
from tests.builders import a_correction, an_article
from tests.web.conftest import JSON

WORDS = {"label": "House rules", "sentence": "We keep to our own rules.", "active": "1"}


def reason(code="house_style"):
    db.session.rollback()
    return db.session.get_one(ReasonWording, code)


def test_every_reason_is_listed_with_its_words(editor):
    items = editor.get("/reasons", headers=JSON).json["items"]

    assert [item["code"] for item in items][:2] == ["not_an_error", "house_style"]
    assert set(items[0]) == {"code", "label", "sentence", "neutral", "sends_letter", "active"}
    page = editor.get("/reasons").get_data(as_text=True)
    assert all(item["sentence"] in page for item in items)


def test_an_editor_words_a_reason_anew(editor):
    answer = editor.post("/reasons/house_style", WORDS)

    assert answer.status_code == 303
    assert "Saved." in editor.get(answer.location).get_data(as_text=True)
    kept = reason()
    assert (kept.label, kept.sentence) == ("House rules", "We keep to our own rules.")
    assert (kept.neutral, kept.sends_letter, kept.active) == (False, False, True)


def test_new_words_are_what_moderators_choose_and_readers_read(app, editor):
    editor.post("/reasons/house_style", WORDS | {"sends_letter": "1"})
    correction = a_correction(an_article())
    path = f"/queue/{correction.id}"

    card = editor.get(path).get_data(as_text=True)
    decided = editor.post_json(
        f"{path}/decision", {"action": "reject", "reason": "house_style", "seen": 1}
    )

    assert "House rules" in card
    assert decided.status_code == 200
    assert "House rules" in editor.get(path).get_data(as_text=True)


def test_a_reason_that_is_retired_cannot_be_chosen(editor):
    answer = editor.post_json("/reasons/opinion", {"label": "Opinion", "sentence": "It is one."})
    correction = a_correction(an_article())

    refused = editor.post_json(
        f"/queue/{correction.id}/decision", {"action": "reject", "reason": "opinion", "seen": 1}
    )

    assert answer.json["active"] is False
    assert (refused.status_code, refused.json["error"]) == (422, "invalid")
    assert list(refused.json["fields"]) == ["reason"]
    assert 'value="opinion"' not in editor.get(f"/queue/{correction.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "code", "at_fault"),
    [
        ({"sentence": " "}, "invalid", "sentence"),
        ({"label": ""}, "invalid", "label"),
        ({"label": "a" * 101}, "too_long", "label"),
        ({"sentence": "a" * 2001}, "too_long", "sentence"),
    ],
)
def test_a_reason_has_a_label_and_a_sentence(editor, fields, code, at_fault):
    sent = WORDS | {"sentence": "What was typed stays."} | fields

    answer = editor.post_json("/reasons/house_style", sent)
    page = editor.post("/reasons/house_style", sent)

    assert (answer.status_code, answer.json["error"]) == (422, code)
    assert list(answer.json["fields"]) == [at_fault]
    assert page.status_code == 422
    assert f'id="{at_fault}-fault"' in page.get_data(as_text=True)
    assert sent["sentence"].strip() in page.get_data(as_text=True)
    assert reason().label == "House style"


def test_an_unknown_reason_is_not_found(editor):
    assert editor.get("/reasons/mood", headers=JSON).status_code == 404
    assert editor.post_json("/reasons/mood", WORDS).status_code == 404


def test_moderators_have_no_say(moderator):
    for path in ("/reasons", "/reasons/house_style"):
        assert moderator.get(path, headers=JSON).status_code == 403
    assert moderator.post_json("/reasons/house_style", WORDS).status_code == 403
    assert "/reasons" not in moderator.get("/queue").get_data(as_text=True)


def test_strangers_are_sent_to_sign_in(client):
    assert client.get("/reasons", headers=JSON).status_code == 403
    assert client.get("/reasons").status_code == 303
    assert client.post("/reasons/house_style", data=WORDS).status_code == 303


def test_a_post_without_the_pages_token_is_refused(editor):
    answer = editor.client.post("/reasons/house_style", json=WORDS, headers=JSON)

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
    assert reason().label == "House style"


NEW = {"label": "Satire, not news", "sentence": "This column is satire.", "sends_letter": "1"}


def codes(browser):
    return [item["code"] for item in browser.get("/reasons", headers=JSON).json["items"]]


def test_a_reason_is_added_before_the_one_in_own_words_and_can_be_chosen(editor, app):
    before = codes(editor)
    answer = editor.post("/reasons", NEW)
    correction = a_correction(an_article())
    card = editor.get(f"/queue/{correction.id}").get_data(as_text=True)
    chosen = {"action": "reject", "reason": "satire_not_news", "seen": 1}

    assert answer.location == "/reasons/satire_not_news?done=added"
    assert "moderators can choose it now" in editor.get(answer.location).get_data(as_text=True)
    assert codes(editor) == [*before[:-1], "satire_not_news", "other"]
    assert 'value="satire_not_news" data-digit="9"' in card
    assert editor.post_json(f"/queue/{correction.id}/decision", chosen).status_code == 200
    found = editor.get("/queue?reason=satire_not_news", headers=JSON).json["items"]
    assert [item["id"] for item in found] == [correction.id]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Не новина", "reason"),
        ("Café №2!", "cafe_no2"),
        ("Opinion", "opinion_2"),
        ("x" * 90, "x" * 36),
    ],
)
def test_every_label_gets_a_code_of_its_own(editor, label, code):
    editor.post_json(
        "/reasons/opinion", {"label": "View", "sentence": "It is one.", "active": True}
    )
    made = [editor.post_json("/reasons", NEW | {"label": name}) for name in (label, f"{label} .")]

    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json["code"] == code
    assert made[1].json["code"] not in (code, "")
    assert len(set(codes(editor))) == len(codes(editor))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"label": " "}, "label"),
        ({"sentence": ""}, "sentence"),
        ({"label": "Opinion"}, "label"),
        ({"label": "x" * 101}, "label"),
    ],
)
def test_a_reason_that_says_nothing_new_is_refused(editor, fields, field):
    before = codes(editor)
    editor.post_json("/reasons/opinion", {"label": "OPINION", "sentence": "It is one."})
    answer = editor.post_json("/reasons", NEW | fields)
    page = editor.post("/reasons", NEW | fields)

    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert field == "sentence" or NEW["sentence"] in page.get_data(as_text=True)
    assert codes(editor) == before


def test_reasons_change_places_and_the_one_in_own_words_stays_last(editor):
    before = codes(editor)
    first, second, *rest = before

    answer = editor.post(f"/reasons/{second}/move", {"to": "up"})
    assert answer.location == f"/reasons?moved={second}#reason-{second}"
    assert codes(editor) == [second, first, *rest]
    for code, to in ((second, "up"), (before[-2], "down")):  # they stand at the ends
        assert editor.post_json(f"/reasons/{code}/move", {"to": to}).status_code == 200
    assert codes(editor) == [second, first, *rest]
    assert editor.post_json("/reasons/other/move", {"to": "up"}).status_code == 404
    assert editor.post_json(f"/reasons/{first}/move", {"to": "left"}).status_code == 422
    card = editor.get(f"/queue/{a_correction(an_article()).id}").get_data(as_text=True)
    assert f'value="{second}" data-digit="1"' in card


def test_moderators_neither_add_nor_move(moderator):
    for path, fields in (("/reasons", NEW), ("/reasons/opinion/move", {"to": "up"})):
        assert moderator.post_json(path, fields).status_code == 403


def test_no_reason_takes_the_name_of_another_when_it_is_worded_anew(editor):
    known = {one["code"]: one for one in editor.get("/reasons", headers=JSON).json["items"]}
    said = {"sentence": "We think so.", "active": True}
    taken = editor.post_json("/reasons/opinion", said | {"label": "house  style"})
    own = editor.post_json("/reasons/opinion", said | {"label": known["opinion"]["label"].upper()})

    assert known["house_style"]["label"] == "House style"
    assert (taken.status_code, list(taken.json["fields"])) == (422, ["label"])
    assert own.status_code == 200


def test_a_label_is_one_line(editor):
    added = editor.post_json("/reasons", {"label": "One\nline", "sentence": "Said."})

    assert added.json["label"] == "One line"
