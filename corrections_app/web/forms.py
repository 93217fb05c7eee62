"""The forms: what each field is called, and how its text becomes a value.

They check only what belongs to a form; the rules stand in the domain.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import Optional, StopValidation

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid
from corrections_app.domain.lifecycle import (
    ALREADY_CORRECTED,
    Action,
    ChangeClass,
    Kind,
    RemarkField,
    Role,
)
from corrections_app.domain.text.body import tidy
from corrections_app.language import N_
from corrections_app.web.answers import check_keepable, printable, repeated
from corrections_app.workflow import dates
from corrections_app.workflow.reasons import keeping as reasons

AnyForm = TypeVar("AnyForm", bound="Form")


def _tidied(text: str | None) -> str | None:
    return None if text is None else tidy(text)


class Form(FlaskForm):
    """A form whose token, where one is needed, is checked by the route's guard."""

    besides: ClassVar[frozenset[str] | None] = None
    """What strangers may send besides its fields, each once; None where that is not looked at."""

    @classmethod
    @cache
    def names(cls) -> frozenset[str]:
        """What its fields are called: looked at once, since each form of a class has the same."""
        return frozenset(field.name for field in cls(formdata=None))

    class Meta(FlaskForm.Meta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Every text comes in tidied; a password comes as it was typed."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options = options | {"filters": [_tidied]}
            return super().bind_field(form, unbound_field, options)


class NumbersField(Field):
    """Whole numbers, of which there may be several: repeated, or parted by commas."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read them. Raises ValueError, which WTForms shows beside the field."""
        parts = [part.strip() for value in valuelist for part in str(value).split(",")]
        if not all(limits.is_number(part) for part in parts if part):
            raise ValueError("Send whole numbers.")
        self.data = tuple(int(part) for part in parts if part)


class WordsField(Field):
    """Short names, of which there may be several: repeated, or with blanks or commas between."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read them; what is no name that is asked for helps nobody."""
        named = (str(value).replace(",", " ").split() for value in valuelist)
        self.data = tuple(dict.fromkeys(word for words in named for word in words))


class MomentField(StringField):
    """A day, which means its beginning, or a moment; without an offset in the newsroom's time."""

    moment: datetime | None = None

    def pre_validate(self, form: Any) -> None:
        """Understand what was typed. Raises StopValidation, which is shown beside the field."""
        if not self.data:
            return
        zone = dates.zone()
        try:
            found = datetime.fromisoformat(self.data)
            self.moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise StopValidation("Send a day, as 2026-03-05, or a moment.") from None


class ProposalForm(Form):
    """What a correction proposes, from whomever it comes."""

    besides = frozenset()

    revision = IntegerField(validators=[Optional()])
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    exact = TextAreaField(N_("The words that are wrong"))
    replacement = TextAreaField(N_("What it should say"))
    explanation = TextAreaField(N_("Why"))
    kind = SelectField(
        N_("What kind of error is it?"),
        choices=[
            Choice("", N_("Choose…")),
            Choice(Kind.TYPO.value, N_("Typo")),
            Choice(Kind.FACT.value, N_("A fact is wrong")),
            Choice(Kind.CLARITY.value, N_("It is unclear")),
            Choice(Kind.OTHER.value, N_("Other")),
        ],
        validate_choice=False,
    )
    field = SelectField(
        N_("What is it about?"),
        choices=[
            Choice("", N_("The article as a whole")),
            Choice(RemarkField.DATE.value, N_("Its date")),
            Choice(RemarkField.ALT_TEXT.value, N_("The description of a picture")),
        ],
        validate_choice=False,
    )
    source_url = StringField(N_("A source we can check"))
    name = StringField(N_("Your name"))
    credit = BooleanField(N_("Name me if the correction is published"))
    email = StringField(N_("E-mail, if you want to hear the result"))


class SubmissionForm(ProposalForm):
    """A reader's correction (the contract of ``POST /articles/<slug>/corrections``)."""

    besides = frozenset({"place", "prefix", "suffix", "remember", "csrf_token"})

    key = HiddenField()
    ask = HiddenField()
    """Set where a person can be asked back: what is known of the change is then said first."""
    known = HiddenField()
    """What this person was asked already, by `precedents.Question.name`, with blanks between."""
    stamp = HiddenField()
    """When the form was given out (`web.reader.stamps`)."""
    topic = StringField(N_("Leave this field empty"))
    """Seen by programs only, and named like nothing that a browser fills in by itself."""


class SightingForm(Form):
    """What a newsroom's page shows and its reader chose (the contract of ``POST /embed/place``)."""

    besides = frozenset()

    v = IntegerField()
    url = StringField()
    translated = BooleanField()
    text = StringField()
    before = StringField()
    after = StringField()
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    nth = IntegerField(validators=[Optional()])
    of = IntegerField(validators=[Optional()])


class DecisionForm(Form):
    """A moderator's verdict (the contract of ``POST /queue/<id>/decision``)."""

    action = SelectField(
        choices=[
            Choice(each.value, "") for each in (Action.ACCEPT, Action.REJECT, Action.SUPERSEDE)
        ]
    )
    seen = IntegerField(validators=[Optional()])
    revision = IntegerField(validators=[Optional()])
    key = HiddenField()
    text = TextAreaField(N_("The words to print"))
    change_class = SelectField(
        N_("This change is"),
        name="class",
        default=ChangeClass.SILENT,
        choices=[
            Choice(ChangeClass.SILENT.value, N_("silent: a typo")),
            Choice(ChangeClass.CORRECTION.value, N_("a correction: a fact was wrong")),
            Choice(ChangeClass.CLARIFICATION.value, N_("a clarification: right, but misleading")),
            Choice(ChangeClass.UPDATE.value, N_("an update: it has changed since")),
            Choice(ChangeClass.EDITORS_NOTE.value, N_("an editor's note")),
        ],
    )
    notice = TextAreaField(N_("The notice to publish"))
    reason = SelectField(N_("Reason"), default="")
    note = TextAreaField(N_("A note to the reader"))
    also = NumbersField(N_("The same words elsewhere"))
    edits = NumbersField(N_("What is changed"))
    parts = IntegerField(validators=[Optional()])
    """How many parts of the change were offered to be ticked: with none ticked, none is sent."""
    prepared = HiddenField()
    """The notice as the card had prepared it: left as it is, it is no reason against silence."""
    confirmed = WordsField(N_("Publish this notice as it is"))
    """What the person who says yes was told: what the change touches (`domain.warnings.flags`), and
    ``notice`` where the prepared one was read."""
    thanks = NumbersField(N_("Thanks by name"))
    """The corrections whose readers are named with the notice."""

    @property
    def chosen(self) -> tuple[int, ...] | None:
        """The parts of the change that are taken; None where all are, or nothing was said."""
        offered = self.parts.data
        if offered is None and not self.edits.raw_data:
            return None
        ticked = tuple(sorted(set(self.edits.data or ())))
        return None if offered is not None and ticked == tuple(range(offered)) else ticked

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [Choice("", ""), *(self._reasons() if self.reason.data else ())]

    def _reasons(self) -> list[Choice]:
        """What may be given as the reason; pages write the list themselves."""
        if self.action.data == Action.SUPERSEDE:
            return [Choice(ALREADY_CORRECTED, N_("The article says so already"))]
        return [Choice(reason.code, reason.label) for reason in reasons.offered()]


class ActForm(Form):
    """What is done with a correction besides deciding it (``POST /queue/<id>/hold``, …)."""

    key = HiddenField()
    note = TextAreaField(N_("A note"))
    question = TextAreaField(N_("Your question"))
    seen = IntegerField(validators=[Optional()])
    """The version of the correction that was on the screen."""
    until = MomentField(N_("Until"))
    revision = IntegerField(validators=[Optional()])
    start = IntegerField(validators=[Optional()])
    end = IntegerField(validators=[Optional()])
    place = StringField()
    """The start and end of a place that was chosen on the page, with a hyphen between."""
    proposed = HiddenField()
    """When the proposal was made that is confirmed."""
    confirmed = WordsField()
    what = HiddenField()
    """What is put back: a hold, an escalation, a question or a skip."""
    of = StringField(N_("Which one"))
    reference = StringField(N_("Or its reference"))


class ReceiptForm(Form):
    """What a reader may still say on the receipt's page."""

    besides = frozenset({"csrf_token"})

    email = StringField(N_("E-mail"))
    words = TextAreaField(N_("Why we should look again"))
    answer = TextAreaField(N_("Your answer"))
    asked = HiddenField()
    """When the question was asked that is answered."""
    key = HiddenField()


class ReasonForm(Form):
    """A reason for rejecting, as editors word it (``POST /reasons/<code>``)."""

    label = StringField(N_("What moderators see"))
    sentence = TextAreaField(N_("What the reader is told"))
    neutral = BooleanField(N_("Leaves the sender’s record alone"))
    sends_letter = BooleanField(N_("Sends a letter"))
    active = BooleanField(N_("Is offered to moderators"))


class NoticeForm(Form):
    """A notice: one that stands alone, a published one worded anew or withdrawn."""

    change_class = SelectField(
        N_("What kind of notice it is"),
        name="class",
        choices=[
            Choice(ChangeClass.CORRECTION.value, N_("a correction: a fact was wrong")),
            Choice(ChangeClass.CLARIFICATION.value, N_("a clarification: right, but misleading")),
            Choice(ChangeClass.UPDATE.value, N_("an update: it has changed since")),
            Choice(ChangeClass.EDITORS_NOTE.value, N_("an editor's note")),
        ],
        validators=[Optional()],
    )
    notice = TextAreaField(N_("The notice to publish"))
    note = TextAreaField(N_("Why, for readers"))
    seen = IntegerField(validators=[Optional()])
    """How often the notice had been changed when it was shown."""
    key = HiddenField()


class WordingForm(Form):
    """House style of notices: a sentence for a kind of change, or a place for a class."""

    sentence = TextAreaField(N_("The sentence"))
    place = StringField(N_("Where on the article"))


class SignInForm(Form):
    """An address and a password."""

    email = StringField(N_("E-mail"))
    password = PasswordField(N_("Password"))


class ForgottenForm(Form):
    """An address, and what the link that is sent there is to do."""

    email = StringField(N_("E-mail"))
    purpose = HiddenField()


class PasswordForm(Form):
    """A new password; ``current`` where the old one is asked for."""

    current = PasswordField(N_("Current password"))
    password = PasswordField(N_("New password"))


class FactorForm(Form):
    """A second factor: a code, what a passkey signed, or a new passkey's name."""

    code = StringField(N_("Code"))
    password = PasswordField(N_("Password"))
    credential = HiddenField()
    name = StringField(N_("Name of the passkey"))


class PersonForm(Form):
    """An account, as admins see it (the contract of ``POST /people``)."""

    email = StringField(N_("E-mail"))
    name = StringField(N_("Name"))
    role = SelectField(
        N_("Role"),
        default=Role.MODERATOR,
        choices=[
            Choice(Role.MODERATOR.value, N_("Moderator")),
            Choice(Role.EDITOR.value, N_("Editor")),
            Choice(Role.ADMIN.value, N_("Admin")),
        ],
    )
    section = StringField(N_("Section"))


def read(form_class: type[AnyForm], fields: MultiDict[str, str], **kwargs: Any) -> AnyForm:
    """The form with what was sent. Raises `Invalid`, naming each field at fault."""
    check_keepable(fields)
    if form_class.besides is not None:
        check_names(form_class.names() | form_class.besides, fields)
    form = form_class(formdata=fields, **kwargs)
    if not form.validate():
        faults = {form[name].name: " ".join(map(str, form.errors[name])) for name in form.errors}
        raise Invalid("Check %(names)s.", fields=faults, names=", ".join(faults))
    return form


def check_names(known: Collection[str], fields: MultiDict[str, str]) -> None:
    """Refuse a field that is not known, or that came twice: nothing sent is ignored."""
    for name, values in fields.lists():
        if name not in known:
            shown = printable(name)
            sentence = "There is no field “%(name)s” here."
            raise Invalid.at(shown, sentence, name=shown)
        if len(values) > 1:
            raise repeated(name)
