"""Browsers without scripts: a stranger's and a signed-in moderator's."""

from __future__ import annotations

import re
from typing import Any

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.workflow import accounts
from tests.builders import NOON

JSON = {"Accept": "application/json"}


class Moderator:
    """A signed-in browser that reads the token from its pages, as the scripts do."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, **kwargs)

    def token(self) -> str:
        page = self.client.get("/queue").get_data(as_text=True)
        found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
        assert found
        return found[1]

    def post(self, path: str, fields: dict[str, Any], **kwargs: Any) -> Any:
        return self.client.post(path, data=fields | {"csrf_token": self.token()}, **kwargs)

    def post_json(self, path: str, fields: dict[str, Any]) -> Any:
        headers = JSON | {"X-CSRFToken": self.token()}
        return self.client.post(path, json=fields, headers=headers)


@pytest.fixture
def moderator(app: Any) -> Moderator:
    """Max's browser, signed in by a one-time link."""
    accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    return Moderator(sign_in(app, "max@courier.example"))


def sign_in(app: Any, email: str) -> Any:
    """A browser in which this person has signed in."""
    from corrections_app.workflow.times import now

    browser = app.test_client()
    link = accounts.one_time_link(email, now=now()).removeprefix("http://localhost")
    assert browser.post(link).status_code == 303
    return browser
