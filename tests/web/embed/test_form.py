"""The frame on a newsroom's page, and where the words that the page shows stand with us."""

from __future__ import annotations

import pytest

from corrections_app.domain import limits
from corrections_app.extensions import db
from corrections_app.workflow.articles import importing
from tests.builders import HARBOUR, NOON, document
from tests.web.conftest import JSON, text_of

SITE = "https://news.example"
PAGE = f"{SITE}/harbour/"
SHOWN = HARBOUR[3].replace("“", '"').replace("”", '"')


@pytest.fixture
def browser(make_app):
    app = make_app()
    with app.app_context():
        bring_in("harbour", PAGE)
        bring_in("valley", "https://valley.example/a")
    return app.test_client()


def bring_in(slug, url):
    importing.bring_in(document(source_url=url), slug=slug, now=NOON)
    db.session.remove()


def seen(words="“It is", **more):
    start = HARBOUR[3].index(words)
    around = {"v": 1, "url": PAGE, "text": SHOWN, "start": start, "end": start + len(words)}
    return around | more


def sent(browser, fields, **headers):
    return browser.post("/embed/place", json=fields, headers=JSON | headers)


def test_words_get_their_place_and_their_form(browser):
    answer = sent(browser, seen())

    known = answer.json
    start = len("\n\n".join(HARBOUR[:3])) + 2
    assert answer.status_code == 200
    assert (known["article"], known["revision"], known["how"]) == ("harbour", 1, "block")
    assert (known["start"], known["exact"]) == (start, "“It is")
    form = text_of(browser.get(known["form"]))
    assert 'name="replacement"' in form
    assert "“It is" in form


def test_without_a_choice_the_form_is_the_finder(browser):
    answer = sent(browser, {"v": 1, "url": PAGE, "translated": False})

    assert answer.status_code == 200
    assert "Where is the mistake?" in text_of(browser.get(answer.json["form"]))


@pytest.mark.parametrize(
    ("fields", "code", "shown"),
    [
        (seen(text="Something else altogether here.", start=0, end=9), "not_found_in_text", True),
        (seen(start=4, end=4), "no_words", True),
        (seen(start=4, end=400), "no_words", True),
        (seen(translated=True), "translated", False),
    ],
)
def test_what_has_no_place_gets_the_finder_with_its_words(browser, fields, code, shown):
    answer = sent(browser, fields)

    assert (answer.status_code, answer.json["error"]) == (422, code)
    assert answer.json["message"]
    finder = text_of(browser.get(answer.json["form"]))
    words = fields["text"][fields["start"] : fields["end"]]
    assert "Where is the mistake?" in finder
    assert (f'value="{words.replace(chr(34), "&#34;")}"' in finder) is shown


def test_twins_are_named_and_found_by_a_person(browser):
    with browser.application.app_context():
        twins = document("Twins", "The same.", "Between.", "The same.", source_url=f"{SITE}/t")
        importing.bring_in(twins, slug="twins", now=NOON)
        db.session.remove()

    known = sent(browser, seen(url=f"{SITE}/t", text="The same.", start=4, end=8)).json

    assert (known["error"], len(known["places"])) == ("ambiguous", 2)
    assert "q=same" in known["form"]


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        (f"{SITE}/other", 404, "not_an_article"),
        ("https://evil.example/harbour/", 403, "unknown_site"),
        ("javascript:alert(1)", 403, "unknown_site"),
        ("", 403, "unknown_site"),
    ],
)
def test_a_strange_page_has_no_form(browser, url, status, code):
    answer = sent(browser, seen(url=url))

    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert "form" not in answer.json


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (seen(v=2), "invalid"),
        (seen() | {"v": None}, "invalid"),
        (seen(id="4711"), "invalid"),
        (seen(start="x"), "invalid"),
        (seen(text=["a"]), "invalid"),
        (seen(text="a" * (limits.SEEN + 1)), "too_long"),
        (seen(before="a" * (limits.NEIGHBOUR + 1)), "too_long"),
        (seen(url="https://news.example/" + "a" * 2_000), "too_long"),
        (seen(text="a " * 4_000, start=0, end=8_000), "not_found_in_text"),
        (seen(nth=-1, of=10**30), None),
        ([], "invalid"),
    ],
)
def test_what_no_script_of_ours_sends_is_refused(browser, fields, code):
    answer = sent(browser, fields)

    assert answer.status_code == (422 if code else 200)
    assert answer.json.get("error") == code


def test_only_our_own_frame_may_ask(browser):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": SITE}, {"Origin": "null"}):
        assert sent(browser, seen(), **headers).status_code == 403
    assert sent(browser, seen(), **{"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert not [name for name, _ in sent(browser, seen()).headers if name.startswith("Access-")]


def test_a_form_of_another_site_cannot_ask_either(browser):
    answer = browser.post("/embed/place", data={"v": "1"}, headers={"Origin": "https://x.example"})

    assert answer.status_code == 403


def test_places_are_counted(make_app):
    app = make_app(LIMITS="30/hour")
    browser = app.test_client()

    answers = [sent(browser, seen()) for _ in range(21)]

    assert [each.status_code for each in answers] == [403] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def ancestors(answer):
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    return policy.pop("frame-ancestors"), policy


def test_only_the_page_s_own_site_may_frame_the_form(browser):
    framed, policy = ancestors(browser.get("/embed/form", query_string={"url": PAGE}))
    usual, same = ancestors(browser.get("/"))

    assert (framed, usual) == (SITE, "'none'")
    assert policy == same


@pytest.mark.parametrize(
    "url",
    [
        "",
        "null",
        "https://evil.example/",
        "https://news.example; script-src *",
        "https://*",
        "https://news.example.evil.example/",
        "https://news.example@evil.example/",
    ],
)
def test_a_strange_page_may_not(browser, url):
    answer = browser.get("/embed/form", query_string={"url": url})

    assert ancestors(answer)[0] == "'none'"
    assert answer.status_code == 200  # of its own, in a tab, it says what is wrong


def test_the_frame_is_the_same_for_all_and_fits_an_isolated_page(browser):
    answer = browser.get("/embed/form", query_string={"url": PAGE})

    assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.cache_control.public
    assert "Set-Cookie" not in answer.headers
    assert f'data-origins="{SITE}"' in text_of(answer)


def test_an_address_is_only_words_on_the_page(browser):
    hostile = 'https://news.example/"><script>alert(1)</script>'

    page = text_of(browser.get("/embed/form", query_string={"url": hostile}))

    assert "<script>alert" not in page


def test_no_other_page_may_be_framed(browser):
    for path in ("/articles/harbour", "/articles/harbour/corrections/new", "/report", "/receipts"):
        assert ancestors(browser.get(path))[0] == "'none'"


def test_the_link_without_scripts_leads_to_the_article(browser):
    answer = browser.get("/report", query_string={"url": f"{PAGE}?utm_source=x"})

    assert answer.status_code == 303
    assert answer.location == "/articles/harbour/corrections/new"


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("", 200, "The address of the page"),
        (f"{SITE}/other", 404, "We do not have an article at this address."),
        ("https://evil.example/<b>", 403, "belongs to no site"),
    ],
)
def test_the_link_of_a_strange_page_asks_which_one(browser, url, status, words):
    answer = browser.get("/report", query_string={"url": url})

    assert answer.status_code == status
    assert words in text_of(answer)
    assert "<b>" not in text_of(answer)
