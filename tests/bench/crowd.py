"""Readers and moderators over HTTP, who note down what they were told."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from corrections_app.domain.warnings.flags import Flag

SLUGS = ("harbour", "market")
LINES = 8
_TOKEN = re.compile(r"t\d\dv\d{4}")
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
PATIENCE = 10.0  # seconds; a server that is killed answers nothing
TRIES = 8


@dataclass
class Ledger:
    """What was acknowledged, and what should never have been answered."""

    receipts: dict[str, str] = field(default_factory=dict)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    imports: list[tuple[str, int]] = field(default_factory=list)
    """Each with its article and the revision that was named."""
    refused: int = 0
    """Imports that would have undone something."""
    faults: list[str] = field(default_factory=list)

    def total(self) -> int:
        """How many acts were acknowledged."""
        acts = (self.receipts, self.decisions, self.undone, self.imports)
        return sum(map(len, acts)) + self.refused


class Client:
    """One person's connection: asks, and hears an answer or nothing."""

    def __init__(self, port: int, ledger: Ledger, cookie: str = "", token: str = "") -> None:
        self.port, self.ledger, self.cookie, self.token = port, ledger, cookie, token

    def ask(
        self,
        method: str,
        path: str,
        fields: dict[str, Any] | None = None,
        accept: str = "application/json",
    ) -> tuple[int, str]:
        """Status and body; status 0 where the server died meanwhile."""
        body = None if fields is None else json.dumps(fields)
        headers = {"Accept": accept, "Content-Type": "application/json", "Cookie": self.cookie}
        headers |= {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.token}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()
        # The page that carries the token puts it into the session too.
        given = answer.headers.get_all("Set-Cookie", [])
        session = [one.partition(";")[0] for one in given if one.startswith("corrections=")]
        self.cookie = session[0] if session else self.cookie
        if answer.status >= 500 and not self.excuses(answer):
            self.ledger.faults.append(f"{method} {path} was answered {answer.status}")
        return answer.status, text

    def address(self, random: Random) -> str:
        """Where an answer may be sent to: a few readers send many corrections."""
        return f"reader{random.randint(0, 3)}@reader.example"

    def excuses(self, answer: http.client.HTTPResponse) -> bool:
        """Whether an answer of 500 and more is as it should be."""
        return False

    def sign_in(self, new_link: Callable[[], str]) -> None:
        """Come in by a one-time link, and read the token off a page; who is busy is asked again.

        With another link each time: one whose answer was lost on the way is spent all the same.
        """
        ledger, self.ledger = self.ledger, Ledger()
        for _ in range(TRIES):
            status, said = self.ask("POST", new_link(), {})
            if found := _CSRF.findall(self.ask("GET", "/queue", accept="text/html")[1]):
                self.token, self.ledger = found[0], ledger
                return
            time.sleep(1)
        raise AssertionError(f"nobody came in by a link: {status} {said[:200]}")


def submission(client: Client, random: Random) -> tuple[str, dict[str, Any]] | None:
    """A correction of some word of some article, as that stands now."""
    slug = random.choice(SLUGS)
    status, page = client.ask("GET", f"/articles/{slug}", accept="text/html")
    found = sorted(set(_TOKEN.findall(page)))
    if status != 200 or not found:
        return None
    word = random.choice(found)
    version = int(word[4:]) + random.choice((1, 1, 2))
    fields = {
        "exact": word,
        "replacement": f"{word[:4]}{version:04}",
        "email": client.address(random),
        "key": str(UUID(int=random.getrandbits(128))),
    }
    return f"/articles/{slug}/corrections", fields


def submit(client: Client, path: str, fields: dict[str, Any]) -> None:
    """Send it, and note the receipt if there is an answer."""
    status, text = client.ask("POST", path, fields)
    if status in (200, 201):
        said = json.loads(text)
        client.ledger.receipts[said["reference"]] = said["receipt"]


def decide(client: Client, random: Random) -> None:
    """Take a card, decide it; now and then take that back."""
    status, text = client.ask("GET", "/queue")
    items = json.loads(text)["items"] if status == 200 else []
    if not items:
        return
    card = random.choice(items[:5])
    action = random.choice(("accept", "accept", "accept", "reject"))
    fields = {"action": action, "seen": card["version"], "revision": card["revision"]}
    fields |= {
        "key": str(UUID(int=random.getrandbits(128))),
        "class": "silent",
        "confirmed": " ".join(Flag),
    }
    fields |= {"reason": "not_an_error"} if action == "reject" else {}
    decided(client, card["id"], fields)
    if random.random() < 0.2:
        key = str(UUID(int=random.getrandbits(128)))
        status, _ = client.ask("POST", f"/queue/{card['id']}/undo", {"key": key})
        if status == 200:
            client.ledger.undone.append(card["id"])


def decided(client: Client, correction_id: int, fields: dict[str, Any]) -> int:
    """Send a decision, and note what was answered; its status, 0 for no answer."""
    status, text = client.ask("POST", f"/queue/{correction_id}/decision", fields)
    if status == 200:
        client.ledger.decisions.append(json.loads(text))
    return status


class Crowd:
    """Threads of readers and moderators, all at work until they are told to stop."""

    def __init__(
        self,
        readers: list[Client],
        moderators: list[Client],
        seed: int,
        send: Callable[[Random], None] | None = None,
    ) -> None:
        """``send`` brings an article in again, as the newsroom's own system does, if it does."""
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._read, args=(one, Random(seed * 100 + n)))
            for n, one in enumerate(readers)
        ]
        self.threads += [
            threading.Thread(target=self._moderate, args=(one, Random(seed * 100 + 50 + n)))
            for n, one in enumerate(moderators)
        ]
        if send is not None:
            self.threads.append(
                threading.Thread(target=self._send, args=(send, Random(seed * 100 + 99)))
            )

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _read(self, client: Client, random: Random) -> None:
        while not self.stopped.is_set():
            if meant := submission(client, random):
                submit(client, *meant)

    def _send(self, send: Callable[[Random], None], random: Random) -> None:
        while not self.stopped.is_set():
            send(random)

    def _moderate(self, client: Client, random: Random) -> None:
        while not self.stopped.is_set():
            decide(client, random)
