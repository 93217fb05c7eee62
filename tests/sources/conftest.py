"""Documents to read, written by the tests; and the pages of others where they are at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "shared" / "pages"

# Those pages belong to their publishers and are not copied here: without them, no such test is.
collect_ignore = [] if PAGES.is_dir() else ["test_pages.py"]


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file with this name and content, and says where."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
