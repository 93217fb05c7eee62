"""Cards of the same words are pressed for at one moment, by two colleagues."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import Correction, FoundElsewhere, User
from corrections_app.workflow import audit
from corrections_app.workflow.house_rules import keeping
from corrections_app.workflow.submitting import elsewhere, same_words
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, an_article
from tests.racing import at_once, meeting_before
from tests.workflow.invariants import broken

ROOT = Path(__file__).parents[3]
KYIV = Rule(0, "Kyiv", ("Kiev", "Kiew"), "It is the Ukrainian name.")
# What one process does: it waits for the word, and presses.
PRESS = """
import json, sys
from corrections_app import create_app
from tests.workflow.submitting.test_elsewhere_races import press
app = create_app(json.loads(sys.argv[1]))
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    print(press(*json.loads(sys.argv[2])), flush=True)
"""


def press(person_id: int, rule_id: int, reason: str = KYIV.reason) -> int:
    """Make cards of all places, as the rule was worded when this person looked: how many."""
    rule = replace(keeping.one(rule_id), reason=reason)
    by = db.session.get_one(User, person_id)
    return elsewhere.make(same_words.by_rule(rule), None, Act(by, None, NOON)).made


@pytest.fixture
def rule(app, mira):
    number = keeping.add(KYIV, by=mira, now=NOON)
    an_article("First", "From Kiev to KIEW, not Kievan.", "Kiev’s walls.", slug="first")
    an_article("Second", "In Kyiv, and once in kiev.", slug="second")
    return number


def check(made):
    db.session.rollback()
    counts = [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (Correction, FoundElsewhere)
    ]
    assert (sum(made), counts) == (4, [4, 4])
    assert list(audit.verify(db.session())) == []
    assert list(broken(db.session())) == []


@pytest.mark.parametrize("reason", [KYIV.reason, "It is."])
def test_two_who_press_at_one_moment_make_none_twice(app, rule, max_, mira, reason):
    acts = [(max_.id, rule), (mira.id, rule, reason)]
    with meeting_before("SELECT corrections.id, corrections.article_id", len(acts)):
        made = at_once(app, *(lambda act=act: press(*act) for act in acts))

    check(made)


@pytest.mark.long
def test_from_two_processes_too(app, rule, max_, mira, database, tmp_path):
    acts = [(max_.id, rule), (mira.id, rule, "It is.")]
    settings = {"DATABASE_URL": database, "INSTANCE": str(tmp_path / "pressing")}
    settings["SECRET_KEY"] = app.config["SECRET_KEY"]
    db.session.rollback()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PRESS, json.dumps(settings), json.dumps(act)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for act in acts
    ]
    for one in running:
        assert one.stdout.readline().strip() == "ready"
    for one in running:
        one.stdin.write("go\n")
        one.stdin.flush()

    check([int(one.communicate(timeout=60)[0]) for one in running])
