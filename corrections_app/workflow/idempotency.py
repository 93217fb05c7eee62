"""The same request twice has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections_app.domain import limits
from corrections_app.domain.errors import BadKey
from corrections_app.models import IdempotencyKey
from corrections_app.workflow.transaction import writing

_KEYS = 1  # apart from the audit's locks, which are of one number


@dataclass(frozen=True)
class Request:
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
        kept = session.scalar(select(IdempotencyKey).filter_by(scope=self.scope, key=self.key))
        if kept is None:
            return None
        if kept.fingerprint != self.fingerprint:
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
            session.add(
                IdempotencyKey(
                    scope=self.scope,
                    key=self.key,
                    fingerprint=self.fingerprint,
                    answer=answer,
                    created_at=now,
                )
            )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the payload, whatever the order of its names."""
        text = json.dumps(self.payload, sort_keys=True, ensure_ascii=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
