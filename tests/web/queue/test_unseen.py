"""What nobody sees is shown to moderators wherever a reader's words stand, as on the card."""

from __future__ import annotations

import pytest

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow import tokens
from corrections_app.workflow.submitting import receipts
from tests.builders import NOON, a_correction, an_article, reject
from tests.web.conftest import text_of

# Sent before it was refused: such rows are there.
RLO = "\u202e"
CHIP = "U+202E RIGHT-TO-LEFT OVERRIDE"
JOINER = "\u2060"


def with_old_words(correction, **words):
    """A row that was stored when everything was."""
    row = db.session.get_one(Correction, correction.id)
    for name, value in words.items():
        setattr(row, name, value)
    db.session.commit()
    return row


@pytest.fixture
def old(app):
    article = an_article()
    sent = a_correction(article, "harbour wall.", "harb\u200bour wall.", explanation="Look:")
    return with_old_words(sent, explanation=f"see {RLO}gnp.exe and two{JOINER}parts")


@pytest.mark.parametrize("address", ["/queue/{0}", "/queue", "/queue/bulk?act=reject&selected={0}"])
def test_an_explanation_shows_what_is_hidden_in_it(moderator, old, address):
    page = text_of(moderator.get(address.format(old.id)))

    assert RLO not in page
    assert JOINER not in page
    assert CHIP in page
    assert "U+2060 WORD JOINER" in page


def test_a_row_of_a_list_shows_what_is_hidden_in_the_change(moderator, old):
    page = text_of(moderator.get("/queue"))
    row = page[page.index('class="row-words"') :].partition("</a>")[0]

    assert "U+200B ZERO WIDTH SPACE" in row
    assert "\u200b" not in row


def test_a_row_shows_it_in_the_words_around_and_in_the_words_meant(moderator):
    article = an_article("A title", "The quay\u00ad side\u200e was said to be rebuilt by May.")
    a_correction(article, "rebuilt by", None, explanation="Was it?")
    a_correction(article, "quay\u00ad side", None, explanation="Was it?")

    page = text_of(moderator.get("/queue"))

    assert "U+200E" in page
    assert "U+00AD" in page
    assert "\u200e" not in page


def test_an_appeal_shows_it_too(moderator, max_of):
    correction = a_correction(an_article())
    reject(correction, max_of)
    receipts.appeal(tokens.token_for(correction), "two\u2060parts", now=NOON)

    page = text_of(moderator.get(f"/queue/{correction.id}"))

    assert "U+2060 WORD JOINER" in page
    assert "two\u2060parts" not in page


@pytest.fixture
def max_of(moderator):
    from sqlalchemy import select

    from corrections_app.models import User

    return db.session.scalars(select(User).filter_by(email="max@courier.example")).one()


def test_an_edit_that_answers_a_remark_shows_what_is_hidden_in_it(moderator, old):
    page = text_of(moderator.get(f"/articles/harbour-wall/edit?resolves={old.id}"))

    assert RLO not in page
    assert CHIP in page


def test_supporters_and_rivals_show_it_too(moderator):
    article = an_article()
    first = a_correction(article, "four million", "five million", email="a@reader.example")
    same = a_correction(article, "four million", "five million", email="b@reader.example")
    rival = a_correction(article, "four million", "nine million", email="c@reader.example")
    with_old_words(same, explanation=f"one{RLO}two")
    with_old_words(rival, explanation=f"three{JOINER}four")

    page = text_of(moderator.get(f"/queue/{first.id}"))

    assert CHIP in page
    assert "U+2060 WORD JOINER" in page
    assert RLO not in page
    assert JOINER not in page


def test_a_source_in_strange_letters_is_named_as_the_network_knows_it(moderator):
    article = an_article("A title", "Here one wrod stands, and one wodr.")
    twin = a_correction(article, "wrod", "word", source_url="https://\u0430pple.com/a")
    plain = a_correction(article, "wodr", "word", source_url="https://apple.com/a")

    assert "xn--pple-43d.com" in text_of(moderator.get(f"/queue/{twin.id}"))
    assert "xn--" not in text_of(moderator.get(f"/queue/{plain.id}"))
