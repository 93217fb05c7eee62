"""What editors chose on a page, by name; the newest choice counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from corrections_app.extensions import db
from corrections_app.models import Setting
from corrections_app.workflow.transaction import Act


def chosen(name: str, otherwise: Any) -> Any:
    """What was chosen last, or what holds where nobody chose."""
    setting = db.session.get(Setting, name)
    return otherwise if setting is None else setting.value


def choose(session: Session, name: str, value: Any, act: Act) -> None:
    """Keep a choice, inside the transaction of the act."""
    own = {"by_id": act.by.id, "changed_at": act.now}
    session.merge(Setting(name=name, value=value, **own))
