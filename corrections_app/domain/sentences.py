"""A block's text as sentences to choose from: ranges in Unicode code points, half-open.

Two sentences taken for one serve a reader well enough, half a sentence does
not; so wherever a full stop may belong to an abbreviation, it ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

LONGEST = 1_000
"""A longer one is parted between two words, for lack of anything better to part it by."""

# UAX #29, 4: STerm and ATerm end a sentence, Close belongs to the one that ended. A small
# letter cannot begin the next one, and Chinese and Japanese leave no blank between the two.
# Possessive, and begun at the first of a run only: time stays linear in hostile texts.
_STOP = r"[\p{SB=STerm}\p{SB=ATerm}…]"
_CLOSING = r"""(?:[\p{Pe}\p{Pf}\p{Pi}"']|[\u00a0\u202f][»›])*+"""
_END = regex.compile(
    rf"(?<!{_STOP})(?P<stop>{_STOP}++)"
    rf"(?:(?P<closing>{_CLOSING})(?=\s)(?!\s++[\p{{Ps}}\p{{Pi}}\"']*+\p{{Ll}})"
    r"|(?<=[。！？｡．])[\p{Pe}\p{Pf}]*+(?!\p{M}))|\n"
)
_LETTER = regex.compile(r"\p{L}")
_LAST_WORD = regex.compile(r"(?<![\p{L}.])\p{L}[\p{L}.]{0,14}$")
_INITIALS = regex.compile(r"\p{L}(?:\.\p{L})*")
_ABBREVIATIONS = frozenset(
    regex.findall(
        r"\w+",
        """
        adm al approx assn ave bros ca capt cf cmdr co col corp cpl dept dr ed eds esp est etc
        ext fig figs fr ft gen gov hon hr inc incl jr lieut lt ltd maj max messrs min mme mlle
        mr mrs ms mt mx no nos nr op pfc pl pres prof prop pt pvt rep rev rt sen sgt sr st ste
        supt tel univ viz vol vols vs pp
        jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat
        abs bd bzw evtl geb ggf hrsg inkl jh kap mio mrd nr sog str usw vgl zb zt
        av bld env mgr art chap
        вул буд просп бул пров обл ім тис млн млрд грн коп див напр пор зб акад доц проф гр гл
        стор рр ст ул пер руб см им тыс чел кв
        """,
    )
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of one block, in order, without the blanks around them.

    Every character that is not a blank is in exactly one of them. A line break
    always ends one. Time is linear in the text.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end in (*_ends(text), len(text)):
        words = text[start:end]
        low = start + len(words) - len(words.lstrip())
        high = low + len(words.strip())
        if low < high:
            found.extend(_parted(text, low, high))
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    """Where sentences end, in order."""
    seen, has_letters = 0, False
    for match in _END.finditer(text):
        has_letters = has_letters or bool(_LETTER.search(text, seen, match.start()))
        seen = match.end()
        # "1." before an entry of a list is no sentence by itself.
        is_bare = match["stop"] == "." and not match["closing"]
        if is_bare and (not has_letters or _is_abbreviated(text, match.start())):
            continue
        yield match.end()
        has_letters = False


def _is_abbreviated(text: str, stop: int) -> bool:
    word = _LAST_WORD.search(text, max(stop - 16, 0), stop)
    if word is None:
        return False
    return bool(_INITIALS.fullmatch(word[0])) or word[0].lower() in _ABBREVIATIONS


def _parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range, or where it is too long, parts of it that begin and end with whole words."""
    while end - start > LONGEST:
        cut = text.rfind(" ", start, start + LONGEST)
        if cut < 0:
            cut = text.find(" ", start, end)
        if cut < 0:
            break
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    yield start, end
