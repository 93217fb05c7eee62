"""What commands stand in: the application, its tables, options, and what is said of a failure."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DatabaseError

from corrections_app import create_app, schema
from corrections_app.extensions import db

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


def with_tables(command: Command) -> Command:
    """Run a command with a database that has its tables."""

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
