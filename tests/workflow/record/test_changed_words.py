"""What a notice tells of: the words before, the words since, and the way to them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.extensions import db
from corrections_app.models import Article, Notice, Revision
from corrections_app.workflow.articles import editing
from corrections_app.workflow.record import changed_words
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, HARBOUR, NOON, a_correction, accept, an_article
from tests.workflow.record.noted import a_notice, became

TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It will cost six million pounds."}


@pytest.fixture
def article(app):
    return an_article()


def newest():
    db.session.rollback()
    return db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()


def told(change):
    return [[(piece.kind, piece.text) for piece in row.pieces] for row in change.rows]


def test_of_a_decision_the_very_words_are_known(article, max_):
    accept(a_correction(article, "four million", "six million"), max_, **TOLD)

    change = changed_words.of(newest())

    assert told(change) == [
        [
            ("same", "Work will begin in May 2025 and cost about "),
            ("removed", "four"),
            ("added", "six"),
            ("same", " million pounds."),
        ]
    ]
    (target,) = change.targets
    text = "\n\n".join(HARBOUR)
    assert text[target.start : target.end] == target.exact == "four"
    assert target.replacement == "six"
    assert text[: target.start].endswith(target.prefix)
    assert text[target.end :].startswith(target.suffix)
    assert (len(target.prefix), len(target.suffix), change.since) == (32, 32, NOON)
    assert change.fragment.startswith("#:~:text=")
    assert "six" in change.fragment


def test_a_headline_is_told_as_a_whole(article, max_):
    accept(a_correction(article, "The harbour wall", "The harbor wall"), max_, **TOLD)

    assert changed_words.of(newest()).rows[0].kind == "title"


def test_words_taken_out_lead_to_their_sentence(article, max_):
    accept(a_correction(article, "the the", "the"), max_, **TOLD)

    change = changed_words.of(newest())

    assert "The%20council" in change.fragment
    assert change.targets[0].exact.strip()


def test_of_an_edit_by_hand_each_changed_paragraph_is_told(article, max_):
    text = article.current.text.replace("Tuesday", "Monday").replace("thirty", "forty")
    called = {"change_class": ChangeClass.CORRECTION, "notice": "It was Monday.", "base": 1}
    editing.edit(article.slug, text, confirmed=CONFIRMED, act=Act(max_, None, NOON), **called)

    change = changed_words.of(newest())

    assert [kind for row in told(change) for kind, words in row if words == "Monday"] == ["added"]
    assert (len(change.rows), change.left, change.fragment, change.targets) == (2, 0, "", ())


def test_many_paragraphs_are_counted_and_not_all_shown(app, max_):
    article = an_article("Title", *(f"It cost {number} pounds then." for number in range(40)))
    text = article.current.text.replace("cost", "costs")
    called = {"change_class": ChangeClass.CORRECTION, "notice": "It costs.", "base": 1}
    editing.edit(article.slug, text, confirmed=CONFIRMED, act=Act(max_, None, NOON), **called)

    change = changed_words.of(newest())

    assert (len(change.rows), change.left) == (changed_words.MOST_ROWS, 28)


def test_nothing_is_told_once_one_of_its_texts_was_taken_down(article, max_):
    accept(a_correction(article, "four million", "six million"), max_, **TOLD)
    with write() as session:
        before = session.scalars(select(Revision).filter_by(number=1)).one()
        before.withheld_at, before.withheld_reason = NOON, "It hurt."
    assert changed_words.of(newest()) is None

    with write() as session:
        before = session.scalars(select(Revision).filter_by(number=1)).one()
        before.withheld_at = before.withheld_reason = None
        session.scalars(select(Article)).one().retired_at = NOON
    assert changed_words.of(newest()) is None


def test_nothing_is_told_of_a_notice_alone_or_of_one_that_is_withheld(article, max_):
    a_notice(article)
    assert changed_words.of(newest()) is None

    accept(a_correction(article, "four million", "six million"), max_, **TOLD)
    assert changed_words.of(newest())
    became(newest().id, NoticeChangeKind.WITHHELD, note="x")
    assert changed_words.of(newest()) is None
