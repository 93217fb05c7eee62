"""What WordPress stores that is no HTML yet: shortcodes that hold words or addresses."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b[^\]]*\]\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.{0,2000}?)\[/(?:wp_)?caption\]",
    re.DOTALL | re.IGNORECASE,
)
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(https?://[^\s\[<\"]+)\s*\[/embed\]", re.IGNORECASE)


def with_captions(html: str) -> str:
    """The HTML with pictures that have a caption, and embeds, as elements."""
    if "caption" in html and "[" in html:
        html = _CAPTION.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", html)
    return _EMBED.sub(r'<iframe src="\1"></iframe>', html) if "[embed" in html else html
