"""What an account is made of, each part checked in one place: an address, a name, a section."""

from __future__ import annotations

from sqlalchemy import select

from corrections_app.domain import limits, mailboxes
from corrections_app.domain.errors import Invalid
from corrections_app.extensions import db
from corrections_app.models import Article


def address(email: str) -> str:
    """An address in the form that is kept. Raises `Invalid`, naming ``email``."""
    try:
        return mailboxes.address(email.strip().lower())
    except mailboxes.NotAnAddress:
        refusal = Invalid("“%(email)s” is not an e-mail address.", email=email)
        refusal.fields["email"] = refusal.message
        raise refusal from None


def name(name: str) -> str:
    """A name that colleagues can read. Raises `Invalid`, naming ``name``."""
    name = " ".join(name.split())
    words = None
    if not name:
        words = "A name is needed: colleagues see it beside what was decided."
    elif len(name) > limits.NAME or not name.isprintable():
        words = "A name is one line of 100 characters at most, without invisible ones."
    if words:
        raise Invalid(words, fields={"name": words})
    return name


def name_of(email: str) -> str:
    """What someone is called until they say otherwise: the part before the @."""
    return email.partition("@")[0][: limits.NAME]


def sections() -> list[str]:
    """The sections that articles have, by name: what a person's work can be limited to."""
    query = select(Article.section).where(Article.section.is_not(None)).distinct()
    return sorted(section for section in db.session.scalars(query) if section)


def check_section(section: str | None) -> None:
    """Refuse a section that no article has. Raises `Invalid`, naming ``section``."""
    if section is not None and section not in sections():
        words = "No article has this section, so nobody could decide anything in it."
        raise Invalid(words, fields={"section": words})
