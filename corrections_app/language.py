"""The words of the interface: gettext, in the language of whoever will read them."""

from __future__ import annotations

import gettext as standard
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from flask import Flask

FOLDER = Path(__file__).parent / "locales"
_language: ContextVar[str] = ContextVar("language", default="en")


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


def ngettext(one: str, many: str, number: int) -> str:
    """The message for ``number`` of a thing, in the current language."""
    return _translations(_language.get()).ngettext(one, many, number)


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
def _translations(language: str) -> standard.NullTranslations:
    tags = [language.replace("-", "_"), language.partition("-")[0]]
    return standard.translation("corrections", FOLDER, languages=tags, fallback=True)
