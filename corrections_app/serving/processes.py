"""Processes that belong together: they end with their parent, and come back when they fall.

``python -m corrections_app.serving.processes PARENT MODULE [ARGUMENT]…`` runs a module
as ``python -m`` does, tied to the process whose number is PARENT.
"""

from __future__ import annotations

import ctypes
import logging
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Self

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
M_ARENA_MAX = -8  # <malloc.h>
WATCH_SECONDS = 1.0  # how often a child looks whether its parent lives
STOP_SECONDS = 5.0  # what a companion gets between SIGTERM and SIGKILL
FIRST_PAUSE = 0.5  # seconds before the first restart, doubled with every further one,
LONGEST_PAUSE = 60.0  # up to this; a companion that lived longer begins anew

log = logging.getLogger(__name__)


def end_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Tie this process to its parent: it gets the signal when that one is gone, however it went.

    Call it first thing in a child. Linux sends the signal itself, at once
    (``PR_SET_PDEATHSIG``, prctl(2)); elsewhere a thread looks every second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(by))
    else:
        threading.Thread(target=watch, args=(parent, by), name="watch", daemon=True).start()
    if os.getppid() != parent:  # it went before the call, so no signal will come
        os._exit(1)


def share_one_heap() -> None:
    """Let the threads of this process, and of those it forks, take their memory from one heap.

    glibc gives threads heaps of their own (mallopt(3)), and what one of them once needed stays
    with it: 4 MB in a web worker. Python lets one thread at a time ask for memory anyway. Call it
    before there are threads.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # in no other system's library
        libc.mallopt(M_ARENA_MAX, 1)


def watch(parent: int, by: signal.Signals) -> None:
    """Wait until the parent is gone, then signal this process."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os.kill(os.getpid(), by)


class Companion:
    """A module that runs as a process beside this one for as long as the block lasts.

    When it ends by itself it is started again, each time after a longer pause.
    Enter it in the main thread.
    """

    def __init__(self, name: str, module: Sequence[str]) -> None:
        """``name`` is what warnings call it; ``module`` its dotted name and arguments."""
        self._name = name
        self._command = [sys.executable, "-m", __name__, str(os.getpid()), *module]
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        # Not in the keeper's thread: what the caller forks next must not inherit
        # a thread in the middle of a Popen.
        self._begin()
        threading.Thread(target=self._keep, name=self._name, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        """End it: SIGTERM, `STOP_SECONDS` to finish, SIGKILL."""
        with self._turn:
            self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _begin(self) -> None:
        self._began = time.monotonic()
        # A group of its own: Ctrl-C reaches the parent alone, which then stops all in order.
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, process_group=0)

    def _keep(self) -> None:
        # PR_SET_PDEATHSIG follows the thread that forked: this one outlives its children.
        pause = FIRST_PAUSE
        while True:
            status = self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - self._began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            log.warning("%s ended (status %d); again in %g s.", self._name, status, pause)
            if self._stopping.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE)
            self._begin_again()

    def _begin_again(self) -> None:
        with self._turn:
            if self._stopping.is_set():
                return
            try:
                self._begin()
            except OSError as error:  # no memory, no process left: the keeper tries later
                log.warning("%s cannot be started: %s.", self._name, error.strerror)


def _main(parent: str, *module: str) -> None:
    end_with(int(parent))
    sys.argv = list(module)
    runpy.run_module(module[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
