"""Every message of the interface, found where it stands.

In templates what gettext is given, as Babel and Jinja read it. In Python that too, and in the rooms
that speak to readers and staff every whole sentence: a refusal's words are translated where they
are shown, and need no mark where they are raised.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from corrections_app.domain.warnings import notices

ROOT = Path(__file__).parents[2]
CODE = ROOT / "corrections_app"
TEMPLATES = ROOT / "templates"
SPEAKING = ("domain", "workflow", "web")
"""The rooms whose sentences readers and staff see; commands and imports speak English."""
FOR_PROGRAMS = (CODE / "web" / "api", TEMPLATES / "api")
"""The API speaks English, as its description does."""
_GIVEN = {"gettext", "N_"}
_COUNTING = {"ngettext", "counted"}
_SENTENCE = re.compile(r"^[A-Z“][^\n]*\s[^\n]*[.?!…]$", re.S)
_JINJA: dict[str, Any] = {"newstyle_gettext": "true", "trimmed": "true"}


class Found(NamedTuple):
    """A message, its plural if it has one, and the file in which it stands."""

    message: str
    plural: str | None
    file: str


@cache
def messages() -> tuple[Found, ...]:
    """All of them, file by file."""
    return tuple(_everywhere())


def _everywhere() -> Iterator[Found]:
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file() and not is_for_programs(path):
            yield from _in_template(path)
    for path in sorted(CODE.rglob("*.py")):
        if not is_for_programs(path):
            yield from in_python(path.read_text(), _name(path), _speaks(path))
    for beginning in (notices.OPENING, notices.FURTHER):  # put together of a few parts, all known
        for rest in notices.WAYS.values():
            yield Found(beginning + rest, None, _name(Path(notices.__file__)))


def template() -> Catalog:
    """All messages, each once, with the files that say it."""
    catalog = Catalog(project="Reader Corrections", charset="utf-8")
    for found in messages():
        key = (found.message, found.plural) if found.plural else found.message
        catalog.add(key, locations=[(found.file, 0)])
    return catalog


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_for_programs(path: Path) -> bool:
    """Whether a file speaks to programs alone."""
    return any(path.is_relative_to(room) for room in FOR_PROGRAMS)


def _speaks(path: Path) -> bool:
    return path.relative_to(CODE).parts[0] in SPEAKING


def _in_template(path: Path) -> Iterator[Found]:
    file = _name(path)
    for _, said, _, _ in extract_from_file("jinja2", path, options=_JINJA):
        one, many = said[:2] if isinstance(said, tuple) else (said, None)
        yield Found(one, many, file)


def in_python(source: str, file: str, whole_sentences: bool) -> Iterator[Found]:
    """The messages of one module; ``whole_sentences``: the unmarked ones too."""
    nodes = list(ast.walk(ast.parse(source)))
    if whole_sentences:
        for text in _sentences(nodes):
            yield Found(text, None, file)
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        if name in _GIVEN and texts and texts[0]:
            yield Found(str(texts[0]), None, file)
        elif name in _COUNTING and len(texts) > 1:
            yield Found(str(texts[0]), str(texts[1]), file)


def _sentences(nodes: list[ast.AST]) -> Iterator[str]:
    apart = set(_not_said(nodes))
    for node in nodes:
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and id(node) not in apart and _SENTENCE.match(said):
            yield said


def _not_said(nodes: list[ast.AST]) -> Iterator[int]:
    """Docstrings, parts of longer strings, plurals, what is logged, and faults of the program."""
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        within = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Call) and _is_for_nobody(node)
        )
        if within:
            yield from (id(one) for one in ast.walk(node))


def _is_for_nobody(call: ast.Call) -> bool:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    of = getattr(getattr(call.func, "value", None), "id", "")
    faults = {"RuntimeError", "AssertionError", "TypeError"}
    return name in _COUNTING | faults or of == "log"
