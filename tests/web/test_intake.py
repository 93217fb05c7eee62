"""What the body-first layer lets through, and how it refuses the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app
from werkzeug.wrappers import Response

from corrections_app.web.headers import SECURITY_HEADERS
from corrections_app.web.intake import BODY_LIMIT, DRAIN_FACTOR, BodyFirst

PATIENCE = 10.0  # seconds


class Dripping(BytesIO):
    """A body that comes in small pieces, then ends, or is torn off."""

    def __init__(self, body: bytes, *, torn: bool = False) -> None:
        super().__init__(body)
        self.torn = torn

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(min(7, size or 0))
        if self.torn and not part:
            raise ConnectionResetError
        return part


def echo(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "application/octet-stream")])
    return [environ["wsgi.input"].read()]


def ask(
    body: BytesIO, length: str | None, method: str = "POST", app: Any = echo, **environ: str
) -> TestResponse:
    """The answer of the layer, in front of ``app``, to one request of announced length."""
    asked = EnvironBuilder(method=method, input_stream=body).get_environ()
    asked.pop("CONTENT_LENGTH", None)
    asked |= environ if length is None else environ | {"CONTENT_LENGTH": length}
    return TestResponse(*run_wsgi_app(BodyFirst(app), asked), EnvironBuilder().get_request())


@given(st.binary(max_size=200))
def test_a_complete_body_arrives_unchanged_however_it_drips_in(body: bytes) -> None:
    answer = ask(Dripping(body), str(len(body)))
    assert (answer.status_code, answer.data) == (200, body)


def test_no_byte_beyond_the_announced_length_is_read() -> None:
    assert ask(BytesIO(b"wordsPOST /next"), "5").data == b"words"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_method_that_needs_no_body_needs_no_length(method: str) -> None:
    assert ask(BytesIO(b"never announced"), None, method).status_code == 200


@pytest.mark.parametrize(
    ("method", "length", "environ"),
    [
        ("POST", None, {}),
        ("PUT", "", {}),
        ("PATCH", None, {}),
        ("POST", None, {"HTTP_TRANSFER_ENCODING": "chunked"}),
        ("POST", "5", {"HTTP_TRANSFER_ENCODING": "chunked"}),
        ("GET", None, {"HTTP_TRANSFER_ENCODING": "chunked"}),
    ],
)
def test_a_body_of_unannounced_length_is_refused(
    method: str, length: str | None, environ: dict[str, str]
) -> None:
    assert ask(BytesIO(b"words"), length, method, **environ).status_code == 411


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "5.0", " 5", "0x5", "٥", "five", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert ask(BytesIO(b"words"), length).status_code == 400


@pytest.mark.parametrize("torn", [False, True])
def test_a_body_shorter_than_announced_never_reaches_the_application(torn: bool) -> None:
    answer = ask(Dripping(b"half a correction", torn=torn), "50")
    assert (answer.status_code, answer.text) == (400, "The request broke off on its way.\n")


def test_a_body_at_the_limit_is_taken() -> None:
    assert ask(BytesIO(b"x" * BODY_LIMIT), str(BODY_LIMIT)).status_code == 200


@pytest.mark.parametrize(
    ("sent", "drained"),
    [
        (BODY_LIMIT + 1, BODY_LIMIT + 1),
        (2 * DRAIN_FACTOR * BODY_LIMIT, DRAIN_FACTOR * BODY_LIMIT),
    ],
)
def test_a_body_over_the_limit_is_drained_so_that_its_sender_hears_why(
    sent: int, drained: int
) -> None:
    body = BytesIO(b"x" * sent)
    answer = ask(body, str(sent))
    assert (answer.status_code, answer.text) == (413, "That is too long: at most 64 KB.\n")
    assert body.tell() == drained


@pytest.mark.parametrize(("body", "length"), [(b"", None), (b"", "-1"), (b"", "9"), (b"", "99999")])
def test_every_refusal_carries_the_security_headers(body: bytes, length: str | None) -> None:
    answer = ask(BytesIO(body), length)
    assert answer.status_code in (400, 411, 413)
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_program_is_refused_in_its_own_language() -> None:
    answer = ask(BytesIO(b""), "9", HTTP_ACCEPT="application/json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data) == {
        "error": "cut_short",
        "message": "The request broke off on its way.",
        "fields": {},
    }


def breaking(environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
    start("200 OK", [])
    yield b"half an answer"
    raise RuntimeError("the other half")


def test_an_answer_that_breaks_half_way_is_an_error_and_not_half_an_answer() -> None:
    answer = ask(BytesIO(), None, "GET", app=breaking)
    assert answer.status_code == 500
    assert b"half" not in answer.data
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


def test_an_answer_is_closed_once_it_is_made() -> None:
    closed = threading.Event()

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        response = Response(iter(["one ", "two"]))
        response.call_on_close(closed.set)
        return response(environ, start)

    assert ask(BytesIO(), None, "GET", app=app).data == b"one two"
    assert closed.is_set()


class Counting:
    """An application in which every request stays until it is let go."""

    def __init__(self) -> None:
        self.inside = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [])
        self.inside.release()
        self.let_go.wait(PATIENCE)
        yield b"done"


def test_no_more_requests_are_worked_on_than_there_are_slots() -> None:
    app = Counting()
    layer = BodyFirst(app, slots=2)
    visits = [threading.Thread(target=visit, args=(layer,)) for _ in range(3)]
    for thread in visits:
        thread.start()
    assert app.inside.acquire(timeout=PATIENCE)
    assert app.inside.acquire(timeout=PATIENCE)
    assert not app.inside.acquire(timeout=0.1)
    app.let_go.set()
    for thread in visits:
        thread.join(PATIENCE)
    assert app.inside.acquire(blocking=False)


def test_a_sender_that_dawdles_holds_no_slot() -> None:
    reading, arrives = threading.Event(), threading.Event()

    class Dawdling(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            reading.set()
            arrives.wait(PATIENCE)
            return super().read(size)

    layer = BodyFirst(echo, slots=1)
    slow = threading.Thread(target=visit, args=(layer, Dawdling(b"words")))
    slow.start()
    assert reading.wait(PATIENCE)
    quick = threading.Thread(target=visit, args=(layer,))
    quick.start()
    quick.join(PATIENCE)
    assert not quick.is_alive()
    arrives.set()
    slow.join(PATIENCE)


def test_a_slot_is_free_again_after_a_failure() -> None:
    layer = BodyFirst(breaking, slots=1)
    assert [visit(layer), visit(layer)] == ["500 INTERNAL SERVER ERROR"] * 2


def visit(layer: BodyFirst, body: BytesIO | None = None) -> str:
    """One request to the layer; the status of its answer."""
    length = len(body.getvalue()) if body else 0
    method = "POST" if body else "GET"
    asked = EnvironBuilder(method=method, input_stream=body or BytesIO()).get_environ()
    return run_wsgi_app(layer, asked | {"CONTENT_LENGTH": str(length)})[1]


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/articles/harbour-wall/edit", "corrections=abc", 200),
        ("/articles/harbour-wall/edit", "theme=dark; corrections=abc", 200),
        ("/articles/harbour-wall/edit", "", 413),
        ("/articles/harbour-wall/edit", "other=corrections=", 413),
        ("/zzz/edit", "corrections=abc", 413),
        ("/articles/harbour-wall/x/edit", "corrections=abc", 413),
        ("/articles/harbour-wall/editing", "corrections=abc", 413),
        ("/articles//edit", "corrections=abc", 413),
        ("/articles/harbour-wall/corrections", "corrections=abc", 413),
    ],
)
def test_a_whole_article_may_come_only_where_one_is_edited_and_with_a_session(
    path: str, cookie: str, status: int
) -> None:
    body = b"a" * (BODY_LIMIT + 1)

    answer = ask(BytesIO(body), str(len(body)), PATH_INFO=path, HTTP_COOKIE=cookie)

    assert answer.status_code == status
