"""Which addresses may be asked for something, however they are spelt."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections_app.config import BadConfiguration, load
from corrections_app.config.hosts import Place, place
from corrections_app.sites import addresses
from corrections_app.sites.outside import Client
from corrections_app.sites.trouble import Unreachable

OF_THE_INSIDE = """
127.0.0.1 127.1 0x7f.1 2130706433 0177.0.0.1 0 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1
169.254.169.254 100.64.0.1 198.18.0.1 192.0.2.1 198.51.100.7 203.0.113.9 192.0.0.8 192.88.99.1
224.0.0.1 240.0.0.1 255.255.255.255 [::1] [::] [::ffff:127.0.0.1] [::ffff:a9fe:a9fe]
[0:0:0:0:0:ffff:7f00:0001] [::7f00:1] [64:ff9b::169.254.169.254] [64:ff9b::7f00:1]
[64:ff9b:1::1] [fe80::1] [fe80::1%25eth0] [fc00::1] [fd00:ec2::254] [fec0::1] [2002:7f00:1::]
[2001:0:7f00:1::] [2001:db8::1] [3fff::1] [5f00::1] [100::1] [ff02::1] [2a00::5efe:7f00:1]
[2a00::200:5efe:7f00:1] localhost localhost. 127.0.0.1. ①②⑦.⓪.⓪.① 127。0。0。1 LOCALHOST
"""
NO_ADDRESSES = [
    "http://news.example.org/",
    "ftp://news.example.org/",
    "file:///etc/passwd",
    "gopher://news.example.org/",
    "//news.example.org/",
    "news.example.org",
    "https:///x",
    "https://",
    "https://user:p@news.example.org/",
    "https://127.0.0.1@news.example.org/",
    "https://news.example.org:22/",
    "https://news.example.org:99999/",
    "https://news.example.org:x/",
    "https://news.example.org\\@127.0.0.1/",
    "https://news.example.org/\r\nHost: other",
    "https://news\t.example.org/",
    "https://news.example.org/ x",
    "https://[::1",
    "https://[not]/",
    "https://%31%32%37.0.0.1/",
    "https://-x-.example/" + "a" * 2_000,
    "https://xn--\u2028.example/",
]


def never(*_):
    raise AssertionError("it was asked")


@pytest.mark.parametrize("host", OF_THE_INSIDE.split())
def test_no_spelling_leads_inside(host):
    client = Client(resolve=socket.getaddrinfo, dial=never)

    with pytest.raises(Unreachable):
        client.get(f"https://{host}/")


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_of_the_web_is_not_even_looked_up(url):
    with pytest.raises(Unreachable) as refused:
        Client(resolve=never, dial=never).get(url)

    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("address", "public", "inside"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
        ("::ffff:93.184.216.34", True, True),
        ("10.1.2.3", False, True),
        ("100.64.3.4", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("::ffff:192.168.0.9", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.251", False, False),
        ("::ffff:169.254.169.254", False, False),
    ],
)
def test_a_host_of_ones_own_may_be_inside_but_no_cloud_s_ear(address, public, inside):
    ip = ip_address(address)

    assert (addresses.is_public(ip), addresses.may_be_inside(ip)) == (public, inside)


@given(st.ip_addresses(v=4))
def test_what_ipv6_wraps_is_judged_as_what_it_is(ip):
    mapped = ip_address(f"::ffff:{ip}")

    assert addresses.is_public(mapped) == addresses.is_public(ip)
    assert addresses.may_be_inside(mapped) == addresses.may_be_inside(ip)
    for wrapped in (f"64:ff9b::{ip}", f"::{ip}"):
        assert not addresses.is_public(ip_address(wrapped))


def test_only_the_named_port_of_a_named_host_is_inside():
    inside = (Place("cms.intranet"), Place("127.0.0.1", 8080))

    assert addresses.target("http://CMS.intranet/a b".replace(" ", "%20"), inside).is_inside
    assert addresses.target("http://127.0.0.1:8080/", inside).is_inside
    for other in ("http://127.0.0.1/", "http://127.0.0.1:8081/", "http://cms.intranet:8080/"):
        with pytest.raises(Unreachable, match="CORRECTIONS_INSIDE_HOSTS"):
            addresses.target(other, inside)
    with pytest.raises(Unreachable, match=r"CORRECTIONS_INSIDE_HOSTS, as 10\.0\.0\.7:8081\.$"):
        addresses.target("http://10.0.0.7:8081/", inside)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://news.example.org", "/"),
        ("https://news.example.org?p=1", "/?p=1"),
        ("https://news.example.org/ü/%C3%BC#x", "/%C3%BC/%C3%BC"),
        ("https://bücher.example/?s=a'b[]", "/?s=a'b[]"),
    ],
)
def test_what_is_asked_for_is_written_in_ascii(url, path):
    found = addresses.target(url)

    assert found.path == path
    assert found.host.isascii()


def test_an_address_is_known_again_whatever_counted_its_visitors():
    told = "https://news.example.org/harbour/?utm_source=x&p=7&fbclid=1&msclkid=2&igshid#top"

    assert addresses.canonical(told) == "https://news.example.org/harbour/?p=7"
    assert addresses.is_same("https://news.example.org/harbour", told.replace("&p=7", ""))
    assert not addresses.is_same("https://news.example.org/other/", told)


def test_hosts_of_the_inside_are_a_setting(tmp_path, monkeypatch):
    monkeypatch.setenv("CORRECTIONS_INSIDE_HOSTS", "cms.intranet, 127.0.0.1:8080 [::1]:81")

    found = load(tmp_path)["INSIDE_HOSTS"]

    assert found == (Place("cms.intranet"), Place("127.0.0.1", 8080), Place("::1", 81))


@pytest.mark.parametrize(
    "said", ["http://cms", "cms/x", "a@b", ":80", "cms:port", "[::1", "cms:99999"]
)
def test_what_is_no_host_is_refused_at_the_start(tmp_path, said):
    with pytest.raises(ValueError):  # noqa: PT011
        place(said)
    with pytest.raises(BadConfiguration, match="INSIDE_HOSTS"):
        load(tmp_path, {"INSIDE_HOSTS": said})
