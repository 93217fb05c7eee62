"""Passwords: argon2id hashes, made and compared a few at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from corrections_app.domain.errors import Busy, Invalid

SHORTEST = 12
LONGEST = 500
"""In code points."""
_FEWEST_DIFFERENT = 5

_hasher = PasswordHasher()
# Each hash takes 64 MiB and a tenth of a second of every core: a crowd at the door must take
# neither all memory nor the threads that serve readers. Who finds no room is told so at once.
_for_strangers = BoundedSemaphore(2)
_for_those_known = BoundedSemaphore(1)
"""The crowd cannot fill this one: for devices and people who have been here before."""


def check(password: str, known: Iterable[str] = ()) -> None:
    """Refuse a password that is quickly guessed. Raises `Invalid`, naming ``password``.

    Long enough, and not what anyone ``known`` to type it would try first; no
    rule about digits and signs, which make passwords worse (NIST SP 800-63B,
    section 5.1.1.2).
    """
    if len(password) < SHORTEST:
        raise Invalid.at(
            "password", "A password needs %(number)s characters or more.", number=SHORTEST
        )
    if len(password) > LONGEST:
        raise Invalid.at(
            "password", "A password has no more than %(number)s characters.", number=LONGEST
        )
    easy = {word.casefold().strip() for word in known}
    if len(set(password)) < _FEWEST_DIFFERENT or password.casefold().strip() in easy:
        raise Invalid.at(
            "password", "This password is too easy to guess. A sentence of your own is better."
        )


def hashed(password: str) -> str:
    """The argon2id hash that is kept (RFC 9106). Raises `Busy`."""
    with _room(known=True):
        return _hasher.hash(_same_everywhere(password))


def matches(kept: str | None, password: str, *, known: bool = False) -> bool:
    """Whether this is the password kept; where none is kept, the same work is done for nothing.

    ``known`` is somebody whom a crowd of strangers must not keep out. Raises `Busy`.
    """
    with _room(known):
        nobody = _nobody()  # asked for in every case: the first one tells no more than others
        try:
            _hasher.verify(kept or nobody, _same_everywhere(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


@contextmanager
def _room(known: bool) -> Iterator[None]:
    """Room for one hash, or `Busy` at once: whoever waited would hold a thread of the server."""
    rooms = (_for_strangers, _for_those_known) if known else (_for_strangers,)
    room = next((one for one in rooms if one.acquire(blocking=False)), None)
    if room is None:
        raise Busy("Too many people are signing in now. Try again in a few seconds.", retry_after=2)
    try:
        yield
    finally:
        room.release()


@cache
def _nobody() -> str:
    """What is compared for unknown people too, so that time does not tell who has an account.

    Made when it is first needed: a hash costs a tenth of a second, which no start should wait for.
    """
    return _hasher.hash(token_urlsafe(16))


def _same_everywhere(password: str) -> str:
    # Two keyboards may type one letter as one code point or as two.
    return unicodedata.normalize("NFKC", password)
