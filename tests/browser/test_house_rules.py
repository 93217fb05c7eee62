"""A house rule in real browsers: the dialog asks, and one key rejects with the rule's words."""

from __future__ import annotations

import pytest
from sqlalchemy import select as query

from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import Correction, HouseRule, User
from corrections_app.workflow.clock import now
from corrections_app.workflow.house_rules import keeping
from tests.browser.barriers import barriers
from tests.browser.selecting import select

pytestmark = pytest.mark.browser

RULE = Rule(0, "Zyxohrad", ("Zyxograd",), "It is how the town writes itself.")
SAID = "We write “Zyxohrad”, not “Zyxograd”. It is how the town writes itself."


def violations(page):
    found = barriers(page)
    return [(one["id"], one["nodes"][0]["target"]) for one in found]


def test_the_dialog_asks_and_shift_and_r_rejects_with_words_that_can_be_edited(newsroom, visitor):
    section = newsroom.section()
    desk = newsroom.desk(section)  # somebody works here
    if db.session.scalar(query(HouseRule.id).limit(1)) is None:  # tried twice, it is there already
        keeping.add(RULE, by=db.session.scalars(query(User).limit(1)).one(), now=now())
    article = newsroom.story(section, "A ship from Zyxohrad came in.", "It left in May.")
    slug = article.slug
    db.session.rollback()

    visitor.goto(f"{newsroom.url}/articles/{slug}")
    select(visitor, "from Zyxohrad")
    visitor.keyboard.press("Control+Enter")
    dialog = visitor.get_by_role("dialog")
    box = dialog.get_by_label("What it should say")
    box.fill("from Zyxograd")
    visitor.keyboard.press("Control+Enter")
    dialog.get_by_text("Our style is “Zyxohrad”, not “Zyxograd”.").wait_for()
    assert box.input_value() == "from Zyxograd"
    assert violations(visitor) == []
    dialog.get_by_role("button", name="Send anyway").click()
    visitor.get_by_text("Thank you. It has arrived.").wait_for()

    sent = db.session.scalars(query(Correction).filter_by(article_id=article.id)).one()
    desk.page.goto(f"{desk.url}/queue/{sent.id}")
    note = desk.page.get_by_label("Against a house rule. Tell the reader:")
    assert note.input_value() == SAID
    assert violations(desk.page) == []
    desk.press("a")  # one key does not accept it
    note.fill(f"Dear reader. {SAID}")
    desk.page.keyboard.press("Escape")
    desk.press("Shift+R")
    desk.strip().get_by_text("Rejected").wait_for()
    desk.settle()

    decision = newsroom.decisions([sent.id])[sent.id]
    assert (decision.outcome, decision.reason) == ("rejected", "house_style")
    assert decision.note == f"Dear reader. {SAID}"
