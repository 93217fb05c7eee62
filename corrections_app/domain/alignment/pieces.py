"""What two texts have in common, as ranges of code points."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from corrections_app.domain.alignment.lines import Lines, matching_lines
from corrections_app.domain.alignment.matching import Gap, Match
from corrections_app.domain.alignment.passages import matching_tokens
from corrections_app.domain.alignment.tokens import Tokens, Vocabulary, parallel


class SharedPiece(NamedTuple):
    """``old[start:end]`` stands at ``new[new_start:new_end]``.

    ``moved``: not in the order in which the texts run. ``exact``: equal. ``parallel``:
    equal but for signs that stand for each other one to one; every exact piece is.
    Otherwise the piece is one token, or the blank between two, in another typography.
    Pieces of the same ``run`` follow each other without a break in both texts.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    moved: bool
    exact: bool = False
    parallel: bool = False
    run: int = 0


def pieces_of(old: str, new: str) -> list[SharedPiece]:
    """All pieces, in the order of the old text, numbered by run."""
    if old == new:
        return [SharedPiece(0, len(old), 0, len(new), False, True, True)] if old else []
    return _Joined(old, new, sorted(_found(old, new))).pieces


def _found(old: str, new: str) -> Iterator[SharedPiece]:
    ours, theirs = Lines(old), Lines(new)
    ordered, moved = matching_lines(ours.contents, theirs.contents)
    settled = [_line_piece(ours, theirs, run, False) for run in ordered]
    astray = [_line_piece(ours, theirs, run, True) for run in moved]
    for run, piece in zip([*ordered, *moved], [*settled, *astray], strict=True):
        if old[piece.start : piece.end] == new[piece.new_start : piece.new_end]:
            yield piece
        else:  # the lines are equal, the number of line breaks between them is not
            for at in range(run.size):
                one = Match(run.old + at, run.new + at, 1)
                yield _line_piece(ours, theirs, one, piece.moved)
    yield from _found_between(old, new, settled, astray)


def _line_piece(old: Lines, new: Lines, run: Match, moved: bool) -> SharedPiece:
    return SharedPiece(*old.range(run.old, run.size), *new.range(run.new, run.size), moved)


def _found_between(
    old: str, new: str, settled: list[SharedPiece], astray: list[SharedPiece]
) -> Iterator[SharedPiece]:
    vocabulary = Vocabulary()
    ours, theirs = Tokens(old, vocabulary), Tokens(new, vocabulary)
    old_holes = [(piece.start, piece.end) for piece in astray]
    new_holes = sorted((piece.new_start, piece.new_end) for piece in astray)
    start, end = (
        SharedPiece(0, 0, 0, 0, False),
        SharedPiece(len(old), len(old), len(new), len(new), False),
    )
    gaps = []
    for before, after in pairwise([start, *settled, end]):
        first, new_first = len(ours), len(theirs)
        _scan_around(ours, before.end, after.start, old_holes)
        _scan_around(theirs, before.new_end, after.new_start, new_holes)
        gaps.append(Gap(first, len(ours) - 1, new_first, len(theirs) - 1))  # without the fence
    for runs, moved in zip(matching_tokens(ours, theirs, gaps), (False, True), strict=True):
        for run in runs:
            yield from _token_pieces(ours, theirs, run, moved)


def _scan_around(tokens: Tokens, start: int, end: int, holes: list[tuple[int, int]]) -> None:
    at = bisect_left(holes, (start, start))
    while at < len(holes) and holes[at][1] <= end:
        tokens.scan(start, holes[at][0])
        start = holes[at][1]
        at += 1
    tokens.scan(start, end)


def _token_pieces(old: Tokens, new: Tokens, run: Match, moved: bool) -> Iterator[SharedPiece]:
    """A run cut where a blank between two tokens stands in one text only, and by typography."""
    first = 0
    for at in range(1, run.size + 1):
        if at == run.size or old.touches(run.old + at) != new.touches(run.new + at):
            part = Match(run.old + first, run.new + first, at - first)
            yield from _parallel_pieces(old, new, part, moved)
            first = at


def _parallel_pieces(old: Tokens, new: Tokens, run: Match, moved: bool) -> Iterator[SharedPiece]:
    start, end = old.starts[run.old], old.ends[run.old_end - 1]
    new_start, new_end = new.starts[run.new], new.ends[run.new_end - 1]
    if run.size == 1 or parallel(old.text[start:end], new.text[new_start:new_end]):
        yield SharedPiece(start, end, new_start, new_end, moved)
    else:
        half = run.size // 2
        yield from _parallel_pieces(old, new, Match(run.old, run.new, half), moved)
        rest = Match(run.old + half, run.new + half, run.size - half)
        yield from _parallel_pieces(old, new, rest, moved)


class _Joined:
    """Pieces joined over the blanks between them, and numbered by run."""

    def __init__(self, old: str, new: str, found: list[SharedPiece]) -> None:
        self._old = old
        self._new = new
        self.pieces: list[SharedPiece] = []
        limits = _limits(found, len(new))
        for at, piece in enumerate(found):
            if at and not self._bridged(found[at - 1], piece, limits[at - 1]):
                self._add_edge_blank(piece.start, limits[at - 1])
                self._add(piece, self.pieces[-1].run + 1)
            else:
                self._add(piece, self.pieces[-1].run if at else 0)

    def _bridged(self, before: SharedPiece, after: SharedPiece, limit: int) -> bool:
        if after.new_start != limit or after.new_start < before.new_end:
            return False
        blank = self._old[before.end : after.start]
        new_blank = self._new[before.new_end : limit]
        if bool(blank) != bool(new_blank) or blank.strip() or new_blank.strip():
            return False
        if blank:
            between = SharedPiece(before.end, after.start, before.new_end, limit, before.moved)
            self._add(between, self.pieces[-1].run)
        return True

    def _add_edge_blank(self, limit: int, new_limit: int) -> None:
        """The equal blanks after a run, as long as they belong to nothing else."""
        last = self.pieces[-1]
        shift = last.new_end - last.end
        end = last.end
        most = min(limit, new_limit - shift)
        while end < most and self._old[end].isspace() and self._old[end] == self._new[end + shift]:
            end += 1
        if end > last.end:
            self._add(SharedPiece(last.end, end, last.new_end, end + shift, last.moved), last.run)

    def _add(self, piece: SharedPiece, run: int) -> None:
        start, end, new_start, new_end, *_ = piece
        was, now = self._old[start:end], self._new[new_start:new_end]
        kind = (was == now, parallel(was, now), run)
        last = self.pieces[-1] if self.pieces else None
        if last and kind == (last.exact, True, last.run):
            self.pieces[-1] = last._replace(end=end, new_end=new_end)
        else:
            self.pieces.append(SharedPiece(start, end, new_start, new_end, piece.moved, *kind))


def _limits(found: Iterable[SharedPiece], end: int) -> list[int]:
    """For each piece, where the piece that follows it in the new text starts."""
    by_place = sorted(enumerate(found), key=lambda item: item[1].new_start)
    limits = [end] * len(by_place)
    for (at, _), (_, following) in pairwise(by_place):
        limits[at] = following.new_start
    return limits
