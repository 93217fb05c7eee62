"""The codes of refusals, each with what a program does about it."""

from __future__ import annotations

CODES: dict[str, str] = {
    "no_token": "Send `Authorization: Bearer rc_…`.",
    "invalid_token": "The token is unknown, expired or revoked: ask an admin for another one.",
    "insufficient_scope": "The token was not made for this; `scope` says what it lacks.",
    "not_permitted": "The token’s owner may not do this here. Somebody else has to.",
    "not_found": "There is no such thing.",
    "gone": "The newsroom took the article down; it can be brought back.",
    "withheld": "The text of this revision is shown no more.",
    "invalid": "See `fields`. Sending the same again helps nothing.",
    "too_long": "A text is longer than is kept; `fields` names it.",
    "no_change": "The words are the same as before, or nothing is said.",
    "not_found_in_text": "The words are not there: read the article again.",
    "ambiguous": "The words occur at several `places`: say `start` and `end`.",
    "bad_key": "The key was used for another body, or cannot be one: take a new one.",
    "already_decided": "Somebody was faster; `who`, `what` and `when` say it. With `same_outcome` "
    "nothing is left to do.",
    "stale_version": "It changed since you read it: read it again, then decide.",
    "text_moved": "The article’s words changed there: read it again, then decide.",
    "needs_confirmation": "Look at `flags` and `prepared`, then send it again with `confirmed`.",
    "import_refused": "The document cannot become an article, or would undo what was corrected.",
    "precondition_required": "Say with `If-Match` which revision you saw.",
    "precondition_failed": "It is at `revision` by now: read it, then send your change again.",
    "too_many": "Wait for `retry_after` seconds.",
    "busy": "Wait for `retry_after` seconds, then send the same again, with the same key.",
    "internal": "An error on our side, which is in our log as `request`. Send it again.",
}
"""What stands in `error`, and what helps; the page has each under this name (`type`)."""
