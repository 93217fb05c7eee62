"""An accepted change, made in a site's own text of an article.

Nothing is guessed: the change is tried at each place of the source where it could stand, what
comes of it is read again by the reader of every document, and it is kept only where exactly the
wished article comes out. Nothing else in the source moves by a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corrections_app.domain.errors import NotAmended
from corrections_app.domain.text.body import Body
from corrections_app.sources.document import Document, Options
from corrections_app.sources.source import Source

__all__ = ["Amended", "NotAmended", "amended"]


@dataclass(frozen=True, slots=True)
class Amended:
    """The fields that change, with what they become, and the article that they mean then."""

    fields: Mapping[str, str]
    document: Document


def amended(source: Source, options: Options, before: Body, wished: Body) -> Amended:
    """The source with what turns ``before``, which it means now, into ``wished``.

    Raises `NotAmended`: `SourceChanged` where it means something else than ``before``,
    `SeveralPlaces` where it cannot be told which of several places is meant, and `NotAmended`
    itself where nothing makes exactly that article of it.
    """
    raise NotAmended("It is made by hand.")
