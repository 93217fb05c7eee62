"""What a reader sends in: the words, the right words, and the why; checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from corrections_app.domain import limits
from corrections_app.domain.errors import Invalid, NoChange, TooLong
from corrections_app.domain.lifecycle import Kind, RemarkField
from corrections_app.domain.text import characters
from corrections_app.domain.text.body import normalise, tidy

_LENGTHS = {
    "exact": limits.EXACT,
    "replacement": limits.REPLACEMENT,
    "explanation": limits.EXPLANATION,
    "source_url": limits.SOURCE_URL,
    "name": limits.NAME,
    "email": limits.EMAIL,
}
_TOO_LONG = {
    "exact": "That is more text than one correction can hold: select a shorter passage.",
    "replacement": "The new text is too long: %(limit)s characters at most.",
    "explanation": "The explanation is too long: %(limit)s characters at most.",
    "source_url": "The link is too long: %(limit)s characters at most.",
    "name": "The name is too long: %(limit)s characters at most.",
    "email": "The address is too long: %(limit)s characters at most.",
}


@dataclass(frozen=True)
class Proposal:
    """One submission as it was typed. Offsets are code points of ``revision``'s text."""

    revision: int | None = None
    start: int | None = None
    end: int | None = None
    exact: str = ""
    replacement: str | None = None
    explanation: str = ""
    kind: str = ""
    source_url: str = ""
    name: str = ""
    credit: bool = False
    email: str = ""
    field: str = ""

    @property
    def has_target(self) -> bool:
        """Whether it is about certain words, rather than about the whole article."""
        return bool(self.exact) or (self.start is not None and self.end is not None)


def checked(proposal: Proposal) -> Proposal:
    """The proposal with its texts tidied.

    Raises `TooLong`, `Invalid` or `NoChange`, which name the field at fault. Call
    `check_words` once the words of the article are known.
    """
    for name, limit in _LENGTHS.items():
        if len(getattr(proposal, name) or "") > limit:
            raise TooLong.at(name, _TOO_LONG[name], limit=limit)
    for name in ("exact", "replacement", "explanation"):
        characters.check_keepable(name, getattr(proposal, name) or "")
    for name in ("kind", "source_url", "name", "email", "field"):
        characters.check(name, getattr(proposal, name))
    tidied = replace(
        proposal,
        exact=tidy(proposal.exact),
        replacement=None if proposal.replacement is None else tidy(proposal.replacement),
        explanation=tidy(proposal.explanation).strip(),
        source_url=proposal.source_url.strip(),
        name=" ".join(tidy(proposal.name).split()),
        email=proposal.email.strip(),
    )
    _check_choices(tidied)
    _check_says_something(tidied)
    return tidied


def check_words(proposal: Proposal, exact: str) -> None:
    """Refuse characters that are not taken; ``exact`` is what the article says. Raises `Invalid`.

    What stood in the words that a reader marked may stay in what they write about them.
    """
    for name in ("replacement", "explanation"):
        characters.check(name, getattr(proposal, name) or "", lines=True, stood=exact)


def about(proposal: Proposal, exact: str) -> Proposal:
    """The proposal once its words are known to be ``exact``.

    Unchanged words with an explanation are a remark on them; without one they
    say nothing, which raises `NoChange`.
    """
    replacement = proposal.replacement
    if replacement is not None and normalise(replacement) == normalise(exact):
        if not proposal.explanation:
            sentence = "The words are the same as before: change them, or say what is wrong."
            raise NoChange.at("replacement", sentence)
        replacement = None
    return replace(proposal, exact=exact, replacement=replacement)


def _check_choices(proposal: Proposal) -> None:
    if proposal.kind and proposal.kind not in set(Kind):
        raise Invalid.at("kind", "Choose one of the kinds offered, or none.")
    if proposal.field and proposal.field not in set(RemarkField):
        raise Invalid.at("field", "Choose one of those offered, or none.")
    if proposal.source_url and not _is_web_address(proposal.source_url):
        raise Invalid.at("source_url", "A source is a link that begins with https:// or http://.")


def _check_says_something(proposal: Proposal) -> None:
    if proposal.field and proposal.has_target:
        raise Invalid.at("field", "This is about words of the article: leave them out, or this.")
    if proposal.field and not proposal.explanation:
        raise NoChange.at("explanation", "Write what should change, or say what is wrong.")
    if not proposal.has_target and proposal.replacement:
        raise Invalid.at("exact", "Say which words of the article are wrong.")
    if proposal.replacement is None and not proposal.explanation:
        raise NoChange.at("explanation", "Write what should change, or say what is wrong.")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    return whole and not any(char.isspace() or not char.isprintable() for char in url)
