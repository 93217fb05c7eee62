"""An accepted change, made in a site's own text of an article.

Nothing is guessed: the change is tried at each place of the source where it could stand, what
comes of it is read again by the reader of every document, and it is kept only where exactly the
wished article comes out. Nothing else in the source moves by a byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections_app.domain.errors import (
    ImportRefused,
    NotAmended,
    SeveralPlaces,
    SourceChanged,
)
from corrections_app.domain.text.body import Block, Body
from corrections_app.sources.amending.changes import Change, are_alike, changes, with_changes
from corrections_app.sources.amending.positions import BLANKS
from corrections_app.sources.amending.texts import Texts, texts_of
from corrections_app.sources.amending.tries import Splice, Text, spliced, ways
from corrections_app.sources.document import Document, Options
from corrections_app.sources.source import Source, read_source

__all__ = ["Amended", "NotAmended", "amended"]

_REACHES = (None, 40, 12, 3, 0)
"""Letters on either side of a change by which its place is looked for; first its whole block."""
_MOST_PLACES = 60
_MOST_READ = 40_000_000
"""Characters that are read again for one change of an article."""


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
    try:
        document = read_source(source, options)
    except ImportRefused as refused:
        raise SourceChanged(f"The site's text {refused.message}.") from None
    if not are_alike(document.body, before):
        raise SourceChanged(
            "The site's text is not what it was when the change was made: bring it in first."
        )
    trial = _Trial(source, options, document, texts_of(source))
    return trial.amended(changes(before, wished))


Step = tuple[Text, tuple[Splice, ...]]


class _Trial:
    """One source, tried in many ways."""

    def __init__(self, source: Source, options: Options, document: Document, texts: Texts) -> None:
        self._source, self._options, self._document = source, options, document
        self._texts = texts
        self._read = 0

    def amended(self, wanted: Sequence[Change]) -> Amended:
        """What makes all the changes, at once or one after the other."""
        steps = self._at_first_sight(wanted)
        body = with_changes(self._document.body, wanted)
        if steps is None or (done := self._tried(steps, body)) is None:
            steps = []
            for index, change in enumerate(wanted):
                so_far = with_changes(self._document.body, wanted[: index + 1])
                steps.append(self._found(change, steps, so_far))
            done = self._tried(steps, body)
        assert done is not None
        return done

    def _at_first_sight(self, wanted: Sequence[Change]) -> list[Step] | None:
        """The likeliest way of each change, where it can stand at one place alone."""
        steps: list[Step] = []
        for change in wanted:
            places = list(self._places(change, None))
            way = next(self._ways(change, *places[0]), None) if len(places) == 1 else None
            if way is None:
                return None
            steps.append((places[0][0], way))
        return steps

    def _found(self, change: Change, steps: Sequence[Step], body: Body) -> Step:
        """The one way that makes a change after others. Raises `NotAmended`."""
        for reach in _REACHES:
            good: dict[str, Step] = {}
            for text, place in self._places(change, reach):
                for way in self._ways(change, text, place):
                    done = self._tried([*steps, (text, way)], body)
                    if done is not None:
                        good.setdefault(done.fields.get(text.field, ""), (text, way))
                        break
            if len(good) > 1:
                raise SeveralPlaces(
                    "The words stand at several places of the site's text, and it cannot be told "
                    "which are meant: change them there by hand."
                )
            if good:
                return next(iter(good.values()))
        raise NotAmended(
            "The site's text cannot be changed so that these words become others and nothing else "
            "does: change them there by hand."
        )

    def _places(self, change: Change, reach: int | None) -> Iterator[tuple[Text, int]]:
        """The places where the words of a change stand, by so many letters around it."""
        old = _letters(change.before.text)
        start, end = _window(change, reach)
        if start == end:
            return
        for text in self._texts(change.before.kind):
            places = text.positions.places(old[start:end], _MOST_PLACES)
            if reach is None:
                places = self._own(change, places)
            for place in places:
                yield text, place - start

    def _own(self, change: Change, places: list[int]) -> list[int]:
        """Where as many places as blocks have the same words, that of the block alone."""
        body = self._document.body
        words = _letters(change.before.text)
        alike = [
            index
            for index, part in enumerate(body)
            if isinstance(part, Block)
            and self._texts(part.kind) == self._texts(change.before.kind)
            and _letters(part.text) == words
        ]
        if len(alike) == len(places):
            return [places[alike.index(change.index)]]
        return places

    def _ways(self, change: Change, text: Text, place: int) -> Iterator[tuple[Splice, ...]]:
        return ways(text, place, change.before.text, change.wished.text)

    def _tried(self, steps: Sequence[Step], body: Body) -> Amended | None:
        """What comes of these steps, if it means exactly this article. Raises `NotAmended`."""
        fields: dict[str, str] = {}
        for name in {text.field for text, _ in steps}:
            splices = [splice for text, way in steps if text.field == name for splice in way]
            done = spliced(self._source.fields[name], splices)
            if done is None:
                return None
            fields[name] = done
        self._read += sum(map(len, self._source.fields.values()))
        if self._read > _MOST_READ:
            raise NotAmended(
                "The words stand at too many places of the site's text: change them there by hand."
            )
        changed = replace(self._source, fields={**self._source.fields, **fields})
        try:
            document = read_source(changed, self._options)
        except ImportRefused:
            return None
        if not are_alike(document.body, body) or _facts(document) != _facts(self._document):
            return None
        return Amended(fields, document)


def _facts(document: Document) -> tuple[object, ...]:
    """What is known of an article beside its text."""
    return (
        document.byline,
        document.published,
        document.section,
        document.source_url,
        document.external_id,
        document.name,
    )


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign not in BLANKS)


def _window(change: Change, reach: int | None) -> tuple[int, int]:
    """The letters of a block that are looked for, as offsets among its letters."""
    old, new = change.before.text, change.wished.text
    whole = len(_letters(old))
    if reach is None:
        return 0, whole
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    first, last = len(_letters(old[:head])), len(_letters(old[: len(old) - tail]))
    return max(0, first - reach), min(whole, last + reach)


def _alike(one: str, other: str) -> int:
    """How many signs two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
