"""Draws `docs/rooms.svg`: the rooms of the house and which of them import which.

Read from the imports themselves, so that the picture is true; `make map` draws it anew and
`tests/test_house.py` fails while it is stale. Between floors every arrow points down and is
left out; inside a floor each arrow is drawn.
"""

from __future__ import annotations

import ast
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "corrections_app"
PICTURE = ROOT / "docs" / "rooms.svg"
FLOORS = {
    "web": "the doors: HTTP in, HTML out",
    "workflow": "the journey: the only floor that commits",
    "models": "the tables",
    "sites": "where articles live: a newsroom's CMS, its folders, its pages",
    "sources": "outside documents become blocks",
    "domain": "the rules: plain Python",
}
WIDTH, BOX, TALL, GAP, BAND, ARC = 1180, 148, 46, 22, 34, 26

STYLE = """
text{font:13px system-ui,sans-serif;fill:#1c2733}.floor{font-weight:600}.what,.count{fill:#5a6673}
.band{fill:#f3f5f7}.box{fill:#fff;stroke:#8695a4}.arrow{fill:none;stroke:#2f6f9f;stroke-width:1.4}
#tip path{fill:#2f6f9f}
@media(prefers-color-scheme:dark){text{fill:#e6ebf0}.what,.count{fill:#a3afbb}
.band{fill:#1b232b}.box{fill:#26313b;stroke:#6b7986}.arrow{stroke:#7db7e0}#tip path{fill:#7db7e0}}
"""


def modules() -> dict[str, Path]:
    """Every module's dotted name below the package, and its file."""
    files = (path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    return {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in files}


def room_of(module: str) -> str:
    """``floor`` or ``floor/room``: where a module stands."""
    floor, *inner = module.split(".")
    return f"{floor}/{inner[0]}" if len(inner) > 1 else floor


def arrows() -> dict[str, set[str]]:
    """For each room, the rooms whose modules it imports."""
    known = modules()
    found: dict[str, set[str]] = {room_of(name): set() for name in known}
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text())):
            base = node.module if isinstance(node, ast.ImportFrom) else None
            if not base or not base.startswith("corrections_app."):
                continue
            base = base.removeprefix("corrections_app.")
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                is_module = inner in known or f"{inner}.__init__" in known
                whole = inner if is_module else base
                there = f"{whole}.__init__" if f"{whole}.__init__" in known else whole
                found[room_of(name)].add(room_of(there))
    return {room: others - {room} for room, others in found.items()}


def columns(floor: str, graph: dict[str, set[str]]) -> list[list[str]]:
    """A floor's rooms by depth: each stands right of all that it imports."""
    rooms = [room for room in graph if room.startswith(f"{floor}/")]
    depth: dict[str, int] = {}

    def depth_of(room: str) -> int:
        if room not in depth:
            below = [depth_of(other) for other in graph[room] if other in rooms]
            depth[room] = 1 + max(below, default=-1)
        return depth[room]

    deepest = max(map(depth_of, rooms), default=-1)
    return [sorted(r for r in rooms if depth[r] == level) for level in range(deepest + 1)]


def drawn() -> str:
    """The whole picture as SVG."""
    graph, shapes, y = arrows(), [], 8
    counts: dict[str, int] = {}
    for name in modules():
        if not name.endswith("__init__"):
            counts[room_of(name)] = counts.get(room_of(name), 0) + 1
    for floor, what in FLOORS.items():
        stacks = columns(floor, graph)
        rows = max(map(len, stacks), default=0) if len(stacks) > 1 else len(stacks)
        arcs = ARC + 7 * len(stacks) if len(stacks) > 2 else 0
        height = BAND + arcs + rows * (TALL + GAP) - (GAP - 12 if rows else 0)
        shapes.append(
            f'<rect class="band" x="8" y="{y}" width="{WIDTH - 16}" height="{height}" rx="8"/>'
        )
        ground = counts.get(floor, 0)
        label = f"{escape(what)}{f' · {ground} modules of its own' if ground else ''}"
        shapes.append(
            f'<text x="22" y="{y + 22}"><tspan class="floor">{floor}/</tspan>'
            f'<tspan class="what" dx="10">{label}</tspan></text>'
        )
        shapes += _floor(stacks, graph, counts, y + BAND + arcs)
        y += height + 10
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
    tip += 'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img">'
        f"<title>The rooms of the house and what each imports</title>"
        f"<style>{STYLE}</style><defs>{tip}</defs>\n" + "\n".join(shapes) + "\n</svg>\n"
    )


def _floor(
    stacks: list[list[str]], graph: dict[str, set[str]], counts: dict[str, int], top: int
) -> list[str]:
    if len(stacks) == 1:  # nobody imports anybody: side by side
        stacks = [[room] for room in stacks[0]]
    step = min((WIDTH - 44 - BOX) // max(len(stacks) - 1, 1), 230)
    at = {
        room: (22 + step * column, top + row * (TALL + GAP))
        for column, stack in enumerate(stacks)
        for row, room in enumerate(stack)
    }
    lines = [
        f'<path class="arrow" marker-end="url(#tip)" d="{_curve(at[room], at[other], step)}"/>'
        for room in sorted(at)
        for other in sorted(graph[room] & at.keys())
    ]
    return lines + [_box(room, *at[room], counts[room]) for room in sorted(at)]


def _curve(start: tuple[int, int], end: tuple[int, int], step: int) -> str:
    """To the left neighbour straight; past others in an arc above them, the further the higher."""
    columns = (start[0] - end[0]) // step
    if columns == 1:
        x, y, to, down = start[0], start[1] + TALL // 2, end[0] + BOX + 2, end[1] + TALL // 2
        bend = (x - to) // 2
        return f"M{x} {y}C{x - bend} {y} {to + bend} {down} {to} {down}"
    x, to, high = start[0] + BOX // 2 - 6 * columns, end[0] + BOX // 2 + 8 * columns, start[1]
    arc = high - ARC - 9 * columns
    return f"M{x} {high}C{x} {arc} {to} {arc} {to} {end[1] - 2}"


def _box(room: str, x: int, y: int, count: int) -> str:
    name = escape(room.partition("/")[2])
    return (
        f'<rect class="box" x="{x}" y="{y}" width="{BOX}" height="{TALL}" rx="6"/>'
        f'<text x="{x + 12}" y="{y + 20}" class="floor">{name}/</text>'
        f'<text x="{x + 12}" y="{y + 37}" class="count">{count} modules</text>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn())
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
