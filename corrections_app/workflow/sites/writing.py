"""Accepted changes go into the newsroom's own pages: all that wait of an article in one write.

No transaction is open while a site is spoken to. Whatever is not known of a write is found out by
asking for the very same again, so nothing is written twice and nothing is lost.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from corrections_app import sites
from corrections_app.domain import writing_back as rules
from corrections_app.domain.errors import (
    Busy,
    ImportRefused,
    Invalid,
    NotAmended,
    Refusal,
    SeveralPlaces,
    SourceChanged,
)
from corrections_app.domain.writing_back import Code, Step
from corrections_app.extensions import db
from corrections_app.models import Site, SiteArticle, WriteBack
from corrections_app.sites.trouble import Changed, Gone, NotAllowed, Trouble, Unknown
from corrections_app.sources import Source, read_source
from corrections_app.workflow import gauges
from corrections_app.workflow.articles import importing
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.clock import now as read_clock
from corrections_app.workflow.sites import composing, in_hand, registry, syncing
from corrections_app.workflow.sites.in_hand import Job
from corrections_app.workflow.sites.syncing import Due

log = logging.getLogger(__name__)

_TRIES = 3
_RESTLESS = "The article is being changed there at this moment: it is tried again."
Clock = Callable[[], datetime]
Opened = Callable[[Site], sites.site.Site]


def work(job: Job, clock: Clock, opened: Opened = registry.opened) -> None:
    """Write what one article has waiting, and note what became of it."""
    try:
        there = opened(job.site)
        if not there.writes or job.source is None:
            raise NotAllowed("This site is only read: make the change there by hand.")
        if job.sent is not None:
            _send_again(job, there, job.source, clock)
        else:
            _write(job, there, clock)
    except in_hand.Lost:
        return
    except Refusal as refusal:
        _note_refusal(job, refusal, clock())
    except SQLAlchemyError:
        raise
    except Exception as error:  # whatever is wrong with this article, the others must go
        words = f"{type(error).__name__}: {error}"[:500]
        in_hand.put_off(job, Code.UNREACHABLE, words, clock())


def _send_again(job: Job, there: sites.site.Site, before: Source, clock: Clock) -> None:
    """Find out what became of a write: ask for the very same, once more.

    Nothing else is added to it, so all that came since waits for its turn.
    """
    try:
        after = there.write(before, job.sent or {})
    except Changed as changed:
        # Whether ours arrived before it was changed is seen in what stands there now.
        in_hand.forget_sent(job)
        in_hand.put_off(job, Code.SOURCE_CHANGED, changed.message, clock(), at_once=True)
        return
    in_hand.confirm(job, after, job.doubtful, clock())


def _write(job: Job, there: sites.site.Site, clock: Clock) -> None:
    """Put the changes into the text as it is there at this moment."""
    rows = list(job.rows)
    for _ in range(_TRIES):
        current = _in_step(job, there, clock)
        options = syncing.options_of(job.site)
        document = read_source(current, options)
        composed = composing.compose(rows, current, document, options)
        for number, why in composed.refused.items():
            in_hand.give_up(job, [number], Step.REFUSE, _code(why), why.message, clock())
        in_hand.give_up(job, composed.overtaken, Step.OVERTAKE, None, None, clock())
        if not (rows := composed.made):
            return
        fields = composed.fields
        after = _sent(job, there, current, fields, rows) if fields else current
        if after is not None:
            in_hand.confirm(job, after, rows, clock())
            return
    raise Changed(_RESTLESS)


def _sent(
    job: Job, there: sites.site.Site, current: Source, fields: dict[str, str], rows: list[int]
) -> Source | None:
    """The source after a write; None where somebody changed it in the same moment."""
    in_hand.note_sent(job, current, fields, rows)
    try:
        return there.write(current, fields)
    except Unknown:
        raise
    except Changed:
        in_hand.forget_sent(job)
        return None
    except Refusal:
        in_hand.forget_sent(job)
        raise


def _in_step(job: Job, there: sites.site.Site, clock: Clock) -> Source:
    """The text there, once it is the one that is known here: what is new comes in first.

    Raises `SourceChanged` where that cannot be imported without a person.
    """
    assert job.source is not None
    for _ in range(_TRIES):
        current = there.read(job.source.id)
        if _is_known(job, current):
            return current
        # Somebody said of one that was missed there: write it again.
        terms = Terms(side="ours") if job.overrules else importing.BY_ITSELF
        due = Due([job.source.id])
        (done,) = syncing.bring_in(job.site, there, due, terms=terms, clock=clock)
        if done.imported is None:
            raise SourceChanged(
                "A colleague changed the article there, and that cannot be imported as it is: "
                "%(said)s",
                said=done.said,
            )
    raise Changed(_RESTLESS)


def _is_known(job: Job, current: Source) -> bool:
    query = select(SiteArticle.raw).filter_by(article_id=job.article_id)
    raw = db.session.scalar(query)
    db.session.rollback()
    return raw == dict(current.fields)


_CODES: dict[type[Refusal], Code] = {
    SourceChanged: Code.SOURCE_CHANGED,
    ImportRefused: Code.SOURCE_CHANGED,
    SeveralPlaces: Code.AMBIGUOUS,
    NotAmended: Code.NOT_EXACT,
    Gone: Code.GONE_THERE,
}
_OTHER = Code.NOT_EXACT


def _code(refusal: Refusal) -> Code:
    return next((code for kind, code in _CODES.items() if isinstance(refusal, kind)), _OTHER)


def _note_refusal(job: Job, refusal: Refusal, now: datetime) -> None:
    """What a refusal of everything means for what was to be written."""
    said = refusal.message
    if isinstance(refusal, NotAllowed | Invalid):  # the key, or the rights of its account
        in_hand.give_up(job, job.rows, Step.HAND_OVER, Code.NOT_ALLOWED, said, now)
    elif isinstance(refusal, Trouble) and not isinstance(refusal, Gone):
        in_hand.put_off(job, Code.UNREACHABLE, said, now)
    else:
        in_hand.give_up(job, job.rows, Step.REFUSE, _code(refusal), said, now)


def write_due(
    clock: Clock, stop: threading.Event | None = None, opened: Opened = registry.opened
) -> int:
    """One pass: write all that is due; how many articles were gone through."""
    count = 0
    while not (stop and stop.is_set()) and (job := in_hand.claim(clock())):
        work(job, clock, opened)
        count += 1
    return count


def next_due() -> datetime | None:
    """When there is next something to write, which may be past; None when nothing waits."""
    query = select(func.min(WriteBack.next_attempt_at)).where(WriteBack.state.in_(rules.IN_HAND))
    due = db.session.scalar(query)
    db.session.rollback()
    return due


def run(app: Flask, stop: threading.Event, wait: float = 1.0, clock: Clock = read_clock) -> None:
    """Write until ``stop`` is set, looking every ``wait`` seconds for something due."""
    said = ""
    while not stop.is_set():
        trouble = ""
        try:
            with app.app_context():
                gauges.note("sites", clock())
                due = next_due()
                if due is not None and due <= clock():
                    write_due(clock, stop)
        except (SQLAlchemyError, Busy) as error:
            trouble = f"nothing can be written to sites: {str(error).splitlines()[0]}"
        if trouble and trouble != said:
            log.warning("%s; trying again", trouble)
        said = trouble
        stop.wait(wait)
