"""What a source that comes in again means for an article that was corrected here meanwhile.

`weigh` is the one road for every way in which a source comes again: what the
source changed since it came last is put on top of what stands here, and where
that would undo what was accepted here it is refused, unless someone said which
side is to have the last word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections_app.domain.alignment import Alignment, shift
from corrections_app.domain.bodies.merge import Meeting, merge
from corrections_app.domain.bodies.patch import Rebuilding
from corrections_app.domain.bodies.renewing import moved, renewed
from corrections_app.domain.carrying import Place, stands_already
from corrections_app.domain.errors import ImportRefused
from corrections_app.domain.lifecycle import Status
from corrections_app.domain.patching import Side, edits
from corrections_app.domain.text.body import Body, canonical_text, text_blocks
from corrections_app.domain.text.edits import Edit, inverse
from corrections_app.domain.text.layout import index_at, placed_blocks
from corrections_app.models import Article, Correction, Decision, Source
from corrections_app.workflow import revisions
from corrections_app.workflow.articles.changed_facts import short
from corrections_app.workflow.pending import placing

_AROUND = 80
_WORD_BEFORE = re.compile(r"\S+[^\S\n]*\Z")
_WORD_AFTER = re.compile(r"[^\S\n]*\S+")

Facts = Mapping[str, Any]
"""What is known about an article beside its text, by the name of the column."""


@dataclass(frozen=True)
class Undone:
    """A correction that was accepted here and that a source would undo."""

    correction_id: int
    reference: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"correction {self.reference} “{short(self.before)}”, now “{short(self.after)}”"


@dataclass(frozen=True)
class SourceChange:
    """What becomes of an article at revision ``head``, whose source said ``known`` before.

    ``before`` is what stands here, as readers saw it (`renewing`). ``undone`` are the
    corrections that go because ``theirs`` was asked for.
    """

    head: int
    known: Any
    before: Body
    body: Body
    facts: Facts
    undone: tuple[Undone, ...] = ()


@dataclass(frozen=True)
class _Standing:
    """A correction that stands in the article: taking it back would be ``back``, edits of it."""

    correction: Undone
    back: tuple[Edit, ...]


def weigh(
    session: Session, article: Article, body: Body, facts: Facts, side: Side | None
) -> SourceChange:
    """What the article becomes when its source says this. Nothing is stored.

    ``side`` says whose words stand where source and article both changed the same.
    Raises `ImportRefused` where that has to be said and was not; it names what would go.
    """
    source = session.get_one(Source, article.id, populate_existing=True)
    stood = article.current.blocks
    current, base = (
        renewed(stood, article.byline, body),
        renewed(source.blocks, source.byline, body),
    )
    # What a document does not say stays as it was.
    merged = merge(base, current, renewed(body, source.byline, body), side or "ours")
    changes = merged.body != stood or merged.meetings
    standing = list(_standing(session, article)) if changes else []
    standing = [replace(one, back=moved(stood, current, one.back)) for one in standing]
    met = [one for one in standing if any(_meets(one, it) for it in merged.meetings)]
    back = _taken_back(current, merged.body, standing)
    going = tuple(dict.fromkeys(one.correction for one in (*met, *back)))
    settled = _settled(article, source, facts, side)
    contested = [name for name, (_, meets) in settled.items() if meets]
    if side is None and (merged.meetings or back or contested):
        others = _others(current, merged.meetings, met)
        raise _refusal(article, going, others, contested, facts)
    kept = merged.body if side != "ours" else _without(current, merged.body, back)
    values = {name: value for name, (value, _) in settled.items()}
    return SourceChange(
        article.head, known(source), current, kept, values, going if side == "theirs" else ()
    )


def known(source: Source) -> tuple[Any, ...]:
    """What a source said last, the text and the facts beside it, to be compared."""
    return tuple(getattr(source, column.name) for column in Source.__table__.columns)


def _settled(
    article: Article, source: Source, facts: Facts, side: Side | None
) -> dict[str, tuple[Any, bool]]:
    """For each fact its value, and whether source and article both changed it.

    What a document does not say stays as it was.
    """
    settled: dict[str, tuple[Any, bool]] = {}
    for name, says in facts.items():
        here, before = getattr(article, name), getattr(source, name)
        if says is None or says in (before, here):
            settled[name] = here, False
        elif here == before:
            settled[name] = says, False
        else:
            settled[name] = here if side == "ours" else says, True
    return settled


def _standing(session: Session, article: Article) -> Iterator[_Standing]:
    """The accepted corrections whose words can be found in the current text."""
    query = (
        select(Decision, Correction.reference)
        .join(Correction, Correction.id == Decision.correction_id)
        .where(
            Correction.article_id == article.id,
            Correction.status == Status.ACCEPTED,
            Decision.undone_at.is_(None),
            Decision.revision.is_not(None),
            Decision.caused_by_id.is_(None),
        )
        .order_by(Decision.id)
    )
    road = _Road(session, article)
    for decision, reference in session.execute(query):
        number = decision.revision or 0
        before, then = (revisions.text(session, article.id, n) for n in (number - 1, number))
        undone = inverse(before, decision.edits or ())
        if back := road.carried(number, then, [_visible(then, edit) for edit in undone]):
            words = decision.before or "", decision.after or ""
            yield _Standing(Undone(decision.correction_id, reference, *words), back)


def _visible(text: str, edit: Edit) -> Edit:
    """An edit of some words: where words went, what stands there is told by the word beside it."""
    if edit.start < edit.end:
        return edit
    if before := _WORD_BEFORE.search(text, max(0, edit.start - _AROUND), edit.start):
        return Edit(before.start(), edit.end, before[0] + edit.replacement)
    after = _WORD_AFTER.match(text, edit.end, edit.end + _AROUND)
    return Edit(edit.start, after.end(), edit.replacement + after[0]) if after else edit


class _Road:
    """From earlier revisions of an article to its current one."""

    def __init__(self, session: Session, article: Article) -> None:
        self._session, self._article = session, article
        self._steps = list(placing.steps(session, article.id, 1))
        self._now = article.current.text
        self._alignments: dict[int, Alignment] = {}

    def carried(self, number: int, then: str, parts: Sequence[Edit]) -> tuple[Edit, ...]:
        """Those edits of revision ``number`` whose words still stand, where they do.

        Exactly, as far as the steps are the program's own; from there by one alignment.
        """
        places: list[tuple[int, int] | None] = [(edit.start, edit.end) for edit in parts]
        for known, step in enumerate(self._steps[number - 1 :], number):
            if step is None:
                places = [place and self._from(known).carry(*place) for place in places]
                break
            made = [(edit.start, edit.end, edit.replacement) for edit in step]
            places = [place and shift([place], made)[0] for place in places]
        return tuple(
            Edit(*place, edit.replacement)
            for edit, place in zip(parts, places, strict=True)
            if place is not None and self._now[slice(*place)] == then[edit.start : edit.end]
        )

    def _from(self, known: int) -> Alignment:
        if known not in self._alignments:
            text = revisions.text(self._session, self._article.id, known)
            self._alignments[known] = Alignment(text, self._now)
        return self._alignments[known]


def _meets(one: _Standing, meeting: Meeting) -> bool:
    return any(edit.start <= meeting.end and meeting.start <= edit.end for edit in one.back)


def _taken_back(current: Body, new: Body, standing: list[_Standing]) -> list[_Standing]:
    """Those at whose places the new text says what stood there before the correction."""
    if not standing:
        return []
    text = canonical_text(current)
    made = edits(text, canonical_text(new))
    places = (Place(one.back[0].start, one.back[-1].end, one.back) for one in standing)
    return [
        one
        for one, place in zip(standing, places, strict=True)
        if stands_already(place, made, text)
    ]


def _without(current: Body, new: Body, back: list[_Standing]) -> Body:
    """The new body with these corrections made in it again."""
    if not back:
        return new
    text = canonical_text(current)
    made = edits(text, canonical_text(new))
    ranges = [(edit.start, edit.end) for one in back for edit in one.back]
    again = [
        undone
        for edit, undone in zip(made, inverse(text, made), strict=True)
        if any(edit.start <= end and start <= edit.end for start, end in ranges)
    ]
    return Rebuilding(new, again).body()


def _others(current: Body, meetings: tuple[Meeting, ...], met: list[_Standing]) -> list[str]:
    """Where both changed the same words and no correction that stands says it already."""
    row = placed_blocks(text_blocks(current))
    return [
        ("byline " if row[index_at(row, one.start)].block.kind == "byline" else "")
        + f"“{short(one.ours)}” here, “{short(one.theirs)}” in the file"
        for one in meetings
        if not any(_meets(correction, one) for correction in met)
    ]


def _refusal(
    article: Article,
    going: tuple[Undone, ...],
    others: list[str],
    contested: list[str],
    facts: Facts,
) -> ImportRefused:
    told = [str(one) for one in going] + others
    told += [
        f"{name} “{getattr(article, name)}” here, “{facts[name]}” in the file" for name in contested
    ]
    return ImportRefused(
        f"{article.slug}: not imported, for it would undo what was changed here: "
        f"{'; '.join(told)}. "
        "Keep the words here with --ours, or let the file win with --theirs."
    ).about(one.correction_id for one in going)
