"""The lane of what looks like spam, its card, and the sweep of one sender's corrections."""

from __future__ import annotations

import re

import pytest

from corrections_app.domain.lifecycle import Reason
from corrections_app.workflow import tokens
from corrections_app.workflow.submitting import submission
from corrections_app.workflow.submitting.suspecting import Arrival
from tests.builders import NOON, a_proposal, an_article
from tests.web.conftest import as_it_is, text_of
from tests.web.queue.test_bulk import fields_of

HERE, THERE = Arrival("203.0.113.0/24"), Arrival("198.51.100.0/24")
TRAPPED = Arrival("203.0.113.0/24", trapped=True)


def sent(article, exact="the the", words="the", arrival=HERE, **more):
    proposal = a_proposal(article, exact, words, **more)
    return tokens.by_token(
        submission.submit(article.slug, proposal, arrival=arrival, key=None, now=NOON).token
    )


@pytest.fixture
def article(app):
    return an_article()


def test_the_lane_is_a_tab_with_its_count_only_while_something_is_in_it(moderator, article):
    before = text_of(moderator.get("/queue"))
    spam = sent(article, arrival=TRAPPED)
    plain = sent(article, "pounds", "euros", arrival=THERE)

    page = text_of(moderator.get("/queue"))
    lane = text_of(moderator.get("/queue?lane=set_aside"))

    assert "lane=set_aside" not in before
    assert re.search(r'lane=set_aside"[^>]*>Set aside <span>1</span>', page)
    assert f"/queue/{spam.id}" not in page
    assert f"/queue/{plain.id}" in page
    assert f"/queue/{spam.id}?lane=set_aside" in lane


def test_its_card_says_why_and_one_press_returns_it(moderator, article):
    spam = sent(article, arrival=TRAPPED)
    card = text_of(moderator.get(f"/queue/{spam.id}"))

    answer = moderator.post(f"/queue/{spam.id}/put-back", {"what": "set_aside", "key": "k"})
    after = text_of(moderator.get(f"/queue/{spam.id}"))
    again = moderator.post(f"/queue/{spam.id}/put-back", {"what": "set_aside", "key": "other"})

    assert "because it looks like spam:" in card
    assert "A field was filled in that people do not see" in card
    assert answer.status_code == 303
    assert "looks like spam" not in after
    assert f"/queue/{spam.id}" in text_of(moderator.get("/queue"))
    assert again.status_code == 409


def test_the_rest_of_a_sender_is_shown_and_rejected_as_spam_in_one_act(moderator, article):
    other = an_article(slug="other")
    ours = [sent(article, "pounds", "euros"), sent(other), sent(other, "May 2025", "June 2025")]
    strangers = sent(article, arrival=THERE)

    card = text_of(moderator.get(f"/queue/{ours[0].id}"))
    page = text_of(moderator.get(f"/queue/bulk/sender/{ours[0].id}"))
    fields = fields_of(page, reason=Reason.SPAM.value)
    kept = fields["item"].pop()
    answer = moderator.post("/queue/bulk", fields)

    assert f"/queue/bulk/sender/{ours[0].id}" in card
    assert "Reject these 3 as spam?" in page
    assert "3 corrections, in 2 articles" in page
    assert re.search(r'value="spam" checked', page)
    assert page.count("data-pick checked") == 3
    assert as_it_is(strangers).status == "pending"
    assert kept.startswith(f"{ours[2].id}:")
    assert [as_it_is(one).status for one in ours] == ["rejected", "rejected", "pending"]
    moderator.post(f"{answer.location.partition('?')[0]}/undo", {})
    assert [as_it_is(one).status for one in ours] == ["pending"] * 3


def test_who_stands_behind_a_spammer_is_not_swept_along(moderator, article):
    spam, reader = sent(article), sent(article, arrival=THERE)
    more = sent(article, "pounds", "euros")
    assert as_it_is(reader).leader_id == spam.id

    page = text_of(moderator.get(f"/queue/bulk/sender/{spam.id}"))
    forced = {"act": "reject", "reason": "spam", "key": "k", "item": [f"{spam.id}:1:1"]}
    moderator.post("/queue/bulk", forced)

    assert "Other readers ask for the same: look at it separately." in page
    assert [value.partition(":")[0] for value in fields_of(page)["item"]] == [str(more.id)]
    assert as_it_is(spam).status == as_it_is(reader).status == "pending"


def test_a_moderator_sweeps_as_many_as_may_be_done_at_once(moderator, article):
    others = [an_article(slug=f"a{n}") for n in range(21)]
    ours = [sent(each) for each in others]

    page = text_of(moderator.get(f"/queue/bulk/sender/{ours[0].id}"))

    assert "21 corrections; these are the first 20" in page
    assert len(fields_of(page)["item"]) == 20


def test_who_left_an_address_is_known_by_it_from_other_networks_too(moderator, article):
    own = {"email": "ada@reader.example"}
    one, other = sent(article, **own), sent(article, "pounds", "euros", arrival=THERE, **own)

    page = text_of(moderator.get(f"/queue/bulk/sender/{one.id}"))

    assert {value.partition(":")[0] for value in fields_of(page)["item"]} == {
        str(one.id),
        str(other.id),
    }
    assert "ada@reader.example" not in page


def test_a_reader_with_an_address_of_their_own_is_not_ticked_for_a_neighbour(moderator, article):
    spam = sent(article, arrival=TRAPPED, email="pills@spam.example")
    reader = sent(article, "pounds", "euros", email="ada@reader.example")
    another = sent(an_article(slug="other"), arrival=TRAPPED, email="more@spam.example")

    page = text_of(moderator.get(f"/queue/bulk/sender/{spam.id}"))

    ticked = {
        int(one) for one in re.findall(r'name="item" value="(\d+):[^"]*" data-pick checked', page)
    }
    assert ticked == {spam.id, another.id}
    assert f'name="shown" value="{reader.id}"' in page


def test_a_queue_without_anything_else_does_not_say_that_all_was_decided(moderator, article):
    sent(article, arrival=TRAPPED)

    page = text_of(moderator.get("/queue"))

    assert "No corrections are waiting." in page
    assert "Every correction that readers sent has been decided." not in page


def test_a_stranger_sees_no_sweep(client, article):
    assert client.get(f"/queue/bulk/sender/{sent(article).id}").status_code in (302, 303, 403)
