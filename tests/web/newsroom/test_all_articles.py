"""The articles, for colleagues: found, and what each says of itself changed with a trace."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text

from corrections_app.domain.text.body import Block, Mark
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, Notice
from corrections_app.sources import Document
from corrections_app.workflow.articles import importing, overview, reading, retiring
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, SECOND, a_correction, an_article, document
from tests.web.conftest import JSON, text_of

YES = "number date name quotation link negation fact"


def slugs(answer):
    return [item["slug"] for item in answer.json["items"]]


@pytest.fixture
def three(app):
    for number, (slug, title, section) in enumerate(
        (
            ("wall", "The harbour wall", "City"),
            ("ferry", "Überfähre", "Sport"),
            ("quay", "A quay", "City"),
        )
    ):
        found = document(
            title,
            "Words.",
            section=section,
            byline="Ada Marlow",
            source_url=f"https://courier.example/{slug}",
        )
        importing.bring_in(found, slug=slug, now=NOON + number * SECOND)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["quay", "ferry", "wall"]),
        ("words=HARBOUR", ["wall"]),
        ("words=uberfahre", ["ferry"]),
        ("words=marlow&section=City", ["quay", "wall"]),
        ("words=https://courier.example/ferry?utm_source=x", ["ferry"]),
        ("words=/articles/quay", ["quay"]),
        ("words=nothing", []),
    ],
)
def test_articles_are_found_by_headline_address_writer_and_section(moderator, three, query, found):
    assert slugs(moderator.get(f"/articles?{query}", headers=JSON)) == found
    page = text_of(moderator.get(f"/articles?{query}"))
    assert [f'href="/articles/{slug}/edit"' in page for slug in found] == [True] * len(found)
    assert ("No results." in page) is (not found)


def test_the_list_goes_on_from_a_place_and_counts_what_waits(moderator, three):
    a_correction(reading.article_at("wall"), "Words", "Word")
    first = overview.listed(size=2)
    second = overview.listed(after=str(first.next), size=2)

    assert [line.article.slug for line in first.items + second.items] == ["quay", "ferry", "wall"]
    assert [line.waiting for line in first.items + second.items] == [0, 0, 1]
    assert second.next is None
    assert 'href="/queue?article=wall">1 waits' in text_of(moderator.get("/articles"))


def test_strangers_sign_in_and_nonsense_is_said(app, moderator):
    assert app.test_client().get("/articles").location.startswith("/sign-in")
    answer = moderator.get("/articles?words=***")
    assert (answer.status_code, 'value="***"' in text_of(answer)) == (422, True)


def test_what_is_taken_down_stands_in_the_list_without_an_editor(editor, three, mira):
    retiring.retire("quay", "By court order.", Act(mira, None, NOON), confirmed=True)

    page = text_of(editor.get("/articles?words=quay"))

    assert "taken down" in page
    assert 'href="/articles/quay/revisions"' in page
    assert 'href="/articles/quay/edit"' not in page


def test_a_search_walks_its_index(moderator, three):
    heard = []
    listen = lambda _c, _cursor, statement, given, *_m: heard.append((statement, given))  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    overview.listed("harbour")
    event.remove(db.engine, "before_cursor_execute", listen)
    is_sqlite = db.engine.dialect.name == "sqlite"
    statement, given = next(one for one in heard if "search_articles" in one[0] or "@@" in one[0])

    with db.engine.connect() as connection:
        if not is_sqlite:
            connection.execute(text("SET enable_seqscan = off"))
            connection.execute(text("SET enable_indexscan = off"))
        cursor = connection.connection.cursor()
        cursor.execute(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + statement, given)
        said = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "search_articles" in said
    assert "SCAN articles" not in said


def describe(browser, slug="harbour-wall", **fields):
    known = browser.get(f"/articles/{slug}/details", headers=JSON).json
    return browser.post_json(
        f"/articles/{slug}/details", {"revision": known["revision"], "class": "silent"} | fields
    )


def as_now(slug="harbour-wall"):
    db.session.rollback()
    return reading.article_at(slug)


def events():
    db.session.rollback()
    query = select(AuditEvent).where(AuditEvent.action == "describe").order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def test_section_date_and_language_change_without_a_revision_and_with_a_trace(moderator):
    sent = a_correction(an_article(), "the the", "the")
    answer = describe(
        moderator, section="City", published="2026-02-01T08:30", lang="AR", confirmed=YES
    )

    article = as_now()
    assert answer.json["changed"] == ["section", "published_at", "lang"]
    assert (article.head, article.section, article.lang, article.dir) == (1, "City", "ar", "rtl")
    assert article.published_at == datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
    assert db.session.get_one(Correction, sent.id).section == "City"
    assert events()[0].data["changed"]["section"] == ["", "City"]
    page = text_of(moderator.get("/articles/harbour-wall/details"))
    assert "What was changed before" in page
    assert "1 Feb 2026, 08:30" in page
    assert 'dir="rtl"' in text_of(moderator.get("/articles/harbour-wall"))


def test_byline_and_standfirst_make_a_revision_and_keep_their_links(moderator):
    link = Mark("link", 4, 10, "https://courier.example/")
    body = (
        Block("title", "Wall"),
        Block("standfirst", "The harbor is old.", (link,)),
        Block("paragraph", "Words."),
    )
    importing.bring_in(
        Document(
            body,
            byline="Ada Marlow",
            published=None,
            lang="en",
            dir="ltr",
            section=None,
            source_url=None,
        ),
        slug="harbour-wall",
        now=NOON,
    )
    answer = describe(
        moderator, byline="Ada Marlowe", standfirst="The harbour is old.", confirmed=YES
    )

    article = as_now()
    assert (answer.status_code, article.head, article.byline) == (200, 2, "Ada Marlowe")
    _, standfirst, byline, _ = article.current.blocks
    assert (standfirst.text, byline.text) == ("The harbour is old.", "Ada Marlowe")
    assert [(mark.start, mark.end) for mark in standfirst.marks] == [(4, 11)]
    assert slugs(moderator.get("/articles?words=marlowe", headers=JSON)) == ["harbour-wall"]
    assert describe(moderator, byline="", standfirst="", confirmed=YES).status_code == 200
    assert [block.kind for block in as_now().current.blocks] == ["title", "paragraph"]
    assert (
        describe(moderator, standfirst="New lines.", byline="By Bo", confirmed=YES).status_code
        == 200
    )
    kinds = [block.kind for block in as_now().current.blocks]
    assert kinds == ["title", "standfirst", "byline", "paragraph"]


def test_a_date_is_a_fact_that_is_confirmed_and_told_alone(editor):
    an_article()
    moved = {"published": "2026-02-01"}
    asked = describe(editor, **moved)
    page = editor.post("/articles/harbour-wall/details", moved | {"revision": 1, "class": "silent"})
    told = {"class": "correction", "notice": "The date was wrong.", "confirmed": "date"}

    assert (asked.status_code, asked.json["error"]) == (409, "needs_confirmation")
    assert 'name="confirmed" value="date"' in text_of(page)
    assert 'value="2026-02-01"' in text_of(page)
    assert describe(editor, **moved, **told).status_code == 200
    db.session.rollback()
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.revision, notice.words) == (None, "The date was wrong.")
    assert "The date was wrong." in text_of(editor.get("/articles/harbour-wall"))


def test_under_second_approval_a_fact_is_an_editors(moderator, editor, app):
    app.config["SECOND_APPROVAL"] = "facts"
    an_article()

    assert describe(moderator, byline="Bo Lind", confirmed=YES).status_code == 403
    assert describe(moderator, section="City").status_code == 200
    assert describe(editor, byline="Bo Lind", confirmed=YES).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"lang": "not a tag"}, 422, "lang"),
        ({"section": "x" * 101}, 422, "section"),
        ({"published": "yesterday"}, 422, "published"),
        ({"section": "City", "class": "correction"}, 422, "notice"),
        ({"section": "City", "notice": "Told."}, 422, "notice"),
        ({}, 422, None),
        ({"section": "City", "revision": 7}, 404, None),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(moderator, fields, status, field):
    an_article()
    answer = describe(moderator, **fields)

    assert answer.status_code == status
    assert field is None or list(answer.json["fields"]) == [field]
    if field:
        typed = {"revision": 1, "class": "silent", "standfirst": "Typed.", "section": ""}
        page = moderator.post("/articles/harbour-wall/details", typed | fields)
        assert (page.status_code, "Typed." in text_of(page)) == (status, True)
    assert events() == []
    assert as_now().section is None


def test_whoever_was_slower_is_told(moderator):
    an_article()
    assert describe(moderator, standfirst="First.", confirmed=YES).status_code == 200
    late = describe(moderator, standfirst="Second.", revision=1)

    assert (late.status_code, late.json["error"]) == (409, "text_moved")
    again = {"revision": 2, "class": "silent", "section": "City", "key": "k"}
    there = "/articles/harbour-wall/details"
    assert moderator.post_json(there, again).json == moderator.post_json(there, again).json
    assert len(events()) == 2


DETAILS = "/articles/harbour-wall/details"


def form_of(page):
    """The fields of the form as a browser would send them."""
    shown = re.search(r'<form method="post" action="/articles/[^"]*/details".*?</form>', page, re.S)
    inputs = re.findall(r"<input[^>]*>", shown[0])
    fields = {
        re.search(r'name="([^"]+)"', one)[1]: (re.search(r'value="([^"]*)"', one) or ["", ""])[1]
        for one in inputs
    }
    for name, words in re.findall(
        r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.S
    ):
        fields[name] = words
    return fields | {"class": "silent", "confirmed": YES}


def test_two_who_change_different_details_take_nothing_from_each_other(moderator):
    an_article()
    open_page = form_of(text_of(moderator.get(DETAILS)))
    assert describe(moderator, section="City", lang="uk").status_code == 200

    answer = moderator.post(DETAILS, open_page | {"published": "2026-02-01T08:30"})

    article = as_now()
    assert answer.status_code == 303
    assert (article.section, article.lang) == ("City", "uk")
    assert article.published_at == datetime(2026, 2, 1, 8, 30, tzinfo=UTC)


def test_whoever_changes_what_a_colleague_changed_meanwhile_is_told_and_can_go_on(moderator):
    an_article()
    open_page = form_of(text_of(moderator.get(DETAILS)))
    assert describe(moderator, section="City", lang="uk").status_code == 200

    answer = moderator.post(DETAILS, open_page | {"section": "Sport"})
    again = form_of(text_of(answer))

    assert (answer.status_code, as_now().section) == (409, "City")
    assert "max changed these details at" in text_of(answer)
    assert "It says now: City" in text_of(answer)
    assert (again["section"], again["lang"]) == ("Sport", "uk")
    assert moderator.post(DETAILS, again).status_code == 303
    assert (as_now().section, as_now().lang) == ("Sport", "uk")


def test_a_new_revision_meanwhile_is_no_dead_end(moderator):
    an_article()
    open_page = form_of(text_of(moderator.get(DETAILS)))
    assert describe(moderator, standfirst="First.", confirmed=YES).status_code == 200

    answer = moderator.post(DETAILS, open_page | {"byline": "Bo Lind"})
    again = form_of(text_of(answer))

    assert (answer.status_code, again["standfirst"]) == (409, "First.")
    assert moderator.post(DETAILS, again).status_code == 303
    known = moderator.get(DETAILS, headers=JSON).json
    assert (known["standfirst"], known["byline"]) == ("First.", "Bo Lind")


def test_the_page_of_an_article_is_the_same_for_all_and_leads_to_its_editor(app, moderator):
    an_article()
    stranger = app.test_client()
    mine, theirs = (one.get("/articles/harbour-wall") for one in (moderator, stranger))

    assert mine.data == theirs.data
    assert "Set-Cookie" not in theirs.headers
    link = re.search(r'<a href="(/articles/harbour-wall/edit)"[^>]*>(.*?)</a>', text_of(theirs))
    assert link[2] == "For the newsroom: edit"
    assert stranger.get(link[1]).location.startswith("/sign-in")
    assert moderator.get(link[1]).status_code == 200
