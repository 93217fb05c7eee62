"""What somebody means who types one thing into the search: looked up exactly, before its words are.

Each is one step along a unique or hashed index, so that the search costs no more than without.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from corrections_app.domain import mailbox
from corrections_app.extensions import db
from corrections_app.models import Contact, Correction
from corrections_app.workflow import searching

_SIGN = r"[^\s@/<>()\[\]\"„“”«»,;:]"
_LIKE_AN_ADDRESS = re.compile(rf"(?<!{_SIGN}){_SIGN}+@{_SIGN}+")
"""Also among the signs with which programs for mail copy it: Ada <ada@reader.example>;
begun at the beginning of a word alone, so that time is linear."""
_MOST_ADDRESSES = 10


def exactly(asked: str) -> ColumnElement[bool] | None:
    """The corrections that are meant to the letter; None where the words are to be looked up.

    By its reference, by the address of the reader who sent it, by the address of its article
    here or on the newsroom's own pages. What none of these knows is looked for as words.
    """
    asked = asked.strip()
    if said := reference(asked):
        number = _first(select(Correction.id).where(Correction.reference == said))
        if number is not None:
            return Correction.id == number
    if reader(asked) is not None:
        theirs = select(Contact.correction_id).where(Contact.email.in_(_spellings(asked)))
        return Correction.id.in_(theirs)
    article = searching.article_named(asked)
    return None if article is None else Correction.article_id == article


def reader(asked: str) -> int | None:
    """The number of the latest correction that came from this very address, if one did."""
    spelt = _spellings(asked)
    query = select(Contact.correction_id).where(Contact.email.in_(spelt))
    return _first(query.order_by(Contact.correction_id.desc())) if spelt else None


def is_address(asked: str) -> bool:
    """Whether an e-mail address is in what was typed or pasted, even one that leads nowhere."""
    return bool(_LIKE_AN_ADDRESS.search(asked)) or bool(_spellings(asked))


def reference(said: str) -> str | None:
    """As it is said on the telephone: in small letters, with blanks, an O for a zero."""
    plain = "".join(c for c in said.upper() if c.isascii() and c.isalnum())
    plain = plain.translate(str.maketrans("OIL", "011"))
    return f"{plain[:4]}-{plain[4:]}" if len(plain) == 8 else None


def _spellings(asked: str) -> tuple[str, ...]:
    """Each address in it as it is kept, and in small letters; nothing where there is none."""
    found = []
    for written in [asked.strip(), *_LIKE_AN_ADDRESS.findall(asked)[:_MOST_ADDRESSES]]:
        with suppress(mailbox.NotAnAddress):
            found.append(mailbox.public_address(written.strip(".!?'")))
    return tuple(dict.fromkeys(one for each in found for one in (each, each.lower())))


def _first(query: Select[Any]) -> int | None:
    found: int | None = db.session.scalar(query.limit(1))
    return found
