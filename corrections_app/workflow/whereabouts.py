"""Where a reader finds the words of their correction in the article as it is now: reads only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from corrections_app.domain.carrying import CARRIED, Place, over_foreign
from corrections_app.domain.quoting import sentence_around, text_fragment
from corrections_app.models import Correction, Decision
from corrections_app.workflow import alignments, placing, revisions
from corrections_app.workflow.closing import loaded


def fragment(session: Session, correction: Correction, decision: Decision | None) -> str:
    """The URL fragment that leads to the words, ``#`` included.

    After an acceptance these are the words that were printed, or the sentence
    that some were taken out of. Empty where there is nothing to lead to.
    """
    article = correction.article
    number, place = _known(session, correction, decision)
    if place is None:
        return ""
    was = place.start, place.end
    if number != article.head:
        place = placing.forward(session, article, number, place)
    text = article.current.text
    if place.fit not in CARRIED:  # rewritten since: where it was, as far as it can be told
        old = revisions.text(session, article.id, number)
        made = alignments.between(article.id, number, article.head, old, text)
        place = over_foreign(Place(*was, None), made)
    if place.start is None or place.end is None:
        return ""
    return text_fragment(text, place.start, place.end)


def _known(
    session: Session, correction: Correction, decision: Decision | None
) -> tuple[int, Place | None]:
    """The words in the revision in which their place is known exactly."""
    if decision is not None and decision.revision is not None and decision.edits:
        return decision.revision, _printed(session, correction, decision, decision.revision)
    where = correction.placement
    if where is None:
        return 0, None
    return where.known_revision, Place(where.known_start, where.known_end, None)


def _printed(
    session: Session, correction: Correction, decision: Decision, number: int
) -> Place | None:
    text = revisions.text(session, correction.article_id, number)
    start = min((loaded(decision.edits) or ())[0].start, len(text))
    end = start + len(decision.after or "")
    if not text[start:end].strip():
        start, end = sentence_around(text, start, start)
    return Place(start, end, None) if text[start:end].strip() else None
