"""What is said in the language that it is asked in: whole, readable, and by nothing broken."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from corrections_app import language
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.roles import Role
from corrections_app.domain.warnings import notices, wordings
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Letter
from corrections_app.web.filters import as_heading
from corrections_app.workflow.articles import importing
from corrections_app.workflow.letters import grouping
from corrections_app.workflow.people import accounts
from corrections_app.workflow.record import house_style
from tests.builders import NOON, a_correction, an_article, document, reject
from tests.web.conftest import JSON
from tests.web.reader.test_corrections import OURS
from tests.workflow.record.noted import a_notice

MESSAGE = "Seen a mistake?"
REFERENCE = 'Its reference is <strong class="reference" data-reference>%(reference)s</strong>.'


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (MESSAGE, "100 % right?"),
        (MESSAGE, "50%"),
        (MESSAGE, 'A "slip"?'),
        (MESSAGE, "Slips & more?"),
        (MESSAGE, "<img src=x onerror=alert(1)"),
        (MESSAGE, "A {0.__class__}?"),
        (REFERENCE, REFERENCE + " %(name)r"),
        (REFERENCE, REFERENCE + " %(reference).9999s"),
        (REFERENCE, REFERENCE.replace("data-", "onclick=a() data-")),
    ],
)
def test_words_that_would_break_a_page_are_refused_at_the_start(tmp_path, message, words):
    (tmp_path / "en.json").write_text(json.dumps({message: words}))
    with pytest.raises(language.BadSentences, match="must keep"):
        language.reword(tmp_path)


def bare(message: str) -> list[str]:
    """The tags and signs of a message, without its ``%(names)s``."""
    return [sign for sign in language.signs(message) if not sign.startswith("%(")]


def test_no_message_of_any_language_can_break_out_of_an_attribute():
    """Jinja takes translations for markup, and formats them."""
    for lang in language.installed():
        with language.speaking(lang):
            for message in language.messages():
                if isinstance(message, str):
                    said = language.gettext(message)
                    # What is filled in is compared where the catalogues are.
                    assert bare(said) == bare(message), (lang, said)


@pytest.fixture
def damaged(monkeypatch, tmp_path, request):
    """A Polish catalogue of which only a part was written."""
    folder = tmp_path / "locales"
    (folder / "pl" / "LC_MESSAGES").mkdir(parents=True)
    whole = language.FOLDER / "pl" / "LC_MESSAGES" / "corrections.mo"
    (folder / "formats.json").symlink_to(language.FOLDER / "formats.json")
    (folder / "pl" / "LC_MESSAGES" / whole.name).write_bytes(whole.read_bytes()[: request.param])
    monkeypatch.setattr(language, "FOLDER", folder)
    language._translations.cache_clear()
    yield
    language._translations.cache_clear()


@pytest.mark.parametrize("damaged", [0, 3, 7, 5_000], indirect=True)
def test_a_damaged_catalogue_leaves_english_and_not_a_traceback(damaged, make_app, caplog):
    page = make_app(LANGUAGES="pl,en").test_client().get("/privacy")
    assert page.status_code == 200
    assert "What we keep" in page.text or "privacy" in page.text
    assert "corrections.mo" in caplog.text


def test_a_capital_letter_is_put_in_front_of_words_and_taken_from_none(make_app):
    assert as_heading("wartet auf die Redaktion") == "Wartet auf die Redaktion"
    app = make_app(LANGUAGES="de,en")
    with app.app_context():
        article = an_article()
        number = a_notice(article, change_class=ChangeClass.EDITORS_NOTE)
    client = app.test_client()
    for address in (f"/corrections/{number}", "/corrections.atom", "/corrections.json"):
        assert "der redaktion" not in client.get(address).text
    assert "Anmerkung der Redaktion: " in client.get("/corrections.json").json["items"][0]["title"]


def test_a_feed_names_the_language_of_its_title(make_app):
    feed = make_app(LANGUAGES="uk,en").test_client().get("/corrections.json").json
    assert feed["language"] == "uk"


@pytest.mark.parametrize("known", [None, "fr-CA"])
def test_a_letter_and_the_receipt_fall_back_to_the_same_language(make_app, max_, known):
    with make_app(LANGUAGES="uk,ar").app_context():
        importing.bring_in(document(lang="ar"), slug="mina", now=NOON)
        article = db.session.query(Article).one()
        correction = a_correction(article, name="Ada")
        db.session.get_one(Correction, correction.id).contact.lang = known
        db.session.commit()
        reject(correction, max_)
        grouping.compose_due(NOON + timedelta(minutes=10))
        (letter,) = db.session.query(Letter).all()
        assert '<html lang="ar" dir="rtl">' in letter.html


def test_a_refusal_is_in_one_language_to_its_last_word(make_app):
    app = make_app(LANGUAGES="en,uk", LIMITS="1/hour")
    with app.app_context():
        importing.bring_in(document(lang="uk"), slug="wall", now=NOON)
    reader = app.test_client()
    for _ in range(2):
        sent = {"revision": 1, "explanation": str(_)}
        answer = reader.post("/articles/wall/corrections", json=sent, headers=JSON | OURS)
    assert answer.status_code == 429
    assert "minutes" not in answer.json["message"]
    assert "хвилин" in answer.json["message"]


def test_house_style_shows_the_sentence_that_readers_get(make_app):
    with make_app(LANGUAGES="uk,en").app_context(), language.speaking("en"):
        shown = {one.way: one.sentence for one in house_style.everything()}
        assert not [each for each in shown.values() if each.startswith("An earlier version")]
        assert shown["figure"].count("{right}") == shown["figure"].count("{wrong}") == 1
        ines = accounts.add("ines@courier.example", role=Role.EDITOR, now=NOON)
        house_style.word("figure", shown["figure"], by=ines, now=NOON)
        assert not house_style.wording("figure").is_own


@pytest.mark.parametrize("lang", language.installed())
def test_every_standard_sentence_may_be_kept_as_ones_own(lang):
    with language.speaking(lang):
        for way in notices.WAYS:
            wordings.check(way, wordings.default(way, language.gettext))
