"""/accuracy: nothing while it is off, the same for everyone while it is on."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from corrections_app.web.answers import comma_separated
from corrections_app.web.newsroom import figures, public_figures
from corrections_app.web.reader import accuracy as page
from corrections_app.workflow.record import accuracy
from corrections_app.workflow.transaction import Act
from tests.web.conftest import JSON, text_of
from tests.workflow.record.test_accuracy import AUGUST, JULY, NOW, Desk

HOSTILE = '=HYPERLINK("http://evil.example")<b>'


@pytest.fixture(autouse=True)
def in_november(monkeypatch):
    for module in (page, public_figures, figures):
        monkeypatch.setattr(module, "now", lambda: NOW)


@pytest.fixture
def desk(app, mira):
    return Desk(mira.id)


@pytest.fixture
def public(desk, mira):
    desk.decides(40, JULY, "City")
    desk.decides(20, AUGUST, HOSTILE, accepted=False)
    desk.tells(AUGUST, "City")
    accuracy.show_to_readers(True, Act(mira, None, NOW))


@pytest.mark.parametrize("address", ["/accuracy", "/accuracy.csv"])
def test_while_it_is_off_there_is_a_sentence_and_nothing_else(client, desk, address):
    desk.decides(60, AUGUST)

    there, plain = client.get(address), client.get(address, headers=JSON)

    assert (there.status_code, plain.status_code) == (404, 404)
    assert "does not publish figures of its accuracy" in text_of(there)
    assert "City" not in text_of(there) + text_of(plain)


def test_the_log_and_the_policy_lead_to_it_while_it_is_on(client, public, mira):
    with_it = [text_of(client.get(page)) for page in ("/corrections", "/corrections/policy")]
    accuracy.show_to_readers(False, Act(mira, None, NOW))
    without = [text_of(client.get(page)) for page in ("/corrections", "/corrections/policy")]

    assert all('href="/accuracy"' in page for page in with_it)
    assert not any('href="/accuracy"' in page for page in without)


def test_too_few_are_told_as_too_few(client, desk, mira):
    accuracy.show_to_readers(True, Act(mira, None, NOW))
    desk.decides(50, AUGUST, "City")

    there = client.get("/accuracy")

    assert there.status_code == 200
    assert "There were 50 decisions or fewer in these months" in text_of(there)
    assert "City" not in text_of(there)
    assert client.get("/accuracy", headers=JSON).json == {"quarter": "2026-q3", "told": False}
    assert text_of(client.get("/accuracy.csv")).count("\r\n") == 1


def test_a_quarter_is_told_in_plots_and_tables(client, public):
    there = client.get("/accuracy?quarter=2026-q3")

    html = text_of(there)
    for words in ("July to September 2026", "July 2026", "67 %", "100 %", "City", "&lt;b&gt;"):
        assert words in html
    assert "<script" not in html
    assert "Set-Cookie" not in there.headers
    assert "no-cache" in there.headers["Cache-Control"]
    assert "public" in there.headers["Cache-Control"]
    assert "Accept" in there.headers["Vary"]
    again = client.get(
        "/accuracy?quarter=2026-q3", headers={"If-None-Match": there.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/accuracy?quarter=2026-q4").status_code == 404
    assert client.get("/accuracy?quarter=x").status_code == 422


def test_the_table_for_programs_says_the_same_and_computes_nothing(client, public):
    told = client.get("/accuracy", headers=JSON).json
    there = client.get("/accuracy.csv?quarter=2026-q3")

    rows = list(csv.reader(io.StringIO(text_of(there))))
    assert there.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0][:5] == ["quarter", "group", "name", "published", "decisions"]
    assert rows[1] == ["2026-q3", "all", "", "1", "60", "40", "3600", ""]
    assert [row[2] for row in rows if row[1] == "section"] == ["'" + HOSTILE, "City"]
    assert told["all"] == {
        "published": 1, "decisions": 60, "accepted": 40, "to_decision": 3600,
        "to_correction": None,
    }  # fmt: skip
    assert [one["name"] for one in told["by_month"]] == ["2026-07", "2026-08", "2026-09"]


@pytest.mark.parametrize("sign", list("=+-@\t\r"))
def test_no_cell_is_a_formula(sign):
    assert comma_separated([[f"{sign}1", -1, ""]]).lstrip('"').startswith("'")


def test_an_editor_sees_what_readers_would_before_they_do(client, desk, editor):
    desk.decides(60, AUGUST)
    before = text_of(editor.get("/figures/accuracy"))

    on = editor.post("/figures/accuracy", {"public": "on", "key": "k"})

    assert "Readers cannot see these figures." in before
    assert "August 2026" in before
    assert (on.status_code, client.get("/accuracy").status_code) == (303, 200)
    assert "Readers can see these figures" in text_of(editor.get("/figures/accuracy"))
    off = editor.post_json("/figures/accuracy", {"public": "off"})
    assert (off.json, client.get("/accuracy").status_code) == ({"public": False}, 404)
    assert editor.post_json("/figures/accuracy", {"public": "maybe"}).status_code == 422


def test_a_moderator_neither_sees_nor_turns(client, moderator):
    assert moderator.get("/figures/accuracy").status_code == 403
    assert moderator.post_json("/figures/accuracy", {"public": "on"}).status_code == 403
    assert client.post("/figures/accuracy", json={"public": "on"}, headers=JSON).status_code == 403
    assert accuracy.is_public() is False


def test_staff_have_the_same_by_section_and_author(desk, editor):
    recent = datetime(2026, 11, 20, tzinfo=UTC)
    desk.decides(3, recent, "City")
    desk.decides(1, recent, "Sport", accepted=False)

    told = editor.get("/figures?days=30", headers=JSON).json
    html = text_of(editor.get("/figures?days=30"))
    city = editor.get("/figures?days=30&section=City", headers=JSON).json

    assert [(one["name"], one["accepted"]) for one in told["by_section"]] == [
        ("City", 3),
        ("Sport", 0),
    ]
    assert [one["name"] for one in told["by_author"]] == ["By City", "By Sport"]
    assert [one["name"] for one in city["by_author"]] == ["By City"]
    assert "Accuracy by author" in html
    assert "By Sport" in html
