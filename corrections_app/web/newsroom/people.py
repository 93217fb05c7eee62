"""/people: who works here, for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, session, url_for
from werkzeug.datastructures import MultiDict

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Role
from corrections_app.models import User
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused, shows_again, status_of
from corrections_app.web.forms import PersonForm, read
from corrections_app.workflow import permission
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, factors

ACTS: dict[str, Callable[..., str | None]] = {
    "link": accounts.send_link,
    "disable": accounts.disable,
    "enable": accounts.enable,
    "reset-factor": accounts.reset_factor,
}
HANDED_OVER = "handed_over"
"""In the session of an admin without a mail server: whose link the next page shows, and the link.
It is gone from there when it was shown, and stands in no table."""
blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
def index() -> Response:
    """Everyone, and the form that adds someone."""
    if wants_json():
        return jsonify(items=[_as_json(user) for user in accounts.everyone()])
    return _list(PersonForm(formdata=None))


@blueprint.post("")
@shows_again(lambda refusal, fields: _list(PersonForm(fields), refusal))
def create(fields: MultiDict[str, str]) -> Response:
    """Add someone; a letter lets them in."""
    form = read(PersonForm, fields)
    user, link = accounts.invite(form.email.data or "", **_described(form))
    _hand_over(user.id, link)
    return _done(user, "invited", 201)


@blueprint.get("/<int:user_id>")
def show(user_id: int) -> Response:
    """One person, and what can be done about them."""
    user = accounts.one(user_id)
    return jsonify(_as_json(user)) if wants_json() else _one(user, PersonForm(None, obj=user))


@blueprint.post("/<int:user_id>")
@shows_again(lambda refusal, fields, user_id: _again(user_id, refusal, PersonForm(fields)))
def update(fields: MultiDict[str, str], user_id: int) -> Response:
    """Give a person another name, role or section."""
    return _done(accounts.change(user_id, **_described(read(PersonForm, fields))), "changed")


@blueprint.post('/<int:user_id>/<any(link, disable, enable, "reset-factor"):act>')
def act(user_id: int, act: str) -> Response:
    """Send a sign-in link, close the account, open it again, or remove its second step."""
    try:
        link = ACTS[act](accounts.one(user_id).email, by=person(), now=now())
    except Refusal as refusal:
        return _again(user_id, refusal)
    _hand_over(user_id, link)
    return _done(accounts.one(user_id), act)


def _described(form: PersonForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "role": Role(form.role.data),
        "section": form.section.data or None,
        "by": person(),
        "now": now(),
    }


def _hand_over(user_id: int, link: str | None) -> None:
    """Show a link on the next page, once, where no letter brings it."""
    if link is not None and not current_app.config["HAS_MAIL_SERVER"] and not wants_json():
        session[HANDED_OVER] = [user_id, link]


def _handed_over(user_id: int) -> str | None:
    if HANDED_OVER not in session:
        return None
    owner, link = session.pop(HANDED_OVER)
    return link if owner == user_id else None


def _done(user: User, what: str, status: int = 200) -> Response:
    if wants_json():
        answer = jsonify(_as_json(user))
        answer.status_code = status
        return answer
    return see_other(url_for("people.show", user_id=user.id, done=what))


def _again(user_id: int, refusal: Refusal, form: PersonForm | None = None) -> Response:
    """The person's page once more, with what was typed and the reason."""
    if wants_json() or status_of(refusal) in (403, 404):
        return refused(refusal)
    user = accounts.one(user_id)
    return _one(user, form or PersonForm(None, obj=user), refusal)


def _list(form: PersonForm, refusal: Refusal | None = None) -> Response:
    everyone = sorted(accounts.everyone(), key=lambda user: (not user.active, user.name.casefold()))
    return _page("newsroom/people/index.html", form, refusal, people=everyone)


def _one(user: User, form: PersonForm, refusal: Refusal | None = None) -> Response:
    done = request.args.get("done") if request.method == "GET" else None
    values = {"link": _handed_over(user.id), "factors": factors.held_by(user.id)}
    return _page("newsroom/people/show.html", form, refusal, user=user, done=done, **values)


def _page(template: str, form: PersonForm, refusal: Refusal | None, **values: Any) -> Response:
    sections = sorted({*permission.sections(), form.section.data or ""} - {""})
    return page_of(template, refusal, form=form, sections=sections, **values)


def _as_json(user: User) -> dict[str, Any]:
    seen = user.last_seen_at.isoformat() if user.last_seen_at else None
    names = ("id", "email", "name", "role", "section", "active")
    return {name: getattr(user, name) for name in names} | {"last_seen_at": seen}
