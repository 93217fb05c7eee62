"""The application for `server.serve`, which puts `body_first` in front of it.

Any other WSGI server can run it too; then whole bodies and a reserve for
readers' pages are that server's affair.
"""

from __future__ import annotations

from typing import Any

from corrections_app import create_app


def application() -> Any:
    """A WSGI callable."""
    return create_app()
