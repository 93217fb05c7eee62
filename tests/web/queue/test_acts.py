"""Everything that is done over HTTP with a correction besides deciding it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Article, Escalation, Hold, Skip, User
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import side_facts
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import leases
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, SECOND, a_correction, an_article, document, reject
from tests.web.conftest import JSON, Moderator, as_it_is, decided, sign_in_as, text_of

ACTS = [
    "undo", "reopen", "escalate", "hold", "skip", "place", "split", "approve", "send-back",
    "uphold",
]  # fmt: skip
PATHS = ["/queue/undo", *(f"/queue/1/{act}" for act in ACTS)]


def soon(days=3):
    return (now() + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_does_nothing(app, path):
    a_correction(an_article())

    assert app.test_client().post(path, json={}, headers=JSON).status_code == 403
    answer = app.test_client().post(path, data={})
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_done_without_the_pages_token(moderator, path):
    correction = a_correction(an_article())

    answer = moderator.client.post(path, json={"note": "x", "until": soon()}, headers=JSON)

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
    assert as_it_is(correction).version == 1


@pytest.mark.parametrize("act", ACTS)
def test_what_does_not_exist_is_not_found(editor, act):
    fields = {"note": "x", "until": soon(), "revision": 1, "start": 0, "end": 1}

    answer = editor.post_json(f"/queue/404/{act}", fields)

    assert (answer.status_code, answer.json["error"]) == (404, "not_found")


@pytest.mark.parametrize("act", ["escalate", "hold", "skip", "place", "split", "approve"])
def test_what_is_closed_is_not_put_aside(editor, act):
    correction = a_correction(an_article())
    decided(editor, correction)
    fields = {"note": "x", "until": soon(), "revision": 2, "start": 0, "end": 3}

    answer = editor.post_json(f"/queue/{correction.id}/{act}", fields)
    page = editor.post(f"/queue/{correction.id}/{act}", fields)

    assert (answer.status_code, answer.json["error"]) == (409, "already_decided")
    assert page.status_code == 409


@pytest.mark.parametrize("act", ["undo", "reopen", "uphold"])
def test_what_is_open_is_not_taken_back(moderator, act):
    correction = a_correction(an_article())

    answer = moderator.post_json(f"/queue/{correction.id}/{act}", {"note": "x"})

    assert (answer.status_code, answer.json["error"]) == (409, "already_decided")


def test_undo_takes_back_what_was_decided(moderator):
    correction = a_correction(an_article())
    decided(moderator, correction)

    answer = moderator.post_json(f"/queue/{correction.id}/undo", {"key": "k"})
    again = moderator.post_json(f"/queue/{correction.id}/undo", {"key": "k"})

    assert answer.status_code == 200
    assert set(answer.json) == {"id", "status", "version", "revision"}
    assert (answer.json["status"], answer.json["revision"]) == ("pending", 3)
    assert again.json == answer.json
    assert "the the harbour" in as_it_is(correction).article.current.text


def test_a_form_undoes_and_shows_the_card(moderator):
    correction = a_correction(an_article())
    decided(moderator, correction)
    card = text_of(moderator.get(f"/queue/{correction.id}"))

    assert "10 minutes left" in card
    answer = moderator.post(f"/queue/{correction.id}/undo", {"key": "k"})

    assert (answer.status_code, answer.location) == (303, f"/queue/{correction.id}")
    page = text_of(moderator.get(answer.location))
    assert "undone" in page
    assert 'value="accept"' in page


def test_undo_walks_back_through_ones_own_decisions(moderator, editor):
    article = an_article()
    first, second = a_correction(article), a_correction(article, "May 2025", "May 2026")
    theirs = a_correction(article, "four million", "five million")
    decided(moderator, first)
    decided(moderator, second)
    decided(editor, theirs)

    walked = [moderator.post_json("/queue/undo", {"key": key}) for key in ("a", "a", "b")]
    nothing = moderator.post_json("/queue/undo", {"key": "c"})

    assert [answer.json["id"] for answer in walked] == [second.id, second.id, first.id]
    assert (nothing.status_code, nothing.json["error"]) == (409, "already_decided")
    assert as_it_is(theirs).status == "accepted"


def test_with_nothing_to_undo_the_list_says_so(moderator):
    answer = moderator.post("/queue/undo", {})

    assert answer.status_code == 409
    assert "no decision that can still be undone" in text_of(answer)


def test_a_moderator_does_not_take_back_what_an_editor_decided(moderator, editor):
    correction = a_correction(an_article())
    decided(editor, correction)

    answer = moderator.post_json(f"/queue/{correction.id}/undo", {})

    assert (answer.status_code, answer.json["error"]) == (403, "not_permitted")
    undo = f'action="/queue/{correction.id}/undo"'
    assert undo not in text_of(moderator.get(f"/queue/{correction.id}"))
    assert undo in text_of(editor.get(f"/queue/{correction.id}"))


def test_after_the_window_the_card_offers_to_open_it_again(moderator, max_):
    correction = a_correction(an_article())
    reject(correction, max_, now=NOON)
    path = f"/queue/{correction.id}"

    card = text_of(moderator.get(path))
    late = moderator.post_json(f"{path}/undo", {})
    silent = moderator.post(f"{path}/reopen", {"note": " "})
    opened = moderator.post_json(f"{path}/reopen", {"note": "Ada rang: she is right.", "key": "k"})

    assert f'action="{path}/reopen"' in card
    assert f'action="{path}/undo"' not in card
    assert (late.status_code, late.json["error"]) == (409, "already_decided")
    assert silent.status_code == 422
    assert 'id="reopen-note-fault"' in text_of(silent)
    assert (opened.status_code, opened.json["status"]) == (200, "pending")


@pytest.mark.parametrize(
    "until",
    [soon(), "2099-01-01", "", None, "tomorrow", "2026-02-30", "0001-01-01T00:00+01:00", "9" * 30],
)
def test_a_hold_says_until_when(moderator, until):
    correction = a_correction(an_article())
    usable = until == soon()

    answer = moderator.post_json(
        f"/queue/{correction.id}/hold", {"until": until, "note": "Asked Ada.", "key": "k"}
    )

    assert answer.status_code == (200 if usable else 422)
    assert ("until" in answer.json.get("fields", {})) is not usable
    db.session.rollback()
    assert len(db.session.scalars(select(Hold)).all()) == usable


def test_a_moment_means_the_newsrooms_clock_unless_it_says_otherwise(make_app):
    app = make_app(TIMEZONE="Asia/Tokyo")
    with app.app_context():
        accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
        moderator = Moderator(sign_in_as(app, "max@courier.example"))
        correction = a_correction(an_article())
        day = soon()

        for until, hour in ((f"{day}T18:00", 9), (f"{day}T18:00+02:00", 16), (day, 15)):
            moderator.post_json(f"/queue/{correction.id}/hold", {"until": until})
            db.session.rollback()
            assert db.session.get_one(Hold, correction.id).until.hour == hour
        db.session.rollback()


def test_a_form_that_is_refused_keeps_what_was_typed(moderator):
    correction = a_correction(an_article())
    fields = {"until": "1999-01-01", "note": "Asked Ada on the quay."}

    answer = moderator.post(f"/queue/{correction.id}/hold", fields)
    page = text_of(answer)

    assert answer.status_code == 422
    assert "Asked Ada on the quay." in page
    assert 'value="1999-01-01"' in page
    assert 'id="until-fault"' in page
    assert "Asked Ada" not in page.partition('value="reject"')[0].partition("reject-note")[2]


def test_what_is_being_checked_is_out_of_the_list_until_it_is_due(moderator, max_):
    correction = a_correction(an_article())
    until = now() + timedelta(days=2)
    side_facts.hold(correction.id, Act(max_, None, now()), until=until, note="Asked Ada.")

    held = moderator.get("/queue?lane=held", headers=JSON).json["items"]

    assert moderator.get("/queue", headers=JSON).json["items"] == []
    assert moderator.get("/queue/next").location == "/queue"
    assert [item["id"] for item in held] == [correction.id]
    assert held[0]["held_until"] == until.isoformat()
    assert "Asked Ada." in text_of(moderator.get(f"/queue/{correction.id}"))


def test_what_is_due_comes_back(moderator, max_):
    correction = a_correction(an_article())
    side_facts.hold(correction.id, Act(max_, None, NOON), until=NOON + SECOND, note="")

    assert moderator.get("/queue/next").location == f"/queue/{correction.id}"


@pytest.mark.parametrize("act", ["escalate", "hold", "split"])
def test_a_replayed_act_is_one_act(moderator, act):
    correction = a_correction(an_article())
    fields = {"note": "A fact.", "until": soon(), "key": "k"}

    first = moderator.post_json(f"/queue/{correction.id}/{act}", fields)
    again = moderator.post_json(f"/queue/{correction.id}/{act}", fields)
    other = moderator.post_json(f"/queue/{correction.id}/{act}", fields | {"note": "Another."})

    assert first.json == again.json
    assert first.json["version"] == 2
    if act != "split":
        assert (other.status_code, other.json["error"]) == (422, "bad_key")


def test_what_is_passed_up_is_an_editors(moderator, editor):
    correction = a_correction(an_article())

    answer = moderator.post(f"/queue/{correction.id}/escalate", {"note": "Is this our boat?"})

    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Escalation, correction.id).note == "Is this our boat?"
    assert "1 waits for somebody else." in text_of(moderator.get("/queue/next"))
    assert "Is this our boat?" in text_of(editor.get(answer.location))
    assert editor.get("/queue/next").location == f"/queue/{correction.id}"
    assert moderator.get("/queue", headers=JSON).json["items"][0]["escalated"] is True


@pytest.mark.parametrize("act", ["escalate", "hold", "reopen"])
def test_a_note_has_a_length(moderator, max_, act):
    correction = a_correction(an_article())
    if act == "reopen":
        reject(correction, max_, now=NOON)

    answer = moderator.post_json(
        f"/queue/{correction.id}/{act}", {"note": "a" * 2001, "until": soon()}
    )

    assert (answer.status_code, answer.json["error"]) == (422, "too_long")


def test_a_skipped_card_is_followed_by_another_one(moderator, editor):
    article = an_article()
    first = a_correction(article, "May 2025", "May 2026")
    second = a_correction(article, now=NOON + SECOND)

    answer = moderator.post(f"/queue/{first.id}/skip", {"key": "k"})

    assert answer.status_code == 303
    assert moderator.get(answer.location).location == f"/queue/{second.id}"
    assert moderator.get("/queue/next").location == f"/queue/{second.id}"
    assert editor.get("/queue/next").location == f"/queue/{first.id}"
    assert moderator.post_json(f"/queue/{first.id}/skip", {"key": "k"}).status_code == 200
    db.session.rollback()
    assert len(db.session.scalars(select(Skip)).all()) == 1


def test_when_everything_was_skipped_the_list_says_so(moderator):
    correction = a_correction(an_article())
    moderator.post_json(f"/queue/{correction.id}/skip", {})

    answer = moderator.get("/queue/next")

    assert answer.status_code == 200
    assert "You skipped 1." in text_of(answer)
    assert moderator.get("/queue/next?lane=skipped").location.startswith(f"/queue/{correction.id}")


def test_a_card_on_a_colleagues_screen_is_not_handed_out(moderator, editor):
    article = an_article()
    first = a_correction(article)
    second = a_correction(article, "May 2025", "May 2026", now=NOON + SECOND)

    editor.get(f"/queue/{first.id}")

    assert moderator.get("/queue/next").location == f"/queue/{second.id}"
    assert "<strong>mira</strong> is on this." in text_of(moderator.get(f"/queue/{first.id}"))
    assert "is on this." not in text_of(editor.get(f"/queue/{first.id}"))
    assert decided(moderator, first)["status"] == "accepted"


def test_programs_and_head_requests_take_no_lease(moderator, editor):
    correction = a_correction(an_article())

    editor.get(f"/queue/{correction.id}", headers=JSON)
    editor.client.head(f"/queue/{correction.id}")

    assert moderator.get("/queue/next").location == f"/queue/{correction.id}"


def test_an_unknown_lane_is_not_found(moderator):
    assert moderator.get("/queue?lane=fast", headers=JSON).status_code == 404
    assert moderator.get("/queue/next?lane=fast").status_code == 404


def test_a_person_of_one_section_is_handed_that_section_only(app):
    person = accounts.add("sam@courier.example", role=Role.MODERATOR, now=NOON)
    with write() as session:
        session.get_one(User, person.id).section = "Sport"
    browser = Moderator(sign_in_as(app, person.email))
    importing.bring_in(document("A game", "They wom.", section="Sport"), slug="game", now=NOON)
    a_correction(an_article())
    theirs = a_correction(
        db.session.scalars(select(Article).filter_by(slug="game")).one(), "wom", "won",
        now=NOON + SECOND,
    )  # fmt: skip

    assert browser.get("/queue/next").location == f"/queue/{theirs.id}"


def test_the_lane_stays_while_one_works_in_it(moderator, max_):
    correction = a_correction(an_article())
    side_facts.escalate(correction.id, Act(max_, None, NOON), note="")
    path = f"/queue/{correction.id}?lane=escalated"

    forms = re.findall(r'<form[^>]*action="(/queue/\d[^"]+)"', text_of(moderator.get(path)))
    answer = moderator.post(f"/queue/{correction.id}/hold?lane=escalated", {"until": soon()})

    assert moderator.get("/queue/next?lane=escalated").location == path
    assert forms
    assert all(address.endswith("lane=escalated") for address in forms)
    assert answer.location == path


@pytest.mark.parametrize("what", ["hold", "escalate"])
def test_what_one_put_aside_is_put_back_from_the_card(moderator, editor, what):
    correction = a_correction(an_article())
    until = (now() + timedelta(days=3)).date().isoformat()
    put_aside = {"hold": {"until": until}, "escalate": {}}[what]
    page = moderator.post(f"/queue/{correction.id}/{what}", put_aside, follow_redirects=True)
    assert "Return it to the queue" in page.text
    assert "Return it to the queue" not in editor.get(f"/queue/{correction.id}").text

    page = moderator.post(f"/queue/{correction.id}/put-back", {"what": what}, follow_redirects=True)

    assert page.status_code == 200
    assert "Return it to the queue" not in page.text


def test_whoever_was_slower_to_take_a_card_is_handed_another(moderator, mira, monkeypatch):
    """Between the choice of a card and its lease a colleague may take it, twice in a row."""
    article = an_article(now=now())
    words = ("council", "May", "about")
    sent = [a_correction(article, one, one.upper(), now=now()) for one in words]
    lease, taken = leases.lease, []

    def faster(correction_id, *, by, now):
        if len(taken) < 2:
            taken.append(correction_id)
            lease(correction_id, by=mira, now=now)
        return lease(correction_id, by=by, now=now)

    monkeypatch.setattr(leases, "lease", faster)
    answer = moderator.get("/queue/next")

    [left] = {one.id for one in sent} - set(taken)
    assert answer.location == f"/queue/{left}"
