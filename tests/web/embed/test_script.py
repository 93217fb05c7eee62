"""The script that newsrooms put on their pages: small, the same for all, and without traces."""

from __future__ import annotations

import gzip
import re

import pytest

MOST = 4_096  # bytes, as it travels


@pytest.fixture
def script(client):
    answer = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    return answer


def test_it_travels_in_four_kilobytes(script):
    assert script.headers["Content-Encoding"] == "gzip"
    assert len(script.data) <= MOST


def test_any_page_may_run_it_and_caches_keep_it_for_minutes(script):
    assert script.mimetype == "text/javascript"
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in script.headers
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (script.cache_control.public, script.cache_control.max_age) == (True, 300)
    assert "Set-Cookie" not in script.headers


def test_a_kept_copy_is_asked_about(client, script):
    again = client.get("/embed.js", headers={"If-None-Match": script.headers["ETag"]})

    assert again.status_code == 304


def test_it_is_served_without_what_is_written_for_us(script):
    source = gzip.decompress(script.data).decode()

    assert not re.search(r"^\s*(//|/\*\*|\* )|^\s", source, re.MULTILINE)
    assert source.startswith("(() => {")


@pytest.mark.parametrize(
    "word",
    ["innerHTML", "eval", "fetch(", "localStorage", "cookie", "XMLHttpRequest", "sendBeacon"],
)
def test_it_keeps_nothing_and_asks_nothing(script, word):
    assert word not in gzip.decompress(script.data).decode()
