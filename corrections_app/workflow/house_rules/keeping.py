"""House rules as editors keep them: added, changed, switched off; each change in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.warnings import house_rules
from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import HouseRule, User
from corrections_app.workflow import audit
from corrections_app.workflow.transaction import write


def everything() -> list[Rule]:
    """All rules by what they prefer, those that are switched off included."""
    rows = db.session.scalars(select(HouseRule).order_by(HouseRule.id).limit(house_rules.MOST))
    return sorted((row.rule for row in rows), key=lambda rule: rule.preferred.casefold())


def one(number: int) -> Rule:
    """The rule with this number. Raises `NotFound`."""
    row = db.session.get(HouseRule, number)
    if row is None:
        raise NotFound("There is no such rule.")
    return row.rule


def add(rule: Rule, *, by: User, now: datetime) -> int:
    """Keep one more rule: its number.

    Raises `Invalid` for one that is empty or contradicts another one, and `TooLong`.
    """
    rule = house_rules.checked(rule)
    with write() as session:
        known = _held(session)
        if len(known) >= house_rules.MOST:
            full = "There are %(most)s rules already: change one of them."
            raise Invalid(full, most=house_rules.MOST)
        house_rules.check_among(rule, [row.rule for row in known])
        row = HouseRule(**_columns(rule), created_at=now, changed_at=now)
        session.add(row)
        session.flush()
        number = row.id
        _note(session, "add_house_rule", replace(rule, number=number), by, now)
    return number


def change(number: int, rule: Rule, *, by: User, now: datetime) -> None:
    """Let a rule say this from now on, or switch it off or on. Raises as `add`, and `NotFound`."""
    rule = replace(house_rules.checked(rule), number=number)
    with write() as session:
        known = _held(session)
        row = next((each for each in known if each.id == number), None)
        if row is None:
            raise NotFound("There is no such rule.")
        if rule.active:
            house_rules.check_among(rule, [each.rule for each in known if each is not row])
        before = row.rule
        if before == rule:
            return
        for name, value in _columns(rule).items():
            setattr(row, name, value)
        row.changed_at = now
        _note(session, "change_house_rule", rule, by, now, before=asdict(before))


def _held(session: Session) -> Sequence[HouseRule]:
    """All rules; nobody else changes any until this is done.

    On PostgreSQL the audit's own chain is held first: of two new rules neither has a row yet.
    """
    audit.hold_site(session)
    return session.scalars(select(HouseRule).order_by(HouseRule.id)).all()


def _columns(rule: Rule) -> dict[str, Any]:
    columns = asdict(rule)
    del columns["number"]
    return columns | {"forms": list(rule.forms)}


def _note(session: Session, action: str, rule: Rule, by: User, now: datetime, **more: Any) -> None:
    audit.record(session, action, by_id=by.id, now=now, rule=asdict(rule), **more)
