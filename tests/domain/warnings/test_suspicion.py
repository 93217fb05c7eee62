"""Signs of spam: a table of what is sent, what is found of it, and whether it is enough."""

from __future__ import annotations

import pytest

from corrections_app.domain.ordering import Record
from corrections_app.domain.warnings.suspicion import (
    PRINTS,
    SET_ASIDE_FROM,
    WEIGHTS,
    Sent,
    Sign,
    are_nearly_the_same,
    is_set_aside,
    prints,
    signs,
)

OFFER = "Cheap watches and handbags for everyone, order today and pay only half of it"


def sent(words="the", **more):
    return Sent(stood=more.pop("stood", "the the"), words=words, **more)


@pytest.mark.parametrize(
    ("one", "found", "enough"),
    [
        (sent(), (), False),
        (sent(trapped=True), (Sign.HIDDEN_FIELD,), True),
        (sent(seconds=1.9), (Sign.TOO_FAST,), False),
        (sent(seconds=2.0), (), False),
        (sent(seconds=None), (), False),
        (sent(seconds=86_400.0), (), False),
        (sent(elsewhere=2), (), False),
        (sent(elsewhere=3), (Sign.REPEATED,), False),
        (sent(elsewhere=19, seconds=0.1), (Sign.TOO_FAST, Sign.REPEATED), True),
        (sent(elsewhere=20), (Sign.EVERYWHERE,), True),
        (sent(why="See https://www.example.com/a and tell us."), (Sign.LINK,), False),
        (sent(why="a.com b.net c.org"), (Sign.LINK, Sign.LINKS), True),
        (sent("buy at www.example.com"), (Sign.LINK_IN_WORDS,), False),
        (sent("buy at http://a.example", seconds=1.0), (Sign.TOO_FAST, Sign.LINK_IN_WORDS), True),
        (sent("buy at a.com", why="http://a.com"), (Sign.LINK_IN_WORDS, Sign.LINK), True),
        (sent("on www.a.com", stood="at www.b.com"), (), False),
        (sent("in Київ", article="in Kiev"), (Sign.SCRIPTS,), False),
        (sent("in Київ", article="Київ is the capital"), (), False),
        (sent("p\u0430ypal", article="paypal and Россия"), (Sign.SCRIPTS,), False),
        (sent("é", article="e"), (), False),
        (sent(spam_of_mailbox=1), (), False),
        (sent(spam_of_mailbox=2), (Sign.SPAM_FROM_MAILBOX,), False),
        (sent(spam_of_mailbox=2, why="www.a.b"), (Sign.LINK, Sign.SPAM_FROM_MAILBOX), True),
        (sent(spam_of_network=2), (Sign.SPAM_FROM_NETWORK,), False),
        (sent(spam_of_network=2, why="www.a.b"), (Sign.LINK, Sign.SPAM_FROM_NETWORK), True),
    ],
)
def test_what_is_found_and_whether_it_is_enough(one, found, enough):
    assert signs(one) == found
    assert is_set_aside(found) is enough


@pytest.mark.parametrize(
    ("found", "record", "enough"),
    [
        ((Sign.EVERYWHERE,), Record(3, 0), False),
        ((Sign.EVERYWHERE,), Record(2, 0), True),
        ((Sign.EVERYWHERE,), Record(5, 5), True),
        ((Sign.HIDDEN_FIELD,), Record(100, 0), True),
        ((), Record(0, 100), False),
    ],
)
def test_a_good_record_speaks_for_a_sender_but_not_against_everything(found, record, enough):
    assert is_set_aside(found, record) is enough


def test_every_sign_weighs_something_and_only_what_no_reader_does_is_enough_alone():
    assert set(WEIGHTS) == set(Sign)
    alone = {sign for sign, weight in WEIGHTS.items() if weight >= SET_ASIDE_FROM}
    assert alone == {Sign.HIDDEN_FIELD, Sign.EVERYWHERE}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (OFFER, True),
        (OFFER.upper() + "!!! 12345", True),
        (OFFER.replace(" ", "  ").replace(",", " —"), True),
        (f"Hello reader xkqzw {OFFER} zzkwq", True),
        (OFFER.replace("watches", "shoes"), True),
        ("The council voted on Tuesday to rebuild the harbour wall of the town", False),
    ],
)
def test_nearly_the_same_words_share_most_of_their_prints(other, same):
    mine, theirs = prints(OFFER), prints(other)

    shared = len(set(mine) & set(theirs))

    assert are_nearly_the_same(shared, len(theirs)) is same


def test_a_spelling_has_no_prints_since_readers_correct_one_everywhere():
    assert prints("Kyiv") == () == prints("of Kyiv", "")


def test_prints_are_few_and_fit_into_a_column_however_long_the_text():
    found = prints(" ".join(f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(3_000)))

    assert len(found) == PRINTS
    assert all(0 <= one < 2**63 for one in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a-" * 5_000, ()),
        ("www. " * 2_000, (Sign.LINK_IN_WORDS, Sign.LINKS)),
        ("http://" * 1_400, (Sign.LINK_IN_WORDS,)),
        ("p\u0430y " * 2_500, (Sign.SCRIPTS,)),
        ("." * 9_990, ()),
    ],
)
def test_hostile_texts_are_looked_at_too(text, found):
    assert signs(Sent(stood="", words=text, article="pay")) == found
    assert len(prints(text)) <= PRINTS
