"""What all is measured by: a bare Flask "hello" and one durable row, under the very same server.

    python -m tests.bench.reference PORT FOLDER DATABASE_URL

Granian, the bodies read first, the pools of threads and the number of processes are ours; the
row is sent to the address of a correction, so that it is worked on in the same pool.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from corrections_app.models.engine import sqlite
from corrections_app.serving.server import serve
from tests.bench import trial

if TYPE_CHECKING:
    from flask import Flask

DATABASE = "CORRECTIONS_BENCH_DATABASE"
_TABLE = "CREATE TABLE IF NOT EXISTS benched (words TEXT NOT NULL)"
_kept = threading.local()


def application() -> Flask:
    """The two addresses."""
    from flask import Flask, request

    app = Flask(__name__)
    url = os.environ[DATABASE]
    app.config["SQLALCHEMY_DATABASE_URI"] = url  # by which it gets as many threads as ours

    @app.get("/")
    def hello() -> str:
        return "hello"

    @app.post("/articles/<slug>/corrections")
    def insert(slug: str) -> tuple[dict[str, str], int]:
        if not hasattr(_kept, "connection"):
            _kept.connection = connection(url)
        mark = "?" if url.startswith("sqlite") else "%s"
        with closing(_kept.connection.cursor()) as cursor:
            words = request.form["replacement"]
            cursor.execute(f"INSERT INTO benched (words) VALUES ({mark})", (words,))
        return {"status": slug}, 201

    trial.give_threads()
    return app


def connection(url: str) -> Any:
    """A connection on which each statement is a transaction that waits for the disk."""
    if url.startswith("sqlite"):
        opened = sqlite.connect(make_url(url).database, isolation_level=None, timeout=30)
        opened.execute("PRAGMA journal_mode = wal")
        opened.execute("PRAGMA synchronous = FULL")
        return opened
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def main(port: str, folder: str, url: str) -> int:
    """Serve both, and say when they answer."""
    with closing(connection(url)) as opened:
        opened.execute(_TABLE)
    os.environ[DATABASE] = url
    return serve(
        "tests.bench.reference:application",
        host="127.0.0.1",
        port=int(port),
        instance=Path(folder),
        letters=None,
        workers=trial.workers() or 1,
        on_ready=lambda address: print("ready", flush=True),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
