"""Reports are read in every shape that mail servers send, and garbage hurts nobody."""

from __future__ import annotations

import random

import pytest

from corrections_app.domain.bounces.refusals import Cause, cause_of
from corrections_app.domain.bounces.reports import LARGEST, read
from corrections_app.domain.bounces.source import Source, source_of
from tests.domain.bounces import samples
from tests.domain.bounces.samples import BACK, GARBAGE, WHOM


@pytest.mark.parametrize(
    ("name", "action", "cause"),
    [
        ("POSTFIX", "failed", Cause.NO_MAILBOX),
        ("POSTFIX_DELAYED", "delayed", Cause.FOR_NOW),
        ("POSTFIX_EXPIRED", "failed", Cause.FOR_NOW),
        ("EXIM", "failed", Cause.NO_MAILBOX),
        ("EXIM_OLD", "failed", Cause.NO_MAILBOX),
        ("GMAIL", "failed", Cause.NO_MAILBOX),
        ("EXCHANGE", "failed", Cause.NO_MAILBOX),
        ("OUTLOOK_BLOCKED", "failed", Cause.POLICY),
        ("FULL", "failed", Cause.OTHER),
        ("GLOBAL", "failed", Cause.NO_MAILBOX),
        ("QMAIL", "failed", Cause.NO_MAILBOX),
        ("DELIVERED", "relayed", Cause.OTHER),
    ],
)
def test_a_report_says_what_became_of_which_letter(name, action, cause):
    raw = getattr(samples, name)

    for sent in (raw, raw.replace(b"\n", b"\r\n")):
        report = read(sent)
        [outcome] = report.outcomes
        assert BACK in report.to
        assert outcome.action == action
        assert set(outcome.recipients) <= {WHOM}
        assert outcome.recipients or name == "QMAIL"
        assert cause_of(outcome.status, outcome.words) == cause


@pytest.mark.parametrize("raw", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_no_report_or_a_small_one(raw):
    report = read(raw)

    assert report is None or len(report.outcomes) <= 50
    assert report is None or all(len(one.words) <= 4_000 for one in report.outcomes)


def test_an_automatic_answer_of_a_person_is_no_report():
    assert read(samples.VACATION) is None


def test_no_change_of_a_byte_makes_it_raise():
    draw = random.Random(7)
    for raw in (samples.POSTFIX, samples.EXIM_OLD, samples.GLOBAL):
        for _ in range(300):
            place = draw.randrange(len(raw))
            read(raw[:place] + draw.randbytes(draw.randrange(4)) + raw[place + draw.randrange(9) :])


def test_what_stands_beyond_the_limit_is_not_read():
    letter = b"X-Padding: " + b"x" * LARGEST + b"\n" + samples.POSTFIX

    assert read(letter) is None


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        ("5.1.1", "", Cause.NO_MAILBOX),
        ("5.1.2", "", Cause.NO_MAILBOX),
        ("5.1.10", "", Cause.NO_MAILBOX),
        ("5.2.1", "", Cause.NO_MAILBOX),
        ("", "550 5.1.1 <spam@blocked.example> user unknown", Cause.NO_MAILBOX),
        ("5.0.0", "550-5.1.1 gone", Cause.NO_MAILBOX),
        ("5.0.0", "550 User unknown", Cause.NO_MAILBOX),
        ("", "550 no such user here", Cause.NO_MAILBOX),
        ("", "550 no", Cause.OTHER),
        ("", "550 mailbox unavailable", Cause.OTHER),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", Cause.OTHER),
        ("5.2.2", "over quota", Cause.OTHER),
        ("5.1.1", "blocked by our reputation service", Cause.POLICY),
        ("5.1.1", "user unknown; see our spam rules", Cause.NO_MAILBOX),
        ("5.1.8", "sender's domain does not exist", Cause.POLICY),
        ("5.7.26", "unauthenticated", Cause.POLICY),
        ("", "554 5.7.1 relay access denied", Cause.POLICY),
        ("", "554 Your IP is listed at zen.spamhaus.org", Cause.POLICY),
        ("5.0.0", "550 SPF check failed", Cause.POLICY),
        ("4.7.0", "try again", Cause.FOR_NOW),
        ("4.2.2", "full", Cause.FOR_NOW),
        ("", "[192.5.1.1] said 550 no", Cause.OTHER),
        ("", "host 5.1.1.7 said 550 no", Cause.OTHER),
        ("5.999999.1", "x" * 100_000, Cause.OTHER),
    ],
)
def test_what_a_refusal_means(status, words, cause):
    assert cause_of(status, words) == cause


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("maildir:/var/mail/bounces", Source("/var/mail/bounces")),
        ("imaps://desk:p%40ss@mail.example", Source("INBOX", "mail.example", 993, "desk", "p@ss")),
        ("imaps://d%40x:p@[::1]:9/Back/In", Source("Back/In", "::1", 9, "d@x", "p")),
    ],
)
def test_one_address_says_where_reports_are(url, source):
    assert source_of(url) == source


@pytest.mark.parametrize(
    "url",
    [
        *("", "maildir:relative", "imap://a:b@mail.example/", "imaps://mail.example/"),
        *("imaps://a:b@/x", "imaps://a:b@mail.example:x/", "https://a:b@x/"),
        "imaps://a:b%0d%0a@mail.example/",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(url):
    with pytest.raises(ValueError, match="maildir:/path or imaps:"):
        source_of(url)
