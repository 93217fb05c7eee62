"""What templates may say: times, ages, plain words for states."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask
from markupsafe import Markup

from corrections_app.domain.errors import Sentence
from corrections_app.domain.lifecycle import (
    ALREADY_CORRECTED,
    ARTICLE_RETIRED,
    RIVAL_ACCEPTED,
    ChangeClass,
    EnquiryState,
    Fit,
    Kind,
    RemarkField,
)
from corrections_app.language import N_, filled, gettext, ngettext, spoken
from corrections_app.models import Notice
from corrections_app.sources.languages import direction
from corrections_app.web import rendering
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.reasons import keeping as reasons
from corrections_app.workflow.reasons.words import words

STATES = {
    "pending": N_("waiting for an editor"),
    "accepted": N_("corrected"),
    "accepted_otherwise": N_("corrected in other words"),
    "answered": N_("answered"),
    "rejected": N_("not changed"),
    "superseded": N_("settled another way"),
    "already_corrected": N_("already corrected"),
    ARTICLE_RETIRED: N_("closed, because the article was taken down"),
    "held": N_("being checked"),
    "asked": N_("an editor has a question for you"),
    "withdrawn": N_("withdrawn"),
}
FITS = {
    Fit.CLEAN: N_("the words are as the reader saw them"),
    Fit.MOVED: N_("the passage was moved; the words are the same"),
    Fit.CONFLICT: N_("these words were edited since"),
    Fit.GONE: N_("these words are no longer in the article"),
}
KINDS = {
    Kind.TYPO: N_("typo"),
    Kind.FACT: N_("fact"),
    Kind.CLARITY: N_("clarity"),
    Kind.OTHER: N_("other"),
}
QUESTIONS = {
    EnquiryState.ASKED: N_("the reader was asked"),
    EnquiryState.ANSWERED: N_("the reader answered"),
    EnquiryState.UNANSWERED: N_("no answer came"),
}
CLASSES: dict[str, str] = {
    ChangeClass.SILENT: N_("silent"),
    ChangeClass.CORRECTION: N_("correction"),
    ChangeClass.CLARIFICATION: N_("clarification"),
    ChangeClass.UPDATE: N_("update"),
    ChangeClass.EDITORS_NOTE: N_("editor's note"),
}


NOTICES = {
    ChangeClass.CORRECTION: N_("Correction"),
    ChangeClass.CLARIFICATION: N_("Clarification"),
    ChangeClass.UPDATE: N_("Update"),
    ChangeClass.EDITORS_NOTE: N_("Editor’s note"),
}
"""What readers read above a notice."""
DATED = {
    ChangeClass.CORRECTION: N_("Corrected on %(day)s"),
    ChangeClass.CLARIFICATION: N_("Clarified on %(day)s"),
    ChangeClass.UPDATE: N_("Updated on %(day)s"),
    ChangeClass.EDITORS_NOTE: N_("Editor’s note of %(day)s"),
}
"""And beside the date of an article."""

FIELDS = {
    RemarkField.DATE: N_("About the date of the article"),
    RemarkField.ALT_TEXT: N_("About the description of a picture"),
}

SETTLED = {
    ALREADY_CORRECTED: N_("the article says so already"),
    ARTICLE_RETIRED: N_("the article was taken down"),
    RIVAL_ACCEPTED: N_("another correction of these words was accepted"),
}


class Spoken:
    """What is spoken at this moment, for templates: macros that know no page ask it, too."""

    @property
    def lang(self) -> str:
        """For the attribute of that name (BCP 47)."""
        return spoken()

    @property
    def dir(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(spoken())


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.add_template_filter(when)
    app.add_template_filter(day)
    app.add_template_filter(age)
    app.add_template_filter(said)
    app.add_template_filter(as_heading)
    app.add_template_filter(class_label)
    app.add_template_filter(notice_label)
    app.add_template_filter(notice_dated)
    app.add_template_filter(reason_label)
    app.add_template_filter(reason_sentence)
    app.add_template_global(state)
    app.add_template_global(day_after)
    app.add_template_global(arrow)
    app.jinja_env.globals["spoken"] = Spoken()
    rendering.install(app)
    app.context_processor(
        lambda: {
            "newsroom": app.config["NEWSROOM"],
            "kinds": KINDS,
            "fits": FITS,
            "fields": FIELDS,
            "questions": QUESTIONS,
        }
    )


def when(moment: datetime) -> Markup:
    """A moment with its machine-readable form."""
    shown = dates.day_and_time(moment)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)


def day(moment: datetime | date) -> Markup:
    """A day, or that of a moment in the newsroom's time zone, with its machine-readable form."""
    one = dates.local_time(moment).date() if isinstance(moment, datetime) else moment
    return Markup('<time datetime="{}">{}</time>').format(one.isoformat(), dates.day(one))


def day_after(days: int) -> str:
    """The day so many days from now, in the newsroom's time zone, as forms write it."""
    return (dates.local_time(now()) + timedelta(days=days)).date().isoformat()


def arrow(way: str | None = None) -> str:
    """From what was to what is: as the page is read, or ``way``, as the words beside it are."""
    return "→" if (way or direction(spoken())) == "ltr" else "←"


def age(moment: datetime) -> str:
    """How long ago, in the largest whole unit."""
    seconds = int((now() - moment).total_seconds())
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // 60) % {"num": seconds // 60}
    if seconds < 86_400:
        hours = seconds // 3600
        return ngettext("%(num)s hour", "%(num)s hours", hours) % {"num": hours}
    days = seconds // 86_400
    return ngettext("%(num)s day", "%(num)s days", days) % {"num": days}


def said(message: str) -> str:
    """A constant sentence, or one that knows what it was made of, in the current language.

    Sentences that are a part of it are said in that, too, whatever was spoken as it was made.
    """
    if not isinstance(message, Sentence):
        return gettext(message)
    if message.forms is not None:
        return ngettext(*message.forms) % message.details
    parts = message.details.items()
    details = {name: said(part) if isinstance(part, Sentence) else part for name, part in parts}
    return filled(message.template, details)


def as_heading(words: str) -> str:
    """The words with a capital letter in front; the others stay, of which German has more."""
    return words[:1].upper() + words[1:]


def class_label(change_class: str) -> str:
    """What readers call the notices of a class."""
    return gettext(NOTICES[ChangeClass(change_class)])


def notice_label(notice: Notice) -> str:
    """What kind of notice it is, in a reader's words."""
    return class_label(notice.change_class)


def notice_dated(notice: Notice) -> Markup:
    """What was done to the article, and on which day readers were told."""
    return Markup(gettext(DATED[ChangeClass(notice.change_class)])) % {"day": day(notice.public_at)}


def reason_label(code: str | None) -> str:
    """What moderators call a reason, be it of a rejection or of another closing."""
    wording = reasons.wording(code or "")
    return words(wording).label if wording else gettext(SETTLED.get(code or "", code or ""))


def reason_sentence(code: str | None) -> str:
    """What a reader is told of the reason for a rejection."""
    wording = reasons.wording(code or "")
    return words(wording).sentence if wording else ""


def state(status: str, decision: object = None, held: object = None) -> str:
    """A correction's state in a reader's words."""
    if status == "pending" and held:
        status = "held"
    reason = getattr(decision, "reason", None)
    if status == "superseded" and reason in (ALREADY_CORRECTED, ARTICLE_RETIRED):
        status = reason
    if status == "accepted" and decision is not None:
        if getattr(decision, "after", None) is None:
            status = "answered"
        elif not getattr(decision, "as_proposed", True):
            status = "accepted_otherwise"
    return gettext(STATES[status])
