"""The words of the interface: gettext, in the language of whoever will read them."""

from __future__ import annotations

import gettext as standard
import json
import logging
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from flask import Flask, current_app

FOLDER = Path(__file__).parent / "locales"
SOURCE = "en"
"""What every message is written in."""
NAMES = {
    "en": "English",
    "uk": "Українська",
    "pl": "Polski",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "ru": "Русский",
    "ar": "العربية",
    "he": "עברית",
}
"""What each language calls itself."""
_SIGNS = re.compile(r"""%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?[a-zA-Z][^>]*>|[%{}<>&"]""")
log = logging.getLogger(__name__)
_own: dict[tuple[str, str], str] = {}  # by language and message: one newsroom runs in a process
_language: ContextVar[str] = ContextVar("language", default=SOURCE)


class Formats(TypedDict):
    """How a language writes days and numbers (CLDR)."""

    months: list[str]
    """By their whole names, as they stand alone; January first."""
    short_months: list[str]
    """As they stand in a day."""
    day: str
    """A template with ``{day}``, ``{month}`` and ``{year}``."""
    first_day: str
    """How the first of a month is written: 1er in French."""
    group: str
    """What stands between thousands."""


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Everything said inside is in ``language`` (BCP 47), where there is a translation."""
    token = _language.set(language or SOURCE)
    try:
        yield
    finally:
        _language.reset(token)


def speak(language: str) -> None:
    """From here on everything is said in ``language``, until the request or the letter ends."""
    _language.set(language)


def spoken() -> str:
    """The language that everything is said in (BCP 47)."""
    return _language.get()


def installed() -> tuple[str, ...]:
    """The languages that the interface can be in, English first."""
    others = sorted(path.parts[-3] for path in FOLDER.glob("*/LC_MESSAGES/corrections.mo"))
    return (SOURCE, *others)


def offered(*wanted: str | None) -> str:
    """The first of these that the newsroom offers (RFC 4647, 3.4); its own where it offers none.

    Each is a language tag: ``pt`` does for ``pt-BR``. None and nonsense are passed over.
    """
    known: tuple[str, ...] = current_app.config["LANGUAGES"]
    for tag in wanted:
        parts = (tag or "").replace("_", "-").lower().split("-")
        for length in range(len(parts), 0, -1):
            if (found := "-".join(parts[:length])) in known:
                return found
    return known[0]


def gettext(message: str) -> str:
    """The message in the current language, in the newsroom's own words where it has some."""
    if not message:  # where gettext keeps what it knows of itself
        return ""
    lang = _language.get()
    return _own.get((lang, message)) or _translations(lang).gettext(message)


def filled(message: str, values: Mapping[str, object]) -> str:
    """The message in the current language, its ``%(name)s`` filled in, numbers as it has them."""
    said = gettext(message)
    shown = {name: number(v) if type(v) is int else v for name, v in values.items()}
    return said % shown if shown else said


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


class BadSentences(Exception):
    """The newsroom's own sentences cannot be used; the message says which file and why."""


def reword(folder: Path) -> None:
    """Say single sentences in the newsroom's own words: those of ``folder/<language>.json``.

    Each file maps messages, as they stand in the source, to what is said instead. Sentences that
    count something stay as they are. Raises `BadSentences`, and changes nothing then.
    """
    found: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadSentences(f"{path} cannot be read as JSON: {error}.") from None
        if path.stem not in installed() or not isinstance(said, dict):
            known = ", ".join(installed())
            raise BadSentences(f"{path} must map messages to words, and be called one of {known}.")
        for message, words in said.items():
            _check_words(path, message, words)
            found[path.stem, message] = words
    _own.clear()
    _own.update(found)


def _check_words(path: Path, message: str, words: object) -> None:
    if message not in messages():
        raise BadSentences(f"{path}: nothing here says “{message}”: copy the message from the .po.")
    if not isinstance(words, str) or not words.strip():
        raise BadSentences(f"{path}: “{message}” needs words.")
    if signs(words) != signs(message):
        raise BadSentences(
            f"{path}: the words for “{message}” must keep its %(names)s and tags, and have no "
            'other % { } < > & or ". Quotation marks are “these”.'
        )


def signs(message: str) -> list[str]:
    """What is no words in a message: what is filled in, tags, and signs that a page or % reads.

    Templates take a message for markup and format it, so that it has those of its source alone.
    """
    return sorted(_SIGNS.findall(message))


@cache
def messages() -> frozenset[str | tuple[str, int]]:
    """All that any language has words for; what counts something as its singular and a 0."""
    return frozenset().union(*(_known(lang) for lang in installed()))


def translated(lang: str) -> int:
    """How many of `messages` a language has words for."""
    return len(messages() if lang == SOURCE else _known(lang))


def _known(lang: str) -> frozenset[str | tuple[str, int]]:
    catalogue = getattr(_translations(lang), "_catalog", {})  # the one place that lists them
    return frozenset(key for key in catalogue if key and (isinstance(key, str) or not key[1]))


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
    try:
        return standard.translation("corrections", FOLDER, languages=tags, fallback=True)
    except (OSError, ValueError, LookupError, struct.error) as error:  # English is better than none
        log.error(
            "%s: a corrections.mo cannot be read, install the program again: %s", language, error
        )
        return standard.NullTranslations()
