"""A picture that could not be had this time is the one of before, unless which is doubtful."""

from __future__ import annotations

import pytest

from corrections_app.domain.bodies.media import with_known_media
from corrections_app.domain.text.body import Aside, Block, Media

ICE, SNOW = Media("1" * 64, "png", 12, 9), Media("2" * 64, "jpeg", 20, 15)
TITLE = Block("title", "The quay")
FAR = "https://courier.example/ice.png"


def image(*lines: str, href: str | None = FAR, media: Media | None = None) -> Aside:
    return Aside("image", lines, href, media=media)


@pytest.mark.parametrize(
    ("new", "known", "becomes"),
    [
        ([image("Ice")], [image("Ice", media=ICE)], [image("Ice", media=ICE)]),
        ([image()], [image("", media=ICE)], [image("", media=ICE)]),
        ([image("Ice", media=SNOW)], [image("Ice", media=ICE)], [image("Ice", media=SNOW)]),
        ([image("Snow")], [image("Ice", media=ICE)], [image("Snow")]),
        ([image("Ice", href=None)], [image("Ice", media=ICE)], [image("Ice", href=None)]),
        ([image("Ice")], [image("Ice")], [image("Ice")]),
        ([image("Ice")], [], [image("Ice")]),
        # Two that are called alike: nobody can say which is which.
        ([image("Ice")] * 2, [image("Ice", media=ICE)], [image("Ice")] * 2),
        ([image("Ice")], [image("Ice", media=ICE), image("Ice", media=SNOW)], [image("Ice")]),
        ([Aside("ad")], [Aside("ad", media=ICE)], [Aside("ad")]),
    ],
)
def test_with_known_media(new, known, becomes) -> None:
    assert with_known_media((TITLE, *new), (TITLE, *known)) == (TITLE, *becomes)
