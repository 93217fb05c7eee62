"""What people do with notices: publish one alone, word one anew, withdraw one.

Nothing that readers saw is scrubbed: what a notice said before, that it was withdrawn, when
and why, stands beside it for good.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NoChange, NotFound, NotPermitted, StaleVersion
from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.domain.roles import Ability
from corrections_app.domain.text.body import tidy
from corrections_app.models import Article, Notice, NoticeChange
from corrections_app.workflow import audit, locks, permission
from corrections_app.workflow.record.notices import add, note_change
from corrections_app.workflow.transaction import Act, OnceOnly, write


@dataclass(frozen=True)
class Noticed:
    """The notice that an act made or changed, by its number."""

    notice: int


def publish(slug: str, change_class: ChangeClass, words: str, act: Act) -> Noticed:
    """Tell readers of an article something that no change of its text tells.

    Raises `Invalid`, `TooLong`, `NotFound` and `NotPermitted`: for an editor's note to anyone
    but an editor, and to a moderator where notices take a second person.
    """
    words = _checked("notice", words, limits.NOTICE, "Write the notice that readers will see.")
    if change_class == ChangeClass.SILENT:
        raise Invalid.at("class", "A notice is never silent: choose what kind of notice it is.")
    request = act.once({"notice_of": slug, "class": change_class, "words": words})
    with write() as session:
        if answered := request.answered(session):
            return Noticed(**answered)
        notice = alone(session, _held(session, slug), change_class, words, act)
        said = {"class": change_class, "words": words}
        return _done(session, notice, "publish_notice", said, request, act)


def alone(
    session: Session, article: Article, change_class: ChangeClass, words: str, act: Act
) -> Notice:
    """Add a notice that no revision makes, public at once. Raises `NotPermitted`."""
    _check_may_tell(session, article, change_class, act)
    notice = Notice(
        article_id=article.id,
        change_class=change_class,
        words=words,
        section=article.section,
        by_id=act.by.id,
        created_at=act.now,
        public_at=act.now,
    )
    add(session, notice)
    return notice


def reword(notice_id: int, words: str, note: str, seen: int | None, act: Act) -> Noticed:
    """Let a notice say something else, and keep what it said before in sight.

    ``note`` tells readers why; before the notice is public nobody has to be told. ``seen`` is
    how often it had been changed when it was shown. Raises `Invalid`, `TooLong`, `NoChange`,
    `NotFound`, `NotPermitted`, and `StaleVersion` where a colleague was faster.
    """
    words = _checked("notice", words, limits.NOTICE, "Write the notice that readers will see.")
    limits.check_length("note", note, limits.NOTE)
    note = tidy(note).strip()
    request = act.once({"reword_notice": notice_id, "words": words, "note": note})
    with write() as session:
        if answered := request.answered(session):
            return Noticed(**answered)
        notice = _open_notice(session, notice_id, seen, act)
        if words == notice.words:
            raise NoChange("The notice says this already.")
        before, notice.words = notice.words, words
        if act.now >= notice.public_at:
            if not note:
                raise Invalid.at("note", "Tell readers why the notice was reworded.")
            _changed(session, notice, NoticeChangeKind.REWORDED, note, act, words=before)
        said = {"before": before, "words": words, "note": note or None}
        return _done(session, notice, "reword_notice", said, request, act)


def withdraw(notice_id: int, note: str, seen: int | None, act: Act) -> Noticed:
    """Take a public notice back: it stands on as withdrawn, with ``note`` for readers.

    Raises `Invalid`, `TooLong`, `NotFound`, `NotPermitted`, `StaleVersion`. One that is not
    public yet goes only with its decision: else its change would stay, and nobody be told.
    """
    sentence = "Tell readers why the notice is withdrawn."
    note = _checked("note", note, limits.NOTE, sentence)
    request = act.once({"withdraw_notice": notice_id, "note": note})
    with write() as session:
        if answered := request.answered(session):
            return Noticed(**answered)
        notice = _open_notice(session, notice_id, seen, act)
        if act.now < notice.public_at:
            raise Invalid("This notice is not public yet. To cancel it, undo its decision.")
        notice.withdrawn_at = act.now
        _changed(session, notice, NoticeChangeKind.WITHDRAWN, note, act)
        said = {"words": notice.words, "note": note}
        return _done(session, notice, "withdraw_notice", said, request, act)


def version_of(session: Session, notice_id: int) -> int:
    """How often a notice was changed: what a form shows that changes it."""
    counted = select(func.count()).select_from(NoticeChange).filter_by(notice_id=notice_id)
    return session.scalar(counted) or 0


def _checked(field: str, text: str, most: int, missing: str) -> str:
    limits.check_length(field, text, most)
    text = tidy(text).strip()
    if not text:
        raise Invalid.at(field, missing)
    return text


def _held(session: Session, slug: str) -> Article:
    article_id = session.scalar(select(Article.id).filter_by(slug=slug))
    if article_id is None:
        raise NotFound("There is no such article.")
    return locks.hold_article(session, article_id)


def _check_may_tell(
    session: Session, article: Article, change_class: ChangeClass, act: Act
) -> None:
    is_note = change_class == ChangeClass.EDITORS_NOTE
    ability = Ability.CHANGE_NOTICES if is_note else Ability.TELL_READERS
    user = permission.confirmed_for(session, act.by, ability, article)
    if permission.needs_second(session, user, change_class, flags=()):
        raise NotPermitted("Here a notice takes a second person: ask an editor to publish it.")


def _open_notice(session: Session, notice_id: int, seen: int | None, act: Act) -> Notice:
    """A notice that may be changed still, by this person, as it was seen."""
    article_id = session.scalar(select(Notice.article_id).filter_by(id=notice_id))
    if article_id is None:
        raise NotFound("There is no such notice.")
    article = locks.hold_article(session, article_id)
    permission.confirmed_for(session, act.by, Ability.CHANGE_NOTICES, article)
    notice = session.get_one(Notice, notice_id, populate_existing=True)
    if notice.cancelled_at is not None:
        raise Invalid("This notice never was public: its decision was undone.")
    if notice.withdrawn_at is not None:
        raise Invalid("This notice is withdrawn: nothing about it changes any more.")
    if notice.withheld_at is not None:
        raise Invalid("The words of this notice are withheld: publish a new notice instead.")
    if seen is None:
        raise Invalid.at("seen", "Say how often the notice had been changed when you saw it.")
    if seen != version_of(session, notice_id):
        raise StaleVersion("This notice changed since you opened it. Look at it again.")
    return notice


def _changed(
    session: Session,
    notice: Notice,
    kind: NoticeChangeKind,
    note: str,
    act: Act,
    words: str | None = None,
) -> None:
    note_change(session, notice, kind, words=words, note=note, by_id=act.by.id, now=act.now)
    session.flush()


def _done(
    session: Session,
    notice: Notice,
    action: str,
    said: dict[str, Any],
    request: OnceOnly,
    act: Act,
) -> Noticed:
    audit.record(
        session,
        action,
        article_id=notice.article_id,
        by_id=act.by.id,
        now=act.now,
        notice=notice.id,
        **said,
    )
    noticed = Noticed(notice.id)
    request.keep(session, asdict(noticed), act.now)
    return noticed
