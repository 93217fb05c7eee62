"""What happens is told in its own transaction, and what can be undone only when it cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import Call, Event
from corrections_app.workflow import audit, events, locks
from corrections_app.workflow.articles import importing, retiring
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.record import acts
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import Act, write
from tests.builders import (
    NOON,
    ON_PURPOSE,
    SECOND,
    a_correction,
    accept,
    an_article,
    document,
    reject,
)
from tests.workflow.hooks.programs import a_hook, told
from tests.workflow.sites.writable import a_site, corrected

WINDOW = timedelta(seconds=600)
RECEIVED, DECIDED, UNDONE = "correction.received", "correction.decided", "correction.undone"
REVISED, NOTICE = "article.revised", "notice.published"


def released(article, now):
    with write() as session:
        locks.hold_chain(session, article.id)
        return events.release(session, article.id, now)


def held():
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Event.released_at.is_(None)))


def test_nothing_is_written_where_nobody_listens(max_):
    article = an_article()
    accept(a_correction(article), max_)

    assert db.session.scalar(select(func.count(Event.id))) == 0


def test_a_decision_is_told_when_it_can_be_undone_no_more(max_):
    article, hook = an_article(), a_hook()
    accept(a_correction(article), max_, change_class=ChangeClass.CORRECTION, notice="It was so.")

    assert told(hook) == [RECEIVED, REVISED]
    assert released(article, NOON + WINDOW - SECOND) == 0
    assert released(article, NOON + WINDOW) == 2
    assert told(hook) == [RECEIVED, REVISED, DECIDED, NOTICE]
    assert released(article, NOON + WINDOW) == 0
    assert list(audit.verify(db.session())) == []


def test_what_is_undone_in_its_window_is_told_to_nobody(max_):
    article, hook = an_article(), a_hook()
    sent = a_correction(article)
    accept(sent, max_, change_class=ChangeClass.CORRECTION, notice="It was so.")
    undoing.undo(sent.id, Act(max_, None, NOON + SECOND))

    released(article, NOON + WINDOW)

    assert told(hook) == [RECEIVED, REVISED, REVISED]  # the text was changed, and changed back
    assert held() == 0


def test_what_was_told_is_told_again_when_it_is_taken_back_though_no_worker_came_by(max_, mira):
    article, hook = an_article(), a_hook()
    sent = a_correction(article)
    reject(sent, max_)

    undoing.reopen(sent.id, "It was right.", Act(mira, None, NOON + WINDOW))

    assert told(hook) == [RECEIVED, DECIDED, UNDONE]


def test_what_became_final_comes_before_what_happens_after_it(max_):
    article, hook = an_article(), a_hook()
    reject(a_correction(article), max_)

    a_correction(article, "begin", "start", now=NOON + 2 * WINDOW)

    assert told(hook) == [RECEIVED, DECIDED, RECEIVED]


def test_withdrawn_edited_and_brought_in(max_):
    article, hook = an_article(), a_hook()
    sent = a_correction(article)

    receipts.withdraw(token_for(sent), now=NOON)
    changed = document("The harbour wall", "The council voted on Monday.")
    importing.bring_in(changed, slug=article.slug, terms=ON_PURPOSE, now=NOON)
    acts.publish(article.slug, ChangeClass.CLARIFICATION, "Said late.", Act(max_, None, NOON))

    assert told(hook) == [RECEIVED, "correction.withdrawn", REVISED, NOTICE]


def test_many_decisions_of_one_change_tell_of_it_once(max_, mira):
    article, hook = an_article(), a_hook()
    leader = a_correction(article)
    for number in range(2):
        a_correction(article, email=f"{number}@reader.example")
    a_correction(article, "begin", "start")

    accept(leader, max_)
    retiring.retire(article.slug, "It was all wrong.", Act(mira, None, NOON), confirmed=True)
    released(article, NOON + WINDOW)

    assert told(hook).count(REVISED) == 1
    assert told(hook).count(DECIDED) == 4


def test_a_write_back_is_asked_for_once_and_refused_aloud(app, max_):
    a_site()
    hook = a_hook(events=["writeback.requested", "writeback.refused"])

    corrected(max_)

    assert told(hook) == ["writeback.requested"]


@pytest.mark.parametrize(
    ("more", "heard"),
    [
        ({"section": "Sport"}, []),
        ({"section": None, "events": [RECEIVED]}, [RECEIVED]),
        ({"events": [DECIDED]}, []),
        ({"removed_at": NOON}, []),
        ({"off_at": NOON}, [RECEIVED]),
    ],
)
def test_a_hook_hears_what_it_was_made_for(app, more, heard):
    article, hook = an_article(), a_hook(**more)

    a_correction(article)

    assert told(hook) == heard


def test_what_is_not_done_is_not_told(app):
    article, hook = an_article(), a_hook()

    def fail():
        with write() as session:
            audit.record(session, "submit", article_id=article.id, now=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert told(hook) == []
    assert db.session.scalar(select(func.count(Call.id))) == 0
