"""/figures/accuracy: an editor looks at the figures for readers, and shows them or not."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import Blueprint, Response, jsonify, url_for
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice as Choice

from corrections_app.domain.errors import Refusal
from corrections_app.domain.small_groups import LEAST
from corrections_app.web.access import person
from corrections_app.web.answers import see_other, wants_json
from corrections_app.web.errors import page_of, shows_again
from corrections_app.web.forms import Form, read
from corrections_app.workflow.clock import now
from corrections_app.workflow.record import accuracy
from corrections_app.workflow.transaction import Act

blueprint = Blueprint("public_figures", __name__, url_prefix="/figures/accuracy")


class PublicForm(Form):
    """Whether readers see the figures."""

    public = SelectField(choices=[Choice("on", ""), Choice("off", "")])
    key = HiddenField()


@blueprint.get("")
def index() -> Response:
    """What readers see, or would."""
    if wants_json():
        return jsonify(public=accuracy.is_public())
    return _page(PublicForm(formdata=None))


@blueprint.post("")
@shows_again(lambda refusal, fields: _page(PublicForm(fields), refusal))
def change(fields: MultiDict[str, str]) -> Response:
    """Show the figures to readers, or show them no more."""
    form = read(PublicForm, fields)
    on = accuracy.show_to_readers(
        form.public.data == "on", Act(person(), form.key.data or None, now())
    )
    return jsonify(public=on) if wants_json() else see_other(url_for("public_figures.index"))


def _page(form: PublicForm, refusal: Refusal | None = None) -> Response:
    form.key.data, form.key.raw_data = token_urlsafe(16), None
    quarter = accuracy.asked(None, now())
    return page_of(
        "newsroom/public_figures/index.html",
        refusal,
        form=form,
        is_public=accuracy.is_public(),
        quarter=quarter,
        found=accuracy.of(quarter, now()),
        least=LEAST,
        most_hidden=accuracy.MOST_HIDDEN,
    )
