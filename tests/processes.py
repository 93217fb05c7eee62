"""Real processes for tests: a served instance, and a free port for it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import IO

ROOT = Path(__file__).parent.parent
GONE_SECONDS = 10


@dataclass
class Served:
    """A running ``corrections serve``: its folder, address, and one-time link."""

    instance: Path
    url: str
    link: str
    process: subprocess.Popen[str]


def free_port() -> int:
    """A port that nobody listens on, and that the system gives to nobody by itself.

    It gives those of its own range to every connection that goes out, hundreds a second where
    browsers are at work: one of them would be taken before a server has come up on it.
    """
    never_given = _never_given_out()
    while True:
        port = SystemRandom().choice(never_given)  # any other draw is repeated in every process
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _never_given_out() -> range:
    """The ports below the system's own, and above those that browsers refuse to open.

    https://fetch.spec.whatwg.org/#bad-port
    """
    lowest, highest = 12_000, 32_768
    setting = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if setting.exists() and (begin := int(setting.read_text("ascii").split()[0])) > lowest:
        highest = begin
    return range(lowest, highest)


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """This process's environment with nothing of ours but what is named."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("CORRECTIONS_")
    }
    settings = {"LANGUAGES": "en"} | settings
    named = {f"CORRECTIONS_{name}": value for name, value in settings.items()}
    return kept | {"CORRECTIONS_INSTANCE": str(instance), "PYTHONUNBUFFERED": "1"} | named


@contextmanager
def serving(
    instance: Path,
    *arguments: str,
    python: str = sys.executable,
    cwd: Path = ROOT,
    letters: bool = True,
    module: str = "corrections_app",
    log: int | IO[bytes] = subprocess.STDOUT,
    **settings: str,
) -> Iterator[Served]:
    """``corrections serve`` as an operator runs it, until the block ends.

    Where no ``letters`` are read their worker is left out, which is half of the work.
    ``module`` is what serves instead of the program itself, with the same arguments.
    ``log`` is where its standard error goes, if not into what `Served.process` has to read.
    """
    port = free_port()
    alone = [] if letters else ["--without-worker"]
    process = subprocess.Popen(
        [python, "-m", module, "serve", "--port", str(port), *alone, *arguments],
        cwd=cwd,
        env=environment(instance, **settings),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        yield _announced(instance, process)
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()


def _announced(instance: Path, process: subprocess.Popen[str]) -> Served:
    said: list[str] = []
    until = time.monotonic() + 60
    while time.monotonic() < until and process.stdout:
        line = process.stdout.readline()
        said.append(line)
        if line.startswith("Stop it") or not line:
            break
    words = "".join(said)
    address = re.search(r"is at (http://\S+)", words)
    link = re.search(r"Sign in as \S+: (http://\S+)", words)
    assert address, f"the server did not start: {words}"
    return Served(instance, address[1], link[1] if link else "", process)


def family_of(pid: int) -> list[tuple[int, str]]:
    """A process and all that descend from it, each with when it began."""
    born, children = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            born[int(stat.parent.name)] = fields[19]
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    family, waiting = [], [pid]
    while waiting:
        one = waiting.pop(0)
        if one in born:
            family.append((one, born[one]))
        waiting += children.get(one, [])
    return family


def outlived(family: list[tuple[int, str]]) -> list[str]:
    """Those of them that are not gone in the end, as faults."""
    return [f"process {pid} outlived its parent" for pid in _wait_until_gone(family)]


def kill_process(pid: int) -> None:
    """SIGKILL, if it is there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait_until_gone(family: list[tuple[int, str]]) -> list[int]:
    """Those that are still there in the end; they are killed then."""
    until = time.monotonic() + GONE_SECONDS
    while left := [pid for pid, born in family if (pid, born) in family_of(pid)[:1]]:
        if time.monotonic() > until:
            for pid in left:
                kill_process(pid)
            return left
        time.sleep(0.02)
    return []
