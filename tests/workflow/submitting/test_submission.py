"""A reader sends a correction."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from corrections_app.domain import errors, limits
from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Contact, Correction, IdempotencyKey
from corrections_app.workflow import tokens
from corrections_app.workflow.submitting import submission
from tests.builders import HARBOUR, NOON, a_correction, a_proposal, accept, an_article


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_what_was_selected_and_typed_is_stored_for_ever(app):
    article = an_article()

    stored = a_correction(article, "four million", "5 million", explanation="See the minutes.")

    assert stored.article.current.text[stored.start : stored.end] == "four million"
    assert (stored.exact, stored.replacement) == ("four million", "5 million")
    assert stored.prefix.endswith("cost about ")
    assert stored.suffix.startswith(" pounds.")
    assert (stored.status, stored.version, stored.base_revision) == ("pending", 1, 1)


def test_a_selection_loses_the_blanks_at_its_ends(app):
    stored = a_correction(an_article(), " harbour wall. ".rstrip() + "\n\n", "harbour walls.")

    assert stored.exact == "harbour wall."


def test_the_address_is_kept_apart(app):
    stored = a_correction(an_article(), email="Ada@READER.example", name="Ada", credit=True)

    contact = db.session.get_one(Contact, stored.id)

    assert (contact.email, contact.name, contact.credit) == ("Ada@reader.example", "Ada", True)


def test_without_an_address_nobody_is_kept(app):
    a_correction(an_article(), email="")

    assert count(Contact) == 0


def test_the_same_key_and_words_are_one_correction(app):
    article = an_article()
    sent = a_proposal(article, "the the", "the")

    first = submission.submit(article.slug, sent, key="k1", now=NOON)
    again = submission.submit(article.slug, sent, key="k1", now=NOON)

    assert again.token == first.token
    assert again.is_replay
    assert count(Correction) == 1


def test_the_same_key_with_other_words_is_refused(app):
    article = an_article()
    submission.submit(article.slug, a_proposal(article, "the the", "the"), key="k1", now=NOON)

    with pytest.raises(errors.BadKey):
        submission.submit(article.slug, a_proposal(article, "the the", "a"), key="k1", now=NOON)

    assert count(Correction) == 1


REFUSED = {
    "words that do not stand there": (
        {"start": 3, "end": 6, "exact": "xyz", "replacement": "abc"},
        errors.NotFoundInText,
    ),
    "a place past the end": (
        {"start": 10, "end": 99_999, "replacement": "a"},
        errors.NotFoundInText,
    ),
    "a negative place": ({"start": -3, "end": 5, "replacement": "a"}, errors.NotFoundInText),
    "an empty place": (
        {"start": 5, "end": 5, "exact": "wall", "replacement": "a"},
        errors.NotFoundInText,
    ),
    "words that are nowhere": ({"exact": "lighthouse", "replacement": "a"}, errors.NotFoundInText),
    "words that are everywhere": (
        {"exact": "harbour wall", "replacement": "quay"},
        errors.Ambiguous,
    ),
    "the same words": ({"exact": "four million", "replacement": "four million"}, errors.NoChange),
    "nothing at all": ({}, errors.NoChange),
    "a remark without words": ({"exact": "four million"}, errors.NoChange),
    "new words for nothing": ({"replacement": "quay"}, errors.Invalid),
    "a long replacement": (
        {"exact": "four", "replacement": "a" * (limits.REPLACEMENT + 1)},
        errors.TooLong,
    ),
    "a long explanation": ({"explanation": "a" * (limits.EXPLANATION + 1)}, errors.TooLong),
    "a long name": ({"explanation": "a", "name": "a" * (limits.NAME + 1)}, errors.TooLong),
    "an unknown kind": ({"explanation": "a", "kind": "rant"}, errors.Invalid),
    "a source that runs": (
        {"explanation": "a", "source_url": "javascript:alert(1)"},
        errors.Invalid,
    ),
    "a source with a break": (
        {"explanation": "a", "source_url": "https://a.example/\nBcc:"},
        errors.Invalid,
    ),
    "half an address": ({"explanation": "a", "email": "ada@"}, errors.Invalid),
    "two addresses": ({"explanation": "a", "email": "a@b.example,c@d.example"}, errors.Invalid),
    "an address with a break": (
        {"explanation": "a", "email": "a@b.example\nBcc: c@d.example"},
        errors.Invalid,
    ),
    "an address no server takes": (
        {"explanation": "a", "email": "jürgen@b.example"},
        errors.Invalid,
    ),
    "an unknown version": ({"revision": 7, "explanation": "a"}, errors.Invalid),
}


@pytest.mark.parametrize(("fields", "refusal"), REFUSED.values(), ids=REFUSED)
def test_it_refuses_and_stores_nothing(app, fields, refusal):
    article = an_article()

    with pytest.raises(refusal):
        submission.submit(article.slug, Proposal(**fields), key="k", now=NOON)

    assert count(Correction) == count(Contact) == count(IdempotencyKey) == 0


def test_typed_words_are_found_where_they_stand_once(app):
    article = an_article()

    sent = submission.submit(
        article.slug, Proposal(exact="May 2025", replacement="May 2026"), key=None, now=NOON
    )

    stored = tokens.by_token(sent.token)
    assert article.current.text[stored.start : stored.end] == "May 2025"


def test_an_empty_replacement_is_a_deletion(app):
    stored = a_correction(an_article(), "about ", "")

    assert stored.replacement == ""
    assert not stored.is_remark


def test_unchanged_words_with_an_explanation_are_a_remark(app):
    stored = a_correction(an_article(), "four million", "four million", explanation="Really?")

    assert stored.is_remark
    assert stored.exact == "four million"


def test_a_remark_can_be_on_the_whole_article(app):
    article = an_article()

    sent = submission.submit(
        article.slug, Proposal(explanation="Nobody asked the fishermen."), key=None, now=NOON
    )

    stored = tokens.by_token(sent.token)
    assert (stored.start, stored.exact, stored.placement) == (None, None, None)


def test_an_unknown_article_is_said_to_be_unknown(app):
    with pytest.raises(errors.NotFound):
        submission.submit("nowhere", Proposal(explanation="a"), key=None, now=NOON)


def test_a_receipt_opens_only_with_its_whole_token(app):
    token = tokens.token_for(a_correction(an_article()))

    assert tokens.by_token(token).exact == "the the"
    for forged in (
        token[:-1],
        token + "A",
        token.upper(),
        "1-",
        "",
        "é",
        "1-é",
        token.replace("1", "2", 1),
    ):
        with pytest.raises(errors.NotFound):
            tokens.by_token(forged)


def test_a_reference_is_short_and_easy_to_say(app):
    reference = a_correction(an_article()).reference

    assert len(reference) == 9
    assert not set(reference) & set("ILOU")


def test_each_submission_is_in_the_audit(app):
    stored = a_correction(an_article())

    event = db.session.scalars(select(AuditEvent).filter_by(action="submit")).one()

    assert event.correction_id == stored.id
    assert "ada@reader.example" not in str(event.data)


def test_a_replay_is_answered_even_when_the_words_are_gone(app, max_):
    an_article()
    sent = Proposal(exact="May 2025", replacement="May 2026")
    first = submission.submit("harbour-wall", sent, key="k", now=NOON)
    accept(tokens.by_token(first.token), max_)

    again = submission.submit("harbour-wall", sent, key="k", now=NOON)

    assert (again.token, again.is_replay) == (first.token, True)


def test_what_is_sent_from_an_older_page_finds_its_place_over_our_own_changes(app, max_):
    article = an_article()
    accept(a_correction(article), max_)
    start = "\n\n".join(HARBOUR).index("May 2025")
    sent = Proposal(revision=1, start=start, end=start + 8, replacement="May 2026")

    receipt = submission.submit(article.slug, sent, key=None, now=NOON)

    placed = tokens.by_token(receipt.token).placement
    assert (placed.revision, placed.start, placed.fit) == (2, start - len("the "), "clean")
