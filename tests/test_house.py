"""The house keeps its floors: imports go down, one folder commits, every door is guarded."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from corrections_app.domain.roles import Scope
from corrections_app.web.access import SAFE
from corrections_app.web.bare import API
from corrections_app.web.doors import DOORS, Guard, Who

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "corrections_app"
FLOORS = ["domain", "sources", "sites", "models", "workflow", "web", "top"]
# Made once and known to all: they import nothing of the house, or only what is below models.
GROUND = {"config", "counting", "extensions", "language", "logs"}


def modules() -> list[Path]:
    return [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(module: str) -> int:
    parts = module.split(".")
    if len(parts) > 1 and parts[1] in FLOORS:
        return FLOORS.index(parts[1])
    if len(parts) > 1 and parts[1] in GROUND:
        return 0
    return FLOORS.index("top")


@cache
def tree_of(path: Path) -> ast.Module:
    """A file of the house, parsed once for all rules."""
    return ast.parse(path.read_text())


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The modules of the house that a file imports, inside functions too."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("corrections_app"))
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            if base.startswith("corrections_app"):
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    yield inner if is_module(inner) else base


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def graph() -> dict[str, set[str]]:
    return {name_of(path): set(imported(path)) - {name_of(path)} for path in modules()}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_import_points_up(path):
    here = floor_of(name_of(path))

    above = [name for name in imported(path) if floor_of(name) > here]

    assert not above


def test_no_imports_run_in_a_circle():
    arrows = graph()
    done: set[str] = set()

    def visit(module: str, road: tuple[str, ...]) -> None:
        assert module not in road, " → ".join([*road[road.index(module) :], module])
        if module not in done:
            for other in sorted(arrows.get(module, ())):
                visit(other, (*road, module))
            done.add(module)

    for module in sorted(arrows):
        visit(module, ())


def test_the_rules_know_only_python():
    allowed = set(sys.stdlib_module_names) | {"rapidfuzz", "regex"}
    for path in (PACKAGE / "domain").rglob("*.py"):
        roots = {name.partition(".")[0] for name in named_by(path)} - {"corrections_app"}
        assert roots <= allowed, f"{path.name}: {roots - allowed}"


def test_the_rules_know_nothing_of_the_house_but_rules():
    for path in (PACKAGE / "domain").rglob("*.py"):
        others = [name for name in imported(path) if not is_rule(name)]
        assert not others, f"{path.name}: {others}"


def is_rule(module: str) -> bool:
    return module.split(".")[:2] == ["corrections_app", "domain"]


def named_by(path: Path) -> Iterator[str]:
    """What a file imports by a whole name, inside functions too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


# The rooms of each floor, and which other rooms of that floor each may import. The ground of a
# floor (its own modules) is open to all its rooms and knows none of them.
ROOMS: dict[str, dict[str, set[str]]] = {
    "domain": {
        "text": set(),
        "alignment": {"text"},
        "bounces": set(),
        "hooks": set(),
        "bodies": {"text", "alignment"},
        "warnings": {"text"},
    },
    "workflow": {
        "letters": {"reasons"},
        "bounces": {"letters"},
        "people": {"letters", "programs"},
        "programs": {"articles"},
        "hooks": {"letters"},
        "privacy": {"letters", "people", "pending", "hooks"},
        "record": set(),
        "house_rules": set(),
        "reasons": set(),
        "pending": {"letters", "record"},
        "queue": {"pending", "house_rules"},
        "deciding": {"letters", "pending", "queue", "reasons", "record"},
        "articles": {"letters", "pending", "deciding", "record"},
        "submitting": {"letters", "pending", "deciding", "articles", "house_rules", "reasons"},
        "sites": {"articles", "pending"},
        "sightings": {"pending", "articles", "submitting"},
    },
    "web": {
        "reader": set(),
        "queue": set(),
        "newsroom": set(),
        "record": set(),
        "embed": set(),
        "operating": set(),
        "api": set(),
    },
}


def room_of(module: str) -> tuple[str, str] | None:
    """Floor and room of a module; None for one that stands in no room."""
    _, floor, *inner = [*module.split("."), ""]
    return (floor, inner[0]) if floor in ROOMS and inner[0] in ROOMS[floor] else None


def test_every_folder_is_a_room_that_is_known():
    for floor, rooms in ROOMS.items():
        folders = {p.parent.name for p in (PACKAGE / floor).glob("*/*.py")}

        assert folders == set(rooms), floor


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_rooms_import_only_the_rooms_named_for_them(path):
    here = room_of(name_of(path))
    if here is None:
        return
    floor, room = here
    others = {there for name in imported(path) if (there := room_of(name)) and there[0] == floor}

    assert {other for _, other in others} <= ROOMS[floor][room] | {room}


@pytest.mark.parametrize("floor", ["workflow", "web"])
def test_the_ground_of_a_floor_knows_none_of_its_rooms(floor):
    for path in (PACKAGE / floor).glob("*.py"):
        if path.name == "__init__.py":  # where the rooms of a floor meet
            continue
        assert not [name for name in imported(path) if (room_of(name) or ("",))[0] == floor], path


def test_no_folder_has_more_than_fifteen_modules():
    for folder in {path.parent for path in modules()}:
        held = [path for path in folder.glob("*.py") if path.name != "__init__.py"]

        assert len(held) <= 15, folder


SHOW_PICTURE = "import runpy; print(runpy.run_path('docs/map.py')['drawn'](), end='')"


def test_the_picture_of_the_rooms_is_true():
    drawn = subprocess.run(
        [
            sys.executable,
            "-c",
            "import runpy; print(runpy.run_path('docs/map.py')['drawn'](), end='')",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert drawn == (ROOT / "docs" / "rooms.svg").read_text(), "make map draws it anew"


def test_only_the_transaction_commits():
    found = {name_of(p) for p in modules() if re.search(r"\.commit\(", p.read_text())}

    assert found == {"corrections_app.workflow.transaction"}


def test_only_one_file_goes_out_to_the_web():
    # The server asks itself whether it answers, on this machine.
    pattern = re.compile(
        r"^\s*(?:import|from)\s+(?:http\.client|urllib\.request|urllib3|requests|httpx)\b"
    )

    found = {
        name_of(path)
        for path in modules()
        if any(pattern.match(line) for line in path.read_text().splitlines())
    }

    assert found == {"corrections_app.sites.outside", "corrections_app.serving.server"}


def test_sites_know_neither_flask_nor_tables():
    for path in (PACKAGE / "sites").rglob("*.py"):
        roots = {name.partition(".")[0] for name in named_by(path)}
        assert not roots & {"flask", "sqlalchemy", "flask_sqlalchemy"}, path


def test_only_the_web_knows_requests():
    for path in modules():
        if "web" in path.relative_to(PACKAGE).parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "flask":
                names = {alias.name for alias in node.names}
                assert not names & {"request", "session", "g"}, path


def test_only_one_file_opens_sqlite():
    pattern = re.compile(r"^\s*(?:import|from)\s+(?:pysqlite3|sqlite3)\b", re.MULTILINE)

    found = {name_of(path) for path in modules() if pattern.search(path.read_text())}

    assert found == {"corrections_app.models.engine"}


def test_every_door_has_a_row_and_every_row_a_door(make_app):
    """Whoever adds a route says in `web/doors.py` who may use it; until then it is closed."""
    assert set(DOORS) == set(make_app().view_functions)


def test_a_door_has_a_guard_exactly_where_something_can_be_changed(make_app):
    rules = list(make_app().url_map.iter_rules())
    unsafe = {rule.endpoint for rule in rules if (rule.methods or set()) - SAFE}
    for_programs = {name for name, door in DOORS.items() if door.guard is Guard.TOKEN}
    guarded = {name for name, door in DOORS.items() if door.guard is not Guard.NONE}

    # A program shows its token to read as well.
    assert unsafe - for_programs == guarded - for_programs


def test_what_programs_use_and_nothing_else_stands_behind_a_scope(make_app):
    scoped = {name for name, door in DOORS.items() if isinstance(door.who, Scope)}
    of_programs = {
        rule.endpoint
        for rule in make_app().url_map.iter_rules()
        if rule.rule.startswith(API) and DOORS[rule.endpoint].guard is not Guard.NONE
    }

    assert scoped == {name for name, door in DOORS.items() if door.guard is Guard.TOKEN}
    assert scoped == of_programs


def test_who_needs_an_account_needs_the_token_of_the_page():
    """The guard and the person fit together: neither is asked for where the other cannot be."""
    colleagues = {name for name, door in DOORS.items() if door.is_for_colleagues}
    changing = {name for name in DOORS if DOORS[name].guard is not Guard.NONE}
    session = {name for name in DOORS if DOORS[name].guard is Guard.SESSION}
    by_key = {name for name in DOORS if DOORS[name].guard is Guard.CAPABILITY}

    assert session == colleagues & changing
    assert {DOORS[name].who for name in by_key} == {Who.HOLDER, Who.SITE}


def test_no_text_escapes_escaping():
    for path in (ROOT / "templates").rglob("*.*"):
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text()), path


def test_no_template_holds_code_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        if "emails" in path.parts:  # letters carry their styles with them
            continue
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), path
        # A block of data is no code: no browser runs it (HTML, 4.12.1), nor does the policy mind.
        text = text.replace('<script type="application/ld+json">', "")
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path


def functions() -> Iterator[tuple[str, int]]:
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}.{node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_functions_are_short():
    lengths = dict(functions())

    assert statistics.median(lengths.values()) < 10
    assert {name: n for name, n in lengths.items() if n > 60} == {}


def test_files_are_short():
    suffixes = {".py", ".js", ".css", ".html"}
    places = [PACKAGE, ROOT / "templates", ROOT / "tests"]
    files = [p for place in places for p in place.rglob("*") if p.suffix in suffixes]
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if "versions" not in path.parts and (lines := len(path.read_text().splitlines())) > 400
    }

    assert long == {}


def test_every_module_says_what_it_is():
    for path in modules():
        assert ast.get_docstring(tree_of(path)), path


def test_the_readme_names_every_folder():
    listed = re.findall(r"^[│├└─ ]*([a-z_]+)/", (ROOT / "README.md").read_text(), re.MULTILINE)
    top = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")}
    inner = {p.name for p in PACKAGE.iterdir() if p.is_dir() and not p.name.startswith("_")}
    rooms = {room for floor in ROOMS.values() for room in floor}
    made = {"build", "dist", "node_modules"} | {name for name in top if "egg-info" in name}

    assert set(listed) == (top | inner | rooms) - made


def test_the_top_level_is_the_design():
    allowed = {
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "SECURITY.md",
        "Makefile",
        "requirements.txt",
    }

    files = {p.name for p in ROOT.iterdir() if p.is_file() and not p.name.startswith(".")}

    assert files == allowed
