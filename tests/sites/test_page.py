"""Plain pages by their addresses."""

from __future__ import annotations

import pytest

from corrections_app.config.hosts import Place
from corrections_app.domain.text.body import canonical_text
from corrections_app.sites import trouble
from corrections_app.sites.outside import Client
from corrections_app.sites.page import Pages
from corrections_app.sources import Options, read_source
from tests.sites.answering import answering, led_on, page

HTML = """<html lang="uk"><head><title>Стіна</title></head><body><nav>Menu</nav>
<div class="story"><p>The wall stands.</p></div><p>Leave a reply</p></body></html>"""
TYPE = "Content-Type: text/html; charset=UTF-8"


def pages(server, below=""):
    return Pages(Client(inside=(Place("127.0.0.1", server.port),)), server.url + below)


def test_a_page_is_read_by_its_address_and_the_named_element():
    with answering(lambda _: page(HTML.encode(), TYPE)) as server:
        source = pages(server).read(f"{server.url}/wall?utm_source=x#y")
    document = read_source(source, Options(content=".story"))

    assert source.id == f"{server.url}/wall"
    assert canonical_text(document.body) == "Стіна\n\nThe wall stands."
    assert document.lang == "uk"


def test_the_encoding_that_is_sent_along_comes_first():
    content = HTML.encode("cp1251")
    with answering(
        lambda _: page(content, "Content-Type: text/html; charset=windows-1251")
    ) as server:
        source = pages(server).read(server.url)

    assert "Стіна" in source.fields["html"]


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (lambda: page(b"", TYPE, status="404 No"), trouble.Gone, "there is no such page"),
        (lambda: page(b"", TYPE, status="410 No"), trouble.Gone, "there is no such page"),
        (lambda: page(b"", TYPE, status="403 No"), trouble.NotAllowed, "not for everybody"),
        (lambda: page(b"", TYPE, status="503 No"), trouble.Unreachable, "try again later"),
        (
            lambda: page(b"%PDF", "Content-Type: application/pdf"),
            trouble.Unreachable,
            "no page but",
        ),
        (lambda: page("Ü".encode("cp1252"), TYPE), trouble.Unreachable, "not UTF-8"),
        (lambda: led_on("http://10.0.0.9/"), trouble.Unreachable, "not encrypted"),
    ],
)
def test_what_is_no_page_is_said_in_one_line(answer, kind, said):
    with answering(lambda _: answer()) as server, pytest.raises(kind, match=said) as refused:
        pages(server).read(f"{server.url}/wall")

    assert "\n" not in refused.value.message


def test_only_pages_of_the_site_are_read():
    with answering(
        lambda asked: led_on("/other/") if "away" in asked.path else page(b"x", TYPE)
    ) as server:
        below = pages(server, "/news")

        for address in (f"{server.url}/newsroom", f"{server.url}/", "https://other.example/news/x"):
            with pytest.raises(trouble.Unreachable, match="is not below"):
                below.read(address)
        with pytest.raises(trouble.Unreachable, match="not of this site"):
            below.read(f"{server.url}/news/away")
        assert below.read(f"{server.url}/news/x").fields == {"html": "x"}
        assert below.changed(None) == ()


def test_the_check_says_that_it_is_mended_by_hand():
    with answering(lambda _: page(b"x", TYPE)) as server:
        found = list(pages(server).check())
    assert [one.fine for one in found] == [True, True]
    assert "by hand" in found[1].said

    assert [one.fine for one in pages(server).check()] == [False]
