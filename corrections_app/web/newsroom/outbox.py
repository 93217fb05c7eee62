"""/outbox: the letters and what became of them."""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response, render_template, request, url_for

from corrections_app.language import spoken
from corrections_app.sources.languages import direction
from corrections_app.web.access import person
from corrections_app.web.answers import see_other
from corrections_app.web.headers import NO_SCRIPTS
from corrections_app.web.newsroom.masking import for_colleague
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import held, outbox
from corrections_app.workflow.letters.addresses import NO_MAILBOX

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")
# On other pages too: the banner of every staff page, and what became of a correction's letter.
blueprint.add_app_template_global(lambda: outbox.refused_for_policy(now()), "letters_refused")
blueprint.add_app_template_global(lambda: NO_MAILBOX, "no_mailbox_words")

# A letter brings its own inline styles, so its page is walled off instead: nothing runs,
# nothing loads, and only our own pages may frame it (docs/decisions/0004).
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; " + NO_SCRIPTS
)


@blueprint.get("")
def index() -> str:
    """The newest letters first: all, or those that are due, sent, failed or stopped."""
    show = request.args.get("show")
    show = show if show in outbox.STATES else None
    before = request.args.get("before", type=int)
    found = outbox.newest(show, before)
    return render_template(
        "newsroom/outbox/index.html",
        letters=found,
        unwritten=outbox.unwritten() if show == "due" and not before else [],
        counts=outbox.counts(),
        capped=outbox.CAPPED,
        void=outbox.has_lost_its_link,
        show=show,
        older=found[-1].id if len(found) == outbox.PAGE else None,
        held_since=held.since(),
    )


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> str:
    """One letter as it was, or will be, sent; less what would let us act as its reader."""
    letter = outbox.one(letter_id)
    said_in = re.search(r'<html lang="([\w-]+)"', letter.html)  # as `templates/emails` begin
    lang = said_in[1] if said_in else spoken()
    return render_template(
        "newsroom/outbox/show.html",
        letter=letter,
        lang=lang,
        dir=direction(lang),
        headers=outbox.headers(letter),
        shown=lambda words: for_colleague(words, letter, person()),
        void=outbox.has_lost_its_link(letter),
    )


@blueprint.get("/<int:letter_id>/html")
def html(letter_id: int) -> Response:
    """The letter's HTML part by itself, for the frame on its page."""
    letter = outbox.one(letter_id)
    answer = make_response(for_colleague(letter.html, letter, person()))
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


@blueprint.post("/<int:letter_id>/retry")
def retry(letter_id: int) -> Response:
    """Send a letter again that was given up or waits for its next try."""
    outbox.retry(letter_id, now())
    return see_other(url_for("outbox.show", letter_id=letter_id))
