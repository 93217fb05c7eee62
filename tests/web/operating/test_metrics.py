"""/metrics: figures in Prometheus' own grammar, for who holds the token and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter, Site
from corrections_app.web.operating.metrics import CONTENT_TYPE, written
from corrections_app.workflow import gauges
from corrections_app.workflow.clock import now
from corrections_app.workflow.gauges import Gauge
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import leases
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, an_article
from tests.web.operating.exposition import read
from tests.workflow.letters.test_outbox import a_letter

TOKEN = "a-token-of-some-length"
HOSTILE = 'a"b\\c\nd} 1\n# TYPE x gauge\r\u2028\x1bя'


@pytest.fixture
def watched(make_app):
    """An application with a token for its monitor."""
    app = make_app(METRICS_TOKEN=TOKEN)
    with app.app_context():
        yield app
        db.session.rollback()


def figures(app):
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return read(answer.get_data(as_text=True))


def test_there_is_none_unless_it_is_asked_for(client):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        *(None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN),
        *(f"Basic {TOKEN}", "Bearer \xe9", f"Bearer {TOKEN.upper()}"),
    ],
)
def test_without_the_token_nothing_is_said(watched, given):
    headers = {"Authorization": given} if given is not None else {}

    answer = watched.test_client().get("/metrics", headers=headers)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "corrections_waiting" not in answer.get_data(as_text=True)


def test_a_token_that_can_be_guessed_stops_the_start(make_app):
    with pytest.raises(Exception, match="CORRECTIONS_METRICS_TOKEN is 'short'; it must be 16"):
        make_app(METRICS_TOKEN="short")


def test_what_waits_is_said_in_prometheus_own_grammar(watched):
    one = a_correction(an_article())
    by = accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    leases.lease(one.id, by=by, now=now())
    dead, _ = a_letter(), a_letter("bo@reader.example")
    gauges.note("letters", NOON)
    with write() as session:
        session.get_one(Letter, dead).state = "dead"
        session.get_one(Letter, dead).refusal = "policy"
        known = {"kind": "page", "address": "https://x.example", "created_at": NOON}
        session.add(Site(name=HOSTILE, synced_at=NOON + timedelta(hours=1), **known))
        session.add(Site(name="never", **known))

    said = figures(watched)

    assert said["corrections_waiting"] == {(): 1}
    assert said["corrections_oldest_waiting_seconds"][()] > 0
    assert said["corrections_leased"] == {(): 1}
    letters = {labels[0][1]: value for labels, value in said["corrections_letters"].items()}
    assert letters == {"ready": 1, "sending": 0, "sent": 0, "dead": 1, "suppressed": 0}
    assert said["corrections_letters_oldest_unsent_seconds"][()] > 0
    assert said["corrections_letters_refused_for_policy"] == {(): 1}
    assert set(said["corrections_write_backs"].values()) == {0}
    seen = said["corrections_worker_last_seen_timestamp_seconds"]
    assert seen == {(("worker", "letters"),): NOON.timestamp()}
    assert said["corrections_site_last_sync_timestamp_seconds"] == {
        (("site", HOSTILE),): (NOON + timedelta(hours=1)).timestamp()
    }
    assert said["corrections_database_bytes"][()] > 0
    [labels] = said["corrections_database_info"]
    assert labels[0] == ("engine", db.engine.dialect.name)


def test_an_empty_newsroom_has_figures_too_and_they_cost_a_bounded_number_of_rows(watched):
    said = figures(watched)

    assert said["corrections_oldest_waiting_seconds"] == {(): 0}
    assert "corrections_worker_last_seen_timestamp_seconds" not in said


def test_nothing_is_counted_beyond_the_cap(watched, monkeypatch):
    monkeypatch.setattr(gauges, "CAPPED", 2)
    for number in range(3):
        a_letter(f"reader{number}@reader.example")

    assert figures(watched)["corrections_letters"][(("state", "ready"),)] == 2


def test_the_type_is_that_of_the_format(watched):
    answer = watched.test_client().get("/metrics", headers={"Authorization": f"bearer {TOKEN}"})

    assert answer.headers["Content-Type"] == CONTENT_TYPE
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("value", [0.0, 1764349200.5, 1e-9, 2.0**60, 10_000.0])
def test_a_figure_reads_back_as_it_was(value):
    [(labels, read_back)] = read(written([Gauge("x", "y\\z\nw", [({"a": HOSTILE}, value)])]))[
        "corrections_x"
    ].items()

    assert (labels, read_back) == ((("a", HOSTILE),), value)


def test_signs_of_life_are_noted_once_a_minute(watched):
    for seconds in (0, 30, 59, 60, 61):
        gauges.note("letters", NOON + timedelta(seconds=seconds))

    said = figures(watched)["corrections_worker_last_seen_timestamp_seconds"]
    assert said == {(("worker", "letters"),): NOON.timestamp() + 60}
