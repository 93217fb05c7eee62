"""The newsroom's own words on how it corrects itself: a file in the instance folder."""

from __future__ import annotations

import logging
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import Document, read

FILE = "policy.md"

log = logging.getLogger(__name__)


def own(instance: str) -> Document | None:
    """What stands in the file; None where there is none, or where it cannot be read.

    It is Markdown, read as articles are: no HTML of it reaches a page.
    """
    path = Path(instance) / FILE
    if not path.exists():
        return None
    try:
        return read(path)
    except ImportRefused as refused:
        log.warning("The page on corrections is the program's own: %s", refused.message)
        return None
