"""The list: whole changes, filters in the address, views that are kept by name."""

from __future__ import annotations

import re
from html import unescape

import pytest

from corrections_app.extensions import db
from corrections_app.models import SavedView
from corrections_app.web.newsroom.figures import percent
from corrections_app.workflow.clock import now
from tests.builders import NOON, SECOND, a_correction, an_article
from tests.web.conftest import decided, text_of


def rows(page):
    return [int(one) for one in re.findall(r'href="/queue/(\d+)[^"]*"[^>]*data-main', page)]


def chips(page):
    return re.findall(r'<a href="([^"]*)" title="Remove this filter">(.*?) <span', page)


def test_a_row_shows_every_word_that_changes(moderator):
    words = " ".join(f"word{n}" for n in range(60))
    article = an_article("A title", f"Before it {words} and after.")
    changed = words.replace("word1 ", "first ").replace("word58 ", "last ")
    a_correction(article, words, changed)

    page = text_of(moderator.get("/queue"))

    for wrong, right in (("word1", "first"), ("word58", "last")):
        assert f"<del><bdi>{wrong}</bdi></del>" in page
        assert f"<ins><bdi>{right}</bdi></ins>" in page
    assert "word30" not in page


def test_a_row_shows_what_is_worth_knowing(moderator):
    a_correction(an_article(), "May 2025", "May 2026", kind="fact")

    page = text_of(moderator.get("/queue"))

    assert "changes a date" in page or "changes a number" in page
    assert ">fact<" in page
    assert "overdue" in page


def test_a_reader_without_an_address_has_no_others(moderator):
    a_correction(an_article(), email="")

    assert "others by this reader" not in text_of(moderator.get("/queue"))


@pytest.mark.parametrize(
    ("query", "chip", "left"),
    [
        ("kind=typo", "typo", "/queue"),
        ("kind=typo&order=oldest", "typo", "/queue?order=oldest"),
        ("lane=all&kind=typo", "typo", "/queue?lane=all"),
        ("status=any", "open or closed", "/queue"),
        ("status=rejected", "not changed", "/queue"),
        ("words=wall", "“wall”", "/queue"),
        ("older=2", "older than 2 days", "/queue"),
        ("risk=number", "changes a number", "/queue"),
        ("fit=gone", "these words are no longer in the article", "/queue"),
        ("reason=spam", "reason: Spam or abuse", "/queue"),
        ("by=1", "decided by max", "/queue"),
        ("section=Science", "section: Science", "/queue"),
        ("article=harbour-wall", "article: harbour-wall", "/queue"),
        ("overdue=1", "overdue only", "/queue"),
    ],
)
def test_what_is_asked_for_is_a_chip_that_takes_it_away(moderator, query, chip, left):
    page = text_of(moderator.get(f"/queue?{query}"))

    assert (left, chip) in chips(page)


def test_the_reader_who_is_asked_for_is_named_by_a_reference(moderator):
    one = a_correction(an_article())

    found = chips(text_of(moderator.get(f"/queue?like={one.id}")))

    assert found == [("/queue", f"from the reader who sent {one.reference}")]


def test_a_filter_that_is_nonsense_keeps_what_was_typed(moderator):
    answer = moderator.get("/queue?words=wall&reference=nope")

    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="nope"' in page
    assert 'value="wall"' in page
    assert "eight letters and digits" in page


@pytest.mark.parametrize("like", ["999", "4611686018427387904"])
def test_a_reader_that_there_is_not_is_no_fault_of_the_program(moderator, like):
    assert moderator.get(f"/queue?like={like}").status_code in (200, 404)


def test_no_result_says_how_many_wait_outside_the_filters(moderator):
    a_correction(an_article())

    page = text_of(moderator.get("/queue?words=zebra"))

    assert "1 waits outside these filters." in page
    assert 'href="/queue">Remove all filters' in page


def test_what_is_closed_can_be_found_and_not_ticked(moderator):
    one = a_correction(an_article())
    decided(moderator, one, action="reject", reason="spam")

    page = text_of(moderator.get("/queue?status=rejected"))

    assert rows(page) == [one.id]
    assert "data-pick>" not in page


def test_what_is_closed_is_shown_between_whole_words(moderator):
    one = a_correction(an_article(), "pounds", "pound")
    decided(moderator, one, action="reject", reason="opinion")
    assert not one.prefix.startswith(" ")

    page = text_of(moderator.get("/queue?status=rejected"))

    before, after = re.findall(r'<span class="around">(.*?)</span>', page)
    assert before.startswith("…\N{NO-BREAK SPACE}")
    assert f" {before[2:].split()[0]} " in one.article.current.text
    assert after == "."


def test_overdue_ones_stand_under_a_heading_of_their_own(moderator):
    article = an_article(now=NOON)
    old = a_correction(article, now=NOON)
    new = a_correction(article, "council", "Council", now=now() - SECOND)

    page = text_of(moderator.get("/queue"))

    assert rows(page) == [old.id, new.id]
    assert re.findall(r'<li class="part"><h2>(.*?)</h2>', page) == ["Overdue", "The rest"]


def test_what_waits_for_an_editor_is_headed_for_editors_only(moderator, editor):
    article = an_article(now=NOON)
    sent = [
        a_correction(article, exact, exact.upper(), now=now() - SECOND)
        for exact in ("council", "May", "about", "fished")
    ]
    for one in sent[:2]:
        moderator.post(f"/queue/{one.id}/escalate", {"note": "?"})

    theirs, mine = text_of(moderator.get("/queue")), text_of(editor.get("/queue"))

    headings = r'<li class="part"><h2>(.*?)</h2>'
    assert re.findall(headings, theirs) == []
    assert re.findall(headings, mine) == ["For an editor", "The rest"]
    assert rows(mine)[:2] == [one.id for one in sent[:2]]


def test_why_here_is_said_of_the_part_it_stands_in_for_this_person(moderator, editor):
    one = a_correction(an_article(now=NOON), now=now() - SECOND)
    moderator.post(f"/queue/{one.id}/escalate", {"note": "?"})
    passed_up = "What was sent to an editor comes right after what is overdue."

    assert passed_up not in text_of(moderator.get(f"/queue/{one.id}"))
    assert passed_up in text_of(editor.get(f"/queue/{one.id}"))


def test_a_view_is_kept_by_name_and_opened_from_the_list(moderator):
    answer = moderator.post("/views", {"name": " Slips  of mine ", "query": "kind=typo&after=x"})

    assert answer.location == "/queue?kind=typo"
    page = text_of(moderator.get(answer.location))
    assert '<a class="view" href="/queue?kind=typo" aria-current="page">' in page
    assert "Slips of mine" in text_of(moderator.get("/queue"))


def test_a_name_is_one_view_of_one_person(moderator, editor):
    for query in ("kind=typo", "kind=fact"):
        moderator.post("/views", {"name": "Mine", "query": query})
    editor.post("/views", {"name": "Mine", "query": "kind=clarity"})

    assert sorted(db.session.query(SavedView.query).all()) == [("kind=clarity",), ("kind=fact",)]


def test_an_editor_shares_a_view_and_a_moderator_does_not(moderator, editor):
    refused = moderator.post("/views", {"name": "All", "query": "kind=fact", "shared": "1"})
    editor.post("/views", {"name": "Facts", "query": "kind=fact", "shared": "1"})
    editor.post("/views", {"name": "Own", "query": "kind=typo"})

    page = text_of(moderator.get("/queue"))
    assert refused.status_code == 403
    assert "Facts" in page
    assert "Own" not in page


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "a" * 101}, {}])
def test_a_view_needs_a_name(moderator, fields):
    answer = moderator.post("/views", {"query": "kind=typo"} | fields)

    assert answer.status_code == 422
    assert db.session.query(SavedView).count() == 0


def test_a_view_is_forgotten_by_whoever_keeps_it(moderator, editor):
    moderator.post("/views", {"name": "Mine", "query": "kind=typo"})
    editor.post("/views", {"name": "Ours", "query": "kind=fact", "shared": "1"})
    ids = dict(db.session.query(SavedView.name, SavedView.id).all())
    mine, ours = ids["Mine"], ids["Ours"]

    assert editor.post(f"/views/{mine}/delete", {}).status_code == 404
    assert moderator.post(f"/views/{ours}/delete", {}).status_code == 403
    assert moderator.post(f"/views/{mine}/delete", {"query": "kind=typo"}).status_code == 303
    db.session.rollback()
    assert db.session.query(SavedView.name).all() == [("Ours",)]


def test_a_view_that_is_refused_keeps_its_name_and_its_list(moderator):
    for number in range(30):
        moderator.post("/views", {"name": f"View {number}", "query": "kind=fact"})
    page = text_of(moderator.get("/queue?lane=all&kind=typo"))
    form = unescape(re.search(r'action="(/views[^"]*)"', page)[1])

    answer = moderator.post(form, {"name": "One more", "query": "lane=all&kind=typo"})

    page = text_of(answer)
    assert answer.status_code == 422
    assert "You have 30 views already" in page
    assert 'value="One more"' in page
    assert 'name="query" value="lane=all&amp;kind=typo"' in page
    assert '<details class="narrow">' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "a" * 101, "query": "kind=typo"}, "That is too long"),
        ({"name": "Long", "query": "words=" + "щ" * 900}, "search for fewer words"),
    ],
)
def test_what_is_too_long_for_a_view_is_said(moderator, fields, sentence):
    assert sentence in moderator.post_json("/views", fields).json["message"]


def test_the_list_of_a_view_stays_when_the_view_is_forgotten(moderator):
    there = moderator.post("/views", {"name": "ab", "query": "kind=typo"}).location
    page = text_of(moderator.get(there))
    form = re.search(r'action="(/views/\d+/delete)".*?name="query" value="([^"]*)"', page)

    assert moderator.post(form[1], {"query": unescape(form[2])}).location == there


@pytest.mark.parametrize("query", ["words=%22%3E%3Cscript%3E", "section=%3Cscript%3E"])
def test_nothing_in_a_view_becomes_markup(moderator, editor, query):
    fields = {"name": "<script>alert(1)</script>", "query": query, "shared": "1"}
    editor.post("/views", fields)

    for address in ("/queue", f"/queue?{query}"):
        assert "<script>" not in text_of(moderator.get(address))


def test_nothing_unknown_is_kept_in_a_view(moderator):
    answer = moderator.post("/views", {"name": "Mine", "query": "?kind=typo&evil=1&lane=all&x"})

    assert answer.location == "/queue?lane=all&kind=typo"


def test_the_figures_are_for_those_who_lead(moderator, editor):
    assert moderator.get("/figures").status_code == 403
    assert "Figures" not in text_of(moderator.get("/queue"))
    assert editor.get("/figures").status_code == 200


@pytest.mark.parametrize("query", ["", "?days=7", "?days=nonsense", "?section=Science", "?days=31"])
def test_the_figures_of_nothing_are_shown_too(editor, query):
    page = text_of(editor.get(f"/figures{query}"))

    assert "Waiting now" in page
    assert 'role="img"' in page


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "–"), (0, 9, "0 %"), (1, 999, "<1 %"), (998, 999, ">99 %"), (9, 9, "100 %")],
)
def test_a_share_never_says_none_or_all_of_what_is_not(part, whole, words):
    assert percent(part, whole) == words


def test_an_age_that_the_form_does_not_offer_stays_in_it(moderator):
    page = text_of(moderator.get("/queue?older=5"))

    assert '<option value="5" selected>5 days</option>' in page


def test_the_figures_show_each_plot_with_its_numbers(editor):
    one = a_correction(an_article(), kind="typo")
    decided(editor, one)
    two = a_correction(one.article, "council", "Council", kind="fact")
    decided(editor, two, action="reject", reason="opinion")

    page = text_of(editor.get("/figures"))

    assert page.count("<summary>The numbers</summary>") == 6
    assert "typo 100 %" in page
    assert "Opinion" in page
    assert " style=" not in page
