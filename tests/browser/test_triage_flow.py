"""From card to card: nothing is lost, nothing done twice, every slip undoable."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from corrections_app.domain.lifecycle import Action
from corrections_app.extensions import db
from corrections_app.models import Correction, Escalation, Hold, Lease, Skip, User
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import bulk
from corrections_app.workflow.transaction import Act
from tests.browser.network import intercept
from tests.builders import ON_PURPOSE, document

pytestmark = pytest.mark.browser


def test_undo_walks_back_through_ones_own_decisions(newsroom, newcomer):
    order = []
    for key in ("a", "j", "a"):
        order.append(newcomer.at())
        newcomer.press(key)
        newcomer.await_other(order[-1])
    order.append(newcomer.at())
    newcomer.press("r", "1")
    newcomer.settle()
    assert len(newsroom.decisions(newcomer.ids)) == 3

    for back in (order[3], order[2], order[0]):
        newcomer.page.keyboard.press("z")
        newcomer.await_card(back)
        assert "Undone" in newcomer.strip().inner_text()

    assert newsroom.decisions(newcomer.ids) == {}
    newcomer.page.keyboard.press("z")
    assert_says(newcomer, "You have no decision that can still be undone.")


def test_undo_pressed_three_times_at_once_takes_back_three(newsroom, desk):
    for _ in range(3):
        desk.press("a")

    for _ in range(3):
        desk.page.keyboard.press("z")

    desk.await_card(desk.ids[0])
    assert newsroom.decisions(desk.ids) == {}


def test_a_strip_undoes_its_own_decision(newsroom, desk):
    first = desk.at()
    desk.press("a")
    desk.press("a")
    desk.settle()

    desk.page.get_by_text("Earlier", exact=True).click()
    desk.page.locator(f".strip[data-id='{first}']").get_by_role("button", name="Undo").click()

    desk.await_card(first)
    assert desk.ids[1] in newsroom.decisions(desk.ids)
    assert first not in newsroom.decisions(desk.ids)


def test_strips_stay_when_the_page_is_loaded_again(desk):
    first = desk.at()
    desk.press("r", "2")
    desk.settle()
    second = desk.at()

    desk.page.reload()

    assert desk.at() == second
    assert "House style" in desk.page.locator(f".strip[data-id='{first}']").inner_text()
    desk.page.go_back()
    desk.page.locator(f"article.card[data-id='{first}'] .decided").wait_for()


def test_what_did_not_reach_the_server_comes_back_with_all_that_was_typed(newsroom, desk):
    first = desk.at()
    intercept(desk.page, "**/decision*", lambda route: route.abort())
    desk.press("r", "0")
    desk.page.keyboard.type("Kept, of course")

    desk.page.keyboard.press("Control+Enter")

    trouble = desk.page.get_by_role("alert")
    trouble.wait_for()
    assert desk.at() == first
    assert desk.page.locator("#reject-note").input_value() == "Kept, of course"
    assert newsroom.decisions(desk.ids) == {}
    assert "Not done" in desk.strip().inner_text()
    desk.page.unroute("**/decision*")
    desk.look()
    trouble.get_by_role("button", name="Try again").click()
    desk.settle()
    assert newsroom.decisions(desk.ids)[first].note == "Kept, of course"


def test_what_reached_the_server_unheard_is_not_done_twice(newsroom, desk):
    first = desk.at()
    intercept(desk.page, "**/decision*", lambda route: (route.fetch(), route.abort()))

    desk.press("a")

    trouble = desk.page.get_by_role("alert")
    trouble.wait_for()
    assert desk.at() == first
    desk.page.unroute("**/decision*")
    desk.press("a")
    desk.settle()
    assert "Accepted" in desk.strip().inner_text()
    assert newsroom.decisions(desk.ids).keys() == {first}
    db.session.rollback()
    article = db.session.get_one(Correction, first).article
    assert article.head == 2


def test_a_card_does_not_come_back_over_one_in_which_somebody_writes(newsroom, desk):
    first = desk.at()
    held = []
    intercept(desk.page, "**/decision*", lambda route: held.append(route))
    with desk.page.expect_request("**/decision*"):
        desk.press("a")
    second = desk.at()
    desk.press("e")
    desk.page.keyboard.type("my ")

    held[0].abort()

    desk.page.locator(".strip[data-state=failed]").wait_for()
    assert desk.at() == second
    desk.page.keyboard.press("Escape")
    desk.press("j")
    assert desk.at() == first
    assert desk.page.get_by_role("alert").is_visible()


def test_what_the_server_refuses_comes_back_with_the_reason(newsroom, desk):
    first = desk.at()
    desk.press("e")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type(desk.page.locator("article.card del bdi").first.inner_text())

    desk.page.keyboard.press("Control+Enter")

    desk.page.locator(".strip[data-state=failed]").wait_for()
    assert desk.at() == first
    assert "already has these words" in desk.page.locator("article.card .fault").inner_text()


def test_words_that_moved_meanwhile_are_shown_anew(newsroom, desk):
    first = desk.at()
    article = db.session.get_one(Correction, first).article
    slug, title = article.slug, article.current.title
    rewritten = document(title, "All of it was written anew.", section=article.section)
    importing.bring_in(rewritten, slug=slug, terms=ON_PURPOSE, now=now())

    desk.press("a")

    desk.page.locator(".strip[data-state=failed]").wait_for()
    assert desk.at() == first
    assert "Look at them again" in desk.page.locator("main .refusal").inner_text()
    assert newsroom.decisions(desk.ids) == {}


def test_two_people_never_decide_one_card(newsroom):
    section = newsroom.section()
    ids = newsroom.slips(section, 12)
    max_, mira = newsroom.desk(section, "max"), newsroom.desk(section, "mira")
    max_.begin()
    mira.begin()

    seen = []
    while len(seen) < len(ids):
        for desk in (max_, mira):
            desk.page.locator("article.card, [data-rest]").wait_for()
            if desk.page.locator("article.card").count():
                seen.append(desk.at())
                desk.press("a")

    max_.settle()
    mira.settle()
    assert sorted(seen) == ids
    assert {one.by.name for one in newsroom.decisions(ids).values()} == {"Max", "Mira"}
    assert max_.page.locator(".strip[data-state=lost]").count() == 0


def test_a_card_decided_elsewhere_dims_and_names_the_person(newsroom, desk):
    first = desk.at()
    mira = newsroom.desk(section_of(first), "mira")
    mira.page.goto(f"{mira.url}/queue/{first}")
    assert "Max" in mira.page.locator("article.card .notes").inner_text()
    desk.press("a")
    desk.settle()

    mira.page.evaluate("document.dispatchEvent(new CustomEvent('triage:ask'))")

    gone = mira.page.locator("article.card[data-closed]")
    gone.wait_for()
    assert "Max closed this one: corrected." in gone.inner_text()
    mira.press("r")
    mira.page.wait_for_function(
        "(id) => document.querySelector('.card')?.dataset.id != id", arg=first
    )
    assert newsroom.decisions([first])[first].outcome == "accepted"


def test_who_was_slower_is_told_calmly_and_keeps_the_note(newsroom, desk):
    first = desk.at()
    mira = newsroom.desk(section_of(first), "mira")
    mira.page.goto(f"{mira.url}/queue/{first}")
    mira.press("r", "0")
    mira.page.keyboard.type("Two hours of work")
    desk.press("a")
    desk.settle()

    mira.page.keyboard.press("Control+Enter")

    lost = mira.page.locator(".strip[data-state=lost]")
    lost.wait_for()
    assert "Max was faster" in lost.inner_text()
    lost.locator("summary").click()
    assert lost.get_by_label("What you typed").input_value() == "Two hours of work"
    assert mira.at() != first


def test_the_same_decision_a_moment_later_is_nothing_to_mind(newsroom, desk):
    first = desk.at()
    mira = newsroom.desk(section_of(first), "mira")
    mira.page.goto(f"{mira.url}/queue/{first}")
    desk.press("a")
    desk.settle()

    mira.press("a")

    mira.page.locator(".strip[data-state=calm]").wait_for()


def test_new_ones_are_counted_and_nothing_is_reordered(newsroom, desk):
    first = desk.at()
    newsroom.slips(section_of(first), 3)

    desk.page.evaluate("document.dispatchEvent(new CustomEvent('triage:ask'))")

    pill = desk.page.locator("[data-new]")
    pill.wait_for()
    assert pill.inner_text() == "3 new"
    assert desk.at() == first


def test_cards_can_be_passed_and_come_back_as_they_were_left(newsroom, desk):
    first = desk.at()
    desk.press("e")
    desk.page.keyboard.type("x")
    typed = desk.page.locator("textarea:focus").input_value()
    desk.page.keyboard.press("Escape")

    desk.press("j")
    desk.await_card(desk.ids[1])
    desk.press("k")

    assert desk.at() == first
    desk.press("e")
    assert desk.page.locator("textarea:focus").input_value() == typed
    assert newsroom.decisions(desk.ids) == {}


def test_the_end_says_which_end_it_is(newsroom):
    section = newsroom.section()
    newsroom.slips(section, 2)
    desk = newsroom.desk(section)
    desk.begin()
    desk.press("s")

    desk.press("a")

    end = desk.page.locator("[data-rest]")
    end.wait_for()
    assert "skipped" in end.inner_text()
    desk.page.keyboard.press("z")
    desk.page.locator("article.card").wait_for()


def test_leaving_the_page_frees_its_cards(newsroom, desk):
    db.session.rollback()
    desk.page.wait_for_load_state("networkidle")
    assert leases(desk.ids)

    desk.page.goto(f"{desk.url}/")
    db.session.rollback()

    # By a beacon, of whose answer no page hears.
    until = time.monotonic() + 20
    while left := leases(desk.ids):
        assert time.monotonic() < until, left
        desk.page.wait_for_timeout(20)
        db.session.rollback()


def leases(ids):
    return list(db.session.scalars(select(Lease.correction_id).where(Lease.correction_id.in_(ids))))


def section_of(correction_id):
    return db.session.get_one(Correction, correction_id).article.section


def assert_says(desk, sentence):
    desk.page.locator("[data-why]", has_text=sentence).wait_for()


@pytest.mark.parametrize(("key", "table"), [("s", Skip), ("f", Escalation), ("h", Hold)])
def test_what_was_put_aside_comes_back_by_the_same_key(newsroom, newcomer, key, table):
    first = newcomer.at()
    newcomer.press("a")
    newcomer.settle()
    aside = newcomer.at()
    put_aside(newcomer, key)
    newcomer.await_card(newcomer.ids[2])

    newcomer.page.keyboard.press("z")
    newcomer.await_card(aside)

    db.session.rollback()
    assert db.session.scalar(select(table).where(table.correction_id == aside)) is None
    newcomer.page.keyboard.press("z")
    newcomer.await_card(first)
    assert newsroom.decisions(newcomer.ids) == {}


def put_aside(desk, key):
    desk.press(key)
    if key != "s":
        desk.page.keyboard.press("Control+Enter")


def test_a_strip_puts_back_what_was_put_aside(newsroom, desk):
    first = desk.at()
    put_aside(desk, "s")
    desk.settle()
    desk.press("a")
    desk.settle()

    desk.page.get_by_text("Earlier", exact=True).click()
    desk.page.locator(f".strip[data-id='{first}']").get_by_role("button", name="Undo").click()

    desk.await_card(first)
    assert desk.ids[1] in newsroom.decisions(desk.ids)


def test_a_card_that_is_loaded_again_is_still_ones_own(desk):
    first = desk.at()

    desk.page.reload()

    # What the page before gave back may come after all that: then the next question takes it anew.
    for _ in range(60):
        with desk.page.expect_response("**/queue/changes**"):
            desk.page.evaluate("() => document.dispatchEvent(new Event('triage:ask'))")
        db.session.rollback()
        if first in leases(desk.ids):
            break
    assert first in leases(desk.ids)


def test_what_was_done_with_many_is_shown_as_a_whole_when_it_is_taken_back(newsroom, newcomer):
    user_id, _ = newsroom.people["testwhatwasdonewithmanyisshownasawholewhenitistakenback"]
    items = tuple(bulk.Seen(one, 1, 1) for one in newcomer.ids[1:3])
    act = bulk.Batch(Action.REJECT, items, reason="house_style")
    bulk.carry_out(act, Act(db.session.get_one(User, user_id), None, now()))

    newcomer.press("z")

    newcomer.page.get_by_role("heading", name="2 undone").wait_for()
    assert newsroom.decisions(newcomer.ids) == {}


def test_the_end_has_no_ring_around_its_heading(newsroom):
    section = newsroom.section()
    newsroom.slips(section, 1)
    desk = newsroom.desk(section)
    desk.begin()

    desk.press("a")

    desk.page.locator("[data-rest] .nothing-head").wait_for()
    assert desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "none"
