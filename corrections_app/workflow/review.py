"""A moderator decides: accept, accept in other words, answer, reject. One transaction each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.errors import (
    AlreadyDecided,
    Invalid,
    NoChange,
    NotFound,
    Refusal,
    StaleVersion,
    TextMoved,
    TooLong,
)
from corrections_app.domain.lifecycle import Action, ChangeClass, Reason, Status, after
from corrections_app.domain.patching import Edit, edits, splice
from corrections_app.domain.splicing import patch, widened
from corrections_app.domain.text import tidy
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, Revision, User
from corrections_app.workflow import audit, letters, placing, publishing
from corrections_app.workflow.idempotency import Request
from corrections_app.workflow.publishing import Overtaken, Plan
from corrections_app.workflow.transaction import write

_TRIES = 5


@dataclass(frozen=True)
class Verdict:
    """What a moderator says of a correction, and what they saw when they said it.

    ``seen`` is the correction's version and ``revision`` the article's, as shown.
    ``text`` are the words to apply instead of the reader's.
    """

    action: Action
    seen: int | None
    revision: int | None = None
    text: str | None = None
    change_class: ChangeClass = ChangeClass.SILENT
    notice: str = ""
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a decision came to; ``undo_until`` is in ISO 8601, UTC."""

    id: int
    status: str
    version: int
    revision: int
    undo_until: str


def decide(
    correction_id: int, verdict: Verdict, *, by: User, key: str | None, now: datetime
) -> Outcome:
    """Close one correction.

    Raises a `Refusal`, and then nothing has changed: `AlreadyDecided` when
    someone was faster, `TextMoved` when the words are no longer those shown,
    `StaleVersion`, `Invalid`, `NoChange`, `TooLong`, `NotFound`, `BadKey`.
    """
    _check(verdict)
    request = Request(f"act:{by.id}", key, {"correction": correction_id, **asdict(verdict)})
    for _ in range(_TRIES):
        db.session.rollback()
        if answered := request.answered(db.session()):
            return Outcome(**answered)
        change = _planned(correction_id, verdict)
        try:
            with write() as session:
                if answered := request.answered(session):
                    return Outcome(**answered)
                outcome = _close(session, correction_id, verdict, change, by, now)
                request.keep(session, asdict(outcome), now)
            return outcome
        except Overtaken:
            continue
    raise TextMoved("The article is changing at this moment. Try again.")


def standing_of(correction: Correction) -> Decision | None:
    """The decision that holds for a correction, for pages that show it."""
    return standing(db.session(), correction.id)


def standing(session: Session, correction_id: int) -> Decision | None:
    """The decision that holds for a correction, if there is one."""
    return session.scalar(
        select(Decision).where(
            Decision.correction_id == correction_id, Decision.undone_at.is_(None)
        )
    )


def _check(verdict: Verdict) -> None:
    if verdict.seen is None:
        raise Invalid(
            "Say which version of the correction you saw (seen).", fields={"seen": "missing"}
        )
    if verdict.action == Action.REJECT and verdict.reason is None:
        raise Invalid("Choose a reason.", fields={"reason": "Choose a reason."})
    for name, limit in (
        ("text", limits.REPLACEMENT),
        ("note", limits.NOTE),
        ("notice", limits.NOTICE),
    ):
        if len(getattr(verdict, name) or "") > limit:
            sentence = f"That is too long: {limit:,} characters at most."
            raise TooLong(sentence, fields={name: sentence})
    if verdict.change_class == ChangeClass.SILENT and verdict.notice:
        raise Invalid(
            "A silent change has no notice: choose a class.", fields={"notice": "no class"}
        )


def _planned(correction_id: int, verdict: Verdict) -> Plan | None:
    """The change that accepting means, worked out before the writer's turn is taken.

    Whatever is refused here may have been decided meanwhile, and then that is
    what the moderator must hear: so the refusal waits until the row was looked at.
    """
    session = db.session()
    correction = session.get(Correction, correction_id)
    if correction is None:
        raise NotFound("There is no such correction.")
    if verdict.action != Action.ACCEPT:
        return None
    try:
        parts = _edits(correction, verdict)
        if parts is None:
            return None
        article = correction.article
        body = patch(article.current.blocks, parts)
        return publishing.plan(session, article, body, parts)
    except Refusal:
        _check_open(session, correction, verdict)
        raise


def _edits(correction: Correction, verdict: Verdict) -> tuple[Edit, ...] | None:
    """The widened edits to apply to the current text; None where nothing is applied."""
    where = correction.placement
    if where is None or (correction.is_remark and verdict.text is None):
        _check_answer(verdict)
        return None
    text = correction.article.current.text
    parts = placing.loaded(where.edits)
    if where.fit not in CARRIED or where.start is None or where.end is None:
        raise _moved()
    if verdict.revision is not None and verdict.revision != correction.article.head:
        _check_words_stand(correction, text, parts, where.start, where.end)
    if verdict.text is not None:
        parts = edits(text[where.start : where.end], tidy(verdict.text), where.start)
    applied = widened(correction.article.current.blocks, parts or ())
    if splice(text, applied) == text:
        raise NoChange("These words already stand in the article.", fields={"text": "No change."})
    return applied


def _check_answer(verdict: Verdict) -> None:
    if verdict.text is not None:
        raise Invalid(
            "There are no words here to replace.", fields={"text": "No words to replace."}
        )
    if not verdict.note.strip():
        raise Invalid(
            "Write the answer that the reader will get.", fields={"note": "Write an answer."}
        )


def _check_words_stand(
    correction: Correction, text: str, parts: tuple[Edit, ...] | None, start: int, end: int
) -> None:
    """A page of an older revision counts only where the words are those it showed."""
    spans = [(part.start, part.end) for part in parts or ()] or [(start, end)]
    base = correction.start or 0
    exact = correction.exact or ""
    own = edits(exact, correction.replacement, base) if correction.replacement is not None else ()
    shown = [exact[part.start - base : part.end - base] for part in own] or [exact]
    if [text[a:b] for a, b in spans] != shown:
        raise _moved()


def _moved() -> TextMoved:
    return TextMoved("The article's words changed here. Look at them again and decide.")


def _close(
    session: Session,
    correction_id: int,
    verdict: Verdict,
    change: Plan | None,
    by: User,
    now: datetime,
) -> Outcome:
    correction = session.get_one(Correction, correction_id)
    article = publishing.locked(session, correction.article_id)
    session.refresh(correction)
    _check_open(session, correction, verdict)
    _take(session, correction, verdict, now)
    revision = None
    if change is not None:
        revision = publishing.publish(
            session,
            change,
            origin="accept",
            change_class=verdict.change_class,
            notice=verdict.notice or None,
            author_id=by.id,
            now=now,
        )
    decision = _decision(session, correction, verdict, change, revision, by, now)
    letters.owe(session, decision, now=now)
    audit.record(
        session,
        verdict.action,
        article_id=article.id,
        correction_id=correction.id,
        by_id=by.id,
        now=now,
        decision=decision.id,
        revision=decision.revision,
    )
    return Outcome(
        correction.id,
        decision.outcome,
        verdict.seen + 1 if verdict.seen else 1,
        article.head,
        decision.undo_until.isoformat(),
    )


def _check_open(session: Session, correction: Correction, verdict: Verdict) -> None:
    if correction.status != Status.PENDING:
        raise _too_late(session, correction, verdict)
    if correction.version != verdict.seen:
        raise StaleVersion("This correction changed since you opened it. Look at it again.")


def _take(session: Session, correction: Correction, verdict: Verdict, now: datetime) -> None:
    """The one conditional write that makes a decision; whoever changes no row has lost."""
    status = after(Status(correction.status), verdict.action)
    taken = session.execute(
        update(Correction)
        .where(
            Correction.id == correction.id,
            Correction.status == Status.PENDING,
            Correction.version == verdict.seen,
        )
        .values(status=status, version=Correction.version + 1, decided_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        session.refresh(correction)
        raise _too_late(session, correction, verdict)


def _decision(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    revision: Revision | None,
    by: User,
    now: datetime,
) -> Decision:
    before, after_ = _words(session, change)
    decision = Decision(
        correction_id=correction.id,
        action=verdict.action,
        outcome=after(Status.PENDING, verdict.action),
        by_id=by.id,
        revision=revision.number if revision else None,
        before=before,
        after=after_,
        as_proposed=verdict.text is None,
        edits=placing.stored(change.edits) if change else None,
        change_class=verdict.change_class,
        notice=verdict.notice or None,
        reason=verdict.reason,
        note=verdict.note.strip() or None,
        undo_until=now + timedelta(seconds=current_app.config["UNDO_SECONDS"]),
        created_at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def _words(session: Session, change: Plan | None) -> tuple[str | None, str | None]:
    """The passage before and after: from the first edit's start to the last one's end."""
    if change is None or not change.edits:
        return None, None
    low, high = change.edits[0].start, change.edits[-1].end
    old = session.scalars(
        select(Revision.text).filter_by(article_id=change.article_id, number=change.base)
    ).one()
    grown = len(change.text) - len(old)
    return old[low:high], change.text[low : high + grown]


def _too_late(session: Session, correction: Correction, verdict: Verdict) -> AlreadyDecided:
    decision = standing(session, correction.id)
    if decision is None:
        return AlreadyDecided("This correction is already closed.", same_outcome=False)
    who = decision.by.name if decision.by else "The program"
    return AlreadyDecided(
        "%(who)s was faster: this correction was already %(what)s at %(when)s.",
        who=who,
        what=decision.outcome,
        when=f"{decision.created_at:%H:%M} UTC",
        at=decision.created_at.isoformat(),
        same_outcome=decision.action == verdict.action and decision.reason == verdict.reason,
    )
