"""Every door in one table: the guard, who may pass, and which objects can be reached through it.

`access` enforces guard and person from here, before any view runs, and knows no other
declaration: an address without a row is closed to everyone, and `tests/test_house.py` names it.
What a row says of objects is enforced inside the write, in `workflow` (`permission` above all),
or where the object is read; ``tests/web/test_doors.py`` walks all rows and shows that it is true.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from corrections_app.domain.roles import Ability, Scope
from corrections_app.workflow import permission


class Guard(StrEnum):
    """What stands before a request that may change something (docs/decisions/0003, 0013)."""

    NONE = "none"
    """Nothing can be changed here: every such request is refused."""
    ORIGIN = "origin"
    """Sent from our own pages. What signs a browser in takes it too, also where the address is
    unguessable: another site knows one of its own."""
    SESSION = "session"
    """Signed in, and the token of the page."""
    CAPABILITY = "capability"
    """Whoever holds the unguessable address."""
    TOKEN = "token"
    """A program that shows a token (RFC 6750), to read as well: no cookie counts there."""


class Who(StrEnum):
    """Who may pass, where that takes no `Ability`."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    HOLDER = "holder of the address"
    """Of a receipt, a letter's or a sign-in link: the token in the address is the key."""
    SITE = "site's key"


class Reach(StrEnum):
    """Which objects a person who may pass can reach."""

    NONE = "none"
    """The address names no object of anybody's."""
    PUBLIC = "public"
    """What readers may see: of what is taken down or unknown nothing but that."""
    KEY = "what the key opens"
    OWN = "one's own"
    ALL = "any"
    SECTION = "own section"
    """An article, or what belongs to one, in the section that the person works for."""
    ANOTHERS = "own section, another's"
    """As `SECTION`, and not what one sent, proposed or turned down oneself."""
    OWN_OR_EDITOR = "one's own, or an editor's section"
    """What one did oneself; of others only with the ability to answer for them."""


class Door(NamedTuple):
    """One row of the table."""

    guard: Guard
    who: Who | Ability | Scope
    reach: Reach

    @property
    def is_for_colleagues(self) -> bool:
        """Whether somebody must be signed in to pass."""
        return self.who is Who.SIGNED_IN or isinstance(self.who, Ability)


_NONE, _ORIGIN, _SESSION, _CAPABILITY, _TOKEN = Guard
_EVERYONE, _SIGNED_IN, _HOLDER, _SITE = Who

READ = Door(_NONE, _EVERYONE, Reach.PUBLIC)
"""A page for everyone."""
LOOK = Door(_NONE, _SIGNED_IN, Reach.ALL)
"""A page for all colleagues: whoever is signed in reads all that waits or was decided."""

# By room, and there by name.
DOORS: dict[str, Door] = {
    # api
    "api.description": READ,
    "api.show": READ,
    "api_articles.index": Door(_TOKEN, Scope.ARTICLES_READ, Reach.ALL),
    "api_articles.put": Door(_TOKEN, Scope.ARTICLES_WRITE, Reach.SECTION),
    "api_articles.retire": Door(_TOKEN, Scope.ARTICLES_WRITE, Reach.SECTION),
    "api_articles.show": Door(_TOKEN, Scope.ARTICLES_READ, Reach.ALL),
    "api_corrections.create": Door(_TOKEN, Scope.CORRECTIONS_SUBMIT, Reach.PUBLIC),
    "api_corrections.decide": Door(_TOKEN, Scope.CORRECTIONS_DECIDE, Reach.ANOTHERS),
    "api_corrections.index": Door(_TOKEN, Scope.CORRECTIONS_READ, Reach.ALL),
    "api_corrections.show": Door(_TOKEN, Scope.CORRECTIONS_READ, Reach.ALL),
    "api_corrections.undo": Door(_TOKEN, Scope.CORRECTIONS_DECIDE, Reach.OWN_OR_EDITOR),
    "api_notices.index": Door(_TOKEN, Scope.NOTICES_READ, Reach.PUBLIC),
    "api_notices.show": Door(_TOKEN, Scope.NOTICES_READ, Reach.PUBLIC),
    "api_write_backs.again": Door(_TOKEN, Scope.ARTICLES_WRITE, Reach.SECTION),
    "api_write_backs.done": Door(_TOKEN, Scope.ARTICLES_WRITE, Reach.SECTION),
    "api_write_backs.index": Door(_TOKEN, Scope.ARTICLES_READ, Reach.ALL),
    "api_write_backs.show": Door(_TOKEN, Scope.ARTICLES_READ, Reach.ALL),
    # embed
    "changed.changed": Door(_CAPABILITY, _SITE, Reach.KEY),
    "embed_form.form": READ,
    # Sent by the form in our own frame, never by the page around it.
    "embed_form.place": Door(_ORIGIN, _EVERYONE, Reach.PUBLIC),
    "embed_script.script": READ,
    "report.report": READ,
    # newsroom
    "account.show": Door(_NONE, _SIGNED_IN, Reach.OWN),
    "account.sign_out_elsewhere": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "account.update": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "all_articles.describe": Door(_SESSION, Ability.EDIT_ARTICLE, Reach.SECTION),
    "all_articles.index": LOOK,
    "all_articles.show": LOOK,
    "editing.edit": Door(_SESSION, Ability.EDIT_ARTICLE, Reach.SECTION),
    "editing.past": READ,
    "editing.restore": Door(_SESSION, Ability.EDIT_ARTICLE, Reach.SECTION),
    "editing.revisions": LOOK,
    "editing.show": LOOK,
    "editing.text": LOOK,
    "figures.index": Door(_NONE, Ability.SEE_FIGURES, Reach.ALL),
    "health.show": Door(_NONE, _EVERYONE, Reach.NONE),
    "house_rules.create": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "house_rules.index": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "house_rules.show": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "house_rules.update": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "hooks.act": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "hooks.again": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "hooks.create": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "hooks.index": Door(_NONE, Ability.MANAGE_PEOPLE, Reach.ALL),
    "hooks.leave_out": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "hooks.show": Door(_NONE, Ability.MANAGE_PEOPLE, Reach.ALL),
    "house_style.index": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "house_style.place": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "house_style.show": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "house_style.update": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "notices.create": Door(_SESSION, Ability.TELL_READERS, Reach.SECTION),
    "notices.index": LOOK,
    "notices.reword": Door(_SESSION, Ability.CHANGE_NOTICES, Reach.SECTION),
    "notices.show": LOOK,
    "notices.withdraw": Door(_SESSION, Ability.CHANGE_NOTICES, Reach.SECTION),
    "outbox.html": LOOK,
    "outbox.index": LOOK,
    "outbox.retry": Door(_SESSION, _SIGNED_IN, Reach.ALL),
    "outbox.show": LOOK,
    "own_factors.add_app": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.add_passkey": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.ask": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.begin_app": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.confirm": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.remove_app": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.remove_passkey": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.renew_codes": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "own_factors.show": Door(_NONE, _SIGNED_IN, Reach.OWN),
    "people.act": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "people.create": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "people.index": Door(_NONE, Ability.MANAGE_PEOPLE, Reach.ALL),
    "people.show": Door(_NONE, Ability.MANAGE_PEOPLE, Reach.ALL),
    "people.update": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    # What comes back is told from a forged answer by its state, in the browser that asked.
    "provider.ask": Door(_NONE, _EVERYONE, Reach.NONE),
    "provider.back": Door(_NONE, _EVERYONE, Reach.NONE),
    "public_figures.change": Door(_SESSION, Ability.PUBLISH_ACCURACY, Reach.NONE),
    "public_figures.index": Door(_NONE, Ability.PUBLISH_ACCURACY, Reach.NONE),
    "reasons.create": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "reasons.index": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "reasons.move": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "reasons.show": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "reasons.update": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    # Open to nobody but a browser that has given its password and owes the rest.
    "second_step.ask": Door(_ORIGIN, _EVERYONE, Reach.OWN),
    "second_step.begin_app": Door(_ORIGIN, _EVERYONE, Reach.OWN),
    "second_step.create": Door(_ORIGIN, _EVERYONE, Reach.OWN),
    "second_step.show": Door(_NONE, _EVERYONE, Reach.OWN),
    "sign_in.choose": Door(_NONE, _HOLDER, Reach.KEY),
    "sign_in.confirm": Door(_NONE, _HOLDER, Reach.KEY),
    "sign_in.create": Door(_ORIGIN, _EVERYONE, Reach.NONE),
    "sign_in.destroy": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "sign_in.forgotten": Door(_NONE, _EVERYONE, Reach.NONE),
    "sign_in.new": Door(_NONE, _EVERYONE, Reach.NONE),
    "sign_in.reset": Door(_ORIGIN, _HOLDER, Reach.KEY),
    "sign_in.send": Door(_ORIGIN, _EVERYONE, Reach.NONE),
    "sign_in.use": Door(_ORIGIN, _HOLDER, Reach.KEY),
    "taking_down.bring_back": Door(_SESSION, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.notice_page": Door(_NONE, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.retire": Door(_SESSION, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.retiring_page": Door(_NONE, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.show_again": Door(_SESSION, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.withhold": Door(_SESSION, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.withhold_notice": Door(_SESSION, Ability.TAKE_DOWN, Reach.SECTION),
    "taking_down.withholding_page": Door(_NONE, Ability.TAKE_DOWN, Reach.SECTION),
    "tokens.create": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "tokens.index": Door(_NONE, Ability.MANAGE_PEOPLE, Reach.ALL),
    "tokens.revoke": Door(_SESSION, Ability.MANAGE_PEOPLE, Reach.ALL),
    "writebacks.again": Door(_SESSION, Ability.EDIT_ARTICLE, Reach.SECTION),
    "writebacks.done": Door(_SESSION, Ability.EDIT_ARTICLE, Reach.SECTION),
    "writebacks.index": LOOK,
    "writebacks.show": LOOK,
    # operating
    "metrics.show": Door(_NONE, _EVERYONE, Reach.NONE),
    # queue
    "bulk.create": Door(_SESSION, Ability.DECIDE, Reach.ANOTHERS),
    "bulk.preview": LOOK,
    "bulk.sender": LOOK,
    "bulk.show": LOOK,
    "bulk.undo": Door(_SESSION, Ability.UNDO_OWN, Reach.OWN_OR_EDITOR),
    "changes.leave": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "changes.show": LOOK,
    # What a reader may send of any article, a colleague may too.
    "elsewhere.of_correction": LOOK,
    "elsewhere.of_rule": Door(_NONE, Ability.MANAGE_REASONS, Reach.ALL),
    "elsewhere.send_of_correction": Door(_SESSION, _SIGNED_IN, Reach.ALL),
    "elsewhere.send_of_rule": Door(_SESSION, Ability.MANAGE_REASONS, Reach.ALL),
    "queue.change": LOOK,
    "queue.decide": Door(_SESSION, Ability.DECIDE, Reach.ANOTHERS),
    "queue.following": LOOK,
    "queue.index": LOOK,
    "queue.search": Door(_SESSION, _SIGNED_IN, Reach.NONE),
    "queue.show": LOOK,
    "triage.approve": Door(_SESSION, Ability.APPROVE, Reach.ANOTHERS),
    "triage.ask": Door(_SESSION, Ability.DECIDE, Reach.ANOTHERS),
    "triage.duplicate": Door(_SESSION, Ability.DECIDE, Reach.SECTION),
    "triage.escalate": Door(_SESSION, Ability.DECIDE, Reach.SECTION),
    "triage.hold": Door(_SESSION, Ability.DECIDE, Reach.SECTION),
    "triage.place": Door(_SESSION, Ability.DECIDE, Reach.SECTION),
    "triage.put_back": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "triage.reopen": Door(_SESSION, Ability.UNDO_OWN, Reach.OWN_OR_EDITOR),
    "triage.send_back": Door(_SESSION, _SIGNED_IN, Reach.OWN_OR_EDITOR),
    "triage.skip": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "triage.split": Door(_SESSION, Ability.DECIDE, Reach.SECTION),
    "triage.undo": Door(_SESSION, Ability.UNDO_OWN, Reach.OWN_OR_EDITOR),
    "triage.undo_latest": Door(_SESSION, Ability.UNDO_OWN, Reach.OWN),
    "triage.uphold": Door(_SESSION, Ability.JUDGE_APPEAL, Reach.ANOTHERS),
    "views.create": Door(_SESSION, _SIGNED_IN, Reach.OWN),
    "views.delete": Door(_SESSION, _SIGNED_IN, Reach.OWN_OR_EDITOR),
    # reader
    "accuracy.index": READ,
    "accuracy.table": READ,
    "articles.index": READ,
    "articles.show": READ,
    "corrections.create": Door(_ORIGIN, _EVERYONE, Reach.PUBLIC),
    "corrections.new": READ,
    "erasing.erase_mailbox": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "erasing.erase_receipt": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "erasing.show_mailbox": Door(_NONE, _HOLDER, Reach.KEY),
    "erasing.show_receipt": Door(_NONE, _HOLDER, Reach.KEY),
    "media.show": READ,
    "privacy.show": READ,
    "receipts.answer": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "receipts.appeal": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "receipts.email": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "receipts.index": READ,
    "receipts.show": Door(_NONE, _HOLDER, Reach.KEY),
    "receipts.withdraw": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "rules.index": READ,
    "static": READ,
    "subscriptions.keep": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    "subscriptions.show": Door(_NONE, _HOLDER, Reach.KEY),
    "subscriptions.show_stop": Door(_NONE, _HOLDER, Reach.KEY),
    "subscriptions.stop": Door(_CAPABILITY, _HOLDER, Reach.KEY),
    # record
    "feeds.atom": READ,
    "feeds.json_feed": READ,
    "feeds.table": READ,
    "policy.show": READ,
    "record.annotation": READ,
    "record.index": READ,
    "record.show": READ,
}

WHY: dict[Ability, str] = {
    Ability.MANAGE_PEOPLE: "Only an admin may see and change accounts, tokens and hooks.",
    Ability.MANAGE_REASONS: "Only an editor may change reasons, house rules and notice style.",
    Ability.PUBLISH_ACCURACY: "Only an editor may show these figures to readers.",
    Ability.SEE_FIGURES: "Only an editor may see the figures.",
    Ability.TAKE_DOWN: "Only an editor of this article may take something down: ask one.",
}
"""What whoever has not the ability is told, where more can be said than `permission.NOT_YOURS`."""


def why_not(ability: Ability) -> str:
    """The sentence for whoever has not this ability."""
    return WHY.get(ability, permission.NOT_YOURS)
