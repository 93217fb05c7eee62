"""What the server lets through, and how it refuses the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from corrections_app.domain import limits
from corrections_app.serving.body_first import BODY_LIMIT, DRAIN_FACTOR, BodyFirst, Patience
from corrections_app.serving.gateway import environ_of
from corrections_app.web.access import holds_our_cookie
from corrections_app.web.headers import SECURITY_HEADERS
from tests.web.lines import Coming, Head, Heard, breaking, echo, heard, run

BRIEF = Patience(silence=0.05, whole=5.0, drain=0.05)


def ask(
    line: Coming,
    length: str | None,
    method: str = "POST",
    app: Any = echo,
    patience: Patience | None = None,
    path: str = "/",
    is_signed_in: Callable[[WSGIEnvironment], bool] = lambda environ: False,
    **said: str,
) -> Heard:
    """The answer of `BodyFirst`, in front of ``app``, to one request of announced length."""
    said = {name.replace("_", "-"): text for name, text in said.items()}
    said |= {} if length is None else {"content-length": length}
    server = BodyFirst(app, patience=patience, is_signed_in=is_signed_in)
    return run(heard(server, line, Head(method=method, path=path, said=said)))


@given(st.binary(max_size=200))
def test_a_complete_body_arrives_unchanged_however_it_drips_in(body: bytes) -> None:
    answer = ask(Coming(body), str(len(body)))
    assert (answer.status_code, answer.data) == (200, body)


def test_no_byte_beyond_the_announced_length_is_handed_on() -> None:
    assert ask(Coming(b"wordsPOST /next"), "5").data == b"words"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_method_that_needs_no_body_needs_no_length(method: str) -> None:
    assert ask(Coming(b"never announced"), None, method).status_code == 200


@pytest.mark.parametrize(
    ("method", "length", "said"),
    [
        ("POST", None, {}),
        ("PUT", "", {}),
        ("PATCH", None, {}),
        ("POST", None, {"transfer_encoding": "chunked"}),
        ("POST", "5", {"transfer_encoding": "chunked"}),
        ("GET", None, {"transfer_encoding": "chunked"}),
    ],
)
def test_a_body_of_unannounced_length_is_refused(
    method: str, length: str | None, said: dict[str, str]
) -> None:
    assert ask(Coming(b"words"), length, method, **said).status_code == 411


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "5.0", " 5", "0x5", "٥", "five", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert ask(Coming(b"words"), length).status_code == 400


def test_a_body_shorter_than_announced_never_reaches_the_application() -> None:
    answer = ask(Coming(b"half a correction"), "50")
    assert (answer.status_code, answer.text) == (400, "The request broke off on its way.\n")


def test_a_body_at_the_limit_is_taken() -> None:
    whole = Coming(b"x" * BODY_LIMIT, piece=BODY_LIMIT)
    assert ask(whole, str(BODY_LIMIT)).status_code == 200


@pytest.mark.parametrize(
    ("path", "cookie", "status"),
    [
        ("/articles/harbour-wall/edit", "ours", 200),
        ("/articles/harbour-wall/edit", "", 413),
        ("/articles/harbour-wall/edit", "forged", 413),
        ("/articles/harbour-wall/edit", "a stranger's", 413),
        ("/zzz/edit", "ours", 413),
        ("/articles/harbour-wall/x/edit", "ours", 413),
        ("/articles/harbour-wall/editing", "ours", 413),
        ("/articles//edit", "ours", 413),
        ("/articles/harbour-wall/corrections", "ours", 413),
    ],
)
def test_a_whole_article_may_come_only_where_one_is_edited_and_from_who_signed_in(
    app: Flask, path: str, cookie: str, status: int
) -> None:
    cookie = cookie and f"theme=dark; {app.config['SESSION_COOKIE_NAME']}={signed(app, cookie)}"
    whole = Coming(b"x" * limits.EDIT_BYTES, piece=limits.EDIT_BYTES)

    sent: dict[str, Any] = {
        "path": path,
        "cookie": cookie,
        "is_signed_in": partial(holds_our_cookie, app),
    }

    assert ask(whole, str(limits.EDIT_BYTES), **sent).status_code == status
    assert ask(Coming(), str(limits.EDIT_BYTES + 1), **sent).status_code == 413


def signed(app: Flask, whose: str) -> str:
    """A session's cookie as this application signs them; or as somebody else would."""
    if whose == "forged":
        return "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA"
    interface = SecureCookieSessionInterface()
    signer = interface.get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"_user_id": "token"} if whose == "ours" else {"page": 1}))


@pytest.mark.parametrize(
    ("sent", "drained"),
    [
        (BODY_LIMIT + 1, BODY_LIMIT + 1),
        (DRAIN_FACTOR * BODY_LIMIT, DRAIN_FACTOR * BODY_LIMIT),
        (DRAIN_FACTOR * BODY_LIMIT + 1, 0),
    ],
)
def test_a_body_over_the_limit_is_drained_within_reason_so_that_its_sender_hears_why(
    sent: int, drained: int
) -> None:
    line = Coming(b"x" * sent, piece=1024)
    answer = ask(line, str(sent))
    assert (answer.status_code, answer.text) == (413, "That is too long: at most 64 KB.\n")
    assert answer.headers["Connection"] == "close"
    assert line.passed == drained


@pytest.mark.parametrize("length", [str(BODY_LIMIT + 1), "10000000000"])
def test_a_body_too_long_that_never_comes_is_not_awaited_without_end(length: str) -> None:
    assert ask(Coming(b"x" * 100, hangs=True), length, patience=BRIEF).status_code == 413


@pytest.mark.parametrize("slow", [Patience(silence=0.05), Patience(whole=0.05)])
def test_a_half_sent_body_is_dropped_in_the_end_and_its_sender_told(slow: Patience) -> None:
    answer = ask(Coming(b"half a correction", hangs=True), "50", patience=slow)
    assert answer.status_code == 408
    assert "Send it again" in answer.text
    assert answer.headers["Connection"] == "close"
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(("body", "length"), [(b"", None), (b"", "-1"), (b"", "9"), (b"", "99999")])
def test_every_refusal_carries_the_security_headers(body: bytes, length: str | None) -> None:
    answer = ask(Coming(body), length)
    assert answer.status_code in (400, 411, 413)
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_program_is_refused_in_its_own_language() -> None:
    answer = ask(Coming(), "9", accept="application/json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data) == {
        "error": "cut_short",
        "message": "The request broke off on its way.",
        "fields": {},
    }


def failing(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("before a word is said")


@pytest.mark.parametrize("app", [breaking, failing])
def test_an_answer_that_breaks_is_an_error_and_not_half_an_answer(app: Any) -> None:
    answer = ask(Coming(), None, "GET", app=app)
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    assert (
        answer.text == f"Something went wrong here; it has been noted under the number {number}.\n"
    )
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


def test_an_answer_is_closed_once_it_is_made() -> None:
    closed = threading.Event()

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        response = Response(iter(["one ", "two"]))
        response.call_on_close(closed.set)
        return response(environ, start)

    assert ask(Coming(), None, "GET", app=app).data == b"one two"
    assert closed.is_set()


def test_the_request_is_handed_on_as_wsgi_has_it() -> None:
    environ = environ_of(
        Head(
            "GET",
            "/articles/порт",
            query_string="q=%20a",
            said={"host": "courier.example", "content-type": "text/plain"},
            twins=[("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y")],
            client="[2001:db8::1]:4711",
        )
    )
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/articles/порт"
    assert environ["QUERY_STRING"] == "q=%20a"
    assert (environ["HTTP_HOST"], environ["CONTENT_TYPE"]) == ("courier.example", "text/plain")
    assert (environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]) == ("a=1; b=2", "x,y")
    assert environ["REMOTE_ADDR"] == "2001:db8::1"
    assert environ["SERVER_PORT"] == "80"
    assert "PATH" not in environ  # nothing of the process


def test_a_header_with_an_underscore_never_passes_for_its_twin() -> None:
    twins = [("x-forwarded-for", "192.0.2.1"), ("x_forwarded_for", "198.51.100.9")]
    assert environ_of(Head(twins=twins))["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert "HTTP_X_FORWARDED_FOR" not in environ_of(Head(twins=twins[1:]))
