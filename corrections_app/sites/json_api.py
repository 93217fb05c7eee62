"""Asking a CMS for JSON, and what its refusals mean in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from corrections_app.domain.addresses import LONGEST
from corrections_app.domain.text.body import safe_href
from corrections_app.sites.outside import Answer, Client
from corrections_app.sites.trouble import Changed, Gone, NotAllowed, Trouble, Unknown, Unreachable

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,60}")
_SECONDS_THAT_COUNT = 2
_LATER = "try again later"


@dataclass(frozen=True)
class Words:
    """What to say of one CMS: its name, and what to do about a key or a role that will not do."""

    name: str
    about_key: str
    about_role: str


@dataclass(frozen=True)
class Api:
    """A CMS's door for programs, below ``base``; ``headers`` makes those of one request."""

    client: Client
    base: str
    headers: Callable[[], Mapping[str, str]]
    words: Words

    def get(self, path: str) -> tuple[Any, Answer]:
        """The JSON at a path, and the answer it came in. Raises `Trouble`."""
        answer = self.client.get(self.base + path, {"Accept": "application/json", **self.headers()})
        said = _parsed(answer)
        if answer.status == 200 and said is not None:
            return said, answer
        raise self._trouble(answer, said)

    def send(self, method: str, path: str, wanted: Mapping[str, Any]) -> tuple[Any, Answer]:
        """The JSON that is answered to JSON which is to change something, and the answer.

        Raises `Changed` where it says that something else stands there by now, `Unknown` where
        its answer does not tell what it did, and every other `Trouble` where it did nothing.
        """
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        body = json.dumps(wanted).encode()
        answer = self.client.send(method, self.base + path, body, {**headers, **self.headers()})
        said = _parsed(answer)
        if answer.status in (200, 201) and said is not None:
            return said, answer
        raise self._not_done(answer, said)

    def _not_done(self, answer: Answer, said: Any) -> Trouble:
        """What it means for a change that this was answered."""
        status, told = answer.status, self._told(answer, said)
        if status in (409, 412):
            return Changed(f"{told}: somebody changed it meanwhile.")
        if status == 423:
            return Unreachable(f"{told}: somebody has it open in an editor; {_LATER}.")
        if status == 422 and said is not None:
            return NotAllowed(
                f"{told}: it would store something else than was sent. A plug-in changes what is "
                "saved there: switch that off for this account, or make the change by hand."
            )
        if 300 <= status < 400:
            return Unreachable(f"{told} and leads on: add the site at the address it leads to.")
        if status < 300 or (status >= 500 and status != 503):
            return Unknown(f"{told}, which does not tell whether it was written.")
        return self._trouble(answer, said)

    def _told(self, answer: Answer, said: Any) -> str:
        code = _code(said)
        host = f"{self.words.name} at {self.base}"
        return f"{host} answers {answer.status}{f' ({code})' if code else ''}"

    def _trouble(self, answer: Answer, said: Any) -> Trouble:
        status, told = answer.status, self._told(answer, said)
        if status == 401:
            return NotAllowed(f"{told}: {self.words.about_key}.")
        if status == 403 and said is not None:
            return NotAllowed(f"{told}: {self.words.about_role}.")
        if status in (404, 410) and said is not None:
            return Gone(f"{told}: it is not there.")
        if status == 429 or status >= 500:
            return Unreachable(f"{told}: {_LATER}.")
        if said is None:
            return Unreachable(
                f"{told} with a page instead of data: check the address, and whether maintenance "
                "mode or a security plug-in closes its door for programs (the REST API)."
            )
        return Unreachable(f"{told}: check the address.")

    def odd(self) -> Unreachable:
        """What to raise where an answer is JSON and not what such a CMS says."""
        return Unreachable(
            f"{self.words.name} at {self.base} answers otherwise than {self.words.name} does: "
            "check the address, and plug-ins that change its answers."
        )


def _parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _code(said: Any) -> str:
    """The word for machines in an error of WordPress or Ghost; never its sentence."""
    found = said.get("code") if isinstance(said, dict) else None
    if found is None and isinstance(said, dict) and isinstance(said.get("errors"), list):
        first = said["errors"][0] if said["errors"] else None
        found = (first.get("code") or first.get("type")) if isinstance(first, dict) else None
    return found if isinstance(found, str) and _CODE.fullmatch(found) else ""


def text(found: Any, *names: str) -> str:
    """The text at the end of some names, empty where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def address(found: Any, name: str) -> str | None:
    """The address of a web page there; None for what is none, and what no column holds."""
    said = text(found, name)
    return safe_href(said) if said.isprintable() and len(said) <= LONGEST else None


def names(people: Any) -> str | None:
    """The names of some people, with commas; None where there are none."""
    found = (text(one, "name") for one in people) if isinstance(people, list) else ()
    return ", ".join(filter(None, found)) or None


def is_over(answer: Answer, second: datetime | None) -> bool:
    """Whether a second is over for the clock of whoever answered."""
    try:
        now = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, OverflowError):  # a zone of a thousand years, say
        return False
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    return second is not None and (now - second).total_seconds() > _SECONDS_THAT_COUNT
