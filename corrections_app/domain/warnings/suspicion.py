"""What makes a correction look like spam: signs, what each weighs, and from when it is set aside.

A sign alone says little: readers cite sources, share networks, and send one misspelling of many
articles. So only what no reader does weighs enough by itself, and a set-aside correction is never
dropped: a person looks at it, after all others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from itertools import pairwise

import regex

from corrections_app.domain.ordering import Record
from corrections_app.domain.text.folding import folded
from corrections_app.domain.text.lookalikes import mixes_anew


class Sign(StrEnum):
    """Something that spam has more often than what readers send."""

    HIDDEN_FIELD = "hidden_field"
    """A field was filled in that no person sees."""
    TOO_FAST = "too_fast"
    """It came sooner after its form than anybody types."""
    REPEATED = "repeated"
    """Nearly the same words were sent to several other places within a day."""
    EVERYWHERE = "everywhere"
    """The same, to very many places."""
    LINK_IN_WORDS = "link_in_words"
    """The new words have a link where the article's have none."""
    LINK = "link"
    """The explanation has one."""
    LINKS = "links"
    """There are several links in all."""
    SCRIPTS = "scripts"
    """The new words have letters of an alphabet that the article does not use, or mix them."""
    SPAM_FROM_MAILBOX = "spam_from_mailbox"
    """Earlier ones of the same confirmed address were rejected as spam. Anyone who knows an
    address may have typed it, so this alone is not enough."""
    SPAM_FROM_NETWORK = "spam_from_network"
    """Earlier ones that came from the same part of the network today were."""


WEIGHTS: dict[Sign, int] = {
    Sign.HIDDEN_FIELD: 5,
    Sign.TOO_FAST: 2,
    Sign.REPEATED: 1,
    Sign.EVERYWHERE: 3,
    Sign.LINK_IN_WORDS: 2,
    Sign.LINK: 1,
    Sign.LINKS: 2,
    Sign.SCRIPTS: 1,
    Sign.SPAM_FROM_MAILBOX: 2,
    Sign.SPAM_FROM_NETWORK: 2,
}
"""What each weighs; in the order in which a card names them."""
SET_ASIDE_FROM = 3
TRUSTED = 2
"""What a good record takes off: an address can be typed by anyone, so it is not everything."""

LEAST_SECONDS = 2.0
"""Whoever changes one letter of a word and presses the keys takes longer."""
SEVERAL, VERY_MANY = 3, 20
"""Other places with nearly the same words, within a day."""
SPAM_OF_MAILBOX, SPAM_OF_NETWORK = 2, 2
"""Rejections as spam that count."""
GOOD_RECORD = 3
"""So many corrected ones, and fewer turned down, are a good record."""

# Each link is one, however it is written: as a whole address, or as a name such as example.com.
_LINK = re.compile(
    r"(?:https?://|\bwww\.|\[url\b|<a\s)\S*|\b[\w-]{1,63}\.(?:com|net|org|ru|info|biz)\b\S*",
    re.IGNORECASE,
)
_SCRIPTS = ("Latin", "Cyrillic", "Greek", "Armenian", "Hebrew", "Arabic", "Han", "Hangul", "Thai")
_OF_SCRIPT = {name: regex.compile(rf"\p{{{name}}}") for name in _SCRIPTS}
_WORD = regex.compile(r"[\p{L}\p{M}]+")
LEAST_WORDS = 4
"""Fewer new words are a spelling, which a reader may well correct in every article."""
PRINTS = 8
"""So many stand for a text, however long it is."""
NEARLY = 0.5
"""Texts that share so many of them are nearly the same."""


@dataclass(frozen=True)
class Sent:
    """What is looked at of a correction: the words of the article, the new ones, and the why.

    ``seconds`` have passed since its form was given out, where that is known; ``trapped``:
    its hidden field was filled in; ``elsewhere``: so many other places were sent nearly the
    same within a day. ``spam_of_mailbox`` and ``spam_of_network`` were rejected as spam.
    """

    stood: str
    words: str
    why: str = ""
    article: str = ""
    seconds: float | None = None
    trapped: bool = False
    elsewhere: int = 0
    spam_of_mailbox: int = 0
    spam_of_network: int = 0
    record: Record | None = None


def signs(sent: Sent) -> tuple[Sign, ...]:
    """The signs of spam that a correction has, the weightiest kinds first. Linear time."""
    links = _new_links(sent)
    found = {
        Sign.HIDDEN_FIELD: sent.trapped,
        Sign.TOO_FAST: sent.seconds is not None and sent.seconds < LEAST_SECONDS,
        Sign.REPEATED: SEVERAL <= sent.elsewhere < VERY_MANY,
        Sign.EVERYWHERE: sent.elsewhere >= VERY_MANY,
        Sign.LINK_IN_WORDS: links[0] > 0,
        Sign.LINK: links[1] > 0,
        Sign.LINKS: sum(links) >= SEVERAL,
        Sign.SCRIPTS: _mixes_scripts(sent),
        Sign.SPAM_FROM_MAILBOX: sent.spam_of_mailbox >= SPAM_OF_MAILBOX,
        Sign.SPAM_FROM_NETWORK: sent.spam_of_network >= SPAM_OF_NETWORK,
    }
    return tuple(sign for sign in WEIGHTS if found[sign])


def is_set_aside(found: Collection[Sign], record: Record | None = None) -> bool:
    """Whether these signs are enough to look at a correction after all others."""
    weight = sum(WEIGHTS[sign] for sign in found)
    known = record is not None and record.corrected >= GOOD_RECORD
    if known and record is not None and record.corrected > record.rejected:
        weight -= TRUSTED
    return weight >= SET_ASIDE_FROM


def prints(*texts: str) -> tuple[int, ...]:
    """Numbers that stand for the words of some texts: nearly the same words share most of them.

    The least hashes of their pairs of words, folded, so that neither signs nor digits nor a
    few other words make another text of it; nothing for a spelling. 63 bits each. Linear time.
    """
    words = _WORD.findall(folded(" ".join(texts)))
    if len(words) < LEAST_WORDS:
        return ()
    pairs = {f"{one} {other}" for one, other in pairwise(words)}
    return tuple(sorted(map(_hash, pairs))[:PRINTS])


def are_nearly_the_same(shared: int, of: int) -> bool:
    """Whether a text that shares so many of another's prints has nearly the same words."""
    return shared >= max(1, round(of * NEARLY))


def _hash(pair: str) -> int:
    return int.from_bytes(blake2b(pair.encode(errors="replace"), digest_size=8).digest()) >> 1


def _new_links(sent: Sent) -> tuple[int, int]:
    """The links in the new words that the article's have not, and those in the explanation."""
    stood, words = (len(_LINK.findall(text)) for text in (sent.stood, sent.words))
    return max(0, words - stood), len(_LINK.findall(sent.why))


def _mixes_scripts(sent: Sent) -> bool:
    if sent.words.isascii():
        return False
    fresh = set(_scripts(sent.words)) - set(_scripts(sent.article or sent.stood))
    return bool(fresh) or mixes_anew(sent.stood, sent.words)


def _scripts(text: str) -> Iterable[str]:
    letters = "".join(set(text))
    return (name for name, found in _OF_SCRIPT.items() if found.search(letters))
