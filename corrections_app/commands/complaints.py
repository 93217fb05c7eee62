"""What went wrong outside, in one line for whoever ran a command."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError


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
