"""Accepted changes go to the newsroom's own page: once, whatever goes wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from corrections_app.domain.writing_back import Code
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Revision, SiteArticle
from corrections_app.sites.trouble import Gone, NotAllowed, Unknown, Unreachable
from corrections_app.workflow import audit
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.deciding import approval, undoing
from corrections_app.workflow.sites import in_hand, write_backs
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, a_correction, accept
from tests.workflow.many import carried_out
from tests.workflow.sites.newsroom import sync, texts
from tests.workflow.sites.writable import (
    LATER,
    SOON,
    THE_WALL,
    Died,
    a_site,
    corrected,
    letters,
    restart,
    rows,
    states,
    work,
)

SOON_AGAIN = SOON + timedelta(hours=2)


@pytest.fixture
def there(app):
    return a_site()


def faults():
    db.session.rollback()
    return list(audit.verify(db.session()))


def revisions():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Revision))


def test_an_accepted_change_is_written_once_and_its_letter_waits_for_it(there, max_):
    corrected(max_)

    assert states() == ["waiting"]
    assert work(there, NOON) == 0  # others may follow
    assert letters() == []
    assert work(there) == 1
    assert THE_WALL in there.says()
    assert len(there.written) == 1
    assert states() == ["written"]
    assert letters() == ["accepted"]
    before = revisions()
    assert sync(there) == []
    assert (sync(there, "7")[0].imported.is_new, revisions()) == (False, before)
    assert work(there, SOON_AGAIN) == 0
    assert faults() == []


def test_all_that_waits_of_an_article_goes_in_one_write_and_of_another_in_another(there, max_):
    corrected(max_)
    corrected(max_, "begins", "starts")
    sent = a_correction(reading.article_at("the-market"), "stall", "stand")
    accept(sent, max_)

    assert work(there) == 2
    assert len(there.written) == 2
    assert states() == ["written"] * 3
    assert THE_WALL in there.says()
    assert "Work starts soon." in there.says()
    assert "A stand sells fish." in there.says("8")


def test_every_road_makes_one_row_and_an_import_none(there, max_, mira):
    corrected(max_)
    article = reading.article_at("the-wall")
    typed = editing.text_to_edit(article).replace("soon", "shortly")
    editing.edit("the-wall", typed, Act(max_, None, NOON), base=article.head)
    editing.restore("the-wall", 2, Act(max_, None, NOON), base=3)
    last, _ = corrected(max_, "begins", "starts")
    undoing.undo(last, Act(max_, None, NOON))
    there.edit("7", "The council", "The town council")
    sync(there)

    assert [(row.revision, row.state) for row in rows()] == [
        (2, "waiting"),
        (3, "waiting"),
        (4, "waiting"),
        (5, "cancelled"),
        (6, "cancelled"),
    ]
    work(there)
    assert "The town council voted to rebuild the wall." in there.says()
    assert "Work begins soon." in there.says()
    assert states() == ["written"] * 3 + ["cancelled"] * 2
    assert len(there.written) == 1


def test_many_at_once_and_what_a_second_person_confirms_make_a_row_each(there, max_, mira, app):
    article = reading.article_at("the-wall")
    slips = [a_correction(article, *words) for words in (("the the", "the"), ("soon", "shortly"))]
    carried_out(slips, max_)
    app.config["SECOND_APPROVAL"] = "all"
    sent = a_correction(reading.article_at("the-wall"), "begins", "starts")
    accept(sent, max_)
    assert states() == ["waiting"] * 2
    approval.approve(sent.id, Act(mira, None, NOON), confirmed=CONFIRMED)

    assert [(row.revision, row.state) for row in rows()] == [
        (2, "waiting"),
        (3, "waiting"),
        (4, "waiting"),
    ]
    work(there)
    assert len(there.written) == 1
    assert "Work starts shortly." in there.says()


def test_undo_of_what_has_gone_is_written_too(there, max_):
    number, _ = corrected(max_)
    work(there)
    undoing.undo(number, Act(max_, None, NOON))

    assert states() == ["written", "waiting"]
    work(there)
    assert "the the wall" in there.says()
    assert states() == ["written", "written"]
    assert letters() == []


@pytest.mark.parametrize("loses", [Unknown, Died])
def test_an_unknown_outcome_is_found_out_and_nothing_is_written_twice(there, max_, loses):
    number, _ = corrected(max_)
    there.loses = loses
    if loses is Died:
        with pytest.raises(Died):
            work(there)
    else:
        work(there)
    assert states() == ["writing"]
    assert letters() == []
    assert [one.passed_over for one in sync(there)] == [True]  # it is the worker's to find out
    undoing.undo(number, Act(max_, None, NOON))
    assert states() == ["writing", "waiting"]
    restart(SOON)
    work(there)

    assert states() == ["written", "written"]
    assert "the the wall" in there.says()
    assert len(there.written) == 2
    assert revisions() == 4


@pytest.mark.parametrize("arrived", [True, False])
def test_killed_before_or_after_it_arrived_it_is_there_once(there, max_, arrived):
    corrected(max_)

    def dies():
        raise Died

    if arrived:
        there.loses = Died
    else:
        there.before_write = dies
    with pytest.raises(Died):
        work(there)
    corrected(max_, "begins", "starts")
    restart(SOON)
    work(there)

    assert states() == ["written", "written"]
    assert there.says().count("rebuild the wall") == 1
    assert "Work starts soon" in there.says()
    assert len(there.written) == 2
    assert letters() == ["accepted", "accepted"]


def test_changed_by_a_colleague_before_and_in_the_same_moment_both_stay(there, max_):
    corrected(max_)
    there.edit("7", "Work begins", "All work begins")
    there.before_write = lambda: there.edit("7", "soon", "very soon")
    work(there)

    assert states() == ["written"]
    assert THE_WALL in there.says()
    assert "All work begins very soon." in there.says()
    assert "All work begins very soon." in texts()["the-wall"]


def test_a_lost_answer_and_a_colleague_at_once(there, max_):
    corrected(max_)
    there.loses = Unknown
    work(there)
    there.edit("7", "Work begins", "All work begins")
    restart(SOON)
    work(there)

    assert states() == ["written"]
    assert len(there.written) == 1
    assert there.says().count("rebuild the wall") == 1
    assert "All work begins soon." in texts()["the-wall"]


@pytest.mark.parametrize(
    ("refuses", "state", "code"),
    [
        (Unreachable("It answers 500: try again later."), "waiting", Code.UNREACHABLE),
        (Unreachable("It did not answer within 20 seconds."), "waiting", Code.UNREACHABLE),
        (NotAllowed("It answers 401: make a new key."), "by_hand", Code.NOT_ALLOWED),
        (NotAllowed("It answers 403: this account may not."), "by_hand", Code.NOT_ALLOWED),
        (Gone("It is not public."), "refused", Code.GONE_THERE),
    ],
)
def test_while_the_site_says_no_no_letter_lies_and_nothing_is_lost(
    there, max_, refuses, state, code
):
    corrected(max_)
    there.refuses = refuses
    work(there)
    (row,) = rows()

    assert (row.state, row.code, row.said) == (state, code, refuses.message)
    assert row.in_doubt is False
    assert db.session.scalar(select(SiteArticle.sent).filter_by(external_id="7")) is None
    assert letters() == []
    assert texts()["the-wall"].count("the wall") == 1
    there.refuses = None
    with_again(row, max_)
    work(there, LATER)
    assert states() == ["written"]
    assert len(there.written) == 1
    assert letters() == ["accepted"]
    assert faults() == []


def with_again(row, by):
    write_backs.again(row.id, Act(by, None, LATER))


def test_a_site_that_stays_down_is_a_persons_after_a_day(there, max_):
    corrected(max_)
    there.refuses = Unreachable("It is down.")
    moment, tries = SOON, 0
    while states() == ["waiting"]:
        moment = rows()[0].next_attempt_at
        assert work(there, moment) == 1
        tries += 1
    (row,) = rows()

    assert (row.state, row.code) == ("refused", Code.GIVEN_UP)
    assert "24 hours" in row.said
    assert 24 < tries < 32
    assert letters(moment) == []


def test_two_workers_never_have_the_same_article(there, max_):
    corrected(max_)
    first = in_hand.claim(SOON)

    assert first is not None
    assert in_hand.claim(SOON) is None
    corrected(max_, "begins", "starts")
    assert in_hand.claim(LATER - timedelta(minutes=56)) is None
    second = in_hand.claim(SOON + in_hand.LEASE)
    assert second is not None
    assert len(second.rows) == 2
    in_hand.confirm(first, there.posts["7"], first.rows, LATER)
    assert states() == ["writing", "writing"]


def test_what_became_of_it_is_written_down(there, max_):
    corrected(max_)
    work(there)
    query = select(AuditEvent.data).filter_by(action="write_back").order_by(AuditEvent.id)

    assert [event["step"] for event in db.session.scalars(query)] == ["confirm"]
