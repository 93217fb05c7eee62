"""Reader corrections: readers fix what is wrong, editors decide, everyone is told."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from corrections_app import config as configuration
from corrections_app import modes
from corrections_app.config.hosts import is_loopback
from corrections_app.config.mail import mail_server
from corrections_app.domain.roles import Asked

PACKAGE = Path(__file__).parent

log = logging.getLogger(__name__)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application: the one place where all parts meet.

    ``config`` overrides every other setting; names may carry the
    ``CORRECTIONS_`` prefix or not. Raises `config.BadConfiguration`.
    """
    given = dict(config or {})
    instance = instance_folder(given)
    settings = configuration.load(instance, given)
    app = Flask(__name__, instance_path=str(instance), template_folder=str(shelf("templates")))
    app.config.from_mapping(settings)
    _fill_in(app, instance)
    _check_sign_in(app.config)
    _look_in_instance_first(app)
    _bind(app)
    return app


def instance_folder(config: Mapping[str, Any]) -> Path:
    """The folder of what belongs to one machine; made when it is missing."""
    named = config.get("INSTANCE") or config.get("CORRECTIONS_INSTANCE")
    folder = Path(named or os.environ.get("CORRECTIONS_INSTANCE") or "instance").resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise configuration.BadConfiguration(
            f"CORRECTIONS_INSTANCE is {str(folder)!r}, which cannot be made: {error.strerror}."
        ) from error
    return folder


def shelf(name: str) -> Path:
    """A folder that stands beside the package in a checkout and inside it in a wheel."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def _fill_in(app: Flask, instance: Path) -> None:
    from corrections_app.language import installed
    from corrections_app.models.engine import options_for

    url = app.config["DATABASE_URL"] or f"sqlite:///{instance / 'corrections.sqlite'}"
    app.config["PUBLIC_URL_IS_NAMED"] = app.config["PUBLIC_URL"] is not None
    public = app.config["PUBLIC_URL"] or configuration.served_at(instance)
    is_https = public.startswith("https:")
    smtp_server = mail_server(app.config["MAIL_URL"])
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or configuration.secret_key(instance)
    app.config.update(
        LANGUAGES=app.config["LANGUAGES"] or installed(),
        PUBLIC_URL=public,
        FURTHER_HOSTS=app.config["TRUSTED_HOSTS"],
        TRUSTED_HOSTS=None,  # Flask's own check comes too late: `web.hosts` asks before it
        SMTP_SERVER=smtp_server,
        HAS_MAIL_SERVER=smtp_server is not None,
        # Then nobody is promised a letter: it would lie here, where no reader can open it.
        LETTERS_STAY_HERE=smtp_server is None and not is_loopback(public),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=options_for(url, app.config["DATABASE_POOL"]),
        PERMANENT_SESSION_LIFETIME=app.config["SESSION_ABSOLUTE"],
        # No other host, not even one beside ours, can set a cookie of this name (RFC 6265bis).
        SESSION_COOKIE_NAME="__Host-corrections" if is_https else "corrections",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=is_https,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard of each route asks for the token
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # a missing Referer must not cost anyone their text
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
    )


def _check_sign_in(settings: Mapping[str, Any]) -> None:
    """Refuse settings of sign-in that cannot be kept together. Raises `BadConfiguration`."""
    issuer, client = settings["OIDC_ISSUER"], settings["OIDC_CLIENT_ID"]
    if bool(issuer) != bool(client):
        raise configuration.BadConfiguration(
            "CORRECTIONS_OIDC_ISSUER and CORRECTIONS_OIDC_CLIENT_ID go together: set both or none."
        )
    wanted = {"OIDC_ISSUER": ("authlib", bool(issuer), "oidc")}
    asked = settings["SECOND_FACTOR"] != Asked.OPTIONAL
    wanted["SECOND_FACTOR"] = ("pyotp", asked, "second-factor")
    for name, (package, is_wanted, extra) in wanted.items():
        if is_wanted and not find_spec(package):
            raise configuration.BadConfiguration(
                f"CORRECTIONS_{name} needs the extra: pip install 'reader-corrections[{extra}]'."
            )


def _close_to_others(instance: Path, database: Path | None) -> None:
    opened = modes.close(instance, database)
    if opened:
        log.warning(
            "Other accounts of this machine could read %s: that is closed now (0700, files 0600).",
            opened[0] if len(opened) == 1 else f"{instance} ({len(opened)} files and folders)",
        )


def _look_in_instance_first(app: Flask) -> None:
    overrides = FileSystemLoader(Path(app.instance_path) / "templates")
    app.jinja_loader = ChoiceLoader([overrides, FileSystemLoader(app.template_folder or "")])


def _bind(app: Flask) -> None:
    # Imported here so that reading the settings costs nothing but the settings.
    from limits.errors import ConfigurationError as LimitsError
    from sqlalchemy.exc import SQLAlchemyError

    from corrections_app import extensions, language, models, web
    from corrections_app.models.engine import file_of, prepare

    assert models.__all__
    try:
        extensions.db.init_app(app)
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise configuration.BadConfiguration(
            f"CORRECTIONS_DATABASE_URL cannot be used: {error}. (PostgreSQL needs the extra: "
            "pip install 'reader-corrections[postgres]'.)"
        ) from error
    with app.app_context():
        prepare(extensions.db.engine)
        _close_to_others(Path(app.instance_path), file_of(extensions.db.engine))
    extensions.csrf.init_app(app)
    try:
        extensions.counters.init_app(app)
    except (LimitsError, ValueError) as error:
        raise configuration.BadConfiguration(
            f"CORRECTIONS_REDIS_URL cannot be used: {error}. (It needs the extra: "
            "pip install 'reader-corrections[redis]'.)"
        ) from error
    extensions.login.init_app(app, add_context_processor=False)  # web.access has a lazy one
    language.install(app)
    try:
        language.reword(Path(app.instance_path) / "sentences")
    except language.BadSentences as error:
        raise configuration.BadConfiguration(str(error)) from None
    web.register(app)
