"""One card over HTTP: places, clusters, a second person, an appeal."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from corrections_app.domain.proposal import Proposal
from corrections_app.extensions import db
from corrections_app.models import Approval
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.deciding import undoing
from corrections_app.workflow.people import accounts
from corrections_app.workflow.submitting import receipts, submission
from corrections_app.workflow.transaction import Act
from tests.builders import HARBOUR, NOON, ON_PURPOSE, a_correction, an_article, document, reject
from tests.web.conftest import JSON, YES, Moderator, as_it_is, decided, sign_in_as, text_of

FACT = {"action": "accept", "class": "correction", "notice": "The cost was misstated."}


@pytest.fixture
def orphan(app):
    """A correction whose words were edited away."""
    found = a_correction(an_article(), "four million", "five million")
    rewritten = [*HARBOUR[:2], "It is dear, they now say: 4m, and more to come.", HARBOUR[3]]
    importing.bring_in(document(*rewritten), slug="harbour-wall", terms=ON_PURPOSE, now=NOON)
    return found


def test_an_orphan_is_placed_by_typing_its_words_and_choosing(moderator, orphan):
    path = f"/queue/{orphan.id}"
    start = as_it_is(orphan).article.current.text.index("4m")

    asked = text_of(moderator.get(path))
    none = text_of(moderator.get(f"{path}?find=nowhere"))
    found = text_of(moderator.get(f"{path}?find=4M"))
    placed = moderator.post(f"{path}/place", {"revision": 2, "place": f"{start}-{start + 2}"})

    assert "Where are these words now?" in asked
    assert "These words are not in the article." in none
    assert f'value="{start}-{start + 2}"' in found
    assert placed.status_code == 303
    assert decided(moderator, orphan)["revision"] == 3
    assert "they now say: five million, and" in as_it_is(orphan).article.current.text


def test_a_program_places_by_numbers(moderator, orphan):
    start = as_it_is(orphan).article.current.text.index("4m")
    fields = {"revision": 2, "start": start, "end": start + 2, "key": "k"}

    answer = moderator.post_json(f"/queue/{orphan.id}/place", fields)

    assert answer.status_code == 200
    assert answer.json == moderator.post_json(f"/queue/{orphan.id}/place", fields).json
    assert moderator.get(f"/queue/{orphan.id}", headers=JSON).json["fit"] == "clean"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"revision": 1, "start": 0, "end": 3}, 409, "text_moved"),
        ({"start": 0, "end": 3}, 422, "invalid"),
        ({"revision": 2}, 422, "invalid"),
        ({"revision": 2, "place": "three"}, 422, "invalid"),
        ({"revision": 2, "place": "1-2-3"}, 422, "invalid"),
        ({"revision": 2, "start": 0, "end": 10**9}, 422, "not_found_in_text"),
        ({"revision": 2, "start": 3, "end": 3}, 422, "not_found_in_text"),
    ],
)
def test_a_place_that_is_none_is_refused(moderator, orphan, fields, status, code):
    answer = moderator.post_json(f"/queue/{orphan.id}/place", fields)
    page = moderator.post(f"/queue/{orphan.id}/place", fields | {"find": "4m"})

    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert page.status_code == status
    assert 'value="4m"' in text_of(page)


def test_a_follower_leads_to_its_leader_and_can_be_taken_out(moderator):
    article = an_article()
    leader, follower = a_correction(article), a_correction(article, email="b@reader.example")
    path = f"/queue/{follower.id}"
    card = text_of(moderator.get(path))

    assert f'href="/queue/{leader.id}"' in card
    assert 'value="accept"' not in card
    assert moderator.post(f"{path}/split", {}).status_code == 303
    assert [item["id"] for item in moderator.get("/queue", headers=JSON).json["items"]] == [
        leader.id,
        follower.id,
    ]


@pytest.fixture
def proposal(app, moderator, editor):
    """A correction of a fact that Max would accept."""
    app.config["SECOND_APPROVAL"] = "facts"
    correction = a_correction(an_article(), "four million", "five million")
    assert decided(moderator, correction, **FACT)["awaiting"] is True
    return correction


def test_a_second_person_confirms(moderator, editor, proposal):
    path = f"/queue/{proposal.id}"

    own = moderator.post_json(f"{path}/approve", {})
    card = text_of(editor.get(path))
    answer = editor.post_json(f"{path}/approve", {"key": "k"} | YES)
    again = editor.post_json(f"{path}/approve", {"key": "k"} | YES)
    late = editor.post_json(f"{path}/approve", {"key": "other"} | YES)

    assert (own.status_code, own.json["error"]) == (403, "not_permitted")
    assert "The cost was misstated." in card
    assert f'action="{path}/approve"' in card
    assert (answer.status_code, answer.json["status"]) == (200, "accepted")
    assert answer.json["undo_until"]
    assert again.json == answer.json
    assert (late.status_code, late.json["error"]) == (409, "already_decided")


def test_what_waits_for_an_editor_is_in_its_lane_and_not_handed_to_moderators(
    moderator, editor, proposal
):
    lane = editor.get("/queue?lane=approvals", headers=JSON).json["items"]

    assert [(item["id"], item["awaiting"]) for item in lane] == [(proposal.id, True)]
    assert moderator.get("/queue/next").status_code == 200
    assert editor.get("/queue/next").location == f"/queue/{proposal.id}"
    assert 'value="accept"' not in text_of(moderator.get(f"/queue/{proposal.id}"))


def test_a_proposal_is_sent_back_once(editor, proposal):
    path = f"/queue/{proposal.id}/send-back"

    first, again = (editor.post_json(path, {"key": "k"}) for _ in range(2))
    none = editor.post_json(path, {"key": "other"})

    assert (first.status_code, again.json) == (200, first.json)
    assert (none.status_code, none.json["error"]) == (404, "not_found")
    assert db.session.scalars(select(Approval)).all() == []


@pytest.fixture
def appealed(app, max_):
    """A rejection by Max that its reader would have looked at again."""
    correction = a_correction(an_article())
    reject(correction, max_, now=NOON)
    receipts.appeal(tokens.token_for(correction), "Say it aloud.", now=NOON)
    return correction


def test_an_appeal_is_judged_by_somebody_else(app, appealed, editor):
    path = f"/queue/{appealed.id}"
    own = Moderator(sign_in_as(app, "max@courier.example"))

    lane = editor.get("/queue?lane=appeals", headers=JSON).json["items"]
    refused = own.post_json(f"{path}/uphold", {"note": "No."})
    answer = editor.post_json(f"{path}/uphold", {"note": "We did look.", "key": "k"})
    again = editor.post_json(f"{path}/uphold", {"note": "We did look.", "key": "k"})

    assert [(item["id"], item["appealed"]) for item in lane] == [(appealed.id, True)]
    assert (refused.status_code, refused.json["error"]) == (403, "not_permitted")
    assert (answer.status_code, answer.json["status"]) == (200, "rejected")
    assert again.json == answer.json
    assert editor.get("/queue?lane=appeals", headers=JSON).json["items"] == []


def test_the_card_of_an_appeal_shows_the_readers_words_and_both_ways(app, appealed, editor):
    page = text_of(editor.get(f"/queue/{appealed.id}"))
    own = Moderator(sign_in_as(app, "max@courier.example"))

    assert "Say it aloud." in page
    assert f'action="/queue/{appealed.id}/uphold"' in page
    assert f'action="/queue/{appealed.id}/reopen"' in page
    assert "a colleague has to look at it" in text_of(own.get(f"/queue/{appealed.id}"))


TWICE = ("Wrong Wrong", "The Marlowe lay in the harbour.", "Marlowe’s crew slept. No Marlowes.")


@pytest.mark.parametrize("sent", ["form", "list", "commas"])
def test_the_same_words_elsewhere_are_one_decision(moderator, sent):
    article = an_article(*TWICE)
    text = article.current.text
    first, second = text.index("Marlowe"), text.index("Marlowe’s")
    correction = word_at(article, first)
    path = f"/queue/{correction.id}"
    card = moderator.get(path).get_data(as_text=True)
    verdict = {"action": "accept", "seen": 1, "revision": 1} | YES

    if sent == "form":
        answer = moderator.post(f"{path}/decision", verdict | {"also": [str(second)]})
    else:
        also = [second] if sent == "list" else f"{second}, "
        answer = moderator.post_json(f"{path}/decision", verdict | {"also": also})

    assert answer.status_code in (200, 303)
    assert f'name="also" value="{second}"' in card
    assert card.count('name="also"') == 2  # once for each way of accepting, the plural never
    db.session.rollback()
    assert "Marlow’s crew" in article.current.text
    assert "The Marlow lay" in article.current.text


def word_at(article, start):
    """A correction of one of the places where a ship is named."""
    sent = Proposal(article.head, start, start + 7, "Marlowe", "Marlow", email="a@reader.example")
    receipt = submission.submit(article.slug, sent, key=None, now=NOON)
    return tokens.by_token(receipt.token)


@pytest.mark.parametrize(
    ("also", "status", "code"),
    [("here", 422, "invalid"), ([1.5], 422, "invalid"), ([[1]], 422, "invalid"),
     ("-1", 422, "invalid"), (10**12, 422, "invalid"), ([3], 409, "text_moved")],
)  # fmt: skip
def test_a_place_that_is_not_of_these_words_is_refused(moderator, also, status, code):
    correction = a_correction(an_article())

    answer = moderator.post_json(
        f"/queue/{correction.id}/decision",
        {"action": "accept", "seen": 1, "revision": 1, "also": also},
    )

    assert (answer.status_code, answer.json["error"]) == (status, code)


def test_a_decided_cluster_names_all_that_it_closed(moderator):
    article = an_article()
    leader = a_correction(article, "four million", "five million")
    twin = a_correction(article, "four million", "five million", email="b@reader.example")
    rival = a_correction(article, "four million", "six million", email="c@reader.example")
    before = text_of(moderator.get(f"/queue/{leader.id}"))
    decided(moderator, leader)

    page = text_of(moderator.get(f"/queue/{leader.id}"))
    behind = text_of(moderator.get(f"/queue/{twin.id}"))

    assert "Accepting this closes another one:" in before
    assert "1 more reader asks for the same" in before
    assert twin.reference in page
    assert rival.reference in page
    assert leader.reference in behind
    undoing.undo(twin.id, Act(_max(), None, now()))
    assert {as_it_is(one).status for one in (leader, twin, rival)} == {"pending"}


def _max():
    return accounts.by_email("max@courier.example")


def test_a_card_says_where_it_stands_and_in_which_list(moderator):
    article = an_article()
    slip = a_correction(article, "the the", "the", now=now())
    facts = [
        a_correction(article, "May 2025", f"May {n}", kind="fact", now=now()) for n in (2026, 2027)
    ]

    plain = text_of(moderator.get(f"/queue/{facts[1].id}"))
    narrowed = text_of(moderator.get(f"/queue/{facts[1].id}?kind=fact&article=harbour-wall"))
    outside = text_of(moderator.get(f"/queue/{slip.id}?kind=fact"))
    strange = moderator.get(f"/queue/{slip.id}?kind=nonsense&lane=nowhere")

    assert re.search(r"data-place=\"\d\" data-total=\"3\"", plain)
    assert ">2 of 2<" in narrowed
    assert "<bdi>article: harbour-wall</bdi>" in narrowed
    assert narrowed.count("data-row=") == 2
    assert f'data-row="{facts[1].id}" aria-current="true"' in narrowed
    assert "data-place" not in outside
    assert outside.count("data-row=") == 2
    assert strange.status_code == 200


def test_a_card_that_a_script_asks_for_comes_without_the_list(moderator):
    correction = a_correction(an_article())

    alone = text_of(moderator.get(f"/queue/{correction.id}", headers={"Prefer": "return=minimal"}))

    assert ">1 of 1<" in alone
    assert "data-beside" not in alone
