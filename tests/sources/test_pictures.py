"""Pictures keep their captions, stand once, and are found however they are written."""

from __future__ import annotations

import pytest

from corrections_app.domain.text.body import Aside, Block
from corrections_app.sources.pictures import NotHad, Wanted, found

from .shown import of_page, parts

ICE = Aside("image", ("Ice",), "https://e.example/a.jpg")
CAPTION = Block("caption", "Ice in the basin, taken on Monday by the pilot.")
FIGURE = (
    '<figure><img src="https://e.example/a.jpg" alt="Ice">'
    f"<figcaption>{CAPTION.text}</figcaption></figure>"
)
PICTURE = FIGURE.replace("<img", "<picture><source srcset=https://e.example/a.webp><img").replace(
    '"Ice">', '"Ice"></picture>'
)


@pytest.mark.parametrize("box", ["div class=wrap", "div class=media", "section", "div"])
@pytest.mark.parametrize("figure", [FIGURE, PICTURE], ids=["img", "picture"])
def test_a_figure_in_a_box_keeps_its_caption(document, box, figure) -> None:
    html = f"<{box}>{figure}</{box.split()[0]}>"
    assert parts(of_page(document, html)) == [ICE, CAPTION]


def test_two_figures_in_a_box_are_two(document) -> None:
    html = f'<div class="row"><div>{FIGURE}</div><div>{PICTURE}</div></div>'
    assert parts(of_page(document, html)) == [ICE, CAPTION, ICE, CAPTION]


def test_a_caption_with_a_link_stays(document) -> None:
    html = FIGURE.replace("by the pilot", 'by <a href="https://p.example">the pilot</a>')
    found = parts(of_page(document, f"<div>{html}</div>"))
    assert [part.text for part in found if isinstance(part, Block)] == [CAPTION.text]


def test_teasers_with_pictures_are_furniture(document) -> None:
    teaser = (
        '<figure><a href="/x"><img src="/x.jpg" alt="x"></a>'
        '<figcaption><a href="/x">Another story</a></figcaption></figure>'
    )
    assert parts(of_page(document, f"<div>{teaser * 4}</div>")) == []


@pytest.mark.parametrize(
    "html",
    [
        '<img srcset="https://e.example/a.jpg 1x, https://e.example/b.jpg 2x" alt="Ice">',
        '<img data-srcset="https://e.example/a.jpg 300w" src="data:image/gif;base64,R0" alt="Ice">',
        '<noscript><img src="https://e.example/a.jpg" alt="Ice"></noscript>',
        '<img class=lazy data-src="https://e.example/a.jpg" alt="Ice">'
        '<noscript><img src="https://e.example/a-big.jpg" alt="Ice"></noscript>',
        '<img src="data:image/gif;base64,R0" alt="Ice">'
        '<noscript><img src="https://e.example/a.jpg" alt="Ice"></noscript>',
        '<amp-img src="https://e.example/a.jpg" alt="Ice" width=300 height=200></amp-img>',
        '<picture><source srcset="https://e.example/a.jpg 1x"><img alt="Ice"></picture>',
    ],
)
def test_a_picture_is_found_however_it_is_written_and_once(document, html) -> None:
    assert parts(of_page(document, f"<figure>{html}</figure>")) == [ICE]


def test_a_picture_set_beside_the_text_is_furniture(document) -> None:
    html = '<p><img class=alignleft src="https://e.example/a.jpg" alt="Ice">The ice came late.</p>'
    assert parts(of_page(document, html)) == [Block("paragraph", "The ice came late."), ICE]


def test_two_pictures_in_a_box_are_two(document) -> None:
    second = '<picture><img src="https://e.example/b.jpg" alt="Snow"></picture>'
    first = '<picture><source srcset=x.webp><img src="https://e.example/a.jpg" alt="Ice"></picture>'
    assert parts(of_page(document, f"<div>{first}{second}</div>")) == [
        ICE,
        Aside("image", ("Snow",), "https://e.example/b.jpg"),
    ]


def test_a_file_that_is_named_many_times_is_looked_at_once() -> None:
    asked: list[str] = []

    class Counting:
        def content(self, address: str) -> bytes:
            asked.append(address)
            raise NotHad("no picture")

    wanted = [Wanted("image", ("Ice",), addresses=("big.bin", "b.bin")) for _ in range(50)]
    settled, _ = found(wanted, Counting())
    assert settled == [Aside("image", ("Ice",))] * 50
    assert asked == ["big.bin", "b.bin"]
