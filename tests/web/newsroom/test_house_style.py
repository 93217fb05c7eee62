"""Editors say how notices are worded, and where they stand on an article."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corrections_app.domain.warnings.notices import WAYS
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, NoticeWording
from corrections_app.web.newsroom.answers import house_style
from tests.builders import a_correction, an_article
from tests.web.conftest import JSON, text_of

OWN = "Our article “{title}” of {date} said {wrong} where it is {right}."
PATH = "/notice-style/wordings/figure"


def card_of(browser):
    """The card of a correction of a figure."""
    correction = a_correction(an_article(), "four million", "five million")
    return text_of(browser.get(f"/queue/{correction.id}"))


def own():
    db.session.rollback()
    return {one.way: one.sentence for one in db.session.scalars(select(NoticeWording))}


def test_every_kind_of_change_is_listed_with_its_sentence(editor):
    found = editor.get("/notice-style", headers=JSON).json

    assert [one["way"] for one in found["wordings"]] == list(WAYS) == list(house_style.WAYS)
    assert found["places"] == {
        "correction": "top",
        "clarification": "foot",
        "update": "beside_date",
        "editors_note": "above",
    }
    figure = found["wordings"][0]
    assert figure["sentence"].endswith("misstated a figure: it is {right}, not {wrong}.")
    assert figure["placeholders"] == ["right", "wrong", "title", "date"]
    page = text_of(editor.get("/notice-style"))
    assert all(one["sentence"] in page for one in found["wordings"])
    assert all(str(label) in page for label in house_style.WAYS.values())
    assert 'href="/notice-style"' in text_of(editor.get("/reasons"))


def test_prepared_notices_are_in_the_newsrooms_words(editor):
    answer = editor.post(PATH, {"sentence": OWN})

    assert answer.status_code == 303
    assert "Saved." in text_of(editor.get(answer.location))
    said = (
        "Our article “The harbour wall” of 2 Mar 2026 said four million "
        "where it is about five million pounds."
    )
    assert said in card_of(editor)
    event = db.session.scalars(select(AuditEvent).filter_by(action="word_notices")).one()
    assert (event.data["way"], event.data["sentence"]) == ("figure", OWN)


def test_an_own_sentence_is_what_a_decision_is_held_to(editor):
    editor.post(PATH, {"sentence": "It is {right}."})
    correction = a_correction(an_article(), "four million", "five million")
    sent = {"action": "accept", "seen": 1, "revision": 1, "class": "correction"}
    sent |= {"notice": "It is x.", "confirmed": "number notice"}

    refused = editor.post_json(
        f"/queue/{correction.id}/decision", sent | {"prepared": "It is x."}
    ).json

    assert refused["prepared"].startswith("It is ")
    taken = editor.post_json(
        f"/queue/{correction.id}/decision",
        sent | {"notice": refused["prepared"], "prepared": refused["prepared"]},
    )
    assert taken.status_code == 200


@pytest.mark.parametrize(
    ("way", "sentence", "told"),
    [
        ("figure", "It is {wright}.", "There is no {wright}"),
        ("figure", "It is {}.", "There is no {}"),
        ("other", "It is {right}.", "There is no {right}"),
        ("figure", "It is {right.", "There is a single brace."),
        ("figure", "It is } {right}.", "There is a single brace."),
        ("figure", "x" * 301, "too long"),
    ],
)
def test_a_sentence_that_cannot_be_filled_in_is_refused_by_name(editor, way, sentence, told):
    answer = editor.post(f"/notice-style/wordings/{way}", {"sentence": sentence})

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert sentence in text_of(answer)
    assert own() == {}


def test_without_a_sentence_the_usual_one_stands_again(editor):
    editor.post(PATH, {"sentence": OWN})

    editor.post(PATH, {"sentence": "  "})

    assert own() == {}
    assert "misstated a figure" in card_of(editor)


def test_words_with_braces_are_filled_in_as_they_are(editor):
    editor.post("/notice-style/wordings/words", {"sentence": "Not {wrong}: {right}."})
    correction = a_correction(an_article(), "rebuild", "{title} {right} %(x)s")

    page = text_of(editor.get(f"/queue/{correction.id}"))

    assert "{title} {right} %(x)s" in page.partition('name="notice"')[2].partition("<")[0]


def test_a_class_stands_where_the_newsroom_wants_it(app, editor):
    an_article()
    editor.post("/articles/harbour-wall/notices", {"class": "correction", "notice": "Ten."})
    reader = app.test_client()
    assert 'class="article-notices notices-top"' in text_of(reader.get("/articles/harbour-wall"))

    answer = editor.post("/notice-style/places/correction", {"place": "foot"})

    assert answer.status_code == 303
    page = text_of(reader.get("/articles/harbour-wall"))
    assert 'class="article-notices notices-foot"' in page
    assert 'class="article-notices notices-top"' not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("places/correction", 422), ("places/silent", 404), ("wordings/unknown", 404)],
)
def test_what_is_not_offered_is_refused(editor, path, status):
    answer = editor.post_json(f"/notice-style/{path}", {"place": "nowhere", "sentence": "x"})

    assert answer.status_code == status


def test_house_style_is_for_editors(moderator):
    for path in ("/notice-style", PATH):
        assert moderator.get(path).status_code == 403
    assert moderator.post(PATH, {"sentence": "x"}).status_code == 403
