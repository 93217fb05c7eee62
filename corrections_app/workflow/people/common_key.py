"""The key that all machines of an installation sign with, and how another one is found out.

With two keys at work every other receipt would not open and every other request be signed out,
depending on which machine is asked: so the rows remember a seal of the first key.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from corrections_app.domain.errors import Invalid
from corrections_app.extensions import db
from corrections_app.models import Setting
from corrections_app.models.inserting import inserting
from corrections_app.workflow import tokens
from corrections_app.workflow.transaction import write

_NAME = "key_seal"
WAY = (
    "give this machine the key of the others in CORRECTIONS_SECRET_KEY, or bring "
    "instance/secret_key back from a backup; where it is lost for good: corrections db accept-key"
)
ANOTHER = (
    "This database is used with another key: no receipt that was handed out would open here. "
    f"Do this: {WAY}"
)


def take_part(now: datetime) -> None:
    """Sign with the key of this database, which is ours where none was used before.

    Raises `Invalid` where it is another one.
    """
    if _kept() is None:
        _be_first(now)
    check()


def check() -> None:
    """Refuse to work on rows that another key signs: what is sealed would not be found, nor open.

    Raises `Invalid`.
    """
    if not is_common():
        raise Invalid(ANOTHER)


def is_common() -> bool:
    """Whether this machine's key is the one that the database is used with, as far as is known."""
    kept = _kept()
    return kept is None or tokens.are_same(kept, _seal())


def accept(now: datetime) -> None:
    """Let this machine's key be the one: what others have signed is void."""
    with write(public=False) as session:
        session.merge(Setting(name=_NAME, value=_seal(), by_id=None, changed_at=now))


def _be_first(now: datetime) -> None:
    """Note our key, unless another machine's was noted in the same moment."""
    ours = inserting(Setting, db.engine.dialect.name).values(
        name=_NAME, value=_seal(), by_id=None, changed_at=now
    )
    with write(public=False) as session:
        session.execute(ours.on_conflict_do_nothing(index_elements=[Setting.name]))


def _kept() -> str | None:
    kept = db.session.scalar(select(Setting.value).where(Setting.name == _NAME))
    db.session.rollback()
    return kept


def _seal() -> str:
    return tokens.seal("installation", "key").hex()
