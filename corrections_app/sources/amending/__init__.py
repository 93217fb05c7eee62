"""An accepted change, made in a site's own text of an article.

Nothing is guessed: the change is tried at each place of the source where it could stand, what
comes of it is read again by the reader of every document, and it is kept only where exactly the
wished article comes out. Nothing else in the source moves by a byte.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corrections_app.domain.errors import (
    ImportRefused,
    NotAmended,
    SeveralPlaces,
    SourceChanged,
)
from corrections_app.domain.text.body import Block, Body
from corrections_app.sources.amending.changes import Change, are_alike, changes, notes, with_changes
from corrections_app.sources.amending.positions import BLANKS
from corrections_app.sources.amending.texts import Texts, texts_of
from corrections_app.sources.amending.tries import Splice, Text, spliced, ways
from corrections_app.sources.document import Document, Options
from corrections_app.sources.source import Source, read_source

__all__ = ["Amended", "NotAmended", "amended"]

_REACHES = (None, 40, 12, 3, 0)
"""Letters on either side of a change by which its place is looked for; first its whole block."""
_MOST_PLACES = 500
_MOST_READ = 40_000_000
_MOST_TRIES = 400
"""Characters, and times, that an article is read again for one change of it."""


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
        self._size = sum(map(len, source.fields.values()))
        self._tries = 0

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
            likeliest = next(self._places(change, None), [])
            way = next(self._ways(change, *likeliest[0]), None) if len(likeliest) == 1 else None
            if way is None:
                return None
            steps.append((likeliest[0][0], way))
        return steps

    def _found(self, change: Change, steps: Sequence[Step], body: Body) -> Step:
        """The one way that makes a change after others. Raises `NotAmended`."""
        for places in (some for reach in _REACHES for some in self._places(change, reach)):
            good: dict[str, Step] = {}
            for text, place in places:
                for way in self._ways(change, text, place):
                    done = self._tried([*steps, (text, way)], body)
                    if done is not None:
                        good.setdefault(done.fields[text.field], (text, way))
                        break
            if len(good) > 1:
                raise SeveralPlaces(
                    "The words appear at several places of the site's text, and it cannot be told "
                    "which are meant: change them there by hand."
                )
            if good:
                return next(iter(good.values()))
        raise NotAmended(
            "The site's text cannot be changed so that these words become others and nothing else "
            "does: change them there by hand."
        )

    def _places(self, change: Change, reach: int | None) -> Iterator[list[tuple[Text, int]]]:
        """The places where the words of a change stand, by so many letters around it.

        Those come first, and together, around which the article goes on furthest as it does
        around the block: of words that stand at many places those of another are not tried.
        """
        start, end = _window(change, reach)
        if start == end:
            return
        texts = self._texts(change.before.kind)
        before, words, after = self._around(change, texts)
        found = defaultdict[int, list[tuple[Text, int]]](list)
        for text in texts:
            letters = text.positions.letters
            for place in text.positions.places(words[start:end], _MOST_PLACES):
                first, last = place - start, place - start + len(words)
                like = _alike_behind(letters[: max(0, first)], before)
                found[like + _alike(letters[last:], after)].append((text, first))
        for like in sorted(found, reverse=True):
            yield found[like]

    def _around(self, change: Change, texts: tuple[Text, ...]) -> tuple[str, str, str]:
        """The letters of a block, and those of all blocks before and behind it in its texts."""
        rows = [
            _letters(part.text)
            if isinstance(part, Block) and self._texts(part.kind) == texts
            else ""
            for part in self._document.body
        ]
        index = change.index
        return "".join(rows[:index]), rows[index], "".join(rows[index + 1 :])

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
        self._tries += 1
        if self._tries > min(_MOST_TRIES, _MOST_READ // self._size):
            raise NotAmended(
                "The words appear at too many places of the site's text: change them there by hand."
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
        notes(document.body),
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
    tail = _alike_behind(old[head:], new[head:])
    first, last = len(_letters(old[:head])), len(_letters(old[: len(old) - tail]))
    return max(0, first - reach), min(whole, last + reach)


def _alike(one: str, other: str) -> int:
    """How many signs two texts begin with alike."""
    most = min(len(one), len(other))
    return bisect_left(range(1, most + 1), True, key=lambda size: one[:size] != other[:size])


def _alike_behind(one: str, other: str) -> int:
    """How many signs two texts end with alike."""
    return _alike(one[::-1], other[::-1])
