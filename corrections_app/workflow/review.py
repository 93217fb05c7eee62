"""A moderator decides: accept, accept in other words, answer, reject, supersede.

One transaction holds the decision, those that stand behind it, the article's
revision, the audit and the letters that are owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.errors import (
    Invalid,
    NoChange,
    NotFound,
    Refusal,
    StaleVersion,
    TextMoved,
    TooLong,
)
from corrections_app.domain.lifecycle import Action, ChangeClass, Status
from corrections_app.domain.patching import Edit, edits, splice
from corrections_app.domain.splicing import patch, widened
from corrections_app.domain.text import tidy
from corrections_app.extensions import db
from corrections_app.models import (
    Approval,
    Article,
    Correction,
    Decision,
    Revision,
    User,
)
from corrections_app.workflow import audit, closing, clusters, permission, publishing, reasons
from corrections_app.workflow.closing import Closing, loaded
from corrections_app.workflow.idempotency import Request
from corrections_app.workflow.performing import perform
from corrections_app.workflow.publishing import Plan


@dataclass(frozen=True)
class Verdict:
    """What a moderator says of a correction, and what they saw when they said it.

    ``seen`` is the correction's version and ``revision`` the article's, as shown.
    ``text`` are the words to apply instead of the reader's. ``also`` are the
    starts of other places of the same words, code points in ``revision``.
    """

    action: Action
    seen: int | None
    revision: int | None = None
    text: str | None = None
    change_class: ChangeClass = ChangeClass.SILENT
    notice: str = ""
    reason: str | None = None
    note: str = ""
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a decision came to; ``undo_until`` is in ISO 8601, UTC.

    ``awaiting``: it is proposed, and a second person has to confirm it.
    """

    id: int
    status: str
    version: int
    revision: int
    undo_until: str | None
    awaiting: bool = False


def decide(
    correction_id: int, verdict: Verdict, *, by: User, key: str | None, now: datetime
) -> Outcome:
    """Close one correction, and those that stand behind it.

    Raises a `Refusal`, and then nothing has changed: `AlreadyDecided` when
    someone was faster, `TextMoved` when the words are no longer those shown,
    `StaleVersion`, `NotPermitted`, `Invalid`, `NoChange`, `TooLong`,
    `NotFound`, `BadKey`.
    """
    check(verdict)
    request = Request(f"act:{by.id}", key, {"correction": correction_id, **asdict(verdict)})

    def plan(session: Session) -> Plan | None:
        return planned(session, correction_id, verdict)

    def act(session: Session, change: Plan | None) -> dict[str, Any]:
        return asdict(_decided(session, correction_id, verdict, change, by, now))

    return Outcome(**perform(request, correction_id, plan, act, now=now))


def standing_of(correction: Correction) -> Decision | None:
    """The decision that holds for a correction, for pages that show it."""
    return closing.standing(db.session(), correction.id)


def check(verdict: Verdict) -> None:
    """Refuse a verdict that could not be meant, whatever it is about."""
    if verdict.seen is None:
        sentence = "Say which version of the correction you saw (seen)."
        raise Invalid(sentence, fields={"seen": sentence})
    if verdict.action == Action.REJECT and not verdict.reason:
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
        sentence = "A silent change has no notice: choose a class."
        raise Invalid(sentence, fields={"notice": sentence})
    is_told = verdict.action == Action.ACCEPT and verdict.change_class != ChangeClass.SILENT
    if is_told and not verdict.notice.strip():
        sentence = "Write the notice that readers will see, or call the change silent."
        raise Invalid(sentence, fields={"notice": sentence})


def planned(session: Session, correction_id: int, verdict: Verdict) -> Plan | None:
    """The change that accepting means, worked out before the writer's turn is taken.

    Whatever is refused here may have been decided meanwhile, and then that is
    what the moderator must hear: so the refusal waits until the row was looked at.
    """
    correction = session.get(Correction, correction_id)
    if correction is None:
        raise NotFound("There is no such correction.")
    if verdict.action != Action.ACCEPT:
        return None
    try:
        wished = _wished(correction, verdict)
        if wished is None:
            return None
        article = correction.article
        applied = _applied(article, wished)
        return publishing.plan(
            session, article, patch(article.current.blocks, applied), applied, wished
        )
    except Refusal:
        check_open(session, correction, verdict)
        raise


def _wished(correction: Correction, verdict: Verdict) -> tuple[Edit, ...] | None:
    """The edits decided for, in the current text; None where nothing is applied."""
    where = correction.placement
    if where is None or (correction.is_remark and verdict.text is None):
        _check_answer(verdict)
        return None
    if where.fit not in CARRIED or where.start is None or where.end is None:
        raise moved()
    text = correction.article.current.text
    parts = loaded(where.edits)
    if verdict.revision is not None and verdict.revision != correction.article.head:
        _check_words_stand(correction, text, parts, where.start, where.end)
    if verdict.text is not None:
        _check_passage_stands(correction, verdict, text[where.start : where.end])
        parts = edits(text[where.start : where.end], tidy(verdict.text), where.start)
    places = [where.start, *_others(correction, verdict, text, where.start, where.end)]
    return tuple(
        Edit(edit.start + at - where.start, edit.end + at - where.start, edit.replacement)
        for at in sorted(places)
        for edit in parts or ()
    )


def _others(correction: Correction, verdict: Verdict, text: str, start: int, end: int) -> list[int]:
    """The other places ticked, which must still be exact places of the same words."""
    if verdict.also and verdict.revision != correction.article.head:
        raise moved()
    words, length = text[start:end], end - start
    taken = [start]
    for at in sorted(set(verdict.also)):
        if at < 0 or text[at : at + length] != words:
            raise moved()
        if any(abs(at - other) < length for other in taken):
            sentence = "Two of the places overlap: choose one of them."
            raise Invalid(sentence, fields={"also": sentence})
        taken.append(at)
    return taken[1:]


def _applied(article: Article, wished: Sequence[Edit]) -> tuple[Edit, ...]:
    text = article.current.text
    applied = widened(article.current.blocks, wished)
    if splice(text, applied) == text:
        sentence = "These words already stand in the article."
        raise NoChange(sentence, fields={"text": sentence})
    return applied


def _check_answer(verdict: Verdict) -> None:
    if verdict.text is not None:
        sentence = "There are no words here to replace."
        raise Invalid(sentence, fields={"text": sentence})
    if not verdict.note.strip():
        sentence = "Write the answer that the reader will get."
        raise Invalid(sentence, fields={"note": sentence})


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
        raise moved()


def _check_passage_stands(correction: Correction, verdict: Verdict, passage: str) -> None:
    """Own words stand for the whole passage, and would take back what was accepted in it since."""
    if verdict.revision != correction.article.head and passage != correction.exact:
        raise moved()


def moved() -> TextMoved:
    """The refusal where the words are no longer those that were shown."""
    return TextMoved("The article's words changed here. Look at them again and decide.")


def check_open(session: Session, correction: Correction, verdict: Verdict) -> None:
    """Raise `AlreadyDecided` or `StaleVersion` unless it stands as the moderator saw it."""
    if correction.status != Status.PENDING:
        raise closing.too_late(session, correction, verdict.action, verdict.reason)
    if correction.leader_id is not None:
        raise StaleVersion(
            "It stands together with another one of the same change: decide that one.",
            leader=correction.leader_id,
        )
    if correction.version != verdict.seen:
        raise StaleVersion("This correction changed since you opened it. Look at it again.")


def _decided(
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
    check_open(session, correction, verdict)
    user = permission.decider(session, by, correction)
    if needs_second(session, user, verdict, change):
        return _propose(session, correction, article, verdict, user, now)
    return carry_out(session, correction, verdict, change, user, now)


def carry_out(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    user: User,
    now: datetime,
) -> Outcome:
    """Close a correction and its cluster, and publish the change.

    Stands inside the transaction, with the article's row locked and the
    correction looked at. Raises `Overtaken` and `Invalid`.
    """
    made = change.edits or () if change else None
    decision = settle(session, correction, verdict, change, made, user, now)
    if change is not None:
        publishing.publish(
            session,
            change,
            origin="accept",
            change_class=verdict.change_class,
            notice=verdict.notice or None,
            author_id=user.id,
            caused_by_id=decision.id,
            now=now,
        )
    return _outcome(session, correction, decision.undo_until.isoformat())


def settle(
    session: Session,
    correction: Correction,
    verdict: Verdict,
    change: Plan | None,
    made: Sequence[Edit] | None,
    user: User,
    now: datetime,
) -> Decision:
    """Close a correction and those that stand behind it, before ``change`` is published.

    ``made`` are the edits from the current text to that of ``change``.
    """
    if verdict.action == Action.REJECT:
        reasons.check(session, verdict.reason)
    following = clusters.members(session, correction)
    terms = Closing(
        action=verdict.action,
        by_id=user.id,
        now=now,
        reason=verdict.reason,
        note=verdict.note.strip() or None,
        change_class=verdict.change_class,
        notice=verdict.notice or None,
        revision=change.base + 1 if change else None,
        as_proposed=verdict.text is None or _is_as_proposed(correction, change),
        edits=made,
        **_words(session, change, made),
    )
    decision = closing.close(session, correction, terms)
    for member in following:
        closing.close(session, member, replace(terms, caused_by_id=decision.id))
    return decision


def _is_as_proposed(correction: Correction, change: Plan | None) -> bool:
    """Whether the words typed are after all the reader's own."""
    where = correction.placement
    return change is not None and where is not None and change.wished == loaded(where.edits)


def needs_second(session: Session, user: User, verdict: Verdict, change: Plan | None) -> bool:
    """Whether a second person has to confirm this decision."""
    if verdict.action != Action.ACCEPT or change is None:
        return False
    return permission.needs_second(session, user, verdict.change_class)


def _propose(
    session: Session,
    correction: Correction,
    article: Article,
    verdict: Verdict,
    user: User,
    now: datetime,
) -> Outcome:
    if session.get(Approval, correction.id):
        raise StaleVersion("A decision on this correction already waits for an editor.")
    proposed = asdict(replace(verdict, revision=article.head)) | {"also": list(verdict.also)}
    session.add(
        Approval(correction_id=correction.id, by_id=user.id, verdict=proposed, created_at=now)
    )
    audit.record(
        session,
        Action.PROPOSE,
        article_id=article.id,
        correction_id=correction.id,
        by_id=user.id,
        now=now,
        action_proposed=verdict.action,
    )
    return replace(_outcome(session, correction, None), awaiting=True)


def _outcome(session: Session, correction: Correction, undo_until: str | None) -> Outcome:
    session.flush()
    session.refresh(correction)
    head = session.scalars(select(Article.head).filter_by(id=correction.article_id)).one()
    return Outcome(correction.id, correction.status, correction.version, head, undo_until)


def _words(session: Session, change: Plan | None, made: Sequence[Edit] | None) -> dict[str, Any]:
    """The passage before and after: from the first edit's start to the last one's end."""
    if change is None or not made:
        return {}
    low, high = made[0].start, made[-1].end
    old = session.scalars(
        select(Revision.text).filter_by(article_id=change.article_id, number=change.base)
    ).one()
    grown = len(change.text) - len(old)
    return {"before": old[low:high], "after": change.text[low : high + grown]}
