"""Addresses as others keep them: whole, and under the name that readers know."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for


def whole(endpoint: str, **values: Any) -> str:
    """The address of a page of ours, as it stands in feeds and for other programs."""
    return str(current_app.config["PUBLIC_URL"]) + url_for(endpoint, **values)
