"""Withheld words of a notice leave every place that shows notices, and stay in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import (
    AlreadyDecided,
    BadKey,
    Invalid,
    NeedsConfirmation,
    NotFound,
    NotPermitted,
    StaleVersion,
)
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Notice, NoticeChange, User
from corrections_app.workflow import audit
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.record import acts, withholding
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, a_correction, accept, an_article
from tests.racing import at_once
from tests.web.conftest import Moderator, sign_in_as, text_of

SAID = "It will cost five million, and the mayor knew."
WHY = "A court has forbidden the <i>last</i> words."
AFTER = NOON + timedelta(minutes=11)
LATER = AFTER + timedelta(minutes=1)


@pytest.fixture
def notice(app, max_, mira):
    """A public notice that was worded anew once."""
    correction = a_correction(an_article(), "four million", "five million", name="Ann", credit=True)
    told = {"change_class": ChangeClass.CORRECTION, "notice": SAID, "thanks": (correction.id,)}
    accept(correction, max_, **told)
    only = db.session.scalars(select(Notice)).one()
    acts.reword(only.id, "It will cost five million.", "The mayor denies it.", 0, act(mira))
    return only


def act(by, key=None, now=AFTER):
    return Act(by, key, now)


def withhold(notice_id, by, *, reason=WHY, key=None, now=LATER, confirmed=True):
    return withholding.withhold(notice_id, reason, act(by, key, now), confirmed=confirmed)


def only():
    db.session.rollback()
    return db.session.scalars(select(Notice)).one()


def test_a_tombstone_stays_and_the_audit_keeps_the_words(notice, mira):
    before = notice.id

    done = withhold(notice.id, mira)

    assert (done.notice, done.at) == (before, LATER.isoformat())
    now = only()
    assert (now.words, now.thanks, now.marks) == ("", None, None)
    assert (now.withheld_at, now.withheld_reason) == (LATER, WHY)
    reworded, withheld = db.session.scalars(select(NoticeChange).order_by(NoticeChange.id))
    assert (reworded.kind, reworded.words, reworded.note) == ("reworded", None, None)
    assert (withheld.kind, withheld.note, withheld.by_id) == ("withheld", WHY, mira.id)
    [event] = db.session.scalars(select(AuditEvent).filter_by(action="withhold_notice"))
    assert event.data["words"] == "It will cost five million."
    assert (event.data["thanks"], event.data["earlier"][0]["words"]) == (1, SAID)
    assert list(audit.verify(db.session())) == []


def test_no_page_shows_a_word_of_it_and_the_article_is_another_one(app, notice, mira):
    browser = app.test_client()
    first = browser.get("/articles/harbour-wall")
    assert "It will cost five million." in text_of(first)
    editor = Moderator(sign_in_as(app, mira.email))
    there = f"/notices/{notice.id}/withhold"

    asked = editor.post(there, {"reason": WHY, "key": "k"})
    done = editor.post(there, {"reason": WHY, "key": "k", "confirmed": "y"})

    assert (asked.status_code, "Yes, withhold them" in text_of(asked)) == (409, True)
    assert (done.status_code, done.location) == (303, f"/notices/{notice.id}")
    again = browser.get("/articles/harbour-wall", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    for page in (again, browser.get("/articles/harbour-wall/history")):
        assert "A court has forbidden the &lt;i&gt;last&lt;/i&gt; words." in text_of(page)
        assert "The words of this notice are not shown since" in text_of(page)
        for gone in ("cost five million.", "mayor", "Ann"):
            assert gone not in text_of(page)
    for road in (f"/notices/{notice.id}", "/articles/harbour-wall/notices", there):
        for answer in (editor.get(road), editor.get(road, headers={"Accept": "application/json"})):
            assert answer.status_code == 200, road
            assert "mayor" not in text_of(answer)


def test_it_takes_a_second_step_an_editor_a_reason_and_a_public_notice(notice, mira, max_):
    with pytest.raises(NeedsConfirmation):
        withhold(notice.id, mira, confirmed=False, key="k")
    with pytest.raises(NotPermitted):
        withhold(notice.id, max_)
    with pytest.raises(Invalid):
        withhold(notice.id, mira, reason="")
    with pytest.raises(Invalid, match="not public yet"):
        withhold(notice.id, mira, now=NOON)
    with pytest.raises(NotFound):
        withhold(99, mira)
    assert withhold(notice.id, mira, key="k") == withhold(notice.id, mira, key="k")
    with pytest.raises(BadKey):
        withhold(notice.id, mira, key="k", reason="Another.")
    with pytest.raises(AlreadyDecided, match="withheld already, on 2 Mar 2026"):
        withhold(notice.id, mira)


def test_nothing_is_worded_anew_or_withdrawn_after_it(notice, mira):
    withhold(notice.id, mira)

    for road in (
        lambda: acts.reword(notice.id, "Other words.", "Why not.", 2, act(mira)),
        lambda: acts.withdraw(notice.id, "Why not.", 2, act(mira)),
    ):
        with pytest.raises(Invalid, match="publish a new notice"):
            road()
    assert only().words == ""


def test_one_that_never_was_public_is_not_withheld(app, max_, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_, change_class=ChangeClass.CORRECTION, notice=SAID)
    undoing.undo(correction.id, act(max_, now=NOON))

    with pytest.raises(Invalid, match="never was public"):
        withhold(only().id, mira)


def test_whoever_opens_the_decision_again_meets_it_in_either_order(app, notice, mira, max_):
    notice_id, correction_id = notice.id, notice.decision.correction_id
    mira_id, max_id = mira.id, max_.id

    def of(person_id):
        return db.session.get_one(User, person_id)

    taken, opened, worded = at_once(
        app,
        lambda: withhold(notice_id, of(mira_id)),
        lambda: undoing.reopen(
            correction_id, "Look again.", act(of(max_id), now=LATER), confirmed=CONFIRMED
        ),
        lambda: acts.reword(notice_id, "Other words.", "Why.", 1, act(of(mira_id))),
    )

    assert taken.notice == notice_id
    assert opened.status == "pending"
    assert isinstance(worded, Invalid | StaleVersion) or worded.notice == notice_id
    now = only()
    assert (now.words, now.withheld_at) == ("", LATER)
    kinds = set(db.session.scalars(select(NoticeChange.kind)))
    assert kinds == {"reworded", "withheld", "decision_reopened"}
    for change in db.session.scalars(select(NoticeChange).filter_by(kind="reworded")):
        assert change.words is None
    assert list(audit.verify(db.session())) == []
