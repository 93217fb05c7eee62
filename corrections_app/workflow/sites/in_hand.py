"""Write-backs in a worker's hands: taken on a lease, sent, confirmed, put off, given up.

What is about to be sent is noted first; so a worker that is killed between the site's answer and
ours leaves behind what the next one asks for once more, to the letter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain import writing_back as rules
from corrections_app.domain.writing_back import Code, State, Step
from corrections_app.models import Site, SiteArticle, WriteBack
from corrections_app.sources import Source, read_source
from corrections_app.workflow import locks
from corrections_app.workflow.articles import importing
from corrections_app.workflow.pending.writing_back import move
from corrections_app.workflow.sites import syncing
from corrections_app.workflow.transaction import write

LEASE = timedelta(minutes=5)
"""How long an article is one worker's; more than all requests of a write may take."""
_FORMATS = {"wordpress": "wordpress", "ghost": "lexical", "git": "markdown", "page": "html"}


@dataclass(frozen=True)
class Job:
    """An article whose changes are in this worker's hands, apart from any session.

    ``rows`` are the numbers of the write-backs, in the order of their revisions; ``doubtful``
    those of them that ``sent`` holds.
    """

    site: Site
    article_id: int
    source: Source | None
    """What is known of the text there; None where no text is known, only a page."""
    rows: Sequence[int]
    doubtful: Sequence[int]
    sent: dict[str, str] | None
    lease: str
    overrules: bool


def claim(now: datetime) -> Job | None:
    """Take the article whose change waits longest, or whose worker is gone, for `LEASE`."""
    due = (
        select(WriteBack.article_id)
        .where(WriteBack.state.in_(rules.IN_HAND), WriteBack.next_attempt_at <= now)
        .group_by(WriteBack.article_id)
        .order_by(func.min(WriteBack.next_attempt_at), WriteBack.article_id)
    )
    with write() as session:
        for article_id in session.scalars(due).all():
            held = (
                select(SiteArticle)
                .filter_by(article_id=article_id)
                .options(joinedload(SiteArticle.site, innerjoin=True))
                .with_for_update(of=SiteArticle, skip_locked=True)
            )
            there = session.scalar(held)
            if there is not None and (job := _taken(session, there, now)):
                return job
    return None


def _taken(session: Session, there: SiteArticle, now: datetime) -> Job | None:
    query = select(WriteBack).filter_by(article_id=there.article_id)
    found = query.where(WriteBack.state.in_(rules.IN_HAND)).order_by(WriteBack.revision)
    rows = session.scalars(found.with_for_update()).all()
    if any(row.state == State.WRITING and row.next_attempt_at > now for row in rows):
        return None  # another worker has it
    lease = token_urlsafe(12)
    job = Job(
        site=there.site,
        article_id=there.article_id or 0,
        source=_known(there),
        rows=[row.id for row in rows],
        doubtful=[row.id for row in rows if row.in_doubt],
        sent=there.sent,
        lease=lease,
        overrules=any(row.overrules for row in rows),
    )
    for row in rows:
        more: Any = {"attempts": row.attempts + 1, "first_attempt_at": row.first_attempt_at or now}
        until = now + LEASE
        move(session, row, Step.TAKE, now=now, lease=lease, next_attempt_at=until, **more)
    session.flush()
    session.expunge(there.site)
    return job


def _known(there: SiteArticle) -> Source | None:
    if there.raw is None:
        return None
    return Source(
        id=there.external_id,
        address=there.address,
        version=there.version or "",
        format=_FORMATS[there.site.kind],  # type: ignore[arg-type]
        fields=there.raw,
        settled=there.settled,
    )


class Lost(Exception):
    """The article is not in this worker's hands any more, or not as it was."""


def note_sent(job: Job, current: Source, fields: dict[str, str], rows: Sequence[int]) -> None:
    """Note what is about to be sent. Raises `Lost` where the article is not ours any more."""
    with write() as session:
        there = session.scalar(
            select(SiteArticle).filter_by(article_id=job.article_id).with_for_update()
        )
        if there is None or there.raw != dict(current.fields) or not _is_ours(session, job, rows):
            raise Lost
        there.sent, there.version, there.settled = fields, current.version, current.settled
        session.execute(update(WriteBack).where(WriteBack.id.in_(rows)).values(in_doubt=True))


def _is_ours(session: Session, job: Job, rows: Collection[int]) -> bool:
    query = select(func.count()).where(WriteBack.id.in_(rows), WriteBack.lease == job.lease)
    return session.scalar(query) == len(rows)


def forget_sent(job: Job) -> None:
    """Nothing of what was to be sent is there."""
    theirs = WriteBack.article_id == job.article_id
    there = SiteArticle.article_id == job.article_id
    with write() as session:
        session.execute(update(WriteBack).where(theirs).values(in_doubt=False))
        session.execute(update(SiteArticle).where(there).values(sent=None))


def confirm(job: Job, after: Source, numbers: Sequence[int], now: datetime) -> None:
    """The site has these changes: its text is what is known of it, and nothing waits for them."""
    document = read_source(after, syncing.options_of(job.site))
    with write() as session:
        article = locks.hold_article(session, job.article_id)
        there = session.scalar(select(SiteArticle).filter_by(article_id=job.article_id))
        rows = _rows(session, job)
        if there is None or not rows:  # whoever has them now finds the same
            return
        syncing.keep_state(there, after, now)
        importing.keep_source(session, article, document)
        for row in rows:
            if row.id in numbers:
                move(session, row, Step.CONFIRM, now=now, in_doubt=False, overrules=False)
            else:  # it came while the others were on their way
                more: Any = {"next_attempt_at": now, "attempts": row.attempts - 1}
                move(session, row, Step.PUT_OFF, now=now, in_doubt=False, **more)
        # What was given up while it was in doubt has arrived after all.
        late = select(WriteBack).filter_by(article_id=job.article_id, in_doubt=True)
        for row in session.scalars(late.order_by(WriteBack.id)).all():
            move(session, row, Step.SEE, now=now, in_doubt=False)


def _rows(session: Session, job: Job) -> Sequence[WriteBack]:
    """The write-backs that are still in this worker's hands."""
    query = select(WriteBack).filter_by(article_id=job.article_id, lease=job.lease)
    return session.scalars(query.order_by(WriteBack.revision).with_for_update()).all()


def give_up(
    job: Job,
    numbers: Collection[int],
    step: Step,
    code: Code | None,
    said: str | None,
    now: datetime,
) -> None:
    """Go on with some of them no more: ``step`` says how, ``said`` why."""
    if not numbers:
        return
    with write() as session:
        for row in _rows(session, job):
            if row.id in numbers:
                move(session, row, step, now=now, code=code, said=said)


def put_off(job: Job, code: Code, said: str, now: datetime, *, at_once: bool = False) -> None:
    """Try again later; after a day it is a person's."""
    with write() as session:
        for row in _rows(session, job):
            when = now if at_once else now + rules.pause(row.attempts)
            if now - (row.first_attempt_at or now) >= rules.GIVEN_UP_AFTER:
                gave_up = f"Given up after {rules.GIVEN_UP_AFTER.total_seconds() // 3600:g} hours. "
                move(session, row, Step.REFUSE, now=now, code=Code.GIVEN_UP, said=gave_up + said)
            elif row.in_doubt:  # it stays in hand: nobody may take back what may be there
                lease: Any = {"lease": None, "next_attempt_at": when}
                move(session, row, Step.TAKE, now=now, code=code, said=said, **lease)
            else:
                move(
                    session, row, Step.PUT_OFF, now=now, code=code, said=said, next_attempt_at=when
                )
