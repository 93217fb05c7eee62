"""The documented nginx.conf in the real nginx, before nodes that are no more than a line."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.nginx import Nginx, in_front_of
from tests.processes import free_port


class Node:
    """Answers GET, and breaks off whatever is sent; each request has a connection of its own."""

    def __init__(self) -> None:
        self.port, self.sent = free_port(), 0
        self.start()

    def start(self) -> None:
        """Listen."""
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def do_POST(self) -> None:
                node.sent += 1

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Refuse every connection."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    made = [Node(), Node()]
    yield made
    for node in made:
        node.stop()


@pytest.fixture
def nginx(nodes: list[Node], tmp_path) -> Iterator[Nginx]:
    with in_front_of(tmp_path / "nginx", [node.port for node in nodes]) as made:
        yield made


def test_nodes_that_are_restarted_one_after_the_other_are_missed_by_nobody(nginx, nodes):
    """The first is left out for seconds yet when the second goes: there would be nobody to ask."""
    heard = []
    for node in nodes:
        node.stop()
        heard += [nginx.ask("/")[0] for _ in range(3)]
        node.start()

    assert heard == [200] * 6


def test_what_was_sent_is_sent_to_no_other_node(nginx, nodes):
    assert [nginx.ask("/", "POST", "a=b")[0] for _ in range(3)] == [502] * 3
    assert nodes[0].sent + nodes[1].sent == 3
    assert nginx.ask("/")[0] == 200


def test_who_asks_without_tls_is_sent_to_where_it_is_and_nowhere_else(nginx):
    status, headers, _ = nginx.ask_plainly("/articles/harbour?x=1", Host="stranger.example")

    assert status == 301
    assert headers["location"] == "https://corrections.example.org/articles/harbour?x=1"
