"""The words of the interface: gettext, in the language of whoever will read them."""

from __future__ import annotations

import gettext as standard
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from flask import Flask

FOLDER = Path(__file__).parent / "locales"
_language: ContextVar[str] = ContextVar("language", default="en")


class Formats(TypedDict):
    """How a language writes days and numbers (CLDR)."""

    months: list[str]
    """By their whole names, as they stand alone; January first."""
    short_months: list[str]
    """As they stand in a day."""
    day: str
    group: str
    decimal: str


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Everything said inside is in ``language`` (BCP 47), where there is a translation."""
    token = _language.set(language or "en")
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """The message in the current language."""
    return _translations(_language.get()).gettext(message)


def filled(message: str, values: Mapping[str, object]) -> str:
    """The message in the current language, with its ``%(name)s`` filled in."""
    said = gettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int) -> str:
    """The message for ``number`` of a thing, in the current language."""
    return _translations(_language.get()).ngettext(one, many, number)


def formats() -> Formats:
    """How the current language writes days and numbers; English where that is not known."""
    known = _formats()
    lang = _language.get()
    return known.get(lang) or known.get(lang.partition("-")[0]) or known["en"]


def number(value: int) -> str:
    """A whole number with its thousands apart, as the current language writes it."""
    return f"{value:,}".replace(",", formats()["group"])


def N_(message: str) -> str:
    """A message that is translated where it is shown, not where it stands."""
    return message


def install(app: Flask) -> None:
    """Give the templates ``_()``, ``gettext()``, ``ngettext()`` and ``{% trans %}``."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True
    )


@cache
def _formats() -> dict[str, Formats]:
    # Chosen from CLDR by `make messages`, so that Babel is not needed where this runs.
    return cast(dict[str, Formats], json.loads((FOLDER / "formats.json").read_text()))


@cache
def _translations(language: str) -> standard.NullTranslations:
    tags = [language.replace("-", "_"), language.partition("-")[0]]
    return standard.translation("corrections", FOLDER, languages=tags, fallback=True)
