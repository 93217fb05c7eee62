"""Applications for tests: most tests take turns on one, which each finds as if it were new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from corrections_app import config, create_app, schema
from corrections_app.extensions import db
from corrections_app.workflow.people import passwords

TRIAL: dict[str, Any] = {
    "TESTING": True,
    "LIMITS": "off",
    "LANGUAGES": "en",
    "PUBLIC_URL": "http://localhost",
    "MAIL_SENDER": "corrections@courier.example",
    "UNDO_SECONDS": 600,
}

SHIPPED = passwords._hasher
"""What makes passwords' hashes outside of tests."""
# A hash is made to be slow, and the tests make hundreds: one quick turn of the same algorithm.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test, nor with one another."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        # Flask would run the request in the context the test stands in, `g` and all.
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Applications:
    """The applications of a test process, on the database that its tests take turns on.

    Binding every route and compiling every query anew takes longer than most
    tests: so whoever asks for no settings of their own gets the same application
    again, with its settings and its instance as at the beginning.
    """

    def __init__(self, templates: str) -> None:
        self.compiled = FileSystemBytecodeCache(templates)
        self.plain: Flask | None = None
        self.settings: dict[str, Any] = {}
        self.in_use: list[Flask] = []
        self.backends: set[int] = set()
        """PostgreSQL's processes that the common application keeps: new ones know no table yet."""

    def make(self, database: str, instance: Path, own: bool = False, **settings: Any) -> Flask:
        """An application with these settings.

        Nobody else is given it where it has any, or where it is to be one's ``own``.
        """
        given = TRIAL | {"DATABASE_URL": database, "INSTANCE": str(instance)}
        if settings or own:
            app = self._new(given | settings)
        elif self.plain is None:
            app = self.plain = self._new(given)
            self.settings = dict(app.config)
            self._note_backends(app)
        else:
            app = self._renewed(self.plain, instance)
        self.in_use.append(app)
        return app

    def put_down(self) -> None:
        """Let go of the database, and see that nothing of the application still holds it."""
        held = []
        while self.in_use:
            app = self.in_use.pop()
            with app.app_context():
                held.append(db.engine.pool.status() if _checked_out() else "")
                if app is not self.plain or held[-1] or db.engine.dialect.name == "sqlite":
                    db.engine.dispose()
        assert not any(held), held

    def _note_backends(self, app: Flask) -> None:
        with app.app_context():
            if db.engine.dialect.name == "postgresql":
                event.listen(db.engine, "connect", self._note_backend)

    def _note_backend(self, connection: Any, _record: Any) -> None:
        self.backends.add(connection.info.backend_pid)

    def _new(self, given: dict[str, Any]) -> Flask:
        app = create_app(given)
        schema.with_migrations(app)  # tests go up and down by flask-migrate itself
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = self.compiled
        return app

    def _renewed(self, app: Flask, instance: Path) -> Flask:
        instance.mkdir(parents=True, exist_ok=True)
        app.instance_path = str(instance)
        app.config.clear()
        app.config.update(self.settings, SECRET_KEY=config.secret_key(instance))
        app.extensions["counters"].reset()
        return app


def _checked_out() -> int:
    count: int = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    return count
