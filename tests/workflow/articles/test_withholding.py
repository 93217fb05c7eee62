"""What is withheld is shown on no road, and by no road can it become current again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import (
    AlreadyDecided,
    BadKey,
    ImportRefused,
    Invalid,
    NeedsConfirmation,
    NotFound,
    NotPermitted,
    Withheld,
)
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Letter, User
from corrections_app.workflow.articles import (
    editing,
    history,
    importing,
    reading,
    retiring,
    withholding,
)
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.transaction import Act
from tests.builders import (
    CONFIRMED,
    HARBOUR,
    NOON,
    SECOND,
    THE_FILE_WINS,
    a_correction,
    accept,
    an_article,
    document,
)
from tests.racing import at_once
from tests.workflow.invariants import broken

WHY = "A court has forbidden it."
LATER = NOON + timedelta(minutes=1)
SLUG = "harbour-wall"


def withhold(by, number, *, reason=WHY, key=None, now=LATER, confirmed=True):
    return withholding.withhold(SLUG, number, reason, Act(by, key, now), confirmed=confirmed)


def edit(by, old, new, *, now=NOON):
    article = reading.article_at(SLUG)
    text = article.current.text.replace(old, new)
    act = Act(by, None, now)
    return editing.edit(SLUG, text, act, base=article.head, confirmed=CONFIRMED)


@pytest.fixture
def mended(mira, max_):
    """An article whose first revision said a thing that a correction took out, in the second."""
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, max_)
    return correction


def test_it_keeps_its_place_its_date_and_its_audit(app, mended, mira):
    done = withhold(mira, 1)

    assert (done.number, done.at) == (1, LATER.isoformat())
    second, first = history.revisions(reading.article_at(SLUG)).items
    assert (first.title, first.withheld_at, first.withheld_reason) == ("", LATER, WHY)
    assert (second.title, second.withheld_at) == (HARBOUR[0], None)
    [event] = db.session.scalars(select(AuditEvent).filter_by(action="withhold"))
    assert (event.by_id, event.data) == (mira.id, {"number": 1, "reason": WHY})
    assert broken(db.session()) == []


def test_it_is_neither_restored_nor_foreseen(app, mended, mira):
    withhold(mira, 1)
    article = reading.article_at(SLUG)

    for road in (
        lambda: editing.restore(SLUG, 1, Act(mira, None, LATER), base=2, confirmed=CONFIRMED),
        lambda: editing.foresee_restoring(article, 1),
    ):
        with pytest.raises(Withheld, match=WHY):
            road()
    assert reading.article_at(SLUG).head == 2


def test_nor_does_it_come_back_by_an_edit_that_types_it_again(app, mended, mira):
    withhold(mira, 1)

    with pytest.raises(Withheld, match="word for word, version 1"):
        edit(mira, "five million", "four million")
    assert edit(mira, "five million", "six million").revision == 3


@pytest.mark.parametrize("road", ["undo", "reopen"])
def test_nor_by_taking_back_the_decision_that_took_it_out(app, mended, mira, road):
    withhold(mira, 1)
    edit(mira, "Ada Marlow", "Ada Harlow", now=LATER)  # so that no text is word for word the old
    act = Act(mira, None, LATER)
    roads = {
        "undo": lambda: undoing.undo(mended.id, act),
        "reopen": lambda: undoing.reopen(mended.id, "Look again.", act, confirmed=CONFIRMED),
    }

    with pytest.raises(Withheld, match="bring back words of version 1"):
        roads[road]()
    assert "five million" in reading.article_at(SLUG).current.text
    assert broken(db.session()) == []


def test_a_decision_between_two_that_are_withheld_can_be_taken_back(app, mira, max_):
    typo = a_correction(an_article())
    accept(typo, max_)
    accept(a_correction(typo.article, "four million", "five million"), max_)
    withhold(mira, 1)
    withhold(mira, 2)

    undoing.undo(typo.id, Act(mira, None, LATER))

    text = reading.article_at(SLUG).current.text
    assert ("the the" in text, "five million" in text) == (True, True)


def test_nor_by_a_source_that_comes_again(app, mended, mira):
    withhold(mira, 1)
    adopted = [line.replace("four million", "five million") for line in HARBOUR]
    other = [line.replace("four million", "nine million") for line in HARBOUR]

    importing.bring_in(document(*adopted), slug=SLUG, now=LATER)
    for file in (document(*HARBOUR), document(*HARBOUR, "So it goes.")):
        for terms in (THE_FILE_WINS, importing.BY_ITSELF):
            with pytest.raises(ImportRefused):
                importing.bring_in(file, slug=SLUG, terms=terms, now=LATER)
        with pytest.raises(ImportRefused, match=WHY):
            importing.foresee(file, slug=SLUG, terms=THE_FILE_WINS)
    ours = Terms(change_class=THE_FILE_WINS.change_class, side="ours")
    importing.bring_in(document(*HARBOUR, "So it goes."), slug=SLUG, terms=ours, now=LATER)

    assert "five million" in reading.article_at(SLUG).current.text
    importing.bring_in(document(*other), slug=SLUG, terms=THE_FILE_WINS, now=LATER)
    assert "nine million" in reading.article_at(SLUG).current.text
    assert broken(db.session()) == []


def test_two_people_at_one_article_are_not_shown_it_either(app, mended, mira):
    withhold(mira, 1)

    clash = editing.clash(SLUG, "\n\n".join(HARBOUR[:3]), base=1)

    assert clash.theirs == ()


def test_what_is_current_or_says_the_same_cannot_be_withheld(app, mended, mira):
    with pytest.raises(Invalid, match="Or take the whole article down"):
        withhold(mira, 2)
    editing.restore(SLUG, 1, Act(mira, None, NOON), base=2, confirmed=CONFIRMED)
    with pytest.raises(Invalid, match="would hide nothing"):
        withhold(mira, 1)
    retiring.retire(SLUG, WHY, Act(mira, None, LATER), confirmed=True)
    assert withhold(mira, 2).number == 2  # of an article that is down, too


def test_it_takes_a_second_step_an_editor_a_reason_and_a_revision(app, mended, mira, max_):
    with pytest.raises(NeedsConfirmation):
        withhold(mira, 1, confirmed=False, key="k")
    with pytest.raises(NotPermitted):
        withhold(max_, 1)
    with pytest.raises(NotPermitted):
        withholding.show_again(SLUG, 1, Act(max_, None, LATER), confirmed=True)
    with pytest.raises(Invalid):
        withhold(mira, 1, reason=" ")
    for number in (0, 3, 2**62):
        with pytest.raises(NotFound):
            withhold(mira, number)
    assert withhold(mira, 1, key="k") == withhold(mira, 1, key="k", now=LATER + SECOND)
    with pytest.raises(BadKey):
        withhold(mira, 1, key="k", reason="Another.")
    with pytest.raises(AlreadyDecided, match="on 2 Mar 2026"):
        withhold(mira, 1)


def test_it_can_be_shown_again_with_a_trace(app, mended, mira):
    withhold(mira, 1)
    act = Act(mira, "k", LATER)

    with pytest.raises(NeedsConfirmation):
        withholding.show_again(SLUG, 1, act)
    done = withholding.show_again(SLUG, 1, act, confirmed=True)

    assert withholding.show_again(SLUG, 1, act, confirmed=True) == done
    with pytest.raises(AlreadyDecided):
        withholding.show_again(SLUG, 1, Act(mira, None, LATER), confirmed=True)
    again = Act(mira, None, LATER)
    assert editing.restore(SLUG, 1, again, base=2, confirmed=CONFIRMED).revision == 3
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-3:] == ["withhold", "show_again", "restore"]


def test_letters_quote_nothing_of_it_but_what_the_reader_sent(app, mended, mira):
    withhold(mira, 1)

    delivery.deliver(NOON + timedelta(days=1))

    db.session.rollback()
    [letter] = db.session.scalars(select(Letter))
    assert letter.kind == "accepted"
    assert "Work will begin in May 2025 and cost about four" not in " ".join(letter.text.split())


def test_withholding_and_restoring_at_one_moment_leave_it_hidden_or_current(app, mended, mira):
    mira_id = mira.id

    def of():
        return db.session.get_one(User, mira_id)

    for _ in range(3):
        head = reading.article_at(SLUG).head
        taken, put_back = at_once(
            app,
            lambda: withhold(of(), 1),
            lambda head=head: editing.restore(
                SLUG, 1, Act(of(), None, LATER), base=head, confirmed=CONFIRMED
            ),
        )
        db.session.rollback()
        article = reading.article_at(SLUG)
        current = "four million" in article.current.text
        assert isinstance(taken, Invalid) == current
        assert isinstance(put_back, Withheld) != current
        assert broken(db.session()) == []
        if current:
            edit(of(), "four million", "five million", now=LATER)
        else:
            withholding.show_again(SLUG, 1, Act(of(), None, LATER), confirmed=True)
