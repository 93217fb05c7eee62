"""Who stands for what comes in from outside: a person who sends it, or an editor who is named.

From a shell nobody is known, so an editor is named where a second person confirms. A program
sends in the name of somebody: then all is asked of them that is asked of a change by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import ImportRefused, Invalid, PreconditionFailed
from corrections_app.domain.lifecycle import ChangeClass, Kind
from corrections_app.domain.roles import Ability
from corrections_app.domain.warnings.flags import Flag, flags_between
from corrections_app.models import Article, Correction, User
from corrections_app.workflow import permission
from corrections_app.workflow.articles import changed_facts
from corrections_app.workflow.articles.source_changes import SourceChange
from corrections_app.workflow.pending import facts


@dataclass(frozen=True)
class Sender:
    """Whoever sends a document, and what they had before them.

    ``base`` is the revision that it was made for, None for an article that is to be new.
    ``confirmed``: as in `verdict.Verdict`.
    """

    by: User
    base: int | None
    confirmed: Collection[str] = ()


def check_state(article: Article | None, sender: Sender | None) -> None:
    """Raise `PreconditionFailed` unless the article is as whoever sends it saw it."""
    if sender is None or sender.base == (article.head if article else None):
        return
    if article is None:
        raise PreconditionFailed("There is no such article yet: send If-None-Match: * to make it.")
    if sender.base is None:
        raise PreconditionFailed(
            "There is an article at this address already, at revision %(revision)s.",
            revision=article.head,
        )
    raise PreconditionFailed(
        "The article is at revision %(revision)s by now. Read it again, and send what it is to "
        "say then.",
        revision=article.head,
    )


def check_may(session: Session, article: Article, sender: Sender | None) -> None:
    """Whether they may change this article at this moment. Raises `NotPermitted`."""
    if sender is not None:
        permission.confirmed_for(session, sender.by, Ability.EDIT_ARTICLE, article)


def check_facts(
    session: Session,
    article: Article,
    sender: Sender | None,
    flags: Collection[Flag],
    change_class: ChangeClass | None,
) -> None:
    """What is asked of everyone whose change touches facts.

    Raises `NotPermitted`, `NeedsConfirmation`, and `Invalid` for a class that is not said.
    """
    if sender is None:
        return
    user = permission.confirmed_for(session, sender.by, Ability.EDIT_ARTICLE, article)
    permission.check_second(session, user, change_class or ChangeClass.SILENT, flags=flags)
    facts.check_confirmed(tuple(flags), sender.confirmed)
    if flags and change_class is None:
        raise Invalid.at("class", "This touches facts: say what kind of change it is.")


def flags_of(session: Session, change: SourceChange) -> tuple[Flag, ...]:
    """What of a change from outside touches facts."""
    undone = bool(facts_undone(session, change))
    return flags_between(change.before, change.body, fact=undone)


def facts_undone(session: Session, change: SourceChange) -> list[changed_facts.ChangedFact]:
    """What goes that a reader called a wrong fact, whatever its words look like."""
    undone = [one.correction_id for one in change.undone]
    called = select(func.coalesce(Correction.leader_id, Correction.id)).where(
        Correction.kind == Kind.FACT,
        func.coalesce(Correction.leader_id, Correction.id).in_(undone),
    )
    known = set(session.scalars(called)) if undone else set()
    return [
        changed_facts.ChangedFact(Flag.FACT, one.before, one.after)
        for one in change.undone
        if one.correction_id in known
    ]


def second_is_asked(session: Session) -> bool:
    """Whether an editor is named beside whoever brings in a change of facts from a shell."""
    return current_app.config["SECOND_APPROVAL"] != "off" and not permission.is_alone(session)


def approver(session: Session, article: Article, address: str | None, why: str = "") -> User:
    """The editor who looked at it beside whoever brings it in. Raises `ImportRefused`."""
    if not address:
        raise ImportRefused(
            f"{article.slug}: not imported, for it {why}, and a second person confirms that "
            "here. Name the editor who did with --approved-by EMAIL."
        )
    user = session.scalar(select(User).filter_by(email=address.strip().lower(), active=True))
    if user is None or not user.may(Ability.APPROVE, article.section):
        raise ImportRefused(
            f"{article.slug}: not imported, for {address} is no active editor of this "
            "article. Name one with --approved-by; corrections people list names all."
        )
    return user
