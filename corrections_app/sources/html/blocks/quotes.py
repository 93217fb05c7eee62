"""The quotation marks that browsers put around ``q``, by language (CLDR, delimiters)."""

from __future__ import annotations

_MARKS = {
    "„“‚‘": "de cs sk sl bg is lt lv et sq hr bs sr mk da ka",
    "«»“”": "fr it es pt el ca eu no nb nn fa",
    "«»„“": "ru uk be hy kk ky",
    "„”«»": "pl ro hu",
    "””’’": "sv fi",
    "「」『』": "ja zh-TW zh-Hant zh-HK",
}
_BY_LANGUAGE = {lang: marks for marks, langs in _MARKS.items() for lang in langs.split()}
_OTHERS = "“”‘’"


def marks_for(lang: str | None, depth: int) -> tuple[str, str]:
    """The marks before and after a quotation, which stands in ``depth`` others."""
    tag = (lang or "").replace("_", "-")
    marks = _BY_LANGUAGE.get(tag) or _BY_LANGUAGE.get(tag.partition("-")[0].lower()) or _OTHERS
    first = 2 * (depth % 2)
    return marks[first], marks[first + 1]
