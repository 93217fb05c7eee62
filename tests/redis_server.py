"""A real Redis, on a socket of its own, that can be frozen, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Redis:
    """``redis-server`` with nothing kept on the disk: started again it knows nothing."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"  # no port that others could take meanwhile
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis+unix://{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir"]
        self.process = subprocess.Popen(
            ["redis-server", *options, str(self.socket.parent)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Let it take connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def names(self) -> bytes:
        """Everything that it counts under, as it says it."""
        return self._said(b"KEYS *\r\n")

    def _answers(self) -> bool:
        try:
            return self._said(b"PING\r\n") == b"+PONG\r\n"
        except OSError:
            return False

    def _said(self, asked: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(60)
            line.connect(str(self.socket))
            line.sendall(asked + b"QUIT\r\n")
            return b"".join(iter(lambda: line.recv(65536), b"")).removesuffix(b"+OK\r\n")


@contextmanager
def running() -> Iterator[Redis]:
    """One of its own; where there is none the test is left out, loudly."""
    if not shutil.which("redis-server"):
        message = "no Redis here: apt install redis-server"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with tempfile.TemporaryDirectory(prefix="corrections-redis-") as folder:
        redis = Redis(Path(folder))
        try:
            yield redis
        finally:
            redis.kill()
