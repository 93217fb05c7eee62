"""``corrections serve``: the web server and the letters' worker, started and ended as one.

granian serves, with these gaps closed here: a second server on one port would start
without an error (it binds with ``SO_REUSEPORT``), children would outlive a killed
parent, a worker told to stop while it starts would not hear, and a thousand silent
connections would be all it takes.
"""

from __future__ import annotations

import errno
import fcntl
import http.client
import ipaddress
import os
import pkgutil
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer

from corrections_app.serving.processes import Companion, end_with, share_one_heap

LOCK_NAME = "serve.lock"
KILL_SECONDS = 2  # what a web worker gets between SIGTERM and SIGKILL; unset means for ever
POLL_SECONDS = 0.1
MOST_CONNECTIONS = 8_192
"""Open at once in each web worker; the next ones wait until one ends."""
SPARE_FILES = 256  # what else a worker has open: databases, templates, pipes
HEAD_SECONDS = 10  # within which a connection says what it wants, or ends; idle ones too
BACKLOG = 4_096


class CannotServe(Exception):
    """The server cannot start; the message is one sentence that says why, and what would do."""


def serve(
    factory: str,
    *,
    host: str,
    port: int,
    instance: Path,
    letters: Sequence[str] | None,
    on_ready: Callable[[str], None],
    workers: int = 1,
    shared: bool = False,
) -> int:
    """Serve until SIGTERM or SIGINT, then stop everything in order; the exit status.

    ``factory`` names what makes the WSGI application, ``package.module:function``; every
    worker calls it for itself, after the fork, and puts `body_first` in front of it. What it
    has made before, in this process, it may give again.
    ``letters`` is the module, with its arguments, that sends the letters, as after
    ``python -m``. ``on_ready`` gets the address as soon as it answers, in a thread of its own.
    ``shared``: whether other servers may serve the same instance, at ports of their own.

    Call it in the main thread, as the last act of the process, with no database open
    (``db.engine.dispose()``): forked workers would inherit the connections. It puts
    ``CORRECTIONS_INSTANCE`` into the environment, and on a loopback address
    ``CORRECTIONS_PUBLIC_URL`` unless it has one, for the children to read.

    Raises `CannotServe` when the instance is being served or the port is taken.
    """
    share_one_heap()
    address = _resolved(host, port)
    url = _url(host, port)
    with claimed(instance, f"served at {url}", shared=shared):
        _refuse_busy(address, host, port)
        tell_children(instance, host, port)
        server = _granian(factory, address, workers)
        return _run(server, url, letters, on_ready)


def _run(
    server: AbstractServer[Any],
    url: str,
    letters: Sequence[str] | None,
    on_ready: Callable[[str], None],
) -> int:
    stopping = threading.Event()
    announce = threading.Thread(target=_announce, args=(url, on_ready, stopping), daemon=True)
    with ExitStack() as after:
        after.callback(stopping.set)
        server.on_startup(_stop_with_terminal)
        if letters:
            companion = Companion("The letters' worker", letters)
            server.on_startup(lambda: after.enter_context(companion))
        server.on_startup(announce.start)
        try:
            server.serve(target_loader=partial(_load, parent=os.getpid()))
        except RuntimeError as error:  # the port was taken in the instant since the probe
            raise CannotServe(f"Cannot serve {url}: {str(error).splitlines()[0]}.") from None
        except SystemExit as ended:
            return 1 if ended.code else 0
    return 0


def _granian(factory: str, address: tuple[str, int], workers: int) -> AbstractServer[Any]:
    # Its warnings go where ours go.
    logs: dict[str, Any] = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {}}}
    return Granian(
        factory,
        *address,
        interface=Interfaces.RSGI,
        factory=True,
        workers=workers,
        backlog=BACKLOG,
        backpressure=_connections(),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1_000),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        log_access=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs,
    )


def _connections() -> int:
    """How many connections a worker may hold: as many as the system gives us files for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    files = wanted if soft == resource.RLIM_INFINITY else soft
    return max(1, min(MOST_CONNECTIONS, files - SPARE_FILES))


def _load(target: str, *, parent: int) -> Any:
    """The application, made inside a worker; first the worker is put in its place."""
    # Until granian sets its own, the handlers are the parent's and would swallow the signal.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setpgid(0, 0)  # Ctrl-C reaches the parent alone
    # By SIGKILL: granian's own handler deadlocks on a second SIGTERM, so an orphan whose parent
    # was killed in the middle of stopping would hold the port for ever.
    end_with(parent, by=signal.SIGKILL)
    from corrections_app.serving.body_first import in_front_of  # the parent needs none of the web

    return in_front_of(pkgutil.resolve_name(target)())


def _stop_with_terminal() -> None:
    # granian reloads on SIGHUP, so a server whose terminal was closed would stay, unseen.
    if sys.stdin is not None and sys.stdin.isatty():
        signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))


@contextmanager
def claimed(instance: Path, what: str, *, shared: bool = False) -> Iterator[None]:
    """Hold the instance for this process alone, or ``shared`` with others who say so too.

    ``what`` is done with it others are told. A POSIX lock: it ends with the process however
    that ends, and no child inherits it. Raises `CannotServe`.
    """
    with open(instance / LOCK_NAME, "a+", encoding="utf-8") as lock:
        try:
            fcntl.lockf(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotServe(
                f"{instance} is already {lock.read().strip() or 'in use'}: "
                "stop that server first, or name another folder in CORRECTIONS_INSTANCE."
            ) from None
        lock.truncate(0)
        print(f"{what} by process {os.getpid()}", file=lock, flush=True)
        yield


def _refuse_busy(address: tuple[str, int], host: str, port: int) -> None:
    """Raise `CannotServe` when anyone listens there.

    The probe binds *without* ``SO_REUSEPORT``, so that another granian refuses it too,
    and with ``SO_REUSEADDR``, so that connections of a server just stopped do not.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotServe(f"Cannot serve {host}, port {port}: {error.strerror}.") from None
            other = port + 1 if port < 65535 else 5000
            raise CannotServe(
                f"Port {port} of {host} is in use by another program; take another port: "
                f"PORT={other} make run, or corrections serve --port {other}."
            ) from None


def _resolved(host: str, port: int) -> tuple[str, int]:
    # granian takes numbers only.
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotServe(f"Cannot serve {host}: {error.strerror}.") from None
    return str(found[0][4][0]), port


def _url(host: str, port: int) -> str:
    """The address to open on this machine: a wildcard cannot be visited."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def tell_children(instance: Path, host: str, port: int) -> None:
    """Put what is served, and where, into the environment.

    Before the application is made, if it is made before `serve`. Raises `CannotServe`.
    """
    os.environ["CORRECTIONS_INSTANCE"] = str(instance)
    # Beyond loopback the address bound says nothing about the one readers use.
    if ipaddress.ip_address(_resolved(host, port)[0]).is_loopback:
        os.environ["CORRECTIONS_PUBLIC_URL"] = os.environ.get("CORRECTIONS_PUBLIC_URL") or _url(
            host, port
        )


def _announce(url: str, on_ready: Callable[[str], None], stopping: threading.Event) -> None:
    # The pause comes first also because the workers are being forked right now.
    while not stopping.wait(POLL_SECONDS):
        if _answers(url):
            on_ready(url)
            return


def _answers(url: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
