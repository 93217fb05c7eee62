"""A form of a page as a browser without scripts would send it."""

from __future__ import annotations

import re
from html import unescape

_TEXT = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', re.DOTALL)


def fields_of(form: str) -> dict[str, str]:
    """The names and values of a form's fields; boxes and choices count as not ticked."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if known.get("type") not in ("checkbox", "radio") and " disabled" not in tag:
            fields[known["name"]] = unescape(known.get("value", ""))
    return fields | {name: unescape(text) for name, text in _TEXT.findall(form)}
