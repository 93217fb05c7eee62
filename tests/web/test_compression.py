"""Public pages travel small; personal ones give nothing away by their length."""

from __future__ import annotations

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def get(client):
    """Asks, reads everything, and closes what was opened for it."""

    def ask(address, headers=None):
        with client.get(address, headers=headers) as answer:
            answer.get_data()
        return answer

    return ask


@pytest.mark.parametrize("address", ["/", "/static/css/site.css"])
def test_what_is_public_travels_small_and_says_the_same(get, address):
    plain, packed = get(address), get(address, GZIP)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data)
    assert "Accept-Encoding" in packed.vary
    assert "Accept-Encoding" in plain.vary


@pytest.mark.parametrize("address", ["/", "/static/css/site.css"])
def test_a_kept_copy_is_still_good_packed_or_not(get, address):
    kept = get(address, GZIP).headers["ETag"]

    for asked in ({}, GZIP):
        again = get(address, asked | {"If-None-Match": kept})
        assert again.status_code == 304
        assert again.headers["ETag"] == kept
        assert again.data == b""


def test_a_personal_page_keeps_its_length(get):
    assert "Content-Encoding" not in get("/sign-in", GZIP).headers
