"""One verb, one commit: the only place in the program that writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import BadKey, Refusal
from corrections_app.extensions import db
from corrections_app.models import Correction, IdempotencyKey, PublicVersion, User
from corrections_app.models.engine import ask, put
from corrections_app.workflow import audit, locks, outages, tokens
from corrections_app.workflow.locks import Overtaken, Plan
from corrections_app.workflow.turns import turn

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_KEYS = 1  # apart from the audit's locks, which are of one number


@dataclass(frozen=True)
class Act:
    """Who does something, when, and by which key, so that doing it again is the same act.

    Without a key every act is a new one.
    """

    by: User
    key: str | None
    now: datetime

    def once(self, payload: Mapping[str, Any]) -> OnceOnly:
        """What is asked for, to be carried out once for this person and key."""
        return OnceOnly(f"act:{self.by.id}", self.key, payload)

    def record(
        self, session: Session, action: str, about: Correction | None = None, **data: Any
    ) -> None:
        """Append it to the audit as this person's, in the transaction of the act."""
        audit.record(session, action, about, by_id=self.by.id, now=self.now, **data)


@dataclass(frozen=True)
class OnceOnly:
    """One request as its sender meant it: a key of their choice, and what it asks for.

    Without a key every request is a new one.
    """

    scope: str
    key: str | None
    payload: Mapping[str, Any]

    def answered(self, session: Session) -> dict[str, Any] | None:
        """What this very request was answered before, if it was.

        Raises `BadKey` when the key is unusable or was used for another payload.
        """
        if not self.key:
            return None
        if len(self.key) > limits.KEY or not self.key.isprintable():
            raise BadKey("The request's key is not usable. Reload the page and try again.")
        if writing():
            self._hold(session)
        kept = ask(session, _KEPT, {"scope": self.scope, "key": self.key}).first()
        if kept is None:
            return None
        if kept.fingerprint not in (self.fingerprint, self._bare_fingerprint):
            raise BadKey("This form was already sent with other words. Reload it to send again.")
        return dict(kept.answer)

    def _hold(self, session: Session) -> None:
        """Let nobody else answer this key until the transaction ends.

        On PostgreSQL two requests that come at once would both find no answer yet.
        """
        if session.get_bind().dialect.name == "postgresql":
            number = func.hashtext(f"{self.scope} {self.key}")
            session.execute(select(func.pg_advisory_xact_lock(_KEYS, number)))

    def keep(self, session: Session, answer: dict[str, Any], now: datetime) -> None:
        """Remember the answer, in the transaction of the act itself."""
        if self.key:
            row: dict[str, Any] = {"scope": self.scope, "key": self.key}
            row |= {"fingerprint": self.fingerprint, "answer": answer, "created_at": now}
            put(session, _KEPT_NOW, row)

    @property
    def fingerprint(self) -> str:
        """A keyed hash of the payload, whatever the order of its names.

        Without the key whoever has the rows could try which address was in it.
        """
        return tokens.seal("request", self._text).hex()

    @property
    def _bare_fingerprint(self) -> str:
        """As it was kept by versions before, whose requests may still come again."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    @property
    def _text(self) -> str:
        return json.dumps(self.payload, sort_keys=True, ensure_ascii=True, default=str)


# Built once: every act asks it, in the writer's turn too.
_KEPT = select(IdempotencyKey.fingerprint, IdempotencyKey.answer).where(
    IdempotencyKey.scope == bindparam("scope"), IdempotencyKey.key == bindparam("key")
)
_KEPT_NOW = insert(IdempotencyKey.__table__)


Answer = TypeVar("Answer", bound="DataclassInstance")
_TRIES = 3


def perform(
    act: Act,
    asked: Mapping[str, Any],
    correction_id: int,
    plan: Callable[[Session], Plan | None],
    carry_out: Callable[[Session, Plan | None], Answer],
    kind: type[Answer],
) -> Answer:
    """The answer to a request about a correction: of this act, or what it was answered before.

    ``asked`` is what a second request with the same key must ask for too. ``plan`` works
    out the change of the text, which is dear, outside the writer's turn; ``carry_out``
    makes it inside. Where many decide at once someone would be overtaken for ever: so
    whoever was overtaken a few times plans with the article held. Raises the `Refusal`
    of either.
    """
    request = act.once(asked)
    tries = 0
    try:
        while True:
            is_last = tries == _TRIES
            tries += 1
            change = None if is_last else plan(snapshot())
            with nullcontext() if is_last else suppress(Overtaken), write() as session:
                # The key before the article, as everywhere: two who send the same would each
                # hold one and wait for the other.
                if answered := request.answered(session):
                    return kind(**answered)
                if is_last:
                    held = session.get_one(Correction, correction_id)
                    locks.hold_article(session, held.article_id)
                    change = plan(session)
                answer = carry_out(session, change)
                request.keep(session, asdict(answer), act.now)
                return answer
    except Refusal:
        # The very same request may have been carried out, long ago or since we looked.
        if answered := request.answered(snapshot()):
            return kind(**answered)
        raise


TURN_SECONDS = 5.0
"""How long a write waits for those before it, and on PostgreSQL for each lock."""

_WRITING = "corrections.writing"


@contextmanager
def write(seconds: float | None = None, *, public: bool = True) -> Iterator[Session]:
    """A write transaction: commits when the block ends, rolls back whole when it raises.

    ``seconds``: how long to wait for the turn, and on PostgreSQL for each lock, where that
    is not `TURN_SECONDS`. ``public``: whether readers may see what it changes; only what
    certainly shows on no page that is kept (`serving.kept_pages`) may say no.

    It ends the read that is open, so that everything is read again inside the
    writer's turn: a decision must never rest on what stood there before the
    turn was taken. Raises `Busy` when the turn does not come within that time
    or the database is full, locked or away, and RuntimeError when nested, or when a
    change was begun outside, because that work would be lost without a word.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise RuntimeError("a write transaction cannot stand inside another")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside a write transaction")
    session.rollback()
    patient = seconds is None
    seconds = TURN_SECONDS if seconds is None else seconds
    with outages.told(noted=patient), _turn(session, seconds):
        session.info[_WRITING] = True
        try:
            _begin(session, seconds)
            yield session
            if public:
                _tell_readers(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(_WRITING, None)


@contextmanager
def exclusively(seconds: float | None = None) -> Iterator[None]:
    """The writer's turn without a transaction: for what SQLite does outside of any only.

    On PostgreSQL it keeps nobody waiting. Raises `Busy`, and RuntimeError inside a write.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise RuntimeError("this cannot stand inside a write transaction")
    session.rollback()
    with outages.told(noted=False), _turn(session, TURN_SECONDS if seconds is None else seconds):
        yield


def snapshot() -> Session:
    """A new read in which everything stands still until it ends: what is planned rests on it.

    On PostgreSQL each query would otherwise see what was committed just before
    it: the places of one revision, then the text of the next. A read of SQLite
    is one snapshot by nature.
    """
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


def writing() -> bool:
    """Whether a write transaction is open here."""
    return bool(db.session().info.get(_WRITING))


def _begin(session: Session, seconds: float) -> None:
    connection = session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")


def _tell_readers(session: Session) -> None:
    """Raise the number by which kept pages are known to be old.

    The last statement before the commit: on PostgreSQL the next one who raises it waits
    from there to our commit, and so the numbers come in the order of the commits.
    """
    session.flush()
    session.execute(update(PublicVersion.__table__).values(number=PublicVersion.number + 1))


@contextmanager
def _turn(session: Session, seconds: float) -> Iterator[None]:
    """SQLite's one writer at a time, in the order they came.

    Its own busy handler sleeps and polls, which starves writers for seconds;
    a lock on a file beside the database queues them in the kernel, and is
    released there when a process dies.
    """
    path = _turn_file(session.get_bind())
    if path is None:
        yield
        return
    with turn(path, seconds):
        yield


def _turn_file(bind: Any) -> str | None:
    if bind.dialect.name != "sqlite" or not bind.url.database:
        return None
    return None if bind.url.database == ":memory:" else f"{bind.url.database}-turn"
