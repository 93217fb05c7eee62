"""``corrections serve`` with another number of processes or threads than it has.

``python -m tests.bench.trial serve …``; ``CORRECTIONS_BENCH_WORKERS`` says how many processes,
``CORRECTIONS_BENCH_THREADS`` the threads of its pools (``pages=2,newsroom=2``). What neither says
is as shipped.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from corrections_app.cli import main
from corrections_app.serving import pools, server

if TYPE_CHECKING:
    from flask import Flask

WORKERS, THREADS = "CORRECTIONS_BENCH_WORKERS", "CORRECTIONS_BENCH_THREADS"
_whole, _Pool = server.serve, pools.Pool


def workers() -> int | None:
    """How many web processes are tried, if not those of the shipped server."""
    return int(os.environ[WORKERS]) if WORKERS in os.environ else None


def give_threads() -> None:
    """Let the pools made from now on have as many threads as are tried."""
    said = (one.partition("=") for one in os.environ.get(THREADS, "").split(",") if one)
    tried = {name: int(threads) for name, _, threads in said}

    def pool(name: str, *, threads: int, **more: Any) -> pools.Pool:
        return _Pool(name, threads=tried.get(name, threads), **more)

    pools.Pool = pool  # type: ignore[misc, assignment]


def application() -> Flask:
    """The application as shipped, its pools as they are tried."""
    from corrections_app.wsgi import application as whole

    give_threads()
    return whole()


def tried(factory: str, **options: Any) -> int:
    """Serve with all that was asked for, but in so many processes."""
    own = {"workers": workers() or options["workers"]}
    return _whole("tests.bench.trial:application", **options | own)


if __name__ == "__main__":
    server.serve = tried
    main()
