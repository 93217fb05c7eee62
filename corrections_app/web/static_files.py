"""Styles and scripts under addresses that change when any of them does: kept for ever.

The address carries a digest of all of them, before their folders: so modules find each
other by relative names, and a page never mixes those of two releases.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response

from corrections_app.web.answers import kept

YEAR = 365 * 24 * 60 * 60
"""Seconds: as long as any cache keeps anything (RFC 9111, 1.2.2 of what is immutable: RFC 8246)."""
_OF_RELEASE = re.compile(r"([0-9a-f]{16})/(.+)")


def install(app: Flask) -> None:
    """Let ``url_for("static", …)`` name this release, and serve both it and bare names."""
    folder = Path(str(app.static_folder))

    def serve(filename: str) -> Response:
        named = _OF_RELEASE.fullmatch(filename)
        answer = app.send_static_file(named[2] if named else filename)
        answer.cache_control.public = True
        if named and named[1] == digest(folder):
            answer.cache_control.no_cache = None
            answer.cache_control.max_age = YEAR
            answer.cache_control.immutable = True
        return kept(answer)

    def name_release(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not _OF_RELEASE.fullmatch(values.get("filename", "")):
            values["filename"] = f"{digest(folder)}/{values['filename']}"

    app.view_functions["static"] = serve
    app.url_defaults(name_release)


@cache
def digest(folder: Path) -> str:
    """Of the names and the bytes of all files: the same in every process."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]
