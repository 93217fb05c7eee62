"""The log: what stands in it, in what order, in pages, narrowed and searched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from corrections_app.domain.errors import Invalid, NotFound
from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.extensions import db
from corrections_app.models import Notice
from corrections_app.workflow import searching
from corrections_app.workflow.articles import importing
from corrections_app.workflow.record import criteria, log
from corrections_app.workflow.record.criteria import Criteria
from corrections_app.workflow.transaction import write
from tests.builders import HARBOUR, NOON, ON_PURPOSE, SECOND, an_article, document
from tests.workflow.record.noted import DAY, a_notice, became

ZONE = ZoneInfo("Europe/Kyiv")
NOW = NOON + timedelta(days=400)
REWORDED, WITHHELD = NoticeChangeKind.REWORDED, NoticeChangeKind.WITHHELD


@pytest.fixture
def article(app):
    return an_article()


def numbers(asked=None, now=NOW, **more):
    page = log.listed(asked or Criteria(), ZONE, now, **more)
    return [entry.notice.id for entry in page.items]


def asked(**given):
    return numbers(criteria.parse(given))


def test_it_is_public_by_the_clock_alone_and_never_once_it_was_cancelled(article):
    soon = a_notice(article, public_at=NOON + DAY)
    a_notice(article, public_at=NOON, cancelled_at=NOON - SECOND)

    assert [numbers(now=NOON + DAY - SECOND), numbers(now=NOON + DAY)] == [[], [soon]]
    with pytest.raises(NotFound):
        log.entry(soon, NOON + DAY - SECOND)
    assert log.entry(soon, NOON + DAY).words == "It is six, not four."


def test_pages_follow_each_other_without_gap_or_twin_though_moments_are_equal(article):
    made = [a_notice(article, public_at=NOON + DAY * (number // 3)) for number in range(11)]
    late = a_notice(article, public_at=NOON - DAY)  # made last, public first
    found, after = [], None

    while True:
        page = log.listed(Criteria(), ZONE, NOW, after, size=4)
        found += [entry.notice.id for entry in page.items]
        if page.next is None:
            break
        after = str(page.next)

    assert found == [*reversed(made), late]


@pytest.mark.parametrize("after", ["0", "99", "-1", "²", "x" * 30, "9" * 30])
def test_a_place_that_is_none_is_refused(article, after):
    a_notice(article)

    with pytest.raises(Invalid, match="Begin again"):
        numbers(after=after)


def test_a_place_does_not_tell_of_what_is_not_public_yet(article):
    soon = a_notice(article, public_at=NOON + DAY)

    with pytest.raises(Invalid):
        numbers(now=NOON, after=str(soon))


def test_a_month_begins_and_ends_where_the_newsroom_is(article):
    moments = [
        datetime(2026, 2, 28, 21, 59, 59, tzinfo=UTC),
        datetime(2026, 2, 28, 22, 0, tzinfo=UTC),  # midnight in Kyiv
        datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC),  # summer time
        datetime(2026, 3, 31, 21, 0, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 0, tzinfo=UTC),
    ]
    a, b, c, d, e = (a_notice(article, public_at=moment) for moment in moments)

    assert asked(month="2026-03") == [c, b]
    assert asked(month="2026-02") == [a]
    assert asked(year="2026") == [d, c, b, a]
    assert asked(year="2027") == [e]
    assert log.years(ZONE, NOW) == [2027, 2026]
    assert [log.months(year, ZONE, NOW) for year in (2026, 2027)] == [[2, 3, 4], [1]]


def test_it_is_narrowed_by_class_and_section_together(article):
    facts = [("correction", "City"), ("update", "City"), ("correction", "Sport"), ("update", None)]
    made = [a_notice(article, change_class=ChangeClass(one), section=two) for one, two in facts]

    assert asked(section="City") == [made[1], made[0]]
    assert asked(**{"class": "correction"}) == [made[2], made[0]]
    assert asked(**{"class": "correction", "section": "City"}) == [made[0]]
    assert log.sections(NOW) == ["City", "Sport"]
    assert log.sections(NOON - SECOND) == []


@pytest.mark.parametrize("few", [0, 500])
def test_words_are_found_in_any_case_and_accent_newest_first(article, monkeypatch, few):
    monkeypatch.setattr(searching, "FEW", few)  # the two ways PostgreSQL is led to them
    a = a_notice(article, "The name is Zoë Marlowe, not Zoe Marlow.")
    b = a_notice(article, "The CAFÉ of Zoe is open.", public_at=NOON + DAY)
    a_notice(article, "Nothing of the kind.")

    assert asked(q="zoe") == [b, a]
    assert asked(q="café zoë") == [b]
    assert asked(q="nowhere") == []
    assert asked(q='"; DROP TABLE notices --') == []
    assert numbers(criteria.parse({"q": "zoe"}), after=str(b)) == [a]


def test_what_is_worded_anew_is_found_by_its_new_words_only(article):
    number = a_notice(article, "It is Marlow.")

    became(number, REWORDED, to="It is Marlowe.")

    assert [asked(q="marlow"), asked(q="marlowe")] == [[], [number]]


def test_nobody_finds_by_its_words_what_may_not_be_read(article):
    number = a_notice(article, "Marlow is a thief.", thanks=["Ada"])

    became(number, WITHHELD, note="It was not so.")

    assert asked(q="thief") == []
    assert asked() == [number]
    entry = log.entry(number, NOW)
    assert (entry.words, entry.thanks) == (None, [])
    assert entry.updated_at == NOON + DAY


def test_what_became_of_it_makes_it_newer(article):
    number = a_notice(article, "It is Marlow.")

    became(number, REWORDED, to="It is Marlowe.", now=NOON + SECOND)

    entry = log.entry(number, NOW)
    assert [change.words for change in entry.notice.changes] == ["It is Marlow."]
    assert (entry.words, entry.updated_at) == ("It is Marlowe.", NOON + SECOND)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("month", "2026-13"),
        ("month", "2026-1"),
        ("year", "26"),
        ("year", "٢٠٢٦"),
        ("class", "silent"),
        ("class", "x"),
        ("section", "x" * 101),
        ("q", "…!"),
        ("q", "x" * 2001),
    ],
)
def test_what_no_notice_can_be_is_refused_by_its_name(app, name, value):
    with pytest.raises(Invalid) as refused:
        criteria.parse({name: value})

    assert list(refused.value.fields) == [name]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"month": "2026-03", "class": "update", "section": "City", "q": "six"},
        {"year": "1999"},
    ],
)
def test_an_address_says_what_it_was_made_of(given):
    assert criteria.parse(given).as_args() == given


def test_the_headline_is_todays_and_the_text_is_not_even_read(article):
    a_notice(article)
    changed = document("The harbour walls", *HARBOUR[1:])
    importing.bring_in(changed, slug="harbour-wall", terms=ON_PURPOSE, now=NOON)
    db.session.expunge_all()

    (entry,) = log.listed(Criteria(), ZONE, NOW).items

    assert (entry.article.title, entry.article.slug) == ("The harbour walls", "harbour-wall")
    assert "Revision" not in {type(one).__name__ for one in db.session.identity_map.values()}


def test_every_notice_can_be_found_however_it_was_made(article):
    """The words it is found by are kept with the words, by whoever writes them."""
    a_notice(article, "Naïve")
    with write() as session:
        session.scalars(select(Notice)).one().words = "Ünïted"

    assert db.session.scalar(select(Notice.found_by)) == "united"
