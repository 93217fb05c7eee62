"""Words of the interface that gettext never sees: in templates, in Python and in scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from corrections_app.web.embed.script import WORDS
from tests.messages.extraction import CODE, ROOT, SPEAKING, TEMPLATES, is_for_programs

ALLOWED = {
    "Atom",  # names of formats
    "JSON Feed",
    "CSV",
    "webhook-id",  # a header
    "https://",
    "corrections/",
    "staff",  # classes of pages
    "staff at-work",
    "receipt",
    "receipts",
    'colspan=" " rowspan=" "',  # attributes that a macro puts together
}
"""What needs no translator."""
ENGLISH = {
    "corrections_app/workflow/audit.py",  # faults of the program, which nobody is shown
    "corrections_app/workflow/letters/mime.py",
    "corrections_app/workflow/hooks/calling.py",  # what is kept of a call, for whoever runs it
    "corrections_app/workflow/sites/registry.py",  # told by commands
}
"""Modules whose sentences are put together, and why that harms nobody."""
_JINJA = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
_TAG = re.compile(r"(</?)\{\{.*?\}\}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "content"}
_NOT_WORDS = {"script", "style", "code", "kbd", "pre"}
_SAYS = re.compile(r"^[A-Z][^\n]*[a-z]{2} [^\n]*[.?!…]?$")
_IN_SCRIPT = re.compile(r"""(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1""")


class _Words(HTMLParser):
    """Keeps what a person reads, in the text and in the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_WORDS:
            self._within.append(tag)
        for name, value in attrs:
            if tag != "meta" and name in _ATTRIBUTES and _WORD.search(value or ""):
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._within and _WORD.search(data):
            self.found.append(" ".join(data.split()))


def in_templates() -> Iterator[str]:
    """``file: words`` for everything that a template says without gettext."""
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in (".html", ".txt") and not is_for_programs(path):
            for words in in_template(path.read_text(), path.suffix == ".html"):
                if words not in ALLOWED:
                    yield f"{path.relative_to(ROOT)}: {words}"


def in_template(source: str, is_html: bool) -> list[str]:
    """The words in one template's source that are its own."""
    bare = _JINJA.sub(" ", _TAG.sub(r"\1div", source))
    if not is_html:
        return [line.strip() for line in bare.splitlines() if _WORD.search(line)]
    reader = _Words()
    reader.feed(bare)
    return reader.found


def in_python() -> Iterator[str]:
    """Sentences that are put together before they could be translated."""
    for room in SPEAKING:
        for path in sorted((CODE / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not is_for_programs(path) and name not in ENGLISH:
                yield from (f"{name}: {words}" for words in put_together(path.read_text()))


def put_together(source: str) -> Iterator[str]:
    """The f-strings of a module that are sentences."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            said = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
            if _SAYS.match(said) and said.endswith((".", "?", "!", "…")):
                yield said


def in_scripts() -> Iterator[str]:
    """What a script says by itself; the page gives it its words."""
    for path in sorted((CODE / "static" / "js").rglob("*.js")):
        for words in in_script(path.read_text()):
            if words not in WORDS:  # put in the newsroom's language as it is served
                yield f"{path.relative_to(ROOT)}: {words}"


def in_script(source: str) -> Iterator[str]:
    """The sentences in one script's source."""
    bare = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", source, flags=re.S | re.M)
    yield from (words for _, words in _IN_SCRIPT.findall(bare) if _SAYS.match(words))
