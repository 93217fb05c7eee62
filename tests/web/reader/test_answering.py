"""A reader reads what an editor asks on the receipt, and answers there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Enquiry
from corrections_app.workflow import tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import asking, side_facts
from corrections_app.workflow.privacy import erasing
from corrections_app.workflow.submitting import receipts
from corrections_app.workflow.transaction import Act
from tests.builders import a_correction, an_article, reject
from tests.web.conftest import JSON, as_it_is, text_of

WORDS = "Who says <script>alert(1)</script> so?"


@pytest.fixture
def reader(app):
    """A reader's browser: no account, no cookie, no script."""
    return app.test_client()


@pytest.fixture
def correction(app, max_):
    """A correction whose reader was asked something and left no address."""
    sent = a_correction(an_article(), email="", now=now())
    asking.ask(sent.id, WORDS, Act(max_, None, now()), seen=1)
    return sent


def at(correction, act=""):
    return f"/receipts/{tokens.token_for(correction)}{'/' if act else ''}{act}"


def enquiry_of(correction):
    db.session.rollback()
    return db.session.scalars(select(Enquiry).filter_by(correction_id=correction.id)).one()


def key_in(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def test_the_receipt_shows_question_and_form_and_then_the_answer(reader, correction):
    page = text_of(reader.get(at(correction)))

    assert "Who says &lt;script&gt;alert(1)&lt;/script&gt; so?" in page
    assert "an editor has a question for you" in page
    assert "max" not in page.lower().replace("maxlength", "")
    fields = {"answer": "The <b>mayor</b>.", "key": key_in(page)}
    answer = reader.post(at(correction, "answer"), data=fields)
    again = reader.post(at(correction, "answer"), data=fields)

    assert (answer.status_code, again.status_code) == (303, 303)
    assert answer.location == at(correction)
    page = text_of(reader.get(answer.location))
    assert "The &lt;b&gt;mayor&lt;/b&gt;." in page
    assert "Thank you. The editors have it." in page
    assert 'name="answer"' not in page
    assert enquiry_of(correction).answer == "The <b>mayor</b>."


def test_programs_are_told_the_same(reader, correction):
    told = reader.get(at(correction), headers=JSON).json
    assert (told["question"], told["answer"]) == (WORDS, None)
    assert told["state"] == "an editor has a question for you"

    told = reader.post(at(correction, "answer"), json={"answer": "Ada."}, headers=JSON).json

    assert (told["answer"], told["state"]) == ("Ada.", "waiting for an editor")
    refused = reader.post(at(correction, "answer"), json={"answer": "Bo."}, headers=JSON)
    assert (refused.status_code, refused.json["error"]) == (409, "already_decided")


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        ("", 422, "Write your answer."),
        ("x" * 2_001, 422, "2,000 characters at most"),
        ("seen \u202e unseen", 422, "RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_what_is_refused_is_typed_still_and_says_why(reader, correction, words, status, why):
    answer = reader.post(at(correction, "answer"), data={"answer": words, "key": "k"})

    page = text_of(answer)
    assert answer.status_code == status
    assert why in page
    assert 'aria-invalid="true"' in page
    assert words.replace("\u202e", "").strip() in page
    assert enquiry_of(correction).answered_at is None


def test_what_came_too_late_is_told_kindly_and_not_lost(reader, correction, max_):
    reject(correction, max_, now=now())

    answer = reader.post(at(correction, "answer"), data={"answer": "It was <Ada>.", "key": "k"})

    page = text_of(answer)
    assert answer.status_code == 409
    assert "was decided before your answer came" in page
    assert "It was &lt;Ada&gt;." in page
    assert "none is needed any more" in page
    assert enquiry_of(correction).answer is None
    assert "none is needed any more" in text_of(reader.get(at(correction)))


def test_a_withdrawn_one_says_so(reader, correction):
    receipts.withdraw(tokens.token_for(correction), now=now())

    assert "You withdrew the correction" in text_of(reader.get(at(correction)))
    answer = reader.post(at(correction, "answer"), data={"answer": "Ada."})
    assert answer.status_code == 409
    assert "You withdrew this correction" in text_of(answer)


def test_where_nothing_is_asked_there_is_no_form(reader, app):
    plain = a_correction(an_article(), now=now())

    assert 'name="answer"' not in text_of(reader.get(at(plain)))
    assert reader.post(at(plain, "answer"), data={"answer": "Ada."}).status_code == 409
    for token in ("nonsense", "1-AAAAAAAAAAAAAAAAAAAAAAAA"):
        path = f"/receipts/{token}/answer"
        assert reader.post(path, data={"answer": "Ada."}).status_code == 404


def test_only_what_is_stored_counts_against_the_limits(make_app, tmp_path):
    app = make_app(own=True, LIMITS="1/hour")
    with app.app_context():
        from corrections_app.domain.lifecycle import Role
        from corrections_app.workflow.people import accounts

        editor = accounts.add("mira@courier.example", role=Role.EDITOR, now=now())
        article = an_article()
        first = a_correction(article, now=now())
        second = a_correction(article, "May 2025", "May 2026", now=now())
        for one in (first, second):
            asking.ask(one.id, "Who?", Act(editor, None, now()), seen=1)
        reader = app.test_client()
        sent = {"answer": "Ada.", "key": "k"}

        assert reader.post(at(first, "answer"), data={"answer": ""}).status_code == 422
        assert reader.post(at(first, "answer"), data=sent).status_code == 303
        held = reader.post(at(second, "answer"), data=sent)

        assert held.status_code == 429
        assert "Ada." in text_of(held)
        assert enquiry_of(second).answer is None


def test_a_reader_without_an_address_erases_what_they_answered(reader, correction):
    reader.post(at(correction, "answer"), data={"answer": "My neighbour Ada."})
    assert "Erase it now" in text_of(reader.get(at(correction)))
    page = text_of(reader.get(at(correction, "erase")))
    assert "your answer" in page

    assert reader.post(at(correction, "erase")).status_code == 303

    row = enquiry_of(correction)
    assert (row.question, row.answer) == (None, None)
    assert row.answered_at is not None
    page = text_of(reader.get(at(correction)))
    assert "not kept any more" in page
    assert "Ada" not in page


def test_an_open_question_that_is_erased_is_waited_for_no_more(reader, correction):
    erasing.of_receipt(tokens.token_for(correction), now())

    assert enquiry_of(correction).until <= now()
    assert as_it_is(correction).status == "pending"
    assert reader.post(at(correction, "answer"), data={"answer": "Ada."}).status_code == 409
    assert enquiry_of(correction).until + timedelta(days=7) > now()


def test_no_answer_is_given_to_another_question_than_was_read(reader, correction, max_):
    page = text_of(reader.get(at(correction)))
    asked = re.search(r'name="asked" value="([^"]+)"', page)[1]
    side_facts.put_back(correction.id, "ask", Act(max_, None, now()))
    seen = as_it_is(correction).version
    asking.ask(correction.id, "Where was it?", Act(max_, None, now()), seen=seen)
    fields = {"answer": "The mayor.", "asked": asked}

    late = reader.post(at(correction, "answer"), data=fields)

    assert late.status_code == 409
    page = text_of(late)
    assert "ask something else by now" in page
    assert "Where was it?" in page
    assert "The mayor." in page
    fields["asked"] = re.search(r'name="asked" value="([^"]+)"', page)[1]
    assert reader.post(at(correction, "answer"), data=fields).status_code == 303


def test_programs_hear_that_an_answer_was_erased(reader, correction):
    told = reader.post(at(correction, "erase"), headers=JSON).json
    assert told == {"contacts": 0, "letters": 0, "names": 0, "answers": 1}
