"""What readers send, from the form or by a program: what its fields mean, how much is taken.

Counted by network prefix, by the address given, by article and by site. What is looked at counts
nowhere. Each limit is first looked at and then taken from, so that whoever is refused by one of
them has used up nothing of the others.
"""

from __future__ import annotations

from contextlib import suppress

from flask import current_app
from werkzeug.datastructures import MultiDict

from corrections_app.counting import Counted, Passed
from corrections_app.domain import mailbox
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import counters
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
    with refused(too_many):
        counters.take(Counted(TRIES_OF_PREFIX, "try", client_prefix()))


def count_arrival(candidate: Candidate) -> None:
    """Count a correction that is about to be stored. Raises `TooMany`; then it counts nowhere.

    What was refused, asked about or sent before does not come so far, and counts nowhere either.
    """
    these = [*_from("sending"), *_of_mailbox(candidate.email)]
    if not candidate.is_known:  # else it only adds a reader to what waits: nobody has more to read
        these += [
            _limit("LIMITS_PER_ARTICLE", "article", f"article-{candidate.article_id}"),
            _limit("LIMITS_PER_SITE", "site", f"site-{candidate.site}"),
        ]
    with refused(too_many):
        counters.look(*these)
        counters.take(*these)


def check_act(email: str = "") -> None:
    """Whether one more act at a receipt is within the limits. Raises `TooMany`.

    ``email`` is the address that is left there.
    """
    with refused(too_many):
        counters.look(*_from("receipt"), *_of_mailbox(email))


def count_act(email: str = "") -> None:
    """Count an act that `check_act` let through, now that it is done."""
    with suppress(Passed):  # others were faster, and done it is
        counters.take(*_from("receipt"), *_of_mailbox(email))


def _from(scope: str) -> list[Counted]:
    return [_limit("LIMITS", scope, client_prefix())]


def _of_mailbox(email: str) -> list[Counted]:
    key = mailbox_key(email)
    return [_limit("LIMITS_PER_MAILBOX", "mailbox", f"mailbox-{key}")] if key else []


def _limit(setting: str, scope: str, name: str) -> Counted:
    return Counted(str(current_app.config[setting]), scope, name)


def mailbox_key(email: str) -> str:
    """Whose address it is, sealed; empty for none, and for what no letter can be sent to."""
    try:
        address = mailbox.public_address(email.strip())
    except mailbox.NotAnAddress:
        return ""
    return account_of(mailbox.mailbox_of(address))
