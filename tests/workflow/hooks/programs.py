"""Programs that listen: hooks as rows, and what they are to be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import Message
from typing import Any

from sqlalchemy import func, select

from corrections_app.domain.hooks.kinds import CHOICES
from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.sites.outside import Answer
from corrections_app.workflow.hooks import calling
from corrections_app.workflow.transaction import write
from tests.builders import NOON


def a_hook(url: str = "https://desk.example/heard", **more: Any) -> int:
    """A hook that hears of everything."""
    facts = {"events": list(CHOICES), "seed": "seed", "created_at": NOON} | more
    with write() as session:
        hook = Hook(url=url, **facts)
        session.add(hook)
        session.flush()
        return hook.id


def told(hook_id: int) -> list[str]:
    """What a hook is to be told, in its order."""
    db.session.rollback()
    query = select(Event.type).join(Call, Call.event_id == Event.id)
    return list(db.session.scalars(query.where(Call.hook_id == hook_id).order_by(Call.id)))


class Program:
    """A program in memory: what it took, and how it answers; the clock stands by itself."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now
        self.took = list[tuple[str, str]]()
        """The number of each call that it took, and what it was about."""
        self.came = list[str]()
        """The numbers of all that came."""
        self.answers: Callable[[dict[str, Any]], int | Exception] = lambda _said: 204
        self.headers = dict[str, str]()

    def clock(self) -> datetime:
        """The time, which the test moves."""
        return self.now

    def send(self, _method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Hear a call, as `sites.outside.Client` sends it."""
        said = json.loads(body)
        self.came.append(headers["webhook-id"])
        answer = self.answers(said)
        if isinstance(answer, BaseException):
            raise answer
        if 200 <= answer < 300:
            about = said["data"].get("article", {}).get("slug", "")
            self.took.append((headers["webhook-id"], about))
        message = Message()
        for name, value in self.headers.items():
            message[name] = value
        return Answer(url, answer, message, b"heard: " + body)

    def call(self) -> int:
        """One pass of a worker; how many calls were tried."""
        return calling.call_due(self.clock, way=self)  # type: ignore[arg-type]

    def run_until(self, end: datetime) -> None:
        """Let workers do all that is due until a moment, whenever it is due."""
        while self.now <= end:
            self.call()
            following = next_call()
            if following is None or following > end:
                break
            self.now = max(following, self.now)
        self.now = max(end, self.now)


def next_call() -> datetime | None:
    """When the next call that nothing holds back is due."""
    db.session.rollback()
    on = select(Hook.id).where(Hook.off_at.is_(None))
    first = select(func.min(Call.id)).where(Call.state == "waiting", Call.hook_id.in_(on))
    heads = first.group_by(Call.hook_id, Call.article_id)
    return db.session.scalar(
        select(func.min(Call.next_attempt_at)).where(Call.id.in_(heads.scalar_subquery()))
    )
