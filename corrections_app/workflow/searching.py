"""Full-text search on both engines, of words that are split before they are kept or asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal_column

from corrections_app.extensions import db


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
