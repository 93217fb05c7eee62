"""What bytes are, told by what they hold and never by a name, and the picture bare of notes."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from typing import NamedTuple

from corrections_app.domain import limits
from corrections_app.domain.text.body import Media, MediaKind
from corrections_app.sources.pictures import avif, gif, jpeg, png, webp
from corrections_app.sources.pictures.errors import NotHad, damaged

_LEAST = 3  # pixels: what is smaller counts readers or fills a gap


class Cleaned(NamedTuple):
    """A picture as it is kept, and its bytes."""

    media: Media
    content: bytes


def kind_of(head: bytes) -> MediaKind | None:
    """What bytes are that begin so; some 300 of them are enough."""
    if head.startswith(png.SIGNATURE):
        return "png"
    if head.startswith(jpeg.SIGNATURE):
        return "jpeg"
    if head.startswith(gif.SIGNATURES):
        return "gif"
    if webp.is_one(head):
        return "webp"
    return "avif" if avif.is_one(head) else None


_CLEAN: dict[MediaKind, Callable[[bytes], tuple[int, int, bytes]]] = {
    "png": png.clean,
    "jpeg": jpeg.clean,
    "gif": gif.clean,
    "webp": webp.clean,
    "avif": avif.clean,
}


def cleaned(content: bytes) -> Cleaned:
    """The picture with its kind and size, without what was noted in it (where, when, by what).

    Nothing is decoded: time and memory are those of reading the bytes once. Raises NotHad.
    """
    kind = kind_of(content)
    if kind is None:
        raise NotHad("no PNG, JPEG, GIF, WebP or AVIF")
    try:
        width, height, bare = _CLEAN[kind](content)
    except (struct.error, IndexError):
        raise damaged() from None
    if min(width, height) < _LEAST:
        raise NotHad("too small to be seen")
    if max(width, height) > limits.PICTURE_SIDE or width * height > limits.PICTURE_PIXELS:
        raise NotHad(f"too large: {limits.PICTURE_PIXELS / 1e6:.0f} megapixels at most")
    return Cleaned(Media(hashlib.sha256(bare).hexdigest(), kind, width, height), bare)
