"""The articles in some files, each with its address, before the first of them is stored.

One that cannot come in stops no other: it is named with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corrections_app.domain.errors import ImportRefused
from corrections_app.sources import Document, Found, Options, read_all
from corrections_app.workflow.articles import slugs


@dataclass(frozen=True)
class Gathered:
    """An article that is to come in at ``slug``, or the sentence that says why it cannot.

    ``name`` is what it is called on standard error. What was ``passed_over`` is
    no article and no fault: a draft, or a picture in an export.
    """

    name: str
    document: Document | None
    slug: str = ""
    refused: str = ""
    passed_over: bool = False


def gather(paths: Sequence[Path], options: Options, slug: str | None) -> list[Gathered]:
    """Every article of these files, in their order.

    Raises `ImportRefused` where the options are wrong, whatever is in the files.
    """
    found = [each for path in paths for each in _of(path, options, slug)]
    wanted = Counter(each.slug for each in found if each.slug)
    return [_unless_shared(each, wanted) for each in found]


def _of(path: Path, options: Options, slug: str | None) -> Iterator[Gathered]:
    try:
        for found in read_all(path, options):
            yield _addressed(path, found, slug)
    except ImportRefused as refused:
        yield Gathered(str(path), None, refused=str(refused))


def _addressed(path: Path, found: Found, slug: str | None) -> Gathered:
    name = str(path) if found.is_file else f"{path}: {found.name}"
    document = found.document
    if document is None:
        sentence = f"{name}: {found.refused}"
        return Gathered(name, None, refused=sentence, passed_over=found.passed_over)
    slug = slug or slugs.known_at(document)
    called = path.stem if found.is_file else document.name or document.title
    try:
        return Gathered(name, document, slugs.chosen([(called, document)], slug)[0])
    except ImportRefused as refused:
        return Gathered(name, None, refused=str(refused))


def _unless_shared(each: Gathered, wanted: Counter[str]) -> Gathered:
    """Of two with one address neither comes in: the second would become a change of the first."""
    if wanted[each.slug] < 2 or not each.slug:
        return each
    sentence = f"{each.name}: another one would be at {each.slug} too: import them one by one"
    return replace(each, document=None, slug="", refused=sentence)
