"""What the interface is translated into, and how far."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import language
from corrections_app.checkup.finding import Finding


def languages() -> Iterator[Finding]:
    """Of each language that is offered: how many messages have words in it."""
    every = len(language.messages())
    for lang in current_app.config["LANGUAGES"]:
        done = language.translated(lang)
        remedy = "" if done >= every else "make messages, then translate what is empty in its .po"
        yield Finding("languages", f"{lang}: {done:,} of {every:,} messages", True, remedy)
