"""The encoding that a page or a feed declares, and its text read by it.

Labels mean what browsers take them for (WHATWG, Encoding, section 4.2): whoever
says iso-8859-1 means windows-1252. Undeclared text is UTF-8 or it is refused,
and so is a page whose declaration cannot be true: a guess would be published.
"""

from __future__ import annotations

import codecs
import re

from corrections_app.domain.errors import ImportRefused

_LOOKED_AT = 4_096  # bytes; browsers look at 1,024, and editors put comments first
_DECLARED = re.compile(
    rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.:-]+)"
    rb"|<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def _all(labels: str, codec: str) -> dict[str, str]:
    return dict.fromkeys(labels.split(), codec)


_MEANT = {
    **_all("ascii us-ascii latin1 l1 iso8859-1 iso-8859-1 iso_8859-1 cp1252", "cp1252"),
    **_all("iso-8859-9 iso8859-9 latin5 windows-1254", "cp1254"),
    **_all("iso-8859-11 tis-620 windows-874 dos-874", "cp874"),
    **_all("gb2312 gb_2312-80 gbk x-gbk chinese csgb2312 gb18030", "gb18030"),
    **_all("shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932", "cp932"),
    **_all("euc-kr ks_c_5601-1987 ksc5601 korean windows-949", "cp949"),
    **_all("big5 big5-hkscs x-x-big5 cn-big5", "big5hkscs"),
    **_all("iso-8859-8-i iso-8859-8-e logical visual", "iso8859-8"),
    **_all("x-euc-jp cseucpkdfmtjapanese", "euc_jp"),
    **_all("macintosh mac x-mac-roman", "mac_roman"),
    **_all("x-mac-cyrillic x-mac-ukrainian", "mac_cyrillic"),
    **_all("koi koi8 koi8_r cskoi8r", "koi8_r"),
    **_all("koi8-ru", "koi8_u"),
    # Whoever could read this far in single bytes has no UTF-16 before them.
    **_all("utf-16 utf-16le utf-16be unicode utf8 unicode-1-1-utf-8", "utf-8"),
}
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")


def decoded(content: bytes, *, declares: bool, said: str | None = None) -> str:
    """The text of a file; ``declares`` tells whether files of its kind name their encoding.

    ``said`` is the one that was named outside of it, as in a header, which comes first.

    Raises ImportRefused, with the remedy, for what cannot be read without a guess.
    """
    label = said or (_label(content) if declares else None)
    label = None if content.startswith(codecs.BOM_UTF8) else label
    name = _name(label)
    if name == "utf-8":
        return _utf8(content, label)
    if not content.isascii() and _is_utf8(content):
        raise ImportRefused(
            f"says that it is {label}, and is UTF-8: correct what it says of itself"
        )
    try:
        text = content.decode(name)
    except UnicodeDecodeError as wrong:
        raise ImportRefused(
            f"says that it is {label}, and is not (byte {content[wrong.start]:#04x} at "
            f"{wrong.start}): save it as UTF-8"
        ) from None
    if wrong_sign := _CONTROLS.search(text):
        raise ImportRefused(
            f"says that it is {label}, and is not (sign {ord(wrong_sign[0]):#04x} at "
            f"{wrong_sign.start()}): save it as UTF-8"
        )
    return text


def _label(content: bytes) -> str | None:
    head = _COMMENT.sub(b"", content[:_LOOKED_AT])
    found = _DECLARED.search(head)
    return (found[1] or found[2]).decode("ascii", "replace").lower() if found else None


def _name(label: str | None) -> str:
    """The codec that a label means; raises ImportRefused for one that none is known for."""
    if label is None:
        return "utf-8"
    try:
        found = codecs.lookup(_MEANT.get(label, label))
        b"a".decode(found.name)  # some codecs turn bytes into bytes
    except (LookupError, ValueError):
        raise ImportRefused(
            f"says that it is {label}, which is no encoding known here: save it as UTF-8"
        ) from None
    return found.name


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf8(content: bytes, label: str | None) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        said = f"says that it is {label}, and is not UTF-8" if label else "is not UTF-8"
        raise ImportRefused(
            f"{said} (byte {content[wrong.start]:#04x} at {wrong.start}): save it as UTF-8"
        ) from None
