"""Which language is spoken where: the article's to readers, their own to colleagues."""

import json
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from sqlalchemy import select

from corrections_app import create_app, language
from corrections_app.checkup import languages as checked
from corrections_app.config import BadConfiguration
from corrections_app.domain.errors import TooLong
from corrections_app.domain.roles import Role
from corrections_app.extensions import db
from corrections_app.models import Article, Contact, User
from corrections_app.web.filters import said
from corrections_app.workflow.articles import importing
from corrections_app.workflow.letters import writing
from corrections_app.workflow.people import accounts
from tests.applications import TRIAL
from tests.builders import NOON, document
from tests.web.conftest import Moderator, sign_in_as
from tests.workflow.record.noted import a_notice

UKRAINIAN = ("Набережна", "Рада ухвалила відбудувати відбудувати стіну.")
ARABIC = ("الميناء", "قرر المجلس إعادة بناء بناء الجدار.")
PAGE = "https://news.example/pier"
JSON = {"Accept": "application/json"}
POLISH = {"Accept-Language": "pl-PL,pl;q=0.9,en;q=0.5"}


@pytest.fixture
def catalogues(monkeypatch, tmp_path):
    """A folder of what is shipped, in which a test may change a language."""
    folder = tmp_path / "locales"
    folder.mkdir()
    for shipped in language.FOLDER.iterdir():
        (folder / shipped.name).symlink_to(shipped)
    monkeypatch.setattr(language, "FOLDER", folder)
    _forget()
    yield folder
    _forget()


def _forget():
    language._translations.cache_clear()
    language.messages.cache_clear()


@pytest.fixture
def site(make_app, catalogues):
    """A newsroom of Kyiv with articles in three languages."""
    app = make_app(LANGUAGES="uk,en,pl,ar")
    with app.app_context():
        for slug, words, known in (
            ("wall", UKRAINIAN, {"lang": "uk"}),
            ("harbour", (), {"lang": "en-GB"}),
            ("mina", ARABIC, {"lang": "ar", "dir": "rtl"}),
            ("quai", ("Le quai", "La mairie a voté voté."), {"lang": "fr"}),
        ):
            importing.bring_in(document(*words, **known), slug=slug, now=NOON)
        yield app


def head(page):
    return page.text[: page.text.index("</head>")]


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("/articles/wall", '<html lang="uk"'),
        ("/articles/harbour", '<html lang="en"'),
        ("/articles/mina", '<html lang="ar" dir="rtl"'),
        ("/articles/quai", '<html lang="uk"'),
        ("/articles/wall/history", '<html lang="uk"'),
        ("/articles/mina/history", '<html lang="ar" dir="rtl"'),
        ("/articles/wall/corrections/new", '<html lang="uk"'),
        ("/articles/mina/corrections/new", '<html lang="ar" dir="rtl"'),
        ("/", '<html lang="uk"'),
        ("/corrections", '<html lang="uk"'),
        ("/sign-in", '<html lang="pl"'),
        ("/no/such/page", '<html lang="pl"'),
    ],
)
def test_a_page_is_in_the_language_of_what_it_is_about(site, address, root):
    assert root in head(site.test_client().get(address, headers=POLISH))


@pytest.mark.parametrize("address", ["/", "/articles/harbour", "/articles/wall", "/privacy"])
def test_what_is_kept_for_all_does_not_hear_the_browser(site, address):
    pages = {site.test_client().get(address, headers=asked).data for asked in ({}, POLISH)}
    assert len(pages) == 1


def test_the_form_its_refusal_and_the_receipt_speak_as_the_article(site):
    reader = site.test_client()
    at = "/articles/wall/corrections"
    start = " \n".join(UKRAINIAN).index("відбудувати")
    sent = {"revision": 1, "start": start, "end": start + 11, "exact": "відбудувати"}
    same = reader.post(at, data=sent | {"replacement": "відбудувати"}, headers=POLISH | JSON)
    with language.speaking("uk"):
        said = language.gettext(
            "The words are the same as before: change them, or say what is wrong."
        )
    assert same.json["message"] == said
    assert set(same.json["fields"].values()) <= {said}
    done = reader.post(
        at,
        data=sent | {"replacement": "відновити", "email": "olha@reader.example"},
        headers=POLISH | JSON,
    )
    assert done.status_code == 201, done.text
    assert db.session.scalars(select(Contact.lang)).all() == ["uk"]
    assert '<html lang="uk"' in head(reader.get(done.json["url"], headers=POLISH))
    assert '<html lang="uk"' in head(reader.get(done.json["url"] + "/erase", headers=POLISH))


def test_a_notice_and_its_mark_are_in_the_language_of_the_article(site):
    article = db.session.scalars(select(Article).filter_by(slug="mina")).one()
    number = a_notice(article, "قرر المجلس إعادة البناء.")
    page = site.test_client().get(f"/corrections/{number}", headers=POLISH)
    assert '<html lang="ar" dir="rtl"' in head(page)
    shown = site.test_client().get("/articles/mina", headers=POLISH).text
    notices = re.search(r'<div class="article-notices [^>]*>', shown)
    assert notices[0].endswith('lang="ar">')
    assert 'lang="en"' not in shown


def test_words_that_a_newsrooms_page_shows_are_refused_as_its_article_speaks(site):
    harbour = document(lang="en", source_url=PAGE)
    importing.bring_in(harbour, slug="pier", now=NOON)
    reader = site.test_client()
    strange = {"v": 1, "url": PAGE, "text": "no such words", "start": 0, "end": 13}
    refused = reader.post("/embed/place", json=strange, headers=POLISH | JSON)
    assert refused.json["message"].startswith("These words are not in the article")


def test_a_colleague_chooses_and_else_the_browser_says(site):
    accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    max_ = Moderator(sign_in_as(site, "max@courier.example"))
    assert '<html lang="pl"' in head(max_.get("/account", headers=POLISH))
    refused = max_.post("/account", {"lang": "fr"})
    assert refused.status_code == 422
    assert max_.post("/account", {"lang": "ar"}).status_code == 303
    assert '<html lang="ar" dir="rtl"' in head(max_.get("/queue", headers=POLISH))
    user = db.session.scalars(select(User)).one()
    letter = writing.of_account("password_changed", user.email, user.name, lang=user.lang)
    assert 'dir="rtl"' in letter.html
    assert max_.post("/account", {"lang": ""}).status_code == 303
    assert '<html lang="pl"' in head(max_.get("/queue", headers=POLISH))


def test_what_stands_on_a_page_in_another_language_says_in_which(site):
    reader, at = site.test_client(), "/articles/mina/corrections"
    start = " \n".join(ARABIC).index("بناء")
    sent = {
        "revision": 1,
        "start": start,
        "end": start + 4,
        "exact": "بناء",
        "replacement": "تشييد",
    }
    receipt = reader.post(at, data=sent, headers=JSON).json["url"]
    assert reader.get(receipt, headers=JSON).json["said_in"] == "ar"
    accounts.add("max@courier.example", role=Role.EDITOR, now=NOON)
    max_ = Moderator(sign_in_as(site, "max@courier.example"))
    listed = max_.get("/queue", headers=POLISH).text
    assert '<bdi lang="ar">بناء</bdi>' in listed
    assert f', <bdi lang="ar">{ARABIC[0]}</bdi></span>' in listed
    card = max_.get("/queue/1", headers=POLISH).text
    assert '<html lang="pl"' in card
    assert 'data-summary="بناء ← تشييد, ' in card  # the arrow points as these words are read
    notices = re.findall(r'<textarea id="\w+-notice"[^>]*>', card)
    assert len(notices) == 2
    assert all('lang="ar" dir="rtl"' in notice for notice in notices)
    articles = max_.get("/articles", headers=POLISH).text
    assert f'<span class="unseen">: <bdi lang="ar">{ARABIC[0]}</bdi></span>' in articles
    style = max_.get("/notice-style", headers=POLISH).text
    assert style.count('<span lang="uk" dir="auto">') > 20
    form = reader.get("/articles/mina/corrections/new?whole=1").text
    assert re.search(r'<input[^>]*type="email"[^>]*>', form)[0].count('dir="ltr"') == 1
    wording = max_.get("/notice-style/wordings/figure", headers=POLISH).text
    assert re.search(r'<textarea[^>]* lang="uk"', wording)


def test_where_there_are_no_words_nothing_is_said(site):
    with language.speaking("uk"):
        assert language.gettext("") == ""
        assert language.filled("", {}) == ""


def test_a_large_number_is_written_as_the_language_writes_it(site):
    refused = TooLong.at("words", "That is too long: %(most)s characters at most.", most=5000)
    assert refused.message == "That is too long: 5,000 characters at most."
    assert refused.fields == {"words": refused.message}
    with language.speaking("uk"):
        assert "5\N{NO-BREAK SPACE}000" in language.filled(refused.template, refused.details)
        assert "5\N{NO-BREAK SPACE}000" in said(refused.fields["words"])


def test_the_script_on_the_newsrooms_pages_offers_in_its_own_language(site):
    with language.speaking("uk"):
        offer = json.dumps(language.gettext("Suggest a correction"))
    script = site.test_client().get("/embed.js", headers=POLISH).text
    assert offer in script
    assert '"Suggest a correction"' not in script


def test_programs_are_spoken_to_in_english(site):
    refused = site.test_client().get("/api/v1/corrections", headers=POLISH)
    assert refused.json["detail"].startswith("Say who you are")


def test_nothing_is_left_spoken_when_a_request_is_over(site):
    site.test_client().get("/articles/wall")
    assert language.spoken() == "en"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["uk-UA"], "uk"),
        (["PL"], "pl"),
        (["ar_EG"], "ar"),
        (["fr", "en-US"], "en"),
        (["fr"], "uk"),
        ([None, "", "?"], "uk"),
        ([], "uk"),
    ],
)
def test_what_is_offered(site, wanted, found):
    assert language.offered(*wanted) == found


@pytest.mark.parametrize("named", ["", "uk,xx", "english", ","])
def test_languages_that_there_are_not_are_refused(tmp_path, named):
    with pytest.raises(BadConfiguration, match="LANGUAGES"):
        create_app(TRIAL | {"INSTANCE": str(tmp_path), "LANGUAGES": named})


MESSAGE = "Seen a mistake?"


def test_a_newsroom_says_single_sentences_in_its_own_words(make_app, tmp_path):
    own = tmp_path / "own" / "sentences"
    own.mkdir(parents=True)
    (own / "en.json").write_text(json.dumps({MESSAGE: "Spotted a slip?"}))
    try:
        app = make_app(INSTANCE=str(tmp_path / "own"))
        with app.app_context():
            importing.bring_in(document(), slug="wall", now=NOON)
            assert "Spotted a slip?" in app.test_client().get("/articles/wall").text
    finally:
        language.reword(tmp_path)
    assert language.gettext(MESSAGE) == MESSAGE


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("en.json", "{", "cannot be read"),
        ("en.json", "[]", "must map"),
        ("xx.json", "{}", "must map"),
        ("en.json", json.dumps({"No such words.": "a"}), "nothing here says"),
        ("en.json", json.dumps({MESSAGE: " "}), "needs words"),
        ("en.json", json.dumps({MESSAGE: "%(name)s?"}), "must keep"),
        ("en.json", json.dumps({MESSAGE: "100 % right?"}), "no other %"),
        ("en.json", json.dumps({MESSAGE: "<b>Really?</b>"}), "must keep"),
    ],
)
def test_words_that_cannot_be_used_are_refused_whole(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(language.BadSentences, match=said) as refused:
        language.reword(tmp_path)
    assert name in str(refused.value)


def test_the_check_says_how_far_each_language_is(site):
    found = {finding.said.partition(":")[0]: finding for finding in checked.languages()}
    assert list(found) == ["uk", "en", "pl", "ar"]
    assert not found["uk"].remedy
    assert not found["pl"].remedy


def test_the_check_warns_of_a_language_that_is_not_finished(site, catalogues):
    (catalogues / "pl").unlink()
    (catalogues / "pl" / "LC_MESSAGES").mkdir(parents=True)
    catalog = Catalog(locale="pl")
    catalog.add("Corrections", "Sprostowania")
    catalog.add(("%(num)s day", "%(num)s days"), ("%(num)s dzień", "%(num)s dni", "%(num)s dni"))
    with (catalogues / "pl" / "LC_MESSAGES" / "corrections.mo").open("wb") as file:
        write_mo(file, catalog)
    _forget()
    found = {finding.said.partition(":")[0]: finding for finding in checked.languages()}
    assert found["pl"].said.startswith("pl: 2 of ")
    assert found["pl"].remedy
    assert not found["uk"].remedy
