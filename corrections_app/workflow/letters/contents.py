"""What a letter says of one correction: the words, the difference, the verdict, the links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from corrections_app.domain.lifecycle import RIVAL_ACCEPTED, Reason, Status
from corrections_app.domain.text.differences import Piece, difference
from corrections_app.domain.text.edits import splice_within
from corrections_app.domain.text.paragraphs import sentence_around, text_fragment
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Enquiry, Owed, ReasonWording
from corrections_app.workflow import dates, revisions, taken_down
from corrections_app.workflow.letters.letter import plain
from corrections_app.workflow.letters.owed import QUESTION, kind_of
from corrections_app.workflow.reasons.words import words
from corrections_app.workflow.tokens import token_for

LONGEST_TITLE = 100
LONGEST_REMARK = 400
LONGEST_PIECE = 400
LONGEST_DIFFERENCE = 1_000
"""In code points: a letter shows what changed; the whole stands in the receipt."""
CUT = " […] "
_ELEMENT = 10
"""What the element around a piece takes of that length."""


@dataclass(frozen=True)
class LetterPart:
    """What a letter says of one correction.

    ``kind`` is the letter it would be alone, ``outcome`` the verdict in it.
    ``asked`` is the difference that the reader proposed, ``made`` the one that
    was made; each inside its sentence. ``quoted`` is the sentence as the reader
    saw it, ``stands`` as it is now.
    """

    kind: str
    outcome: str
    title: str
    reference: str
    receipt: str
    place: str
    asked: tuple[Piece, ...] | None
    made: tuple[Piece, ...] | None
    quoted: str | None
    stands: str | None
    remark: str | None
    reason: str
    note: str | None
    by_rival: bool = False
    down_since: str = ""
    """The day on which the article was taken down, where it is."""
    down_because: str = ""
    """Why, in the newsroom's words."""
    question: str | None = None
    """What an editor asks, where the letter asks it."""
    until: str = ""
    """The day until which the card waits for the answer."""


def part_of(owed: Owed) -> LetterPart:
    """What there is to say of one correction and its decision, if there is one."""
    correction, decision = owed.correction, owed.decision
    made, place = _made(correction.article, decision) if decision else (None, None)
    down = taken_down.standing(db.session(), correction.article_id)
    enquiry = db.session.get(Enquiry, correction.id) if owed.kind == QUESTION else None
    # A second look has its own note; only where the first one is the reason does it stand in.
    has_it = decision and (owed.kind != "appeal_upheld" or decision.reason == Reason.OTHER)
    note = owed.note or (decision.note if decision and has_it else None)
    return LetterPart(
        kind=owed.kind,
        outcome=kind_of(decision) if decision else owed.kind,
        title=title_of(correction.article),
        reference=correction.reference,
        receipt=f"{site()}/receipts/{token_for(correction)}",
        place=place or _place_now(correction),
        asked=_asked(correction),
        made=made,
        quoted=_quoted(correction),
        stands=_stands(correction),
        remark=shortened(correction.explanation or "", LONGEST_REMARK) or None,
        reason=_reason(decision) if decision else "",
        note=note,
        by_rival=bool(decision and decision.reason == RIVAL_ACCEPTED),
        down_since=dates.day(down.created_at) if down else "",
        down_because=down.reason if down else "",
        question=enquiry.question if enquiry else None,
        until=dates.day(enquiry.until) if enquiry else "",
    )


def title_of(article: Article) -> str:
    """An article's headline on one line, at a length that a subject may have."""
    return shortened(plain(article.current.title), LONGEST_TITLE)


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis, in ``most`` code points."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def site() -> str:
    """The address that readers know."""
    return str(current_app.config["PUBLIC_URL"])


def _reason(decision: Decision) -> str:
    """The reason in the newsroom's own words; only a rejection has one that readers get."""
    if decision.outcome != Status.REJECTED or not decision.reason:
        return ""
    return words(db.session.get_one(ReasonWording, decision.reason)).sentence


def _made(article: Article, decision: Decision) -> tuple[tuple[Piece, ...] | None, str | None]:
    """What changed, in its sentence, and the link to it; nothing where nothing was changed."""
    edits = decision.edits
    if decision.revision is None or not edits:
        return None, None
    if _is_hidden(article, decision.revision - 1):
        return None, _page(article)
    old = _text(article.id, decision.revision - 1)
    new = _text(article.id, decision.revision)
    low, high = sentence_around(old, edits[0].start, edits[-1].end)
    before, after = old[low:high], splice_within(old, low, high, edits)
    first = edits[0].start
    last = first + len(decision.after or "")
    there = (first, last) if new[first:last].strip() else sentence_around(new, first, first)
    return _told(before, after), _page(article) + text_fragment(new, *there)


def _asked(correction: Correction) -> tuple[Piece, ...] | None:
    """The reader's proposal, in the sentence as they read it."""
    if correction.replacement is None or correction.start is None or correction.end is None:
        return None
    if _is_hidden(correction.article, correction.base_revision):
        return _told(correction.exact or "", correction.replacement)
    text = _text(correction.article_id, correction.base_revision)
    low, high = sentence_around(text, correction.start, correction.end)
    proposed = text[low : correction.start] + correction.replacement + text[correction.end : high]
    return _told(text[low:high], proposed)


def _quoted(correction: Correction) -> str | None:
    if correction.start is None or correction.end is None:
        return None
    if _is_hidden(correction.article, correction.base_revision):
        return _cut(correction.exact or "")
    text = _text(correction.article_id, correction.base_revision)
    return _sentence(text, correction.start, correction.end)


def _stands(correction: Correction) -> str | None:
    placement = correction.placement
    if placement is None or placement.start is None or placement.end is None:
        return None
    if correction.article.retired_at is not None:
        return None
    text = _text(correction.article_id, placement.revision)
    return _sentence(text, placement.start, placement.end)


def _sentence(text: str, start: int, end: int) -> str:
    low, high = sentence_around(text, start, end)
    return _cut(text[low:high])


def _told(before: str, after: str) -> tuple[Piece, ...]:
    """The difference at a length that someone reads."""
    pieces: list[Piece] = []
    room = LONGEST_DIFFERENCE
    for piece in difference(before, after):
        if room <= 0:
            return (*pieces, Piece("same", CUT.rstrip()))
        pieces.append(Piece(piece.kind, _cut(piece.text)))
        room -= len(pieces[-1].text) + _ELEMENT
    return tuple(pieces)


def _cut(text: str) -> str:
    half = LONGEST_PIECE // 2
    return text if len(text) <= LONGEST_PIECE else text[:half] + CUT + text[-half:]


def _place_now(correction: Correction) -> str:
    """The link to the words where they stand now, or to the article where they are gone."""
    article, placement = correction.article, correction.placement
    if placement is None or placement.start is None or placement.end is None:
        return _page(article)
    if article.retired_at is not None:  # the link would hold the words
        return _page(article)
    text = _text(article.id, placement.revision)
    return _page(article) + text_fragment(text, placement.start, placement.end)


def _is_hidden(article: Article, number: int) -> bool:
    """Whether no letter may quote this revision: then it holds its reader's own words alone."""
    return not taken_down.may_show(db.session(), article.id, number)


def _text(article_id: int, number: int) -> str:
    return revisions.text(db.session(), article_id, number)


def _page(article: Article) -> str:
    return f"{site()}/articles/{article.slug}"
