"""One act on a correction: planned first, carried out in the writer's turn, answered once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from corrections_app.domain.errors import Refusal
from corrections_app.models import Correction
from corrections_app.workflow import publishing
from corrections_app.workflow.idempotency import Request
from corrections_app.workflow.publishing import Overtaken, Plan
from corrections_app.workflow.transaction import snapshot, write

Answer = dict[str, Any]
_TRIES = 3


def perform(
    request: Request,
    correction_id: int,
    plan: Callable[[Session], Plan | None],
    act: Callable[[Session, Plan | None], Answer],
    *,
    now: datetime,
) -> Answer:
    """The answer to a request about a correction: of this act, or what it was answered before.

    ``plan`` works out the change of the text, which is dear, outside the
    writer's turn; ``act`` carries it out inside. Where many decide at once
    someone would be overtaken for ever: so whoever was overtaken a few times
    plans with the article held. Raises the `Refusal` of either.
    """

    def once(session: Session, change: Plan | None) -> Answer:
        if answered := request.answered(session):
            return answered
        answer = act(session, change)
        request.keep(session, answer, now)
        return answer

    try:
        for _ in range(_TRIES):
            change = plan(snapshot())
            with suppress(Overtaken), write() as session:
                return once(session, change)
        with write() as session:
            article_id = session.get_one(Correction, correction_id).article_id
            publishing.locked(session, article_id)
            return once(session, plan(session))
    except Refusal:
        # The very same request may have been carried out, long ago or since we looked.
        if answered := request.answered(snapshot()):
            return answered
        raise
