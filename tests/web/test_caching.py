"""Pages that a shared cache may keep: the same bytes for everyone, and safe to send a form from."""

from __future__ import annotations

import pytest

from tests.builders import a_correction, an_article

PUBLIC = ["/", "/articles/harbour-wall", "/receipts"]


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
