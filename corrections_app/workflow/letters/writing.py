"""What is owed to a reader becomes one letter, in words a person would write.

Each kind has a folder under ``templates/emails``: its subject, and its part of the
body, said once for text and HTML: ``words`` names the pieces that either form is made
of. One frame for each form holds the parts of a letter together.
A file of the same name under ``instance/templates/emails`` takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_hex
from time import time_ns
from typing import Any

from flask import current_app
from jinja2 import Environment

from corrections_app import language
from corrections_app.models import Contact, Correction, Owed
from corrections_app.sources.languages import direction
from corrections_app.workflow import tokens
from corrections_app.workflow.letters import addresses
from corrections_app.workflow.letters.contents import LetterPart, part_of, site
from corrections_app.workflow.letters.letter import SECRET_MARK, Written, host_of, plain

LARGEST = 30_000
"""Bytes of HTML that a letter may have (mail programs cut at 100 KB)."""
MOST_IN_FULL = 6
"""How many corrections one letter tells of at length, so that it stays a letter."""
SEVERAL = "several"

_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Composed:
    """A letter as written: everything but when it goes and what becomes of it."""

    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    thread: str | None = None
    secret: str | None = None
    address_key: str | None = None
    """Whose stop it heeds; None for what a person asked for themselves."""
    once: str | None = None
    """What it is for, where it must not be written twice."""
    error: str | None = None
    """Why it will not go, where that is known as it is written."""


def of(owed: Sequence[Owed], *, first: bool = False) -> Composed:
    """One letter of all that is owed to one reader, the oldest first.

    The contacts are there. ``first`` is for an address that has never acted on
    a letter, and which is asked whether it wants them. Beyond a handful of
    corrections, or where they would not fit, the rest get one line each.
    Raises `jinja2.TemplateError` when a template is broken.
    """
    contact = owed[-1].correction.contact
    assert contact is not None
    assert contact.email is not None
    with language.speaking(_language_of(owed[-1])):
        # A question asks for something: in no letter is it among what is told in one line.
        told = sorted(map(part_of, owed), key=lambda part: part.question is None)
        in_full = min(MOST_IN_FULL, len(told))
        while True:
            letter = _of_parts(owed, contact, told, in_full, first)
            if len(letter.html.encode()) <= LARGEST or in_full == 1:
                return letter
            in_full //= 2


def confirm(owed: Owed) -> Composed:
    """The letter that asks whether an address wants letters; it holds no word of any reader."""
    contact = owed.correction.contact
    assert contact is not None
    assert contact.email is not None
    key = addresses.key_of(contact.email)
    with language.speaking(_language_of(owed)):
        page = addresses.page_of(key)
        return _written("confirm", contact.email, address_key=key, page=page, parts=[])


def _language_of(owed: Owed) -> str:
    """What its reader reads: that of the receipt, too (`web.answers.in_language_of_reader`)."""
    correction = owed.correction
    read = correction.contact.lang if correction.contact else None
    return language.offered(read, correction.article.lang)


def _of_parts(
    owed: Sequence[Owed], contact: Contact, told: Sequence[LetterPart], in_full: int, first: bool
) -> Composed:
    assert contact.email is not None
    key = addresses.key_of(contact.email)
    titles = {part.title for part in told}
    return _written(
        told[0].kind if len(told) == 1 else SEVERAL,
        contact.email,
        address_key=key,
        thread=" ".join(thread_id(one.correction) for one in owed[:MOST_IN_FULL]),
        # A name is a stranger's words too, until an editor has read them.
        name=contact.name if all(one.decision_id for one in owed) else None,
        title=told[0].title if len(titles) == 1 else None,
        parts=told[:in_full],
        brief=told[in_full:],
        count=len(told),
        first=first,
        page=addresses.page_of(key),
    )


def sign_in(email: str, name: str, link: str, *, lang: str | None = None) -> Composed:
    """The letter that carries a one-time sign-in link, which is kept apart from its text."""
    return of_account("sign_in", email, name, link=link, lang=lang)


def of_account(
    kind: str,
    email: str,
    name: str,
    *,
    link: str | None = None,
    lang: str | None = None,
    **values: Any,
) -> Composed:
    """A letter to a colleague about their own account.

    ``kind`` is one of ``sign_in``, ``invitation``, ``reset`` and
    ``password_changed``; a one-time ``link`` is kept apart from the text.
    """
    values |= {"name": name, "link": SECRET_MARK, "site": site(), "parts": []}
    with language.speaking(language.offered(lang)):
        return _written(kind, email, secret=link, **values)


def to_desk(
    kind: str, email: str, name: str, *, once: str, lang: str | None, **values: Any
) -> Composed:
    """A letter to a colleague about the queue; ``once`` says which, so that it is one."""
    key = addresses.key_of(email, "desk")
    values |= {"name": name, "site": site(), "page": addresses.page_of(key), "parts": []}
    with language.speaking(language.offered(lang)):
        return _written(kind, email, address_key=key, once=once, **values)


def trial(email: str, now: datetime) -> Written:
    """A letter that only shows that letters can go; the outbox knows nothing of it."""
    with language.speaking(language.offered()):
        composed = _written("test", email, parts=[])
    identifier = _identifier(f"test-{time_ns()}", token_hex(12))
    return Written(email, identifier, None, composed.subject, composed.text, composed.html, now)


def message_id(letter_id: int) -> str:
    """A Message-ID for a new letter, kept in its row so that sending it again repeats it.

    It is drawn at random: a restored backup gives a letter's number to another letter.
    """
    return _identifier(f"letter-{letter_id}", token_hex(12))


def thread_id(correction: Correction) -> str:
    """The Message-ID that all letters about one correction refer to; no letter has it."""
    seal = tokens.seal("correction-id", correction.seal).hex()[:24]
    return _identifier(f"correction-{correction.id}", seal)


def _written(
    kind: str,
    recipient: str,
    *,
    thread: str | None = None,
    secret: str | None = None,
    address_key: str | None = None,
    once: str | None = None,
    **values: Any,
) -> Composed:
    lang = language.spoken()
    newsroom = current_app.config["NEWSROOM"]
    signature = current_app.config["SIGNATURE"]
    values |= {
        "kind": kind,
        "newsroom": newsroom,
        "signature": signature or language.gettext("The editors of %s") % newsroom,
        "lang": lang,
        "dir": direction(lang),
        "replies": current_app.config["REPLY_TO"] or not _is_local_sender(),
    }
    values["subject"] = plain(_rendered(f"emails/{kind}/subject.txt", values))
    return Composed(
        kind,
        recipient,
        values["subject"],
        _tidied(_rendered("emails/_frame.txt", values | {"words": "emails/_words.txt"})),
        _tidied(_rendered("emails/_frame.html", values | {"words": "emails/_words.html"})),
        thread,
        secret,
        address_key,
        once,
    )


def _rendered(name: str, values: dict[str, Any]) -> str:
    # Not through Flask's render_template: its context processors belong to web pages.
    pages = current_app.jinja_env
    letters = _unescaped(pages) if name.endswith(".txt") else pages
    return letters.get_template(name).render(values)


@lru_cache(maxsize=1)
def _unescaped(pages: Environment) -> Environment:
    """The same templates for plain text: one body serves both forms, and text has no entities."""
    # No shared bytecode: what is compiled without escaping must never serve a page.
    return pages.overlay(autoescape=False, bytecode_cache=None)


def _tidied(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return _EMPTY_LINES.sub("\n\n", lines) + "\n"


def _identifier(what: str, seal: str) -> str:
    host = host_of(current_app._get_current_object())  # type: ignore[attr-defined]
    return f"<{what}.{seal}@{host}>"


def _is_local_sender() -> bool:
    return bool(current_app.config["MAIL_SENDER"].endswith("@localhost"))
