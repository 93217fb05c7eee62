"""A real Firefox, driven by its own remote protocol with the standard library alone.

Marionette is what geckodriver speaks to Firefox: JSON over a local socket, each message after
its length in bytes and a colon, WebDriver's commands by name
(https://firefox-source-docs.mozilla.org/testing/marionette/). So neither geckodriver nor a
browser build of Playwright's own is needed, only Firefox, and its mouse and keys are real.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIREFOX = (
    os.environ.get("CORRECTIONS_FIREFOX")
    or shutil.which("firefox-esr")
    or shutil.which("firefox")
    or ""
)
PREFERENCES = {
    "marionette.port": 0,  # any free one; Firefox writes which
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    # Nothing but this machine is ever asked: all else goes to a proxy that is not there.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
PATIENCE = 30  # seconds until a silent browser counts as broken
# https://w3c.github.io/webdriver/#keyboard-actions
KEYS = {
    "Shift": "\ue008",
    "Control": "\ue009",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class Marionette:
    """Commands to one Firefox, one after the other."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.reader = self.socket.makefile("rb")
        self.said = 0
        self._heard()  # its greeting

    def say(self, command: str, **parameters: Any) -> Any:
        """The answer to a command; raises `RuntimeError` in the browser's words."""
        self.said += 1
        message = json.dumps([0, self.said, command, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, answer = self._heard()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return answer

    def close(self) -> None:
        """End the conversation, not the browser."""
        self.reader.close()
        self.socket.close()

    def _heard(self) -> Any:
        length = b""
        while (sign := self.reader.read(1)) != b":":
            if not sign:
                raise RuntimeError("Firefox has gone")
            length += sign
        return json.loads(self.reader.read(int(length)))


class Firefox:
    """A reader with Firefox: mouse, keys and scripts (see `tests.browser.hands`)."""

    name = "firefox"

    def __init__(self, marionette: Marionette) -> None:
        self.marionette = marionette

    def goto(self, url: str) -> None:
        """Open a page, and wait until it stands."""
        self.marionette.say("WebDriver:Navigate", url=url)

    def run(self, function: str, argument: Any = None) -> Any:
        """What a (perhaps asynchronous) JavaScript function answers."""
        script = (
            f"const [given, done] = arguments; Promise.resolve(given).then({function})"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        say = self.marionette.say
        answer = say("WebDriver:ExecuteAsyncScript", script=script, args=[argument])["value"]
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def drag(self, start: list[float], end: list[float], held: str = "") -> None:
        """Press the button at one place and let it go at the other, with a key held down."""
        half = [(a + b) / 2 for a, b in zip(start, end, strict=True)]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        self._act([_move(start), down, _move(half), _move(end), up], held)

    def click(self, place: list[float], times: int = 1) -> None:
        """Click so often that it counts as one double or triple click."""
        one = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act([_move(place), *one * times])

    def press(self, keys: str) -> None:
        """Press keys together, written as ``Control+a``."""
        codes = [KEYS.get(key, key) for key in keys.split("+")]
        actions = [{"type": "keyDown", "value": code} for code in codes]
        actions += [{"type": "keyUp", "value": code} for code in reversed(codes)]
        self._perform([{"type": "key", "id": "keys", "actions": actions}])

    def _act(self, actions: list[dict[str, Any]], held: str = "") -> None:
        keys = [{"type": "keyDown", "value": KEYS[held]}] if held else []
        waiting = [{"type": "pause"}] * len(keys)
        self._perform(
            [
                {"type": "key", "id": "keys", "actions": keys},
                {"type": "pointer", "id": "mouse", "actions": [*waiting, *actions]},
            ]
        )

    def _perform(self, actions: list[dict[str, Any]]) -> None:
        self.marionette.say("WebDriver:PerformActions", actions=actions)
        self.marionette.say("WebDriver:ReleaseActions")


def _move(place: list[float]) -> dict[str, Any]:
    x, y = place
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 10}


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """The browser, one for each test process; without one these tests are left out, loudly."""
    if not FIREFOX:
        message = "no Firefox here: apt install firefox-esr, or name one in CORRECTIONS_FIREFOX"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    profile = Path(tempfile.mkdtemp(prefix="corrections-firefox-"))
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    # As a process of its own and with a log that nobody need empty.
    with (profile / "log").open("wb") as log:
        command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        marionette = Marionette(_port(profile, process))
        marionette.say("WebDriver:NewSession", capabilities={})
        marionette.say("WebDriver:SetWindowRect", width=1280, height=1000)
        yield Firefox(marionette)
        marionette.close()
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        shutil.rmtree(profile, ignore_errors=True)


def _port(profile: Path, process: subprocess.Popen[bytes]) -> int:
    written = profile / "MarionetteActivePort"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if written.exists() and (port := written.read_text()):
            return int(port)
        time.sleep(0.05)
    said = (profile / "log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"Firefox did not start: {said[-500:]}")
