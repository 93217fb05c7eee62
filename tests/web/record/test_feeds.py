"""Atom, JSON Feed and CSV: what programs read, by the schema and by a reader that others use."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from corrections_app.web.record import feeds
from tests.builders import NOON, an_article
from tests.web.conftest import text_of
from tests.workflow.record.noted import DAY, a_notice, became

SCHEMA = Path(__file__).parents[2] / "vectors" / "atom.rng"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ["/corrections.atom", "/corrections.json", "/corrections.csv"]


@pytest.fixture(scope="module")
def schema():
    return etree.RelaxNG(etree.parse(SCHEMA))


@pytest.fixture
def article(app):
    return an_article()


def here(address):
    return address.removeprefix("http://localhost")


@pytest.fixture
def told(article):
    """One notice of each kind that a reader may meet."""
    ids = {
        "plain": a_notice(article, "It is <six> & not “four”.", section="City", thanks=["Ada"]),
        "odd": a_notice(article, "Bell \x0b here \ufffe.", change_class=ChangeClass.UPDATE),
        "withheld": a_notice(article, "Marlow is a thief.", public_at=NOON + DAY),
        "withdrawn": a_notice(article, "It was right.", public_at=NOON + 2 * DAY),
        "reworded": a_notice(article, "It is Marlow.", public_at=NOON + 3 * DAY),
    }
    became(ids["withheld"], NoticeChangeKind.WITHHELD, note="It was not so.")
    became(ids["withdrawn"], NoticeChangeKind.WITHDRAWN, note="The council was mistaken.")
    became(ids["reworded"], NoticeChangeKind.REWORDED, to="It is Marlowe.")
    return ids


def test_atom_keeps_to_its_schema(client, told, schema):
    document = etree.fromstring(client.get("/corrections.atom").data)

    assert schema.validate(document), schema.error_log
    # What the grammar of RFC 4287 leaves to words (4.1.1, 4.1.2).
    assert document.find("a:author", ATOM) is not None
    ids = [one.text for one in document.iterfind(".//a:entry/a:id", ATOM)]
    assert len(set(ids)) == len(ids) == len(told)
    for holder in (document, *document.iterfind("a:entry", ATOM)):
        assert len(holder.findall("a:link[@rel='alternate'][@type='text/html']", ATOM)) == 1


def test_an_empty_feed_keeps_to_it_too(client, schema):
    answer = client.get("/corrections.atom")

    assert answer.mimetype == "application/atom+xml"
    assert schema.validate(etree.fromstring(answer.data)), schema.error_log


def test_a_feed_without_a_date_would_not(client, told, schema):
    broken = client.get("/corrections.atom").data.replace(b"updated>", b"renewed>")

    assert not schema.validate(etree.fromstring(broken))


def test_a_feed_reader_reads_all_of_it(client, told):
    read = feedparser.parse(client.get("/corrections.atom").data)

    assert (read.bozo, read.version) == (False, "atom10")
    assert read.feed.title == "The Harbour Courier: corrections"
    by_id = {int(entry.id.rpartition("/")[2]): entry for entry in read.entries}
    plain = by_id[told["plain"]]
    assert plain.title == "Correction: The harbour wall"
    assert plain.link == f"http://localhost/corrections/{told['plain']}"
    assert "It is &lt;six&gt; &amp; not “four”." in plain.content[0].value
    assert "Thanks to Ada for" in plain.content[0].value
    assert (plain.published, plain.updated) == (NOON.isoformat(), NOON.isoformat())
    assert [tag.term for tag in plain.tags] == ["correction", "City"]
    assert by_id[told["reworded"]].updated == (NOON + 4 * DAY).isoformat()
    assert read.feed.updated == (NOON + 4 * DAY).isoformat()


@pytest.mark.parametrize("address", FEEDS)
def test_no_feed_tells_what_is_withheld_and_each_what_became_of_it(client, told, address):
    text = text_of(client.get(address))

    assert "thief" not in text
    assert "Marlowe" in text
    assert "withdrawn" in text.lower()


def test_a_section_has_feeds_of_its_own(client, told):
    atom = feedparser.parse(client.get("/corrections.atom?section=City").data)
    items = json.loads(client.get("/corrections.json?section=City").data)["items"]
    rows = rows_of(client.get("/corrections.csv?section=City"))

    assert len(atom.entries) == len(items) == len(rows) == 1
    assert atom.feed.title == "The Harbour Courier: corrections, City"
    assert atom.feed.id == "http://localhost/corrections.atom?section=City"


def test_feeds_go_on_in_pages(client, article, monkeypatch, schema):
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    made = [a_notice(article) for _ in range(5)]
    address, found = "/corrections.atom", []
    feed, items = json.loads(client.get("/corrections.json").data), []

    while address:
        document = etree.fromstring(client.get(address).data)
        assert schema.validate(document), schema.error_log
        found += [int(e.text.rpartition("/")[2]) for e in document.iterfind("a:entry/a:id", ATOM)]
        following = document.find("a:link[@rel='next']", ATOM)
        address = (
            following.get("href").removeprefix("http://localhost")
            if following is not None
            else None
        )
    while True:
        items += feed["items"]
        if "next_url" not in feed:
            break
        feed = json.loads(client.get(here(feed["next_url"])).data)

    assert found == made[::-1]
    assert [int(item["id"].rpartition("/")[2]) for item in items] == made[::-1]


def test_json_feed_has_what_version_1_1_asks_for(client, told):
    answer = client.get("/corrections.json")
    feed = json.loads(answer.data)

    assert answer.mimetype == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost/corrections.json"
    assert feed["home_page_url"] == "http://localhost/corrections"
    assert feed["authors"] == [{"name": "The Harbour Courier", "url": "http://localhost/"}]
    assert len(feed["items"]) == len(told)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["url"] == item["id"]
        assert item["content_html"].strip()
        assert item["date_published"] <= item["date_modified"]
    assert {item["_record"]["status"] for item in feed["items"]} == {
        "published",
        "withheld",
        "withdrawn",
        "reworded",
    }


def rows_of(answer):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_spreadsheet_has_a_row_for_each(client, told):
    answer = client.get("/corrections.csv")
    rows = {int(row["id"]): row for row in rows_of(answer)}

    assert answer.mimetype == "text/csv"
    assert set(rows) == set(told.values())
    plain = rows[told["plain"]]
    assert plain["notice"] == "It is <six> & not “four”."
    assert (plain["thanks"], plain["section"], plain["class"]) == ("Ada", "City", "correction")
    assert rows[told["withheld"]]["notice"] == ""


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    "|calc",
    "%0A",
    '=HYPERLINK("https://evil.example","a")',
]


def test_no_cell_is_a_formula(client, article):
    made = {a_notice(article, words, thanks=[words], section=words): words for words in FORMULAS}
    quoted = a_notice(article, '",=1+1,"')

    rows = {int(row["id"]): row for row in rows_of(client.get("/corrections.csv"))}

    for number, words in made.items():
        row = rows[number]
        assert all(not cell or cell[0] not in "=+-@\t\r\n ＝|%" for cell in row.values())
        assert {row["notice"], row["section"], row["thanks"]} == {"'" + words}
    assert rows[quoted]["notice"] == '",=1+1,"'


def test_a_long_table_is_bounded_and_says_where_it_goes_on(client, article, monkeypatch):
    monkeypatch.setattr(feeds, "ROWS", 2)
    made = [a_notice(article) for _ in range(3)]

    first = client.get("/corrections.csv?section=")
    second = client.get(here(first.headers["Link"].partition(">")[0][1:]))

    assert [int(row["id"]) for row in rows_of(first) + rows_of(second)] == made[::-1]
    assert "Link" not in second.headers


@pytest.mark.parametrize("address", FEEDS)
def test_a_kept_feed_is_answered_in_a_line_and_travels_small(client, told, address):
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    kept = {"If-None-Match": packed.headers["ETag"]}

    again = client.get(address, headers=kept)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.cache_control.public
    assert "Set-Cookie" not in packed.headers
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/corrections.atom?q=x", headers=kept).status_code == 200


@pytest.mark.parametrize("address", FEEDS)
@pytest.mark.parametrize("query", ["month=x", "after=99", "class=silent"])
def test_a_feed_of_nothing_that_can_be_is_refused(client, address, query):
    answer = client.get(f"{address}?{query}")

    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
