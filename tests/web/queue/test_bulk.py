"""/queue/bulk: what is ticked is shown whole, done row by row, and taken back together."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Reason
from corrections_app.extensions import db
from corrections_app.models import Bulk, Correction
from tests.builders import a_correction, an_article
from tests.web.conftest import JSON, as_it_is, decided, text_of

WORDS = {"teh": "the", "wich": "which", "untill": "until"}


@pytest.fixture
def slips(app):
    article = an_article("A title", f"Here stand {' and '.join(WORDS)} alone.")
    return [a_correction(article, *pair) for pair in WORDS.items()]


def preview(browser, corrections, act="reject", **more):
    asked = {"act": act, "selected": [one.id for one in corrections]} | more
    return browser.get("/queue/bulk", query_string=asked)


def fields_of(page, **more):
    """What a browser sends of the form that a page shows, with every box ticked."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    hidden = {name: unescape(value) for name, value in found}
    items = re.findall(r'name="item" value="([^"]+)"', page)
    shown = re.findall(r'name="shown" value="(\d+)"', page)
    return hidden | {"item": items, "shown": shown} | more


def done(browser, corrections, act="reject", **more):
    """The act, as somebody without scripts does it: look, then press."""
    page = text_of(preview(browser, corrections, act))
    if act == "reject":
        more.setdefault("reason", Reason.HOUSE_STYLE.value)
    return browser.post("/queue/bulk", fields_of(page, **more))


def statuses(corrections):
    return [as_it_is(one).status for one in corrections]


def test_the_preview_shows_every_row_and_changes_nothing(moderator, slips):
    page = text_of(preview(moderator, slips, "accept"))

    for wrong, right in WORDS.items():
        assert f"<del><bdi>{wrong}</bdi></del>" in page
        assert f"<ins><bdi>{right}</bdi></ins>" in page
    assert statuses(slips) == ["pending"] * 3
    assert db.session.query(Bulk).count() == 0


def test_the_form_carries_what_was_seen_of_each_row(moderator, slips):
    page = text_of(preview(moderator, slips, "accept"))

    assert fields_of(page)["item"] == [f"{one.id}:1:1" for one in slips]


def test_what_was_ticked_is_done_and_shown_on_a_page_that_stays(moderator, slips):
    answer = done(moderator, slips, "accept")

    assert answer.status_code == 303
    page = text_of(moderator.get(answer.location))
    assert "3 of 3 accepted" in page
    assert statuses(slips) == ["accepted"] * 3


def test_a_row_unticked_in_the_preview_stays(moderator, slips):
    page = text_of(preview(moderator, slips, "accept"))
    fields = fields_of(page)

    moderator.post("/queue/bulk", fields | {"item": fields["item"][:2]})

    assert statuses(slips) == ["accepted", "accepted", "pending"]


def test_what_carries_a_warning_is_listed_and_not_offered(moderator):
    article = an_article()
    slip, fact = a_correction(article), a_correction(article, "May 2025", "May 2026")

    page = text_of(preview(moderator, [slip, fact], "accept"))

    assert fields_of(page)["item"] == [f"{slip.id}:1:1"]
    assert "It carries a warning" in page
    assert "May 2026" in page or "2026" in page


def test_what_failed_says_why_and_stays_ticked(moderator, editor, slips):
    page = text_of(preview(moderator, slips))
    decided(editor, slips[1])

    answer = moderator.post("/queue/bulk", fields_of(page, reason="spam"))

    shown = text_of(moderator.get(answer.location))
    assert "2 of 3 rejected" in shown
    assert "mira was faster" in shown


def test_a_row_that_could_not_be_done_yet_can_be_done_from_there(moderator, slips):
    page = text_of(preview(moderator, slips))
    fields = fields_of(page, reason="spam")
    fields["item"] = [f"{slips[0].id}:9:1", *fields["item"][1:]]

    shown = text_of(moderator.get(moderator.post("/queue/bulk", fields).location))

    ticked = re.findall(r'name="selected" value="(\d+)" data-pick checked', shown)
    assert ticked == [str(slips[0].id)]


def test_sending_the_same_form_twice_shows_the_same_results(moderator, slips):
    fields = fields_of(text_of(preview(moderator, slips)), reason="spam")

    answers = [moderator.post("/queue/bulk", fields) for _ in range(2)]

    assert answers[0].location == answers[1].location
    db.session.rollback()
    assert db.session.query(Bulk).count() == 1


def test_a_reason_that_is_missing_leaves_everything_as_it_was_typed(moderator, slips):
    answer = done(moderator, slips, reason="", note="Our style is otherwise.")

    page = text_of(answer)
    assert answer.status_code == 422
    assert "Our style is otherwise." in page
    assert len(fields_of(page)["item"]) == 3
    assert statuses(slips) == ["pending"] * 3


@pytest.mark.parametrize(("number", "status"), [(0, 422), (20, 200), (21, 422)])
def test_a_moderator_acts_on_twenty_at_most(moderator, app, number, status):
    asked = {"act": "skip", "selected": list(range(1, number + 1))}

    answer = moderator.get("/queue/bulk", query_string=asked)

    assert answer.status_code == status
    assert ("select 20 at most" in text_of(answer)) is (number > 20)


def test_an_editor_acts_on_a_hundred_at_most(editor, app):
    asked = {"act": "skip", "selected": list(range(101))}

    assert "select 100 at most" in text_of(editor.get("/queue/bulk", query_string=asked))


def test_of_too_many_some_can_be_unticked_where_it_is_said(moderator, slips):
    many = [one.id for one in slips] + list(range(100, 120))

    page = text_of(moderator.get("/queue/bulk", query_string={"act": "skip", "selected": many}))

    assert "select 20 at most" in page
    assert len(fields_of(page)["item"]) == 3


@pytest.mark.parametrize("act", ["", "withdraw", "hold"])
def test_nothing_else_is_done_with_many(moderator, slips, act):
    assert preview(moderator, slips, act).status_code == 422
    answer = moderator.post("/queue/bulk", {"act": act, "item": [f"{slips[0].id}:1:1"]})
    assert answer.status_code == 422


def test_rows_that_were_unticked_are_still_there_where_something_is_missing(moderator, slips):
    fields = fields_of(text_of(preview(moderator, slips)), reason="")

    some = text_of(moderator.post("/queue/bulk", fields | {"item": fields["item"][:1]}))
    none = text_of(moderator.post("/queue/bulk", fields | {"item": [], "reason": "spam"}))

    assert len(fields_of(some)["item"]) == len(fields_of(none)["item"]) == 3
    assert some.count("data-pick checked") == 1
    assert none.count("data-pick checked") == 0
    assert "Select at least one correction." in none


@pytest.mark.parametrize("fields", [{"note": "a\0b"}, {"reason": "spam\0"}, {"key": "\0"}])
def test_no_text_of_a_form_breaks_anything(moderator, slips, fields):
    known = {"act": "reject", "reason": "spam", "item": f"{slips[0].id}:1:1"}

    answer = moderator.post("/queue/bulk", known | fields)

    assert answer.status_code == 422
    assert "U+0000" in text_of(answer)
    db.session.rollback()
    assert {one.status for one in db.session.scalars(select(Correction))} == {"pending"}


@pytest.mark.parametrize(
    "item",
    ["", "1", "1:1", "1:1:x", "1:1:1:1", "-1:1:1", "²:1:1", "1:9999999999:1", "1:1:2147483648"],
)
def test_a_row_that_is_none_is_refused(moderator, slips, item):
    answer = moderator.post("/queue/bulk", {"act": "skip", "item": item})

    assert answer.status_code == 422


def test_the_whole_act_is_undone_from_its_page(moderator, slips):
    there = done(moderator, slips, "accept").location

    answer = moderator.post(f"{there.partition('?')[0]}/undo", {})

    assert answer.status_code == 303
    assert "3 undone" in text_of(moderator.get(answer.location))
    assert statuses(slips) == ["pending"] * 3


def test_undoing_the_latest_takes_back_the_whole_act_and_shows_it(moderator, slips):
    done(moderator, slips, "accept")

    answer = moderator.post("/queue/undo", {"key": "z"})

    assert answer.location.startswith("/queue/bulk/")
    assert statuses(slips) == ["pending"] * 3


def test_programs_act_on_many_too(moderator, slips):
    rows = [f"{one.id}:1:1" for one in slips]
    answer = moderator.post_json(
        "/queue/bulk", {"act": "reject", "reason": "spam", "key": "k", "item": rows}
    )

    assert answer.json["items"] == [{"id": one.id, "code": "done", "message": ""} for one in slips]
    assert moderator.get(f"/queue/bulk/{answer.json['bulk']}", headers=JSON).json == answer.json
    undone = moderator.post_json("/queue/undo", {"key": "z"}).json
    assert undone["bulk"] == answer.json["bulk"]


def test_a_colleagues_act_is_shown_and_not_undone(moderator, editor, slips):
    there = done(editor, slips).location.partition("?")[0]

    assert moderator.get(there).status_code == 200
    assert moderator.post(f"{there}/undo", {}).status_code == 403
    assert "Undo all of it" not in text_of(moderator.get(there))


def test_a_stranger_sees_and_does_nothing(client, slips):
    assert client.get("/queue/bulk").status_code == 303
    assert client.get("/queue/bulk/1").status_code == 303
    assert client.post("/queue/bulk", data={}, headers=JSON).status_code == 403


def test_an_act_that_there_is_not_is_not_found(moderator):
    assert moderator.get("/queue/bulk/7").status_code == 404
    assert moderator.post("/queue/bulk/7/undo", {}).status_code == 404


def test_the_way_back_leads_to_the_list_as_it_was(moderator, slips):
    page = text_of(preview(moderator, slips, back="kind=typo&order=oldest&after=x&evil=1"))
    answer = moderator.post("/queue/bulk", fields_of(page, reason="spam"))

    assert 'href="/queue?kind=typo&amp;order=oldest"' in text_of(moderator.get(answer.location))


def test_the_rest_of_a_readers_corrections_are_found_from_one_of_them(moderator, slips):
    other = a_correction(slips[0].article, "alone", "a lone", email="bo@reader.example")

    page = text_of(moderator.get(f"/queue?like={slips[0].id}"))

    found = re.findall(r'name="selected" value="(\d+)"', page)
    assert sorted(found) == sorted(str(one.id) for one in slips)
    assert str(other.id) not in found
    assert "ada@reader.example" not in page
    assert db.session.get(Correction, other.id)
