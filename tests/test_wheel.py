"""The wheel carries all that the application needs to give a page."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
import venv

import pytest

from tests.processes import ROOT, serving

pytestmark = [pytest.mark.served, pytest.mark.long]


def run(*command):
    subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)


def test_an_empty_environment_gives_a_page(tmp_path):
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT)
    [wheel] = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    pip += ["install", "--quiet", "--no-compile"]
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt")
    run(*pip, "--no-deps", wheel)

    with serving(tmp_path / "instance", "--samples", python=str(python), cwd=tmp_path) as site:
        page = urllib.request.urlopen(site.url, timeout=20).read().decode()
        style = urllib.request.urlopen(f"{site.url}/static/css/article.css", timeout=20).read()

    assert "/articles/" in page
    assert style
