"""Origins are compared exactly; a page has one address, however it was reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.addresses import LONGEST, is_origin, origin_of, page_addresses

ORIGINS = {
    "https://news.example/harbour/": "https://news.example",
    "HTTPS://News.Example:443/": "https://news.example",
    "http://news.example:80": "http://news.example",
    "http://news.example:8080/x?y#z": "http://news.example:8080",
    "http://127.0.0.1:5000/": "http://127.0.0.1:5000",
    "http://[2001:DB8::1]:443/": "http://[2001:db8::1]:443",
    "https://bücher.example/": "https://xn--bcher-kva.example",
}
NO_PAGES = [
    "",
    "null",
    "news.example",
    "//news.example/",
    "ftp://news.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://",
    "https:///x",
    "https://user@news.example/",
    "https://news.example@evil.example/",
    "https://news.example:99999/",
    "https://news.example:x/",
    "https://*.example/",
    "https://a b.example/",
    "https://news.example;script-src/",
    "https://news.example\\.evil.example/",
    "https://news.example/\n",
    "https://news.example/\0",
    "https://.example/",
    "https://" + "a" * 64 + ".example/",
    "https://news.example/" + "a" * LONGEST,
    "http://[::1",
]


@pytest.mark.parametrize(("address", "origin"), ORIGINS.items())
def test_an_origin_is_what_a_browser_calls_it(address, origin):
    assert origin_of(address) == origin
    assert is_origin(origin)


@pytest.mark.parametrize("address", NO_PAGES)
def test_what_is_no_page_has_no_origin(address):
    assert origin_of(address) is None
    assert page_addresses(address) == ()
    assert not is_origin(address)


@pytest.mark.parametrize(
    "text", ["https://news.example/", "https://NEWS.example", "https://news.example:443", "*"]
)
def test_an_origin_is_written_in_one_way(text):
    assert not is_origin(text)


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("https://news.example/a/?utm_source=x&fbclid=1#top", "https://news.example/a/"),
        ("https://news.example/a?id=7&utm_medium=m", "https://news.example/a?id=7"),
        ("https://news.example/a?id=7&utm_2=m&gclids=1", "https://news.example/a?id=7&gclids=1"),
        ("https://news.example/a?utmost=1", "https://news.example/a?utmost=1"),
        ("https://news.example?gclid=1", "https://news.example/"),
        ("https://News.example:443/A", "https://news.example/A"),
    ],
)
def test_what_counts_visitors_is_no_part_of_an_address(address, first):
    assert page_addresses(address)[0] == first


def test_a_slash_at_the_end_makes_no_other_page():
    with_slash, without = page_addresses("https://news.example/a/"), "https://news.example/a"

    assert set(with_slash) == set(page_addresses(without))


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://[", "https://news.example"]))
def test_whatever_is_sent_is_an_address_or_none(text, before):
    origin = origin_of(before + text)

    assert origin is None or is_origin(origin)
    assert all(origin_of(each) == origin for each in page_addresses(before + text))
