"""The pure parts of the browser's code, by their own tests under Node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent / "js"


def test_the_tests_of_the_browser_code_pass() -> None:
    node = shutil.which("node")
    if not node:
        message = "no Node.js here, which runs tests/js: apt install nodejs"
        if os.environ.get("CORRECTIONS_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)

    ran = subprocess.run(
        [node, "--test", *sorted(map(str, TESTS.glob("*.test.js")))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
