"""The server as an operator meets it: real processes, real ports, real kills."""

from __future__ import annotations

import http.client
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from corrections_app.serving.server import claimed
from corrections_app.web.headers import SECURITY_HEADERS
from tests.processes import free_port

pytestmark = pytest.mark.served

ROOT = str(Path(__file__).parents[1])
PATIENCE = 120.0  # seconds; nothing here is a measurement
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@dataclass
class Server:
    """A server that runs, and what can be asked of it."""

    process: subprocess.Popen[str]
    instance: Path
    port: int
    url: str

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=PATIENCE) as answer:
            return dict(json.load(answer))

    def answer(self, request: bytes, *, cut: bool = False) -> http.client.HTTPResponse:
        """The answer to these bytes, after which the sender waits or, ``cut``, is done."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as sender:
            sender.sendall(request)
            if cut:
                sender.shutdown(socket.SHUT_WR)
            with http.client.HTTPResponse(sender) as answer:
                answer.begin()
                answer.read()
                return answer

    def last_words(self, request: bytes) -> bytes:
        """All that is said to a sender who waits, until the server ends the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as sender:
            sender.sendall(request)
            return b"".join(iter(partial(sender.recv, 65536), b""))

    def letters(self) -> list[dict[str, Any]]:
        """One note for every start of the letters' worker."""
        notes = self.instance / "letters"
        return [json.loads(line) for line in notes.read_text().splitlines()]

    def ends(self) -> tuple[int, str]:
        """Its status and what it said, once it and every child of it are gone.

        Children hold the same pipes, so the pipes end with the last of them. On a busy
        machine a worker may outlast its two seconds and say that it was killed.
        """
        _, said = self.process.communicate(timeout=PATIENCE)
        lines = [line for line in said.splitlines(True) if "refused to gracefully" not in line]
        return self.process.returncode, "".join(lines)


Serve = Callable[..., Server]


def eventually(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def begin(
    instance: Path, port: int, factory: str = "create_app", **options: Any
) -> subprocess.Popen[str]:
    instance.mkdir(exist_ok=True)
    path = os.pathsep.join(filter(None, [ROOT, *sys.path]))
    bare = {name: text for name, text in os.environ.items() if not name.startswith("CORRECTIONS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stub_site", str(instance), str(port), factory],
        env=bare | {"PYTHONPATH": path} | options.pop("env", {}),
        stdin=options.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a server and waits until it says that it answers."""
    with ExitStack() as after:

        def start(name: str = "instance", port: int | None = None, **options: Any) -> Server:
            port = port or free_port()
            process = begin(tmp_path / name, port, **options)
            after.callback(process.communicate, timeout=PATIENCE)
            after.callback(process.kill)
            assert process.stdout is not None
            assert select.select([process.stdout], [], [], PATIENCE)[0]
            url = process.stdout.readline().strip()
            assert url == f"http://127.0.0.1:{port}"
            server = Server(process, tmp_path / name, port, url)
            eventually((server.instance / "letters").exists)
            eventually(server.letters)
            return server

        yield start


def refusal(instance: Path, port: int) -> str:
    """What a server says that must not start."""
    process = begin(instance, port)
    try:
        said, reason = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert (process.returncode, said) == (1, "")
    return reason


def test_a_port_held_by_another_program_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refusal(tmp_path / "instance", port) == (
            f"Port {port} of 127.0.0.1 is in use by another program; take another port: "
            f"PORT={port + 1} make run, or corrections serve --port {port + 1}.\n"
        )


def test_all_threads_of_a_worker_take_their_memory_from_one_heap(serve: Serve) -> None:
    server = serve()
    for _ in range(3):  # each by a thread
        worker = server.health()["process"]
    of_threads = re.findall(  # of 64 MB, the rest of which is kept free (glibc, malloc/arena.c)
        r"^(\w+[048c]000000)-(\w+) rw-p .* 0 *\n\2-\w+ ---p .* 0 *$",
        Path(f"/proc/{worker}/maps").read_text(),
        re.MULTILINE,
    )
    assert of_threads == []


def test_a_port_held_by_another_of_our_servers_is_refused(serve: Serve, tmp_path: Path) -> None:
    first = serve()
    assert f"Port {first.port} of 127.0.0.1 is in use" in refusal(tmp_path / "other", first.port)
    assert first.health()["process"]


def test_an_instance_is_served_once_and_the_second_is_told_where(serve: Serve) -> None:
    first = serve()
    reason = refusal(first.instance, free_port())
    assert f"already served at {first.url} by process {first.process.pid}:" in reason
    assert "CORRECTIONS_INSTANCE" in reason


CLAIM = """
import sys
from pathlib import Path
from corrections_app.serving.server import claimed
with claimed(Path(sys.argv[1]), "being moved", shared=sys.argv[2] == "shared"):
    pass
"""


@pytest.mark.parametrize(
    ("ours", "others", "may"),
    [(True, "shared", True), (True, "alone", False), (False, "shared", False)],
)
def test_servers_share_an_instance_where_they_say_so_and_nobody_else_does(
    tmp_path: Path, ours: bool, others: str, may: bool
) -> None:
    with claimed(tmp_path, "served at http://127.0.0.1:5001", shared=ours):
        asked = subprocess.run(
            [sys.executable, "-c", CLAIM, str(tmp_path), others],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    assert (asked.returncode == 0) is may
    assert may or "is already served at http://127.0.0.1:5001" in asked.stderr


def test_the_children_are_told_the_instance_and_the_address(serve: Serve) -> None:
    server = serve()
    told = server.health()["environment"]
    assert told == {
        "CORRECTIONS_INSTANCE": str(server.instance),
        "CORRECTIONS_PUBLIC_URL": server.url,
    }
    assert server.letters()[0]["url"] == server.url


def test_the_public_address_an_operator_named_stands(serve: Serve) -> None:
    named = {"CORRECTIONS_PUBLIC_URL": "https://news.example"}
    server = serve(env=named)
    assert server.health()["environment"]["CORRECTIONS_PUBLIC_URL"] == "https://news.example"
    assert server.letters()[0]["url"] == "https://news.example"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_well_with_every_child_and_can_start_again(
    serve: Serve, stop: signal.Signals
) -> None:
    server = serve()
    # A connection that the server closes first keeps its port for a minute (TIME_WAIT).
    with socket.create_connection(("127.0.0.1", server.port)) as visitor:
        visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert visitor.recv(65536)
        server.process.send_signal(stop)
        assert server.ends() == (0, "")
    assert serve(port=server.port).health()["process"]


def test_a_closed_terminal_stops_it(serve: Serve) -> None:
    ours, terminal = os.openpty()
    server = serve(stdin=terminal)
    server.process.send_signal(signal.SIGHUP)
    assert server.ends() == (0, "")
    os.close(ours)
    os.close(terminal)


def test_killed_it_takes_its_children_along_and_frees_port_and_instance(serve: Serve) -> None:
    server = serve()
    server.process.kill()
    assert server.ends()[0] == -signal.SIGKILL
    assert serve(port=server.port).health()["process"]


def test_a_letters_worker_that_dies_is_started_again(serve: Serve) -> None:
    server = serve()
    os.kill(server.letters()[0]["process"], signal.SIGKILL)
    eventually(lambda: len(server.letters()) == 2)
    server.process.terminate()
    assert server.ends() == (0, "The letters' worker ended (status -9); again in 0.5 s.\n")


def test_a_web_worker_that_dies_is_replaced(serve: Serve) -> None:
    server = serve()
    first = server.health()["process"]
    os.kill(first, signal.SIGKILL)

    def replaced() -> bool:
        try:
            return bool(server.health()["process"] != first)
        except OSError:
            return False

    eventually(replaced)


def test_half_sent_requests_stop_neither_reading_nor_the_end(serve: Serve) -> None:
    server = serve(factory="create_secured_app")
    with ExitStack() as senders:
        for _ in range(40):
            sender = senders.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            sender.sendall(HEAD + b"Content-Length: 50\r\n\r\nhalf a cor")
        assert server.health()["process"]
        server.process.terminate()
        assert server.ends()[0] == 0


def test_told_to_stop_it_first_answers_what_it_is_working_on(serve: Serve) -> None:
    server = serve(factory="create_waiting_app")
    os.mkfifo(server.instance / "go")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as reader:
        reader.sendall(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually((server.instance / "begun").exists)
        server.process.terminate()
        eventually(lambda: not listens(server.port))  # it has heard, and takes in nobody else
        (server.instance / "go").write_text("answered to the end")
        with http.client.HTTPResponse(reader) as answer:
            answer.begin()
            assert answer.read() == b"answered to the end"
    assert server.ends() == (0, "")


def listens(port: int) -> bool:
    """Whether a port would take another connection, which is not opened."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def test_a_half_sent_request_is_answered_in_the_end_and_its_connection_closed(
    serve: Serve,
) -> None:
    server = serve(factory="create_impatient_app")
    half = HEAD + b"Content-Length: 50\r\n\r\nhalf a cor"
    endless = HEAD + b"Content-Length: 10000000000\r\n\r\n" + 100 * b"x"
    too_long = HEAD + b"Content-Length: 900000\r\n\r\n" + 100 * b"x"
    for status, request in {408: half, 413: endless}.items():
        said = server.last_words(request)
        assert said.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"content-security-policy" in said
    assert server.answer(too_long).status == 413


def test_more_silent_connections_than_a_thousand_keep_nobody_out(serve: Serve) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    server = serve(factory="create_secured_app")
    with ExitStack() as silent:
        for _ in range(1_100):
            silent.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE))
        assert server.health()["process"]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_killed_while_it_stops_it_still_takes_its_children_along(serve: Serve) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port)) as sender:
        sender.sendall(HEAD + b"Content-Length: 50\r\n\r\nhalf a cor")  # stopping waits for it
        server.process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(0.5)
        server.process.kill()
        assert server.ends()[0] == -signal.SIGKILL


def test_where_the_system_does_not_tell_an_orphan_finds_out_by_itself() -> None:
    child = "import os, signal; from corrections_app.serving.processes import watch;"
    child += "print('up', flush=True); watch(os.getppid(), signal.SIGTERM)"
    parent = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]],"
    parent += " stdout=subprocess.PIPE).stdout.readline()"
    # Who holds the pipe last is the orphan: this returns when it is gone.
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", parent, child],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [ROOT, *sys.path]))},
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=True,
    )


def test_bodies_and_answers_are_whole_or_refused_over_a_real_connection(serve: Serve) -> None:
    server = serve(factory="create_secured_app")
    for status, request in {
        200: HEAD + b"Content-Length: 5\r\n\r\nwords",
        400: HEAD + b"Content-Length: 50\r\n\r\nwords",
        411: HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n\r\n",
        413: HEAD + b"Content-Length: 900000\r\n\r\n" + 900_000 * b"x",
        500: b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n",
    }.items():
        answer = server.answer(request, cut=status == 400)
        assert answer.status == status
        assert all(answer.headers[name] == text for name, text in SECURITY_HEADERS.items())
