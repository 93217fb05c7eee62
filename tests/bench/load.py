"""Many at once: so many connections ask as fast as they are answered.

By ``wrk`` where it is installed, because what asks shares the processors with what answers;
else by asyncio here, which is dearer and says so (`GENERATOR`).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 32
PATIENCE = 60  # seconds
GENERATOR = "wrk" if shutil.which("wrk") else "asyncio"
_NO_BODY = frozenset({204, 304})
_WRK = """
local lines, at = {}, 0
if posts ~= "" then for line in io.lines(posts) do lines[#lines + 1] = line end end
if #lines > 0 then
  request = function()
    at = at % #lines + 1
    local client, path, body = lines[at]:match("^(%S+) (%S+) (.*)$")
    wrk.headers["X-Forwarded-For"] = client
    return wrk.format("POST", path, nil, body)
  end
end
done = function(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '\\n{"done": %d, "micros": %d, "failed": %d, "mean": %f, "p99": %f}\\n',
    summary.requests - failed.status, summary.duration,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout,
    latency.mean, latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What a crowd met: answers a second, how long they took in milliseconds, what failed.

    ``done`` counts the good ones, and only they make the ``rate``: a quick refusal is no success.
    """

    rate: float
    mean: float
    p99: float
    failed: int
    done: int


@dataclass(frozen=True)
class Post:
    """A form that is sent: its path, its fields as they stand in the body, and from where."""

    path: str
    body: str
    client: str = "192.0.2.1"
    """As a proxy in front of the server would say it."""


def press(
    url: str,
    seconds: int,
    *,
    headers: Mapping[str, str] | None = None,
    posts: Sequence[Post] = (),
    connections: int = CONNECTIONS,
) -> Load:
    """Ask for an address again and again, or send the ``posts`` one after the other."""
    headers = dict(headers or {})
    if posts:
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    if GENERATOR == "wrk":
        return _by_wrk(url, seconds, headers, posts, connections)
    requests = [_request(url, headers, post) for post in posts] or [_request(url, headers)]
    return asyncio.run(_crowd(url, cycle(requests), connections, time.monotonic() + seconds))


def each(url: str, posts: Iterable[Post], headers: Mapping[str, str], connections: int) -> Load:
    """Send each of these once; for what can be done once only, such as a decision."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | dict(headers)
    requests = iter([_request(url, headers, post) for post in posts])
    return asyncio.run(_crowd(url, requests, connections, time.monotonic() + PATIENCE))


def _by_wrk(
    url: str, seconds: int, headers: Mapping[str, str], posts: Sequence[Post], connections: int
) -> Load:
    with tempfile.TemporaryDirectory(prefix="corrections-load-") as folder:
        lines, script = Path(folder, "lines"), Path(folder, "load.lua")
        lines.write_text("".join(f"{post.client} {post.path} {post.body}\n" for post in posts))
        named = json.dumps(str(lines) if posts else "")
        script.write_text(f"local posts = {named}\n{_WRK}")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{PATIENCE}s"]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        command += ["-s", str(script), url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = json.loads(said.strip().splitlines()[-1])
    rate = told["done"] / (told["micros"] / 1e6)
    return Load(rate, told["mean"] / 1e3, told["p99"] / 1e3, told["failed"], told["done"])


def _request(url: str, headers: Mapping[str, str], post: Post | None = None) -> bytes:
    parts = urlsplit(url)
    path = post.path if post else parts.path or "/"
    lines = [f"{'POST' if post else 'GET'} {path} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if post:
        lines += [f"Content-Length: {len(post.body)}", f"X-Forwarded-For: {post.client}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (post.body if post else "")).encode()


async def _crowd(url: str, requests: Iterator[bytes], connections: int, until: float) -> Load:
    took: list[float] = []
    failed: list[int] = []
    done = 0
    parts = urlsplit(url)
    begun = time.monotonic()

    async def one() -> None:
        try:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                await talk(reader, writer)
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError):
            failed.append(0)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal done
        while time.monotonic() < until and (request := next(requests, None)) is not None:
            sent = time.perf_counter()
            writer.write(request)
            status = await _answered(reader)
            took.append(1e3 * (time.perf_counter() - sent))
            done += status < 400
            if status >= 400:
                failed.append(status)

    await asyncio.gather(*(one() for _ in range(connections)))
    rate = done / (time.monotonic() - begun)
    ordered = sorted(took) or [0.0]
    p99 = ordered[int(len(ordered) * 0.99)]
    return Load(rate, statistics.mean(ordered), p99, len(failed), done)


async def _answered(reader: asyncio.StreamReader) -> int:
    """The status of an answer that was read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if status not in _NO_BODY:
        _, _, length = head.partition(b"content-length:")
        await reader.readexactly(int(length.partition(b"\r\n")[0]))
    return status
