"""Editors keep the house rules on pages of their own; readers read them at /rules."""

from __future__ import annotations

import re

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.house_rules import keeping
from tests.builders import an_article
from tests.web.conftest import JSON, text_of
from tests.web.test_kept_pages import Server

LIST = "/rules/editing"
KYIV = {
    "preferred": "Kyiv",
    "forms": "Kiev\nKiew\n",
    "reason": "It is the <Ukrainian> name.",
    "link": "https://example.org/kyiv",
    "lang": "",
    "whole_words": "1",
}
HOSTILE = "<script>alert(1)</script>"


def rules():
    db.session.rollback()
    return keeping.everything()


def test_a_rule_is_added_changed_and_switched_off(editor, client):
    assert "No rules have been published yet." in text_of(client.get("/rules"))
    added = editor.post(LIST, KYIV)

    assert added.status_code == 303
    page = text_of(editor.get(added.location))
    assert "Added. Readers are told of it from now on." in page
    assert "It is the &lt;Ukrainian&gt; name." in page
    told = text_of(client.get("/rules"))
    assert "<bdi>Kyiv</bdi></dt>" in told
    assert "not “<bdi>Kiev</bdi>” or “<bdi>Kiew</bdi>”." in told
    assert "It is the &lt;Ukrainian&gt; name." in told
    assert 'href="https://example.org/kyiv"' in told
    [rule] = rules()
    where = f"/rules/{rule.number}"
    changed = editor.post(where, KYIV | {"lang": "en", "case_sensitive": "1"})
    assert changed.status_code == 303
    [rule] = rules()
    assert (rule.active, rule.lang, rule.case_sensitive) == (False, "en", True)
    assert "switched off" in text_of(editor.get(LIST))
    assert "Kyiv" not in text_of(client.get("/rules"))


def test_programs_keep_rules_too(editor, moderator):
    sent = KYIV | {"forms": ["Kiev", "Kiew"], "whole_words": True}

    added = editor.post_json(LIST, sent)

    assert added.status_code == 201
    assert added.json["forms"] == ["Kiev", "Kiew"]
    assert (added.json["whole_words"], added.json["case_sensitive"]) == (True, False)
    assert editor.get(LIST, headers=JSON).json["items"] == [added.json]
    where = f"/rules/{added.json['number']}"
    assert editor.get(where, headers=JSON).json == added.json
    assert editor.post_json(where, sent | {"active": True}).json == added.json
    assert moderator.get(where, headers=JSON).status_code == 403
    assert moderator.post_json(LIST, sent).status_code == 403


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"preferred": " "}, "preferred"),
        ({"forms": ""}, "forms"),
        ({"forms": "Kyiv"}, "forms"),
        ({"reason": ""}, "reason"),
        ({"link": "ftp://x"}, "link"),
        ({"lang": "Ukrainian"}, "lang"),
        ({"preferred": "Kiev", "forms": "Kyiv"}, "preferred"),  # the other way round
        ({"preferred": "Kijów", "forms": "kiew"}, "forms"),
    ],
)
def test_what_is_refused_says_why_beside_its_field_and_keeps_what_was_typed(
    editor, fields, at_fault
):
    editor.post(LIST, KYIV)
    sent = KYIV | {"preferred": "Kharkiv", "forms": "Kharkov", "reason": "As typed."} | fields

    page = editor.post(LIST, sent)
    answer = editor.post_json(LIST, sent)

    assert (page.status_code, answer.status_code) == (422, 422)
    assert list(answer.json["fields"]) == [at_fault]
    assert f'id="{at_fault}-fault"' in text_of(page)
    assert sent["reason"] in text_of(page)
    assert len(rules()) == 1


def test_nothing_of_a_rule_is_code(editor, client):
    hostile = KYIV | {
        "preferred": HOSTILE,
        "forms": f"{HOSTILE}x\n“{{{{ 1 }}}}”",
        "reason": HOSTILE,
    }
    where = editor.post(LIST, hostile).location

    pages = [text_of(editor.get(where)), text_of(editor.get(LIST)), text_of(client.get("/rules"))]

    assert all("&lt;script&gt;alert" in page for page in pages)
    assert not any(HOSTILE in page for page in pages)


def test_the_page_of_rules_is_kept_until_a_rule_changes(app, editor):
    server = Server(app)
    first, _, was_asked = server.again("/rules")
    assert first.status_code == 200
    assert not was_asked
    assert "set-cookie" not in {name.lower() for name, _ in first.headers}

    editor.post(LIST, KYIV)

    assert b"Kyiv" in server.get("/rules").data
    server.kept.close()


def test_from_a_rule_to_cards_of_what_it_does_not_write(editor, moderator):
    an_article("One", "From Kiev <b> to Lviv.", slug="one")
    an_article("Two", "Kiew and Kiev.", slug="two")
    where = editor.post(LIST, KYIV).location.partition("?")[0]
    page = text_of(editor.get(where))
    assert "What we do not write is in 2 articles." in page
    listed = text_of(editor.get(f"{where}/elsewhere"))
    places = re.findall(r'name="place" value="([^"]+)" checked', listed)
    assert len(places) == 3
    assert "<b>" not in listed

    none = editor.post(f"{where}/elsewhere", {"listed": "1"})
    made = editor.post(f"{where}/elsewhere", {"listed": "1", "place": places[:2]})
    rest = editor.post_json(f"{where}/elsewhere", {})

    assert none.status_code == 422
    assert "Tick at least one place." in text_of(none)
    assert made.status_code == 303
    assert "2 cards were made." in text_of(editor.get(made.location))
    assert rest.json == {"made": 1}
    assert "No article has what we do not write" in text_of(editor.get(where))
    assert editor.get(f"{where}/elsewhere", headers=JSON).json == []
    assert moderator.post_json(f"{where}/elsewhere", {}).status_code == 403
    an_article("Three", "Kiev.", slug="three")
    editor.post(where, KYIV)  # switched off: nobody is sent anything by it
    assert "These words are nowhere else" in text_of(editor.get(f"{where}/elsewhere"))
    assert editor.post_json(f"{where}/elsewhere", {}).json == {}
    db.session.rollback()
    card = db.session.get_one(Correction, 1)
    shown = text_of(moderator.get(f"/queue/{card.id}"))
    assert "mira, who found the same words elsewhere" in shown
    own = editor.post_json(
        f"/queue/{card.id}/decision", {"action": "accept", "seen": 1, "revision": 1}
    )
    assert (own.status_code, own.json["error"]) == (403, "not_permitted")
