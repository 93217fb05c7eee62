"""What commands stand in: the application, its tables, options, and what is said of a failure."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from corrections_app import create_app, logs, schema
from corrections_app.config import BadConfiguration
from corrections_app.domain.errors import Refusal
from corrections_app.extensions import db
from corrections_app.web.newsroom.masking import hider_of
from corrections_app.workflow.people import common_key

log = logging.getLogger(__name__)
FAILURES = (Refusal, BadConfiguration, schema.OldSchema, DatabaseError, OSError)
"""What ends a command with one line; anything else is a fault of ours."""
Command = TypeVar("Command", bound=Callable[..., Any])


def with_app(command: Command) -> Command:
    """Run a command inside the application; what it returns is the exit status."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        app = create_app()
        with app.app_context():
            try:
                return command(*args, **kwargs)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run  # type: ignore[return-value]


def begin_log(app: Flask | None = None) -> None:
    """Log as this instance's processes do; before there is one, as the environment says."""
    if app is None:
        logs.begin(os.environ.get("CORRECTIONS_LOG", "auto"))
    else:
        logs.begin(app.config["LOG"], hider_of(app))


def with_log(command: Command) -> Command:
    """Run a command whose failures, too, are lines of the log."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        begin_log()
        try:
            return command(*args, **kwargs)
        except FAILURES as error:
            log.critical("%s", line_of(error))
            return 1

    return run  # type: ignore[return-value]


def with_tables(command: Command) -> Command:
    """Run a command with a database that has its tables, and that is used with our key."""

    @with_any_key
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        common_key.check()
        return command(*args, **kwargs)

    return run  # type: ignore[return-value]


def with_any_key(command: Command) -> Command:
    """Run a command with a database that has its tables, and that may be used with another key."""

    @with_app
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        schema.ready()
        return command(*args, **kwargs)

    return run  # type: ignore[return-value]


def ask_once_more(question: str) -> None:
    """The second step: a person answers, or a script says --yes."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nothing was done: say --yes where nobody can answer.")
    click.confirm(question, abort=True, err=True)


def one_of(values: type[StrEnum]) -> click.Choice[str]:
    """The values that an option may have."""
    return click.Choice([value.value for value in values])


def line_of(error: Exception) -> str:
    """The line: with the file, where the system refused one, and what may help."""
    if isinstance(error, DatabaseError):
        said = str(error.orig).splitlines()[0]
        return f"the database says: {said}. Try: corrections check"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return (
            f"{error.filename}: {error.strerror}. The instance folder and all in it must be "
            "writable for the account that runs this, on a disk with space left."
        )
    return str(error)
