"""What is logged: a line for each event, whatever strangers write, and nothing that is secret."""

from __future__ import annotations

import json
import logging
import sys
from io import StringIO

import pytest
from _pytest.logging import LogCaptureHandler as CAPTURING

from corrections_app import logs
from corrections_app.web.newsroom.masking import hider_of

HOSTILE = [
    "a\r\nb",
    "\x1b[2Jgone\x1b]0;title\x07",
    "one\u2028two\u2029three\x85four\x0bfive\x7f",
    '"}, {"level": "error", "event": "forged"',
    "\ud800 and \U0001f600 and \u202e",
    "%s %(name)s {} {0.__class__}",
    "\0",
    "x" * 100_000,
    "\U0001f600" * 20_000,
]
SECRETS = {
    "ada@reader.example": "550 5.1.1 <ada@reader.example>: no such person",
    "ada%40reader.example": "GET /?email=ada%40reader.example",
    "o'brien+x=1@sub.reader.example": "[parameters: ('o'brien+x=1@sub.reader.example', 1)]",
    "p4ssw0rd": "cannot connect to postgresql+psycopg://desk:p4ssw0rd@db.example/news",
    "2f-FGyOYBttye6rSVy7ohuBYNdz": "http://news.example/receipts/2f-FGyOYBttye6rSVy7ohuBYNdz/email",
    "77ab-x_y-z": "/letters/77ab-x_y-z/stop",
    "Wm9-secret": "NotFound: /sign-in/Wm9-secret",
    "Rst-secret": "/sign-in/reset/Rst-secret?next=/queue",
}


@pytest.fixture
def lines(make_app, monkeypatch):
    """What was logged, in the form asked for."""
    root, hook, ours = logging.getLogger(), sys.excepthook, logging.getLogger(logs.OURS)
    level, thread_hook = ours.level, logs.threading.excepthook
    said = StringIO()
    monkeypatch.setattr(logs, "_hide", str)
    token = logs._request.set(None)

    def begin(mode):
        monkeypatch.setattr(sys, "stderr", said)
        # What pytest keeps goes to another process, which takes no half of a sign.
        root.handlers[:] = [one for one in root.handlers if not isinstance(one, CAPTURING)]
        logs.begin(mode, hider_of(make_app()))
        return lambda: said.getvalue().split("\n")[:-1]

    yield begin
    logs._request.reset(token)
    logging.captureWarnings(False)
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, logs._Lines)]
    ours.setLevel(level)
    sys.excepthook, logs.threading.excepthook = hook, thread_hook


def failed(words):
    try:
        try:
            raise ValueError(words)
        except ValueError as error:
            raise RuntimeError(words) from error
    except RuntimeError:
        logging.getLogger("corrections_app.somewhere").exception("it failed: %s", words)


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_said_is_one_line_of_json_in_ascii(lines, words):
    said = lines("json")

    failed(words)

    [line] = said()
    event = json.loads(line)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < logs.LONGEST_LINE
    assert event["event"].startswith("it failed: " + words[:5])
    assert (event["level"], event["logger"]) == ("error", "corrections_app.somewhere")
    assert event["time"].endswith("Z")
    assert "traceback" in event or len(words) > 1000


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_a_person_at_a_terminal_reads_words_that_cannot_act(lines, words):
    said = lines("plain")

    failed(words)

    head, *below = said()
    assert "error corrections_app.somewhere: it failed: " in head
    assert all(line.isprintable() for line in (head, *below))
    assert all(line.startswith("  ") for line in below)


@pytest.mark.parametrize("mode", ["json", "plain"])
def test_no_line_holds_an_address_a_password_or_a_token(lines, mode):
    said = lines(mode)

    for words in SECRETS.values():
        failed(words)

    text = "\n".join(said())
    assert [secret for secret in SECRETS if secret in text] == []
    assert "5.1.1" in text
    assert "/receipts/" in text
    assert "db.example" in text


def test_a_secret_at_the_seam_of_a_long_text_is_hidden_too(lines):
    said = lines("json")

    for shift in range(30):
        failed("y" * (logs._LONGEST_READ - shift) + " ada@reader.example")

    assert not [line for line in said() if "reader.example" in line]


def test_it_is_json_unless_a_person_looks(lines, monkeypatch):
    said = lines("auto")
    logging.getLogger("corrections_app").info("to a file")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    lines("auto")
    logging.getLogger("corrections_app").info("to a person")

    first, second = said()
    assert json.loads(first)["event"] == "to a file"
    assert second.endswith("info corrections_app: to a person")


def test_what_is_wrong_with_a_line_does_not_break_it():
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "%s and %s", ("one",), None)

    assert "one" in json.loads(logs.Json().format(record))["event"]


def test_an_error_that_nobody_catches_is_a_line_too(lines):
    said = lines("json")

    try:
        raise ValueError("of ada@reader.example")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    [line] = said()
    assert json.loads(line)["level"] == "critical"
    assert "ValueError: of [address]" in json.loads(line)["traceback"]


@pytest.mark.parametrize(
    ("proxied", "given", "taken"),
    [
        (True, "a1b2-C3d4.e5_6", True),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, 'x"\r\nlevel: 12345678', False),
        (True, "ada@reader.example", False),
        (True, "١٢٣٤٥٦٧٨٩", False),
        (False, "a1b2-C3d4.e5_6", False),
    ],
)
def test_a_number_is_ours_unless_a_proxy_of_ours_gave_it(proxied, given, taken):
    environ = {"HTTP_X_REQUEST_ID": given, "REQUEST_METHOD": "GET"}

    number = logs.number(environ, proxied=proxied)

    assert (number == given) is taken
    assert logs.number(environ) == logs.current_number() == number
