"""How an article came to say what it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.workflow.articles import editing, history
from corrections_app.workflow.articles.reading import article_at
from corrections_app.workflow.revisions import revision_of
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, HARBOUR, NOON, SECOND, a_correction, accept, an_article

TEXT = "\n\n".join(HARBOUR)
WINDOW = timedelta(seconds=600)
TOLD = {"change_class": ChangeClass.CORRECTION, "notice": "It will cost five million pounds."}


def edit(typed: str, by: Any, base: int, **more: Any) -> None:
    act = Act(by, None, more.pop("now", NOON + base * SECOND))
    editing.edit("harbour-wall", typed, act, base=base, confirmed=CONFIRMED, **more)


def numbers(found: history.History) -> list[int]:
    return [entry.number for entry in found.items]


def test_the_newest_revision_stands_on_top_with_who_when_and_what(max_):
    an_article()
    edit(TEXT.replace("four", "five"), max_, 1, **TOLD)

    newest, first = history.revisions(article_at("harbour-wall")).items

    assert (newest.number, newest.origin, newest.by) == (2, "edit", "max")
    assert (newest.change_class, newest.notice) == ("correction", TOLD["notice"])
    assert newest.created_at == NOON + SECOND
    assert (first.number, first.origin, first.by) == (1, "import", None)


def test_a_long_history_goes_on_where_it_stopped(max_):
    an_article()
    for number in range(1, 6):
        edit(f"{TEXT} {number}", max_, number)
    article = article_at("harbour-wall")

    first = history.revisions(article, size=4)
    rest = history.revisions(article, after=str(first.next), size=4)

    assert numbers(first) + numbers(rest) == [6, 5, 4, 3, 2, 1]
    assert rest.next is None


def test_a_cursor_of_nonsense_begins_at_the_top(max_):
    an_article()
    article = article_at("harbour-wall")

    for nonsense in ("x", "-1", "٣", "9" * 40, ""):
        assert numbers(history.revisions(article, after=nonsense)) == [1]


def test_any_two_revisions_can_be_compared_in_both_directions(max_):
    an_article()
    edit(TEXT.replace("four", "five"), max_, 1)
    edit(TEXT.replace("four", "six"), max_, 2)
    bodies = [revision_of(article_at("harbour-wall"), n).blocks for n in (1, 3)]

    for old, new, went, came in [(*bodies, "four", "six"), (*bodies[::-1], "six", "four")]:
        rows = history.between(old, new)
        assert [row.state for row in rows] == ["same", "edited", "same"]
        pieces = {piece.kind: piece.text for piece in rows[1].pieces}
        assert (pieces["removed"], pieces["added"]) == (went, came)
        assert [row.count for row in rows] == [2, 1, 1]


def test_readers_are_told_of_every_change_but_silent_ones(max_):
    an_article()
    edit(TEXT.replace("four", "five"), max_, 1, **TOLD)
    edit(TEXT.replace("the the", "the"), max_, 2)

    told = history.notices(article_at("harbour-wall"), NOON + 9 * SECOND)

    assert [notice.words for notice in told.items] == [TOLD["notice"]]


def test_readers_are_not_told_of_a_decision_while_it_can_be_undone(max_):
    correction = a_correction(an_article(), "four million", "five million", kind="fact")
    accept(correction, max_, **TOLD)
    article = article_at("harbour-wall")

    assert history.notices(article, NOON + WINDOW - SECOND).items == []
    assert [one.revision for one in history.notices(article, NOON + WINDOW).items] == [2]


def test_the_histories_of_two_articles_do_not_mix(max_):
    an_article()
    other = an_article("Another story", "About the four seasons.", slug="other")
    edit(TEXT.replace("four", "five"), max_, 1, **TOLD)

    assert numbers(history.revisions(other)) == [1]
    assert history.notices(other, NOON + WINDOW).items == []
