"""Pages answered before the application: never after what they show has changed."""

from __future__ import annotations

import asyncio
import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from corrections_app.extensions import db
from corrections_app.models import PublicVersion
from corrections_app.serving import kept_pages
from corrections_app.serving.body_first import BodyFirst
from corrections_app.serving.kept_pages import KeptPages, Versions
from corrections_app.web.reader import articles
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import write
from tests.builders import a_correction, accept, an_article
from tests.web.lines import Coming, Head, heard, run
from tests.workflow.record.noted import a_notice

ARTICLE = "/articles/harbour-wall"
GZIP = {"accept-encoding": "gzip, deflate, br"}


class Server:
    """The server as it stands before an application, which counts what reaches it."""

    def __init__(self, app, **bounds):
        self.app, self.reached = app, []
        with app.app_context():
            self.kept = KeptPages(Versions(db.engine), **bounds)

    def __call__(self, environ, start):
        self.reached.append(environ["PATH_INFO"])
        return self.app.wsgi_app(environ, start)

    def get(self, path=ARTICLE, method="GET", query="", twice=False, **said):
        said = {name.replace("_", "-"): value for name, value in said.items()}
        head = Head(method=method, path=path, query_string=query, said={"host": "localhost"} | said)
        return run(heard(BodyFirst(self, kept=self.kept), Coming(), head))

    def again(self, *arguments, **said):
        """Two answers to one request, and whether the application made the second."""
        first = self.get(*arguments, **said)
        before = len(self.reached)
        return first, self.get(*arguments, **said), len(self.reached) > before


@pytest.fixture
def server(app):
    made = Server(app)
    yield made
    made.kept.close()


@pytest.fixture
def article(app):
    return an_article()


PUBLIC = [
    "/",
    ARTICLE,
    f"{ARTICLE}/history",
    "/corrections",
    "/corrections.atom",
    "/corrections.json",
    "/embed.js",
    "/static/css/site.css",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_same_answer_comes_without_the_application(server, article, path):
    first, second, was_asked = server.again(path)

    assert (first.status_code, was_asked) == (200, False)
    assert (second.status_code, second.data) == (200, first.data)
    assert list(second.headers) == list(first.headers)
    assert "x-request-id" not in second.headers


def test_how_it_is_going_is_asked_once_a_second(server, article, monkeypatch):
    first, second, was_asked = server.again("/healthz")
    assert (first.json, was_asked) == (second.json, False)
    assert "x-request-id" not in second.headers  # it is that of another request
    assert second.cache_control.no_store

    later = now() + timedelta(seconds=1.1)
    monkeypatch.setattr(kept_pages, "now", lambda: later)

    server.get("/healthz")
    assert len(server.reached) == 2


def test_what_is_compressed_is_kept_apart(server, article):
    plain, packed = server.get(), server.get(**GZIP)

    assert "content-encoding" not in server.get().headers
    again = server.get(**GZIP)
    assert again.headers["content-encoding"] == "gzip"
    assert gzip.decompress(again.data) == gzip.decompress(packed.data) == plain.data
    assert len(server.reached) == 2


@pytest.mark.parametrize("asked", ["{tag}", 'W/"other", {tag}', "*", "{strong}"])
def test_who_has_it_is_told_so(server, article, asked):
    tag = server.get(**GZIP).headers["etag"]
    names = {"tag": tag, "strong": tag.removeprefix("W/")}

    answer = server.get(if_none_match=asked.format(**names), **GZIP)

    assert (answer.status_code, answer.data, len(server.reached)) == (304, b"", 1)
    assert answer.headers["etag"] == tag
    assert {"cache-control", "vary", "content-security-policy"} <= {
        name.lower() for name, _ in answer.headers
    }
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", PUBLIC)
def test_who_comes_first_and_has_it_has_it_kept_for_the_others(server, article, path):
    tag = server.get(path, **GZIP).headers["etag"]
    server.kept._pages.clear()  # as after a restart

    first, second, was_asked = server.again(path, if_none_match=tag, **GZIP)

    assert (first.status_code, second.status_code, was_asked) == (304, 304, False)
    assert (first.data, second.data, first.headers["etag"]) == (b"", b"", tag)
    assert server.get(path, **GZIP).status_code == 200
    assert len(server.reached) == 2


def test_what_nobody_keeps_is_told_by_its_tag_too(server, article):
    answer = server.get("/corrections/policy")
    other = server.get("/corrections/policy", if_none_match='"other"')
    same = server.get("/corrections/policy", if_none_match=answer.headers["etag"])

    assert (other.status_code, same.status_code, same.data) == (200, 304, b"")
    assert same.headers.get("content-length", "0") == "0"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/corrections/policy", {}),  # rests on a file that an editor may change
        ("/accuracy", {}),  # rests on what readers send
        ("/receipts", {}),
        ("/articles/nowhere", {}),
        (ARTICLE, {"method": "HEAD"}),
        (ARTICLE, {"query": "after=x"}),
        (ARTICLE, {"range": "bytes=0-3"}),
        (ARTICLE, {"accept_encoding": "gzip;q=0"}),
        (ARTICLE, {"accept_encoding": "br;q=1.0, gzip;q=0.8"}),
    ],
)
def test_everything_else_is_the_applications(server, article, path, said):
    *_, was_asked = server.again(path, **said)

    assert was_asked


def test_whoever_takes_anything_gets_nothing_that_others_cannot_read(server, article):
    server.get(accept_encoding="*")

    assert "content-encoding" not in server.get().headers


def test_another_host_is_another_page(server, article):
    server.get()

    server.get(host="elsewhere.example")

    assert len(server.reached) == 2


def test_no_page_is_older_than_the_last_commit(server, article, max_):
    for path in (ARTICLE, "/"):
        server.get(path)

    accept(a_correction(article, "the the", "the"), max_)

    assert "the the" not in server.get().text
    *_, was_asked = server.again()
    assert not was_asked
    before = len(server.reached)
    server.get("/")
    assert len(server.reached) > before


def test_what_readers_cannot_see_leaves_the_pages_kept(server, article):
    server.get()

    a_correction(article, "the the", "the")

    *_, was_asked = server.again()
    assert not was_asked


def test_a_notice_appears_when_its_time_has_come(server, article, monkeypatch):
    later = now() + timedelta(minutes=10)
    a_notice(article, "It was never blue.", public_at=later)
    assert "never blue" not in server.get().text

    moment = later + timedelta(seconds=1)
    for module in (kept_pages, articles):
        monkeypatch.setattr(module, "now", lambda: moment)

    assert "never blue" in server.get().text


def test_a_page_made_while_something_changes_is_old_at_once(server, article, max_, monkeypatch):
    made = server.app.wsgi_app

    def overtaken(environ, start):
        answer = made(environ, start)
        with server.app.app_context(), write():
            pass
        return answer

    monkeypatch.setattr(server.app, "wsgi_app", overtaken)

    *_, was_asked = server.again()

    assert was_asked


def test_no_more_is_kept_than_there_is_room_for(app, article):
    server = Server(app, most=20_000)
    for number in range(40):
        server.get(host=f"localhost:{number}")

    assert server.kept._bytes == sum(one.weight for one in server.kept._pages.values())
    assert 0 < server.kept._bytes <= 20_000
    server.kept.close()


@pytest.mark.parametrize("path", [ARTICLE, "/static/css/site.css", "/healthz"])
def test_a_page_is_kept_small_and_given_as_it_was_made(server, article, path):
    """Whole, as who asks for no gzip gets it, a page would take four times the room."""
    for said in ({}, GZIP):
        made, kept, was_asked = server.again(path, **said)
        assert (kept.status_code, kept.data, was_asked) == (200, made.data, False)

    for page in server.kept._pages.values():
        body = page.whole.body
        text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        assert len(page.kept.body) <= max(512, len(text) // 2)


def test_small_pages_weigh_what_they_take_too(app):
    """Else a stranger fills the memory with the shortest page, at one port after the other."""
    server = Server(app, most=20_000)
    for number in range(40):
        server.get("/healthz", host=f"localhost:{number}")

    assert 0 < len(server.kept._pages) < 20
    server.kept.close()


def test_a_page_that_goes_while_the_database_is_asked_is_given_still(server, article, monkeypatch):
    first = server.get()
    kept = server.kept

    async def overtaken(state):
        [(key, page)] = kept._pages.items()
        kept._drop(key, page)
        return True

    monkeypatch.setattr(kept._versions, "still", overtaken)

    assert server.get().data == first.data
    assert not kept._pages


def test_a_database_that_cannot_be_asked_costs_nobody_a_page(server, article, monkeypatch):
    server.get()
    monkeypatch.setattr(Versions, "_NUMBER", "SELECT number FROM nowhere")

    first, second, was_asked = server.again()

    assert (first.status_code, second.status_code, was_asked) == (200, 200, True)


def test_a_database_that_falls_silent_keeps_no_reader_waiting_for_a_kept_page(
    server, article, monkeypatch
):
    """Behind a broken line those who ask stand in a queue that has no end of its own."""
    server.get()
    versions, over, waits = server.kept._versions, threading.Event(), []
    monkeypatch.setattr(versions, "_is_near", False)
    monkeypatch.setattr(versions, "_number", lambda: waits.append(over.wait(5)))
    monkeypatch.setattr(kept_pages, "PATIENCE", 0.01, raising=False)
    before = len(server.reached)

    answer = server.get()

    assert waits == []
    over.set()
    assert (answer.status_code, len(server.reached)) == (200, before + 1)


def test_whatever_goes_wrong_with_what_is_kept_the_page_is_made_again(server, article, monkeypatch):
    server.get()

    async def broken(self, state):
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr(Versions, "still", broken)

    assert server.get().status_code == 200


def test_each_public_change_raises_the_number_once(app):
    def number():
        db.session.rollback()
        return db.session.get_one(PublicVersion, 1).number

    before = number()
    with write():
        pass
    assert number() == before + 1
    with write(public=False):
        pass
    assert number() == before + 1
    with pytest.raises(ZeroDivisionError), write():
        raise ZeroDivisionError
    assert number() == before + 1


def test_many_share_one_question_but_never_one_that_was_asked_before_they_came() -> None:
    class Slow(kept_pages.Versions):
        def __init__(self) -> None:
            self._is_near, self._asking, self._next = False, asyncio.Lock(), None
            self._threads = ThreadPoolExecutor(1)
            self.begun, self.go, self.asked = threading.Event(), threading.Event(), 0

        def _number(self) -> int:
            self.asked += 1
            if self.asked == 1:
                self.begun.set()
                assert self.go.wait(60)
            return self.asked

    async def crowd() -> list[bool]:
        slow, first, second = Slow(), kept_pages.State(1, None), kept_pages.State(2, None)
        early = asyncio.ensure_future(slow.still(first))
        await asyncio.to_thread(slow.begun.wait, 60)
        late = [asyncio.ensure_future(slow.still(second)) for _ in range(20)]
        await asyncio.sleep(0)  # they have asked, while the first question is on its way
        slow.go.set()
        return [await early, *await asyncio.gather(*late), slow.asked == 2]

    assert all(run(crowd()))
