"""A filter holds from card to card, through every act and link, and ends where its list ends."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from corrections_app.web.queue.filter_form import kept
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import around, lanes, saved_views
from corrections_app.workflow.queue.filters import Criteria, Order
from corrections_app.workflow.queue.lanes import Lane
from tests.builders import HARBOUR, NOON, ON_PURPOSE, SECOND, a_correction, an_article, document
from tests.web.conftest import JSON, as_it_is, decided, text_of

OF_CARDS = re.compile(r"/queue(?:/next|/\d+(?:/[a-z-]+)?|/undo|/changes)?")
"""The addresses of cards and of what is done with them, and that of the list."""


@pytest.fixture
def sent(moderator):
    """Three slips and a fact of one article, a slip of another."""
    harbour, other = an_article(slug="harbour"), an_article(slug="other")
    made = [
        a_correction(harbour, words, words.upper(), kind="typo", now=NOON + n * SECOND)
        for n, words in enumerate(("the the", "will begin", "high time"))
    ]
    a_correction(harbour, "May 2025", "May 2026", kind="fact", now=NOON + SECOND)
    a_correction(other, "the the", "the", kind="typo", now=NOON + SECOND)
    return made


FILTERS = [
    {"article": "harbour", "kind": "typo"},
    {"article": "harbour", "kind": "typo", "order": "oldest"},
    {"lane": "all", "article": "harbour", "kind": "typo"},
    {"article": "harbour", "kind": "typo", "overdue": "1", "older": "1", "fit": "clean"},
    {"words": "harbour", "kind": "typo", "article": "harbour"},
]


def ways(page):
    """Where every link and form of a card's page leads that belongs to the queue."""
    body = page.split("<main", 1)[1]
    found = re.findall(r'(?:href|action|data-changes|data-undo)="([^"#]*)', body)
    return [unescape(one) for one in found if OF_CARDS.fullmatch(urlsplit(one).path)]


def asked_of(address):
    return {
        name: value for name, value in parse_qsl(urlsplit(address).query) if name not in ("after",)
    }


@pytest.mark.parametrize("asked", FILTERS)
def test_from_card_to_card_to_the_end_and_back_to_the_list(moderator, sent, asked):
    query = urlencode(asked)
    card = moderator.get(f"/queue/next?{query}").location
    walked = []
    for _ in sent:
        walked.append(int(urlsplit(card).path.rpartition("/")[2]))
        page = text_of(moderator.get(card))
        for way in ways(page):
            assert asked_of(way) == asked, way
        following = next(w for w in ways(page) if "/queue/next" in w)
        answer = moderator.get(following)
        card = answer.location

    assert sorted(walked) == [one.id for one in sent]
    assert answer.status_code == 200
    said = text_of(answer)
    assert "Nothing more in this filter." in said
    back, again = (
        unescape(re.search(rf'{mark} href="([^"]*)"', said)[1])
        for mark in ('data-act="list"', "data-begin")
    )
    assert asked_of(back) == asked_of(again) == asked
    assert moderator.get(again).status_code == 303


def test_a_saved_view_holds_as_well(moderator, sent):
    by = accounts.by_email("max@courier.example")
    view = saved_views.save(
        "Slips", kept("article=harbour&kind=typo&section="), shared=False, by=by, now=NOON
    )
    card = moderator.get(f"/queue/next?{view.query}").location

    assert asked_of(card) == {"article": "harbour", "kind": "typo"}
    assert 'aria-current="page"><bdi>Slips' in text_of(moderator.get(f"/queue?{view.query}"))


@pytest.mark.parametrize("act", ["decision", "skip", "undo", "put-back"])
def test_what_is_done_with_a_card_leads_on_under_its_filter(moderator, sent, act):
    first = sent[0]
    asked = {"article": "harbour", "kind": "typo"}
    if act == "undo":
        decided(moderator, first)
    if act == "put-back":
        moderator.post(f"/queue/{first.id}/skip", {})
    fields = {"action": "reject", "seen": as_it_is(first).version, "reason": "opinion"}
    fields = fields if act == "decision" else {"what": "skip"} if act == "put-back" else {}

    answer = moderator.post(f"/queue/{first.id}/{act}?{urlencode(asked)}", fields)

    assert answer.status_code == 303
    assert asked_of(answer.location) == asked
    if act == "skip":
        assert urlsplit(answer.location).path == "/queue/next"


def test_a_refused_decision_shows_the_card_under_its_filter(moderator, sent):
    asked = {"article": "harbour", "kind": "typo"}
    answer = moderator.post(
        f"/queue/{sent[0].id}/decision?{urlencode(asked)}", {"action": "reject", "seen": 1}
    )

    assert answer.status_code == 422
    assert all(asked_of(way) == asked for way in ways(text_of(answer)))


def test_words_that_are_searched_are_not_words_to_place(moderator):
    article = an_article()
    gone = a_correction(article, "the the", "the")
    importing.bring_in(
        document(*HARBOUR[:1]), slug=article.slug, terms=ON_PURPOSE, now=NOON + SECOND
    )
    page = text_of(moderator.get(f"/queue/{gone.id}?words=harbour"))

    assert "These words do not stand in the article." not in page
    assert '<input type="hidden" name="words" value="harbour">' in page


def test_parameters_that_say_nothing_leave_the_address(moderator, sent):
    answer = moderator.get("/queue?kind=typo&section=&words=&order=&lane=all")

    assert (answer.status_code, answer.location) == (303, "/queue?kind=typo&lane=all")
    assert moderator.get("/queue?words=+&kind=").location == "/queue"
    assert moderator.get("/queue?kind=", headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "5 waiting"),
        ("kind=fact", "1 of 5"),
        ("kind=clarity", "0 of 5"),
        ("status=any", "5 found"),
    ],
)
def test_the_heading_and_the_tab_say_how_many_of_how_many(moderator, sent, query, said):
    page = text_of(moderator.get(f"/queue?{query}"))

    assert f'<p class="count">{said}</p>' in page
    assert (said in re.search(r"<title>(.*?)</title>", page)[1]) is bool(query)


def test_new_ones_are_counted_under_the_filter(moderator, sent):
    before = urlencode({"since": (NOON - SECOND).isoformat(), "ids": ""})
    for query, new in (("", 5), ("kind=fact", 1), ("kind=typo&article=other", 1), ("words=x", 0)):
        told = moderator.get(f"/queue/changes?{before}&{query}", headers=JSON)
        assert told.json["new"] == new, query


def test_a_card_knows_its_place_in_the_filtered_list(moderator, max_, sent):
    moment = now()

    def place(one, criteria):
        found = around.position(one, Lane.WAITING, max_, moment, criteria)
        return found.place, found.total

    for criteria in (Criteria(kind="typo"), Criteria(kind="typo", order=Order.NEWEST)):
        listed = lanes.listed(Lane.WAITING, max_, moment, criteria=criteria).corrections
        assert [place(one, criteria) for one in listed] == [(number, 4) for number in range(1, 5)]
    assert place(sent[0], Criteria(kind="fact"))[0] is None
    assert place(sent[0], Criteria(words="harbour", status="any")) == (5, 5)


def test_the_same_words_elsewhere_lead_back_under_the_filter(moderator, sent):
    asked = {"article": "harbour", "kind": "typo"}
    where = f"/queue/{sent[2].id}/elsewhere?{urlencode(asked)}"

    page = text_of(moderator.get(where))
    places = re.findall(r'name="place" value="([^"]+)"', page)
    made = moderator.post(where, {"listed": "1", "place": places})

    assert len(places) == 1
    assert all(asked_of(way) == asked for way in ways(page))
    assert asked_of(made.location) == asked | {"made": "1"}
