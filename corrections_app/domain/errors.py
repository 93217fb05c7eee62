"""Refusals: everything the application may say no to, each with a code and words.

A refusal carries what a person needs in order to go on; `web/errors.py` turns
the code into an HTTP status and a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self


class Sentence(str):
    """A sentence whose names are filled in, and which still knows what a translator needs."""

    template: str
    details: Mapping[str, Any]
    forms: tuple[str, str, int] | None = None
    """Of words that count something: for one, for several, and how many there are."""

    @classmethod
    def of(cls, template: str, details: Mapping[str, Any]) -> Self:
        """The sentence in the language of the source, its whole numbers with thousands apart."""
        shown = {name: f"{v:,}" if type(v) is int else v for name, v in details.items()}
        sentence = cls(template % shown if shown else template)
        sentence.template, sentence.details = template, details
        return sentence

    @classmethod
    def counted(cls, one: str, many: str, number: int) -> Self:
        """Words that say how many, ``%(num)s``, in the language of the source."""
        sentence = cls.of(one if number == 1 else many, {"num": number})
        sentence.forms = one, many, number
        return sentence


class Refusal(Exception):
    """A request that is understood and declined.

    ``template`` is the sentence before its ``%(name)s`` are filled from
    ``details``, which is what a translator needs. ``fields`` names the form
    fields at fault; ``details`` holds what a machine may want to know.
    """

    code: ClassVar[str] = "refused"

    def __init__(
        self, template: str, *, fields: Mapping[str, str] | None = None, **details: Any
    ) -> None:
        self.template = template
        self.fields = dict(fields or {})
        self.details = details
        super().__init__(self.message)

    @classmethod
    def at(cls, field: str, template: str, **details: Any) -> Self:
        """The refusal that is due to one field of a form, where it is said again."""
        refusal = cls(template, **details)
        refusal.fields[field] = refusal.message
        return refusal

    @property
    def message(self) -> Sentence:
        """The whole sentence, in the language of the source."""
        return Sentence.of(self.template, self.details)


class NotFoundInText(Refusal):
    """The words do not stand in the article at the place named."""

    code = "not_found_in_text"


class Ambiguous(Refusal):
    """The words stand in several places; ``details['places']`` lists them."""

    code = "ambiguous"


class NoChange(Refusal):
    """The replacement equals the words, or there is nothing to say."""

    code = "no_change"


class TooLong(Refusal):
    """A text is longer than the application accepts."""

    code = "too_long"


class Invalid(Refusal):
    """A value that is not of the form asked for."""

    code = "invalid"


class AlreadyDecided(Refusal):
    """Someone else was faster; the details say who, what and when."""

    code = "already_decided"


class TextMoved(Refusal):
    """The article's words changed since they were shown."""

    code = "text_moved"


class StaleVersion(Refusal):
    """The correction changed since it was shown."""

    code = "stale_version"


class NeedsConfirmation(Refusal):
    """The change touches facts, and this was not confirmed; ``details['flags']`` names what."""

    code = "needs_confirmation"


class NotPermitted(Refusal):
    """This person may not do this."""

    code = "not_permitted"


class NoToken(Refusal):
    """A program that does not say who it is."""

    code = "no_token"


class InvalidToken(NoToken):
    """A token that nobody has, or has any more: unknown, expired or revoked."""

    code = "invalid_token"


class InsufficientScope(NotPermitted):
    """A token that was not made for this; ``details['scope']`` names what it lacks."""

    code = "insufficient_scope"


class SpentLink(NotPermitted):
    """A one-time link that was used, has expired, or gave way to a newer one."""


class TooMany(Refusal):
    """More requests than the limit allows; ``details['retry_after']`` in seconds."""

    code = "too_many"


class Busy(Refusal):
    """It cannot be done at this moment; ``details['retry_after']`` in seconds."""

    code = "busy"


class PreconditionRequired(Refusal):
    """A change that does not say which state of the thing it was made for."""

    code = "precondition_required"


class PreconditionFailed(Refusal):
    """It is not in the state that the change was made for; ``details['revision']`` is its own."""

    code = "precondition_failed"


class BadKey(Refusal):
    """An idempotency key that is missing, malformed or already used for something else."""

    code = "bad_key"


class NotFound(Refusal):
    """There is no such thing here."""

    code = "not_found"


class Gone(Refusal):
    """It was here, and the newsroom took it down; ``details`` say when, and why in its words."""

    code = "gone"


class Withheld(Gone):
    """The text of this revision is shown no more, nor can it become current again."""

    code = "withheld"


class ImportRefused(Refusal):
    """A document that cannot become an article; the message is one line.

    ``undoes`` are the numbers of the accepted corrections that it would take back.
    """

    code = "import_refused"
    undoes: tuple[int, ...] = ()

    def about(self, corrections: Iterable[int]) -> Self:
        """The same refusal, about these corrections."""
        self.undoes = tuple(corrections)
        return self


class NotAmended(Refusal):
    """A change that cannot be made in a site's own text so that it alone changes.

    ``code`` is one of the three below; the sentence says what to do.
    """

    code = "not_exact"


class SourceChanged(NotAmended):
    """The site's text is not what the change was made for: it has to come in first."""

    code = "source_changed"


class SeveralPlaces(NotAmended):
    """The change could stand at several places of the site's text."""

    code = "ambiguous"


class UnknownSite(NotPermitted):
    """The page belongs to no site whose readers may correct it here."""

    code = "unknown_site"


class NotAnArticle(NotFound):
    """The page's site is known, and the page is none of its articles."""

    code = "not_an_article"


class Translated(NotFoundInText):
    """The words on the screen were translated by the browser: nobody published them."""

    code = "translated"


class NoWords(NotFoundInText):
    """Nothing but blanks is selected, or no place in what was sent."""

    code = "no_words"
