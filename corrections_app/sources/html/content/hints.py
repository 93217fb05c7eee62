"""What page authors call things: the names in class and id that tell content from the rest.

The lists follow those of Mozilla's Readability (Apache License 2.0), which
grew out of years of other people's pages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corrections_app.sources.html.content.measures import Measure
from corrections_app.sources.html.tree import Node
from corrections_app.sources.rules import is_ad_label

_MOST_NAMES = 16_384
_UNLIKELY = re.compile(
    r"-ad-|ai2html|banner|breadcrumbs|combx|comment|community|cover-wrap|disqus|extra|footer|gdpr"
    r"|header|legends|menu|related|remark|replies|rss|shoutbox|sidebar|skyscraper|social|sponsor"
    r"|supplemental|ad-break|agegate|pagination|pager|popup|yom-remote",
    re.IGNORECASE,
)
_PERHAPS = re.compile(r"and|article|body|column|content|main|mathjax|shadow", re.IGNORECASE)
_GOOD = re.compile(
    r"article|body|content|entry|hentry|h-entry|main|page|pagination|post|text|blog|story",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"-ad-|hidden|^hid$| hid$| hid |^hid |banner|combx|comment|com-|contact|footer|gdpr|masthead"
    r"|media|meta|outbrain|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping"
    r"|tags|widget",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?:\b|_)(?:share|sharedaddy)(?:\b|_)", re.IGNORECASE)
_BYLINE = re.compile(r"byline|author|dateline|writtenby|p-author", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:fig|image|img|photo|media)?-?(?:caption|cutline)|MsoCaption", re.I
)
_BUTTON = re.compile(r"(?:^|\s)(?:button-wrapper|kg-button-card|wp-block-buttons?)(?:\s|$)")
_WRITER_PICTURE = re.compile(
    r"avatar|author-?(?:profile-?)?(?:image|img|photo|pic)|profile-?image", re.IGNORECASE
)
_ROLES = frozenset(
    {"menu", "menubar", "complementary", "navigation", "alert", "alertdialog", "dialog"}
)

_TEASERS = re.compile(
    r"related|teaser|recommend|trending|popular|most-?read|more-|read-?next|outbrain|taboola", re.I
)
_NOTICES = re.compile(r"cookie|consent|onetrust|paywall|newsletter|sign-?up|subscri", re.I)

# How furniture is named when it is reported, the first that fits.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "advertisements",
        re.compile(r"(?:^|[\s_-])(?:ads?|advert\w*|sponsor\w*|dfp|gpt)(?:$|[\s_-])"),
    ),
    ("comments", re.compile(r"comment|disqus|replies|remark")),
    ("share bars", re.compile(r"share|social")),
    ("notices and newsletter boxes", _NOTICES),
    (
        "menus",
        re.compile(r"(?:^|[\s_-])nav|menu|breadcrumb|pager|pagination|footer|header|toolbar"),
    ),
    ("teasers", _TEASERS),
)
_TAG_KINDS = {
    "button": "buttons",
    "nav": "menus",
    "form": "forms",
    "fieldset": "forms",
    "footer": "menus",
}


def is_unlikely(node: Node) -> bool:
    """Whether its name says that this is not the article."""
    if not node.attrs:
        return False
    if node.get("role") in _ROLES:
        return True
    return _sounds_unlikely(node.hints)


def weight(node: Node) -> int:
    """25 points for each of class and id that sounds like an article, less 25 for the contrary."""
    if not node.attrs:
        return 0
    names = filter(None, (node.get("class"), node.get("id")))
    return sum(map(_points, names))


# The same few names come again and again, on one page and on the next.
@lru_cache(maxsize=_MOST_NAMES)
def _sounds_unlikely(names: str) -> bool:
    return bool(_UNLIKELY.search(names)) and not _PERHAPS.search(names)


@lru_cache(maxsize=_MOST_NAMES)
def _points(name: str) -> int:
    return 25 * (bool(_GOOD.search(name)) - bool(_BAD.search(name)))


def is_share_bar(node: Node) -> bool:
    """Whether its name says that this is for passing the article on."""
    return len(node.attrs) > 0 and _SHARE.search(node.hints) is not None


def names_teasers(node: Node) -> bool:
    """Whether its name says that it leads to other articles."""
    return _TEASERS.search(node.hints) is not None


def names_notice(node: Node) -> bool:
    """Whether its name is that of a cookie notice or of an invitation to subscribe."""
    return _NOTICES.search(node.hints) is not None


def is_byline(node: Node) -> bool:
    """Whether this element names the writer."""
    return len(node.attrs) > 0 and (
        node.get("rel") == "author"
        or "author" in node.get("itemprop")
        or _BYLINE.search(node.hints) is not None
    )


def names_button(node: Node) -> bool:
    """Whether its name is that of a button that leads away, as editors of sites make them."""
    return _BUTTON.search(node.get("class")) is not None


def is_writers_picture(node: Node) -> bool:
    """Whether this is the small portrait beside a byline."""
    return node.tag == "img" and _WRITER_PICTURE.search(node.hints) is not None


def is_caption(node: Node) -> bool:
    """Whether this element is the caption of a picture."""
    return node.tag == "figcaption" or _CAPTION.search(node.hints) is not None


def kind(node: Node) -> str:
    """A plain word for furniture that is left out."""
    if is_writers_picture(node):
        return "pictures of writers"
    if node.tag in _TAG_KINDS:
        return _TAG_KINDS[node.tag]
    names = node.hints.lower()
    return next((word for word, name in _KINDS if name.search(names)), "other page furniture")


def announces_an_ad(node: Node, found: Measure) -> bool:
    """Whether an advertisement is all that this element holds, and it says so."""
    return 0 < found.chars < 40 and is_ad_label(node.text())
