"""What is published with a change, and what is not: the notice, the thanks, a true reason."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.extensions import db
from corrections_app.models import Decision, Notice, Revision, User
from corrections_app.web.queue.warnings import notice_text
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import editing
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.queue import briefing
from corrections_app.workflow.transaction import Act, write
from tests.builders import CONFIRMED, NOON, a_correction, accept, an_article, decide, reject
from tests.web.conftest import YES, as_it_is, decided, text_of

ASKED = {"name": "Ann Lee", "credit": True}
NOTICE = {"class": "correction", "notice": "It will cost five million pounds."}
FIVE = ("four million", "five million")


@pytest.fixture
def reader(app):
    return app.test_client()


def history_of(browser, article):
    """What readers are told of an article, once nothing can be undone any more."""
    with write() as session:
        session.execute(update(Notice).values(public_at=NOON - timedelta(days=1)))
    return text_of(browser.get(f"/articles/{article.slug}/history"))


def card_of(moderator, correction):
    return text_of(moderator.get(f"/queue/{correction.id}"))


def thanked(number):
    db.session.rollback()
    return db.session.query(Revision.thanks).filter_by(number=number).scalar()


def test_a_reader_who_asked_is_thanked_by_name_with_the_notice(moderator):
    article = an_article()
    correction = a_correction(article, *FIVE, **ASKED)
    offered = f'name="thanks" value="{correction.id}" checked'
    assert offered in card_of(moderator, correction)

    decided(moderator, correction, **NOTICE, revision=1, thanks=[correction.id])

    page = history_of(moderator, article)
    assert "Thanks to <bdi>Ann Lee</bdi> for pointing this out." in page
    assert "thanks you by name" in receipt_of(moderator, correction)
    assert "Thanks to <bdi>Ann Lee</bdi>" in card_of(moderator, correction)


def receipt_of(browser, correction):
    return text_of(browser.get(f"/receipts/{tokens.token_for(correction)}"))


@pytest.mark.parametrize(
    ("known", "fields", "receipt"),
    [
        (ASKED, NOTICE, "published without a name"),
        (ASKED, {}, "no notice is published"),
        ({"name": "Ann Lee"}, NOTICE | {"thanks": "mine"}, None),
        ({"credit": True, "name": " "}, NOTICE | {"thanks": "mine"}, None),
    ],
)
def test_nobody_is_thanked_who_did_not_ask_or_was_taken_out(moderator, known, fields, receipt):
    article = an_article()
    correction = a_correction(article, *FIVE, **known)
    mine = {"thanks": [correction.id]} if fields.get("thanks") else {}

    decided(moderator, correction, revision=1, **fields | mine)

    assert thanked(2) is None
    page = receipt_of(moderator, correction)
    assert (receipt in page) if receipt else ("asked to be named" not in page)


def test_of_a_cluster_those_are_offered_who_asked(moderator):
    article = an_article()
    first = a_correction(article, *FIVE, email="a@reader.example", name="Quiet Quinn")
    hostile = "<b>Bo</b> \u200bאבג"
    second = a_correction(article, *FIVE, email="b@reader.example", name=hostile, credit=True)
    third = a_correction(article, *FIVE, email="c@reader.example", **ASKED)
    again = a_correction(article, *FIVE, email="d@reader.example", **ASKED)
    page = card_of(moderator, first)
    assert re.findall(r'name="thanks" value="(\d+)"', page)[:2] == [str(second.id), str(third.id)]
    assert f'name="thanks" value="{again.id}"' not in page
    assert "U+200B" in page

    decided(moderator, first, **NOTICE, revision=1, thanks=[first.id, second.id, third.id])

    assert thanked(2) == [hostile, "Ann Lee"]
    page = history_of(moderator, article)
    assert "Thanks to <bdi>&lt;b&gt;Bo&lt;/b&gt; \u200bאבג</bdi> and <bdi>Ann Lee</bdi> for" in page
    assert "Quinn" not in page


def test_a_change_by_hand_that_answers_a_reader_thanks_them_too(moderator, max_):
    article = an_article()
    correction = a_correction(article, *FIVE, **ASKED)
    page = text_of(moderator.get(f"/articles/{article.slug}/edit?resolves={correction.id}"))
    assert f'name="thanks" value="{correction.id}" checked' in page
    resolved = editing.Resolved(correction.id, 1, "", (correction.id,))

    editing.edit(
        article.slug,
        article.current.text.replace(*FIVE),
        Act(max_, None, NOON),
        base=1,
        change_class=ChangeClass.CORRECTION,
        notice="It will cost five million.",
        confirmed=CONFIRMED,
        resolves=resolved,
    )

    assert thanked(2) == ["Ann Lee"]


def test_a_second_person_sees_whom_a_notice_thanks(app, moderator, editor):
    app.config["SECOND_APPROVAL"] = "facts"
    article = an_article()
    correction = a_correction(article, *FIVE, **ASKED)
    decided(moderator, correction, **NOTICE, revision=1, thanks=[correction.id])
    assert "Thanks to <bdi>Ann Lee</bdi> for" in card_of(editor, correction)

    answer = editor.post_json(f"/queue/{correction.id}/approve", YES)

    assert answer.status_code == 200
    assert thanked(2) == ["Ann Lee"]


def test_a_prepared_notice_that_would_read_otherwise_is_asked_again(moderator, max_):
    article = an_article()
    correction = a_correction(article, *FIVE)
    accept(a_correction(article, "pounds", "dollars"), max_)
    fields = {"action": "accept", "seen": 1, "revision": 1, "class": "correction"}
    shown = (
        "An earlier version of this article misstated a figure: "
        "it is about five million pounds, not four million."
    )

    page = moderator.post(
        f"/queue/{correction.id}/decision",
        fields | {"notice": shown, "prepared": shown, "confirmed": "number notice"},
    )

    assert page.status_code == 422
    assert "is different for these words" in text_of(page)
    now = shown.replace("pounds", "dollars")
    assert text_of(page).count(now) >= 2
    assert "pounds" not in "".join(re.findall(r"<textarea.*?</textarea>", text_of(page), re.S))
    again = fields | {"notice": now, "prepared": now, "confirmed": ["number", "notice"]}
    assert moderator.post_json(f"/queue/{correction.id}/decision", again).status_code == 200
    assert decision.standing_of(as_it_is(correction)).notice == now


def test_a_prepared_notice_is_known_again_when_it_comes_back(moderator):
    """A mark that a reader sends first joins the letter before it, in a form's field too."""
    correction = a_correction(an_article(), "ur million", "\u0301r million")

    assert decided(moderator, correction, **fields_of_notice(correction))["status"] == "accepted"


def test_a_proposed_notice_that_would_read_otherwise_is_sent_back(app, moderator, editor, max_):
    app.config["SECOND_APPROVAL"] = "facts"
    article = an_article()
    correction = a_correction(article, *FIVE)
    fields = fields_of_notice(correction)
    assert decided(moderator, correction, **fields)["awaiting"]
    mira = db.session.scalar(select(User).filter_by(email="mira@courier.example"))
    accept(a_correction(article, "pounds", "dollars"), mira)

    answer = editor.post_json(f"/queue/{correction.id}/approve", YES)

    assert (answer.status_code, answer.json["error"]) == (409, "stale_version")
    assert "Send it back" in answer.json["message"]
    assert as_it_is(correction).status == "pending"


def fields_of_notice(correction):
    shown = notice_text(briefing.of(correction, NOON).prepared, correction.article)
    return {
        "revision": 1,
        "class": "correction",
        "notice": shown,
        "prepared": shown,
        "confirmed": "number notice",
    }


@pytest.mark.parametrize("road", ["form", "json"])
def test_the_article_says_so_already_is_refused_where_it_does_not(moderator, road):
    correction = a_correction(an_article())
    fields = {"action": "supersede", "reason": "already_corrected", "seen": 1, "note": "Thanks."}
    post = moderator.post if road == "form" else moderator.post_json

    answer = post(f"/queue/{correction.id}/decision", fields)

    assert answer.status_code == 422
    assert "does not say so" in text_of(answer)
    if road == "form":
        assert "Thanks." in text_of(answer)
    assert as_it_is(correction).status == "pending"
    again = post(f"/queue/{correction.id}/decision", fields | {"reason": ""})
    assert again.status_code in (200, 303)


@pytest.mark.parametrize(("typed", "status"), [("their old", 200), ("her old", 422)])
def test_words_that_were_written_anew_are_read_where_they_stand(moderator, max_, typed, status):
    article = an_article("Title", "They saw there teacher then.")
    correction = a_correction(article, "there", "their")
    text = article.current.text.replace("there", typed)
    editing.edit(article.slug, text, Act(max_, None, NOON), base=1)
    assert as_it_is(correction).status == "pending"

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision",
        {
            "action": "supersede",
            "reason": "already_corrected",
            "seen": as_it_is(correction).version,
        },
    )

    assert answer.status_code == status


def test_what_is_nowhere_to_be_found_is_a_persons_to_judge(moderator, max_):
    article = an_article()
    correction = a_correction(article)
    text = article.current.text.partition("\n\nThe council")[0] + "\n\nAll is new here, all of it."
    editing.edit(article.slug, text, Act(max_, None, NOON), base=1, confirmed=CONFIRMED)
    assert as_it_is(correction).placement.fit == "gone"

    decided(moderator, correction, action="supersede", reason="already_corrected")

    assert as_it_is(correction).status == "superseded"


def test_a_note_alone_is_no_reason_and_one_s_own_words_are_one(moderator):
    correction = a_correction(an_article())
    path = f"/queue/{correction.id}/decision"
    fields = {"action": "reject", "seen": 1, "note": "Ada told us so herself."}

    for more, fault in (({}, "reason"), ({"reason": "other", "note": " "}, "note")):
        answer = moderator.post_json(path, fields | more)
        assert (answer.status_code, list(answer.json["fields"])) == (422, [fault])
        assert moderator.post(path, fields | more).status_code == 422

    assert moderator.post_json(path, fields | {"reason": "other"}).status_code == 200
    page = receipt_of(moderator, correction)
    assert "An editor has written why." in page
    assert "Ada told us so herself." in page
    assert "We checked the passage" not in page


def test_the_note_s_form_begins_with_ones_own_words(moderator):
    page = card_of(moderator, a_correction(an_article()))
    noted = page[page.index('class="noted"') :].partition("</form>")[0]

    assert re.findall(r'<option value="(\w*)" selected', noted) == ["other"]
    assert '<option value="">' in noted
    assert 'name="reason" value="other"' not in page


def test_the_rivals_that_are_closed_are_counted_truly(moderator, max_):
    article = an_article()
    many = [
        a_correction(article, "rebuild", f"re{n}build", email=f"r{n}@reader.example")
        for n in range(25)
    ]
    for name in "ab":  # and two who stand behind one of them
        a_correction(article, "rebuild", "re7build", email=f"{name}@reader.example")

    page = card_of(moderator, many[0])
    assert "Accepting this closes 26 others:" in page
    named = page.partition('class="rivals"')[2].partition("</ul>")[0]
    assert named.count('<li><a href="/queue/') == 20
    assert "…and 6 more" in page

    decide(many[0], Action.ACCEPT, max_)

    closed = db.session.query(Decision).filter(Decision.caused_by_id.is_not(None)).count()
    assert closed == 26
    assert "and 6 more" in card_of(moderator, many[0])


def test_the_history_as_json_names_them_too(moderator):
    article = an_article()
    correction = a_correction(article, *FIVE, **ASKED)
    decided(moderator, correction, **NOTICE, revision=1, thanks=[correction.id])

    said = moderator.client.get(
        f"/articles/{article.slug}/revisions", headers={"Accept": "application/json"}
    ).json

    assert [entry["thanks"] for entry in said["items"]] == [["Ann Lee"], []]


def test_a_reason_in_ones_own_words_tells_the_next_reader_no_others_note(reader, max_):
    article = an_article()
    reject(a_correction(article), max_, reason="other", note="Dear Ada, no.")
    start = article.current.text.index("the the")
    asked = {"revision": 1, "start": start, "end": start + 7, "exact": "the the"}

    page = reader.post(
        f"/articles/{article.slug}/corrections",
        data=asked | {"replacement": "the", "ask": "1"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert "It was not made." in text_of(page)
    assert "Ada" not in text_of(page).partition("</form>")[2]
