"""A house rule from the reader's question to the letter, and from one card to its like."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import Correction, Letter, ReasonWording
from corrections_app.workflow.articles import reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.house_rules import keeping
from corrections_app.workflow.letters import grouping
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import elsewhere
from tests.builders import a_correction, an_article, reject
from tests.web.conftest import JSON, YES, Moderator, sign_in_as, text_of
from tests.web.plain import fields_of
from tests.web.reader.test_questions import OURS, form_for, send, typed_in

WHY = "It is the Ukrainian name, and the city’s own."
SAID = f"We write “Kyiv”, not “Kiev”. {WHY}"
TEXT = ("The harbour wall", "A ship from Kyiv came in.", "Another ship left Kiev in May.")


@pytest.fixture
def browser(app):
    return app.test_client()


@pytest.fixture
def article(app, editor):
    rule = Rule(0, "Kyiv", ("Kiev", "Kiew"), WHY, link="https://example.org/kyiv?a=1&b=2")
    keeping.add(rule, by=accounts.by_email("mira@courier.example"), now=now())
    return an_article(*TEXT)


def stored():
    db.session.rollback()
    return db.session.scalars(select(Correction).order_by(Correction.id)).all()


def form_with(page, act):
    """The fields of the card's form whose button carries this act."""
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    return fields_of(next(form for form in forms if f'data-act="{act}"' in form))


def letters():
    db.session.rollback()
    grouping.compose_due(now() + timedelta(minutes=11))
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def test_a_reader_is_asked_once_sends_anyway_and_is_told_why_it_stays(browser, article, moderator):
    fields = form_for(browser, article, "ship from Kyiv")
    typed = {"replacement": "ship from Kiev", "email": "ada@reader.example"}

    asked = send(browser, fields, **typed)
    page = text_of(asked)

    assert asked.status_code == 409
    assert stored() == []
    assert "Our style is “<bdi>Kyiv</bdi>”, not “<bdi>Kiev</bdi>”." in page
    assert WHY in page
    assert 'href="https://example.org/kyiv?a=1&amp;b=2"' in page
    assert "Send it anyway?" in page
    assert send(browser, typed_in(page)).status_code == 303
    [sent] = stored()
    assert sent.replacement == "ship from Kiev"

    where = f"/queue/{sent.id}"
    card = text_of(moderator.get(where))
    assert "against a house rule" in card
    assert " data-flagged" in card  # one key does not accept it by a slip
    assert "elsewhere" not in card  # nobody spreads what we do not write
    rejection = form_with(card, "reject_by_rule")
    assert (rejection["reason"], rejection["note"]) == (
        "house_style",
        f"{SAID} https://example.org/kyiv?a=1&b=2",
    )
    decided = moderator.post(f"{where}/decision", rejection | {"action": "reject"})
    assert decided.status_code == 303
    [letter] = letters()
    assert letter.recipient == "ada@reader.example"
    plain = " ".join(letter.text.split())
    assert SAID in plain
    assert db.session.get_one(ReasonWording, "house_style").sentence in plain
    assert SAID in " ".join(unescape(letter.html).split())

    again = send(browser, form_for(browser, article, "ship from Kyiv"), **typed)
    assert "Our style is" in text_of(again)
    known = typed_in(text_of(again))
    assert send(browser, known).status_code == 303  # the earlier ruling said the same


def test_words_of_ones_own_go_into_the_ready_rejection(browser, article, moderator):
    fields = form_for(browser, article, "Kyiv")
    send(browser, typed_in(text_of(send(browser, fields, replacement="Kiew"))))
    [sent] = stored()
    where = f"/queue/{sent.id}"
    ready = form_with(text_of(moderator.get(where)), "reject_by_rule")

    stale = moderator.post(
        f"{where}/decision", ready | {"action": "reject", "seen": 7, "note": "As I said."}
    )

    assert stale.status_code == 409
    assert form_with(text_of(stale), "reject_by_rule")["note"] == "As I said."


@pytest.mark.parametrize(
    ("words", "replacement", "is_asked"),
    [
        ("Kyiv", "Kiev", True),
        ("from Kyiv came", "from KIEW came", True),
        ("Kyiv", "Lviv", False),
        ("Kiev in May", "Kyiv in May", False),
        ("left Kiev in May", "left Kiev in June", False),
        ("ship from", "Kiev ship from", False),  # nothing of ours goes for it
        ("Kyiv", "Kievan Rus", False),
        ("Kyiv", "K" * 3_000, False),
    ],
)
def test_only_who_puts_another_form_in_place_of_ours_is_asked(
    browser, article, words, replacement, is_asked
):
    answer = send(browser, form_for(browser, article, words), replacement=replacement)

    assert answer.status_code == (409 if is_asked else 303)


def test_a_form_longer_than_what_is_kept_around_the_words_is_asked_about(browser, editor):
    council = "the Supreme Council of Ukraine in the capital city of {}"
    rule = Rule(0, council.format("Kyiv"), (council.format("Kiev"),), WHY)
    keeping.add(rule, by=accounts.by_email("mira@courier.example"), now=now())
    article = an_article("Talks", f"In {rule.preferred} they met.")

    assert send(browser, form_for(browser, article, "Kyiv"), replacement="Kiev").status_code == 409


def test_a_program_is_asked_where_it_says_that_it_can_ask(browser, article):
    start = article.current.text.index("Kyiv")
    sent = {"revision": 1, "start": start, "end": start + 4, "replacement": "Kiev"}
    path = "/articles/harbour-wall/corrections"
    headers = {"Sec-Fetch-Site": "same-origin"} | JSON

    asked = browser.post(path, json=sent | {"ask": "user"}, headers=headers)

    assert asked.status_code == 409
    assert asked.json["error"] == "asked"
    assert asked.json["message"].startswith(SAID)
    assert asked.json["rules"] == [{"preferred": "Kyiv", "form": "Kiev", "reason": WHY}]
    known = {"ask": "user", "known": asked.json["question"]}
    assert browser.post(path, json=sent | known, headers=headers).status_code == 201
    assert browser.post(path, json=sent, headers=headers).status_code == 201


def test_the_question_stays_where_the_rule_was_asked_before_the_same_change(
    browser, article, max_, moderator
):
    """Whoever was asked about the rule is still told that the same change waits."""
    first = a_correction(article, "from Kyiv", "from Kiev")
    fields = form_for(browser, article, "from Kyiv")

    asked = text_of(send(browser, fields, replacement="from Kiev"))
    then = text_of(send(browser, typed_in(asked)))

    assert "Our style is" in asked
    assert "Someone has already suggested this." in then
    assert send(browser, typed_in(then)).status_code == 303
    reject(first, max_, reason="house_style")


def test_from_one_accepted_card_to_its_like_in_another_article(browser, article, moderator, app):
    an_article("The quay", "Boats lie at the quay.", "They come from KIEV.", slug="quay")
    sent = a_correction(article, "left Kiev", "left Kyiv")
    where = f"/queue/{sent.id}"
    card = text_of(moderator.get(where))
    assert "Follows a house rule." in card
    assert SAID in card
    assert "The same words elsewhere: 1 (this article: 0; other articles: 1)." in card

    decided = moderator.post_json(
        f"{where}/decision", {"action": "accept", "seen": 1, "revision": 1} | YES
    )
    assert decided.status_code == 200
    after = text_of(moderator.get(where))
    assert f'href="{where}/elsewhere"' in after
    page = text_of(moderator.get(f"{where}/elsewhere"))
    made = moderator.post(f"{where}/elsewhere", form_fields(page))
    assert made.status_code == 303
    told = text_of(moderator.get(made.location))
    assert "1 card was made." in told
    assert "These words are nowhere else" in told
    again = moderator.post(f"{where}/elsewhere", form_fields(page))
    assert "No card was made." in text_of(moderator.get(again.location))

    _, like = stored()
    assert (like.exact, like.replacement, like.status) == ("KIEV", "KYIV", "pending")
    vote = {"action": "accept", "seen": 1, "revision": 1} | YES
    own = moderator.post_json(f"/queue/{like.id}/decision", vote)
    assert own.status_code == 403
    colleague = Moderator(sign_in_as(app, "mira@courier.example"))
    assert colleague.post_json(f"/queue/{like.id}/decision", vote).status_code == 200
    db.session.rollback()
    assert "They come from KYIV." in reading.article_at("quay").current.text
    assert [letter.recipient for letter in letters()] == ["ada@reader.example"]


def form_fields(page):
    """What a browser sends of the form of places, all of them ticked."""
    form = next(
        one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="place"' in one
    )
    places = re.findall(r'name="place" value="([^"]+)" checked', form)
    return {"listed": fields_of(form)["listed"], "place": places}


def test_a_card_counts_among_the_newest_and_never_says_nowhere_of_the_rest(
    article, moderator, monkeypatch
):
    monkeypatch.setattr(elsewhere, "ON_A_CARD", 1)
    sent = a_correction(article, "Kiev in May", "Kyiv in May")
    an_article("Quay", "They come from KIEV.", slug="quay")
    an_article("Newest", "Nothing of it.", slug="newest")

    page = text_of(moderator.get(f"/queue/{sent.id}"))

    assert "Look for the same words in all articles" in page
    assert "nowhere else" not in page
    assert "KIEV" in text_of(moderator.get(f"/queue/{sent.id}/elsewhere"))


def test_the_ready_rejection_of_long_rules_is_no_longer_than_a_note(browser, editor, moderator):
    by = accounts.by_email("mira@courier.example")
    for preferred, form in (("Kyiv", "Kiev"), ("Lviv", "Lvov")):
        link = f"https://example.org/{'l' * 470}"
        keeping.add(Rule(0, preferred, (form,), "r" * 500, link=link), by=by, now=now())
    article = an_article("Talks", "In Kyiv and Lviv they met.")
    typed = {"replacement": "Kiev and Lvov"}
    send(
        browser,
        typed_in(text_of(send(browser, form_for(browser, article, "Kyiv and Lviv"), **typed))),
    )
    where = f"/queue/{stored()[0].id}"

    ready = form_with(text_of(moderator.get(where)), "reject_by_rule")

    assert ready["note"].startswith("We write “Kyiv”")
    assert moderator.post(f"{where}/decision", ready | {"action": "reject"}).status_code == 303


def test_strangers_and_the_embedded_form_get_the_same_question(browser, article):
    """The frame on other pages and the dialog show the very page that is answered here."""
    fields = form_for(browser, article, "Kyiv") | {"replacement": "Kiev"}

    answer = browser.post(
        "/articles/harbour-wall/corrections",
        data=fields,
        headers=OURS | {"Sec-Fetch-Dest": "empty"},
    )

    page = text_of(answer)
    assert answer.status_code == 409
    assert "Set-Cookie" not in answer.headers
    assert 'class="question" role="group"' in page
    assert "Send anyway" in page
