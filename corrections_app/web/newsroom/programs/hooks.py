"""/hooks: which programs are told what happens here, and what came of the calls; for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, session, url_for
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice as Choice

from corrections_app.domain.errors import Refusal
from corrections_app.domain.hooks.kinds import CHOICES, EventType
from corrections_app.language import N_
from corrections_app.models import Hook
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, refused, shows_again, status_of
from corrections_app.web.forms import Form, read
from corrections_app.workflow import permission
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import registry, switching
from corrections_app.workflow.hooks.registry import By

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
# In the banner of every page of staff.
blueprint.add_app_template_global(registry.how_many_off, "hooks_switched_off")

MADE = "made_secret_of_hook"
"""In the session of the admin who made a secret: the hook's number. The next page shows it."""
WORDS: dict[EventType, str] = {
    EventType.RECEIVED: N_("a correction came in"),
    EventType.DECIDED: N_("one was decided, and cannot be undone any more"),
    EventType.UNDONE: N_("such a decision was undone"),
    EventType.WITHDRAWN: N_("a reader withdrew one"),
    EventType.ASKED: N_("an editor asked a reader"),
    EventType.ANSWERED: N_("the reader answered"),
    EventType.REVISED: N_("an article changed"),
    EventType.NOTICE: N_("a notice was published"),
    EventType.REQUESTED: N_("a change is to be made in the newsroom’s own page"),
    EventType.REFUSED: N_("that could not be made there automatically"),
}
ACTS: dict[str, Callable[[int, By], Hook]] = {
    "test": registry.test,
    "rotate": registry.rotate,
    "on": registry.switch_on,
    "off": registry.switch_off,
    "remove": registry.remove,
}


class HookForm(Form):
    """A hook to be added (the contract of ``POST /hooks``)."""

    url = StringField(N_("The address that is called"))
    events = SelectMultipleField(
        N_("What it hears of"),
        choices=[Choice(kind.value, words) for kind, words in WORDS.items()],
        validate_choice=False,
    )
    section = SelectField(N_("Where"), validate_choice=False)


def _form(fields: MultiDict[str, str] | None = None) -> HookForm:
    form = HookForm(fields, events=None if fields else [str(kind) for kind in CHOICES])
    sections = [Choice(name, name) for name in permission.sections()]
    form.section.choices = [Choice("", N_("in all articles")), *sections]
    return form


@blueprint.get("")
def index() -> Response:
    """All hooks, and the form that adds one."""
    return _index(_form())


@blueprint.post("")
@shows_again(lambda refusal, fields: _index(_form(fields), refusal), several=("events",))
def create(fields: MultiDict[str, str]) -> Response:
    """Add one; the next page shows its secret, once."""
    form = read(HookForm, fields)
    hook = registry.add(
        form.url.data or "", form.events.data or (), form.section.data, By(person(), now())
    )
    session[MADE] = hook.id
    return see_other(url_for("hooks.show", hook_id=hook.id, done="added"))


@blueprint.get("/<int:hook_id>")
def show(hook_id: int) -> Response:
    """One hook: what it hears of, how it stands, and its last calls."""
    return _page(registry.one(hook_id))


@blueprint.post("/<int:hook_id>/<any(test,rotate,on,off,remove):what>")
def act(hook_id: int, what: str) -> Response:
    """Send it a test, give it a new secret, switch it on or off, or remove it."""
    return _acted(hook_id, what, lambda by: ACTS[what](hook_id, by))


@blueprint.post("/<int:hook_id>/calls/<int:call_id>/again")
def again(hook_id: int, call_id: int) -> Response:
    """Make a call once more."""
    return _acted(hook_id, "again", lambda by: registry.again(hook_id, call_id, by))


@blueprint.post("/<int:hook_id>/calls/<int:call_id>/leave-out")
def leave_out(hook_id: int, call_id: int) -> Response:
    """Go on without a call that waits."""
    return _acted(hook_id, "left_out", lambda by: registry.leave_out(hook_id, call_id, by))


def _acted(hook_id: int, what: str, carry_out: Callable[[By], Hook]) -> Response:
    try:
        carry_out(By(person(), now()))
    except Refusal as refusal:
        if wants_json() or status_of(refusal) in (403, 404):
            return refused(refusal)
        return _page(registry.one(hook_id), refusal)
    if what == "rotate":
        session[MADE] = hook_id
    if what == "remove":
        return see_other(url_for("hooks.index", done=what))
    return see_other(url_for("hooks.show", hook_id=hook_id, done=what))


def _index(form: HookForm, refusal: Refusal | None = None) -> Response:
    return page_of(
        "newsroom/hooks/index.html",
        refusal,
        form=form,
        hooks=registry.everyone(),
        host_of=switching.host_of,
        kinds=WORDS,
        capped=registry.CAPPED,
        done=request.method == "GET" and request.args.get("done"),
    )


def _page(hook: Hook, refusal: Refusal | None = None) -> Response:
    made = session.pop(MADE, None) if refusal is None else None
    values: dict[str, Any] = {
        "hook": hook,
        "known": registry.known(hook),
        "calls": [(call, registry.request_of(call)) for call in registry.calls_of(hook)],
        "kinds": WORDS,
        "capped": registry.CAPPED,
        "host": switching.host_of(hook),
        "secret": registry.secret_of(hook).words if made == hook.id else None,
        "done": request.method == "GET" and request.args.get("done"),
        "moment": now(),
    }
    return page_of("newsroom/hooks/show.html", refusal, **values)
