"""What the interface is translated into, and how far."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app

from corrections_app import language, schema
from corrections_app.checkup.finding import Finding
from corrections_app.extensions import db
from corrections_app.workflow.reasons import keeping as reasons


def languages() -> Iterator[Finding]:
    """Of each language that is offered: how many messages and reasons have words in it."""
    every = len(language.messages())
    has_reasons = schema.current() == schema.newest()
    for lang in current_app.config["LANGUAGES"]:
        done, missing = language.translated(lang), reasons.unworded(lang) if has_reasons else 0
        said = [f"{lang}: {done:,} of {every:,} messages"]
        remedies = []
        if done < every:
            remedies.append("make messages, then translate what is empty in its .po")
        if missing:
            are = "is" if missing == 1 else "are"
            said.append(f"{missing} of your reasons for rejecting {are} not worded in it")
            remedies.append("word them at /reasons")
        yield Finding("languages", "; ".join(said), True, "; ".join(remedies))
    db.session.rollback()
