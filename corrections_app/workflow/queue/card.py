"""The card of a correction: the change, what to know of it, and what stands around. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from corrections_app.domain.carrying import CARRIED
from corrections_app.domain.lifecycle import Action, ChangeClass, Status, may_ask
from corrections_app.domain.roles import Ability
from corrections_app.domain.warnings.suspicion import Sign
from corrections_app.extensions import db
from corrections_app.models import (
    Appeal,
    Approval,
    Correction,
    Decision,
    Enquiry,
    Escalation,
    Hold,
    Lease,
    User,
)
from corrections_app.workflow import permission, revisions
from corrections_app.workflow.pending import (
    closing,
    clusters,
    credits,
    enquiries,
    placing,
    ranking,
    senders,
    set_aside,
)
from corrections_app.workflow.pending.credits import Credit
from corrections_app.workflow.pending.enquiries import Way
from corrections_app.workflow.pending.ranking import Why
from corrections_app.workflow.queue import briefing, lanes, rows
from corrections_app.workflow.queue.briefing import Briefing
from corrections_app.workflow.queue.rows import Occurrence, Passage

SHOWN = 20
"""Of supporters, rivals and what was closed along with it, a card names so many."""


@dataclass(frozen=True)
class Open:
    """What a person wants to know before deciding a pending correction."""

    why: Why
    """Why it stands where it does in the queue, for this person in ``stretch``."""
    stretch: str
    hold: Hold | None
    escalation: Escalation | None
    approval: Approval | None
    on_screen_of: User | None
    leader: Correction | None
    supporters: Sequence[Correction]
    rivals: Sequence[Correction]
    rival_count: int
    """How many are closed when this one is accepted, of which ``rivals`` are the first."""
    elsewhere: Sequence[Occurrence]
    credits: Sequence[Credit]
    """Who asked to be named with a notice."""
    may_say_so: bool
    """Whether the article may say already what is asked for."""
    set_aside: Sequence[Sign]
    """What it has of spam, while it is set aside for that."""
    may_ask: bool
    """Whether its reader may be asked something."""
    way_to_reader: Way
    """How its reader hears of a question."""


@dataclass(frozen=True)
class Closed:
    """What a person wants to know of a closed correction, and what may be done about it.

    ``root`` is the decision that closed it, or that closed what closed it.
    ``way_back`` is how this person may take it back: `UNDO`, `REOPEN` or not at all.
    """

    root: Decision | None
    along: Sequence[Decision]
    along_count: int
    """How many were closed with it, of which ``along`` are the first."""
    thanks: Sequence[str]
    """The readers whom its notice thanks."""
    appeal: Appeal | None
    may_judge: bool
    way_back: Action | None


@dataclass(frozen=True)
class Card:
    """All that the page of one correction is made from, as one person sees it at one moment.

    ``passage`` is the change where it stands now, ``sent`` as its reader saw it; ``fragment``
    leads to the words in the article. Either ``open`` or ``closed`` is there.
    """

    correction: Correction
    now: datetime
    decision: Decision | None
    passage: Passage | None
    sent: Passage | None
    fragment: str
    briefing: Briefing
    open: Open | None
    closed: Closed | None
    earlier: Sequence[Decision]
    enquiries: Sequence[Enquiry]
    """What its reader was asked, and of what stands behind it; its own first."""
    of_sender: int
    """How many wait from its sender besides it, counted no further than `rows.CAPPED`."""

    most_parts: ClassVar[int] = 20
    """Of a change in more parts nobody ticks some: it is taken whole, or written anew."""

    @property
    def answered_at(self) -> datetime | None:
        """When the latest answer came that stands on it."""
        moments = [one.answered_at for one in self.enquiries if one.answered_at is not None]
        return max(moments, default=None)

    @property
    def fits(self) -> bool:
        """Whether the change can be applied to the article as it is."""
        placement = self.correction.placement
        return placement is not None and placement.fit in CARRIED


def of(correction: Correction, by: User, now: datetime) -> Card:
    """The card of a correction for this person."""
    decision = closing.standing(db.session(), correction.id)
    is_open = correction.status == Status.PENDING
    about = briefing.of(correction, now) if is_open else Briefing()
    return Card(
        correction=correction,
        now=now,
        decision=decision,
        passage=rows.passage(correction),
        sent=rows.sent_passage(correction),
        fragment=placing.fragment(db.session(), correction, decision),
        briefing=about,
        open=_open(correction, about, by, now) if is_open else None,
        closed=None if is_open else _closed(correction, decision, by, now),
        earlier=earlier(correction),
        enquiries=enquiries.on_card(correction),
        of_sender=_of_sender(correction),
    )


def _of_sender(correction: Correction) -> int:
    found = senders.waiting_from(db.session(), correction, rows.CAPPED + 1)
    return len(set(found) - {correction.id})


def _open(correction: Correction, about: Briefing, by: User, now: datetime) -> Open:
    session = db.session()
    lease = session.get(Lease, correction.id)
    is_taken = lease is not None and lease.user_id != by.id and lease.until > now
    return Open(
        why=ranking.why(correction, about.record, now),
        stretch=lanes.run_of(correction, by, now),
        hold=session.get(Hold, correction.id),
        escalation=session.get(Escalation, correction.id),
        approval=session.get(Approval, correction.id),
        on_screen_of=lease.user if lease is not None and is_taken else None,
        leader=session.get(Correction, correction.leader_id) if correction.leader_id else None,
        supporters=clusters.members(session, correction),
        rivals=clusters.rivals(session, correction)[:SHOWN],
        rival_count=clusters.count_rivals(session, correction),
        elsewhere=rows.other_places(correction),
        credits=credits.asked(session, correction),
        may_say_so=closing.may_say_so(session, correction),
        set_aside=set_aside.signs_now(correction),
        may_ask=may_ask(enquiries.facts_of(session, correction)),
        way_to_reader=enquiries.way_to(correction),
    )


def _closed(correction: Correction, decision: Decision | None, by: User, now: datetime) -> Closed:
    session = db.session()
    root = decision
    while root is not None and root.caused_by_id is not None:
        root = session.get_one(Decision, root.caused_by_id)
    appeal = session.get(Appeal, decision.id) if decision else None
    return Closed(
        root=root,
        along=_closed_along_with(decision) if decision else [],
        along_count=_count_closed_along_with(decision) if decision else 0,
        thanks=_thanks(correction, decision),
        appeal=appeal,
        may_judge=_may_judge(appeal, by),
        way_back=_way_back(root, by, now),
    )


def earlier(correction: Correction) -> list[Decision]:
    """The decisions of a correction that were taken back, oldest first."""
    query = select(Decision).where(
        Decision.correction_id == correction.id, Decision.undone_at.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Decision.id).options(joinedload(Decision.by))))


def appeal_about(correction: Correction) -> Appeal | None:
    """The newest appeal of a correction, judged or not."""
    query = select(Appeal).where(Appeal.correction_id == correction.id)
    return db.session.scalars(query.order_by(Appeal.decision_id.desc()).limit(1)).first()


def hold_on(correction: Correction) -> Hold | None:
    """Until when a correction is being checked, if it is."""
    return db.session.get(Hold, correction.id) if correction.status == Status.PENDING else None


def _closed_along_with(decision: Decision) -> list[Decision]:
    query = (
        select(Decision)
        .where(Decision.caused_by_id == decision.id)
        .options(joinedload(Decision.correction))
        .order_by(Decision.id)
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def _thanks(correction: Correction, decision: Decision | None) -> Sequence[str]:
    if decision is None or decision.revision is None:
        return ()
    return revisions.revision_of(correction.article, decision.revision).thanks or ()


def _count_closed_along_with(decision: Decision) -> int:
    query = select(func.count()).where(Decision.caused_by_id == decision.id)
    return db.session.scalar(query) or 0


def _may_judge(appeal: Appeal | None, by: User) -> bool:
    if appeal is None or appeal.outcome is not None:
        return False
    if not by.may(Ability.JUDGE_APPEAL, appeal.correction.article.section):
        return False
    return appeal.decision.by_id != by.id or permission.is_alone(db.session())


def _way_back(root: Decision | None, by: User, now: datetime) -> Action | None:
    if root is None or root.outcome == Status.WITHDRAWN:
        return None
    ability = Ability.UNDO_OWN if root.by_id == by.id else Ability.UNDO_OTHERS
    if not by.may(ability, root.correction.article.section):
        return None
    if root.revision is not None and permission.needs_second(
        db.session(), by, ChangeClass(root.change_class), flags=()
    ):
        return None
    return Action.UNDO if now < root.undo_until else Action.REOPEN
