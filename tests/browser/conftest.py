"""The second browser, one for all of a test process, and the newsroom of the triage tests."""

from __future__ import annotations

from tests.browser.firefox import firefox
from tests.browser.newsrooms import careful, desk, newcomer, newsroom, open_newsroom, served

__all__ = ["careful", "desk", "firefox", "newcomer", "newsroom", "open_newsroom", "served"]
