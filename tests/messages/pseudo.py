"""A language for tests alone: English with accents, half as long again, in brackets.

What stands on a page without brackets went past gettext; what is cut off or lies over something
else would be so in a longer language. Placeholders and tags stay as they are.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel.messages.mofile import write_mo

from tests.messages import catalogues, extraction

LANG = "eo"
"""Its tag: Esperanto has accents of its own, and is written from left to right."""
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?[a-zA-Z][^>]*>|&\w+;)")
_ACCENTED = str.maketrans("aceinosuyzACEINOSUYZ", "áćéíñóśúýźÁĆÉÍÑÓŚÚÝŹ")


def said(message: str) -> str:
    """The message as the language has it."""
    parts = _KEPT.split(message)
    shown = "".join(
        part if index % 2 else part.translate(_ACCENTED) for index, part in enumerate(parts)
    )
    length = len("".join(parts[::2]).strip())
    words = ("ẽxtrá " * (length // 8 + 1))[: max(2, length // 2)].strip()
    before, after = (re.match(r"\s*", text)[0] for text in (message, message[::-1]))  # type: ignore[index]
    return f"{before}[{shown.strip()} {words}]{after}"


def write(folder: Path) -> None:
    """Keep its catalogue, and English ways to write days, in a folder of catalogues."""
    catalog = extraction.template()
    catalog.locale = LANG
    for message in catalog:
        if message.id:
            several = isinstance(message.id, tuple)
            message.string = tuple(map(said, message.id)) if several else said(message.id)
    path = folder / LANG / "LC_MESSAGES" / "corrections.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    english = catalogues.formats("en")
    (folder / "formats.json").write_text(json.dumps({"en": english, LANG: english}))
