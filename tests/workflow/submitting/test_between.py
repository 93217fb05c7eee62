"""What others do between a submission's look at the article and its turn to be stored."""

from __future__ import annotations

import pytest

from corrections_app.domain.errors import Gone
from corrections_app.extensions import db
from corrections_app.models import Correction, Placement
from corrections_app.workflow import audit
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.pending import ranking, set_aside
from corrections_app.workflow.submitting import submission, suspecting
from corrections_app.workflow.submitting.suspecting import Arrival
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, a_proposal, accept, an_article

LONG = "The first wrod of it. The mayor spent 100 dollars on Friday."


@pytest.fixture(params=[(suspecting, "look"), (ranking, "worth_of_new")], ids=lambda at: at[1])
def meanwhile(request, monkeypatch):
    """Let something happen just before one of the looks: once the words have their place."""
    room, name = request.param
    look = getattr(room, name)

    def arrange(act):
        def first(*given):
            monkeypatch.setattr(room, name, look)
            act()
            return look(*given)

        monkeypatch.setattr(room, name, first)

    return arrange


def send(article, old, new, **more):
    submission.submit(article.slug, a_proposal(article, old, new, **more), key=None, now=NOON)
    return db.session.query(Correction).order_by(Correction.id.desc()).first()


def test_an_accepted_change_moves_the_words(app, mira, meanwhile):
    article = an_article("A title", LONG)
    earlier = a_correction(article, "wrod", "thousandth word")
    sent = a_proposal(article, "100", "1000")
    meanwhile(lambda: accept(earlier, mira))

    submission.submit(article.slug, sent, key=None, now=NOON)

    stored = db.session.query(Correction).order_by(Correction.id.desc()).first()
    place = db.session.get_one(Placement, stored.id)
    text = stored.article.current.text
    assert (stored.base_revision, place.revision, place.known_revision) == (1, 2, 2)
    assert text[place.start : place.end] == "100"
    assert text[place.edits[0].start : place.edits[0].end] == "100"
    assert stored.risks == "number"


def test_a_change_of_these_very_words_is_a_conflict_without_risks(app, mira, meanwhile):
    article = an_article("A title", LONG)
    earlier = a_correction(article, "100", "200")
    sent = a_proposal(article, "100", "1000")
    meanwhile(lambda: accept(earlier, mira))

    submission.submit(article.slug, sent, key=None, now=NOON)

    stored = db.session.query(Correction).order_by(Correction.id.desc()).first()
    place = db.session.get_one(Placement, stored.id)
    assert (place.revision, place.known_revision, place.fit) == (2, 1, "conflict")
    assert stored.risks is None


def test_another_reader_asks_for_the_same(app, meanwhile):
    article = an_article("A title", LONG)
    first = []
    meanwhile(lambda: first.append(a_correction(article, "wrod", "word").id))

    stored = send(article, "wrod", "word", email="a@reader.example")

    leader = db.session.get_one(Correction, first[0])
    assert stored.leader_id == leader.id
    assert leader.rank < stored.rank  # two ask for it
    assert list(audit.verify(db.session())) == []


def test_the_article_is_taken_down(app, mira, meanwhile):
    article = an_article("A title", LONG)
    sent = a_proposal(article, "wrod", "word")
    meanwhile(
        lambda: retiring.retire(article.slug, "Private.", Act(mira, None, NOON), confirmed=True)
    )

    with pytest.raises(Gone):
        submission.submit(article.slug, sent, key=None, now=NOON)

    assert db.session.query(Correction).count() == 0


def test_what_looks_like_spam_stands_apart_with_all_its_rows(app):
    article = an_article("A title", LONG)
    a_correction(article, "wrod", "word")
    arrival = Arrival("192.0.2.0/24", 0.1, trapped=True)
    sent = a_proposal(article, "wrod", "word", email="a@reader.example", name="Ann")

    submission.submit(article.slug, sent, key="k", lang="uk", arrival=arrival, now=NOON)

    stored = db.session.query(Correction).order_by(Correction.id.desc()).first()
    assert (stored.leader_id, stored.version, stored.stands_alone) == (None, 1, False)
    assert set_aside.holds(stored)
    assert stored.rank > set_aside.LAST / 2
    assert (stored.contact.email, stored.contact.name) == ("a@reader.example", "Ann")
    assert (stored.contact.credit, stored.contact.lang) == (False, "uk")
    assert stored.placement.start == article.current.text.index("wrod")
    assert list(audit.verify(db.session())) == []
