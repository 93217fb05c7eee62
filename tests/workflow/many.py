"""Six slips of one sentence, and the acts on many of them."""

from __future__ import annotations

import pytest

from corrections_app.domain.lifecycle import Action, Reason
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import reading
from corrections_app.workflow.deciding import bulk
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, an_article

SLIPS = ("teh", "recieve", "wich", "untill", "goverment", "occured")
RIGHT = ("the", "receive", "which", "until", "government", "occurred")
SENTENCE = " and ".join(SLIPS)
REJECT = {"action": Action.REJECT, "reason": Reason.SPAM}


@pytest.fixture
def slips(app):
    """Six slips of one sentence, each with a correction."""
    article = an_article("A title", f"Here stand {SENTENCE} alone.")
    return [a_correction(article, *pair) for pair in zip(SLIPS, RIGHT, strict=True)]


def seen(correction):
    db.session.rollback()
    found = db.session.get_one(Correction, correction.id)
    return Seen(found.id, found.version, found.article.head)


def act(corrections, action=Action.ACCEPT, **more):
    return Batch(action, tuple(seen(one) for one in corrections), **more)


def carried_out(corrections, by, action=Action.ACCEPT, key="k", now=NOON, **more):
    return bulk.carry_out(act(corrections, action, **more), Act(by, key, now))


def codes(bulk_id):
    return [item.answer["code"] for item in bulk.one(bulk_id).items]


def statuses(corrections):
    db.session.rollback()
    return [db.session.get_one(Correction, one.id).status for one in corrections]


def text():
    db.session.rollback()
    return reading.article_at("harbour-wall").current.text
