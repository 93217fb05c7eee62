"""What somebody asks to see: read from an address, and found on every engine alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corrections_app.domain.errors import Invalid
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.queue import lanes
from corrections_app.workflow.queue.filters import NAMES, Criteria, Order, parse
from corrections_app.workflow.queue.lanes import Lane
from tests.builders import NOON, SECOND, a_correction, accept, an_article, document, reject

DAY = timedelta(days=1)


def found(person, now=NOON + SECOND, lane=Lane.WAITING, **given):
    """What the list shows, by the words that a reader sent."""
    db.session.rollback()
    items = lanes.listed(lane, person, now, criteria=parse(given)).corrections
    return [item.replacement or item.explanation for item in items]


@pytest.mark.parametrize(
    ("given", "criteria"),
    [
        ({}, Criteria()),
        ({"page": "2", "lane": "held", "after": "x"}, Criteria()),
        ({"status": " any ", "older": "3"}, Criteria(status="any", older=3)),
        ({"reference": "o1il 29qx"}, Criteria(reference="0111-29QX")),
        ({"overdue": "1", "order": "oldest"}, Criteria(overdue=True, order=Order.OLDEST)),
        ({"overdue": "0", "kind": ""}, Criteria()),
    ],
)
def test_an_address_says_what_is_asked_for(given, criteria):
    assert parse(given) == criteria
    assert parse(criteria.as_args()) == criteria
    assert set(criteria.as_args()) <= set(NAMES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "lost"), ("kind", "mood"), ("fit", "tight"), ("risk", "fire"),
        ("order", "random"), ("like", "ada@reader.example"), ("like", "0"), ("by", "-1"),
        ("by", "9" * 30), ("older", "soon"), ("older", "1e3"), ("reason", "a b"),
        ("reference", "4F7K"), ("words", "***"), ("words", "a" * 2001), ("article", "a" * 101),
        ("section", "a\0b"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name(name, value):
    with pytest.raises(Invalid) as refusal:
        parse({name: value, "status": value if name == "status" else "any"})

    assert list(refusal.value.fields) == [name]


def test_every_fault_of_an_address_is_named_at_once():
    with pytest.raises(Invalid) as refusal:
        parse({"kind": "mood", "risk": "fire"})

    assert list(refusal.value.fields) == ["kind", "risk"]


TEXTS = (
    "The wall",
    "Ada Marlow paid 4 million.",
    "Čafé naïve.",
    "Мій їжак.",
    "قرأت الكتاب.",
    "End.",
)
SENT = {
    "Ada Marlow": ("Ada Marlowe", "Don’t you know her?"),
    "4 million": ("5 million", "See “the budget”, page 7."),
    "Čafé": ("Café", ""),
    "Мій": ("Твій", "Будь ласка"),
    "الكتاب": ("كِتاب", ""),
    "End": ("東京", ""),
}


@pytest.mark.parametrize(
    ("words", "replacements"),
    [
        ("MARLOWE", ["Ada Marlowe"]),
        ("don't know", ["Ada Marlowe"]),
        ("know marlow", ["Ada Marlowe"]),
        ("“the budget”", ["5 million"]),
        ("cafe", ["Café"]),
        ("CAFÉ", ["Café"]),
        ("твіи ласка", ["Твій"]),
        ("كتاب", ["كِتاب"]),
        ("الكتاب", ["كِتاب"]),
        ("東", ["東京"]),
        ("京東", ["東京"]),
        ("wall", ["東京", "كِتاب", "Твій", "Café", "5 million", "Ada Marlowe"]),
        ("wall million", ["5 million"]),
        ("mill", []),
        ("marlow budget", []),
        ('" OR NEAR( *', []),
        ("words:marlow", []),
        ("marlow OR budget", []),
        ("NOT marlow", []),
        ("marlow*", ["Ada Marlowe"]),
        ("-marlow", ["Ada Marlowe"]),
        ("'); DROP TABLE corrections; --", []),
        ("\\'marlow & !x", []),
        ("%", None),
    ],
)
def test_words_are_found_in_what_was_sent_and_in_the_headline(app, max_, words, replacements):
    article = an_article(*TEXTS)
    for number, (exact, (replacement, explanation)) in enumerate(SENT.items()):
        sent = NOON + number * SECOND
        a_correction(article, exact, replacement, explanation=explanation, now=sent)

    if replacements is None:
        with pytest.raises(Invalid):
            found(max_, words=words)
    else:
        assert found(max_, words=words) == replacements


def test_words_are_found_whatever_became_of_a_correction(app, max_):
    article = an_article()
    accept(a_correction(article, "the the", "the"), max_)
    reject(a_correction(article, "will begin", "shall begin"), max_)
    a_correction(article, "May 2025", "May 2026")

    assert found(max_, words="harbour") == ["May 2026", "shall begin", "the"]
    assert found(max_, words="harbour", status="rejected") == ["shall begin"]
    assert found(max_, words="harbour", status="pending") == ["May 2026"]
    assert found(max_, words="harbour", reason="not_an_error") == ["shall begin"]


def test_the_search_follows_the_words_of_a_row(app, max_):
    sent = a_correction(an_article(), "the the", None, explanation="Twice")
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE corrections SET words = 'once'")

    assert found(max_, words="twice") == []
    assert found(max_, words="once") == [sent.explanation]


@pytest.fixture
def newsroom(app, max_, mira):
    """Corrections that differ in all that can be asked for."""
    importing.bring_in(document(section="city"), slug="wall", now=NOON - 9 * DAY)
    wall = reading.article_at("wall")
    other = an_article("The market", "A stall sells sell fish. It rains.", slug="market")
    a_correction(wall, "the the", "the", kind="typo", email="a@reader.example", now=NOON - 5 * DAY)
    a_correction(wall, "May 2025", "May 2026", kind="fact", email="a@reader.example")
    a_correction(wall, "will begin", "shall begin", email="a@reader.example")
    a_correction(other, "sells sell", "sells", kind="typo", email="b@reader.example")
    reject(a_correction(wall, "high time", "time", email="b@reader.example"), mira)
    accept(a_correction(other, "rains", "pours", email="b@reader.example"), max_)
    return {one.replacement: one.id for one in db.session.query(Correction)}


@pytest.mark.parametrize(
    ("given", "replacements"),
    [
        ({"kind": "typo"}, {"the", "sells"}),
        ({"section": "city"}, {"the", "May 2026", "shall begin"}),
        ({"section": "sport"}, set()),
        ({"article": "market"}, {"sells"}),
        ({"article": "nowhere"}, set()),
        ({"risk": "number"}, {"May 2026"}),
        ({"risk": "link"}, set()),
        ({"fit": "clean"}, {"the", "May 2026", "shall begin", "sells"}),
        ({"fit": "moved"}, set()),
        ({"fit": "gone"}, set()),
        ({"older": "3"}, {"the"}),
        ({"overdue": "1"}, {"the"}),
        ({"kind": "typo", "article": "wall"}, {"the"}),
        ({"status": "rejected"}, {"time"}),
        ({"status": "accepted"}, {"pours"}),
        ({"status": "withdrawn"}, set()),
        ({"status": "any"}, {"the", "May 2026", "shall begin", "sells", "time", "pours"}),
        ({"status": "pending", "kind": "fact"}, {"May 2026"}),
        ({"reason": "not_an_error"}, {"time"}),
        ({"reason": "opinion"}, set()),
    ],
)
def test_a_filter_leaves_what_it_says(newsroom, max_, given, replacements):
    assert set(found(max_, **given)) == replacements


def test_an_article_that_is_filed_elsewhere_takes_its_corrections_along(newsroom, max_):
    importing.bring_in(document(section="sport"), slug="wall", now=NOON)

    assert found(max_, section="city") == []
    assert set(found(max_, section="sport")) == {"the", "May 2026", "shall begin"}


def test_whoever_sent_one_sent_others(newsroom, max_):
    assert found(max_, like=str(newsroom["time"])) == ["pours", "time", "sells"]
    assert found(max_, like=str(newsroom["time"]), status="pending") == ["sells"]


def test_what_somebody_decided_is_found_by_their_number(newsroom, max_, mira):
    assert found(max_, by=str(mira.id)) == ["time"]
    assert found(mira, by=str(max_.id)) == ["pours"]


def test_a_reference_said_on_the_telephone_is_found(newsroom, max_):
    sent = db.session.get_one(Correction, newsroom["pours"])

    assert found(max_, reference=sent.reference.lower().replace("-", " ")) == ["pours"]


def test_who_left_no_address_is_like_nobody_else(app, max_):
    article = an_article()
    first = a_correction(article, email="")
    a_correction(article, "May 2025", "May 2026", email="")

    assert found(max_, like=str(first.id)) == ["the"]
