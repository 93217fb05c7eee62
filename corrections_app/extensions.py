"""db, migrate, csrf, limiter, login: made once, bound by create_app."""

from __future__ import annotations

from flask import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


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


class CookielessLogin(LoginManager):
    """Flask-Login that leaves public pages alone.

    Its own hook looks into the session on every answer, which puts
    ``Vary: Cookie`` on pages that a shared cache must keep; it serves only
    the remember-me cookie, which is not used here.
    """

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
csrf = CSRFProtect()
login = CookielessLogin()
limiter = Limiter(key_func=get_remote_address, strategy="fixed-window")
