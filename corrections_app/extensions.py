"""db, csrf, counters, login: made once, bound by create_app."""

from __future__ import annotations

from contextlib import suppress

from flask import Response
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from corrections_app.counting import Counters


class Base(DeclarativeBase):
    """Every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database(SQLAlchemy):
    """Flask-SQLAlchemy whose way out of a request never spoils the answer.

    A connection that the server has ended meanwhile cannot be rolled back, and need not be: what
    was written was committed before. Otherwise a page that is made already would be a 500.
    """

    def _teardown_session(self, exc: BaseException | None) -> None:
        try:
            super()._teardown_session(exc)
        except DBAPIError:
            with suppress(DBAPIError):
                self.session.registry().invalidate()
            self.session.registry.clear()


class CookielessLogin(LoginManager):
    """Flask-Login that leaves public pages alone.

    Its own hook looks into the session on every answer, which puts
    ``Vary: Cookie`` on pages that a shared cache must keep; it serves only
    the remember-me cookie, which is not used here.
    """

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


db = Database(model_class=Base)
csrf = CSRFProtect()
login = CookielessLogin()
counters = Counters()
