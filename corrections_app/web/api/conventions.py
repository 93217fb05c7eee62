"""What all doors for programs do alike: pages of lists, keys, and states of things.

Why these and no others: docs/decisions/0044.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from corrections_app.domain import limits
from corrections_app.domain.errors import BadKey, Invalid, PreconditionFailed, PreconditionRequired
from corrections_app.web.access import person, token
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act

VERSION = "/api/v1"
MOST = 100
"""Items of one page of a list."""
USUAL = 50
LONGEST_KEY = limits.KEY - 20
"""Of an ``Idempotency-Key``: in front of it we write whose it is."""
_REVISION = re.compile(r'"r([0-9]{1,9})"')


def limit() -> int:
    """How many items the address asks for. Raises `Invalid`, naming ``limit``."""
    asked = request.args.get("limit", "")
    if not asked:
        return USUAL
    if not limits.is_number(asked) or not 1 <= int(asked) <= MOST:
        raise Invalid.at("limit", "Ask for 1 to 100 items at once.")
    return int(asked)


def listed(items: Sequence[dict[str, Any]], following: str | int | None) -> Response:
    """A page of a list; where the next one is says a header (RFC 8288).

    ``following`` is what the address must say as ``after``; None on the last page.
    """
    answer = jsonify(items=items)
    if following is not None:
        beside = [(name, value) for name, value in request.args.items(True) if name != "after"]
        place = urlencode([*beside, ("after", str(following))])
        answer.headers["Link"] = f'<{request.path}?{place}>; rel="next"'
    return unless_known(answer)


def unless_known(answer: Response) -> Response:
    """The answer, or 304 for who names its tag (If-None-Match)."""
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def act() -> Act:
    """What the program does now: in its owner's name, and once where it sends a key for it."""
    return Act(person(), key(), now())


def key() -> str | None:
    """The key of the header ``Idempotency-Key``, of this token alone. Raises `BadKey`.

    Quoted or not: the draft of the IETF has it as a string of RFC 9651, Stripe and others bare.
    """
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    bare = sent[1:-1] if len(sent) > 1 and sent[0] == sent[-1] == '"' else sent
    if not bare or len(bare) > LONGEST_KEY or not bare.isprintable():
        raise BadKey("Send an Idempotency-Key of 1 to 80 printable characters.")
    return f"token {token().id}: {bare}"


def tag_of(revision: int) -> str:
    """The state of an article, as its ``ETag`` names it."""
    return f"r{revision}"


def state_seen() -> int | None:
    """The revision that a change was made for, by ``If-Match``; None for a new article.

    That is what ``If-None-Match: *`` says. Raises `PreconditionRequired` for neither, and
    `PreconditionFailed` for a state that no article can have.
    """
    seen = request.headers.get("If-Match")
    if seen is None:
        if request.headers.get("If-None-Match", "").strip() == "*":
            return None
        raise PreconditionRequired(
            "Say which revision this is made for, with the header If-Match and the ETag of the "
            "article; or that it is new, with If-None-Match: *."
        )
    found = _REVISION.fullmatch(seen.strip())
    if found is None:
        raise PreconditionFailed(
            "If-Match names one revision by the ETag that came with the article, such as %(tag)s.",
            tag='"r12"',
        )
    return int(found[1])
