"""Moderators see what became of each accepted change on its own page, and see to what did not."""

from __future__ import annotations

import re

import pytest

from corrections_app import checkup
from corrections_app.domain.errors import NotPermitted
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.writing_back import State
from corrections_app.sites.trouble import NotAllowed, Unreachable
from corrections_app.workflow import clock, tokens
from corrections_app.workflow.articles import reading
from corrections_app.workflow.people import accounts
from corrections_app.workflow.queue import lanes
from corrections_app.workflow.queue.lanes import Lane
from corrections_app.workflow.sites import registry, write_backs
from corrections_app.workflow.transaction import Act, write
from tests.builders import NOON, a_correction, accept
from tests.workflow.sites.newsroom import sync
from tests.workflow.sites.writable import LATER, SOON, a_site, rows, states, work

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def there(app, moderator):
    return a_site()


@pytest.fixture
def corrected(there):
    """A correction of the wall that Max accepted."""
    sent = a_correction(reading.article_at("the-wall"))
    accept(sent, max_())
    return sent


def max_():
    return accounts.by_email("max@courier.example")


def page(browser, path, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def left_to_a_person(there, said="This account may not."):
    there.refuses = NotAllowed(said)
    work(there)
    there.refuses = None


def test_strangers_see_none_and_without_sites_nobody_hears_of_them(app, client, moderator):
    assert client.get("/writebacks").status_code == 303
    assert "/writebacks" not in page(moderator, "/queue")
    a_site()
    assert 'href="/writebacks"' in page(moderator, "/queue")
    assert "Nothing here" in page(moderator, "/writebacks")
    assert page(moderator, "/writebacks/9", 404)


def test_each_is_listed_by_its_state_with_a_way_to_its_card(there, moderator, corrected):
    assert "on its way to the page" in page(moderator, "/writebacks")
    assert corrected.reference in page(moderator, "/writebacks?show=waiting")
    assert corrected.reference not in page(moderator, "/writebacks?show=written")
    work(there)
    assert corrected.reference in page(moderator, "/writebacks?show=written")
    assert "on the page" in page(moderator, f"/queue/{corrected.id}")
    assert "on the page" in page(moderator, "/articles/the-wall/revisions")
    for before in ("x", "-1", "9" * 30):
        assert corrected.reference in page(moderator, f"/writebacks?show=nonsense&before={before}")


def test_the_card_says_what_to_do_with_the_words_and_the_way_there(there, moderator, corrected):
    left_to_a_person(there, f"No: {HOSTILE}")
    for path in (f"/queue/{corrected.id}", f"/writebacks/{rows()[0].id}"):
        said = page(moderator, path)

        assert "by hand" in said
        assert "The council voted to rebuild the wall.</textarea>" in said
        assert "<del><bdi>" in said
        assert f"{there.posts['7'].address}" in said
        assert HOSTILE not in said
        assert "&lt;script&gt;" in said
        assert "Done by hand" in said


def test_done_by_hand_closes_it_and_its_letter_goes(there, moderator, corrected):
    left_to_a_person(there)
    (row,) = rows()
    waits = page(moderator, "/outbox?show=due")
    answer = moderator.post(f"/writebacks/{row.id}/done", {"card": str(corrected.id)})

    assert "waits until the newsroom’s page says it" in waits
    assert (answer.status_code, answer.location) == (303, f"/queue/{corrected.id}")
    assert states() == ["written"]
    assert "by hand (Max" in page(moderator, f"/queue/{corrected.id}").replace("max", "Max")
    assert "waits until" not in page(moderator, "/outbox?show=due")
    again = moderator.post(f"/writebacks/{row.id}/done", {})
    assert again.status_code >= 400
    assert "not waiting any more" in again.get_data(as_text=True)


def test_tried_again_it_goes_and_everything_else_of_its_article_too(there, moderator, corrected):
    left_to_a_person(there)
    sent = a_correction(reading.article_at("the-wall"), "begins", "starts")
    accept(sent, max_())
    left_to_a_person(there)
    first, second = rows()
    assert (first.state, second.state) == (State.BY_HAND, State.BY_HAND)
    answer = moderator.post(f"/writebacks/{second.id}/again", {})

    assert answer.location == f"/writebacks/{second.id}"
    assert states() == ["waiting", "waiting"]
    work(there, clock.now())
    assert states() == ["written", "written"]


def test_who_may_not_change_the_article_may_not_say_so(there, moderator, corrected):
    left_to_a_person(there)
    (row,) = rows()
    other = accounts.add("ola@courier.example", role=Role.MODERATOR, now=NOON)
    with write() as session:
        session.merge(other).section = "sports"
    for act in (write_backs.done, write_backs.again):
        with pytest.raises(NotPermitted):
            act(row.id, Act(other, None, LATER))
    assert states() == ["by_hand"]


def test_a_site_that_is_down_is_said_with_the_next_try(there, moderator, corrected):
    there.refuses = Unreachable("It answers 503: try again later.")
    work(there)
    said = page(moderator, f"/queue/{corrected.id}")

    assert "will be tried again" in said
    assert "It answers 503" in said
    assert "Try again" in said


def test_what_is_gone_from_its_page_comes_back_in_the_queue(there, moderator, corrected):
    work(there)
    assert "corrected as you suggested" in receipt(moderator, corrected)
    there.edit("7", "rebuild the wall", "rebuild the the wall")
    sync(there)

    queue = page(moderator, "/queue")
    assert "Gone from the page" in queue
    assert corrected.reference in queue or f"/queue/{corrected.id}" in queue
    assert moderator.get("/queue/next").location == f"/queue/{corrected.id}"
    card = page(moderator, f"/queue/{corrected.id}")
    assert "does not say this any more" in card
    assert "Write it again" in card
    assert "on its way" in receipt(moderator, corrected)
    assert lanes.counts(max_(), LATER)[Lane.UNWRITTEN] == 1
    assert f"/queue/{corrected.id}" in page(moderator, "/queue?lane=unwritten")
    after = moderator.get(f"/queue/next?after={corrected.id}").location
    assert after is not None


def test_what_is_only_to_be_typed_there_stands_in_a_lane_of_its_own(there, moderator, corrected):
    left_to_a_person(there)

    assert f"/queue/{corrected.id}" not in page(moderator, "/queue")
    assert f"/queue/{corrected.id}" in page(moderator, "/queue?lane=unwritten")


def test_the_receipt_says_where_the_change_is(there, moderator, corrected):
    before = receipt(moderator, corrected)
    work(there)

    assert "on its way to the newsroom’s own page" in before
    assert "corrected as you suggested" not in before
    assert "corrected as you suggested" in receipt(moderator, corrected)


def receipt(browser, correction):
    return page(browser, f"/receipts/{tokens.token_for(correction)}")


def test_long_lists_go_on_by_their_numbers(there, moderator, corrected, monkeypatch):
    sent = a_correction(reading.article_at("the-wall"), "begins", "starts")
    accept(sent, max_())
    monkeypatch.setattr(write_backs, "PAGE", 1)
    newest = page(moderator, "/writebacks")
    older = re.search(r'href="(/writebacks\?before=\d+)"', newest)

    assert sent.reference in newest
    assert corrected.reference not in newest
    assert older
    assert corrected.reference in page(moderator, older[1])


def test_a_check_tells_how_many_wait_and_since_when(there, moderator, corrected, monkeypatch):
    monkeypatch.setattr(registry, "named", lambda _: [])  # nobody outside is asked
    waits = checked()
    left_to_a_person(there)
    needs = checked()
    write_backs.done(rows()[0].id, Act(max_(), None, SOON))

    assert waits.startswith("warn  write-backs: 1 on their way, 0 for a person; the oldest since")
    assert "2 Mar 2026, 12:00 UTC → does corrections serve" in waits
    assert "0 on their way, 1 for a person" in needs
    assert needs.endswith("→ look at /writebacks: each says what to do; letters wait for it")
    assert checked() == "ok    write-backs: every accepted change is on its page"
    assert rows()[0].closed_at == SOON


def checked():
    (line,) = (str(one) for one in checkup.findings() if one.subject == "write-backs")
    return line


def test_a_key_that_cannot_be_read_closes_no_card(there, moderator, corrected):
    registry.keys().keep("news", "")
    file = registry.keys().folder / "news"
    file.write_bytes(b"\xff")
    left_to_a_person(there)

    assert "Open the page" in page(moderator, f"/queue/{corrected.id}")
    with pytest.raises(NotAllowed, match="cannot be read here"):
        registry.opened(there_site())


def there_site():
    (site,) = registry.named(["news"])
    return site
