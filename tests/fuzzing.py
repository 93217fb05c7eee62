"""Requests that nobody would send in good faith, to every route there is; drawn from a seed."""

from __future__ import annotations

import json
import random
import re
from typing import Any, NamedTuple
from urllib.parse import quote

from werkzeug.routing import Rule

from tests.doors import HERE, THERE, Newsroom
from tests.hostile import HEADERS, NAMES, NUMBERS, RAW, SURROGATES, TEXTS, TYPES
from tests.sent_to_doors import fields_of

WHO = ("stranger", "here", "admin")
LEFT_OUT = ("account.sign_out_elsewhere", "sign_in.destroy")
"""What would only send the one who asks home."""


class Fault(NamedTuple):
    """A request that broke something, to be sent again."""

    number: int
    who: str
    method: str
    path: str
    sent: str
    status: int


class Fuzzer:
    """Draws requests, sends them, and keeps those that were answered with 5xx."""

    def __init__(self, newsroom: Newsroom, seed: int) -> None:
        self.newsroom = newsroom
        self.draw = random.Random(seed)
        rules = newsroom.app.url_map.iter_rules()
        self.rules = sorted(
            (rule for rule in rules if rule.endpoint not in LEFT_OUT),
            key=lambda rule: (rule.endpoint, rule.rule),
        )
        self.statuses: dict[int, int] = {}
        self.faults: list[Fault] = []
        self.fields = {  # as they make sense at the beginning, of both sections
            (rule.endpoint, where): fields_of(newsroom, rule.endpoint, where)
            for rule in self.rules
            for where in (HERE, THERE)
        }
        with newsroom.app.app_context():
            self.good = {
                (rule.endpoint, where): newsroom.place(rule.endpoint, where)
                for rule in self.rules
                for where in (HERE, THERE)
            }

    def run(self, requests: int, first: int = 0) -> None:
        """Send so many; each route gets its turn."""
        for number in range(first, first + requests):
            rule = self.rules[number % len(self.rules)]
            self._send(number, rule, self.draw.choice(WHO))

    def _send(self, number: int, rule: Rule, who: str) -> None:
        method = self._method(rule)
        path = self._path(rule)
        if self.draw.random() < 0.6:
            path += "?" + self._query()
        headers = {
            name: self.draw.choice(HEADERS[name]) for name in self.draw.sample([*HEADERS], 2)
        }
        client, token = self.newsroom.browsers[who]
        if token and self.draw.random() < 0.9:
            headers["X-CSRFToken"] = token
            headers.pop("Cookie", None)
        body: dict[str, Any] = {} if method in ("GET", "HEAD") else self._body(rule)
        answer = client.open(path, method=method, headers=headers, **body)
        answer.get_data()
        answer.close()
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            told = repr((headers, body))[:1_500]
            self.faults.append(Fault(number, who, method, path[:300], told, answer.status_code))

    def _method(self, rule: Rule) -> str:
        known = sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        others = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
        return self.draw.choice(others if self.draw.random() < 0.05 else known)

    def _path(self, rule: Rule) -> str:
        good = self.good[rule.endpoint, self.draw.choice((HERE, THERE))]

        def filled(part: re.Match[str]) -> str:
            converter, name = part[1] or "", part[2]
            if self.draw.random() < 0.75:
                return quote(str(good[name]))
            if self.draw.random() < 0.1:
                return self.draw.choice(("%ff", "%00", "%2f", "%2e%2e", "%", "%u0041", "%0d%0a"))
            value = self.draw.choice(NUMBERS if "int" in converter else (*TEXTS, *NUMBERS))
            return quote(value[:200], safe="") or "-"

        return re.sub(r"<(?:([^<>:]+):)?(\w+)>", filled, rule.rule)

    def _query(self) -> str:
        pairs = [
            f"{quote(self.draw.choice(NAMES))}={self._quoted()}"
            for _ in range(self.draw.randint(1, 4))
        ]
        return "&".join(pairs)

    def _quoted(self) -> str:
        if self.draw.random() < 0.08:
            return self.draw.choice(("%ff", "%00", "%", "%ud800", "%ed%a0%80"))
        return quote(self.draw.choice((*NUMBERS, *TEXTS))[:3_000])

    def _body(self, rule: Rule) -> dict[str, Any]:
        way = self.draw.random()
        if way < 0.15:
            return {"data": self.draw.choice(RAW), "content_type": self.draw.choice(TYPES)}
        fields = self._fields(rule)
        if way < 0.6:
            text = json.dumps(fields)
            return {"data": text.encode(), "content_type": "application/json"}
        plain = {name: self._plainly(value) for name, value in fields.items()}
        kind = "multipart/form-data" if way > 0.9 else "application/x-www-form-urlencoded"
        return {"data": plain, "content_type": kind}

    def _fields(self, rule: Rule) -> dict[str, Any]:
        """What the door asks for, with something of it made wrong; or anything at all."""
        where = self.draw.choice((HERE, THERE))
        fields = dict(self.fields[rule.endpoint, where]) if self.draw.random() < 0.8 else {}
        names = [*fields] if fields and self.draw.random() < 0.8 else [*NAMES]
        for name in self.draw.sample(names, min(len(names), self.draw.randint(1, 3))):
            fields[name] = self._value()
        return fields

    def _value(self) -> Any:
        kind = self.draw.random()
        if kind < 0.5:
            return self.draw.choice(TEXTS)
        if kind < 0.75:
            return self.draw.choice(NUMBERS)
        odd: tuple[Any, ...] = (
            None,
            True,
            False,
            0,
            -1,
            1.5,
            2**63,
            10**400,
            float("nan"),
            float("inf"),
            [],
            {},
            [[]],
            ["a", None],
            [1] * 500,
            {"a": {"b": {}}},
            *SURROGATES,
        )
        return self.draw.choice(odd)

    def _plainly(self, value: Any) -> str:
        return str(value).encode("utf-8", "replace").decode()[:12_000]
