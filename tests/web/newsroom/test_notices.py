"""A notice is a thing of its own: published alone, worded anew and withdrawn, in the open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Notice
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.submitting import submission
from tests.builders import NOON, a_correction, a_proposal, accept, an_article
from tests.web.conftest import JSON, text_of

PATH = "/articles/harbour-wall"
ALONE = {"class": "clarification", "notice": "The council has nine members."}
TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It will cost five million pounds."}


@pytest.fixture
def article(app):
    return an_article()


def only():
    db.session.rollback()
    return db.session.scalars(select(Notice)).one()


def published(browser, **fields):
    answer = browser.post(f"{PATH}/notices", ALONE | fields)
    assert answer.status_code == 303
    return only()


def public_page(app):
    return text_of(app.test_client().get(PATH))


def test_a_notice_is_published_alone_and_at_once(app, article, editor):
    notice = published(editor)

    assert (notice.revision, notice.decision_id, notice.change_class) == (
        None, None, "clarification",
    )  # fmt: skip
    assert notice.public_at == notice.created_at
    assert ALONE["notice"] in public_page(app)
    assert "The notice is published." in text_of(editor.get(f"/notices/{notice.id}?done=published"))
    event = db.session.scalars(select(AuditEvent).filter_by(action="publish_notice")).one()
    assert event.data["words"] == ALONE["notice"]
    assert list(audit.verify(db.session())) == []


def test_what_a_notice_said_before_stays_to_be_read(app, article, editor):
    notice = published(editor)
    path = f"/notices/{notice.id}/reword"
    words = "The council has ten members."

    unsaid = editor.post(path, {"notice": words, "seen": "0", "note": " "})
    assert (unsaid.status_code, words in text_of(unsaid)) == (422, True)
    assert "Tell readers why" in text_of(unsaid)
    said = editor.post(path, {"notice": words, "seen": "0", "note": "We had counted the mayor."})

    assert said.status_code == 303
    page = public_page(app)
    assert page.partition("ld+json")[0].count(words) == 1
    assert "Reworded on" in page
    assert "We had counted the mayor." in page
    assert f"<bdi>{ALONE['notice']}</bdi>" in page
    stale = editor.post_json(path, {"notice": "Eleven.", "note": "No.", "seen": 0})
    assert (stale.status_code, stale.json["error"]) == (409, "stale_version")
    same = editor.post_json(path, {"notice": words, "note": "No.", "seen": 1})
    assert same.json["error"] == "no_change"


def test_a_withdrawn_notice_stands_on_as_withdrawn(app, article, editor):
    notice = published(editor, **{"class": "editors_note"})

    answer = editor.post_json(
        f"/notices/{notice.id}/withdraw", {"note": "It was another article.", "seen": 0}
    )

    assert answer.json["withdrawn_at"]
    page = public_page(app)
    assert f"<s>{ALONE['notice']}</s>" in page
    assert "Withdrawn on" in page
    assert "It was another article." in page
    assert 'class="article-notices notices-foot"' in page
    assert 'class="article-notices notices-above"' not in page
    again = editor.post_json(f"/notices/{notice.id}/reword", ALONE | {"note": "No.", "seen": 1})
    assert again.status_code == 422
    assert list(audit.verify(db.session())) == []


def test_before_it_is_public_a_notice_is_worded_without_a_trace_and_never_withdrawn(
    app, article, editor, max_
):
    accept(a_correction(article, "four million", "five million"), max_, now=now(), **TOLD)
    path = f"/notices/{only().id}"

    assert "Public from" in text_of(editor.get(path))
    refused = editor.post_json(f"{path}/withdraw", {"note": "No.", "seen": 0})
    worded = editor.post_json(f"{path}/reword", {"notice": "Five million.", "seen": 0})

    assert refused.status_code == 422
    assert "undo its decision" in refused.json["message"]
    assert (worded.json["notice"], worded.json["changes"]) == ("Five million.", [])
    assert only().words == "Five million."
    events = db.session.scalars(
        select(AuditEvent).filter_by(action="reword_notice").order_by(AuditEvent.id)
    ).all()
    assert [one.data["before"] for one in events] == [TOLD["notice"]]


@pytest.mark.parametrize(
    ("second", "class_", "status"),
    [
        ("off", "correction", 200),
        ("off", "editors_note", 403),
        ("facts", "correction", 403),
        ("all", "clarification", 403),
    ],
)
def test_seniority_decides_who_publishes_which_notice(
    app, article, moderator, mira, second, class_, status
):
    app.config["SECOND_APPROVAL"] = second

    answer = moderator.post_json(f"{PATH}/notices", ALONE | {"class": class_})

    assert answer.status_code == status
    db.session.rollback()
    assert len(db.session.scalars(select(Notice)).all()) == (status == 200)


def test_a_moderator_changes_no_published_notice(article, moderator, mira):
    notice = published(moderator)

    for act in ("reword", "withdraw"):
        answer = moderator.post_json(
            f"/notices/{notice.id}/{act}", {"notice": "Ten.", "note": "Why.", "seen": 0}
        )
        assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
    assert "Reword it" not in text_of(moderator.get(f"/notices/{notice.id}"))
    assert only().words == ALONE["notice"]


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"notice": " "}, "notice"),
        ({"notice": "x" * 1001}, "notice"),
        ({"class": "silent"}, "class"),
        ({"class": ""}, "class"),
    ],
)
def test_what_cannot_be_a_notice_is_refused_with_all_that_was_typed(
    article, editor, fields, at_fault
):
    answer = editor.post(f"{PATH}/notices", ALONE | fields)
    told = editor.post_json(f"{PATH}/notices", ALONE | fields)

    assert (answer.status_code, told.status_code) == (422, 422)
    assert at_fault in told.json["fields"]
    assert (ALONE | fields)["notice"].strip() in text_of(answer)
    assert db.session.scalars(select(Notice)).all() == []


def test_the_same_request_publishes_once(article, editor):
    sent = ALONE | {"key": "k1"}

    first, again = (editor.post_json(f"{PATH}/notices", sent) for _ in range(2))

    assert first.json == again.json
    assert only().id == first.json["id"]
    other = editor.post_json(f"{PATH}/notices", sent | {"notice": "Other."})
    assert other.json["error"] == "bad_key"


def test_the_newsroom_sees_every_notice_of_an_article(article, editor, moderator, max_):
    published(editor)
    accept(
        a_correction(article, "four million", "five million"),
        max_,
        now=now() - timedelta(seconds=1),
        **TOLD,
    )

    page = text_of(moderator.get(f"{PATH}/notices"))
    items = moderator.get(f"{PATH}/notices", headers=JSON).json["items"]

    assert [one["class"] for one in items] == ["correction", "clarification"]
    assert [one["revision"] for one in items] == [2, None]
    assert TOLD["notice"] in page
    assert "unless its decision is undone" in page
    assert f'href="{PATH}/notices"' in text_of(moderator.get(f"{PATH}/revisions"))


@pytest.mark.parametrize("path", [f"{PATH}/notices", "/notices/1", "/notice-style"])
def test_strangers_see_none_of_it(app, article, path):
    browser = app.test_client()

    assert browser.get(path).status_code == 303
    assert browser.get(path, headers=JSON).status_code == 403


def test_there_is_no_notice_that_is_not_there(article, editor):
    for path in ("/notices/9", "/articles/nowhere/notices"):
        assert editor.get(path).status_code == 404
    assert editor.post("/notices/9/withdraw", {"note": "No.", "seen": "0"}).status_code == 404


@pytest.mark.parametrize("is_held", [False, True])
def test_receipt_card_and_notice_lead_to_what_readers_see(app, article, editor, max_, is_held):
    when = now() if is_held else NOON
    proposal = a_proposal(article, "four million", "five million")
    receipts = [
        submission.submit(article.slug, proposal, key=None, now=NOON).token for _ in range(2)
    ]
    correction = tokens.by_token(receipts[0])
    accept(correction, max_, now=when, **TOLD)
    number = only().id

    public = f'href="/corrections/{number}"'
    for receipt in receipts:
        page = text_of(app.test_client().get(f"/receipts/{receipt}"))
        assert (public in page) is not is_held
    assert (public in text_of(editor.get(f"/notices/{number}"))) is not is_held
    card = text_of(editor.get(f"/queue/{correction.id}"))
    assert (f'href="/notices/{number}"' in card) is not is_held
