"""From the card an editor asks the reader; list, card and screens say what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction, Enquiry
from corrections_app.workflow import tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import asking
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.submitting import answering
from corrections_app.workflow.transaction import Act, write
from tests.builders import a_correction, an_article
from tests.web.conftest import JSON, as_it_is, decided, text_of

ANSWER = "From <script>x</script> the\u200bbudget."


def max_himself():
    db.session.rollback()
    return accounts.by_email("max@courier.example")


def ask(moderator, correction, words="Who says so?", **more):
    fields = {"question": words, "seen": as_it_is(correction).version} | more
    return moderator.post(f"/queue/{correction.id}/ask", {"key": f"k{correction.id}"} | fields)


def answer(correction, words=ANSWER, moment=None):
    answering.answer(tokens.token_for(correction), words, key=None, now=moment or now())


def days_pass(correction):
    with write() as session:
        session.get_one(Enquiry, correction.id).until = now()


def test_a_form_asks_and_the_card_says_so(moderator):
    correction = a_correction(an_article(), email="", now=now())
    page = text_of(moderator.get(f"/queue/{correction.id}"))
    assert "The reader left no address: they see it only if they open their receipt again." in page
    assert "for 7 days at most" in page

    done, again = ask(moderator, correction), ask(moderator, correction, seen=1)

    assert (done.status_code, done.location) == (303, f"/queue/{correction.id}")
    assert again.status_code == 303
    page = text_of(moderator.get(done.location))
    assert "The reader was asked" in page
    assert "Who says so?" in page
    assert "Undo the question" in page
    assert 'data-act="ask"' not in page
    undone = moderator.post(f"/queue/{correction.id}/put-back", {"what": "ask", "key": "u"})
    assert undone.status_code == 303
    assert 'data-act="ask"' in text_of(moderator.get(done.location))


def test_a_program_asks_and_is_refused_in_words(moderator):
    correction = a_correction(an_article(), now=now())
    path = f"/queue/{correction.id}/ask"

    done = moderator.post_json(path, {"question": "Who?", "seen": 1})
    second = moderator.post_json(path, {"question": "Who else?", "seen": 2})
    unseen = moderator.post_json(path, {"question": "Who else?"})
    empty = moderator.post_json(path, {"question": " ", "seen": 2})
    long = moderator.post_json(path, {"question": "x" * 1_001, "seen": 2})

    assert (done.status_code, done.json["version"]) == (200, 2)
    assert (second.status_code, second.json["error"]) == (409, "stale_version")
    assert second.json["message"].startswith("The reader was asked already")
    assert (unseen.status_code, list(unseen.json["fields"])) == (422, ["seen"])
    assert (empty.status_code, list(empty.json["fields"])) == (422, ["question"])
    assert (long.status_code, long.json["error"]) == (422, "too_long")


@pytest.mark.parametrize("how", ["asked", "decided"])
def test_what_was_typed_in_vain_is_there_still(moderator, how):
    correction = a_correction(an_article(), now=now())
    if how == "asked":
        ask(moderator, correction)
    else:
        decided(moderator, correction)

    refused = ask(moderator, correction, "A <b>second</b> one?", key="other")

    assert refused.status_code == 409
    assert "A &lt;b&gt;second&lt;/b&gt; one?" in text_of(refused)


def test_a_refused_question_stays_in_its_box(moderator):
    correction = a_correction(an_article(), now=now())

    refused = ask(moderator, correction, "x" * 1_001)

    page = text_of(refused)
    assert refused.status_code == 422
    assert "x" * 1_001 in page
    assert "1,000 characters at most" in page


def test_the_answer_is_shown_as_hostile_text_is_elsewhere(moderator):
    correction = a_correction(an_article(), now=now())
    ask(moderator, correction)
    answer(correction)

    page = text_of(moderator.get(f"/queue/{correction.id}"))

    assert "The reader has answered" in page
    assert "From &lt;script&gt;x&lt;/script&gt; the" in page
    assert "U+200B" in page
    assert "<script>x" not in page


def test_the_list_has_a_part_for_it_and_says_what_became_of_it(moderator):
    article = an_article()
    open_, answered, over = (
        a_correction(article, *words, now=now())
        for words in (("the the", "the"), ("May 2025", "May 26"), ("four", "five"))
    )
    for one in (open_, answered, over):
        ask(moderator, one)
    answer(answered)
    days_pass(over)

    waiting = text_of(moderator.get("/queue"))
    assert "the reader answered" in waiting
    assert "no answer came" in waiting
    assert f'href="/queue?lane={Lane.ASKED}"' in waiting
    asked = moderator.get("/queue?lane=asked", headers=JSON).json["items"]
    assert [one["id"] for one in asked] == [open_.id]
    assert "reader asked, until" in text_of(moderator.get("/queue?lane=asked"))
    wanted = {"asked": open_, "answered": answered, "unanswered": over}
    for state, correction in wanted.items():
        found = moderator.get(f"/queue?question={state}", headers=JSON).json["items"]
        assert [one["id"] for one in found] == [correction.id]
        assert found[0]["question"]["state"] == state
        assert "Remove this filter" in text_of(moderator.get(f"/queue?question={state}"))
    assert found[0]["question"]["words"] == "Who says so?"
    wrong = moderator.get("/queue?question=perhaps", headers=JSON)
    assert (wrong.status_code, list(wrong.json["fields"])) == (422, ["question"])
    assert moderator.get(f"/queue/{over.id}", headers=JSON).json["question"]["state"]


def test_an_open_screen_hears_of_the_answer_once_its_card_is_older(moderator):
    article = an_article()
    asked = a_correction(article, now=now())
    behind = a_correction(article, email="bo@reader.example", now=now())
    since = now().isoformat()
    ask(moderator, asked)

    def told(ids, moment=since):
        path = f"/queue/changes?ids={ids}&since={moment.replace('+', '%2B')}"
        return moderator.get(path, headers=JSON).json["answered"]

    assert told(asked.id) == []
    moment = now()
    answer(asked, moment=moment)

    (one,) = told(f"{asked.id},{behind.id}")
    assert one == {"id": asked.id, "words": "The reader has answered.", "at": moment.isoformat()}
    assert f'data-answered="{moment.isoformat()}"' in text_of(moderator.get(f"/queue/{asked.id}"))
    assert told(behind.id) == []
    with write() as session:  # the same, read on the card that it stands behind, too
        session.get_one(Correction, asked.id).leader_id = behind.id
        session.get_one(Correction, behind.id).leader_id = None
    assert [one["id"] for one in told(behind.id)] == [behind.id]
    assert sorted(one["id"] for one in told(f"{asked.id},{behind.id}")) == [asked.id, behind.id]
    with write() as session:
        session.get_one(Correction, asked.id).leader_id = None
    assert told(asked.id, (moment + timedelta(seconds=1)).isoformat()) == []
    decided(moderator, asked)
    assert told(asked.id) == []


def test_nobody_asks_in_anothers_section(moderator, editor):
    correction = a_correction(an_article(), now=now())
    with write() as session:
        session.merge(max_himself()).section = "Culture"

    answered = moderator.post_json(f"/queue/{correction.id}/ask", {"question": "Who?", "seen": 1})

    assert (answered.status_code, answered.json["error"]) == (403, "not_permitted")
    db.session.rollback()
    mira = accounts.by_email("mira@courier.example")
    asking.ask(correction.id, "Who?", Act(mira, None, now()), seen=1)
