"""Browsers without scripts: a stranger's and a signed-in moderator's."""

from __future__ import annotations

import re
from typing import Any

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.people import accounts
from tests.builders import CONFIRMED, NOON

JSON = {"Accept": "application/json"}
YES = {"confirmed": " ".join(CONFIRMED)}
"""What a form sends for somebody who has looked at whatever a change touches."""


class Moderator:
    """A signed-in browser that reads the token from its pages, as the scripts do."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.read = ("", "")

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, **kwargs)

    def token(self) -> str:
        """Of a page that was read in this session, however much was done in it since."""
        if not self._session() or self._session() != self.read[0]:
            page = self.client.get("/account").get_data(as_text=True)
            found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
            assert found
            self.read = (self._session(), found[1])
        return self.read[1]

    def _session(self) -> str:
        """What its tokens are signed for; nothing where none was asked for."""
        with self.client.session_transaction() as session:
            return str(session.get("csrf_token", ""))

    def post(self, path: str, fields: dict[str, Any], **kwargs: Any) -> Any:
        return self.client.post(path, data=fields | {"csrf_token": self.token()}, **kwargs)

    def post_json(self, path: str, fields: dict[str, Any]) -> Any:
        headers = JSON | {"X-CSRFToken": self.token()}
        return self.client.post(path, json=fields, headers=headers)


@pytest.fixture
def moderator(app: Any) -> Moderator:
    """Max's browser, signed in by a one-time link."""
    accounts.add("max@courier.example", role=Role.MODERATOR, now=NOON)
    return Moderator(sign_in_as(app, "max@courier.example"))


@pytest.fixture
def editor(app: Any) -> Moderator:
    """Mira's browser."""
    accounts.add("mira@courier.example", role=Role.EDITOR, now=NOON)
    return Moderator(sign_in_as(app, "mira@courier.example"))


def sign_in_as(app: Any, email: str) -> Any:
    """A browser in which this person has signed in."""
    from corrections_app.workflow.clock import now

    browser = app.test_client()
    link = accounts.one_time_link(email, now=now()).removeprefix("http://localhost")
    assert browser.post(link).status_code == 303
    return browser


def as_it_is(correction: Correction) -> Correction:
    """A correction as it stands now, whoever changed it."""
    db.session.rollback()
    return db.session.get_one(Correction, correction.id)


def decided(browser: Moderator, correction: Correction, **fields: Any) -> Any:
    """What a decision that is taken answers."""
    known = {"action": "accept", "seen": as_it_is(correction).version} | YES
    answer = browser.post_json(f"/queue/{correction.id}/decision", known | fields)
    assert answer.status_code == 200
    return answer.json


def text_of(answer: Any) -> str:
    """The page that was answered."""
    return answer.get_data(as_text=True)
