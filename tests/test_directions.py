"""Styles say start and end, never left and right: Arabic and Hebrew pages mirror themselves."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).parent.parent / "templates"
STYLES = Path(__file__).parent.parent / "corrections_app" / "static" / "css"

# What is measured from the left edge in every language, and why.
PHYSICAL = {
    (
        "article.css",
        "inset: 0 auto auto 0",
    ): "moved to the selection by the script, from its corner",
    ("notices.css", "inset: 50% auto auto 50%"): "the middle, which has no side",
}

_SIDE = re.compile(r"(?:^|-)(?:left|right)(?:-|$)")
_BOXES = {"margin", "padding", "inset", "border-width", "border-color", "border-style"}
_SIDED = {"float", "clear", "text-align", "caption-side"}
_DECLARATION = re.compile(r"(?:^|[{;])\s*([a-z-]+):\s*([^;{}]+?)\s*(?=[;}])", re.MULTILINE)


def physical(style: str) -> list[str]:
    """The declarations of a style sheet that name a side of the page."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return [f"{name}: {value}" for name, value in _DECLARATION.findall(style) if _is(name, value)]


def _is(name: str, value: str) -> bool:
    if name in _BOXES:
        sides = _parts(value)
        return len(sides) == 4 and sides[1] != sides[3]
    if name in _SIDED:
        return value in {"left", "right"}
    return bool(_SIDE.search(name))


def _parts(value: str) -> list[str]:
    """The values of a shorthand; what stands in brackets is one."""
    while (shorter := re.sub(r"\([^()]*\)", "_", value)) != value:
        value = shorter
    return value.split()


def test_styles_follow_the_direction_of_the_language():
    found = {
        (path.name, one) for path in STYLES.glob("*.css") for one in physical(path.read_text())
    }

    assert found == set(PHYSICAL)  # also fails on an exception that is not needed any more


def test_a_side_is_found_however_it_is_written():
    for one in (
        "margin-left: 1rem",
        "left: 0",
        "border-right-color: red",
        "border-top-left-radius: 0",
        "float: right",
        "text-align: left",
        "padding: 0 max(1px, 2px) 0 0",
        "inset: 0 auto auto 0",
    ):
        assert physical(f"a {{ color: red; {one}; }}") == [one]
    for one in ("padding: 0 1px 2px 1px", "margin-inline: 0 1px", "text-align: start"):
        assert not physical(f"a {{ {one}; }} .left {{ top: 0; }}")


_TEXT = re.compile(r"<textarea\b[^>]*>")


def test_what_is_typed_stands_in_its_own_direction():
    """Or in that of the article it is for; `_macros/fields.html` sees to its fields itself."""
    fields = [
        (path, one) for path in TEMPLATES.rglob("*.html") for one in _TEXT.findall(path.read_text())
    ]

    assert len(fields) > 10
    assert [(path, one) for path, one in fields if " dir=" not in one] == []
