"""The second step over HTTP: without scripts, for programs, on the editor's page."""

from __future__ import annotations

import re

import pytest

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.extensions import db
from corrections_app.workflow.articles import editing, importing, reading
from corrections_app.workflow.deciding import decision
from tests.builders import HARBOUR, NOON, a_correction, an_article, document
from tests.web.conftest import JSON, Moderator, as_it_is, decided, text_of
from tests.web.plain import fields_of

TEXT = "\n\n".join(HARBOUR)
NOTICE = {"class": "correction", "notice": "The work begins in May 2026."}
TOUCHED = "This touches a number and a date."


def form_of(page: str, button: str) -> str:
    """The form around the button with these words."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    return next(form for form in forms if button in form)


def date_of(article=None, **more):
    return a_correction(article or an_article(), "May 2025", "May 2026", **more)


def head() -> int:
    db.session.rollback()
    return reading.article_at("harbour-wall").head


@pytest.mark.parametrize("said", [{}, {"confirmed": ""}, {"confirmed": "number name"}])
def test_programs_are_told_what_to_confirm(moderator: Moderator, said):
    correction = date_of()
    path = f"/queue/{correction.id}/decision"
    verdict = {"action": "accept", "seen": 1, "revision": 1, "class": "silent", "key": "k"}

    refused = moderator.post_json(path, verdict | said)

    assert (refused.status_code, refused.json["error"]) == (409, "needs_confirmation")
    assert refused.json["flags"] == ["number", "date"]
    assert refused.json["message"].startswith(TOUCHED)
    assert list(refused.json["fields"]) == ["confirmed"]
    assert head() == 1
    done = moderator.post_json(path, verdict | {"confirmed": refused.json["flags"]})
    assert (done.status_code, done.json["revision"]) == (200, 2)


@pytest.mark.parametrize("confirmed", ["number date", "date,number", ["date", "number", "name"]])
def test_what_is_confirmed_is_named_as_one_likes(moderator, confirmed):
    correction = date_of()

    assert decided(moderator, correction, confirmed=confirmed)["status"] == "accepted"


def test_without_scripts_the_card_comes_back_with_the_question(moderator):
    correction = date_of()
    path = f"/queue/{correction.id}"
    first = form_of(text_of(moderator.get(path)), 'data-act="accept_flagged"')
    typed = fields_of(first) | NOTICE | {"action": "accept"}

    asked = moderator.post(f"{path}/decision", typed)

    again = form_of(text_of(asked), 'data-act="accept_flagged"')
    assert (asked.status_code, head()) == (409, 1)
    assert "confirmed" not in typed
    assert "data-asked" in again
    assert TOUCHED in again
    assert '<option value="correction" selected>' in again
    assert NOTICE["notice"] in again
    assert "Yes, accept it" in again
    answer = fields_of(again) | {"action": "accept", "class": "correction"}
    assert answer["confirmed"] == "number date notice"
    assert moderator.post(f"{path}/decision", answer).status_code == 303
    decision = moderator.get(f"/queue/{correction.id}", headers=JSON).json
    assert (decision["status"], head()) == ("accepted", 2)


def test_own_words_are_asked_about_by_what_they_say(moderator):
    correction = a_correction(an_article())
    path = f"/queue/{correction.id}/decision"
    typed = {"action": "accept", "seen": "1", "revision": "1", "text": "the 12", "class": "silent"}

    asked = moderator.post(path, typed)

    form = form_of(text_of(asked), "Accept these words")
    assert asked.status_code == 409
    assert "This touches a number." in form
    assert "the 12</textarea>" in form
    assert re.search(
        r'<details[^>]* name="verdict" open>\s*<summary data-act="edit"', text_of(asked)
    )
    answer = fields_of(form) | {"action": "accept", "class": "silent", "notice": ""}
    assert moderator.post(path, answer).status_code == 303
    assert "rebuild the 12 harbour" in as_it_is(correction).article.current.text


@pytest.mark.parametrize("first", ["silent", "correction"])
def test_own_words_and_the_notice_about_them_are_one_question(moderator, first):
    correction = date_of()
    path = f"/queue/{correction.id}"
    said = {"action": "accept", "class": "correction"}
    typed = fields_of(form_of(text_of(moderator.get(path)), "Accept these words"))
    typed |= said | {"text": "May 2031", "class": first}

    asked = text_of(moderator.post(f"{path}/decision", typed))

    answer = fields_of(form_of(asked, "Accept these words")) | said
    assert answer["notice"].endswith("it is May 2031, not May 2025.")
    assert moderator.post(f"{path}/decision", answer).status_code == 303
    assert decision.standing_of(as_it_is(correction)).notice == answer["notice"]


def test_so_they_are_where_the_card_had_prepared_no_notice(moderator):
    remark = a_correction(an_article(), "four million", None, explanation="Is it?")
    path = f"/queue/{remark.id}"
    said = {"action": "accept", "class": "correction"}
    typed = fields_of(form_of(text_of(moderator.get(path)), "Accept these words"))
    typed |= said | {"text": "five million"}
    start = "An earlier version of this article misstated a figure: it is about "
    typed["notice"] = f"{start}five million pounds, not four million."

    asked = text_of(moderator.post(f"{path}/decision", typed))

    answer = fields_of(form_of(asked, "Accept these words")) | said
    assert answer["confirmed"] == "number notice"
    assert moderator.post(f"{path}/decision", answer).status_code == 303


def test_a_notice_that_reads_otherwise_is_asked_about_with_the_facts_still_confirmed(moderator):
    correction = date_of()
    path = f"/queue/{correction.id}/decision"
    said = {"action": "accept", "class": "correction"}
    stale = said | {"seen": "1", "revision": "1", "notice": "Old.", "prepared": "Old."}

    asked = moderator.post(path, stale | {"confirmed": "number date notice"})

    form = form_of(text_of(asked), 'data-act="accept_flagged"')
    assert (asked.status_code, "data-asked" in form) == (422, True)
    assert moderator.post(path, fields_of(form) | said).status_code == 303


def test_a_stale_yes_to_something_else_does_not_count(moderator):
    """The words are typed anew after the question was answered."""
    correction = a_correction(an_article())
    path = f"/queue/{correction.id}/decision"
    typed = {"action": "accept", "seen": "1", "revision": "1", "confirmed": "number"}

    asked = moderator.post(path, typed | {"text": "the 12 of Marlow's"})

    assert asked.status_code == 409
    assert "a number and a name" in text_of(asked)
    assert head() == 1


def test_the_confirming_person_is_asked_with_class_and_notice_in_sight(app, moderator, editor):
    app.config["SECOND_APPROVAL"] = "facts"
    correction = date_of()
    assert decided(moderator, correction, **{"class": "silent"})["awaiting"]
    path = f"/queue/{correction.id}"
    first = form_of(text_of(editor.get(path)), "Yes, confirm it")

    asked = editor.post(f"{path}/approve", fields_of(first))

    form = form_of(text_of(asked), "Yes, confirm it")
    assert (asked.status_code, head()) == (409, 1)
    assert TOUCHED in form
    assert "readers will not be told" in form
    assert "silent: a typo" in text_of(asked)
    assert editor.post(f"{path}/approve", fields_of(form)).status_code == 303
    assert head() == 2


def test_to_open_again_is_asked_with_the_note_kept(app, moderator):
    app.config["UNDO_SECONDS"] = 0
    correction = date_of()
    decided(moderator, correction)
    path = f"/queue/{correction.id}/reopen"

    asked = moderator.post(path, {"note": "The minutes say so.", "key": "k"})

    form = form_of(text_of(asked), "Yes, open it again")
    assert asked.status_code == 409
    assert TOUCHED in form
    assert "The minutes say so." in form
    assert moderator.post(path, fields_of(form)).status_code == 303
    assert as_it_is(correction).status == "pending"


EDIT = "/articles/harbour-wall/edit"


def test_a_hand_edit_shows_what_it_touches_beside_save(moderator):
    an_article()
    typed = fields_of(form_of(text_of(moderator.get(EDIT)), "Save"))
    typed |= {"text": TEXT.replace("2025", "2026"), "class": "silent"}

    asked = moderator.post(EDIT, typed)

    page = text_of(asked)
    assert (asked.status_code, head()) == (409, 1)
    shown = page[page.index("What saving will change") :]
    assert '<li data-risk="number">changes a number</li>' in shown
    assert "<del><bdi>2025</bdi></del>" in shown
    bar = page[page.index('<div class="save">') :]
    assert TOUCHED in bar
    assert 'name="class"' in bar
    assert 'name="notice"' in bar
    assert "Yes, save it" in bar
    answer = fields_of(form_of(page, "Yes, save it")) | NOTICE
    assert moderator.post(EDIT, answer).status_code == 303
    db.session.rollback()
    current = reading.article_at("harbour-wall").current
    assert (current.change_class, current.number) == (ChangeClass.CORRECTION, 2)


def test_who_looked_at_the_changes_before_has_had_the_first_step(moderator):
    an_article()
    typed = fields_of(form_of(text_of(moderator.get(EDIT)), "Save"))
    typed |= {"text": TEXT.replace("2025", "2026")}
    seen = text_of(moderator.post(EDIT, typed | {"preview": "1"}))

    answer = moderator.post(EDIT, fields_of(form_of(seen, "Yes, save it")))

    assert TOUCHED in seen
    assert (answer.status_code, head()) == (303, 2)


def test_a_slip_is_saved_with_one_press(moderator):
    an_article()
    typed = fields_of(form_of(text_of(moderator.get(EDIT)), "Save"))

    answer = moderator.post(EDIT, typed | {"text": TEXT.replace("the the", "the")})

    assert (answer.status_code, head()) == (303, 2)


def test_programs_edit_and_restore_with_the_same_second_step(moderator):
    an_article()
    fields = {"revision": 1, "text": TEXT.replace("2025", "2026"), "key": "k"}
    refused = moderator.post_json(EDIT, fields)
    done = moderator.post_json(EDIT, fields | {"confirmed": refused.json["flags"]})
    back = "/articles/harbour-wall/revisions/1/restore"
    asked = moderator.post_json(back, {"revision": 2, "confirmed": "name"})

    assert (refused.status_code, refused.json["error"]) == (409, "needs_confirmation")
    assert (done.status_code, done.json["revision"]) == (200, 2)
    assert (asked.status_code, asked.json["flags"]) == (409, ["number", "date"])


def test_a_restore_shows_what_it_would_change_and_asks(moderator):
    an_article()
    changed = {"revision": 1, "text": TEXT.replace("2025", "2026"), "confirmed": "number date"}
    moderator.post_json(EDIT, changed)
    path = "/articles/harbour-wall/revisions/1"
    typed = fields_of(form_of(text_of(moderator.get(path)), "Restore"))

    asked = moderator.post(f"{path}/restore", typed)

    form = form_of(text_of(asked), "Yes, restore it")
    assert (asked.status_code, head()) == (409, 2)
    assert TOUCHED in form
    assert "<del><bdi>2026</bdi></del>" in form
    assert moderator.post(f"{path}/restore", fields_of(form)).status_code == 303
    assert head() == 3


def test_an_editor_who_was_slower_meanwhile_sees_the_clash_and_not_the_question(
    moderator, monkeypatch
):
    """Between the question and the page that asks it, the article changes."""
    an_article()
    asked = {"revision": "1", "text": TEXT.replace("2025", "2026")}
    theirs = document(*TEXT.replace("the the", "the").split("\n\n"))
    foresee = editing.foresee

    def meanwhile(*args, **kwargs):
        monkeypatch.setattr(editing, "foresee", foresee)
        importing.bring_in(theirs, slug="harbour-wall", now=NOON)
        return foresee(*args, **kwargs)

    monkeypatch.setattr(editing, "foresee", meanwhile)
    answer = moderator.post(EDIT, asked)

    assert answer.status_code == 409
    assert "What was changed meanwhile" in text_of(answer)
    assert "2026" in text_of(answer)
