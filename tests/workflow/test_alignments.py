"""What was compared for one stranger is kept for the next, and they take turns."""

from __future__ import annotations

import pytest

from corrections_app.domain.alignment import Alignment
from corrections_app.domain.errors import TooMany
from corrections_app.workflow import alignments, importing
from tests.builders import HARBOUR, NOON, SECOND, a_correction, accept, an_article, document

TEXTS = ("The cat sat on the mat.", "The cat sat on a mat.")
FORM = "/articles/harbour-wall/corrections/new?revision=1&start={}&end={}"


@pytest.fixture
def made(monkeypatch):
    """The pairs of texts that were compared, none of them known before."""
    found = []

    def counted(old, new):
        found.append((old, new))
        return Alignment(old, new)

    monkeypatch.setattr(alignments, "_kept", alignments.Kept())
    monkeypatch.setattr(alignments, "Alignment", counted)
    return found


@pytest.fixture
def imported_again(app):
    """The text of a first revision after which the article was imported twice."""
    text = an_article().current.text
    for n in range(2):
        changed = [*HARBOUR[:3], HARBOUR[3].replace("thirty", f"thirty-{n}")]
        importing.bring_in(document(*changed), slug="harbour-wall", now=NOON + SECOND * n)
    return text


def form_for(text, words):
    start = text.index(words)
    return FORM.format(start, start + len(words))


def test_the_same_two_revisions_are_compared_once(app, imported_again, made):
    browser = app.test_client()

    pages = [browser.get(form_for(imported_again, w)) for w in ("four", "May", "four", "council")]

    assert [page.status_code for page in pages] == [200] * 4
    assert len(made) == 1


def test_what_is_sent_from_an_old_page_is_not_compared_again(app, imported_again, made):
    browser = app.test_client()
    start = imported_again.index("four")
    fields = {"revision": 1, "start": start, "end": start + 4, "exact": "four", "ask": "1"}
    browser.get(form_for(imported_again, "four"))

    answer = browser.post(
        "/articles/harbour-wall/corrections", data=fields | {"replacement": "five"}
    )

    assert answer.status_code == 303
    assert len(made) == 1


@pytest.fixture
def taken(monkeypatch):
    """Somebody else's comparison is being made."""
    monkeypatch.setattr(alignments, "PATIENCE", 0.01)
    with alignments._turn:
        yield


def test_strangers_take_turns_and_are_told_when_to_come_again(app, imported_again, made, taken):
    browser = app.test_client()
    start = imported_again.index("four")
    fields = {"revision": 1, "start": start, "end": start + 4, "exact": "four", "ask": "1"}

    opened = browser.get(form_for(imported_again, "four"))
    sent = browser.post("/articles/harbour-wall/corrections", data=fields | {"replacement": "five"})

    for answer in (opened, sent):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
        assert "Try again in a few seconds." in answer.get_data(as_text=True)
    assert "five</textarea>" in sent.get_data(as_text=True)
    assert made == []


def test_nobody_else_waits_for_strangers(app, made, taken, max_):
    correction = a_correction(an_article(), "four million", "five million")
    importing.bring_in(document(*HARBOUR, "One more."), slug="harbour-wall", now=NOON)

    assert accept(correction, max_).revision == 3
    alignments.between(1, 1, 2, *TEXTS)
    with pytest.raises(TooMany), alignments.for_strangers():
        alignments.between(1, 2, 3, *TEXTS)


def test_what_was_asked_for_longest_ago_goes_first(app):
    one = Alignment(*TEXTS)
    kept = alignments.Kept(room=3 * alignments.size(one))
    for number in range(3):
        kept.keep((1, number, 9), Alignment(*TEXTS))
    assert kept.get((1, 0, 9), *TEXTS)

    kept.keep((1, 3, 9), Alignment(*TEXTS))
    kept.keep((1, 3, 9), Alignment(*TEXTS))

    assert [bool(kept.get((1, n, 9), *TEXTS)) for n in range(4)] == [True, False, True, True]
    assert kept.taken == len(kept) * alignments.size(one) <= kept.room


def test_other_texts_under_the_same_numbers_are_compared_anew(app, made):
    first = alignments.between(1, 1, 2, *TEXTS)
    other = alignments.between(1, 1, 2, TEXTS[0], "A restored backup says this.")

    assert other.new != first.new
    assert len(made) == 2
