"""The recipes that hear of events: who may tell them something, and what they do then."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from standardwebhooks import Webhook

from tests.processes import ROOT

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
FACT = {
    "type": "correction.received",
    "data": {
        "correction": {
            "kind": "fact",
            "before": "four boats",
            "after": "five boats",
            "url": "https://corrections.example.org/queue/17",
        }
    },
}


@pytest.fixture
def recipe(monkeypatch):
    """A module of docs/recipes, loaded as if it had been started."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "recipes"))

    def load(name):
        for known in ("hook", name):
            sys.modules.pop(known, None)
        return importlib.import_module(name)

    yield load
    for name in ("hook", "chat", "rebuild"):
        sys.modules.pop(name, None)


@pytest.fixture
def served(recipe, monkeypatch):
    """A program that listens: its address, and all that it heard."""
    hook, heard, made = recipe("hook"), [], []
    monkeypatch.setenv("SECRET", SECRET)

    class Server(HTTPServer):
        def __init__(self, address, handler):
            super().__init__(("127.0.0.1", 0), handler)
            made.append(self)
            ready.set()

    def hear(event):
        heard.append(event)
        if event["type"] == "breaks":
            raise ConnectionAbortedError

    ready = threading.Event()
    monkeypatch.setattr(hook, "HTTPServer", Server)
    monkeypatch.setattr(hook.BaseHTTPRequestHandler, "log_message", lambda *_: None)
    monkeypatch.setattr(Server, "handle_error", lambda *_: None)
    thread = threading.Thread(target=hook.listen, args=(0, hear), daemon=True)
    thread.start()
    ready.wait()
    yield f"http://127.0.0.1:{made[0].server_address[1]}/", heard
    made[0].shutdown()
    made[0].server_close()
    thread.join()


def call(url, event, secrets=(SECRET,), at=None, tampered=b""):
    """The status that an event is answered with, signed as the reference library signs."""
    at = at or datetime.now(UTC)
    body = json.dumps(event)
    signed = " ".join(Webhook(one).sign("evt_1", at, body) for one in secrets)
    head = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signed,
    }
    request = urllib.request.Request(url, body.encode() + tampered, head)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None


def test_only_what_is_signed_and_new_is_heard(served):
    url, heard = served
    old = datetime.now(UTC) - timedelta(minutes=6)

    assert call(url, FACT) == 204
    assert call(url, FACT, secrets=(OTHER, SECRET)) == 204  # while the secret changes
    assert heard == [FACT, FACT]
    assert call(url, FACT, secrets=(OTHER,)) == 401
    assert call(url, FACT, at=old) == 401
    assert call(url, FACT, tampered=b" ") == 401
    assert len(heard) == 2
    assert call(url, {"type": "breaks"}) is None  # no 2xx: it comes again


def test_a_chat_room_is_told_of_facts_and_of_nothing_else(recipe, monkeypatch):
    chat, said = recipe("chat"), []

    class Room(BaseHTTPRequestHandler):
        def do_POST(self):
            said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Room) as room:
        thread = threading.Thread(target=room.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("CHAT", f"http://127.0.0.1:{room.server_address[1]}/")
        typo = {"correction": FACT["data"]["correction"] | {"kind": "typo"}}
        chat.heard(FACT)
        chat.heard(FACT | {"data": typo})
        chat.heard({"type": "hook.test", "data": {"hook": 1}})
        room.shutdown()
        thread.join()

    (told,) = said
    assert "“four boats” → “five boats”" in told["text"]
    assert told["text"].endswith("https://corrections.example.org/queue/17")


def test_a_site_is_built_for_a_notice_and_fails_aloud(recipe, monkeypatch, tmp_path):
    rebuild, built = recipe("rebuild"), tmp_path / "built"
    command = [sys.executable, "-c", f"open({str(built)!r}, 'a').write('x')"]

    monkeypatch.setattr(sys, "argv", ["rebuild.py", "8002", *command])
    rebuild.heard({"type": "correction.received"})
    rebuild.heard({"type": "notice.published"})
    assert built.read_text() == "x"
    monkeypatch.setattr(sys, "argv", ["rebuild.py", "8002", sys.executable, "-c", "1 / 0"])
    with pytest.raises(subprocess.CalledProcessError):
        rebuild.heard({"type": "notice.published"})
