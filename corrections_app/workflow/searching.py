"""Full-text search on both engines, of words that are split before they are kept or asked.

Beside it what an article is called by, to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy import table as a_table

from corrections_app.domain import limits
from corrections_app.domain.addresses import page_addresses
from corrections_app.extensions import db
from corrections_app.models import Article

FEW = 500
"""With fewer rows to sort, the index of words is the way; with more, some come soon anyway."""


_OUR_PAGE = re.compile(r"(?:https?://[^/?#\s]+)?/?articles/([^/?#\s]+)(?:[/?#]\S*)?", re.IGNORECASE)
_SLUG = re.compile(r"[\w.~]+(?:-[\w.~]+)+")
"""A slug of one word is rather a word."""


def with_words(table: str, asked: Sequence[str]) -> ColumnElement[bool]:
    """Whether all these words (`search_words.asked`) stand in a row of a table that is searched.

    In SQLite the table is joined with its index, ``search_<table>``. Written out, because
    PostgreSQL plans a word that stands everywhere and one that stands nowhere quite
    differently; there is nothing in such a word that would have to be quoted.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return literal_column(f"search_{table}").match(" ".join(f'"{word}"' for word in asked))
    lexemes = " & ".join(f"'{word}'" for word in asked).replace("'", "''")
    return literal_column(f"{table}.search_words @@ '{lexemes}'::tsquery")


def begins_with_words(table: str, asked: Sequence[str]) -> bool:
    """Whether PostgreSQL has to be kept from walking the rows in order, in search of words.

    Of a word that it has not met it believes that one row in two hundred has it, and would
    read all of them to find none. SQLite's planner knows that its index of words comes first.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return False
    rows = a_table(table)
    some: Select[Any] = select(literal_column("1")).select_from(rows)
    found = some.where(with_words(table, asked)).limit(FEW).subquery()
    return (db.session.scalar(select(func.count()).select_from(found)) or 0) < FEW


def article_named(asked: str) -> int | None:
    """The number of the article whose address this is, here or on the newsroom's own pages."""
    asked = asked.strip()
    ours = _OUR_PAGE.fullmatch(asked)
    slug = ours[1] if ours else asked if _SLUG.fullmatch(asked) else None
    number = None
    if slug is not None and len(slug) <= limits.SLUG:
        number = _first(select(Article.id).where(Article.slug == slug))
    if number is None and (pages := page_addresses(asked)):
        its = select(Article.id).where(Article.source_url.in_(pages))
        number = _first(its.order_by(Article.id.desc()))
    return number


def _first(query: Select[Any]) -> int | None:
    found: int | None = db.session.scalar(query.limit(1))
    return found
