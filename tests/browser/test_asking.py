"""Asking the reader by keys alone, and the answer as it comes to an open screen."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry
from corrections_app.workflow import tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.submitting import answering
from tests.browser.barriers import barriers

pytestmark = pytest.mark.browser


def test_a_question_by_keys_and_the_answer_on_the_open_card(newsroom, desk):
    asked = desk.at()
    desk.press("q")
    desk.page.keyboard.type("Who says so?")
    assert barriers(desk.page) == []
    desk.page.keyboard.press("Control+Enter")
    desk.await_other(asked)
    desk.settle()
    assert desk.strip().inner_text().startswith("Reader asked")
    desk.page.keyboard.press("z")
    desk.await_card(asked)
    desk.settle()
    assert _enquiry(asked) is None

    desk.press("q")
    desk.page.keyboard.type("Who says so?")
    desk.page.keyboard.press("Control+Enter")
    desk.await_other(asked)
    desk.settle()
    desk.page.goto(f"{newsroom.url}/queue/{asked}?lane=asked")
    desk.await_card(asked)
    token = tokens.token_for(db.session.get_one(Correction, asked))
    answering.answer(token, "My <b>aunt</b>.", key=None, now=now())
    desk.page.evaluate("document.dispatchEvent(new CustomEvent('triage:ask'))")
    desk.page.get_by_role("button", name="Show the answer").click()

    desk.page.get_by_text("My <b>aunt</b>.").wait_for()
    assert desk.page.get_by_role("button", name="Show the answer").count() == 0
    assert barriers(desk.page) == []


def _enquiry(correction_id):
    db.session.rollback()
    return db.session.get(Enquiry, correction_id)
