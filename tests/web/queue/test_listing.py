"""The list over HTTP: filters and order in the address, and what is kept of them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders import NOON, SECOND, a_correction, accept, an_article
from tests.web.conftest import JSON


@pytest.fixture
def sent(moderator, max_):
    article = an_article()
    made = {
        "typo": a_correction(article, "the the", "the", kind="typo", now=NOON),
        "fact": a_correction(article, "May 2025", "May 2026", kind="fact", now=NOON + SECOND),
        "other": a_correction(article, "will begin", "shall begin", now=NOON - SECOND),
        "done": a_correction(article, "high time", "time"),
    }
    accept(made["done"], max_)
    return {name: one.id for name, one in made.items()}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["fact", "other", "typo"]),
        ("order=oldest", ["other", "typo", "fact"]),
        ("order=newest", ["fact", "typo", "other"]),
        ("kind=typo", ["typo"]),
        ("risk=number&kind=fact", ["fact"]),
        ("status=accepted", ["done"]),
        ("words=shall", ["other"]),
        ("words=HARBOUR+time", ["done"]),
        ("words=xyzzy", []),
        ("overdue=1", ["fact", "other", "typo"]),
        ("lane=held&kind=typo", []),
    ],
)
def test_the_address_says_what_is_listed(moderator, sent, query, names):
    items = moderator.get(f"/queue?{query}", headers=JSON).json["items"]

    assert [item["id"] for item in items] == [sent[name] for name in names]
    assert moderator.get(f"/queue?{query}").status_code == 200


def test_an_item_tells_its_risks_and_whether_it_is_overdue(moderator, sent):
    items = moderator.get("/queue?status=any", headers=JSON).json["items"]

    told = {item["id"]: (item["risks"], item["overdue"]) for item in items}
    assert told[sent["fact"]] == (["number", "date"], True)
    assert told[sent["done"]][1] is False


@pytest.mark.parametrize(
    ("query", "field"),
    [("kind=mood", "kind"), ("older=soon", "older"), ("words=***", "words"), ("after=x", "after")],
)
def test_a_filter_that_cannot_be_meant_is_refused_by_name(moderator, sent, query, field):
    answer = moderator.get(f"/queue?{query}", headers=JSON)
    page = moderator.get(f"/queue?{query}")

    assert (answer.status_code, answer.json["error"]) == (422, "invalid")
    assert list(answer.json["fields"]) == [field]
    assert page.status_code == 422
    assert answer.json["message"] in page.get_data(as_text=True)


def test_the_next_card_keeps_the_filters(moderator, sent):
    first = moderator.get("/queue/next?status=pending&kind=fact&order=oldest&lane=all&x=1")

    path = urlsplit(first.location)
    assert path.path == f"/queue/{sent['fact']}"
    asked = {"status": ["pending"], "kind": ["fact"], "order": ["oldest"], "lane": ["all"]}
    assert parse_qs(path.query) == asked
    assert moderator.get(first.location).status_code == 200


def test_where_a_filter_leaves_nothing_the_list_says_so(moderator, sent):
    answer = moderator.get("/queue/next?kind=clarity")

    assert (answer.status_code, answer.location) == (303, "/queue?kind=clarity")
    assert moderator.get(answer.location).status_code == 200


def test_a_filtered_list_goes_on_where_it_stopped(moderator):
    article = an_article()
    for number in range(53):
        a_correction(article, "May 2025", f"May {number}", now=NOON + number * SECOND)
    a_correction(article, kind="typo")

    first = moderator.get("/queue?risk=number&order=newest", headers=JSON).json
    more = f"/queue?risk=number&order=newest&after={first['next']}"
    second = moderator.get(more, headers=JSON).json

    assert len(first["items"] + second["items"]) == 53
    assert second["next"] is None
    assert second["items"][-1]["replacement"] == "May 0"


@pytest.mark.parametrize(
    "said",
    [
        '["overdue", 5, 1, 1.0]',
        '["best", "2026-03-02T12:00:00+00:00", 1, 1.0]',
        f'["best", {10**400}, 1, 1.0]',
        '["best", NaN, 1, 1.0]',
        "[" * 5000,
    ],
)
def test_a_place_that_can_be_none_is_refused(moderator, said):
    a_correction(an_article(), "the the", "the")
    after = urlsafe_b64encode(said.encode()).decode().rstrip("=")

    answer = moderator.get(f"/queue?after={after}", headers=JSON)

    assert (answer.status_code, list(answer.json["fields"])) == (422, ["after"])
