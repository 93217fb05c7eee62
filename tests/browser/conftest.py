"""The second browser, one for all of a test process, and the newsroom of the triage tests."""

from __future__ import annotations

from pathlib import Path

from tests.browser.firefox import firefox
from tests.browser.newsrooms import careful, desk, newcomer, newsroom, open_newsroom, served
from tests.browser.samples import page, site
from tests.databases import ENGINE

__all__ = [
    "careful",
    "desk",
    "firefox",
    "newcomer",
    "newsroom",
    "open_newsroom",
    "page",
    "served",
    "site",
]

# What a page does by itself is the same over either database, and what it asks for is asked without
# a browser in `tests/web`, on both. Here PostgreSQL gets people who decide, undo and hand over at
# the same time before a real server; `tests/test_journey.py` walks the whole way over it, too.
ON_BOTH = {"test_triage_flow.py"}
if ENGINE == "postgresql":
    here = Path(__file__).parent
    collect_ignore = sorted({path.name for path in here.glob("test_*.py")} - ON_BOTH)
