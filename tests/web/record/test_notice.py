"""/corrections/<number>: one notice for people, and as an annotation for programs."""

from __future__ import annotations

import re

import pytest
from pyld import jsonld

from corrections_app.domain.lifecycle import ChangeClass, NoticeChangeKind
from tests.builders import HARBOUR, NOON, a_correction, accept, an_article
from tests.web.conftest import text_of
from tests.web.record.vocabularies import OA, loaded
from tests.workflow.record.noted import DAY, a_notice, became

TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It costs <six> million, not four."}
RDF, DC = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/"


@pytest.fixture
def corrected(app, max_):
    """The number of the notice of an accepted correction."""
    accept(a_correction(an_article(), "four million", "six million"), max_, **TOLD)
    return 1


def test_it_says_what_was_wrong_what_is_right_and_leads_to_the_words(client, corrected):
    page = text_of(client.get("/corrections/1"))

    assert "<h1>Correction</h1>" in page
    assert "It costs &lt;six&gt; million, not four." in page
    assert "<del><bdi>four</bdi></del><ins><bdi>six</bdi></ins>" in page
    assert re.search(r'href="/articles/harbour-wall#:~:text=[^"]*six[^"]*"', page)
    assert '<time datetime="2026-03-02T12:10:00+00:00">2 Mar 2026, 12:10 UTC</time>' in page


def test_what_became_of_it_is_told_with_the_words_before(client, app):
    number = a_notice(an_article(), "It is Marlow.")
    became(number, NoticeChangeKind.REWORDED, to="It is Marlowe.", note="A slip of ours.")
    became(number, NoticeChangeKind.WITHDRAWN, note="It was right.", now=NOON + 2 * DAY)

    page = text_of(client.get(f"/corrections/{number}"))

    for words in ("Reworded on", "A slip of ours.", "It is Marlow.", "It is Marlowe."):
        assert words in page
    assert "Withdrawn on" in page
    assert "It was right." in page


def test_a_tombstone_says_when_and_why_and_not_one_of_the_words(client, corrected):
    became(corrected, NoticeChangeKind.REWORDED, to="It is a thief.", note="Why.")
    became(corrected, NoticeChangeKind.WITHHELD, note="Nobody was a thief then.")

    page = text_of(client.get("/corrections/1"))
    annotation = client.get("/corrections/1.jsonld").json

    assert "Nobody was a thief then." in page
    assert "The words of this notice are not shown since" in page
    for words in ("is a thief", "six", "<del>", "It costs"):
        assert words not in page
    assert annotation["target"] == "http://localhost/articles/harbour-wall"
    assert [body["purpose"] for body in annotation["body"]] == ["classifying"]


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999", "99999999999999999999", "x"])
def test_an_address_of_no_notice_says_so(client, corrected, number):
    for address in (f"/corrections/{number}", f"/corrections/{number}.jsonld"):
        assert client.get(address).status_code == 404


def test_the_same_address_answers_each_in_its_language(client, corrected):
    asks = {
        "text/html": "text/html",
        "*/*": "text/html",
        "application/ld+json": "application/ld+json",
        "application/json": "application/ld+json",
        "text/html;q=0.5, application/ld+json": "application/ld+json",
        "text/html, application/ld+json;q=0.5": "text/html",
    }
    for accept_header, mimetype in asks.items():
        answer = client.get("/corrections/1", headers={"Accept": accept_header})
        assert answer.mimetype == mimetype, accept_header
        assert "Accept" in answer.vary
        assert answer.cache_control.public
        kept = {"Accept": accept_header, "If-None-Match": answer.headers["ETag"]}
        assert client.get("/corrections/1", headers=kept).status_code == 304
    page = text_of(client.get("/corrections/1"))
    assert 'rel="alternate" type="application/ld+json" href="/corrections/1.jsonld"' in page


def test_the_annotation_is_one_by_a_parser_of_json_ld(client, corrected):
    answer = client.get("/corrections/1.jsonld")

    (made,) = jsonld.expand(answer.json, {"documentLoader": loaded})

    assert "http://www.w3.org/ns/anno.jsonld" in answer.headers["Content-Type"]
    assert made["@id"] == "http://localhost/corrections/1"
    assert made["@type"] == [OA + "Annotation"]
    assert made[OA + "motivatedBy"] == [{"@id": OA + "editing"}]
    assert made[DC + "terms/created"][0]["@value"] == "2026-03-02T12:10:00+00:00"
    (target,) = made[OA + "hasTarget"]
    assert target[OA + "hasSource"] == [{"@id": "http://localhost/articles/harbour-wall"}]
    quote, position = target[OA + "hasSelector"]
    text = "\n\n".join(HARBOUR)
    start, end = (position[OA + name][0]["@value"] for name in ("start", "end"))
    assert text[start:end] == quote[OA + "exact"][0]["@value"] == "four"
    assert text[:start].endswith(quote[OA + "prefix"][0]["@value"])
    assert text[end:].startswith(quote[OA + "suffix"][0]["@value"])
    said = {
        body[OA + "hasPurpose"][0]["@id"].removeprefix(OA): body[RDF + "value"][0]["@value"]
        for body in made[OA + "hasBody"]
    }
    assert said == {
        "describing": "It costs <six> million, not four.",
        "classifying": "correction",
        "editing": "six",
    }


def test_no_word_of_it_is_lost_on_a_parser_of_json_ld(client, corrected):
    """Everything said is of the vocabulary: what is not, a parser drops without a word."""
    told = client.get("/corrections/1.jsonld").json
    there_and_back = jsonld.compact(
        jsonld.expand(told, {"documentLoader": loaded}),
        told["@context"],
        {"documentLoader": loaded},
    )

    assert names_in(there_and_back) == names_in(told)


def names_in(data):
    if isinstance(data, dict):
        return set(data) | {name for value in data.values() for name in names_in(value)}
    if isinstance(data, list):
        return {name for value in data for name in names_in(value)}
    return set()
