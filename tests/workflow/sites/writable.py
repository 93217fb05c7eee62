"""A site in memory that takes changes, or goes wrong as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Owed, User, WriteBack
from corrections_app.sites.trouble import Changed, Trouble
from corrections_app.sources import Source
from corrections_app.workflow.articles import reading
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.sites import writing
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, accept
from tests.workflow.sites.newsroom import Newsroom, add, sync

SOON = NOON + timedelta(seconds=5)
"""When what was decided at noon is written."""
LATER = NOON + timedelta(hours=1)
"""When nothing that was decided at noon can be undone any more."""

THE_WALL = "The council voted to rebuild the wall."
"""What the sample article says once it is corrected."""


class Died(BaseException):
    """The worker was killed."""


class Writable(Newsroom):
    """Posts that can be changed; each write is kept in ``writes``."""

    writes = True

    def __init__(self) -> None:
        super().__init__()
        self.written = list[Mapping[str, str]]()
        self.loses: type[BaseException] | None = None
        """What comes instead of the answer to the next write, which arrives."""
        self.refuses: Trouble | None = None
        self.before_write: Callable[[], None] = lambda: None

    def write(self, before: Source, fields: Mapping[str, str]) -> Source:
        """Compare, and write, as the protocol says."""
        before_write, self.before_write = self.before_write, lambda: None
        before_write()
        if self.refuses is not None:
            raise self.refuses
        now = self.posts[before.id]
        if dict(now.fields) == {**before.fields, **fields}:
            return now
        if dict(now.fields) != dict(before.fields):
            raise Changed("It was changed meanwhile.")
        self.written.append(dict(fields))
        self.at += timedelta(minutes=1)
        self.posts[before.id] = replace(
            now, fields={**now.fields, **fields}, version=f"{self.at:%Y-%m-%dT%H:%M:%S}"
        )
        if self.loses is not None:
            loses, self.loses = self.loses, None
            raise loses("The answer was lost.")
        return self.posts[before.id]

    def editor(self, external_id: str) -> str:
        """Its editor."""
        return f"https://news.example/wp-admin/post.php?post={external_id}&action=edit"

    def edit(self, number: str, old: str, new: str) -> None:
        """A colleague changes some words there."""
        found = self.posts[number]
        assert old in found.fields["content"]
        self.at += timedelta(minutes=1)
        content = found.fields["content"].replace(old, new)
        fields = {**found.fields, "content": content}
        self.posts[number] = replace(found, fields=fields, version=f"{self.at:%Y-%m-%dT%H:%M:%S}")

    def says(self, number: str = "7") -> str:
        """What stands there."""
        return self.posts[number].fields["content"]


def a_site() -> Writable:
    """A newsroom's site, added and gone through, with two posts."""
    add()
    there = Writable()
    there.publish(
        "7", "The council voted to rebuild the the wall.", "Work begins soon.", title="The wall"
    )
    there.publish("8", "A stall sells fish.", title="The market")
    sync(there)
    return there


def corrected(
    by: User, exact: str = "the the", replacement: str = "the", **more: Any
) -> tuple[int, Any]:
    """A correction of the sample article that was accepted: its number, and the outcome."""
    sent = a_correction(reading.article_at("the-wall"), exact, replacement)
    return sent.id, accept(sent, by, **more)


def work(there: Writable, now: datetime = SOON) -> int:
    """One pass of the worker; how many articles it went through."""
    return writing.write_due(lambda: now, opened=lambda _: there)


def states() -> list[str]:
    """The states of all write-backs, in the order of their making."""
    db.session.rollback()
    return list(db.session.scalars(select(WriteBack.state).order_by(WriteBack.id)))


def rows() -> list[WriteBack]:
    """All write-backs, in the order of their making."""
    db.session.rollback()
    return list(db.session.scalars(select(WriteBack).order_by(WriteBack.id)))


def letters(now: datetime = LATER) -> list[str]:
    """The kinds of what was told so far, once the mail has gone."""
    delivery.deliver(now)
    db.session.rollback()
    told = select(Owed.kind).where(Owed.state == "lettered").order_by(Owed.id)
    return list(db.session.scalars(told))


def restart(now: datetime) -> None:
    """Let every lease end, as time does."""
    with write() as session:
        for row in session.scalars(select(WriteBack).filter_by(state="writing")).all():
            row.next_attempt_at = now
