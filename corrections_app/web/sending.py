"""What readers send, from the form or by a program: what its fields mean, how much is taken.

Counted by network prefix, by the address given, by article and by site. What is looked at counts
nowhere. Each limit is first looked at and then taken from, so that whoever is refused by one of
them has used up nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from flask import current_app, g
from flask_limiter import RateLimitExceeded
from werkzeug.datastructures import MultiDict

from corrections_app.domain import mailbox
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import limiter
from corrections_app.web.answers import place_of
from corrections_app.web.devices import account_of
from corrections_app.web.forms import ProposalForm
from corrections_app.web.rates import client_prefix, refused, too_many
from corrections_app.workflow.submitting.submission import Candidate, Receipt

TRIES_OF_PREFIX = "120/minute;2000/hour"
"""Of everything that is sent, also of what is refused or was sent before: each of it is work."""


def proposal(form: ProposalForm, fields: MultiDict[str, str]) -> Proposal:
    """What the fields of a correction propose."""
    start, end = form.start.data, form.end.data
    chosen = place_of(fields.get("place", ""))
    if chosen:
        start, end = chosen
    replacement = form.replacement.data
    if not replacement and start is None and (form.explanation.data or not form.exact.data):
        # On the page without scripts an empty box means "nothing proposed", not "delete this".
        replacement = None
    return Proposal(
        revision=form.revision.data,
        start=start,
        end=end,
        # Of a chosen place the server cuts the words: typed ones may have other quotes.
        exact="" if chosen else form.exact.data or "",
        replacement=replacement,
        explanation=form.explanation.data or "",
        kind=form.kind.data or "",
        source_url=form.source_url.data or "",
        name=form.name.data or "",
        credit=form.credit.data,
        email=form.email.data or "",
        field=form.field.data or "",
    )


def receipt_json(receipt: Receipt, url: str) -> dict[str, str]:
    """What a program is told of a correction that arrived; ``url`` is that of its receipt."""
    return {
        "receipt": receipt.token,
        "url": url,
        "status": receipt.status,
        "reference": receipt.reference,
    }


def count_try() -> None:
    """Count something that a reader sends, whatever becomes of it. Raises `TooMany`."""
    with (
        refused(too_many),
        limiter.shared_limit(TRIES_OF_PREFIX, scope="try", key_func=client_prefix),
    ):
        pass


def count_arrival(candidate: Candidate) -> None:
    """Count a correction that is about to be stored. Raises `TooMany`; then it counts nowhere.

    What was refused, asked about or sent before does not come so far, and counts nowhere either.
    """
    g.candidate, g.mailbox = candidate, mailbox_key(candidate.email)
    with refused(too_many):
        _look_at_arrival()
        _take_arrival()


def check_act(email: str = "") -> None:
    """Whether one more act at a receipt is within the limits. Raises `TooMany`.

    ``email`` is the address that is left there.
    """
    g.mailbox = mailbox_key(email)
    with refused(too_many):
        _look_at_act()


def count_act() -> None:
    """Count an act that `check_act` let through, now that it is done."""
    with suppress(RateLimitExceeded):  # others were faster, and done it is
        _take_act()


def mailbox_key(email: str) -> str:
    """Whose address it is, sealed; empty for none, and for what no letter can be sent to."""
    try:
        address = mailbox.public_address(email.strip())
    except mailbox.NotAnAddress:
        return ""
    return account_of(mailbox.mailbox_of(address))


def _setting(name: str) -> Callable[[], str]:
    return lambda: str(current_app.config[name])


def _is_known() -> bool:
    """Whether it only adds a reader to a change that waits: nobody has more to read."""
    return bool(g.candidate.is_known)


_corrections = partial(limiter.shared_limit, _setting("LIMITS"), "sending", key_func=client_prefix)
_acts = partial(limiter.shared_limit, _setting("LIMITS"), "receipt", key_func=client_prefix)
_of_mailbox = partial(
    limiter.shared_limit,
    _setting("LIMITS_PER_MAILBOX"),
    "mailbox",
    key_func=lambda: f"mailbox-{g.mailbox}",
    exempt_when=lambda: not g.mailbox,
)
_of_article = partial(
    limiter.shared_limit,
    _setting("LIMITS_PER_ARTICLE"),
    "article",
    key_func=lambda: f"article-{g.candidate.article_id}",
    exempt_when=_is_known,
)
_of_site = partial(
    limiter.shared_limit,
    _setting("LIMITS_PER_SITE"),
    "site",
    key_func=lambda: f"site-{g.candidate.site}",
    exempt_when=_is_known,
)


def _never(_answer: object) -> bool:
    """Of a limit that is only looked at: Flask-Limiter takes nothing from it afterwards either."""
    return False


@_corrections(deduct_when=_never)
@_of_mailbox(deduct_when=_never)
@_of_article(deduct_when=_never)
@_of_site(deduct_when=_never)
def _look_at_arrival() -> None:
    """Raises `RateLimitExceeded` by the call alone, as do the next ones."""


@_corrections()
@_of_mailbox()
@_of_article()
@_of_site()
def _take_arrival() -> None:
    """Take one from each."""


@_acts(deduct_when=_never)
@_of_mailbox(deduct_when=_never)
def _look_at_act() -> None:
    """The same of what is done with a receipt."""


@_acts()
@_of_mailbox()
def _take_act() -> None:
    """Take one from each."""
