"""An article changed by hand: typed anew, or an earlier revision restored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from corrections_app.domain import limits
from corrections_app.domain.errors import (
    BadKey,
    Invalid,
    NoChange,
    NotFound,
    NotPermitted,
    TextMoved,
    TooLong,
)
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.text.body import Aside, Block, Body, Mark, as_json
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, AuditEvent, Placement, Revision, User
from corrections_app.workflow.articles import editing, importing
from corrections_app.workflow.transaction import Act, write
from tests.builders import HARBOUR, NOON, SECOND, a_correction, accept, an_article, document

TEXT = "\n\n".join(HARBOUR)
HOME = "https://council.example/"
RICH: Body = (
    Block("title", "The harbour wall"),
    Block("standfirst", "A vote, and what it costs"),
    Aside("ad"),
    Block(
        "paragraph",
        "The council voted on Tuesday to rebuild the old harbour wall.",
        (Mark("link", 4, 28, HOME), Mark("em", 45, 56)),
    ),
    Block("heading", "What it costs", level=2),
    Block("paragraph", "Work will begin in May 2025 and cost about four million pounds."),
    Aside("related", ("Storms of the century",)),
    Block("list_item", "A new crane for the fishing boats", (Mark("strong", 6, 11),), level=1),
)


def edit(slug: str, typed: str, by: Any, **more: Any) -> editing.Edited:
    more = {"base": 1, "confirmed": tuple(Flag)} | more
    act = Act(by, more.pop("key", None), more.pop("now", NOON))
    return editing.edit(slug, typed, act, **more)


def restore(slug: str, number: int, by: Any, **more: Any) -> editing.Edited:
    more = {"base": 2, "confirmed": tuple(Flag)} | more
    act = Act(by, more.pop("key", None), more.pop("now", NOON))
    return editing.restore(slug, number, act, **more)


def a_rich_article() -> Article:
    importing.bring_in(replace(document(), body=RICH), slug="rich", now=NOON)
    return db.session.scalars(select(Article).filter_by(slug="rich")).one()


def now_at(slug: str = "harbour-wall") -> Revision:
    db.session.rollback()
    return db.session.scalars(select(Article).filter_by(slug=slug)).one().current


def where(correction: Any) -> tuple[str, str | None]:
    """The fit of a correction, and the words that it stands on."""
    db.session.rollback()
    place = db.session.get_one(Placement, correction.id)
    text = correction.article.current.text
    return place.fit, None if place.start is None else text[place.start : place.end]


def test_what_was_typed_is_the_next_revision(max_):
    an_article()

    made = edit("harbour-wall", TEXT.replace("the the", "the"), max_, now=NOON + SECOND)

    revision = now_at()
    assert (made.slug, made.revision) == ("harbour-wall", 2)
    assert revision.text == TEXT.replace("the the", "the")
    assert (revision.origin, revision.author_id, revision.created_at) == (
        "edit", max_.id, NOON + SECOND,
    )  # fmt: skip
    assert (revision.change_class, revision.notice, revision.edits) == ("silent", None, None)


def test_the_first_block_is_the_headline(max_):
    an_article()

    edit("harbour-wall", TEXT.replace("The harbour wall", "A wall for the harbour", 1), max_)

    assert now_at().title == "A wall for the harbour"


def test_line_ends_of_browsers_change_nothing(max_):
    an_article()

    edit("harbour-wall", TEXT.replace("the the", "the").replace("\n", "\r\n") + "\r\n", max_)

    assert now_at().text == TEXT.replace("the the", "the")


@pytest.mark.parametrize("typed", [TEXT, TEXT.replace("\n", "\r\n"), f"{TEXT}\n\n \n", f" {TEXT} "])
def test_a_text_that_says_the_same_makes_no_revision(max_, typed):
    an_article()

    with pytest.raises(NoChange):
        edit("harbour-wall", typed, max_)

    assert now_at().number == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rebuild", "repair", "council voted on Tuesday"),
        ("voted on", "decided on", "council decided on Tuesday"),
        ("The council", "Last week the council", "council voted on Tuesday"),
    ],
)
def test_a_link_stays_on_its_words_when_its_sentence_is_edited(max_, old, new, words):
    typed = a_rich_article().current.text.replace(old, new, 1)

    edit("rich", typed, max_)

    block = now_at("rich").blocks[3]
    assert isinstance(block, Block)
    (link,) = (mark for mark in block.marks if mark.kind == "link")
    assert (block.text[link.start : link.end], link.href) == (words, HOME)


def test_kinds_and_furniture_stay_in_their_places(max_):
    typed = a_rich_article().current.text.replace("four million", "five million")

    edit("rich", typed, max_)

    kept = [part if isinstance(part, Aside) else part.kind for part in now_at("rich").blocks]
    assert kept == [part if isinstance(part, Aside) else part.kind for part in RICH]


def test_a_moved_paragraph_keeps_its_marks(max_):
    parts = a_rich_article().current.text.split("\n\n")
    voted = parts.pop(2)

    edit("rich", "\n\n".join([*parts, voted]), max_)

    last = now_at("rich").blocks[-1]
    assert isinstance(last, Block)
    assert (last.kind, last.text) == ("paragraph", voted)
    assert set(last.marks) == set(RICH[3].marks)


def test_a_heading_that_is_moved_stays_a_heading(max_):
    parts = a_rich_article().current.text.split("\n\n")
    heading = parts.pop(3)

    edit("rich", "\n\n".join([*parts, heading]), max_)

    last = now_at("rich").blocks[-1]
    assert isinstance(last, Block)
    assert (last.kind, last.text, last.level) == ("heading", "What it costs", 2)


def test_hostile_text_is_stored_as_words_and_breaks_nothing(max_):
    an_article()
    hostile = "<script>alert(1)</script>\x00\x08\ud800 \u202eevil\u2069 {{ 7*7 }} %(who)s \ufeff"

    edit("harbour-wall", f"{TEXT}\n\n{hostile}", max_)

    assert now_at().text.endswith(
        "<script>alert(1)</script> \u202eevil\u2069 {{ 7*7 }} %(who)s \ufeff"
    )


@pytest.mark.parametrize("typed", ["", " \r\n\r\n ", "\n\n\n", "\x00"])
def test_an_article_cannot_be_emptied(max_, typed):
    an_article()

    with pytest.raises(Invalid):
        edit("harbour-wall", typed, max_)

    assert now_at().number == 1


def test_a_text_may_be_as_long_as_the_limit_and_no_longer(max_):
    an_article()
    room = limits.ARTICLE - len(TEXT) - 2
    words = ("word " * (room // 5 + 1))[: room - 1] + "."

    with pytest.raises(TooLong) as refused:
        edit("harbour-wall", f"{TEXT}\n\n{words}.", max_)
    edit("harbour-wall", f"{TEXT}\n\n{words}", max_)

    assert "text" in refused.value.fields
    assert len(now_at().text) == limits.ARTICLE


@pytest.mark.parametrize(
    ("change_class", "notice", "error"),
    [
        (ChangeClass.SILENT, "We were wrong.", Invalid),
        (ChangeClass.CORRECTION, "", Invalid),
        (ChangeClass.CORRECTION, " \n", Invalid),
        (ChangeClass.CORRECTION, "w" * (limits.NOTICE + 1), TooLong),
    ],
)
def test_every_class_but_silent_has_a_notice_and_silent_has_none(max_, change_class, notice, error):
    an_article()
    changed = TEXT.replace("four", "five")

    with pytest.raises(error) as refused:
        edit("harbour-wall", changed, max_, change_class=change_class, notice=notice)

    assert "notice" in refused.value.fields
    assert now_at().number == 1


def test_a_change_that_is_told_keeps_its_class_and_notice(max_):
    an_article()
    told = {"change_class": ChangeClass.CORRECTION, "notice": " It will cost five million.\r\n"}

    edit("harbour-wall", TEXT.replace("four", "five"), max_, **told)

    revision = now_at()
    assert (revision.change_class, revision.notice) == ("correction", "It will cost five million.")


def test_every_change_by_hand_is_written_down(max_):
    article = an_article()

    edit("harbour-wall", TEXT.replace("four", "five"), max_)
    restore("harbour-wall", 1, max_, now=NOON + SECOND)

    chain = f"article:{article.id}"
    events = db.session.scalars(select(AuditEvent).filter_by(chain=chain)).all()[-2:]
    assert [(event.action, event.by_id) for event in events] == [
        ("edit", max_.id), ("restore", max_.id),
    ]  # fmt: skip
    assert [event.data["revision"] for event in events] == [2, 3]
    assert events[1].data["restored"] == 1


def test_nobody_edits_beyond_their_section_or_after_they_left(max_, mira):
    importing.bring_in(document(section="Sport"), slug="harbour-wall", now=NOON)
    with write() as session:
        session.execute(update(User).where(User.id == max_.id).values(section="Culture"))
        session.execute(update(User).where(User.id == mira.id).values(active=False))

    for person in (max_, mira):
        with pytest.raises(NotPermitted):
            edit("harbour-wall", TEXT.replace("four", "five"), person)

    assert now_at().number == 1


def test_the_same_request_twice_makes_one_revision(max_):
    an_article()
    changed = TEXT.replace("four", "five")

    first = edit("harbour-wall", changed, max_, key="k")
    again = edit("harbour-wall", changed, max_, key="k", now=NOON + SECOND)

    assert first == again
    assert now_at().number == 2
    with pytest.raises(BadKey):
        edit("harbour-wall", TEXT.replace("four", "six"), max_, base=2, key="k")


def test_the_second_of_two_editors_is_told_who_was_faster(max_, mira):
    an_article()
    edit("harbour-wall", TEXT.replace("four", "five"), mira, now=NOON)

    with pytest.raises(TextMoved, match=r"mira changed the article at 12:00 UTC") as refused:
        edit("harbour-wall", TEXT.replace("May", "June"), max_)

    assert refused.value.details["revision"] == 2
    assert "five million" in now_at().text


def test_a_change_rests_on_a_revision_that_was_seen(max_):
    an_article()

    with pytest.raises(Invalid):
        edit("harbour-wall", f"{TEXT} More.", max_, base=None)
    with pytest.raises(NotFound):
        edit("harbour-wall", f"{TEXT} More.", max_, base=7)
    with pytest.raises(NotFound):
        edit("no-such-article", f"{TEXT} More.", max_)


def test_two_changes_that_do_not_touch_can_be_put_together(max_, mira):
    an_article()
    edit("harbour-wall", TEXT.replace("four", "five"), mira)

    clash = editing.clash("harbour-wall", TEXT.replace("May", "June"), base=1)

    assert clash.head == 2
    assert clash.together == TEXT.replace("four", "five").replace("May", "June")
    assert [row.state for row in clash.theirs] == ["same", "edited", "same"]


def test_two_changes_of_the_same_words_are_for_people_to_put_together(max_, mira):
    an_article()
    edit("harbour-wall", TEXT.replace("four", "five"), mira)

    assert editing.clash("harbour-wall", TEXT.replace("four", "six"), base=1).together is None


def test_a_change_can_be_looked_at_before_it_is_made(max_):
    an_article()

    seen = editing.foresee("harbour-wall", TEXT.replace("four", "five"), base=1)

    assert seen.flags == ("number",)
    assert [row.state for row in seen.rows] == ["same", "edited", "same"]
    assert now_at().number == 1


def test_corrections_that_wait_go_along(max_):
    article = an_article()
    clean = a_correction(article, "the the", "the")
    conflict = a_correction(article, "May 2025", "May 2026")
    gone = a_correction(article, "thirty years", "forty years")
    title, voted, work, _said = HARBOUR
    work = work.replace("May 2025", "early June 2027")

    edit("harbour-wall", "\n\n".join([title, voted, work]), max_)

    assert where(clean) == ("clean", "the the")
    assert where(conflict)[0] == "conflict"
    assert where(gone) == ("gone", None)


def test_a_correction_moves_with_its_paragraph(max_):
    article = an_article()
    correction = a_correction(article, "thirty years", "forty years")
    title, voted, work, said = HARBOUR

    edit("harbour-wall", "\n\n".join([title, said, voted, work]), max_)

    fit, words = where(correction)
    assert (fit in ("clean", "moved"), words) == (True, "thirty years")


def test_a_correction_carried_over_an_edit_is_applied_to_the_right_words(max_):
    correction = a_correction(an_article())
    edit("harbour-wall", f"A new headline\n\nA new beginning.\n\n{TEXT}", max_)

    accept(correction, max_)

    assert "rebuild the harbour wall" in now_at().text


def test_an_earlier_revision_comes_back_to_the_letter(max_):
    a_rich_article()
    edit("rich", "Another story\n\nabout something else altogether.", max_)

    made = restore("rich", 1, max_)

    revision = now_at("rich")
    assert (made.revision, revision.origin) == (3, "restore")
    assert revision.body == as_json(RICH)


def test_restoring_brings_lost_corrections_back(max_):
    correction = a_correction(an_article())
    edit("harbour-wall", "Another story\n\nabout something else altogether.", max_)
    assert where(correction) == ("gone", None)

    restore("harbour-wall", 1, max_)

    assert where(correction) == ("clean", "the the")


def test_restoring_what_stands_already_is_no_change(max_):
    an_article()

    with pytest.raises(NoChange):
        restore("harbour-wall", 1, max_, base=1)
    with pytest.raises(NotFound):
        restore("harbour-wall", 5, max_, base=1)


def test_restoring_overwrites_nothing_that_was_not_seen(max_, mira):
    an_article()
    edit("harbour-wall", TEXT.replace("four", "five"), mira)
    edit("harbour-wall", TEXT.replace("four", "six"), mira, base=2)

    with pytest.raises(TextMoved):
        restore("harbour-wall", 1, max_, base=2)

    assert db.session.scalar(select(func.count()).select_from(Revision)) == 3
