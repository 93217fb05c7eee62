"""The description as people read it: all of it, and every link leads somewhere."""

from __future__ import annotations

import re

from tests.web.api.described import Described

PAGE = "/api/v1/"


def test_everything_that_is_described_stands_on_the_page(client):
    page = client.get(PAGE).get_data(as_text=True)
    told = Described()

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for operation in told.operations():
        assert operation.id in ids
        for scope in operation.scopes:
            assert f"<code>{scope}</code>" in page
    assert set(told.document["components"]["schemas"]) <= set(ids)
    # Where the refusals of programs lead (RFC 9457, 3.1.1).
    assert {"not_permitted", "needs_confirmation", "too_many"} <= set(ids)


def test_every_link_on_it_leads_somewhere(client):
    page = client.get(PAGE).get_data(as_text=True)

    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'\bid="([^"]+)"', page)) | {"content"}
    assert len(targets) > 30
    assert client.get("/api/v1/openapi.json").status_code == 200


def test_it_is_the_same_for_everyone_and_asks_nobody_else(client):
    answer = client.get(PAGE)

    assert answer.cache_control.public
    assert "Set-Cookie" not in answer.headers
    page = answer.get_data(as_text=True)
    assert set(re.findall(r'(?:src|href)="(https?://[^"]+)"', page)) == set()
    assert "`" not in page
