"""An edit by hand that answers a correction."""

from __future__ import annotations

import pytest

from corrections_app.domain import errors
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.deciding.decision import standing_of
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, NOON, a_correction, an_article


def test_an_edit_can_answer_a_correction(app, max_):
    article = an_article()
    remark = a_correction(article, "four million", None, explanation="Far too little.")
    typed = article.current.text.replace("four million", "five and a half million")

    editing.edit(
        article.slug,
        typed,
        Act(max_, "k", NOON),
        base=1,
        resolves=editing.Resolved(remark.id, seen=1, note="You were right."),
        confirmed=CONFIRMED,
    )

    db.session.rollback()
    decision = standing_of(remark)
    assert (decision.outcome, decision.revision) == ("accepted", 2)
    assert (decision.before, decision.after) == ("four", "five and a half")
    assert not decision.as_proposed
    undoing.undo(remark.id, Act(max_, None, NOON))
    db.session.rollback()
    assert reading.article_at(article.slug).current.text == article.current.text.replace(
        "five and a half million", "four million"
    )


def test_an_edit_answers_only_what_still_waits_as_it_was_seen(app, max_):
    article = an_article()
    remark = a_correction(article, "four million", None, explanation="Far too little.")

    for seen, refusal in ((7, errors.StaleVersion), (None, errors.Invalid)):
        with pytest.raises(refusal):
            editing.edit(
                article.slug,
                article.current.text + " More.",
                Act(max_, None, NOON),
                base=1,
                resolves=editing.Resolved(remark.id, seen=seen),
                confirmed=CONFIRMED,
            )

    db.session.rollback()
    assert reading.article_at(article.slug).head == 1


def test_a_fact_edited_by_hand_needs_an_editor_too(app, max_, mira):
    app.config["SECOND_APPROVAL"] = "facts"
    article = an_article()
    change = {
        "base": 1,
        "change_class": ChangeClass.CORRECTION,
        "notice": "The cost was misstated.",
        "confirmed": CONFIRMED,
    }

    with pytest.raises(errors.NotPermitted):
        editing.edit(article.slug, article.current.text + " More.", Act(max_, None, NOON), **change)

    assert (
        editing.edit(
            article.slug, article.current.text + " More.", Act(mira, None, NOON), **change
        ).revision
        == 2
    )
