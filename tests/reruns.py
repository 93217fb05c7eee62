"""A second try for what goes through browsers and servers, and none for rules (decision 0038).

Where ``CORRECTIONS_RERUNS`` says how many tries more: `.ci/run` says one. Each first failure
is printed whole at the end, as a fault that is to be mended.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

RERUN = {"browser", "served"}
"""The marks of what may fail by the machine's doing: processes of others take part in it."""
HEADING = "FAILED ONCE, THEN PASSED OR FAILED AGAIN: each is a fault to be mended"


def tries_more() -> int:
    """How often a test that failed may be tried again."""
    return int(os.environ.get("CORRECTIONS_RERUNS") or 0)


def try_again(items: list[pytest.Item]) -> None:
    """Mark what may be tried again, where that is asked for."""
    more = tries_more()
    for item in items if more else ():
        if RERUN & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.flaky(reruns=more))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print every failure that was tried again, with all of its traceback."""
    reports = terminalreporter.getreports("rerun")
    if not reports:
        return
    terminalreporter.write_sep("!", f"{HEADING} ({len(reports)})", red=True, bold=True)
    for report in reports:
        terminalreporter.write_sep("_", f"{report.when} of {report.nodeid}", red=True, bold=True)
        terminalreporter._outrep_summary(report)
