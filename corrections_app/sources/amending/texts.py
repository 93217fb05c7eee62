"""The texts of a source in which a block of its article may stand, by the site's format."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping

from corrections_app.domain.errors import NotAmended
from corrections_app.domain.text.body import BlockKind
from corrections_app.sources.amending import markdown, markup, nodes
from corrections_app.sources.amending.positions import Positions
from corrections_app.sources.amending.tries import Text
from corrections_app.sources.source import Source

_BEGINS_SHORTCODE = re.compile(r"\[(?=/?[A-Za-z])")
Texts = Callable[[BlockKind], tuple[Text, ...]]


def texts_of(source: Source) -> Texts:
    """For each kind of block the texts that it may stand in.

    Raises `NotAmended` for what is seen of a page, which is no source of anything.
    """
    if source.format not in _MADE:
        raise NotAmended("It is a page without a source: change it by hand where it is made.")
    return _MADE[source.format](source.fields)


def _wordpress(fields: Mapping[str, str]) -> Texts:
    texts = (
        Text(name, markup.positions(fields[name]), (_html_of_wordpress,))
        for name in ("title", "excerpt", "content")
    )
    return _by_kind(*texts)


def _lexical(fields: Mapping[str, str]) -> Texts:
    read = nodes.positions(fields["lexical"])
    return _by_kind(
        Text("title", _all_of(fields["title"]), (_plain,)),
        Text("custom_excerpt", _all_of(fields["custom_excerpt"]), (_plain,)),
        Text("lexical", read.words, (_json,)),
        Text("lexical", read.captions, (_json_of_html,)),
    )


def _markdown(fields: Mapping[str, str]) -> Texts:
    text = fields["text"]
    texts = tuple(
        Text("text", positions, markdown.ESCAPES)
        for positions in (markdown.with_signs(text), _all_of(text))
    )
    return lambda _: texts


_MADE: dict[str, Callable[[Mapping[str, str]], Texts]] = {
    "wordpress": _wordpress,
    "lexical": _lexical,
    "markdown": _markdown,
}


def _by_kind(title: Text, standfirst: Text, *others: Text) -> Texts:
    own = {"title": (title,), "standfirst": (standfirst,)}
    return lambda kind: own.get(kind, others)


def _all_of(words: str) -> Positions:
    found = Positions()
    found.text(words, 0)
    found.border()
    return found


def _plain(words: str) -> str:
    return words


def _html(words: str) -> str:
    return html.escape(words, quote=False).replace("\n", "<br>")


def _html_of_wordpress(words: str) -> str:
    """As HTML, and with no bracket that a plug-in could take for one of its shortcodes."""
    return _BEGINS_SHORTCODE.sub("&#91;", _html(words))


def _json(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)[1:-1]


def _json_of_html(words: str) -> str:
    return _json(_html(words))
