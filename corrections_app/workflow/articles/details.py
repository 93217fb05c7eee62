"""What an article says of itself beside its paragraphs: byline, date, section and so on.

The first two are text, and changing them makes a revision; the others make none, for the
text stays as it was. What each said before stands in the audit, and is shown (`trace`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.bodies.opening import with_words, words_of
from corrections_app.domain.bodies.renewing import renewed
from corrections_app.domain.errors import Invalid, NoChange, NotPermitted, TextMoved
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.roles import Ability
from corrections_app.domain.text.body import Body, tidy
from corrections_app.domain.warnings.flags import Flag, flags_between
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Correction, User
from corrections_app.sources import languages
from corrections_app.workflow import audit, dates, locks, permission
from corrections_app.workflow.articles.editing import as_seen, check_told, moved
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.pending import facts, publishing
from corrections_app.workflow.record import acts
from corrections_app.workflow.transaction import Act, write

ACTION = "describe"
KEPT = 20
"""So many of the last changes are shown."""


@dataclass(frozen=True)
class Details:
    """What is said of an article; empty is nothing. ``lang`` is a language tag (BCP 47)."""

    byline: str = ""
    standfirst: str = ""
    section: str = ""
    published_at: datetime | None = None
    lang: str = "en"

    @property
    def stamp(self) -> str:
        """What each says, in short: to tell later on which of them have changed meanwhile."""
        return " ".join(_short(getattr(self, one.name)) for one in fields(self))


@dataclass(frozen=True)
class Described:
    """What came of it: the article, its current revision, and the names of what changed."""

    slug: str
    revision: int
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """One change that was made: who made it, when, and each name with what it said."""

    by: str | None
    at: datetime
    changed: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class _Change:
    """What is to change: names with before and after, columns to set, and the new text if any.

    ``known`` is what the article said of itself when this was weighed.
    """

    known: Details
    told: dict[str, tuple[Any, Any]]
    columns: dict[str, Any]
    plan: Plan | None
    flags: tuple[Flag, ...]


def of(article: Article) -> Details:
    """What is said of an article now."""
    body = _body(article)
    return Details(
        byline=words_of(body, "byline"),
        standfirst=words_of(body, "standfirst"),
        section=article.section or "",
        published_at=article.published_at,
        lang=article.lang,
    )


def describe(
    slug: str,
    said: Details,
    act: Act,
    *,
    base: int | None,
    seen: str = "",
    change_class: ChangeClass = ChangeClass.SILENT,
    notice: str = "",
    confirmed: Collection[str] = (),
) -> Described:
    """Let an article say this of itself; ``base`` is the revision that was seen.

    ``seen`` is the `Details.stamp` that was: what stands as it was seen is left as it is now, and
    what a colleague changed meanwhile is not written over unseen.
    A name or a date that changes is a fact: it is confirmed, and where the newsroom wishes
    takes a second person. A notice is published with the revision, or alone where there is
    none. Raises `TextMoved`, `NoChange`, `NeedsConfirmation`, `NotPermitted`, `TooLong`,
    `Invalid`, `NotFound`, `Gone`, `BadKey`; then nothing changed.
    """
    said, notice = _checked(said), tidy(notice).strip()
    check_told(change_class, notice)
    wished = asdict(said) | {"published_at": _as_text(said.published_at)}
    told = {"base": base, "class": change_class, "notice": notice}
    request = act.once({"describe": slug, **wished, **told})
    db.session.rollback()
    if answered := request.answered(db.session()):
        return _answer(answered)
    article = as_seen(slug, base)
    said, moved_on = together(of(article), said, seen)
    if moved_on:
        raise _moved(article)
    change = _weighed(article, said, is_told=bool(notice))
    try:
        with write() as session:
            if answered := request.answered(session):
                return _answer(answered)
            article = locks.hold_article(session, article_at(slug).id)
            if article.head != base or of(article) != change.known:
                raise Overtaken
            user = permission.confirmed_for(session, act.by, Ability.EDIT_ARTICLE, article)
            _check_facts(session, user, change, change_class, confirmed)
            more = _stored(session, article, change, change_class, notice, act)
            audit.record(
                session,
                ACTION,
                article_id=article.id,
                by_id=user.id,
                now=act.now,
                changed={name: list(map(_as_text, pair)) for name, pair in change.told.items()},
                **more,
            )
            outcome = Described(slug, article.head, tuple(change.told))
            request.keep(session, asdict(outcome), act.now)
        return outcome
    except Overtaken:
        raise _moved(article_at(slug)) from None


def together(now: Details, said: Details, seen: str) -> tuple[Details, list[str]]:
    """What was said, with what was left as it was seen as it is now; and what clashes."""
    names = [one.name for one in fields(Details)]
    clashes, kept = [], {}
    for name, was in zip(names, seen.split(), strict=False):
        if _short(getattr(said, name)) == was:
            kept[name] = getattr(now, name)
        elif _short(getattr(now, name)) != was:
            clashes.append(name)
    return replace(said, **kept), clashes


def trace(article: Article) -> list[Trace]:
    """The last changes of what an article says of itself, the newest first."""
    query = (
        select(AuditEvent, User.name)
        .outerjoin(User, User.id == AuditEvent.by_id)
        .where(AuditEvent.chain == locks.chain_of(article.id), AuditEvent.action == ACTION)
        .order_by(AuditEvent.number.desc())
        .limit(KEPT)
    )
    return [
        Trace(by, event.created_at, {name: _pair(name, *pair) for name, pair in said.items()})
        for event, by in db.session.execute(query)
        if (said := event.data["changed"])
    ]


def carry_section(session: Session, article: Article) -> None:
    """Let what was sent to an article stand in its section, which has an order of its own."""
    theirs = update(Correction).where(Correction.article_id == article.id)
    session.execute(theirs.values(section=article.section))


def _body(article: Article) -> Body:
    return renewed(article.current.blocks, article.byline)


def _checked(said: Details) -> Details:
    line = {name: " ".join(tidy(getattr(said, name)).split()) for name in ("byline", "section")}
    limits.check_length("byline", line["byline"], limits.NOTE)
    limits.check_length("section", line["section"], limits.NAME)
    limits.check_length("standfirst", said.standfirst, limits.REPLACEMENT)
    lang = languages.language(said.lang)
    if lang is None:
        raise Invalid.at("lang", "Write the language as its tag: en, uk, pt-BR…")
    return Details(standfirst=said.standfirst, published_at=said.published_at, lang=lang, **line)


def _weighed(article: Article, said: Details, *, is_told: bool) -> _Change:
    """What would change, with all that is dear computed. Raises `NoChange`."""
    seen = _body(article)
    body = with_words(with_words(seen, "standfirst", said.standfirst), "byline", said.byline)
    now, then = asdict(of(article)), asdict(said)
    text = ("standfirst", "byline")
    then |= {part: words_of(body, part) for part in text}  # type: ignore[arg-type]
    changed = {name: (now[name], then[name]) for name in now if now[name] != then[name]}
    if not changed:
        raise NoChange("Nothing was changed: the article says this already.")
    is_text = any(part in changed for part in text)
    flags = set(flags_between(seen, body)) | ({Flag.DATE} if "published_at" in changed else set())
    plan = publishing.plan(db.session(), article, body, told=is_told) if is_text else None
    columns = {name: new or None for name, (_, new) in changed.items() if name not in text}
    if "lang" in columns:
        columns["dir"] = languages.direction(said.lang)
    return _Change(
        of(article), changed, columns, plan, tuple(flag for flag in Flag if flag in flags)
    )


def _check_facts(
    session: Session,
    user: User,
    change: _Change,
    change_class: ChangeClass,
    confirmed: Collection[str],
) -> None:
    if permission.needs_second(session, user, change_class, flags=change.flags):
        raise NotPermitted("A change of this kind is an editor's to make: ask one.")
    facts.check_confirmed(change.flags, confirmed)


def _stored(
    session: Session,
    article: Article,
    change: _Change,
    change_class: ChangeClass,
    notice: str,
    act: Act,
) -> dict[str, Any]:
    """Make the change: the revision or the notice that came of it, for the audit."""
    for name, value in change.columns.items():
        setattr(article, name, value)
    session.flush()
    if "section" in change.columns:
        carry_section(session, article)
    if change.plan is not None:
        revision = publishing.publish(
            session,
            article,
            change.plan,
            origin="edit",
            change_class=change_class,
            notice=notice or None,
            author_id=act.by.id,
            now=act.now,
        )
        return {"revision": revision.number}
    if notice:
        return {"notice": acts.alone(session, article, change_class, notice, act).id}
    return {}


def _short(value: str | datetime | None) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(timespec="minutes")  # a form knows no seconds
    words = " ".join(tidy(value or "").split())
    return sha256(words.encode()).hexdigest()[:12]


def _moved(article: Article) -> TextMoved:
    """As `editing.moved`, also of what changes without a revision."""
    last = next(iter(trace(article)), None)
    if last is None or last.at <= article.current.created_at:
        return moved(article)
    return TextMoved(
        "%(who)s changed these details at %(when)s, while you were typing. Nothing was saved yet.",
        who=last.by or "—",
        when=dates.time_lately(last.at),
        revision=article.head,
    )


def _pair(name: str, before: Any, after: Any) -> tuple[Any, Any]:
    if name != "published_at":
        return before, after
    moments = [datetime.fromisoformat(one) if one else None for one in (before, after)]
    return moments[0], moments[1]


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _answer(kept: dict[str, Any]) -> Described:
    names: Sequence[str] = kept["changed"]
    return Described(kept["slug"], kept["revision"], tuple(names))
