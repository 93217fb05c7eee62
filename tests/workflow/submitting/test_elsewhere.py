"""The same words elsewhere become corrections of their own: found, bounded, none twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from corrections_app.domain import limits
from corrections_app.domain.errors import NotPermitted
from corrections_app.domain.proposal import Proposal
from corrections_app.domain.text.paragraphs import Context
from corrections_app.domain.warnings.house_rules import Rule
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Correction, FoundElsewhere, Owed, SetAside
from corrections_app.workflow import audit, tokens
from corrections_app.workflow.articles import reading, retiring
from corrections_app.workflow.deciding import decision
from corrections_app.workflow.house_rules import keeping
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import elsewhere, same_words, submission
from corrections_app.workflow.submitting.elsewhere import Made, Place
from corrections_app.workflow.transaction import Act
from tests.builders import NOON, a_correction, accept, an_article, reject

KYIV = Rule(0, "Kyiv", ("Kiev", "Kiew"), "It is the Ukrainian name.")


@pytest.fixture
def rule(app, mira):
    """The rule, and five articles, three of which break it."""
    kept = keeping.one(keeping.add(KYIV, by=mira, now=NOON))
    an_article("First", "From Kiev to KIEW, not Kievan.", "Kiev’s walls.", slug="first")
    an_article("Second", "In Kyiv, and once in kiev.", slug="second")
    an_article("Third", "Nothing here but Kyiv.", slug="third")
    an_article("Old", "Long ago in Kiev.", slug="old")
    retiring.retire("old", "A hoax.", Act(mira, None, NOON), confirmed=True)
    return kept


def named(found):
    return [(one.slug, one.exact, one.replacement) for one in found.places]


def press(swap, by, chosen=None):
    db.session.rollback()
    return elsewhere.make(swap, chosen, Act(by, None, NOON))


def every(table=Correction):
    db.session.rollback()
    return db.session.scalars(select(table).order_by(*table.__table__.primary_key)).all()


def text_of(slug):
    db.session.rollback()
    return reading.article_at(slug).current.text


def test_a_rule_finds_what_it_does_not_write_and_makes_cards_of_it_once(rule, max_, mira):
    swap = same_words.by_rule(rule)
    found = elsewhere.look(swap)

    assert named(found) == [
        ("second", "kiev", "Kyiv"),
        ("first", "Kiev", "Kyiv"),
        ("first", "KIEW", "KYIV"),
        ("first", "Kiev", "Kyiv"),
    ]
    assert (found.here, found.there, found.articles, found.are_more) == (0, 4, 2, False)
    assert press(swap, max_, {found.places[0].name, "9:1:0-4"}) == Made(made=1, moved=1)
    assert press(swap, max_) == Made(made=3)
    assert press(swap, max_) == press(swap, mira) == Made()
    assert elsewhere.look(swap).places == []
    cards = every()
    assert {one.status for one in cards} == {"pending"}
    assert {one.contact for one in cards} == {None}
    assert cards[0].explanation == "We write “Kyiv”, not “Kiev”. It is the Ukrainian name."
    assert [(one.by_id, one.rule_id, one.of_id) for one in every(FoundElsewhere)] == [
        (max_.id, rule.number, None)
    ] * 4
    assert every(SetAside) == every(Owed) == []
    sent = db.session.scalars(select(AuditEvent).filter_by(action="submit")).all()
    assert {one.by_id for one in sent} == {max_.id}
    assert list(audit.verify(db.session())) == []
    # Nothing was changed unseen, and a colleague decides.
    assert "Kiev" in text_of("first")
    with pytest.raises(NotPermitted, match="a colleague must decide"):
        accept(every()[1], max_)
    accept(every()[1], mira)
    assert text_of("first").startswith("First\n\nFrom Kyiv to KIEW")
    assert elsewhere.look(swap).places == []


def test_at_one_moment_two_colleagues_make_none_twice(rule, max_, mira):
    """What the second one saw was from before the first one's press."""
    swap = same_words.by_rule(rule)
    before = elsewhere.look(swap).places
    press(swap, max_)
    again = [elsewhere._send(swap, place, Act(mira, None, NOON)) for place in before]

    assert [one.is_replay for one in again] == [True] * 4
    assert len(every()) == len(every(FoundElsewhere)) == 4


def test_what_waits_was_turned_down_or_has_changed_is_left_out(rule, max_, mira):
    swap = same_words.by_rule(rule)
    second = reading.article_at("second")
    waiting = a_correction(second, "kiev", "Kyiv")
    assert named(elsewhere.look(swap))[0][0] == "first"
    reject(waiting, mira, reason="is_a_quotation")

    assert named(elsewhere.look(swap))[0][0] == "first"
    assert press(swap, max_) == Made(made=3)
    assert press(swap, max_) == Made()


@pytest.mark.parametrize("reason", ["is_a_quotation", "spam"])
def test_what_was_turned_down_does_not_hide_the_rest(rule, max_, mira, monkeypatch, reason):
    """Only so many are sent at once: those at the head of the list must not stay there."""
    swap = same_words.by_rule(rule)
    monkeypatch.setattr(elsewhere, "MOST_AT_ONCE", 2)
    assert press(swap, max_) == Made(made=2)
    for card in every():
        reject(card, mira, reason=reason)

    # Of two equal words of one article the other one is still to be looked at.
    assert [one.exact for one in elsewhere.look(swap).places] == ["KIEW", "Kiev"]
    assert press(swap, max_) == Made(made=2)


def test_so_many_at_once_and_half_of_the_room_is_left_for_readers(rule, max_, app, monkeypatch):
    swap = same_words.by_rule(rule)
    monkeypatch.setattr(elsewhere, "MOST_AT_ONCE", 2)
    app.config["LIMITS"], app.config["MOST_WAITING"] = "30/hour", 6

    assert press(swap, max_) == Made(made=2)
    assert press(swap, max_) == Made(made=1, full=True)
    assert a_correction(reading.article_at("third"), "Nothing", "Not much").status == "pending"


def test_an_article_with_half_its_room_taken_does_not_stop_the_others(rule, max_, app):
    an_article("Zero", "In Kiev.", slug="zero")
    app.config["LIMITS"], app.config["MOST_WAITING_PER_ARTICLE"] = "30/hour", 2

    assert press(same_words.by_rule(rule), max_) == Made(made=3, full=True)
    assert {one.article.slug for one in every()} == {"zero", "second", "first"}


def test_two_who_say_otherwise_why_make_none_twice(rule, max_, mira):
    """A rule was reworded between two presses, or two cards lead to the same words."""
    swap = same_words.by_rule(rule)
    before = elsewhere.look(swap).places
    press(swap, max_)
    told = Made()
    for place in before:
        elsewhere._try(swap, replace(place, why="It is."), Act(mira, None, NOON), told)

    assert told == Made(known=4)
    assert len(every()) == len(every(FoundElsewhere)) == 4


def test_the_same_words_of_a_correction_before_and_after_it_is_accepted(app, max_, mira):
    words = "The harbour wall was re-built in May."
    article = an_article("One", words, "It was re-built twice.", slug="one")
    an_article("Two", "Here too a wall was re-built, and not prere-built.", slug="two")
    an_article("Three", "Marlow and marlow", "Ada Marlov wrote it.", slug="three")
    sent = a_correction(article, "was re-built in", "was rebuilt in", kind="typo")
    name = a_correction(reading.article_at("three"), "Ada Marlov wrote it.", "Ada Marlow wrote it.")

    selected = same_words.of_correction(sent)
    assert (selected.old, selected.new, selected.rule) == (
        "was re-built in",
        "was rebuilt in",
        None,
    )
    assert elsewhere.look(selected).places == []
    short = a_correction(reading.article_at("two"), "was re-built", "was rebuilt", kind="typo")
    swap = same_words.of_correction(short)
    found = elsewhere.look(swap)
    assert named(found) == [("one", "was re-built", "was rebuilt")]  # of its two one waits
    accept(short, mira)
    db.session.rollback()
    after = same_words.of_correction(short, decision.standing_of(short))
    assert (after.old, after.new) == (swap.old, swap.new)
    assert press(after, max_) == Made(made=1)
    card = every()[-1]
    assert (card.kind, card.explanation) == ("typo", f"The same change as in {short.reference}.")
    assert every(FoundElsewhere)[0].of_id == short.id
    # Of a name the name alone is looked for, whatever was selected with it.
    alone = same_words.of_correction(name)
    assert (alone.old, alone.new) == ("Marlov", "Marlow")


@pytest.mark.parametrize(
    ("exact", "words"),
    [("a", "e"), ("12", "13"), ("grey", ""), ("grey", None)],
)
def test_too_little_is_the_same_error_nowhere(app, exact, words):
    article = an_article("One", "Near 12 o’clock it was a grey day", "and a day.", slug="one")
    where = article.current.text.index(exact if exact != "a" else " a ") + (exact == "a")
    place = {"start": where, "end": where + len(exact), "explanation": "It is not so."}
    sent = a_correction_at(article, exact, words, **place)

    assert same_words.of_correction(sent) is None


def a_correction_at(article, exact, words, **more):
    sent = Proposal(revision=article.head, exact=exact, replacement=words, **more)
    return tokens.by_token(submission.submit(article.slug, sent, key=None, now=NOON).token)


def test_who_follows_a_rule_leads_to_the_rest_of_what_it_does_not_write(rule, max_):
    sent = a_correction(reading.article_at("second"), "once in kiev", "once in Kyiv")

    swap = same_words.of_correction(sent)
    found = elsewhere.look(swap)

    assert swap.rule == rule
    assert (found.here, found.there, found.articles) == (0, 3, 1)
    assert press(swap, max_) == Made(made=3)
    assert {(one.of_id, one.rule_id) for one in every(FoundElsewhere)} == {(sent.id, rule.number)}
    assert db.session.scalar(select(func.count()).select_from(Owed)) == 1  # the reader's own


def test_what_is_counted_has_an_end(rule, monkeypatch):
    monkeypatch.setattr(elsewhere, "MOST_HIT", 3)
    found = elsewhere.look(same_words.by_rule(rule))
    assert (len(found.places), found.are_more) == (3, True)
    found = elsewhere.look(same_words.by_rule(rule), most=2)  # the newest that readers see
    assert ({one.slug for one in found.places}, found.are_more) == ({"second"}, True)
    old = same_words.of_correction(
        a_correction(reading.article_at("first"), "From Kiev", "From Kyiv")
    )
    found = elsewhere.look(old, most=1)  # and always the one that the words are from
    assert [one.slug for one in found.places] == ["first", "first"]


def test_whoever_left_meanwhile_sends_nothing(rule, max_):
    swap = same_words.by_rule(rule)
    accounts.disable(max_.email, now=NOON)

    with pytest.raises(NotPermitted):
        press(swap, max_)
    assert every() == []


def test_nobody_can_guess_the_key_by_which_a_card_is_sent_once(app):
    """Who sends the same words by the same key is given the receipt, and may withdraw by it."""
    about = ("kyiv", "Kyiv", "en", "ltr", 1, 0, 4, "Kiev", "Kyiv", "", Context("", "Kiev", ""))
    place = Place(1, *about)
    keys = set()
    for secret in ("one", "another"):
        app.config["SECRET_KEY"] = secret * 20
        keys |= {elsewhere._key(place), elsewhere._key(place)}

    assert len(keys) == 2
    assert all(len(key) <= limits.KEY for key in keys)
