"""/corrections: the log as a page, for people and caches, without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.web.reader import articles
from corrections_app.web.record import feeds, log
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, an_article
from tests.web.conftest import text_of
from tests.workflow.record.noted import DAY, a_notice, became

HOSTILE = "</script><img src=x onerror=alert(1)> & “it”"


@pytest.fixture
def article(app):
    return an_article()


@pytest.fixture
def at(monkeypatch):
    """Says what time it is for whoever reads the record."""

    def tell(moment):
        for module in (log, feeds, articles):
            monkeypatch.setattr(module, "now", lambda: moment)

    return tell


def numbers_on(page):
    return [int(number) for number in re.findall(r'id="notice-(\d+)"', page)]


def test_an_empty_log_says_so(client):
    page = text_of(client.get("/corrections"))

    assert "Nothing has had to be corrected so far." in page


def test_every_notice_has_its_date_class_words_article_and_address(client, article):
    number = a_notice(
        article, "It is Marlowe.", change_class=ChangeClass.EDITORS_NOTE, section="City"
    )

    page = text_of(client.get("/corrections"))

    assert f'href="/corrections/{number}"' in page
    assert '<time datetime="2026-03-02">2 Mar 2026</time>' in page
    for words in ("editor&#39;s note", "It is Marlowe.", "The harbour wall", "March 2026", "City"):
        assert words in page
    assert 'href="/articles/harbour-wall"' in page


def test_what_anybody_wrote_stays_words(client, article):
    number = a_notice(article, HOSTILE, thanks=[HOSTILE], section=HOSTILE)
    became(number, NoticeChangeKind.REWORDED, to=HOSTILE + "!", note=HOSTILE)

    for address in ("/corrections", f"/corrections/{number}", "/articles/harbour-wall"):
        page = text_of(client.get(address))
        assert "onerror=alert(1)>" not in page, address
        assert page.count("</script>") == page.count("<script"), address


def test_names_stand_where_thanks_were_asked_for_as_they_were_written(client, article):
    number = a_notice(article, thanks=["ada marlow ", "МАРІЯ"])

    for address in ("/corrections", f"/corrections/{number}"):
        page = text_of(client.get(address))
        assert "Thanks to <bdi>ada marlow </bdi> and <bdi>МАРІЯ</bdi>" in page


def test_older_notices_follow_and_a_choice_goes_along(client, article):
    made = [a_notice(article, section="City") for _ in range(31)]
    a_notice(article, section="Sport")

    page = text_of(client.get("/corrections?section=City"))
    (older,) = re.findall(r'<a rel="next" href="([^"]+)"', page)
    following = text_of(client.get(older.replace("&amp;", "&")))

    assert numbers_on(page) == made[:0:-1]
    assert numbers_on(following) == [made[0]]
    assert 'rel="next"' not in following
    assert "<option selected>City</option>" in following
    assert "/corrections.atom?section=City" in page


def test_a_search_shows_what_was_typed_and_what_was_found(client, article):
    a_notice(article, "It is Marlowe.")
    number = a_notice(article, "It is six.")

    page = text_of(client.get("/corrections?q=SIX"))

    assert numbers_on(page) == [number]
    assert 'name="q" value="SIX"' in page
    assert 'content="noindex, follow"' in page
    assert "There is no such notice." in text_of(client.get("/corrections?q=nothing"))


@pytest.mark.parametrize("query", ["month=x", "class=x", "after=7", "q=%E2%80%A6", "year=12"])
def test_an_address_that_means_nothing_is_told_so_and_kept_by_nobody(client, article, query):
    a_notice(article)

    answer = client.get(f"/corrections?{query}")

    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert numbers_on(text_of(answer)) == []


def test_months_and_years_lead_to_what_there_is(client, article):
    for days in (0, 40, 400):
        a_notice(article, public_at=NOON - timedelta(days=days))

    page = text_of(client.get("/corrections"))

    links = set(re.findall(r'href="/corrections\?((?:month|year)=[^"&]+)"', page))
    assert links >= {"month=2026-03", "month=2026-01", "year=2026", "year=2025"}
    assert "month=2026-02" not in links
    assert len(numbers_on(text_of(client.get("/corrections?year=2025")))) == 1


@pytest.mark.parametrize(
    "address", ["/corrections", "/corrections.atom", "/corrections.json", "/articles/harbour-wall"]
)
def test_what_becomes_public_by_the_clock_alone_is_no_longer_the_same_page(
    client, article, at, address
):
    number = a_notice(article, "It is six.", public_at=NOON)
    at(NOON - DAY)
    before = client.get(address)
    kept = {"If-None-Match": before.headers["ETag"]}
    assert client.get(address, headers=kept).status_code == 304

    at(NOON + DAY)
    after = client.get(address, headers=kept)

    assert after.status_code == 200
    assert "It is six." not in text_of(before)
    assert "It is six." in text_of(after)
    kept = {"If-None-Match": after.headers["ETag"]}
    assert client.get(address, headers=kept).status_code == 304
    became(number, NoticeChangeKind.WITHHELD, note="x")
    assert client.get(address, headers=kept).status_code == 200


def test_every_page_of_readers_leads_to_the_log_the_policy_and_the_feed(client, article):
    for address in ("/", "/articles/harbour-wall", "/receipts", "/articles/harbour-wall/history"):
        page = text_of(client.get(address))
        assert 'href="/corrections">' in page
        assert 'href="/corrections/policy">' in page
        assert re.search(
            r'rel="alternate" type="application/atom\+xml"[^>]*/corrections.atom"', page
        )


def test_searches_are_counted_and_pages_are_not(make_app):
    client = make_app(LIMITS="30/hour").test_client()

    found = [client.get("/corrections?q=x").status_code for _ in range(61)]

    assert (found[0], found[-1]) == (200, 429)
    assert client.get("/corrections.csv").status_code == 429
    assert client.get("/corrections").status_code == 200
    assert client.get("/corrections.atom").status_code == 200


def test_the_words_of_an_article_that_is_down_are_not_its_headline_either(client, app, mira):
    number = a_notice(an_article())
    retiring.retire("harbour-wall", "Private.", Act(mira, None, NOON), confirmed=True)

    for form in ("", ".atom", ".json", ".csv", f"/{number}", f"/{number}.jsonld"):
        page = client.get(f"/corrections{form}").text
        assert "It is six, not four." in page
        assert "The harbour wall" not in page
        assert ("An article that was taken down" in page) != form.endswith("ld")
