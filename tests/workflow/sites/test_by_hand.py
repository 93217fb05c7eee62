"""What a person has to see to on the newsroom's own page: said, closed by itself, come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import Status
from corrections_app.domain.writing_back import Code
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.sites.trouble import NotAllowed, Unknown
from corrections_app.workflow import audit
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.sites import registry, write_backs
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, THE_FILE_WINS, a_correction, accept, decide
from tests.workflow.sites.newsroom import add, sync, texts
from tests.workflow.sites.newsroom import rows as known
from tests.workflow.sites.writable import (
    LATER,
    THE_WALL,
    a_site,
    corrected,
    letters,
    rows,
    states,
    work,
)


@pytest.fixture
def there(app):
    return a_site()


def with_again(row, by):
    write_backs.again(row.id, Act(by, None, LATER))


def test_whoever_was_told_already_corrected_hears_it_when_the_page_says_so(there, max_, mira):
    article = reading.article_at("the-wall")
    first = a_correction(article)
    second = a_correction(article, "rebuild the the wall", "rebuild the wall", email="bo@r.example")
    third = a_correction(article, "the the wall", None, explanation="Twice.", email="cy@r.example")
    accept(first, max_)
    decide(third, "supersede", mira, reason="already_corrected")
    db.session.rollback()
    closed = db.session.get_one(Correction, second.id).status

    assert closed in (Status.ACCEPTED, Status.SUPERSEDED)
    assert letters() == []
    work(there)
    assert len(letters()) == 3


def test_what_a_colleague_changed_and_needs_a_person_is_waited_for(there, max_):
    corrected(max_)
    there.edit("7", "soon", "on 5 May")
    work(there)
    (row,) = rows()

    assert (row.state, row.code) == ("refused", Code.SOURCE_CHANGED)
    assert "--class" in row.said
    sync(there, "7", terms=THE_FILE_WINS)
    assert states() == ["waiting"]
    work(there)
    assert states() == ["written"]
    assert THE_WALL in there.says()
    assert "on 5 May" in there.says()


def test_one_that_cannot_be_made_stops_no_other(there, max_):
    corrected(max_)
    sent = a_correction(reading.article_at("the-wall"), "voted", "agreed")
    accept(sent, max_)
    there.edit("7", "voted", "resolved")
    work(there)

    assert states() == ["refused", "refused"]  # the text there has to come in first
    sync(there, "7", terms=THE_FILE_WINS)
    work(there)
    assert states() == ["written", "cancelled"]
    assert "resolved to rebuild the wall" in there.says()
    assert db.session.get_one(Correction, sent.id).status == Status.PENDING


def test_what_was_changed_again_here_is_not_written_without_what_followed(there, max_):
    there.publish("9", "It opens soon.", title="The bridge", byline="Ann Owner")
    sync(there)
    typed = editing.text_to_edit(reading.article_at("the-bridge"))
    editing.edit("the-bridge", typed.replace("soon", "late"), Act(max_, None, NOON), base=1)
    signed = typed.replace("Ann Owner", "Ann B. Owner")
    editing.edit("the-bridge", signed, Act(max_, None, NOON), base=2, confirmed=["name"])
    work(there)

    assert states() == ["refused", "refused"]  # the byline is none of the text there
    assert (there.written, {row.code for row in rows()}) == ([], {Code.NOT_EXACT})


def test_another_try_does_not_overrule_what_a_colleague_wrote(there, max_):
    corrected(max_)
    work(there)
    there.edit("7", "rebuild the wall", "rebuild the the wall")
    sync(there)
    corrected(max_, "begins", "starts")
    work(there)
    missed, other = rows()
    with_again(other, max_)
    work(there, LATER)

    assert states() == ["refused", "refused"]
    assert "the the wall" in there.says()
    with_again(missed, max_)
    work(there, LATER)
    assert states() == ["written", "written"]


def test_a_site_that_is_forgotten_in_doubt_and_added_again_is_written_like_any_other(there, max_):
    corrected(max_)
    there.loses = Unknown
    work(there)
    registry.remove("news", NOON)
    add()
    sync(there)
    corrected(max_, "begins", "starts")
    work(there, LATER)

    assert states() == ["cancelled", "written"]
    assert "Work starts soon." in there.says()


def test_made_by_hand_it_closes_itself_when_it_is_seen(there, max_):
    corrected(max_)
    there.refuses = NotAllowed("This account may not.")
    work(there)
    assert (states(), letters()) == (["by_hand"], [])
    there.edit("7", "the the", "the")
    sync(there)

    assert states() == ["written"]
    assert letters() == ["accepted"]


def test_a_fix_that_is_gone_there_comes_back(there, max_):
    number, _ = corrected(max_)
    work(there)
    there.edit("7", "rebuild the wall", "rebuild the the wall")
    sync(there)
    (row,) = rows()

    assert (row.state, row.code) == ("refused", Code.MISSED)
    assert known()["7"][2]
    assert letters() == []
    with_again(row, max_)
    work(there, LATER)
    assert states() == ["written"]
    assert THE_WALL in there.says()
    assert letters() == ["accepted"]

    there.edit("7", "rebuild the wall", "rebuild the the wall")
    sync(there)
    undoing.reopen(number, "It was right.", Act(max_, None, LATER))
    work(there, LATER + timedelta(minutes=1))
    assert states() == ["cancelled", "cancelled"]
    assert "the the wall" in there.says()


def test_what_was_changed_again_here_is_not_brought_back_late(there, max_):
    article = reading.article_at("the-wall")
    typed = editing.text_to_edit(article)
    there.refuses = NotAllowed("This account may not.")
    editing.edit("the-wall", typed.replace("soon", "late"), Act(max_, None, NOON), base=1)
    work(there)
    there.refuses = None
    editing.edit("the-wall", typed, Act(max_, None, NOON), base=2)
    work(there)
    assert states() == ["by_hand", "written"]
    with_again(rows()[0], max_)
    work(there, LATER)

    assert states() == ["cancelled", "written"]
    assert "Work begins soon." in there.says()
    assert there.written == []


def test_two_by_hand_that_take_each_other_back_ask_for_nothing(there, max_):
    article = reading.article_at("the-wall")
    typed = editing.text_to_edit(article)
    there.refuses = NotAllowed("This account may not.")
    editing.edit("the-wall", typed.replace("soon", "late"), Act(max_, None, NOON), base=1)
    editing.edit("the-wall", typed, Act(max_, None, NOON), base=2)
    work(there)
    sync(there, "7")

    assert states() == ["written", "written"]


@pytest.mark.parametrize("written", [False, True])
def test_what_gives_way_to_the_sites_words_waits_again_and_nobody_hears_of_it(
    there, max_, mira, written
):
    article = reading.article_at("the-wall")
    sent = a_correction(article)
    behind = a_correction(article, email="bo@r.example")
    accept(sent, max_)
    if written:
        work(there)
        there.edit("7", "rebuild the wall", "rebuild the the wall")
    else:
        there.edit("7", "rebuild the the wall", "rebuild that wall")
    sync(there)
    sync(there, "7", terms=THE_FILE_WINS)
    work(there, LATER)
    stands = [db.session.get_one(Correction, one.id) for one in (sent, behind)]

    assert states() == ["cancelled"]
    assert [one.status for one in stands] == [Status.PENDING] * 2
    assert stands[1].leader_id == sent.id
    assert letters() == []
    assert list(audit.verify(db.session())) == []
    decide(stands[0], "reject", mira, reason="not_an_error")
    assert letters(LATER + timedelta(days=1)) == ["rejected"] * 2


@pytest.mark.parametrize(
    ("side", "state", "says"), [("ours", "written", 1), ("theirs", "cancelled", 2)]
)
def test_whose_words_stand_may_be_said_with_the_sync_too(there, max_, side, state, says):
    corrected(max_)
    work(there)
    there.edit("7", "rebuild the wall", "rebuild the the wall")
    sync(there)
    sync(there, "7", terms=Terms(side=side))
    work(there, LATER)

    assert states() == [state]
    assert there.says().count("the ") == says
    assert texts()["the-wall"].count("the the wall") == (side == "theirs")
