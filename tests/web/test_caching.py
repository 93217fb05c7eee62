"""Pages that a shared cache may keep: the same bytes for everyone, and safe to send a form from."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from corrections_app.web import headers
from tests.builders import a_correction, an_article
from tests.drawing import png
from tests.workflow.record.noted import a_notice

PUBLIC = [
    "/",
    "/articles/harbour-wall",
    "/receipts",
    "/corrections",
    "/corrections.atom",
    "/corrections.json",
    "/corrections.csv",
    "/corrections/policy",
    "/rules",
    "/api/v1/",
    "/api/v1/openapi.json",
]
PICTURE = f"{'a' * 64}.png"


class SharedCache:
    """What RFC 9111 asks of a cache between readers and the newsroom, as far as it matters here."""

    def __init__(self, app):
        self.origin = app.test_client()
        self.kept = {}
        self.revalidated = 0

    def get(self, path, headers):
        """A reader's request: answered from the cache where the origin says it still holds."""
        known = self.kept.get(path)
        asked = dict(headers) | ({"If-None-Match": known.headers["ETag"]} if known else {})
        answer = self.origin.get(path, headers=asked)
        if answer.status_code == 304:
            self.revalidated += 1
            return known
        assert "Set-Cookie" not in answer.headers
        assert answer.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
        assert answer.cache_control.public
        self.kept[path] = answer
        return answer


READERS = [
    {"User-Agent": "Phone", "Accept-Language": "uk", "Accept": "text/html"},
    {"User-Agent": "Desk", "Accept-Language": "ar,en;q=0.5", "Cookie": "session=of-somebody"},
    {"User-Agent": "Robot", "Accept": "*/*", "Referer": "https://elsewhere.example/"},
]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_reader_gets_the_same_bytes_from_a_shared_cache(app, path):
    an_article()
    cache = SharedCache(app)

    pages = {cache.get(path, reader).data for reader in READERS}

    assert len(pages) == 1
    assert cache.revalidated == len(READERS) - 1


@pytest.mark.parametrize("path", PUBLIC)
def test_a_signed_in_moderator_gets_what_readers_get(app, moderator, path):
    an_article()

    theirs = moderator.get(path)

    assert theirs.data == app.test_client().get(path).data
    assert "Set-Cookie" not in theirs.headers
    assert theirs.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"


def test_what_readers_send_does_not_change_the_article(app):
    article = an_article()
    cache = SharedCache(app)
    before = cache.get("/articles/harbour-wall", READERS[0])

    a_correction(article)

    assert cache.get("/articles/harbour-wall", READERS[1]) is before


def test_a_form_from_a_cached_page_is_taken_without_a_token(app):
    article = an_article()
    page = SharedCache(app).get("/articles/harbour-wall", READERS[0]).get_data(as_text=True)
    start = article.current.text.index("the the")
    sent = {"revision": 1, "start": start, "end": start + 7, "replacement": "the"}

    answer = app.test_client().post(
        "/articles/harbour-wall/corrections", data=sent, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert "csrf" not in page
    assert answer.status_code == 303


@pytest.mark.parametrize("query", ["", "?q=wall", "?whole=1", "?start=0&end=3"])
def test_what_is_a_readers_own_is_kept_by_nobody(app, query):
    an_article()

    answer = app.test_client().get(f"/articles/harbour-wall/corrections/new{query}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


OPEN_TO_CACHES = {
    "api.description",
    "api.show",
    "articles.index",
    "articles.show",
    "editing.past",
    "embed_form.form",
    "embed_script.script",
    "receipts.index",
    "record.index",
    "record.show",
    "record.annotation",
    "feeds.atom",
    "feeds.json_feed",
    "feeds.table",
    "media.show",
    "policy.show",
    "privacy.show",
    "rules.index",
    "static",
}


def test_every_route_is_public_on_purpose_or_kept_by_nobody(app, moderator):
    article = an_article()
    a_notice(article)
    correction = a_correction(article)
    folder = Path(app.instance_path) / "media"
    folder.mkdir()
    (folder / PICTURE).write_bytes(png())
    known = {"slug": "harbour-wall", "correction_id": correction.id, "filename": "css/site.css"}
    known |= {"name": PICTURE}
    known |= {"token": "unknown", "code": "duplicate", "act": "link", "what": "test"}
    public = set()

    for rule in app.url_map.iter_rules():
        place = {name: known.get(name, 1) for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, place)
        method = "GET" if "GET" in rule.methods else "POST"
        for browser in (app.test_client(), moderator.client):
            with browser.open(address, method=method) as answer:
                if rule.endpoint in OPEN_TO_CACHES:
                    assert answer.status_code == 200
                if answer.headers.get("Cache-Control") != "no-store":
                    public.add(rule.endpoint)

    assert public == OPEN_TO_CACHES


def test_a_page_that_says_nothing_of_caches_is_kept_by_nobody():
    app = Flask(__name__)
    headers.install(app)
    app.add_url_rule("/", "new", lambda: ("words", {"Cache-Control": "max-age=60"}))

    for address, status in (("/", 200), ("/none", 404)):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


@pytest.mark.parametrize("hops", [0, 1])
def test_nginx_is_told_to_keep_what_is_public_and_to_ask_each_time(make_app, hops):
    app = make_app(PROXY_HOPS=str(hops), own=True)
    with app.app_context():
        an_article(slug="harbour")
        asked = app.test_client()
        page, front, own, none = (
            asked.get(path).headers for path in ("/articles/harbour", "/", "/sign-in", "/nowhere")
        )

    told = {"@1"} if hops else {None}
    assert {page.get("X-Accel-Expires"), front.get("X-Accel-Expires")} == told
    assert "X-Accel-Expires" not in own
    assert "X-Accel-Expires" not in none
