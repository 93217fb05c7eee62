"""What people read is in plain words, and one thing has one word (docs/words.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "corrections_app"

# What puzzles a reader whose English is from work, and what is said instead. Docstrings and
# comments may say what they like.
PUZZLING = {
    r"slips? of the pen": "typo",
    r"rather not say": "Choose…",
    r"is like that\b": "No results",
    r"\banew\b": "again; a notice is reworded",
    r"what (all )?(be)?(came|comes) of": "the result",
    r"\b(take|takes|taken|taking|took) (it |this |that )?back\b": "undo; a reader withdraws",
    r"\bput right\b": "correct",
    r"\b(in|here|there|it|they|words?) (still |already )?stands?\b (?!by)": "is, are, appears",
    r"\bstands? (on|in|here|there|above|below|beside)\b": "is, are, appears",
    r"\b(come|comes|came) in by\b|\blast came in\b|\blets? .{1,12} in\b": "sign in",
    r"\bpass(ed)? (it )?up\b": "send to an editor",
    r"\bput (it )?aside\b": "on hold",
    r"\bfurther on\b": "next page",
    r"\bgo on\b": "continue",
    r"\b(keep|forget) this (view|password|one)\b|^kept[.:]": "save; delete; remove",
    r"\bby itself\b": "separately",
    r"\bas usual\b": "default",
}


def messages() -> Iterator[tuple[str, str]]:
    """Every sentence for people, with the file where it is."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            tree = environment.parse(path.read_text())
            for _, _, said in extract_from_ast(tree, ("_", "gettext", "ngettext")):
                for one in said if isinstance(said, tuple) else (said,):
                    yield str(path.relative_to(ROOT)), one or ""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "versions" not in path.parts:
            yield from ((str(path.relative_to(ROOT)), one) for one in constants(path))


def constants(path: Path) -> Iterator[str]:
    """The texts of a module that are no documentation."""
    tree = ast.parse(path.read_text())
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


def test_people_read_plain_words():
    said = list(messages())
    assert len(said) > 2_000

    found = {
        f"{path}: “{sentence}” → {instead}"
        for path, sentence in said
        for puzzling, instead in PUZZLING.items()
        if re.search(puzzling, sentence, re.IGNORECASE)
    }

    assert found == set()


def test_what_puzzles_is_found_wherever_it_is_written():
    for sentence in (
        "A slip of the pen",
        "I would rather not say",
        "Nothing is like that.",
        "These words stand in the article several times.",
        "What became of it",
        "Take it back",
        "Last came in",
    ):
        assert any(re.search(one, sentence, re.IGNORECASE) for one in PUZZLING), sentence
