"""What the processes log: one line for each event, which nobody's text can break or forge.

JSON for whatever collects it, plain words for a person at a terminal. No line holds the
address of a person, a password or the token of an address of ours (docs/decisions/0036).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from types import TracebackType
from typing import Any

from flask.logging import default_handler

OURS = "corrections_app"
NUMBER = "corrections.request_id"
"""Where a request's number stands in its WSGI environment."""
LONGEST_LINE = 4096
"""Bytes. POSIX writes so many into a pipe at once, so lines of several processes never mix."""
LONGEST_EVENT = 1_000
_LONGEST_READ = 20_000
"""Code points of one text that are looked through for what must be hidden."""

_FROM_PROXY = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CREDENTIALS = re.compile(r"(://)[^\s/@]{1,300}@")
_ADDRESS = re.compile(r'[^\s@%<>()\[\]",;:]{1,64}(?:@|%40)[\w.-]{1,255}')
_TOKEN = re.compile(r"rc_[\w-]{43}")
"""Of a program (`workflow.programs.tokens`)."""
_CARETS = re.compile(r"^[ ~^]+\n", re.MULTILINE)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What lines say of the request they belong to: never its path, which may be a secret."""

    number: str
    method: str
    route: str | None = None
    """Its pattern, such as ``/receipts/<token>``."""


_request: ContextVar[Request | None] = ContextVar("request", default=None)
_hide: Callable[[str], str] = str


def begin(mode: str = "auto", hide: Callable[[str], str] | None = None) -> None:
    """Log to standard error from now on, in ``json`` or ``plain`` lines.

    ``auto`` is plain where that is a terminal. ``hide`` takes the tokens of this instance's
    addresses out of a text. Errors that nobody catches are logged too. A second call changes
    the first.
    """
    global _hide
    _hide = hide or _hide
    is_plain = mode == "plain" or (mode != "json" and sys.stderr.isatty())
    handler = _Lines(sys.stderr)
    handler.setFormatter(Plain() if is_plain else Json())
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one, _Lines)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    ours = logging.getLogger(OURS)
    ours.setLevel(logging.INFO)
    ours.removeHandler(default_handler)  # Flask's own, from before
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def number(environ: MutableMapping[str, Any], *, proxied: bool = False, route: str = "") -> str:
    """The number of a request, by which its lines are found; one is made where it has none.

    Where a proxy is known to stand in front (``proxied``), its own is taken if it looks like one.
    """
    given = environ.get("HTTP_X_REQUEST_ID", "") if proxied else ""
    known = given if _FROM_PROXY.fullmatch(given) else environ.get(NUMBER) or token_hex(8)
    environ[NUMBER] = known
    _request.set(Request(known, str(environ.get("REQUEST_METHOD"))[:16], route or None))
    return str(known)


def current_number() -> str:
    """The number of the request at hand; empty outside of one."""
    request = _request.get()
    return request.number if request else ""


def hidden(text: str) -> str:
    """The text without passwords in addresses of servers, people's addresses, and tokens."""
    text = _CREDENTIALS.sub(r"\1", _hide(text[:_LONGEST_READ]))
    text = _TOKEN.sub("[token]", text)
    return _ADDRESS.sub("[address]", text)


class _Lines(logging.StreamHandler[Any]):
    """Where lines go; whoever cannot be told of a line is not told with a traceback either."""

    def handleError(self, record: logging.LogRecord) -> None:
        """There is nowhere left to say it."""


class Json(logging.Formatter):
    """A line of JSON (RFC 8259) in ASCII, so that no control, escape or separator is in it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, no longer than `LONGEST_LINE` with its end."""
        fields = _fields(record)
        while (over := len(line := _dumped(fields)) + 1 - LONGEST_LINE) > 0:
            _shorten(fields, over)
        return line


class Plain(logging.Formatter):
    """Words for a person: the event in one line, the lines of its traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """All of it printable but for our own line breaks."""
        fields = _fields(record)
        of = f" (request {fields['request']})" if "request" in fields else ""
        head = f"{fields['time']} {fields['level']} {fields['logger']}: {fields['event']}{of}"
        below = fields.get("traceback", "").splitlines()
        return "\n  ".join(_printable(line) for line in (head, *below))


def _fields(record: logging.LogRecord) -> dict[str, str]:
    moment = datetime.fromtimestamp(record.created, UTC)
    fields = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": hidden(_message(record))[:LONGEST_EVENT],
        "process": str(record.process),
    }
    request = _request.get()
    if request is not None:
        fields |= {"request": request.number, "method": request.method}
        if request.route:
            fields["route"] = request.route
    if record.exc_info:
        trace = _CARETS.sub("", logging.Formatter().formatException(record.exc_info))
        fields["traceback"] = hidden(trace[-_LONGEST_READ:])
    return fields


def _shorten(fields: dict[str, str], over: int) -> None:
    """Cut ``over`` bytes or more: from the beginning of a traceback, whose end says most."""
    trace = fields.pop("traceback", "")
    if len(trace) > over + 8:
        fields["traceback"] = "…" + trace[over + 8 :]
    elif not trace:
        fields["event"] = fields["event"][: -max(over // 12, 1)]  # 12 bytes are the longest sign


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a line with wrong parts is better than none
        return f"{record.msg} {record.args!r}"


def _dumped(fields: dict[str, str]) -> str:
    return json.dumps(fields).replace("\x7f", "\\u007f")


def _printable(line: str) -> str:
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in line
    )


def _uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    if not issubclass(kind, Exception):  # somebody pressed Ctrl+C
        sys.__excepthook__(kind, error, at)
        return
    log.critical("nobody caught an error", exc_info=(kind, error, at))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
