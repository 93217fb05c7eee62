"""An article while others do their worst: half-sent requests, silence, passwords, a held lock.

    python -m tests.bench.siege [--seconds 12]

Each siege alone and all at once, against ``corrections serve`` as it is, on this machine
only. Says the median beside that of the undisturbed server just before, and the slowest
answer; ends with 1 where the bars are missed.
"""

from __future__ import annotations

import argparse
import fcntl
import http.client
import json
import os
import resource
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from tests.processes import Served, serving

HALF_SENT, SILENT, SIGN_INS, HELD_SECONDS = 200, 1_030, 16, 20.0
FACTOR, SLOWEST = 3.0, 2.0
PAUSE = 0.02  # seconds between two readers: one is awaited before the next comes
PATIENCE = 60.0

Told = dict[str, dict[int, int]]
"""What each crowd was answered: how often which status."""
Siege = Callable[[Served, Told], AbstractContextManager[None]]


def main() -> int:
    """Run every siege, print a line for each, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0, help="how long each one lasts")
    seconds = parser.parse_args().seconds
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    fine = True
    print(f"{'siege':28}{'p50 ms':>8}{'undisturbed':>12}{'ratio':>7}{'slowest ms':>11}  answers")
    with tempfile.TemporaryDirectory() as folder, _served(folder) as served:
        path = _an_article(served)
        for name, sieges in _all().items():
            calm = _read(served, path, seconds / 4)
            with _besieged(served, sieges) as told:
                during = _read(served, path, HELD_SECONDS if "all" in name else seconds)
            fine &= _say(name, calm, during, told)
    return 0 if fine else 1


@contextmanager
def _served(folder: str) -> Iterator[Served]:
    """The real server; no limits, as from many networks at once, which are not at hand here."""
    with serving(Path(folder), "--samples", LIMITS="off") as served:
        # What it says must be read, or it would wait for that in the end.
        threading.Thread(target=lambda: list(served.process.stdout or ()), daemon=True).start()
        yield served


def _all() -> dict[str, list[Siege]]:
    alone = {
        f"{HALF_SENT} half-sent requests": [half_sent],
        f"{SILENT} silent connections": [silent],
        f"{SIGN_INS} sign-ins at a time": [sign_ins],
        "the writers' lock held": [held_lock],
    }
    return alone | {"all at once": [siege for each in alone.values() for siege in each]}


@contextmanager
def _besieged(served: Served, sieges: list[Siege]) -> Iterator[Told]:
    told: Told = {}
    with ExitStack() as after:
        for siege in sieges:
            after.enter_context(siege(served, told))
        time.sleep(0.5)
        yield told


@contextmanager
def half_sent(served: Served, told: Told) -> Iterator[None]:
    """Requests whose body stops after one byte."""
    head = b"POST /sign-out HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nx"
    with _many(served, HALF_SENT, head):
        yield


@contextmanager
def silent(served: Served, told: Told) -> Iterator[None]:
    """Connections that say nothing, and are opened again when they are ended."""
    with _many(served, SILENT, b""):
        yield


@contextmanager
def sign_ins(served: Served, told: Told) -> Iterator[None]:
    """People who try passwords, each again as soon as there is an answer."""
    body = "email=editor%40localhost&password=a+sentence+of+my+own"
    with _again_and_again("sign-ins", SIGN_INS, served, told, ("POST", "/sign-in", body)):
        yield


@contextmanager
def held_lock(served: Served, told: Told) -> Iterator[None]:
    """Somebody holds the writers' turn, and twelve readers send corrections."""
    article = _an_article(served)
    body = "explanation=There+is+something+wrong&kind=other"
    handle = os.open(served.instance / "corrections.sqlite-turn", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        request = ("POST", f"{article}/corrections", body)
        with _again_and_again("writers", 12, served, told, request):
            yield
        # Whatever else they were told, they did not wait for the turn.
        if set(told["writers"]) != {HTTPStatus.SERVICE_UNAVAILABLE}:
            raise SystemExit(f"the writers were not besieged: {told['writers']}")
    finally:
        os.close(handle)


@contextmanager
def _many(served: Served, number: int, words: bytes) -> Iterator[None]:
    """So many connections that say no more than these words; new ones for those that end."""
    stop = threading.Event()
    address = _address(served)

    def connected() -> socket.socket:
        opened = socket.create_connection(address, timeout=PATIENCE)
        opened.sendall(words)
        opened.setblocking(False)
        return opened

    held = [connected() for _ in range(number)]

    def keep() -> None:
        while not stop.wait(0.5):
            for place, connection in enumerate(held):
                if _ended(connection):
                    connection.close()
                    held[place] = connected()

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()
        for connection in held:
            connection.close()


def _ended(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(4096)) or True
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def _again_and_again(
    name: str, number: int, served: Served, told: Told, request: tuple[str, str, str]
) -> Iterator[None]:
    stop = threading.Event()
    answers = told.setdefault(name, {})

    def go_on() -> None:
        while not stop.is_set():
            status = _status(_address(served), *request)
            answers[status] = answers.get(status, 0) + 1

    crowd = [threading.Thread(target=go_on) for _ in range(number)]
    for one in crowd:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in crowd:
            one.join()


def _read(served: Served, path: str, seconds: float) -> list[float]:
    """Seconds that an article took, by a process of its own: the crowds must not slow its clock."""
    with ProcessPoolExecutor(1, get_context("spawn")) as reader:
        return reader.submit(_took, _address(served), path, seconds).result()


def _took(address: tuple[str, int], path: str, seconds: float) -> list[float]:
    """Each time on a new connection."""
    took = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        status = _status(address, "GET", path)
        took.append(time.perf_counter() - began)
        if status != 200:
            took[-1] = PATIENCE
        time.sleep(PAUSE)
    return took


def _status(address: tuple[str, int], method: str, path: str, body: str | None = None) -> int:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    headers = {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _address(served: Served) -> tuple[str, int]:
    parts = urlsplit(served.url)
    return parts.hostname or "", parts.port or 0


def _an_article(served: Served) -> str:
    connection = http.client.HTTPConnection(*_address(served), timeout=PATIENCE)
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    connection.close()
    return "/articles/" + page.partition('"/articles/')[2].partition('"')[0]


def _say(name: str, calm: list[float], during: list[float], told: Told) -> bool:
    usual, median, slowest = statistics.median(calm), statistics.median(during), max(during)
    ratio = median / usual
    fine = ratio <= FACTOR and slowest < SLOWEST
    print(
        f"{name:28}{median * 1e3:8.1f}{usual * 1e3:12.1f}{ratio:7.2f}{slowest * 1e3:11.0f}  "
        f"{len(during)} pages; {json.dumps(told)}{'' if fine else '  MISSED'}",
        flush=True,
    )
    return fine


if __name__ == "__main__":
    sys.exit(main())
