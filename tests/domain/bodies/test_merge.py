"""What a source changed and what was changed here, put together."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corrections_app.domain.bodies.merge import Meeting, merge
from corrections_app.domain.bodies.patch import patch
from corrections_app.domain.patching import changes, merged
from corrections_app.domain.text.body import (
    Aside,
    Block,
    Body,
    Mark,
    canonical_text,
    is_canonical,
    text_blocks,
)
from corrections_app.domain.text.edits import Edit
from tests.domain.body_strategies import bodies

FOX = "The quik fox runs over the ice of the old harbour."
TIDE = "At low tide the old boats lie on the sand and wait for the sea."
INN = "The inn by the quay has been open since the fishermen came."


def story(*paragraphs: str | Block | Aside) -> Body:
    parts = [Block("paragraph", one) if isinstance(one, str) else one for one in paragraphs]
    return (Block("title", "The quay froze"), *parts)


BASE = story(FOX, TIDE, INN)
OURS = story(FOX.replace("quik", "quick"), TIDE, INN)
"""What stands here after a correction was accepted."""


def words(body: Body) -> str:
    return canonical_text(body)


def test_a_change_elsewhere_comes_in_and_the_correction_stays():
    theirs = story(FOX, TIDE.replace("low", "high"), INN)

    done = merge(BASE, OURS, theirs, "ours")

    assert done.body == story(FOX.replace("quik", "quick"), TIDE.replace("low", "high"), INN)
    assert done.meetings == ()


def test_a_change_of_another_word_of_the_same_sentence_comes_in():
    theirs = story(FOX.replace("old harbour", "new harbour"), TIDE, INN)

    done = merge(BASE, OURS, theirs, "ours")

    assert FOX.replace("quik", "quick").replace("old", "new") in words(done.body)
    assert done.meetings == ()


def test_an_unchanged_source_changes_nothing():
    assert merge(BASE, OURS, BASE, "theirs").body == OURS


def test_a_source_that_took_over_the_correction_changes_nothing():
    assert merge(BASE, OURS, OURS, "theirs").body == OURS


def test_a_source_that_took_it_over_and_changed_more_comes_in():
    theirs = story(FOX.replace("quik", "quick"), TIDE, INN, "It thawed in the night.")

    done = merge(BASE, OURS, theirs, "ours")

    assert (done.body, done.meetings) == (theirs, ())


def test_where_both_changed_the_same_words_one_side_is_taken_and_it_is_said():
    theirs = story(FOX.replace("quik", "quack"), TIDE.replace("low", "high"), INN)

    kept, lost = merge(BASE, OURS, theirs, "ours"), merge(BASE, OURS, theirs, "theirs")

    start = words(OURS).index("quick")
    assert kept.meetings == lost.meetings == (Meeting(start, start + 5, "quick", "quack"),)
    assert kept.body == story(FOX.replace("quik", "quick"), TIDE.replace("low", "high"), INN)
    assert lost.body == theirs


def test_only_where_they_meet_does_the_other_side_win():
    ours = story(FOX.replace("quik", "quick"), TIDE.replace("sand", "shore"), INN)
    theirs = story(FOX.replace("quik", "quack"), TIDE, INN)

    done = merge(BASE, ours, theirs, "theirs")

    assert done.body == story(FOX.replace("quik", "quack"), TIDE.replace("sand", "shore"), INN)


def test_a_paragraph_that_goes_with_a_correction_in_it_meets_it():
    done = merge(BASE, OURS, story(TIDE, INN), "ours")

    assert "quick" in done.meetings[0].ours
    assert words(done.body).count("quick") == 1


def test_a_paragraph_that_moves_takes_the_correction_along():
    theirs = story(TIDE, INN, FOX)

    done = merge(BASE, OURS, theirs, "ours")

    assert done.body == story(TIDE, INN, FOX.replace("quik", "quick"))
    assert done.meetings == ()


def test_a_paragraph_that_moves_and_says_it_already_meets_nothing():
    theirs = story(TIDE, INN, FOX.replace("quik", "quick"))

    assert merge(BASE, OURS, theirs, "ours") == merge(BASE, OURS, theirs, "theirs")
    assert merge(BASE, OURS, theirs, "ours").body == theirs


def test_meetings_are_told_in_our_text_when_another_passage_moves():
    ours = story(FOX.replace("quik", "quickest"), TIDE, INN.replace("quay", "pier"))
    theirs = story(TIDE, INN.replace("quay", "dock"), FOX)

    done = merge(BASE, ours, theirs, "ours")

    assert any(words(ours)[one.start : one.end] == one.ours for one in done.meetings)
    assert words(done.body).count("quickest") == 1
    assert "pier" in words(done.body)


LINK = Mark("link", 9, 12, "https://fox.example/")
EMPHASIS = Mark("em", 4, 8)


def test_links_and_kinds_of_the_source_come_in_around_a_correction():
    theirs = story(Block("quote", FOX, (LINK,)), Block("heading", TIDE, level=2), INN)

    done = merge(BASE, OURS, theirs, "ours")

    moved = Mark("link", 10, 13, LINK.href)
    fox = Block("quote", FOX.replace("quik", "quick"), (moved,))
    assert done.body == story(fox, Block("heading", TIDE, level=2), INN)
    assert done.meetings == ()


def test_a_link_that_only_stands_here_survives_a_change_of_the_source():
    ours = story(Block("paragraph", FOX, (LINK,)), TIDE, INN)
    theirs = story(Block("paragraph", FOX.replace("old", "new"), (EMPHASIS,)), TIDE, INN)

    done = merge(BASE, ours, theirs, "ours")

    assert set(text_blocks(done.body)[1].marks) == {LINK, EMPHASIS}
    assert done.meetings == ()


def test_a_link_that_was_taken_away_here_stays_away():
    base = story(Block("paragraph", FOX, (LINK,)), TIDE, INN)
    theirs = story(Block("paragraph", FOX.replace("old", "new"), (LINK,)), TIDE, INN)

    done = merge(base, BASE, theirs, "ours")

    assert text_blocks(done.body)[1].marks == ()


def test_a_link_that_both_changed_is_a_meeting():
    here, there = (Mark("link", 9, 12, f"https://{name}.example/") for name in ("here", "there"))
    base = story(Block("paragraph", FOX, (LINK,)), TIDE, INN)
    ours = story(Block("paragraph", FOX, (here,)), TIDE, INN)
    theirs = story(Block("paragraph", FOX, (there,)), TIDE, INN)

    kept, lost = merge(base, ours, theirs, "ours"), merge(base, ours, theirs, "theirs")

    assert [(one.ours, one.theirs) for one in kept.meetings] == [(FOX, FOX)]
    assert (kept.body, lost.body) == (ours, theirs)


AD, MAP, BOX = Aside("ad"), Aside("image", ("A map",)), Aside("related", ("More",))


def test_furniture_of_the_source_comes_in_around_a_correction():
    base, ours = story(FOX, AD, TIDE), story(FOX.replace("quik", "quick"), AD, TIDE)

    done = merge(base, ours, story(MAP, FOX, TIDE, BOX), "ours")

    assert done.body == story(MAP, FOX.replace("quik", "quick"), TIDE, BOX)


def test_furniture_that_was_brought_back_here_survives():
    base, ours = story(FOX, TIDE), story(FOX, MAP, TIDE)

    done = merge(base, ours, story(FOX, TIDE, BOX), "ours")

    assert done.body == story(FOX, MAP, TIDE, BOX)


def test_texts_that_cannot_be_put_together_are_one_meeting():
    base, ours, theirs = story(FOX), story(TIDE), story(INN)

    assert merge(base, ours, theirs, "ours").body == ours
    assert merge(base, ours, theirs, "theirs").body == theirs
    assert merge(base, ours, theirs, "ours").meetings


@st.composite
def three(draw: st.DrawFn) -> tuple[Body, Body, Body]:
    """A body, and two that were made of it by deleting, changing, adding and rearranging."""
    base = draw(bodies())

    def other() -> Body:
        body = draw(st.sampled_from([base, draw(bodies())]))
        text = canonical_text(body)
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 4)))
        try:
            return patch(body, [Edit(at, until, draw(st.sampled_from(["x", "a b", "", "\n\nc"])))])
        except Exception:
            return body

    return base, other(), other()


@given(three())
def test_whatever_they_are_the_merge_is_a_body_with_both_changes(given_three):
    base, ours, theirs = given_three

    for side in ("ours", "theirs"):
        done = merge(base, ours, theirs, side)
        assert text_blocks(done.body)[0].kind == "title"
        assert all(is_canonical(block) for block in text_blocks(done.body))
        assert all(
            0 <= m.start < m.end <= len(b.text) for b in text_blocks(done.body) for m in b.marks
        )
        both = merged(*map(canonical_text, (base, ours, theirs)))
        if not done.meetings and both is not None:
            assert canonical_text(done.body) == both
    if ours == base:
        assert merge(base, ours, theirs, "ours").body == theirs


@given(three())
def test_edits_of_different_groups_never_touch(given_three):
    base, ours, theirs = map(canonical_text, given_three)

    found = changes(base, ours, theirs)

    for side in ("ours", "theirs"):
        made = found.together(side)
        assert all(a.end < b.start for a, b in pairwise(made)) or not base
    assert not found.clashes or merged(base, ours, theirs) is None
