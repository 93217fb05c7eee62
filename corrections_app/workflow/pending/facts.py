"""A change that touches facts is made deliberately: what it does is told, and confirmed.

What flags a change is asked where it is written, of the text as it stands there and of
the edits that are made (`warnings.flags`), and compared with what the person was told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import NeedsConfirmation
from corrections_app.domain.lifecycle import Kind, Status
from corrections_app.domain.text.body import Body
from corrections_app.domain.text.edits import Edit
from corrections_app.domain.warnings.flags import Flag, Weighed, among, flags_between
from corrections_app.language import N_, gettext
from corrections_app.models import Correction, Decision, Revision

_TOUCHED: dict[Flag, str] = {
    Flag.NUMBER: N_("a number"),
    Flag.DATE: N_("a date"),
    Flag.NAME: N_("a name"),
    Flag.QUOTATION: N_("a quotation"),
    Flag.LINK: N_("a link"),
    Flag.NEGATION: N_("a “not”"),
    Flag.FACT: N_("what a reader calls a wrong fact"),
}


def flags_of_change(
    current: Revision, body: Body, edits: Sequence[Edit] | None, *, fact: bool = False
) -> tuple[Flag, ...]:
    """What flags the change of a revision to ``body`` by edits that the program itself makes.

    ``fact``: a reader who asked for the change says that a fact is wrong. None for ``edits``
    means that they are not known; then the bodies are compared.
    """
    if edits is None:
        return flags_between(current.blocks, body, fact=fact)
    return among(Weighed(current.blocks).risks(edits), fact=fact)


def says_fact(session: Session, correction: Correction) -> bool:
    """Whether its reader, or one of those who ask for the same, calls it a wrong fact."""
    if correction.kind == Kind.FACT:
        return True
    return session.scalar(_SAYS_FACT, {"leader": correction.id}) is not None


# Built once: every card and every accept asks it.
_SAYS_FACT = (
    select(Correction.id)
    .where(Correction.leader_id == bindparam("leader"), Correction.status == Status.PENDING)
    .where(Correction.kind == Kind.FACT)
    .limit(1)
)


def restores_fact(session: Session, article_id: int, number: int) -> bool:
    """Whether to restore a revision would undo what was accepted since as a wrong fact."""
    since = (
        select(Decision.id)
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Correction.article_id == article_id,
            Correction.status == Status.ACCEPTED,
            Correction.kind == Kind.FACT,
            Decision.undone_at.is_(None),
            Decision.revision > number,
        )
    )
    return session.scalar(since.limit(1)) is not None


def check_confirmed(flags: Sequence[Flag], confirmed: Collection[str], **shown: str) -> None:
    """Raise `NeedsConfirmation` unless the person was told of all that flags the change.

    ``shown``: what else is to be seen with the question; it stands in the details.
    """
    if are_confirmed(flags, confirmed):
        return
    raise NeedsConfirmation(
        "This touches %(touched)s. Look at what readers will be told, then confirm it.",
        fields={"confirmed": " ".join(flags)},
        touched=told(flags),
        flags=[str(flag) for flag in flags],
        **shown,
    )


def are_confirmed(flags: Sequence[Flag], confirmed: Collection[str]) -> bool:
    """Whether the person was told of all that flags the change.

    Who has confirmed more is not asked again: of two ticked changes one was unticked.
    """
    return set(flags) <= set(confirmed)


def told(flags: Sequence[Flag]) -> str:
    """What is touched, as people say it."""
    *most, last = [gettext(_TOUCHED[flag]) for flag in flags]
    if not most:
        return last
    return gettext("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}
