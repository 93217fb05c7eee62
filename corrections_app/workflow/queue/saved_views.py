"""Lists that people come back to: kept by name, shown to colleagues where an editor says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NotFound, NotPermitted, TooLong
from corrections_app.domain.roles import Ability
from corrections_app.extensions import db
from corrections_app.models import SavedView, User
from corrections_app.workflow.transaction import write

MOST = 30
"""So many views one person may keep: more would be no help."""


def of(by: User) -> list[SavedView]:
    """This person's own views and those that are shared, by name."""
    mine = or_(SavedView.owner_id == by.id, SavedView.shared)
    query = select(SavedView).where(mine).options(joinedload(SavedView.owner))
    return list(db.session.scalars(query.order_by(SavedView.name, SavedView.id)))


def save(name: str, query: str, *, shared: bool, by: User, now: datetime) -> SavedView:
    """Keep a list by this name; of two of one name a person has the later one.

    ``query`` is what follows the question mark. Raises `Invalid`, `TooLong`,
    and `NotPermitted` for sharing.
    """
    name = " ".join(name.split())
    if not name:
        raise Invalid.at("name", "Give the view a name.")
    limits.check_length("name", name, limits.NAME)
    if len(query) > limits.SOURCE_URL:
        raise TooLong.at(
            "query", "This list asks for more than a view can keep: search for fewer words."
        )
    if shared and not by.may(Ability.SHARE_VIEWS):
        raise NotPermitted("Only an editor may share a view with colleagues.")
    with write(public=False) as session:
        # One at a time: of two that come at once the later one replaces the other.
        session.get_one(User, by.id, with_for_update=True)
        owned = select(SavedView).where(SavedView.owner_id == by.id)
        mine = {view.name: view for view in session.scalars(owned)}
        if name not in mine and len(mine) >= MOST:
            raise Invalid("You have %(most)s views already: delete one first.", most=MOST)
        view = mine.get(name) or SavedView(owner_id=by.id, name=name, created_at=now)
        view.query, view.shared = query, shared
        session.add(view)
        session.flush()
        return view


def delete(view_id: int, *, by: User) -> None:
    """Forget a view. Raises `NotFound`, and `NotPermitted` for somebody else's."""
    with write(public=False) as session:
        view = session.get(SavedView, view_id)
        if view is None or (view.owner_id != by.id and not view.shared):
            raise NotFound("There is no such view.")
        if not may_delete(view, by):
            raise NotPermitted("This view belongs to a colleague: an editor may delete it.")
        session.delete(view)


def may_delete(view: SavedView, by: User) -> bool:
    """One's own, and for an editor every shared one."""
    return view.owner_id == by.id or (view.shared and by.may(Ability.SHARE_VIEWS))
