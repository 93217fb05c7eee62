"""Pictures of a body that comes again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from corrections_app.domain.text.body import Aside, Block, Body


def with_known_media(new: Body, known: Body) -> Body:
    """``new``; where an image of it has no media, that of the same image in ``known``.

    The same is what alone has the same address and the same words. So a picture stays that
    could not be had this time, and one that could be had is what its bytes are now.
    """
    counts = Counter(filter(None, map(_image, new)))
    before: dict[Aside, list[Aside]] = {}
    for part in known:
        if isinstance(part, Aside) and (image := _image(part)):
            before.setdefault(image, []).append(part)

    def settled(part: Block | Aside) -> Block | Aside:
        image = _image(part)
        found = before.get(image, []) if image and counts[image] == 1 else []
        is_missing = isinstance(part, Aside) and part.media is None
        return found[0] if is_missing and len(found) == 1 else part

    return tuple(map(settled, new))


def _image(part: Block | Aside) -> Aside | None:
    """An image without its media; no words and empty words are alike where none was had."""
    if not isinstance(part, Aside) or part.role != "image":
        return None
    return replace(part, lines=tuple(filter(None, part.lines)), media=None)
