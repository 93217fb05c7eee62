"""The figures for readers: whole quarters, over fifty decisions, no group under ten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, insert, select, update

from corrections_app.domain.errors import Invalid, NotFound, NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Correction, Decision, FoundElsewhere, Notice
from corrections_app.workflow import audit
from corrections_app.workflow.people import accounts
from corrections_app.workflow.record import accuracy
from corrections_app.workflow.record.accuracy import Quarter
from corrections_app.workflow.record.measures import Measures, measured, tallied, together
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, an_article

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
JULY, AUGUST, SEPTEMBER, OCTOBER = (datetime(2026, month, 10, tzinfo=UTC) for month in range(7, 11))
HOUR = timedelta(hours=1)
SUMMER = Quarter(2026, 3)


class Desk:
    """Writes decisions straight into the tables: as many as wanted, at known times."""

    def __init__(self, person_id):
        self.person_id = person_id
        self.number = 0
        self.articles = {}

    def article(self, section, published=JULY - HOUR):
        if section not in self.articles:
            made = an_article(slug=f"article-{len(self.articles)}", now=NOON)
            values = {"section": section, "published_at": published, "byline": f"By {section}"}
            with write() as session:
                session.execute(update(Article).filter_by(id=made.id).values(**values))
            self.articles[section] = made.id
        return self.articles[section]

    def decides(self, count, at, section="City", *, accepted=True, after=HOUR, **more):
        article_id = self.article(section)
        outcome = "accepted" if accepted else "rejected"
        numbers = range(self.number + 1, self.number + count + 1)
        self.number += count
        sent = {"article_id": article_id, "section": section, "base_revision": 1}
        sent |= {"explanation": "x", "status": outcome, "created_at": at - after}
        made = {"outcome": outcome, "action": outcome[:-2], "by_id": self.person_id}
        made |= {"undo_until": at, "created_at": at} | more
        with write() as session:
            rows = [sent | {"id": n, "reference": str(n)} for n in numbers]
            session.execute(insert(Correction), rows)
            session.execute(
                insert(Decision), [made | {"id": n, "correction_id": n} for n in numbers]
            )

    def tells(self, at, section="City", change_class="correction", **more):
        row = {"article_id": self.article(section), "change_class": change_class, "words": "x"}
        row |= {"section": section, "created_at": at, "public_at": at}
        with write() as session:
            session.execute(insert(Notice).values(row | more))


@pytest.fixture
def desk(app, mira):
    return Desk(mira.id)


def of(quarter=SUMMER, now=NOW):
    db.session.rollback()
    return accuracy.of(quarter, now)


def by_name(parts):
    return {part.name: part for part in parts}


def test_fifty_are_too_few_and_one_more_is_enough(desk):
    desk.decides(50, AUGUST)
    assert of() is None

    desk.decides(1, AUGUST)

    assert of().whole.decisions == 51


def test_only_what_stands_and_a_person_accepted_or_rejected_counts(desk, mira):
    desk.decides(40, AUGUST)
    desk.decides(20, AUGUST, accepted=False, after=4 * HOUR)
    desk.decides(5, AUGUST, undone_at=AUGUST, undone_by_id=mira.id)
    desk.decides(5, AUGUST, by_id=None)
    desk.decides(5, AUGUST, caused_by_id=1)
    desk.decides(5, JULY - timedelta(days=30))
    desk.decides(5, OCTOBER)

    whole = of().whole

    assert (whole.decisions, whole.accepted) == (60, 40)
    assert whole.to_decision == 3600


def test_what_a_colleague_sent_for_the_same_words_is_no_report(desk, mira):
    desk.decides(51, AUGUST)
    desk.decides(20, AUGUST)
    with write() as session:
        sent = {"by_id": mira.id, "created_at": AUGUST}
        rows = [sent | {"correction_id": number} for number in range(52, 72)]
        session.execute(insert(FoundElsewhere), rows)

    assert of().whole.decisions == 51


def test_published_corrections_are_those_of_the_log_that_stand(desk):
    desk.decides(51, AUGUST)
    for day in range(12):
        desk.tells(JULY + timedelta(days=day))
    desk.tells(AUGUST, withheld_at=AUGUST)
    desk.tells(AUGUST, withdrawn_at=AUGUST)
    desk.tells(AUGUST, cancelled_at=AUGUST)
    desk.tells(AUGUST, change_class="clarification")
    desk.tells(OCTOBER)

    found = of()

    assert found.whole.published == 13
    assert found.whole.to_correction == 6 * 86_400 + 3600
    months = by_name(found.by_month)
    assert [months[date(2026, month, 1)].measures.published for month in (7, 8, 9)] == [12, 1, 0]


def test_what_is_not_public_yet_is_not_told(desk):
    desk.decides(51, AUGUST)
    desk.tells(AUGUST, public_at=AUGUST + HOUR)

    assert of(now=AUGUST).whole.published == 0
    assert of(now=AUGUST + HOUR).whole.published == 1


def test_small_months_and_sections_are_hidden_and_so_is_what_would_tell_them(desk):
    desk.decides(40, JULY, "City")
    desk.decides(12, AUGUST, "Sport")
    desk.decides(3, SEPTEMBER, "Chess")
    desk.tells(SEPTEMBER, "Chess")

    found = of()

    months, sections = by_name(found.by_month), by_name(found.by_section)
    assert not months[date(2026, 7, 1)].is_hidden
    assert sections["City"].measures.decisions == 40
    for part in (months[date(2026, 8, 1)], months[date(2026, 9, 1)]):
        assert part.is_hidden
        assert part.measures == Measures(part.measures.published)
    assert sections["Sport"].measures == Measures(0)
    assert sections["Chess"].measures == Measures(1)


def test_articles_without_a_section_are_a_group_like_any_other(desk):
    desk.decides(40, AUGUST, "City")
    desk.decides(15, AUGUST, None, accepted=False)

    sections = [(part.name, part.measures.accepted) for part in of().by_section]

    assert sections == [("City", 40), (None, 0)]


def test_months_begin_at_midnight_of_the_newsroom(make_app):
    app = make_app(TIMEZONE="Pacific/Auckland")
    with app.app_context():
        desk = Desk(accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON).id)
        last = datetime(2026, 6, 30, 12, tzinfo=UTC)  # midnight of the first of July there
        desk.decides(60, last)
        desk.decides(1, last - timedelta(seconds=1))

        assert of().whole.decisions == 60


def test_only_quarters_that_are_over_can_be_asked_for(app):
    assert accuracy.asked(None, NOW) == SUMMER
    assert accuracy.asked("2025-q4", NOW) == Quarter(2025, 4)
    assert accuracy.last_quarters(NOW)[-1] == Quarter(2024, 4)
    assert accuracy.last_quarters(datetime(2027, 1, 1, tzinfo=UTC))[0] == Quarter(2026, 4)
    for name in ("2026-q4", "2024-q3", "2999-q1"):
        with pytest.raises(NotFound):
            accuracy.asked(name, NOW)
    for name in ("q3", "2026-q5", "2026-q3 ", "٢026-q3", "2026-Q3", "1999-q1"):
        with pytest.raises(Invalid):
            accuracy.asked(name, NOW)


def test_it_is_off_until_an_editor_turns_it_on(app, mira, max_):
    assert accuracy.is_public() is False
    with pytest.raises(NotPermitted):
        accuracy.show_to_readers(True, Act(max_, None, NOW))

    accuracy.show_to_readers(True, Act(mira, "k", NOW))
    accuracy.show_to_readers(True, Act(mira, "k", NOW))

    assert accuracy.is_public() is True
    accuracy.show_to_readers(False, Act(mira, None, NOW))
    assert accuracy.is_public() is False
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["publish_accuracy", "hide_accuracy"]
    assert list(audit.verify(db.session())) == []


def test_staff_are_told_of_authors_whatever_their_number(desk):
    desk.decides(3, AUGUST, "City")
    desk.decides(1, AUGUST, "Sport", accepted=False, after=49 * HOUR + timedelta(minutes=59))

    found = tallied([JULY, OCTOBER], "author", NOW)

    assert {name: measured(tally).decisions for (_, name), tally in found.items()} == {
        "By City": 3,
        "By Sport": 1,
    }
    assert measured(found[0, "By Sport"]).to_decision == 49 * 3600
    assert measured(together([])) == Measures(0, 0, 0)


def test_a_quarter_takes_two_questions_however_many_decisions(desk):
    desk.decides(60, AUGUST, "City")
    desk.decides(60, JULY, "Sport", accepted=False)
    asked = []

    def note(_connection, _cursor, sql, *_):
        asked.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = of()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert found.whole.decisions == 120
    assert len([sql for sql in asked if sql.lstrip().startswith("SELECT")]) == 2
