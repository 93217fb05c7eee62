"""A moderator changes an article by hand: types its text anew, or restores an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.bodies.compare import Row
from corrections_app.domain.bodies.merge import merge
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.bodies.retype import replace_text
from corrections_app.domain.bodies.typed_form import typed_form
from corrections_app.domain.errors import Invalid, NoChange, NotFound, TextMoved
from corrections_app.domain.lifecycle import Action, ChangeClass
from corrections_app.domain.patching import merged
from corrections_app.domain.roles import Ability
from corrections_app.domain.text.body import Body, canonical_text, tidy
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.flags import Flag, flags_between
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Revision, User
from corrections_app.workflow import audit, dates, locks, permission, revisions
from corrections_app.workflow.articles.history import between
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.deciding.decision import check_open, settle
from corrections_app.workflow.deciding.verdict import Verdict, check, thanked
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.pending import facts, publishing
from corrections_app.workflow.revisions import revision_of
from corrections_app.workflow.transaction import Act, OnceOnly, write


@dataclass(frozen=True)
class Edited:
    """What a change by hand came to: the article, and the revision it made."""

    slug: str
    revision: int


@dataclass(frozen=True)
class Resolved:
    """The correction that a change by hand answers: its number, the version seen, a note."""

    correction_id: int
    seen: int | None
    note: str = ""
    thanks: tuple[int, ...] = ()
    """The corrections whose readers the notice thanks by name."""


@dataclass(frozen=True)
class _Change:
    """A change as it is to be published: what was seen, what it is called, who makes it."""

    origin: str
    base: int | None
    change_class: ChangeClass
    notice: str
    by: User
    now: datetime
    confirmed: Collection[str] = ()
    restored: int | None = None
    resolves: Resolved | None = None


def edit(
    slug: str,
    typed: str,
    act: Act,
    *,
    base: int | None,
    change_class: ChangeClass = ChangeClass.SILENT,
    notice: str = "",
    confirmed: Collection[str] = (),
    resolves: Resolved | None = None,
) -> Edited:
    """Give an article the text that was typed: blank lines between blocks, the first its title.

    ``base`` is the revision that the person had before their eyes. Kinds,
    marks and furniture come along with the words, and so do the corrections
    that wait. ``resolves`` names one that this edit accepts: its reader is told of the
    passage before and after. ``confirmed``: as in `verdict.Verdict`. Raises `TextMoved` when
    the article is no longer at ``base``, `AlreadyDecided`, `StaleVersion`, `NoChange`,
    `NeedsConfirmation`, `NotPermitted`, `TooLong`, `Invalid`, `NotFound`, `BadKey`; then
    nothing changed.
    """
    told = _said(notice)
    change = _Change(
        "edit", base, change_class, told, act.by, act.now, confirmed, resolves=resolves
    )
    _check(change)
    limits.check_length("text", typed, limits.ARTICLE)
    answers = asdict(resolves) if resolves else None
    request = _request(change, act.key, {"slug": slug, "text": typed, "resolves": answers})
    return _made(slug, change, request, lambda article: _retyped(article, typed))


def restore(
    slug: str,
    number: int,
    act: Act,
    *,
    base: int | None,
    change_class: ChangeClass = ChangeClass.SILENT,
    notice: str = "",
    confirmed: Collection[str] = (),
) -> Edited:
    """Bring back an earlier revision, to the letter, as a new one. Raises as `edit` does."""
    told = _said(notice)
    change = _Change(
        "restore", base, change_class, told, act.by, act.now, confirmed, restored=number
    )
    _check(change)
    request = _request(change, act.key, {"slug": slug, "restore": number})
    return _made(slug, change, request, lambda article: _as_text(article, number))


@dataclass(frozen=True)
class Foreseen:
    """What saving would change, paragraph by paragraph, and which facts that touches."""

    rows: tuple[Row, ...]
    flags: tuple[Flag, ...]


def foresee(slug: str, typed: str, *, base: int | None, resolves: int | None = None) -> Foreseen:
    """What `edit` would change, with nothing stored. Raises as it does."""
    limits.check_length("text", typed, limits.ARTICLE)
    article = as_seen(slug, base)
    return _foreseen(article, _changed(article, _retyped(article, typed)), resolves)


def foresee_restoring(article: Article, number: int) -> Foreseen:
    """What `restore` would change, with nothing stored."""
    fact = facts.restores_fact(db.session(), article.id, number)
    return _told(article, _as_text(article, number), fact)


def _foreseen(article: Article, body: Body, resolves: int | None = None) -> Foreseen:
    fact = _answers_fact(db.session(), resolves)
    return _told(article, body, fact)


def _told(article: Article, body: Body, fact: bool) -> Foreseen:
    now = _as_text(article)
    return Foreseen(between(now, body), flags_between(now, body, fact=fact))


def _answers_fact(session: Session, correction_id: int | None) -> bool:
    """Whether the correction that an edit answers is called a wrong fact by its reader."""
    answered = session.get(Correction, correction_id) if correction_id is not None else None
    return answered is not None and facts.says_fact(session, answered)


@dataclass(frozen=True)
class Overlap:
    """Two people changed an article at once: what the faster one changed, and what is left to do.

    ``theirs`` leads from the revision that was seen to the current one,
    ``mine`` from the current one to what was typed (None where that is no
    article); ``together`` is the text with both changes, if they do not meet.
    """

    head: int
    theirs: tuple[Row, ...]
    mine: tuple[Row, ...] | None
    together: str | None


def clash(slug: str, typed: str, *, base: int) -> Overlap:
    """What to show to someone who was slower. Raises `NotFound`, `TooLong`."""
    limits.check_length("text", typed, limits.ARTICLE)
    article = article_at(slug)
    seen, current = revision_of(article, base), _as_text(article)
    was = _with_all_text(article, seen)
    theirs = between(was, current) if seen.withheld_at is None else ()
    try:
        mine = between(current, replace_text(current, typed))
        ours = replace_text(was, typed)
    except Invalid:
        return Overlap(article.head, theirs, None, None)
    return Overlap(article.head, theirs, mine, _together(was, ours, current))


def _together(seen: Body, ours: Body, current: Body) -> str | None:
    """Both changes in one text as it is typed; None where they touch the same words."""
    texts = [canonical_text(body) for body in (seen, ours, current)]
    if merged(*texts) is None:
        return None
    return typed_form(merge(seen, current, ours, "ours").body)


def text_to_edit(article: Article) -> str:
    """The article as a person edits it (`typed_form`)."""
    return typed_form(_as_text(article))


def _as_text(article: Article, number: int | None = None) -> Body:
    """A revision that may be shown, or the current one, as `_with_all_text`."""
    revision = article.current if number is None else revisions.shown(article, number)
    return _with_all_text(article, revision)


def _with_all_text(article: Article, revision: Revision) -> Body:
    """The body of a revision, with all that its readers could read as text."""
    return renewed(revision.blocks, article.byline)


def _retyped(article: Article, typed: str) -> Body:
    return replace_text(_as_text(article), typed)


def _said(notice: str) -> str:
    return tidy(notice).strip()


def _check(change: _Change) -> None:
    check_told(change.change_class, change.notice)


def check_told(change_class: ChangeClass, notice: str) -> None:
    """Raise `Invalid` or `TooLong` unless a change has the notice that its class asks for."""
    limits.check_length("notice", notice, limits.NOTICE)
    if change_class == ChangeClass.SILENT and notice:
        raise Invalid.at(
            "notice", "A silent change has no notice: choose what kind of change it is."
        )
    if change_class != ChangeClass.SILENT and not notice:
        raise Invalid.at("notice", "Write the notice that readers will see.")


def _request(change: _Change, key: str | None, payload: dict[str, object]) -> OnceOnly:
    said = {"base": change.base, "class": change.change_class, "notice": change.notice}
    return OnceOnly(f"act:{change.by.id}", key, payload | said)


def _made(
    slug: str, change: _Change, request: OnceOnly, body_of: Callable[[Article], Body]
) -> Edited:
    """Plan the revision, then publish it in one transaction, unless it was made already."""
    db.session.rollback()
    if answered := request.answered(db.session()):
        return Edited(**answered)
    article = as_seen(slug, change.base)
    told = change.change_class != ChangeClass.SILENT
    plan = publishing.plan(db.session(), article, _changed(article, body_of(article)), told=told)
    # Dear, so compared beforehand: publishing refuses a plan of any text but this one.
    touched = flags_between(_as_text(article), plan.body)
    try:
        with write() as session:
            if answered := request.answered(session):
                return Edited(**answered)
            article = locks.hold_article(session, plan.article_id)
            user = permission.confirmed_for(session, change.by, Ability.EDIT_ARTICLE, article)
            _check_facts(session, article, change, touched, user)
            cause, thanks = _resolve(session, change, plan, user)
            revision = publishing.publish(
                session,
                article,
                plan,
                origin=change.origin,
                change_class=change.change_class,
                notice=change.notice or None,
                thanks=thanks,
                author_id=change.by.id,
                caused_by_id=cause,
                now=change.now,
            )
            _tell(session, change, revision)
            outcome = Edited(slug, revision.number)
            request.keep(session, asdict(outcome), change.now)
        return outcome
    except Overtaken:
        raise moved(article_at(slug)) from None


def _check_facts(
    session: Session, article: Article, change: _Change, touched: tuple[Flag, ...], user: User
) -> None:
    """Raise `NotPermitted` or `NeedsConfirmation` for a change of facts; ``touched`` by its words.

    Nobody is asked to confirm what they may not do.
    """
    answered = change.resolves.correction_id if change.resolves else None
    fact = _answers_fact(session, answered)
    if change.restored is not None:
        fact = facts.restores_fact(session, article.id, change.restored)
    flags = (*touched, Flag.FACT) if fact else touched
    permission.check_second(session, user, change.change_class, flags=flags)
    facts.check_confirmed(flags, change.confirmed)


def _resolve(
    session: Session, change: _Change, plan: Plan, user: User
) -> tuple[int | None, Sequence[str]]:
    """Accept the correction that this edit answers: the decision's number, and whom to thank."""
    if change.resolves is None:
        return None, ()
    correction = session.get(Correction, change.resolves.correction_id)
    if correction is None or correction.article_id != plan.article_id:
        raise NotFound("There is no such correction of this article.")
    verdict = Verdict(
        Action.ACCEPT,
        change.resolves.seen,
        text="",
        change_class=change.change_class,
        notice=change.notice,
        note=change.resolves.note,
        thanks=change.resolves.thanks,
    )
    check(verdict)
    check_open(session, correction, verdict)
    permission.decider(session, user, correction)
    thanks = thanked(session, correction, verdict)
    passage = _passage(revision_of(correction.article, plan.base).text, plan.text)
    act = Act(user, None, change.now)
    return settle(session, correction, verdict, plan, [passage], act), thanks


def _passage(old: str, new: str) -> Edit:
    """The one stretch in which two texts differ, from word to word."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    while head and not old[head - 1].isspace():
        head -= 1
    while tail and not old[-tail].isspace():
        tail -= 1
    return Edit(head, len(old) - tail, new[head : len(new) - tail])


def _shared(a: str, b: str) -> int:
    """How many code points two texts begin with alike."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))


def as_seen(slug: str, base: int | None) -> Article:
    """The article, if it is at the revision that was seen. Raises `TextMoved` and `Invalid`."""
    if base is None:
        sentence = "Say which revision of the article you saw (revision)."
        raise Invalid(sentence, fields={"revision": "missing"})
    article = article_at(slug)
    revision_of(article, base)
    if article.head != base:
        raise moved(article)
    return article


def _changed(article: Article, body: Body) -> Body:
    if body in (article.current.blocks, _as_text(article)):
        raise NoChange("Nothing was changed: the article says this already.")
    return body


def _tell(session: Session, change: _Change, revision: Revision) -> None:
    data: dict[str, Any] = {"revision": revision.number, "class": revision.change_class}
    if change.restored is not None:
        data["restored"] = change.restored
    audit.record(
        session,
        change.origin,
        article_id=revision.article_id,
        by_id=change.by.id,
        now=change.now,
        **data,
    )


def moved(article: Article) -> TextMoved:
    """The article is not at the revision that was seen: who changed it, and when."""
    current = article.current
    author = db.session.scalar(select(User.name).where(User.id == current.author_id))
    if author is None:
        return TextMoved(
            "The article changed at %(when)s, while you were editing. Nothing was saved yet.",
            when=dates.time_lately(current.created_at),
            revision=article.head,
        )
    return TextMoved(
        "%(who)s changed the article at %(when)s, while you were editing. Nothing was saved yet.",
        who=author,
        when=dates.time_lately(current.created_at),
        revision=article.head,
    )
