"""Sample articles and the options that each is imported with."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from corrections_app.sources.document import Options

MANIFEST = "seeds.toml"


class Seed(NamedTuple):
    """A sample article: its address on the site, its file, and how to read it."""

    slug: str
    path: Path
    options: Options


def read_seeds(folder: str | Path) -> list[Seed]:
    """The samples that ``seeds.toml`` in a folder lists, in its order.

    Each table is named for a file, whose stem is the slug; its keys are the
    fields of `Options`. Raises OSError or tomllib.TOMLDecodeError where the
    list cannot be read, TypeError for an unknown key.
    """
    folder = Path(folder)
    listed = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return [
        Seed(Path(name).stem, folder / name, Options(**_frozen(fields)))
        for name, fields in listed.items()
    ]


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: _tuples(value) for key, value in fields.items()}


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
