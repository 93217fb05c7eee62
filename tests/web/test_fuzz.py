"""Two thousand requests of bad faith over every route: no answer is a failure of ours.

``python -m tests.bench.fuzz`` sends as many as wanted.
"""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.workflow.sites import pings
from tests.doors import Newsroom
from tests.fuzzing import Fuzzer
from tests.workflow.invariants import broken

pytestmark = pytest.mark.long


def test_nothing_that_is_sent_to_any_route_breaks_it(make_app, monkeypatch):
    monkeypatch.setattr(pings, "ask", lambda site, reference: None)
    app = make_app(own=True)
    fuzzer = Fuzzer(Newsroom(app), seed=17)

    fuzzer.run(2_000)

    assert fuzzer.faults == []
    # It got through: to pages, to what is done, and to each kind of refusal.
    assert set(fuzzer.statuses) >= {200, 303, 403, 404, 405, 413, 415, 422}
    with app.app_context():
        assert broken(db.session()) == []
