"""The second browser, one for all of a test process, and the newsroom of the triage tests."""

from __future__ import annotations

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

# What a page does by itself is the same over either database: these run over SQLite alone.
if ENGINE == "postgresql":
    collect_ignore = [
        f"test_{name}.py"
        for name in (
            "access",
            "capture",
            "cards",
            "dialog",
            "embed",
            "finding",
            "no_network",
            "own_marks",
            "receipts",
            "selections",
            "touch",
            "triage_keys",
            "trusted_types",
            "turns",
            "weight",
            "without_scripts",
        )
    ]
