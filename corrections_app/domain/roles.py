"""Who may do what: one table of roles and abilities, and the sections they reach.

Whoever is signed in reads all that waits, was decided or was sent: no ability is asked for that.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from corrections_app.domain.lifecycle import Role


class Ability(StrEnum):
    """Something that a signed-in person may, or may not, do."""

    DECIDE = "decide"
    """Accept, reject, supersede, place, hold, skip, escalate."""
    JUDGE_APPEAL = "judge_appeal"
    UNDO_OWN = "undo_own"
    """Take back one's own decision: undo in its window, reopen with a note after it."""
    EDIT_ARTICLE = "edit_article"
    TELL_READERS = "tell_readers"
    """Publish a notice that stands alone, without a change of the text."""
    UNDO_OTHERS = "undo_others"
    APPROVE = "approve"
    """Confirm what a moderator proposed; so one's own decisions wait for nobody."""
    ANSWER_ESCALATED = "answer_escalated"
    DECIDE_MANY = "decide_many"
    """More than twenty with one act."""
    SHARE_VIEWS = "share_views"
    """Show a saved list to all colleagues, and take away what others showed."""
    CHANGE_NOTICES = "change_notices"
    """Word a published notice anew or withdraw it; put an editor's note on an article."""
    MANAGE_REASONS = "manage_reasons"
    """Word the reasons, and the house style of notices."""
    SEE_FIGURES = "see_figures"
    TAKE_DOWN = "take_down"
    """Retire an article, withhold a revision or a notice's words; and bring them back."""
    PUBLISH_ACCURACY = "publish_accuracy"
    """Let readers see the figures of how accurate the newspaper is, or see them no more."""
    MANAGE_PEOPLE = "manage_people"


class Scope(StrEnum):
    """What a program may do with a token, at most: its owner must be able to do it too."""

    ARTICLES_READ = "articles:read"
    ARTICLES_WRITE = "articles:write"
    CORRECTIONS_READ = "corrections:read"
    CORRECTIONS_SUBMIT = "corrections:submit"
    CORRECTIONS_DECIDE = "corrections:decide"
    NOTICES_READ = "notices:read"
    READERS_READ = "readers:read"
    """The names and addresses that readers left: by no other scope they leave."""
    HOOKS_WRITE = "hooks:write"


SCOPES: dict[Scope, Ability] = {
    Scope.ARTICLES_WRITE: Ability.EDIT_ARTICLE,
    Scope.CORRECTIONS_DECIDE: Ability.DECIDE,
    Scope.READERS_READ: Ability.DECIDE,
    Scope.HOOKS_WRITE: Ability.MANAGE_PEOPLE,
}
"""What the owner of a token must be able to do for it to be of use; the others take an account."""


class SecondFactor(StrEnum):
    """How far a browser came at sign-in: its password or link was right, and then?"""

    NONE = "none"
    """Nothing more was asked of this person."""
    OWED = "owed"
    """More was asked, and is not given yet: this browser is signed in nowhere."""
    GIVEN = "given"


class Asked(StrEnum):
    """Of whom a newsroom asks a second factor (CORRECTIONS_SECOND_FACTOR)."""

    OPTIONAL = "optional"
    """Of those who set one up."""
    EDITORS = "editors"
    """Of editors and admins as well."""
    EVERYONE = "everyone"


class Grant(NamedTuple):
    """The least role that has an ability, and whether a person's section limits it."""

    least: Role
    in_section: bool


_HERE = True
_EVERYWHERE = False

TABLE: dict[Ability, Grant] = {
    Ability.DECIDE: Grant(Role.MODERATOR, _HERE),
    Ability.JUDGE_APPEAL: Grant(Role.MODERATOR, _HERE),
    Ability.UNDO_OWN: Grant(Role.MODERATOR, _HERE),
    Ability.EDIT_ARTICLE: Grant(Role.MODERATOR, _HERE),
    Ability.TELL_READERS: Grant(Role.MODERATOR, _HERE),
    Ability.UNDO_OTHERS: Grant(Role.EDITOR, _HERE),
    Ability.APPROVE: Grant(Role.EDITOR, _HERE),
    Ability.ANSWER_ESCALATED: Grant(Role.EDITOR, _HERE),
    Ability.DECIDE_MANY: Grant(Role.EDITOR, _HERE),
    Ability.TAKE_DOWN: Grant(Role.EDITOR, _HERE),
    Ability.SHARE_VIEWS: Grant(Role.EDITOR, _EVERYWHERE),
    Ability.CHANGE_NOTICES: Grant(Role.EDITOR, _HERE),
    Ability.MANAGE_REASONS: Grant(Role.EDITOR, _EVERYWHERE),
    Ability.SEE_FIGURES: Grant(Role.EDITOR, _EVERYWHERE),
    Ability.PUBLISH_ACCURACY: Grant(Role.EDITOR, _EVERYWHERE),
    Ability.MANAGE_PEOPLE: Grant(Role.ADMIN, _EVERYWHERE),
}

_RANK = {role: rank for rank, role in enumerate(Role)}


def must_have_factor(role: Role | str, asked: Asked | str) -> bool:
    """Whether people of this role need a second factor here, whether or not they like one."""
    least = {Asked.EVERYONE: Role.MODERATOR, Asked.EDITORS: Role.EDITOR}.get(Asked(asked))
    return least is not None and _RANK[Role(role)] >= _RANK[least]


def may(
    role: Role | str, section: str | None, ability: Ability, article_section: str | None = None
) -> bool:
    """Whether a person of this role and section has an ability on an article of that section.

    ``section`` None is a person for the whole newspaper. A person who has one
    decides nothing elsewhere, and nothing in an article that has no section.
    """
    grant = TABLE[ability]
    if _RANK[Role(role)] < _RANK[grant.least]:
        return False
    return not grant.in_section or section is None or section == article_section
