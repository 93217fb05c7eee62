"""How the engines fetch what the list shows: along an index, in its order, and never sorted."""

from __future__ import annotations

import re

import pytest
from flask import current_app
from sqlalchemy import event, select, text

from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.models import Article, Contact, Correction, User
from corrections_app.workflow.pending import depth, senders
from corrections_app.workflow.queue import lanes, rows, sequence
from corrections_app.workflow.queue.filters import Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from tests.applications import TRIAL
from tests.bench.filling import NOWHERE, fill
from tests.builders import NOON


@pytest.fixture(scope="module")
def filled(databases, tmp_path_factory):
    """A newsroom with so many corrections that the way to them matters; nobody changes any."""
    url, instance = databases.fresh(), str(tmp_path_factory.mktemp("instance"))
    app = create_app(TRIAL | {"DATABASE_URL": url, "INSTANCE": instance})
    with app.app_context():
        fill(3_000, NOON)
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({}, "ix_corrections_overdue"),
        ({}, "ix_corrections_best"),
        ({"section": "section 3"}, "ix_corrections_overdue_in_section"),
        ({"section": "section 3"}, "ix_corrections_best_in_section"),
        ({"order": Order.OLDEST}, "ix_corrections_waiting"),
        ({"order": Order.NEWEST}, "ix_corrections_waiting"),
        ({"order": Order.ARTICLE}, "ix_corrections_by_article"),
        ({"status": "rejected"}, "ix_corrections_closed"),
        ({"reason": "opinion"}, "ix_decisions_reason"),
        ({"by": 1}, "ix_decisions_by"),
        ({"words": NOWHERE}, "search_corrections"),
        ({"fit": "gone"}, "ix_placements_lost"),
    ],
)
def test_every_order_walks_its_index(filled, asked, index):
    editor = db.session.get_one(User, 1)

    plans = [
        plan(run, "seqscan") for run in lanes.runs(Lane.WAITING, editor, NOON, Criteria(**asked))
    ]

    assert any(index in one for one in plans), "\n".join(plans)


@pytest.mark.parametrize("order", Order)
def test_no_page_sorts_what_waits(filled, order):
    editor = db.session.get_one(User, 1)

    for run in lanes.runs(Lane.WAITING, editor, NOON, Criteria(order=order)):
        if run.name not in ("escalated", "missed"):  # these few are
            said = plan(run, "seqscan", "sort", "bitmapscan").lower()
            assert not re.search(r"(?<!incremental )sort  |temp b-tree for order", said), said


def test_what_is_gone_from_its_page_is_begun_at_the_few_that_are(filled):
    said = plan(sequence.missed(), "seqscan").lower()

    assert "ix_decisions_caused_by_id" not in said, said  # nearly all decisions


def plan(run, *off):
    """How the engine fetches a page of a run, PostgreSQL without some of its ways."""
    query = run.query.with_only_columns(run.key, run.id, maintain_column_froms=True)
    columns = [run.id] if run.key is run.id else [run.key, run.id]
    query = query.order_by(*(one.desc() if run.downwards else one for one in columns)).limit(50)
    is_sqlite = db.engine.dialect.name == "sqlite"

    def explain(_connection, _cursor, statement, given, *_more):
        return ("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + statement, given

    with db.engine.connect() as connection:
        for way in () if is_sqlite else off:
            connection.execute(text(f"SET enable_{way} = off"))
        event.listen(connection, "before_cursor_execute", explain, retval=True)
        return "\n".join(str(row[-1]) for row in connection.execute(query).cursor.fetchall())


@pytest.mark.parametrize("words", ["0000-002A", "reader{}@reader.example", "/articles/{}"])
def test_what_is_searched_for_exactly_is_never_looked_for_row_by_row(filled, words):
    editor = db.session.get_one(User, 1)
    slug = db.session.scalar(select(Article.slug).order_by(Article.id))
    email = db.session.scalar(select(Contact.email).order_by(Contact.correction_id))
    words = email if "@" in words else words.format(slug)

    looked_up = statements(lambda: lanes.runs(Lane.WAITING, editor, NOON, Criteria(words=words)))
    (run,) = lanes.runs(Lane.WAITING, editor, NOON, Criteria(words=words))
    plans = [plan(run, "seqscan"), *(explained(one, "seqscan") for one in looked_up)]

    assert lanes.listed(Lane.WAITING, editor, NOON, None, Criteria(words=words)).items
    for said in plans:
        assert not re.search(r"SCAN (?!.*INDEX)|Seq Scan", said), said


def test_the_others_of_a_reader_are_counted_along_the_index(filled):
    corrections = list(db.session.scalars(select(Correction).order_by(Correction.id).limit(50)))

    asked = [
        one for one in statements(lambda: rows.signs(corrections)) if "distinct" in one[0].lower()
    ]

    assert asked
    for one in asked:
        assert "ix_contacts_email" in explained(one, "seqscan")


@pytest.mark.parametrize(
    ("leader_id", "indexes"),
    [
        (None, ["ix_corrections_", "ix_corrections_"]),
        (1, ["ix_corrections_leader_id"]),
    ],
)
def test_what_waits_is_counted_along_indexes_and_no_further_than_its_limit(
    filled, monkeypatch, leader_id, indexes
):
    monkeypatch.setitem(current_app.config, "LIMITS", "30/hour")

    asked = statements(lambda: depth.look(db.session(), 1, leader_id))

    (one,) = asked
    assert one[0].count("LIMIT") == len(indexes)
    said = explained(one, "seqscan", "bitmapscan")
    assert [name for name in re.findall(r"ix_corrections_(?:leader_id)?", said)] == indexes, said


@pytest.mark.parametrize("lane", [sequence.unwritten, sequence.missed])
def test_where_nothing_is_to_be_written_back_no_decision_is_read(filled, lane):
    (asked,) = statements(lambda: db.session.scalars(lane().query).all())

    said = explained(asked)

    if db.engine.dialect.name == "sqlite":
        assert said.index("write_backs") < said.index("decisions"), said
    else:
        assert re.search(r"One-Time Filter: \S*(InitPlan|\$0)", said), said


@pytest.mark.parametrize("which", ["mailbox", "network"])
def test_spam_is_looked_for_among_what_one_sender_sent(filled, which):
    of = {"mailbox": "reader1@reader.example", "network": "a key"}[which]

    (one,) = statements(lambda: getattr(senders, f"spam_of_{which}")(db.session(), of))

    said = explained(one, "seqscan", "bitmapscan")
    assert said.index("senders") < said.index("decisions"), said
    assert "ix_decisions_reason" not in said, said


def statements(act):
    """What a read asks of the database."""
    heard = []

    def hear(_connection, _cursor, statement, given, *_more):
        heard.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    return heard


def explained(asked, *off):
    """How the engine goes about a statement that was heard."""
    statement, given = asked
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        for way in () if is_sqlite else off:
            connection.execute(text(f"SET enable_{way} = off"))
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        cursor = connection.connection.cursor()
        cursor.execute(explain + statement, given)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
