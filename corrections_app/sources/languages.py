"""Language tags and the direction they are written in."""

from __future__ import annotations

import re


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


def language(tag: str | None) -> str | None:
    """A language tag in its usual case and form (BCP 47, RFC 5646), or None if it is none."""
    tag = (tag or "").strip()
    if not _TAG.fullmatch(tag):
        return None
    first, *rest = re.split("[-_]", tag)
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
