"""Which corrections may be acted on together, and how many: what nobody looks at alone.

An act on many never accepts what carries a warning, and never closes what was
not shown: the slow path is kept for those that deserve it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import Action, Reason, Status
from corrections_app.domain.roles import Ability
from corrections_app.domain.warnings.flags import Weighed
from corrections_app.extensions import db
from corrections_app.language import N_
from corrections_app.models import Approval, Correction, User
from corrections_app.workflow.pending import closing, clusters, facts, senders, set_aside
from corrections_app.workflow.queue import briefing

ACTIONS = (Action.ACCEPT, Action.REJECT, Action.SUPERSEDE, Action.SKIP)
MOST = 100
MOST_OF_A_MODERATOR = 20

CLOSED = N_("It is closed already.")
_BEHIND = N_("It belongs to another correction of the same change: decide that one.")
_REMARK = N_("It asks for an answer, which is written for it alone.")
_FACT = N_("It is about a fact, so it may need a published notice.")
_RISK = N_("It carries a warning: look at it separately.")
_RECENT = N_("The article was changed here within the last 24 hours: look at it separately.")
_PROPOSED = N_("A colleague proposed what to do with it: look at it separately.")
_LOST = N_("Its words are not in the article any more as they were.")
_NOT_SO = N_("The article does not say so: look at it separately.")
_SHARED = N_("Other readers ask for the same: look at it separately.")
_RIVALS = N_("Other readers ask for something else here, and accepting it would close theirs.")


def most(by: User) -> int:
    """How many corrections this person may act on at once."""
    return MOST if by.may(Ability.DECIDE_MANY, by.section) else MOST_OF_A_MODERATOR


def check_count(number: int, by: User) -> None:
    """Raise `Invalid` where nothing is selected, or more than this person may act on at once."""
    if not number:
        raise Invalid.at("selected", "Select at least one correction.")
    if number > most(by):
        sentence = "That is too many at once: select %(most)s at most."
        raise Invalid.at("selected", sentence, most=most(by))


def chosen(ids: Iterable[int]) -> list[Correction]:
    """The corrections with these numbers, in this order; what does not exist is left out."""
    wanted = list(dict.fromkeys(ids))
    query = select(Correction).where(Correction.id.in_(wanted))
    query = query.options(joinedload(Correction.article), joinedload(Correction.placement))
    rows = {correction.id: correction for correction in db.session.scalars(query)}
    return [rows[each] for each in wanted if each in rows]


def hindrance(
    session: Session,
    correction: Correction,
    action: Action,
    now: datetime,
    reason: str | None = None,
) -> str | None:
    """Why this row cannot be acted on together with others; None where it can.

    ``reason``: for which it is to be rejected, where that is known already.
    """
    if correction.status != Status.PENDING:
        return CLOSED
    if correction.leader_id is not None:
        return _BEHIND
    if action == Action.SUPERSEDE and not closing.may_say_so(session, correction):
        return _NOT_SO
    if reason == Reason.SPAM and not _is_one_sender(session, correction):
        return _SHARED
    return _hindrance_to_accepting(session, correction, now) if action == Action.ACCEPT else None


def _is_one_sender(session: Session, correction: Correction) -> bool:
    """Whether nobody else stands behind it, who would be rejected as a spammer too."""
    behind = [one.id for one in clusters.members(session, correction)]
    return not behind or senders.are_one(session, [correction.id, *behind])


def _hindrance_to_accepting(session: Session, correction: Correction, now: datetime) -> str | None:
    placement = correction.placement
    if correction.is_remark:
        return _REMARK
    if session.get(Approval, correction.id) is not None:
        return _PROPOSED
    if placement is None or placement.fit not in CARRIED or not (edits := placement.edits):
        return _LOST
    if facts.says_fact(session, correction):
        return _FACT
    article = correction.article
    # Of the text as it is now: the risks that are stored were found when it came.
    if Weighed(article.current.blocks).risks(edits):
        return _RISK
    if briefing.changed_since(article, edits, now - briefing.RECENT):
        return _RECENT
    rivals = clusters.rivals(session, correction)
    # What looks like spam keeps nobody from accepting what a reader asks for.
    return _RIVALS if any(not set_aside.holds(one) for one in rivals) else None
