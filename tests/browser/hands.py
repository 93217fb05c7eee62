"""A reader's hands, alike in every browser: open a page, drag, click, press keys.

`tests.browser.firefox` has the same hands for Firefox, so that one test can be of both.
"""

from __future__ import annotations

from typing import Any, Protocol


class Hands(Protocol):
    """What a reader can do; places are of the window, in CSS pixels."""

    name: str

    def goto(self, url: str) -> None:
        """Open a page, and wait until it stands."""

    def run(self, function: str, argument: Any = None) -> Any:
        """What a (perhaps asynchronous) JavaScript function answers."""

    def drag(self, start: list[float], end: list[float], held: str = "") -> None:
        """Press the button at one place and let it go at the other, with a key held down."""

    def click(self, place: list[float], times: int = 1) -> None:
        """Click so often that it counts as one double or triple click."""

    def press(self, keys: str) -> None:
        """Press keys together, written as ``Control+a``."""


class Chromium:
    """A reader with Chromium."""

    name = "chromium"

    def __init__(self, page: Any) -> None:
        self.page = page

    def goto(self, url: str) -> None:
        """Open a page, and wait until it stands."""
        self.page.goto(url)

    def run(self, function: str, argument: Any = None) -> Any:
        """What a (perhaps asynchronous) JavaScript function answers."""
        return self.page.evaluate(function, argument)

    def drag(self, start: list[float], end: list[float], held: str = "") -> None:
        """Press the button at one place and let it go at the other, with a key held down."""
        if held:
            self.page.keyboard.down(held)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()
        if held:
            self.page.keyboard.up(held)

    def click(self, place: list[float], times: int = 1) -> None:
        """Click so often that it counts as one double or triple click."""
        self.page.mouse.click(*place, click_count=times)

    def press(self, keys: str) -> None:
        """Press keys together, written as ``Control+a``."""
        self.page.keyboard.press(keys)
