"""The editor, revisions and the history over HTTP."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.extensions import db
from corrections_app.workflow.articles import editing, reading
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, HARBOUR, NOON, an_article
from tests.web.conftest import JSON, YES, Moderator, sign_in_as

TEXT = "\n\n".join(HARBOUR)
FIVE = TEXT.replace("four", "five")
JUNE = TEXT.replace("May", "June")
PATH = "/articles/harbour-wall"
TOLD = {"class": "correction", "notice": "It will cost five million pounds."} | YES


def now_at():
    db.session.rollback()
    return reading.article_at("harbour-wall").current


def typed_in(page: str) -> str:
    """What stands in the editor's text field, as a browser would send it."""
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1]).lstrip("\r\n").replace("\r\n", "\n")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    form = page[page.rindex('<form class="') :]
    fields = re.findall(r'<input([^>]*type="hidden"[^>]*)>', form)
    return {
        re.search(r'name="([^"]*)"', field)[1]: unescape(re.search(r'value="([^"]*)"', field)[1])
        for field in fields
    }


def faster(mira_s: str) -> None:
    """Mira saves her text while someone else types."""
    mira = accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    editing.edit("harbour-wall", mira_s, Act(mira, None, NOON), base=1, confirmed=CONFIRMED)


def test_the_editor_holds_the_article_as_text(moderator):
    an_article()

    page = moderator.get(f"{PATH}/edit").get_data(as_text=True)

    assert typed_in(page) == TEXT
    assert hidden(page)["revision"] == "1"


def test_saving_shows_what_was_changed(moderator):
    an_article()
    page = moderator.get(f"{PATH}/edit").get_data(as_text=True)
    text = FIVE.replace("\n", "\r\n")

    answer = moderator.post(f"{PATH}/edit", hidden(page) | {"text": text} | YES)

    assert (answer.status_code, answer.location) == (303, f"{PATH}/revisions/2?against=1")
    shown = moderator.get(answer.location).get_data(as_text=True)
    assert "<del><bdi>four</bdi></del><ins><bdi>five</bdi></ins>" in shown
    assert "2 paragraphs unchanged" in shown
    assert now_at().text == FIVE


def test_a_double_click_saves_once(moderator):
    an_article()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True)) | {"text": FIVE} | YES

    answers = [moderator.post(f"{PATH}/edit", fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert now_at().number == 2


def test_programs_edit_by_the_same_address(moderator):
    an_article()
    seen = moderator.get(f"{PATH}/edit", headers=JSON).json

    fields = {"revision": seen["revision"], "text": seen["text"].replace("four", "five")}
    answer = moderator.post_json(f"{PATH}/edit", fields | TOLD | {"key": "k"})

    assert (answer.status_code, answer.json) == (200, {"revision": 2, "slug": "harbour-wall"})
    assert (now_at().change_class, now_at().notice) == ("correction", TOLD["notice"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": TEXT, "revision": 1}, "no_change"),
        ({"text": FIVE}, "invalid"),
        ({"text": "", "revision": 1}, "invalid"),
        ({"revision": 1}, "invalid"),
        ({"text": FIVE, "revision": "x"}, "invalid"),
        ({"text": FIVE, "revision": 1, "class": "fancy"}, "invalid"),
        ({"text": FIVE, "revision": 1, "class": "correction"}, "invalid"),
        ({"text": FIVE, "revision": 1, "notice": "Sorry."}, "invalid"),
        ({"text": "a" * (limits.ARTICLE + 1), "revision": 1}, "too_long"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_everything_typed(moderator, fields, code):
    an_article()

    answer = moderator.post_json(f"{PATH}/edit", fields)
    page = moderator.post(f"{PATH}/edit", fields)

    assert (answer.status_code, answer.json["error"]) == (422, code)
    assert page.status_code == 422
    assert typed_in(page.get_data(as_text=True)) == fields.get("text", "")
    assert fields.get("notice", "") in page.get_data(as_text=True)
    assert now_at().number == 1


def test_the_second_editor_loses_nothing_and_sees_what_the_first_one_did(moderator):
    an_article()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True))
    faster(FIVE)

    answer = moderator.post(f"{PATH}/edit", fields | {"text": JUNE} | TOLD)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "mira changed the article at 12:00 UTC" in page
    assert typed_in(page) == JUNE
    assert TOLD["notice"] in page
    assert "<del><bdi>four</bdi></del><ins><bdi>five</bdi></ins>" in page
    assert now_at().text == FIVE


def test_a_program_that_was_slower_gets_409_and_the_new_revision(moderator):
    an_article()
    faster(FIVE)

    answer = moderator.post_json(f"{PATH}/edit", {"text": JUNE, "revision": 1})

    assert (answer.status_code, answer.json["error"]) == (409, "text_moved")
    assert answer.json["revision"] == 2


def test_two_changes_are_put_together_for_the_second_editor_to_save(moderator):
    an_article()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True)) | {"text": JUNE}
    faster(FIVE)
    clash = moderator.post(f"{PATH}/edit", fields).get_data(as_text=True)

    both = moderator.post(f"{PATH}/edit", hidden(clash) | {"text": JUNE, "merge": "1"})
    page = both.get_data(as_text=True)
    saved = moderator.post(f"{PATH}/edit", hidden(page) | {"text": typed_in(page)} | YES)

    assert both.status_code == 200
    assert saved.status_code == 303
    assert now_at().text == FIVE.replace("May", "June")


def test_a_change_is_written_over_another_only_when_that_was_seen(moderator):
    an_article()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True))
    faster(FIVE)
    six = TEXT.replace("four", "six")
    page = moderator.post(f"{PATH}/edit", fields | {"text": six}).get_data(as_text=True)

    assert 'name="merge"' not in page
    assert 'name="over" value="2"' in page
    answer = moderator.post(f"{PATH}/edit", hidden(page) | {"text": six, "over": "2"} | YES)

    assert answer.status_code == 303
    assert now_at().text == six


def test_changes_can_be_looked_at_before_saving(moderator):
    an_article()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True))

    answer = moderator.post(f"{PATH}/edit", fields | {"text": FIVE, "preview": "1"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<ins><bdi>five</bdi></ins>" in page
    assert typed_in(page) == FIVE
    assert now_at().number == 1


def test_a_long_article_can_be_edited_whole(moderator):
    an_article()
    long = f"{FIVE}\n\n{'Слово, яке довге. ' * 12_000}".rstrip()
    fields = hidden(moderator.get(f"{PATH}/edit").get_data(as_text=True)) | {"text": long} | YES

    answer = moderator.post(f"{PATH}/edit", fields, content_type="multipart/form-data")
    again = moderator.post_json(f"{PATH}/edit", {"text": f"{long} Ще.", "revision": 2} | YES)

    assert (answer.status_code, again.status_code) == (303, 200)
    assert now_at().text == f"{long} Ще."


def test_only_the_editor_takes_long_requests_and_only_from_moderators(app, moderator):
    an_article()
    long = "a" * (limits.BODY_BYTES + 1)

    assert moderator.post("/queue/1/decision", {"note": long}).status_code == 413
    assert app.test_client().post(f"{PATH}/edit", data={"text": long}).status_code == 303
    assert moderator.post(f"{PATH}/edit", {"text": "a" * limits.EDIT_BYTES}).status_code == 413


def test_a_whole_article_is_let_in_where_it_is_edited_and_nowhere_else(moderator):
    an_article()
    fields = {"revision": 1, "text": f"{FIVE}\n\n{'word ' * 50_000}"} | YES

    assert moderator.post_json(f"{PATH}/edit", fields).status_code == 200
    assert moderator.post(f"{PATH}/corrections", {"exact": "a" * 70_000}).status_code == 413


def test_hostile_text_is_shown_as_text(moderator):
    an_article()
    hostile = "</textarea><script>alert(1)</script>"
    moderator.post_json(f"{PATH}/edit", {"revision": 1, "text": f"{TEXT}\n\n{hostile}"} | YES)
    notice = {"class": "update", "notice": hostile} | YES
    moderator.post_json(f"{PATH}/edit", {"revision": 2, "text": f"{FIVE}\n\n{hostile}"} | notice)

    for path in ("edit", "revisions", "revisions/2", "revisions/2?against=1", "history"):
        answer = moderator.get(f"{PATH}/{path}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.get_data(as_text=True)
    assert typed_in(moderator.get(f"{PATH}/edit").get_data(as_text=True)).endswith(hostile)


def test_all_revisions_are_listed_for_moderators(moderator):
    an_article()
    moderator.post_json(f"{PATH}/edit", {"revision": 1, "text": FIVE} | TOLD)

    page = moderator.get(f"{PATH}/revisions").get_data(as_text=True)
    found = moderator.get(f"{PATH}/revisions", headers=JSON).json

    assert TOLD["notice"] in page
    assert [item["number"] for item in found["items"]] == [2, 1]
    assert found["next"] is None
    assert (found["items"][0]["by"], found["items"][0]["class"]) == ("max", "correction")


def test_any_revision_can_be_read_and_compared_with_any_other(moderator):
    an_article()
    moderator.post_json(f"{PATH}/edit", {"revision": 1, "text": FIVE} | YES)

    assert moderator.get(f"{PATH}/revisions/1", headers=JSON).json["text"] == TEXT
    assert "four million" in moderator.get(f"{PATH}/revisions/1").get_data(as_text=True)
    back = moderator.get(f"{PATH}/revisions/1?against=2").get_data(as_text=True)
    assert "<del><bdi>five</bdi></del><ins><bdi>four</bdi></ins>" in back
    rows = moderator.get(f"{PATH}/revisions/2?against=1", headers=JSON).json["rows"]
    assert [(row["state"], row["count"]) for row in rows] == [
        ("same", 2),
        ("edited", 1),
        ("same", 1),
    ]
    assert "These two say the same." in moderator.get(f"{PATH}/revisions/2?against=2").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    "path",
    ["revisions/9", "revisions/9?against=1", "revisions/1?against=9", "revisions/1?against=x",
     "revisions/0", "revisions/99999999999999999999"],
)  # fmt: skip
def test_a_revision_that_is_not_there_is_not_found(moderator, path):
    an_article()

    assert moderator.get(f"{PATH}/{path}").status_code == 404


def test_an_earlier_revision_is_restored_from_its_page(moderator):
    an_article()
    moderator.post_json(f"{PATH}/edit", {"revision": 1, "text": FIVE} | YES)
    page = moderator.get(f"{PATH}/revisions/1").get_data(as_text=True)

    answer = moderator.post(f"{PATH}/revisions/1/restore", hidden(page) | YES)

    assert (answer.status_code, answer.location) == (303, f"{PATH}/revisions/3?against=2")
    assert (now_at().origin, now_at().text) == ("restore", TEXT)


def test_a_restore_that_is_refused_comes_back_with_its_notice(moderator):
    an_article()
    moderator.post_json(f"{PATH}/edit", {"revision": 1, "text": FIVE} | YES)
    page = moderator.get(f"{PATH}/revisions/1").get_data(as_text=True)
    moderator.post_json(f"{PATH}/edit", {"revision": 2, "text": JUNE} | YES)

    answer = moderator.post(f"{PATH}/revisions/1/restore", hidden(page) | TOLD)
    as_json = moderator.post_json(f"{PATH}/revisions/1/restore", {"revision": 2})

    assert answer.status_code == 409
    assert TOLD["notice"] in answer.get_data(as_text=True)
    assert (as_json.status_code, as_json.json["error"]) == (409, "text_moved")
    assert now_at().text == JUNE


@pytest.mark.parametrize("path", ["edit", "revisions", "revisions/1", "revisions/1?against=1"])
def test_strangers_are_sent_to_sign_in(app, path):
    an_article()
    browser = app.test_client()

    answer = browser.get(f"{PATH}/{path}")

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert browser.get(f"{PATH}/{path}", headers=JSON).status_code == 403


@pytest.mark.parametrize("path", ["edit", "revisions/1/restore"])
def test_nothing_changes_without_signing_in_and_the_pages_token(app, moderator, path):
    an_article()
    fields = {"revision": 1, "text": FIVE}

    assert app.test_client().post(f"{PATH}/{path}", json=fields, headers=JSON).status_code == 403
    assert moderator.client.post(f"{PATH}/{path}", json=fields, headers=JSON).status_code == 403
    assert now_at().number == 1


def test_moderators_pages_stay_in_no_cache(moderator):
    an_article()

    for path in ("edit", "revisions", "revisions/1", "revisions/1?against=1"):
        assert moderator.get(f"{PATH}/{path}").headers["Cache-Control"] == "no-store"


def test_the_public_history_is_the_same_for_everyone(app, max_):
    an_article()
    told = {"change_class": ChangeClass.CORRECTION, "notice": TOLD["notice"]}
    told |= {"confirmed": CONFIRMED}
    editing.edit("harbour-wall", FIVE, Act(max_, None, NOON), base=1, **told)
    silent = TEXT.replace("the the", "the")
    editing.edit("harbour-wall", silent, Act(max_, None, NOON), base=2, confirmed=CONFIRMED)

    stranger = app.test_client().get(f"{PATH}/history")
    moderator = Moderator(sign_in_as(app, "max@courier.example")).get(f"{PATH}/history")

    page = stranger.get_data(as_text=True)
    assert TOLD["notice"] in page
    assert "max" not in page.lower()
    assert page.count("<li>") == 1
    assert stranger.data == moderator.data
    for answer in (stranger, moderator):
        assert answer.cache_control.public
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    again = app.test_client().get(
        f"{PATH}/history", headers={"If-None-Match": stranger.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_article_that_never_changed_says_so(app):
    an_article()

    page = app.test_client().get(f"{PATH}/history").get_data(as_text=True)

    assert "Nothing in this article has had to be corrected so far." in page
    assert f'href="{PATH}/history"' in app.test_client().get(PATH).get_data(as_text=True)


def test_an_article_that_is_not_there_has_no_history(app, moderator):
    assert app.test_client().get("/articles/nowhere/history").status_code == 404
    for path in ("edit", "revisions", "revisions/1"):
        assert moderator.get(f"/articles/nowhere/{path}").status_code == 404
