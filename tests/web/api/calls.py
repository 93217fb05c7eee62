"""Requests to every operation: one that does what it is for, and each that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from corrections_app.domain import limits
from corrections_app.web.api.conventions import VERSION
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED
from tests.doors import HERE, THERE, Newsroom
from tests.web.api.described import Operation

NONE = {"slug": "no-such-article", "correction_id": 40_404, "number": 40_404}
"""What fills an address that leads to nothing."""


@dataclass(frozen=True)
class Call:
    """One request, and the status that it is answered with."""

    status: int
    place: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)


class Calls:
    """All of them, of one newsroom, in an order in which each finds what it needs."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom

    def of(self, operation: Operation) -> Iterator[Call]:
        """The calls of one operation, but for those of all (`refused_before`)."""
        yield from getattr(self, f"_{operation.id}")()
        if operation.id.startswith("list"):
            yield Call(304, sent={"headers": ANY})
        if "404" in operation.statuses and operation.id != "putArticle":
            body = {"json": self._any(operation)}
            nowhere = {"query_string": {"after": "\0"}} if operation.method == "GET" else body
            yield Call(404, NONE, nowhere)

    def _any(self, operation: Operation) -> dict[str, Any]:
        known = {
            "submitCorrection": {"explanation": "x"},
            "decideCorrection": VERDICT,
            "retireArticle": {"reason": "x"},
        }
        return known.get(operation.id, {})

    def places(self, operation: Operation) -> list[dict[str, Any]]:
        """Addresses behind which something is, beside all those that lead to nothing."""
        known: dict[str, list[Any]] = {
            "slug": [HERE.lower(), THERE.lower(), "gone"],
            "correction_id": sorted(self.newsroom.ids.values()),
            "number": [self._id("notice"), self._write_back()],
        }
        named = [name for name in known if f"{{{name}}}" in operation.path]
        return [{name: value} for name in named for value in known[name]]

    def in_the_end(self, operation: Operation) -> Iterator[Call]:
        """Once the articles are taken down."""
        if operation.id == "submitCorrection":
            yield Call(410, {"slug": HERE.lower()}, {"json": {"explanation": "It is wrong."}})
        if operation.id == "retireArticle":
            why = {"reason": "It was a hoax.", "confirmed": True}
            yield Call(200, {"slug": THERE.lower()}, {"json": why})
        if operation.id == "undoDecision":
            yield Call(410, {"correction_id": self._id("told")})

    def take_down(self) -> None:
        """Take the article of the first section down."""
        with self.newsroom.app.app_context():
            act = Act(self.newsroom.user("admin"), None, now())
            retiring.retire(HERE.lower(), "It was a hoax.", act, confirmed=True)

    def _id(self, name: str, section: str = HERE) -> int:
        return self.newsroom.ids[section, name]

    def _submitCorrection(self) -> Iterator[Call]:
        here, head = {"slug": HERE.lower()}, {"Idempotency-Key": "x" * 22}
        sent = {"json": {"exact": "wrong_spare", "replacement": "fine"}, "headers": head}
        yield Call(201, here, sent)
        yield Call(200, here, sent)
        yield Call(422, here, sent | {"json": {"explanation": "Another one."}})

    def _listCorrections(self) -> Iterator[Call]:
        for lane in ("waiting", "all", "approvals", "appeals"):
            yield Call(200, sent={"query_string": {"lane": lane}})
        for status in ("any", "accepted", "rejected"):
            yield Call(200, sent={"query_string": {"status": status, "limit": 2}})
        yield Call(422, sent={"query_string": {"lane": "nowhere"}})

    def _readCorrection(self) -> Iterator[Call]:
        for name in ("decide", "told", "uphold", "approve"):
            yield Call(200, {"correction_id": self._id(name)})

    def _decideCorrection(self) -> Iterator[Call]:
        there = {"correction_id": self._id("decide")}
        yield Call(422, there, {"json": {"action": "accept"}})
        yield Call(409, there, {"json": VERDICT | {"seen": 99}})
        with self.newsroom.app.app_context():
            seen = self.newsroom.row(HERE, "decide").version
        yield Call(200, there, {"json": VERDICT | {"seen": seen}})

    def _undoDecision(self) -> Iterator[Call]:
        yield Call(200, {"correction_id": self._id("undo")})
        yield Call(409, {"correction_id": self._id("undo")})
        yield Call(422, {"correction_id": self._id("undo", THERE)}, {"json": {"note": "x"}})

    def _listNotices(self) -> Iterator[Call]:
        yield Call(200)
        yield Call(200, sent={"query_string": {"class": "correction", "limit": 1}})
        yield Call(422, sent={"query_string": {"month": "2026-13"}})

    def _readNotice(self) -> Iterator[Call]:
        yield Call(200, {"number": self._id("notice")})
        yield Call(304, {"number": self._id("notice")}, {"headers": ANY})

    def _listWriteBacks(self) -> Iterator[Call]:
        for state in ("open", "waiting", "written"):
            yield Call(200, sent={"query_string": {"state": state, "order": "oldest"}})
        yield Call(422, sent={"query_string": {"state": "lost"}})

    def _readWriteBack(self) -> Iterator[Call]:
        yield Call(200, {"number": self._write_back()})
        yield Call(304, {"number": self._write_back()}, {"headers": ANY})

    def _writeBackAgain(self) -> Iterator[Call]:
        yield Call(200, {"number": self._write_back()})
        yield Call(422, {"number": self._write_back()}, {"json": {"note": "x"}})

    def _writeBackDone(self) -> Iterator[Call]:
        yield Call(200, {"number": self._write_back()})
        yield Call(422, {"number": self._write_back()})

    def _write_back(self) -> int:
        return int(self.newsroom.known["write_back"])

    def _listArticles(self) -> Iterator[Call]:
        yield Call(200, sent={"query_string": {"limit": 1}})
        yield Call(422, sent={"query_string": {"limit": 0}})

    def _readArticle(self) -> Iterator[Call]:
        yield Call(200, {"slug": HERE.lower()})
        yield Call(200, {"slug": "the-wall"})
        yield Call(410, {"slug": "gone"})

    def _putArticle(self) -> Iterator[Call]:
        quay, new = {"slug": "quay"}, {"If-None-Match": "*"}
        first = {"title": "The quay", "blocks": BLOCKS}
        fact = {"title": "The quay", "markdown": "Boats lie at the quay.\n\nIt has 7 berths."}
        yield Call(428, quay, {"json": first})
        yield Call(201, quay, {"json": first, "headers": new})
        yield Call(412, quay, {"json": first, "headers": new})
        yield Call(200, quay, {"json": first, "headers": SEEN})
        yield Call(409, quay, {"json": fact | {"class": "silent"}, "headers": SEEN})
        yield Call(422, quay, {"json": fact | {"class": "odd"}, "headers": SEEN})
        yield Call(404, {"slug": "a/b"}, {"json": first})

    def _retireArticle(self) -> Iterator[Call]:
        pier, why = {"slug": "the-wall"}, {"reason": "It was a hoax."}
        yield Call(422, pier, {"json": {"confirmed": True}})
        yield Call(409, pier, {"json": why})

    def _describe(self) -> Iterator[Call]:
        yield Call(200)
        yield Call(304, sent={"headers": ANY})


ANY = {"If-None-Match": "*"}
SEEN = {"If-Match": '"r1"'}
BLOCKS = [
    {"kind": "title", "text": "The quay"},
    {
        "kind": "paragraph",
        "text": "Boats lie here.",
        "marks": [{"kind": "em", "start": 0, "end": 5}],
    },
    {"kind": "cell", "text": "A", "cell": {"row": 0, "column": 0}},
    {"kind": "aside", "role": "ad", "lines": ["Fish"], "href": "https://fish.example/"},
]
VERDICT: dict[str, Any] = {"action": "accept", "seen": 1, "confirmed": list(CONFIRMED)}


def address(operation: Operation, call: Call) -> str:
    """Where a call goes."""
    return VERSION + operation.path.format(**(NONE | call.place))


def refused(operation: Operation) -> Iterator[tuple[str, Call]]:
    """What is refused before anything is looked for: by which scope's program, or nobody's."""
    if not operation.scopes:
        return
    sent: dict[str, Any] = {} if operation.method == "GET" else {"json": {}}
    other = next(
        scope for scope in ("notices:read", "articles:read") if [scope] != operation.scopes
    )
    yield "", Call(401, sent=sent)
    yield other, Call(403, sent=sent)
    yield "hurried", Call(429, sent=sent)
    yield "busy", Call(503, sent=sent)
    if "415" in operation.statuses:
        plain = {"data": "action=accept", "content_type": "text/plain"}
        yield "all", Call(415, sent=plain)
        most = limits.EDIT_BYTES if operation.method == "PUT" else limits.BODY_BYTES
        large = {"data": b'{"note": "' + b"x" * most + b'"}', "content_type": "application/json"}
        yield "all", Call(413, sent=large | {"headers": SEEN})
