"""Places that a change does not touch are carried by one statement, and as each by itself."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import event, insert, select

from corrections_app.domain.carrying import Place, over_own, untouched
from corrections_app.domain.text.edits import Edit
from corrections_app.extensions import db
from corrections_app.models import Correction, Placement
from corrections_app.workflow.pending import placing
from corrections_app.workflow.transaction import write
from tests.builders import a_correction, accept, an_article

WORDS = " ".join(f"wrod{n:03}" for n in range(700))
SIGNS = 'é“\\"\n\t😀ї'
"""What JSON writes otherwise than it stands."""
APPLIED = (Edit(10, 14, "x"), Edit(20, 20, "grown"), Edit(33, 37, ""))


def waiting(article, count):
    """So many corrections of one word each, from the second of the article's on."""
    text = article.current.text
    first = a_correction(article, "wrod001", "word001")
    with write() as session:
        row, place = (_row(session.get_one(kind, first.id)) for kind in (Correction, Placement))
        for n in range(2, count + 2):
            start = text.index(f"wrod{n:03}")
            span = {"start": start, "end": start + 7}
            own = 10_000 * article.id + n  # far from those that the database gives
            row |= span | {"id": own, "reference": str(own), "nonce": f"n{n}"}
            edits = (Edit(start + 1, start + 3, f"{SIGNS}{n}"),)
            session.execute(insert(Correction.__table__), [row])
            place |= span | {"correction_id": own, "edits": edits, "known_edits": edits}
            place |= {"known_start": start, "known_end": start + 7}
            session.execute(insert(Placement.__table__), [place])
    db.session.rollback()


def _row(one):
    return {column.key: getattr(one, column.key) for column in one.__mapper__.column_attrs}


def statements_of_accepting(slug, count, by):
    article = an_article("A title", WORDS, slug=slug)
    waiting(article, count)
    mended = a_correction(article, "wrod000", "words")
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        accept(mended, by)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    places = select(Placement).join(Correction, Correction.id == Placement.correction_id)
    places = places.where(Correction.article_id == article.id, Correction.id != mended.id)
    db.session.rollback()
    text = db.session.get_one(type(article), article.id).current.text
    found = db.session.scalars(places.order_by(Placement.correction_id)).all()
    assert len(found) == count + 1
    for n, one in enumerate(found, 1):
        (edit,) = one.edits
        assert text[one.start : one.end] == f"wrod{n:03}"
        assert one.start <= edit.start < edit.end
        assert one.revision == one.known_revision == 2
        assert one.fit == "clean"
        assert (one.start, one.end, one.edits) == (one.known_start, one.known_end, one.known_edits)
        assert n == 1 or edit == Edit(one.start + 1, one.start + 3, f"{SIGNS}{n}")
    return sent


def test_accepting_costs_the_same_statements_whether_ten_wait_or_six_hundred(app, mira):
    few = statements_of_accepting("few", 10, mira)
    many = statements_of_accepting("many", 600, mira)

    assert len(few) == len(many) <= 31, "\n".join(many)


def test_the_stretches_are_those_where_a_place_only_shifts():
    wished = (Edit(11, 12, "y"), Edit(50, 52, "z"))
    calm = untouched(APPLIED, wished)
    for start, length in product(range(60), range(1, 12)):
        end = start + length
        place = Place(start, end, (Edit(start, end, "w"),))
        by = [by for low, high, by in calm if low < start and (high is None or end < high)]
        apart = all(e.end < start or e.start > end for e in (*APPLIED, *wished))
        assert len(by) == apart
        if apart:  # so nothing of it is to be asked
            assert placing._settled_by(place, placing.Step("b" * 80, "", APPLIED, wished)) is None
        for drift in by:
            shifted = Place(start + drift, end + drift, (Edit(start + drift, end + drift, "w"),))
            assert over_own(place, APPLIED) == shifted


SPANS = [(2, 9), (15, 19), (21, 32), (40, 47)]
"""A place in each of the stretches that `APPLIED` leaves alone."""


@pytest.mark.parametrize("many", [0, 1, 2, None])
def test_a_statement_carries_each_place_as_its_rule_does(app, many):
    article = an_article("A title", WORDS)
    those = [a_correction(article, f"wrod00{n}", "word").id for n in range(len(SPANS))]
    before = {}
    with write() as session:
        for one, (start, end) in zip(those, SPANS, strict=True):
            parts = (Edit(start, start + 1, SIGNS), Edit(end - 1, end, "b"))
            before[one] = Place(start, end, None if many is None else parts[:many])
            _put(session.get_one(Placement, one), before[one])
    with write() as session:
        current = session.get_one(type(article), article.id)
        step = placing.Step(current.current.text, "", APPLIED)
        carried = placing.carry(session, current, step, {})

        assert (carried.settled, carried.back) == ([], [])
        for one, was in before.items():
            found = session.get_one(Placement, one)
            hull = over_own(Place(was.start, was.end, None), APPLIED)
            wanted = () if was.edits == () else over_own(was, APPLIED).edits
            assert (found.start, found.end, found.edits) == (hull.start, hull.end, wanted)
            assert (found.known_start, found.known_end) == (hull.start, hull.end)
            assert (found.known_edits, found.revision) == (wanted, 2)
        session.rollback()


def _put(placement, place):
    placement.start = placement.known_start = place.start
    placement.end = placement.known_end = place.end
    placement.edits = placement.known_edits = place.edits
