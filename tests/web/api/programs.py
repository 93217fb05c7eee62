"""Programs that show a token, as a newsroom's own would."""

from __future__ import annotations

from typing import Any

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Scope
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import tokens

ALL = tuple(Scope)


class Program:
    """Whoever holds a token: it has no cookies, and sends JSON."""

    def __init__(self, app: Any, secret: str, number: int) -> None:
        self.client = app.test_client(use_cookies=False)
        self.secret, self.number = secret, number

    def ask(self, method: str, path: str, /, **sent: Any) -> Any:
        """An answer, with the token in its header; further ``headers`` beside it."""
        headers = {"Authorization": f"Bearer {self.secret}"} | sent.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **sent)

    def get(self, path: str, /, **sent: Any) -> Any:
        return self.ask("GET", path, **sent)

    def post(self, path: str, /, **sent: Any) -> Any:
        return self.ask("POST", path, **sent)

    def put(self, path: str, /, **sent: Any) -> Any:
        return self.ask("PUT", path, **sent)


def a_program(
    app: Any,
    *scopes: str,
    role: Role = Role.EDITOR,
    section: str | None = None,
    name: str = "mira",
    **more: Any,
) -> Program:
    """A program that acts for a person of this role, and of this section; by default for all."""
    owner = a_person(name, role, section)
    held = [one for one in scopes or ALL if scopes or one != Scope.HOOKS_WRITE]
    made = tokens.make(f"{name}'s program", held, owner, now=now(), **more)
    number, secret = made.token.id, made.secret
    db.session.rollback()
    return Program(app, secret, number)


def a_person(name: str, role: Role, section: str | None = None) -> User:
    """Somebody in whose name programs act."""
    from corrections_app.workflow.transaction import write

    user_id = accounts.add(f"{name}@courier.example", role=role, now=now()).id
    with write() as session:
        session.get_one(User, user_id).section = section
    return accounts.one(user_id)
