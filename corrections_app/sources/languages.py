"""Language tags and the direction they are written in, and what the letters tell without a tag."""

from __future__ import annotations

import re
import unicodedata

import regex

from corrections_app.domain.text.unspaced import UNSPACED


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _pairs(said: str) -> dict[str, str]:
    return {old: new for old, _, new in (pair.partition(":") for pair in said.split())}


_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
# Deprecated tags, and the codes of three letters for which there is one of two (RFC 5646, 2.2.1).
_PREFERRED = _pairs(
    "iw:he in:id ji:yi jw:jv mo:ro tl:fil "
    "ara:ar heb:he fas:fa per:fa urd:ur yid:yi pus:ps snd:sd uig:ug div:dv kas:ks kur:ku "
    "eng:en ukr:uk rus:ru bel:be bul:bg mkd:mk mac:mk srp:sr hrv:hr bos:bs slv:sl slk:sk slo:sk "
    "ces:cs cze:cs pol:pl deu:de ger:de nld:nl dut:nl swe:sv nor:no nob:nb nno:nn dan:da isl:is "
    "ice:is fin:fi est:et lav:lv lit:lt fra:fr fre:fr spa:es por:pt ita:it ron:ro rum:ro cat:ca "
    "glg:gl eus:eu baq:eu gle:ga gla:gd cym:cy wel:cy bre:br ell:el gre:el tur:tr aze:az kaz:kk "
    "kir:ky uzb:uz tgk:tg tuk:tk tat:tt hye:hy arm:hy kat:ka geo:ka hin:hi ben:bn pan:pa guj:gu "
    "mar:mr nep:ne ori:or tam:ta tel:te kan:kn mal:ml sin:si tha:th lao:lo khm:km mya:my bur:my "
    "bod:bo tib:bo mon:mn zho:zh chi:zh jpn:ja kor:ko vie:vi ind:id msa:ms may:ms jav:jv swa:sw "
    "amh:am tir:ti som:so hau:ha yor:yo ibo:ig zul:zu xho:xh afr:af sqi:sq alb:sq hun:hu lat:la "
    "epo:eo mlt:mt ltz:lb fry:fy"
)
# Scripts that run from right to left, by their ISO 15924 codes (Unicode, Script_Metadata).
_BACKWARDS = _set(
    "Adlm Arab Aran Armi Avst Chrs Cprt Elym Gara Hatr Hebr Hung Khar Lydi Mand Mani Mend Merc "
    "Mero Narb Nbat Nkoo Orkh Ougr Palm Phli Phlp Phnx Prti Rohg Samr Sarb Sogd Sogo Syrc Syre "
    "Syrj Syrn Thaa Todr Yezi"
)
# Languages mostly written in one of them (CLDR, likely subtags).
_BACKWARDS_BY_NATURE = _set(
    "acm aeb afb ajp aii apc apd ar arc arq ars ary arz avl ayl azb bal bcc bej bgn bqi brh "
    "ckb dcc "
    "dv fa glk gwc haz he hnd hno jpr khw ks kvx kxp lki lrc luz mid mki mvy myz mzn nqo oui "
    "phl phv pnb prd prs ps rhg rmt scl sd sdh skr smp sqt swb syr ug ur uzs wni yi"
)
_BACKWARDS_THERE = _set("pa-PK uz-AF kk-CN ky-CN az-IR az-IQ ku-IQ ku-IR")

_LETTERS = regex.compile(r"\p{L}")
_SAMPLE = 4_000
# Latin and Cyrillic are written in too many languages to tell which.
_OTHERS = regex.compile(r"[^\p{Latin}\p{Cyrillic}]")
# What is most often meant where only the letters tell; a sign of another language comes first.
_LANGUAGES = (
    (regex.compile(r"[ٹڈڑںےۓھہ]"), "ur"),
    (regex.compile(r"[پچژگ]"), "fa"),
    (regex.compile(r"\p{Arabic}"), "ar"),
    (regex.compile(r"\p{Hebrew}"), "he"),
    (regex.compile(r"\p{Thaana}"), "dv"),
    (regex.compile(r"\p{Syriac}"), "syr"),
    (regex.compile(r"\p{Nko}"), "nqo"),
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), "ja"),
    (regex.compile(r"\p{Hangul}"), "ko"),
    (regex.compile(r"\p{Han}"), "zh"),
    (regex.compile(r"\p{Thai}"), "th"),
    (regex.compile(r"\p{Lao}"), "lo"),
    (regex.compile(r"\p{Khmer}"), "km"),
    (regex.compile(r"\p{Greek}"), "el"),
    (regex.compile(r"\p{Georgian}"), "ka"),
    (regex.compile(r"\p{Armenian}"), "hy"),
)
_LEAST_SHARE = 0.5
_NAMELESS = _set("und mul mis zxx")
"""Undetermined, several, uncoded, none (ISO 639-2): the letters say more than these."""


def language(tag: str | None) -> str | None:
    """A language tag in its usual case and form (BCP 47, RFC 5646), or None if it names none."""
    tag = (tag or "").strip()
    if not _TAG.fullmatch(tag):
        return None
    first, *rest = re.split("[-_]", tag)
    if first.lower() in _NAMELESS:
        return None
    return "-".join([_PREFERRED.get(first.lower(), first.lower()), *map(_subtag, rest)])


def direction(lang: str) -> str:
    """``rtl`` or ``ltr``, from a script that the tag names, or from the language."""
    first, *rest = lang.split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _BACKWARDS else "ltr"
    there = any(f"{first}-{part}" in _BACKWARDS_THERE for part in rest)
    return "rtl" if there or first in _BACKWARDS_BY_NATURE else "ltr"


def _subtag(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


def direction_of(text: str) -> str:
    """``rtl`` or ``ltr``: the way in which most letters of a text run (UAX #9)."""
    letters = _LETTERS.findall(text[:_SAMPLE])
    if not _has_others(letters):
        return "ltr"
    ways = [unicodedata.bidirectional(sign) for sign in letters]
    backwards = sum(way in ("R", "AL") for way in ways)
    return "rtl" if 2 * backwards > len(ways) else "ltr"


def language_of(text: str) -> str | None:
    """The language that the letters of a text name by themselves, or None where many share them."""
    letters = _LETTERS.findall(text[:_SAMPLE])
    if not _has_others(letters):
        return None
    for script, lang in _LANGUAGES:
        if lang in ("ur", "fa"):
            if script.search("".join(letters)) and _most(letters, regex.compile(r"\p{Arabic}")):
                return lang
        elif lang == "ja":
            if any(map(script.match, letters)) and _most(letters, UNSPACED):
                return lang
        elif _most(letters, script):
            return lang
    return None


def _has_others(letters: list[str]) -> bool:
    return 2 * len(_OTHERS.findall("".join(letters))) > len(letters)


def _most(letters: list[str], script: regex.Pattern[str]) -> bool:
    return sum(bool(script.match(sign)) for sign in letters) > _LEAST_SHARE * len(letters)
