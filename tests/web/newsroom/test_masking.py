"""No colleague can act as a reader by what the outbox shows of a letter."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Letter
from corrections_app.web.newsroom.masking import without_tokens
from corrections_app.workflow.letters import addresses, grouping, outbox, writing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.tokens import token_for
from corrections_app.workflow.transaction import write
from tests.builders import NOON, a_correction, accept, an_article
from tests.web.conftest import Moderator, sign_in_as

DUE = NOON + timedelta(minutes=10)
ADA = "ada@reader.example"
MIRA = "mira@courier.example"


@pytest.fixture
def tokens(app, max_):
    """What lets one act as Ada, of whom a letter tells: to herself, and of all its kinds."""
    correction = a_correction(an_article(), "May 2025", "May 2026")
    accept(correction, accounts.by_email("max@courier.example"))
    grouping.compose_due(DUE)
    return {token_for(correction), addresses.token_of(addresses.key_of(ADA))}


def the_letter():
    db.session.rollback()
    return outbox.newest()[0]


def shown(app, role):
    """All that the outbox shows to a colleague of this role, its frame included."""
    accounts.add(MIRA, role=role, now=NOON)
    browser = Moderator(sign_in_as(app, MIRA))
    path = f"/outbox/{the_letter().id}"
    pages = [browser.get(one) for one in (path, f"{path}/html", "/outbox")]
    assert {page.status_code for page in pages} == {200}
    return unescape("".join(page.get_data(as_text=True) for page in pages))


@pytest.mark.parametrize("role", list(Role))
def test_no_token_is_shown_to_anyone(app, tokens, role):
    letter = the_letter()
    stored = letter.text + letter.html + "".join(outbox.headers(letter).values())
    assert all(token in stored for token in tokens)  # they do stand in it

    page = shown(app, role)

    assert not any(token in page for token in tokens)
    assert "/receipts/…" in page
    assert "List-Unsubscribe: <http://localhost/letters/…/stop>" in page


@pytest.mark.parametrize(
    ("role", "whole"), [(Role.MODERATOR, False), (Role.EDITOR, False), (Role.ADMIN, True)]
)
def test_the_whole_address_is_for_admins(app, tokens, role, whole):
    with write() as session:
        letter = session.get_one(Letter, the_letter().id)
        letter.error, letter.state = f"550 <{ADA}> is not known here", "dead"

    page = shown(app, role)

    assert (ADA in page) == whole
    assert "a***@reader.example" in page


def test_every_address_with_a_token_is_masked_whatever_route_it_is_of(app):
    paths = [
        rule.rule.replace("<token>", "9f-Secret_~token.1")
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
    ]
    text = " ".join(f'<a href="http://localhost{path}?a=1#b">' for path in paths)

    assert len(paths) > 8
    assert "Secret" not in without_tokens(text)
    assert without_tokens(text).count("…?a=1") + without_tokens(text).count("…/") == len(paths)


@pytest.mark.parametrize("path", ["/sign-in/forgotten", "/receipts", "/letters", "/sign-in"])
def test_what_is_no_token_stays(app, path):
    assert without_tokens(f"http://localhost{path} ") == f"http://localhost{path} "


@pytest.fixture
def dead(app):
    """A sign-in link's letter that was given up."""
    with write() as session:
        composed = writing.sign_in(MIRA, "Mira", "http://localhost/sign-in/very-secret")
        letter = outbox.enqueue(session, composed, NOON)
        letter.state, letter.error, letter.secret = "dead", "550 no", None
        return letter.id


def test_a_letter_whose_link_is_void_is_not_sent_again(app, moderator, dead):
    page = moderator.get(f"/outbox/{dead}").get_data(as_text=True)
    answer = moderator.post(f"/outbox/{dead}/retry", {})

    assert not re.search(r"Try again", page + moderator.get("/outbox").get_data(as_text=True))
    assert "Its link is not valid any more" in page
    assert answer.status_code == 422
    assert the_letter().state == "dead"
