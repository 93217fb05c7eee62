"""The forms: what each field is called, and how its text becomes a value.

They check only what belongs to a form; the rules stand in the domain.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import Optional

from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import Action, ChangeClass, Kind, Reason
from corrections_app.domain.reasons import label_of
from corrections_app.language import N_

AnyForm = TypeVar("AnyForm", bound="Form")


class Form(FlaskForm):
    """A form whose token, where one is needed, is checked by the route's guard."""

    class Meta:
        csrf = False


class SubmissionForm(Form):
    """A reader's correction (the contract of ``POST /articles/<slug>/corrections``)."""

    revision = IntegerField(validators=[Optional()])
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    exact = TextAreaField(N_("The words that are wrong"))
    replacement = TextAreaField(N_("What it should say"))
    explanation = TextAreaField(N_("Why"))
    kind = SelectField(
        N_("What kind of error is it?"),
        choices=[
            Choice("", N_("I would rather not say")),
            Choice(Kind.TYPO.value, N_("A slip of the pen")),
            Choice(Kind.FACT.value, N_("A fact is wrong")),
            Choice(Kind.CLARITY.value, N_("It is unclear")),
            Choice(Kind.OTHER.value, N_("Something else")),
        ],
        validate_choice=False,
    )
    source_url = StringField(N_("A source we can check"))
    name = StringField(N_("Your name"))
    credit = BooleanField(N_("Name me if the correction is published"))
    email = StringField(N_("E-mail, if you want to hear what became of it"))
    key = HiddenField()


class DecisionForm(Form):
    """A moderator's verdict (the contract of ``POST /queue/<id>/decision``)."""

    action = SelectField(choices=[Choice(Action.ACCEPT.value, ""), Choice(Action.REJECT.value, "")])
    seen = IntegerField(validators=[Optional()])
    revision = IntegerField(validators=[Optional()])
    key = HiddenField()
    text = TextAreaField(N_("The words to print"))
    change_class = SelectField(
        N_("This change is"),
        name="class",
        default=ChangeClass.SILENT,
        choices=[
            Choice(ChangeClass.SILENT.value, N_("silent: a slip of the pen")),
            Choice(ChangeClass.CORRECTION.value, N_("a correction: a fact was wrong")),
            Choice(ChangeClass.CLARIFICATION.value, N_("a clarification: right, but misleading")),
            Choice(ChangeClass.UPDATE.value, N_("an update: it has changed since")),
            Choice(ChangeClass.EDITORS_NOTE.value, N_("an editor's note")),
        ],
    )
    notice = TextAreaField(N_("The notice to publish"))
    reason = SelectField(
        N_("Reason"),
        choices=[
            Choice("", N_("Choose a reason")),
            *(Choice(reason.value, label_of(reason)) for reason in Reason),
        ],
        default="",
    )
    note = TextAreaField(N_("A note to the reader"))


class SignInForm(Form):
    """An address and a password."""

    email = StringField(N_("E-mail"))
    password = PasswordField(N_("Password"))


def read(form_class: type[AnyForm], fields: MultiDict[str, str], **kwargs: Any) -> AnyForm:
    """The form with what was sent. Raises `Invalid`, naming each field at fault."""
    form = form_class(formdata=fields, **kwargs)
    if not form.validate():
        faults = {name: " ".join(map(str, said)) for name, said in form.errors.items()}
        raise Invalid(f"Check {', '.join(faults)}.", fields=faults)
    return form
