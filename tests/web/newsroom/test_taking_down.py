"""Every address of what was taken down answers honestly; the pages that do it take two steps."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import reading, retiring, withholding
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act
from tests.builders import a_correction, accept, an_article, reject
from tests.web.conftest import JSON, text_of

WHY = "It named <b>a person</b> who had asked not to be named."
SHOWN = "It named &lt;b&gt;a person&lt;/b&gt; who had asked not to be named."
ADDRESSES = ("", "/history", "/corrections/new", "/corrections/new?start=0&end=5&revision=1")
STAFF = ("/revisions", "/revisions/1", "/edit")


def take_down(by, slug="harbour-wall"):
    retiring.retire(slug, WHY, Act(by, None, now()), confirmed=True)


def withhold(by, number, slug="harbour-wall"):
    withholding.withhold(slug, number, WHY, Act(by, None, now()), confirmed=True)


@pytest.mark.parametrize("address", [*ADDRESSES, *STAFF])
def test_every_address_answers_strangers_that_it_is_gone(app, client, mira, address):
    an_article()
    take_down(mira)

    page = client.get(f"/articles/harbour-wall{address}")
    plain = client.get(f"/articles/harbour-wall{address}", headers=JSON)

    assert (page.status_code, plain.status_code) == (410, 410)
    assert SHOWN in text_of(page)
    assert "took it down on" in text_of(page)
    assert "council" not in text_of(page) + text_of(plain)
    assert page.headers["Cache-Control"] == "no-store"
    assert plain.json["error"] == "gone"
    assert (plain.json["reason"], plain.json["day"] in plain.json["message"]) == (WHY, True)


def test_a_copy_that_was_kept_is_no_longer_good(app, client, mira):
    an_article()
    tag = client.get("/articles/harbour-wall").headers["ETag"]
    take_down(mira)

    again = client.get("/articles/harbour-wall", headers={"If-None-Match": tag})

    assert again.status_code == 410
    assert "harbour-wall" not in text_of(client.get("/"))


def test_brought_back_it_is_read_and_its_history_says_it_was_away(app, client, mira):
    an_article()
    take_down(mira)
    retiring.bring_back("harbour-wall", Act(mira, None, now()), confirmed=True)

    history = text_of(client.get("/articles/harbour-wall/history"))

    assert client.get("/articles/harbour-wall").status_code == 200
    assert "and brought back on" in history
    assert SHOWN in history


def test_whoever_sends_at_that_moment_keeps_their_words(app, client, mira):
    an_article()
    take_down(mira)
    typed = {
        "revision": 1, "start": 0, "end": 3, "exact": "The", "replacement": "A <i>word</i>",
        "explanation": "Because it is so.", "source_url": "https://example.org/x",
        "email": "ada@reader.example", "key": "k",
    }  # fmt: skip

    page = client.post("/articles/harbour-wall/corrections", data=typed)
    plain = client.post("/articles/harbour-wall/corrections", json=typed, headers=JSON)

    assert (page.status_code, plain.status_code) == (410, 410)
    html = text_of(page)
    for words in ("A &lt;i&gt;word&lt;/i&gt;", "Because it is so.", "https://example.org/x", SHOWN):
        assert words in html
    assert "what you were about to send could not be accepted" in html
    assert "data-correction" in html
    assert plain.json["error"] == "gone"
    assert db.session.query(Correction).count() == 0


def test_a_receipt_says_what_became_of_it_and_quotes_only_its_reader(app, client, mira):
    correction = a_correction(an_article())
    rejected = a_correction(correction.article, "four", "five")
    reject(rejected, mira)
    take_down(mira)

    html = text_of(client.get(f"/receipts/{tokens.token_for(correction)}"))
    other = text_of(client.get(f"/receipts/{tokens.token_for(rejected)}"))

    assert "The article was taken down, so there is nothing left in it to correct." in html
    assert "closed, because the article was taken down" in html
    assert "rebuild" not in html
    assert "Ask for a second look" not in other
    answer = client.get(f"/receipts/{tokens.token_for(correction)}", headers=JSON).json
    assert answer["state"] == "closed, because the article was taken down"


def test_an_editor_takes_two_steps_by_page(app, client, editor):
    a_correction(an_article())

    first = editor.get("/articles/harbour-wall/retire")
    asked = editor.post("/articles/harbour-wall/retire", {"reason": WHY, "key": "k"})

    assert "1 correction that waits is closed with it." in text_of(first)
    assert asked.status_code == 409
    assert SHOWN in text_of(asked)
    assert "Yes, take it down" in text_of(asked)
    assert 'name="key" type="hidden" value="k"' in text_of(asked)
    assert client.get("/articles/harbour-wall").status_code == 200
    done = editor.post(
        "/articles/harbour-wall/retire", {"reason": WHY, "key": "k", "confirmed": "y"}
    )
    assert (done.status_code, done.location) == (303, "/articles/harbour-wall/retire")
    assert client.get("/articles/harbour-wall").status_code == 410
    there = text_of(editor.get("/articles/harbour-wall/retire"))
    assert "Bring the article back" in there
    sure = editor.post("/articles/harbour-wall/bring-back", {"key": "b"})
    assert (sure.status_code, "Yes, bring it back" in text_of(sure)) == (409, True)
    editor.post("/articles/harbour-wall/bring-back", {"key": "b", "confirmed": "y"})
    assert client.get("/articles/harbour-wall").status_code == 200
    assert "Down from" in text_of(editor.get("/articles/harbour-wall/retire"))


def test_an_editor_takes_two_steps_by_json(app, editor):
    a_correction(an_article())
    address = "/articles/harbour-wall/retire"

    asked = editor.post_json(address, {"reason": WHY})
    wordless = editor.post_json(address, {"confirmed": True})
    done = editor.post_json(address, {"reason": WHY, "confirmed": True})
    twice = editor.post_json(address, {"reason": WHY, "confirmed": True})

    assert (asked.status_code, asked.json["error"]) == (409, "needs_confirmation")
    assert (asked.json["corrections"], asked.json["letters"]) == (1, 1)
    assert (wordless.status_code, "reason" in wordless.json["fields"]) == (422, True)
    assert (done.status_code, done.json["closed"]) == (200, 1)
    assert (twice.status_code, twice.json["error"]) == (409, "already_decided")
    known = editor.get(address, headers=JSON).json
    assert (known["retired"], known["retirements"][0]["reason"]) == (True, WHY)


def test_moderators_and_strangers_take_nothing_down(app, client, moderator):
    an_article("Title", "One.")
    for address in ("/retire", "/revisions/1/withhold"):
        there = f"/articles/harbour-wall{address}"
        assert moderator.get(there).status_code == 403
        assert moderator.post_json(there, {"reason": WHY, "confirmed": 1}).status_code == 403
        assert client.get(there).status_code == 303
        assert client.post(there, json={"reason": WHY}, headers=JSON).status_code == 403
        assert client.post(there, data={"reason": WHY}).status_code in (303, 403)
    assert "Take down" not in text_of(moderator.get("/articles/harbour-wall/revisions"))


def test_staff_still_read_the_revisions_and_lose_no_typed_word(app, editor, mira):
    an_article()
    take_down(mira)

    listed = editor.get("/articles/harbour-wall/revisions")
    shown = editor.get("/articles/harbour-wall/revisions/1")
    typed = editor.post("/articles/harbour-wall/edit", {"revision": 1, "text": "New\n\nWords."})

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "readers cannot open it" in text_of(listed)
    assert (typed.status_code, "Words." in text_of(typed)) == (410, True)


def test_a_card_of_it_says_who_was_faster(app, editor, mira):
    correction = a_correction(an_article())
    version = correction.version
    take_down(mira)

    late = editor.post_json(
        f"/queue/{correction.id}/decision",
        {"action": "reject", "reason": "opinion", "seen": version},
    )

    assert (late.status_code, late.json["error"]) == (409, "already_decided")
    assert "The article was taken down at" in late.json["message"]
    card = text_of(editor.get(f"/queue/{correction.id}"))
    assert "the article was taken down" in card
    assert editor.get("/queue", headers=JSON).json["items"] == []


def test_a_withheld_revision_leaves_a_tombstone_on_every_road(app, client, editor, mira):
    correction = a_correction(an_article(), "four million", "five million")
    accept(correction, mira)
    there = "/articles/harbour-wall/revisions"

    asked = editor.post(f"{there}/1/withhold", {"reason": WHY, "key": "k"})
    done = editor.post(f"{there}/1/withhold", {"reason": WHY, "key": "k", "confirmed": "y"})

    assert (asked.status_code, "Yes, withhold it" in text_of(asked)) == (409, True)
    assert (done.status_code, done.location) == (303, there)
    assert SHOWN in text_of(editor.get(there))
    for road in (f"{there}/1", f"{there}/2?against=1", f"{there}/1?against=2"):
        page, plain = editor.get(road), editor.get(road, headers=JSON)
        assert (page.status_code, plain.status_code) == (410, 410), road
        assert "four million" not in text_of(page) + text_of(plain)
        assert SHOWN in text_of(page)
        assert plain.json["error"] == "withheld"
    listed = editor.get(there, headers=JSON).json["items"]
    assert [(one["title"], one["withheld_reason"]) for one in listed] == [
        ("The harbour wall", None),
        ("", WHY),
    ]
    history = text_of(client.get("/articles/harbour-wall/history"))
    assert ("Version 1, of" in history, SHOWN in history) == (True, True)
    assert (
        "four million"
        not in text_of(client.get(f"/receipts/{tokens.token_for(correction)}"))[
            : text_of(client.get(f"/receipts/{tokens.token_for(correction)}")).find("What you sent")
        ]
    )
    again = editor.post(f"{there}/1/show-again", {"key": "a", "confirmed": "y"})
    assert again.status_code == 303
    assert "four million" in text_of(editor.get(f"{there}/1"))


def test_the_form_of_a_withheld_revision_shows_no_word_of_it(app, client, mira):
    correction = a_correction(an_article(), "four million", "five million")
    start = correction.article.current.text.index("four million")
    accept(correction, mira)
    withhold(mira, 1)
    place = {"start": start, "end": start + len("four million"), "revision": 1}

    form = client.get("/articles/harbour-wall/corrections/new", query_string=place)
    chosen = client.post(
        "/articles/harbour-wall/corrections",
        data={"revision": 1, "place": f"0-{start + 12}", "explanation": "a" * 2001},
    )
    several = client.post(
        "/articles/harbour-wall/corrections",
        data={"revision": 1, "exact": "harbour wall", "replacement": "pier"},
    )
    blind = client.post("/articles/harbour-wall/corrections", data=place | {"replacement": "six"})

    assert [one.status_code for one in (chosen, several, blind)] == [422, 422, 422]
    for answer in (form, chosen, several, blind):
        assert "four million" not in text_of(answer)


def test_what_is_current_cannot_be_withheld_and_says_what_to_do(app, editor):
    an_article()

    refused = editor.post_json(
        "/articles/harbour-wall/revisions/1/withhold", {"reason": WHY, "confirmed": True}
    )

    assert refused.status_code == 422
    assert "Change the article first" in refused.json["message"]
    assert reading.article_at("harbour-wall").current.withheld_at is None
