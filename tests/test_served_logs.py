"""The log of a real served run in which everything goes wrong: valid lines, and no secret."""

from __future__ import annotations

import json
import time
from hashlib import sha256
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from corrections_app.models.engine import sqlite
from tests.processes import serving
from tests.smtp_sink import Sink
from tests.web.operating.exposition import read

TOKEN = "the-monitor-s-own-token"
HOSTILE = (
    'x\r\n{"level": "forged"}\x1b[2J\u2028\x85\x7f"\\ mallory@reader.example /receipts/{} \ud7ff'
)
BROKEN = "{{ {}[request.args.get('x', '') ~ request.headers.get('User-Agent', '')].y }}"


PROGRAM, UNKNOWN = f"rc_{'Ab1_-' * 9}"[:46], f"rc_{'x' * 43}"


def programs(reader, file, broken):
    """The statuses of what programs ask, with a token where it belongs and where it does not."""
    moment = "2026-01-01 00:00:00.000000"
    row = ("a program", sha256(PROGRAM.encode()).hexdigest(), "notices:read", 1, moment)
    file.execute(
        "INSERT INTO tokens (name, token_hash, scopes, user_id, created_at) VALUES (?, ?, ?, ?, ?)",
        row,
    )
    file.commit()
    asked = [
        ("/api/v1/articles", {"Authorization": f"Bearer {PROGRAM}"}),
        ("/api/v1/articles", {"Authorization": f"Bearer {UNKNOWN}"}),
        (f"/api/v1/articles?access_token={PROGRAM}", {}),
        (f"/api/v1/{PROGRAM}", {}),
        (f"{broken}?x={PROGRAM}", {"User_Agent": UNKNOWN, "Accept": "text/html"}),
    ]
    return [reader.ask("GET", path, **headers)[0] for path, headers in asked]


class Reader:
    """Who asks the server for something, on a line of their own each time."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc

    def ask(self, method, path, fields=None, **headers):
        line = HTTPConnection(self.host, timeout=60)
        given = {"Accept": "application/json"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        body = json.dumps(fields).encode() if fields else None
        if body:
            given["Content-Type"] = "application/json"
        line.request(method, path, body, given)
        answer = line.getresponse()
        said = answer.status, answer.read().decode(), dict(answer.getheaders())
        line.close()
        return said


def submitted(reader, email):
    status, page, _ = reader.ask("GET", "/", Accept="text/html")
    assert status == 200
    slug = page.partition('href="/articles/')[2].partition('"')[0]
    fields = {"revision": 1, "start": 0, "end": 3, "explanation": "Wrong.", "email": email}
    return reader.ask(
        "POST", f"/articles/{slug}/corrections", fields, User_Agent="spy@reader.example \xe9"
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """What a served instance answered, and the bytes of its log."""
    folder = tmp_path_factory.mktemp("served")
    page = folder / "instance" / "templates" / "reader" / "receipts" / "show.html"
    page.parent.mkdir(parents=True)
    page.write_text(BROKEN)
    sink = Sink(folder / "sink")
    sink.fail(rcpt="550 5.1.1 <victim@reader.example>: no such user victim@reader.example")
    settings = {"LIMITS": "off", "CONFIRM_EMAIL": "always", "METRICS_TOKEN": TOKEN}
    log, told = folder / "log", {}
    with (
        log.open("wb") as errors,
        serving(folder / "instance", "--samples", log=errors, MAIL_URL=sink.url, **settings) as at,
    ):
        reader = Reader(at.url)
        told["sent"] = submitted(reader, "victim@reader.example")
        receipt = json.loads(told["sent"][1])["receipt"]
        told["receipt"] = receipt
        refused(reader)
        path = f"/receipts/{receipt}?x={quote(HOSTILE)}"
        told["broken"] = reader.ask("GET", path, Accept="text/html", User_Agent="a@b.example")
        told["odd"] = reader.ask("GET", f"/{quote(HOSTILE)}", X_Request_ID="chosen-by-a-stranger")
        told["link"] = reader.ask("GET", f"{urlsplit(at.link).path}?x={quote(HOSTILE)}")
        file = sqlite.connect(folder / "instance" / "corrections.sqlite")
        told["program"] = programs(reader, file, f"/receipts/{receipt}")
        file.execute("ALTER TABLE contacts RENAME TO gone")
        file.execute("ALTER TABLE tokens RENAME TO gone_too")
        file.close()
        told["program"].append(
            reader.ask("GET", "/api/v1/articles", Authorization=f"Bearer {PROGRAM}")[0]
        )
        told["lost"] = submitted(reader, "second@reader.example")
        told["link_itself"] = at.link.rpartition("/")[2]
    sink.close()
    told["log"] = log.read_bytes()
    return told


def refused(reader):
    """Wait until the letter was refused for good."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        _, said, _ = reader.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}")
        if read(said)["corrections_letters"][(("state", "dead"),)] == 1:
            return
        time.sleep(0.1)
    raise AssertionError("the letter was never refused")


def events(run):
    return [json.loads(line) for line in run["log"].split(b"\n")[:-1]]


def test_every_line_is_one_event_in_json(run):
    assert run["log"].endswith(b"\n")
    assert all(32 <= byte < 127 or byte == 10 for byte in run["log"])
    found = events(run)
    assert {"time", "level", "logger", "event", "process"} <= set.intersection(*map(set, found))
    assert len([one for one in found if one["event"] == "a request failed"]) == 4


def test_what_failed_is_found_by_the_number_that_its_page_names(run):
    by_number = {one.get("request"): one for one in events(run)}
    for name, words in [("broken", "UndefinedError"), ("lost", "contacts")]:
        status, said, headers = run[name]
        assert status == 500
        assert headers["x-request-id"] in said
        assert words in by_number[headers["x-request-id"]]["traceback"]
    assert by_number[run["broken"][2]["x-request-id"]]["route"] == "/receipts/<token>"
    assert json.loads(run["lost"][1])["request"] == run["lost"][2]["x-request-id"]


def test_a_stranger_chooses_no_number(run):
    status, _, headers = run["odd"]
    assert status == 404
    assert headers["x-request-id"] != "chosen-by-a-stranger"


def test_no_byte_of_it_is_a_secret(run):
    assert run["sent"][0] == 201
    assert run["program"] == [403, 401, 401, 404, 500, 500]
    secrets = [run["receipt"], run["link_itself"], TOKEN, PROGRAM, UNKNOWN]
    secrets += [f"{name}@reader" for name in ("victim", "second", "mallory", "spy")]
    assert run["link_itself"]

    assert [secret for secret in secrets if secret.encode() in run["log"]] == []
    assert b"reader.example" not in run["log"]
    assert b"reader%2Eexample" not in run["log"]
