"""A newsroom of several languages words its reasons in each; readers get their own."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from corrections_app import language
from corrections_app.checkup import languages as checked
from corrections_app.domain.roles import Role
from corrections_app.extensions import db
from corrections_app.models import Contact, Owed, ReasonWording
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.letters import writing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.reasons.words import SHIPPED, words
from corrections_app.workflow.tokens import token_for
from tests.builders import NOON, a_correction, document, reject
from tests.web.conftest import JSON, Moderator, sign_in_as

HERE = "/reasons/house_style"
STYLE = {"label": "House rules", "sentence": "We keep to our own rules.", "active": "1"}
OWN = {"label-uk": "Наш стиль", "sentence-uk": "Так у нас пишуть."}


@pytest.fixture
def site(make_app):
    """A newsroom that reads English first, and Ukrainian and Arabic too."""
    app = make_app(LANGUAGES="en,uk,ar")
    with app.app_context():
        yield app


@pytest.fixture
def editor(site):
    accounts.add("edna@courier.example", role=Role.EDITOR, now=NOON)
    return Moderator(sign_in_as(site, "edna@courier.example"))


def reason(code="house_style"):
    db.session.rollback()
    return db.session.get_one(ReasonWording, code)


def said(lang, code="house_style"):
    return words(reason(code), lang)


def default(lang):
    with language.speaking(lang):
        return (
            language.gettext("House style"),
            language.gettext(
                "Both forms are in use. Our style book asks for the one that we printed."
            ),
        )


def test_all_that_a_new_database_says_has_words_in_every_language(site):
    shipped = {text for one in reasons.everything() for text in (one.label, one.sentence)}
    assert shipped == SHIPPED
    for lang in language.installed():
        for one in reasons.everything():
            assert (words(one, lang).sentence == one.sentence) is (lang == "en")
        labels = [words(one, lang).label for one in reasons.everything()]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("sent", "english", "ukrainian", "arabic"),
    [
        ({}, ("House rules", "We keep to our own rules."), None, None),
        (
            OWN,
            ("House rules", "We keep to our own rules."),
            ("Наш стиль", "Так у нас пишуть."),
            None,
        ),
        ({"sentence-uk": "Так у нас пишуть."}, None, (None, "Так у нас пишуть."), None),
        ({"label-uk": "", "sentence-uk": ""}, None, None, None),
    ],
)
def test_each_language_says_its_own_words_and_else_the_first(
    editor, sent, english, ukrainian, arabic
):
    first = ("House rules", "We keep to our own rules.")
    assert editor.post_json(HERE, STYLE | sent).status_code == 200
    mine = [own or base for own, base in zip(ukrainian or (None, None), first, strict=True)]
    assert said("en") == (english or first)
    assert list(said("uk")) == mine
    assert said("ar") == (arabic or first)


def test_the_page_keeps_what_the_program_came_with_in_each_language_but_the_one_changed(editor):
    page = editor.get(HERE).text
    for lang, dir in (("en", "ltr"), ("uk", "ltr"), ("ar", "rtl")):
        assert page.count(f'dir="{dir}" id="label{f"-{lang}" if lang != "en" else ""}"') == 1
        assert f"{default(lang)[0]}" in page
    filled = dict(zip(("label-uk", "sentence-uk"), default("uk"), strict=True))
    filled |= dict(zip(("label-ar", "sentence-ar"), default("ar"), strict=True))

    assert editor.post(HERE, STYLE | filled).status_code == 303

    assert said("en") == ("House rules", "We keep to our own rules.")
    assert (said("uk"), said("ar")) == (default("uk"), default("ar"))
    assert 'value="House rules"' in editor.get(HERE).text


def test_to_save_what_is_there_changes_nothing(editor):
    shown = editor.get(HERE, headers=JSON).json
    assert shown["label-uk"] == default("uk")[0]
    assert editor.post_json(HERE, {k: v for k, v in shown.items() if k != "code"}).json == shown
    assert reason().translations is None
    assert reason().label == "House style"


def test_words_are_taken_back_and_a_language_that_is_left_out_stays(editor):
    editor.post_json(HERE, STYLE | OWN)
    editor.post_json(HERE, STYLE)
    assert said("uk") == ("Наш стиль", "Так у нас пишуть.")
    editor.post_json(HERE, STYLE | {"label-uk": " ", "sentence-uk": ""})
    assert said("uk") == said("en")
    assert reason().translations is None


@pytest.mark.parametrize(
    ("fields", "code", "at_fault"),
    [
        ({"label-uk": "я" * 101}, "too_long", "label-uk"),
        ({"sentence-ar": "я" * 2001}, "too_long", "sentence-ar"),
        ({"label-uk": default("uk")[0]}, None, None),
        ({"label-uk": "opinion"}, "invalid", "label-uk"),
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(editor, fields, code, at_fault):
    editor.post_json("/reasons/opinion", STYLE | {"label": "View", "label-uk": "Opinion"})
    answer = editor.post_json(HERE, STYLE | fields)
    if code is None:
        assert answer.status_code == 200
        return
    page = editor.post(HERE, STYLE | OWN | fields)
    assert (answer.status_code, answer.json["error"]) == (422, code)
    assert list(answer.json["fields"]) == [at_fault]
    assert f'id="{at_fault}-fault"' in page.text
    assert OWN["sentence-uk"] in page.text
    assert said("en")[0] == "House style"


def test_a_newsroom_whose_first_language_is_another_words_that_one(make_app):
    app = make_app(LANGUAGES="uk,en")
    with app.app_context():
        accounts.add("edna@courier.example", role=Role.EDITOR, now=NOON)
        editor = Moderator(sign_in_as(app, "edna@courier.example"))
        assert f'value="{default("uk")[0]}"' in editor.get(HERE).text
        english = dict(zip(("label-en", "sentence-en"), default("en"), strict=True))
        own = {"label": "Наш стиль", "sentence": "Так у нас пишуть.", "active": "1"}
        editor.post(HERE, own | english)
        assert said("uk") == ("Наш стиль", "Так у нас пишуть.")
        assert said("en") == default("en")


def test_a_newsroom_of_one_language_sees_nothing_of_it(make_app):
    app = make_app(LANGUAGES="en")
    with app.app_context():
        accounts.add("edna@courier.example", role=Role.EDITOR, now=NOON)
        editor = Moderator(sign_in_as(app, "edna@courier.example"))
        assert "<legend" not in editor.get(HERE).text
        assert "label-uk" not in editor.get(HERE, headers=JSON).json


def test_readers_hear_the_reason_in_their_language_by_letter_and_on_the_receipt(site, editor):
    editor.post_json(HERE, STYLE | OWN | {"sends_letter": True})
    told = {"uk": "Так у нас пишуть.", "en": "We keep to our own rules."}
    for lang in told:
        importing.bring_in(document(lang=lang), slug=lang, now=NOON)
        correction = a_correction(reading.article_at(lang), email=f"{lang}@reader.example")
        mine = Contact.correction_id == correction.id
        db.session.execute(update(Contact).where(mine).values(lang=lang))
        db.session.commit()
        reject(correction, reasons_by(), reason="house_style")
        owed = select(Owed).where(
            Owed.correction_id == correction.id, Owed.decision_id.is_not(None)
        )
        letter = writing.of([db.session.scalars(owed).one()])
        receipt = site.test_client().get(f"/receipts/{token_for(correction)}").text
        for other, sentence in told.items():
            assert (sentence in letter.text) is (other == lang)
            assert (sentence in receipt) is (other == lang)


def reasons_by():
    return accounts.by_email("edna@courier.example")


def test_the_check_says_how_many_are_not_worded(site, editor):
    editor.post_json("/reasons", {"label": "Satire", "sentence": "This is satire."})
    found = {finding.said.partition(":")[0]: finding for finding in checked.languages()}
    assert found["uk"].said.endswith("; 1 of your reasons for rejecting is not worded in it")
    assert "/reasons" in found["uk"].remedy
    assert "reasons" not in found["en"].said
    editor.post_json("/reasons/satire", {
        "label": "Satire", "sentence": "This is satire.", "active": True,
        "label-uk": "Сатира", "sentence-uk": "Це сатира.",
    })  # fmt: skip
    assert reasons.unworded("uk") == 0
    assert reasons.unworded("ar") == 1
