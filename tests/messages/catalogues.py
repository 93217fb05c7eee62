"""The translations: read, brought up to date with the source, and written for gettext.

``corrections_app/locales/<language>/LC_MESSAGES/corrections.po`` is what translators edit;
``corrections.mo`` beside it is what runs, byte for byte what Babel makes of it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from corrections_app import language

LANGUAGES = tuple(lang for lang in language.NAMES if lang != language.SOURCE)
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""What a file is written with, so that it changes when its words do."""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_QUOTED = re.compile(r"'[^']*'|[A-Za-z]+")


def folder(lang: str) -> Path:
    """Where a language's words stand."""
    return language.FOLDER / lang


def source_of(lang: str) -> Path:
    """What its translators edit."""
    return folder(lang) / "LC_MESSAGES" / "corrections.po"


def read(lang: str) -> Catalog:
    """A language's catalogue; an empty one where there is none yet."""
    path = source_of(lang)
    if not path.exists():
        return Catalog(locale=lang, domain="corrections", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=lang, domain="corrections")


def as_po(catalog: Catalog) -> bytes:
    """For translators: in the order of the source, without line numbers and dates."""
    catalog.project, catalog.version = "Reader Corrections", "1"
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.header_comment = "# Reader Corrections: see docs/translating.md."
    catalog.last_translator = catalog.language_team = "Reader Corrections"
    catalog.fuzzy = False
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    return re.sub(rb'^"Generated-By:.*\n', b"", out.getvalue(), flags=re.M)


def as_mo(lang: str) -> bytes:
    """What gettext reads at run time."""
    out = io.BytesIO()
    write_mo(out, read(lang))
    return out.getvalue()


def formats(lang: str) -> dict[str, object]:
    """How days and numbers are written (CLDR), with the digits that the source uses."""
    locale = Locale.parse("en_GB" if lang == "en" else lang)
    wide = locale.months["stand-alone"]["wide"]
    short = locale.months["format"]["abbreviated"]
    english = Locale.parse("en")
    if lang == "en":  # "Sep", as newspapers print it, and not "Sept"
        short = english.months["format"]["abbreviated"]
    number = locale.number_symbols.get("latn", {})
    return {
        "months": [wide[month] for month in range(1, 13)],
        "short_months": [short[month] for month in range(1, 13)],
        "first_day": "1er" if lang == "fr" else "1",  # CLDR has no word for it
        "day": _day(str(locale.datetime_skeletons["yMMMd"])),
        "group": number.get("group", ","),
    }


def _day(pattern: str) -> str:
    """A pattern of CLDR (UTS 35, part 4) as a template of Python: ``{day} {month} {year}``."""
    fields = {"d": "{day}", "MMM": "{month}", "MMMM": "{month}", "y": "{year}"}
    written = _QUOTED.sub(lambda part: fields.get(part[0]) or part[0].strip("'"), pattern)
    # "2026 р." would end a sentence with two full stops, and newspapers leave it out.
    return written[: written.index("{year}") + len("{year}")]


def update(template: Catalog) -> None:
    """Bring every language up to the source: new messages empty, those that went away left out."""
    for lang in LANGUAGES:
        catalog = read(lang)
        catalog.update(template, no_fuzzy_matching=True)
        source_of(lang).parent.mkdir(parents=True, exist_ok=True)
        source_of(lang).write_bytes(as_po(catalog))
        source_of(lang).with_suffix(".mo").write_bytes(as_mo(lang))
    every = {lang: formats(lang) for lang in ("en", *LANGUAGES)}
    text = json.dumps(every, ensure_ascii=False, indent=1, sort_keys=True)
    (language.FOLDER / "formats.json").write_text(text + "\n")


def faults(lang: str, catalog: Catalog) -> Iterator[str]:
    """What a translator still has to do or to mend, one line each."""
    for message in catalog:
        if message.id:
            yield from (f"{lang}: {message.id!r}: {fault}" for fault in _faults(message, catalog))


def _faults(message: Message, catalog: Catalog) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy:
        yield "is marked as fuzzy"
    if len(ids) > 1 and len(texts) != catalog.num_plurals:
        yield f"needs {catalog.num_plurals} plural forms"
    if not all(texts):
        yield "is not translated"
        return
    known = set(_PLACEHOLDER.findall(" ".join(ids)))
    # "One minute" needs no number.
    counts = {"%(num)s", "%(number)s", "%(count)s"} if len(ids) > 1 else set()
    must = set(_PLACEHOLDER.findall(ids[-1])) - counts
    for text in texts:
        has = set(_PLACEHOLDER.findall(text))
        if not must <= has <= known:
            yield f"its placeholders differ: {text!r}"
        if sorted(_TAG.findall(text)) != sorted(_TAG.findall(ids[-1])):
            yield f"its tags differ: {text!r}"
        if _blanks(text) != _blanks(ids[0]):
            yield f"blanks around it differ: {text!r}"


def _blanks(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
