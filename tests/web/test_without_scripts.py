"""From the article to the receipt with plain links and forms alone."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from corrections_app.extensions import db
from corrections_app.models import Correction
from tests.builders import an_article
from tests.web.conftest import text_of
from tests.web.plain import fields_of

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
ARTICLE = "/articles/harbour-wall"


class Walk:
    """A browser without scripts: follows links by their words and sends forms as they stand."""

    def __init__(self, client):
        self.client = client
        self.page = ""

    def open(self, address):
        answer = self.client.get(address)
        assert answer.status_code == 200
        self.page = text_of(answer)

    def follow(self, words):
        links = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        said = [(address, re.sub(r"<[^>]+>", "", text)) for address, text in links]
        self.open(unescape(next(address for address, text in said if words in text)))

    def send(self, **typed):
        form = next(f for f in self.forms() if 'method="post"' in f)
        address = re.search(r'action="([^"]+)"', form)[1]
        answer = self.client.post(address, data=fields_of(form) | typed, headers=OURS)
        self.status = answer.status_code
        if answer.status_code == 303:
            self.open(answer.location)
        else:
            self.page = text_of(answer)

    def search(self, typed):
        form = next(f for f in self.forms() if 'role="search"' in f)
        answer = self.client.get(
            re.search(r'action="([^"]+)"', form)[1], query_string=fields_of(form) | {"q": typed}
        )
        self.page = text_of(answer)

    def forms(self):
        return re.findall(r"<form .*?</form>", self.page, re.DOTALL)


@pytest.fixture
def walk(app):
    an_article()
    walk = Walk(app.test_client())
    walk.open(ARTICLE)
    walk.follow("Report an error")
    return walk


def stored():
    db.session.rollback()
    return db.session.scalars(select(Correction)).one()


def test_by_a_few_words_of_the_sentence(walk):
    walk.search("will BEGIN")
    walk.follow("Work will begin")
    walk.send(replacement="Work will begin in May 2026 and cost about four million pounds.")

    assert walk.status == 303
    assert stored().reference in walk.page
    assert stored().exact.startswith("Work will begin")
    assert "waiting for an editor" in walk.page


def test_by_choosing_the_sentence_from_the_list(walk):
    walk.follow("The council voted")
    walk.send(replacement="The council voted on Tuesday to rebuild the harbour wall.")

    assert walk.status == 303
    assert stored().exact == "The council voted on Tuesday to rebuild the the harbour wall."


def test_by_copying_the_words(walk):
    walk.send(exact="May 2025", replacement="May 2026")

    assert walk.status == 303
    assert (stored().exact, stored().replacement) == ("May 2025", "May 2026")


def test_by_copying_words_that_stand_twice_and_choosing_a_place(walk):
    walk.send(exact="harbour wall", replacement="harbour walls")
    assert walk.status == 422
    places = re.findall(r'name="place" value="([\d-]+)"', walk.page)

    walk.send(place=places[1])

    assert walk.status == 303
    assert f"{stored().start}-{stored().end}" == places[1]


@pytest.mark.parametrize("slip", [{"email": "nobody"}, {"source_url": "x" * 3000}])
def test_a_chosen_place_stays_chosen_when_something_else_is_refused(walk, slip):
    walk.send(exact="harbour wall", replacement="harbour walls")
    places = re.findall(r'name="place" value="([\d-]+)"', walk.page)
    walk.send(place=places[1], **slip)
    assert walk.status == 422

    walk.send(**dict.fromkeys(slip, ""))

    assert walk.status == 303
    assert f"{stored().start}-{stored().end}" == places[1]
    assert stored().replacement == "harbour walls"


def test_by_writing_about_the_whole_article(walk):
    walk.follow("whole article")
    walk.send(explanation="Nobody asked the fishermen.")

    assert walk.status == 303
    assert (stored().start, stored().explanation) == (None, "Nobody asked the fishermen.")


def test_on_the_receipt_an_address_is_left_and_the_correction_taken_back(walk):
    walk.send(exact="May 2025", replacement="May 2026")

    walk.send(email="grace@reader.example")
    assert "g***@reader.example" in walk.page
    withdraw = next(f for f in walk.forms() if "/withdraw" in f)
    walk.client.post(re.search(r'action="([^"]+)"', withdraw)[1])
    assert stored().status == "withdrawn"


def test_what_is_asked_first_is_answered_by_the_same_form(walk):
    walk.send(exact="May 2025", replacement="May 2026")
    walk.open(f"{ARTICLE}/corrections/new")

    walk.send(exact="May 2025", replacement="May 2026")
    assert walk.status == 409
    assert "Someone has already suggested this." in walk.page
    walk.send(email="grace@reader.example")

    assert walk.status == 303
    assert "g***@reader.example" in walk.page
