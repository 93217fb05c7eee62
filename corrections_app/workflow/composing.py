"""What is owed to a reader becomes one letter, in words a person would write.

Each kind has a folder under ``templates/emails``: its subject, and its part of
the body as text and as HTML. One frame holds the parts of a letter together.
A file of the same name under ``instance/templates/emails`` takes its place.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import select

from corrections_app import language
from corrections_app.domain.differences import Piece, difference
from corrections_app.domain.patching import Edit, splice
from corrections_app.domain.quoting import sentence_around, text_fragment
from corrections_app.domain.reasons import sentence_of
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Owed, Revision
from corrections_app.workflow import placing, post
from corrections_app.workflow.message import SECRET_MARK, plain
from corrections_app.workflow.submission import token_for

LONGEST_TITLE = 100
LONGEST_REMARK = 400
LONGEST_PIECE = 400
LONGEST_DIFFERENCE = 1_000
"""In code points: a letter shows what changed; the whole stands in the receipt."""
LARGEST = 30_000
"""Bytes of HTML that a letter of several corrections may have (mail programs cut at 100 KB)."""
CUT = " […] "
SEVERAL = "several"

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
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

    @property
    def is_too_large(self) -> bool:
        """Whether it should be two letters."""
        return len(self.html.encode()) > LARGEST


@dataclass(frozen=True)
class Part:
    """What a letter says of one correction.

    ``asked`` is the difference that the reader proposed, ``made`` the one that
    was made; each inside its sentence. ``quoted`` is the sentence alone, for a
    remark on words that stayed.
    """

    kind: str
    reference: str
    receipt: str
    place: str
    asked: tuple[Piece, ...] | None
    made: tuple[Piece, ...] | None
    quoted: str | None
    remark: str | None
    reason: str
    note: str | None


def of(owed: Sequence[Owed]) -> Composed:
    """One letter of all that is owed to one reader about one article.

    The contacts are there, each with the same address. Raises
    `jinja2.TemplateError` when a template is broken.
    """
    newest = owed[-1].correction
    contact, article = newest.contact, newest.article
    assert contact is not None
    assert contact.email is not None
    with language.speaking(contact.lang):
        return _written(
            owed[0].kind if len(owed) == 1 else SEVERAL,
            contact.email,
            thread=" ".join(thread_id(one.correction_id) for one in owed),
            name=contact.name,
            article=article,
            title=_short(plain(article.current.title), LONGEST_TITLE),
            parts=[part_of(one) for one in owed],
        )


def sign_in(email: str, name: str, link: str, *, lang: str | None = None) -> Composed:
    """The letter that carries a one-time sign-in link, which is kept apart from its text."""
    with language.speaking(lang):
        return _written("sign_in", email, secret=link, name=name, link=SECRET_MARK, parts=[])


def message_id(letter_id: int) -> str:
    """The Message-ID of a letter: from its row, so that sending it again repeats it."""
    return _identifier("letter", letter_id)


def thread_id(correction_id: int) -> str:
    """The Message-ID that all letters about one correction refer to; no letter has it."""
    return _identifier("correction", correction_id)


def part_of(owed: Owed) -> Part:
    """What there is to say of one correction and its decision."""
    correction, decision = owed.correction, owed.decision
    made, place = _made(correction.article, decision)
    return Part(
        kind=owed.kind,
        reference=correction.reference,
        receipt=f"{_site()}/receipts/{token_for(correction.id)}",
        place=place or _place_now(correction),
        asked=_asked(correction),
        made=made,
        quoted=_quoted(correction),
        remark=_short(correction.explanation, LONGEST_REMARK) if correction.explanation else None,
        reason=language.gettext(sentence_of(decision.reason)) if decision.reason else "",
        note=decision.note,
    )


def _made(article: Article, decision: Decision) -> tuple[tuple[Piece, ...] | None, str | None]:
    """What changed, in its sentence, and the link to it; nothing where nothing was changed."""
    edits = placing.loaded(decision.edits)
    if decision.revision is None or not edits:
        return None, None
    old = _revision(article.id, decision.revision - 1).text
    new = _revision(article.id, decision.revision).text
    low, high = sentence_around(old, edits[0].start, edits[-1].end)
    before, after = old[low:high], _within(old, low, high, edits)
    first = edits[0].start
    last = first + len(decision.after or "")
    there = (first, last) if new[first:last].strip() else sentence_around(new, first, first)
    return _told(before, after), _page(article) + text_fragment(new, *there)


def _within(text: str, low: int, high: int, edits: Sequence[Edit]) -> str:
    low_edits = [Edit(e.start - low, e.end - low, e.replacement) for e in edits]
    return splice(text[low:high], low_edits)


def _asked(correction: Correction) -> tuple[Piece, ...] | None:
    """The reader's proposal, in the sentence as they read it."""
    if correction.replacement is None or correction.start is None or correction.end is None:
        return None
    text = _revision(correction.article_id, correction.base_revision).text
    low, high = sentence_around(text, correction.start, correction.end)
    proposed = text[low : correction.start] + correction.replacement + text[correction.end : high]
    return _told(text[low:high], proposed)


def _quoted(correction: Correction) -> str | None:
    if correction.start is None or correction.end is None:
        return None
    text = _revision(correction.article_id, correction.base_revision).text
    low, high = sentence_around(text, correction.start, correction.end)
    return _cut(text[low:high])


def _told(before: str, after: str) -> tuple[Piece, ...]:
    """The difference at a length that someone reads."""
    pieces: list[Piece] = []
    room = LONGEST_DIFFERENCE
    for piece in difference(before, after):
        if room <= 0:
            return (*pieces, Piece("same", CUT.rstrip()))
        pieces.append(Piece(piece.kind, _cut(piece.text)))
        room -= len(pieces[-1].text)
    return tuple(pieces)


def _cut(text: str) -> str:
    half = LONGEST_PIECE // 2
    return text if len(text) <= LONGEST_PIECE else text[:half] + CUT + text[-half:]


def _place_now(correction: Correction) -> str:
    """The link to the words where they stand now, or to the article where they are gone."""
    article, where = correction.article, correction.placement
    if where is None or where.start is None or where.end is None:
        return _page(article)
    text = _revision(article.id, where.revision).text
    return _page(article) + text_fragment(text, where.start, where.end)


def _revision(article_id: int, number: int) -> Revision:
    query = select(Revision).filter_by(article_id=article_id, number=number)
    return db.session.scalars(query).one()


def _written(
    kind: str,
    recipient: str,
    *,
    thread: str | None = None,
    secret: str | None = None,
    **values: Any,
) -> Composed:
    lang = _language_spoken()
    values |= {
        "kind": kind,
        "newsroom": current_app.config["NEWSROOM"],
        "lang": lang,
        "dir": "rtl" if lang.partition("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "replies": current_app.config["REPLY_TO"] or not _is_local_sender(),
    }
    values["subject"] = plain(_rendered(f"emails/{kind}/subject.txt", values))
    return Composed(
        kind,
        recipient,
        values["subject"],
        _tidied(_rendered("emails/_frame.txt", values)),
        _tidied(_rendered("emails/_frame.html", values)),
        thread,
        secret,
    )


def _rendered(name: str, values: dict[str, Any]) -> str:
    # Not through Flask's render_template: its context processors belong to web pages.
    return current_app.jinja_env.get_template(name).render(values)


def _tidied(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return _EMPTY_LINES.sub("\n\n", lines) + "\n"


def _language_spoken() -> str:
    """The language the letter comes out in: its reader's, where there is a translation."""
    catalogue = language.gettext("")  # where gettext keeps what it knows of itself
    found = re.search(r"^Language: *(\S+)", catalogue, re.MULTILINE)
    return found.group(1).replace("_", "-") if found else "en"


def _identifier(what: str, number: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    seal = hmac.new(key, f"{what}-id:{number}".encode(), sha256).hexdigest()[:24]
    host = post.host_of(current_app._get_current_object())  # type: ignore[attr-defined]
    return f"<{what}-{number}.{seal}@{host}>"


def _site() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _page(article: Article) -> str:
    return f"{_site()}/articles/{article.slug}"


def _is_local_sender() -> bool:
    return bool(current_app.config["MAIL_SENDER"].endswith("@localhost"))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
