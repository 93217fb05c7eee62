"""Facts never silently: by every road, what readers are told of a flagged change is public.

`pending/test_facts.py` shows that by every road a flagged change is asked about first, whatever
it is called; here every road is gone to its end. The last tests show that there is no other.
"""

from __future__ import annotations

import ast
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import TOLD_CLASSES, Action, ChangeClass
from corrections_app.domain.warnings.flags import flags_between
from corrections_app.extensions import db
from corrections_app.models import Correction, Notice, Revision
from corrections_app.models.article import ORIGINS
from corrections_app.workflow.articles import editing, importing
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.deciding import approval, bulk, side_facts, undoing
from corrections_app.workflow.deciding.bulk import Batch, Seen
from corrections_app.workflow.record import on_article
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, SECOND, a_correction, an_article, decide, document
from tests.test_house import modules, name_of
from tests.workflow.invariants import broken

TEXT = ("A wall", "Some work will begin in a year.", "It cost four pounds.", "It is old.")
FIVE = ("four", "five")
HOLD = timedelta(seconds=600)
TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It cost five pounds."}


def typed(article):
    return article.current.text.replace(*FIVE)


def by_decision(article, max_, mira):
    decide(a_correction(article, *FIVE), Action.ACCEPT, max_, **TOLD)


def in_other_words(article, max_, mira):
    asked = a_correction(article, "four", "forty")
    decide(asked, Action.ACCEPT, max_, text="five", **TOLD)


def with_others_behind_it(article, max_, mira):
    first, *_ = (
        a_correction(article, *FIVE, email=f"r{number}@reader.example") for number in range(3)
    )
    decide(first, Action.ACCEPT, max_, **TOLD)


def after_a_split(article, max_, mira):
    a_correction(article, *FIVE)
    behind = a_correction(article, *FIVE, email="bo@reader.example")
    side_facts.split(behind.id, Act(max_, None, NOON))
    decide(behind, Action.ACCEPT, max_, **TOLD)


def by_approval(article, max_, mira):
    article.app.config["SECOND_APPROVAL"] = "facts"
    asked = a_correction(article, *FIVE)
    assert decide(asked, Action.ACCEPT, max_, **TOLD).awaiting
    assert db.session.scalars(select(Notice)).all() == []
    approval.approve(asked.id, Act(mira, None, NOON), confirmed=CONFIRMED)


def by_hand(article, max_, mira, resolves=None):
    act = Act(max_, None, NOON)
    editing.edit(
        article.slug, typed(article), act, base=1, confirmed=CONFIRMED, resolves=resolves, **TOLD
    )


def answering(article, max_, mira):
    remark = a_correction(article, "It is old.", None, explanation="What did it cost?")
    by_hand(article, max_, mira, editing.Resolved(remark.id, 1, "Thanks."))


def restored(article, max_, mira):
    text = typed(article)
    importing.bring_in(document(*text.split("\n\n")), slug="first", now=NOON)
    act = Act(max_, None, NOON)
    wrong = article_at("first").current.text.replace(*reversed(FIVE))
    editing.edit("first", wrong, act, base=1, confirmed=CONFIRMED)
    editing.restore("first", 1, act, base=2, confirmed=CONFIRMED, **TOLD)


def imported(article, max_, mira):
    importing.bring_in(
        document(*typed(article).split("\n\n")),
        slug=article.slug,
        terms=Terms(change_class=TOLD["change_class"], notice=TOLD["notice"]),
        now=NOON,
    )


HELD = (by_decision, in_other_words, with_others_behind_it, after_a_split, by_approval, answering)
AT_ONCE = (by_hand, restored, imported)


@pytest.fixture
def article(app):
    made = an_article(*TEXT)
    made.app = app
    return made


def changed_facts():
    """The revisions whose change is flagged, by what their texts say."""
    db.session.rollback()
    every = {(one.article_id, one.number): one for one in db.session.scalars(select(Revision))}
    return [
        one
        for (article_id, number), one in every.items()
        if number > 1 and flags_between(every[article_id, number - 1].blocks, one.blocks)
    ]


@pytest.mark.parametrize("road", [*HELD, *AT_ONCE])
def test_at_the_end_of_every_road_readers_are_told(app, article, max_, mira, road):
    road(article, max_, mira)

    told = changed_facts()[-1]
    notice = db.session.scalars(select(Notice)).one()
    public_at = NOON + HOLD if road in HELD else NOON
    article = notice.article
    assert (notice.article_id, notice.revision) == (told.article_id, told.number)
    assert (notice.words, notice.public_at) == (TOLD["notice"], public_at)
    assert not on_article.of(article, public_at - SECOND)
    page = on_article.of(article, public_at)
    assert [one.words for one in page.dated] == [TOLD["notice"]]
    assert [article.current.text[:end].split()[-1] for end, _ in page.marks] == ["five"]
    assert not [fault for fault in broken(db.session()) if fault.startswith("notice")]


@pytest.mark.parametrize("road", HELD)
def test_what_is_taken_back_in_time_leaves_neither_the_change_nor_the_notice(
    app, article, max_, mira, road
):
    road(article, max_, mira)
    decided = db.session.scalars(select(Correction).filter_by(status="accepted")).first()

    undoing.undo(decided.id, Act(mira, None, NOON + HOLD - SECOND))

    db.session.rollback()
    article = article_at("harbour-wall")
    assert "five" not in article.current.text
    assert not on_article.of(article, NOON + 9 * HOLD)


def test_many_at_once_change_no_fact(app, article, max_):
    asked = a_correction(article, *FIVE)

    bulk.carry_out(Batch(Action.ACCEPT, (Seen(asked.id, 1, 1),)), Act(max_, "k", NOON))

    assert changed_facts() == []


def test_an_import_that_says_nothing_changes_no_fact(app, article):
    with pytest.raises(errors.ImportRefused):
        importing.bring_in(document(*typed(article).split("\n\n")), slug=article.slug, now=NOON)

    assert changed_facts() == []


@pytest.mark.parametrize("change_class", TOLD_CLASSES)
def test_no_class_of_which_readers_are_told_goes_without_words(app, article, max_, change_class):
    silent = {"change_class": change_class, "notice": " "}
    asked, act = a_correction(article, *FIVE), Act(max_, None, NOON)
    slug, text, terms = article.slug, typed(article), Terms(**silent)

    with pytest.raises(errors.Invalid):
        decide(asked, Action.ACCEPT, max_, **silent)
    with pytest.raises(errors.Invalid):
        editing.edit(slug, text, act, base=1, confirmed=CONFIRMED, **silent)
    with pytest.raises(errors.Invalid):
        importing.bring_in(document(*TEXT, "More."), slug=slug, terms=terms, now=NOON)

    assert changed_facts() == []


def calls_of(name):
    """Where in the house something is called by this name."""
    found = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", None))
                if called == name:
                    found.add(name_of(path).removeprefix("corrections_app."))
    return found


def test_there_is_no_other_road():
    """Who writes a revision, and who publishes one: each stands in a road above or is a first."""
    assert calls_of("Revision") == {
        "workflow.pending.publishing",  # which makes the notice in the same transaction
        "workflow.articles.importing",  # the first revision of an article: no change
    }
    assert calls_of("publish") - {"web.newsroom.notices"} == {
        "workflow.deciding.decision",  # by decision, in other words, by approval, in bulk
        "workflow.deciding.undoing",  # asks by what the text becomes: `pending/test_facts.py`
        "workflow.articles.editing",  # by hand, answering, restored
        "workflow.articles.details",  # asks as those do: `web/newsroom/test_all_articles.py`
        "workflow.articles.importing",
    }
    assert set(ORIGINS) == {"accept", "undo", "edit", "restore", "import"}
    assert calls_of("Notice") - {"domain.warnings.notices"} == {
        "workflow.record.notices",
        "workflow.record.acts",
    }
