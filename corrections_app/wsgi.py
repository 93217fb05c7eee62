"""The application as a server runs it: whole bodies only, and a bounded number at work."""

from __future__ import annotations

from typing import Any

from corrections_app import create_app
from corrections_app.web.intake import BodyFirst


def application() -> Any:
    """A WSGI callable, for ``granian --factory`` and the like."""
    return BodyFirst(create_app())
