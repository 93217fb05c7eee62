"""Settings: defaults, then CORRECTIONS_* variables, then instance/config.py; nonsense is refused.

Inside the application the names stand without the prefix: ``PUBLIC_URL``.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from corrections_app.config import hosts, mail, values
from corrections_app.domain.roles import Asked

PREFIX = "CORRECTIONS_"
DEFAULT_URL = "http://127.0.0.1:5000"
SITE_KEY = re.compile(f"{PREFIX}SITE_[A-Z0-9_]+_SECRET")
"""A variable that holds the key to one site (`sites.keys`)."""


class BadConfiguration(Exception):
    """A setting that cannot be meant; the message names it and what would do."""


@dataclass(frozen=True)
class Setting:
    """One name an operator may set: its default, and how a text becomes its value."""

    default: Any
    parse: Callable[[str], Any]


SETTINGS: dict[str, Setting] = {
    "DATABASE_URL": Setting(None, values.database),
    "DATABASE_POOL": Setting(16, values.whole(4, 200)),
    "SECRET_KEY": Setting(None, values.secret),
    "PUBLIC_URL": Setting(None, hosts.public_url),
    "MAIL_URL": Setting("maildir:", mail.mail_url),
    "MAIL_CAFILE": Setting(None, values.text),
    "BOUNCES": Setting(None, mail.bounces),
    "BOUNCE_SOURCE": Setting(None, mail.bounce_source),
    "MAIL_SENDER": Setting("corrections@localhost", mail.account),
    "REPLY_TO": Setting(None, mail.address),
    "SIGNATURE": Setting(None, values.text),
    "CONFIRM_EMAIL": Setting("off", values.choice("off", "always")),
    "LANGUAGES": Setting(None, values.languages),
    "DIGEST": Setting("off", values.choice("off", "daily", "hourly")),
    "NEWSROOM": Setting("The Harbour Courier", values.line),
    "EDITOR": Setting("editor@localhost", mail.account),
    "UNDO_SECONDS": Setting(600, values.whole(0, 3600)),
    "ANSWER_DAYS": Setting(7, values.whole(1, 60)),
    "KEEP_CONTACT_DAYS": Setting(30, values.whole(1, 365)),
    "KEEP_CONTACT_AT_MOST_DAYS": Setting(90, values.whole(1, 3650)),
    "SECOND_APPROVAL": Setting("off", values.choice("off", "facts", "all")),
    "SESSION_IDLE": Setting(
        timedelta(hours=24), values.span(values.SHORTEST_SESSION, timedelta(days=30))
    ),
    "SESSION_ABSOLUTE": Setting(
        timedelta(days=14), values.span(values.SHORTEST_SESSION, timedelta(days=90))
    ),
    "OIDC_ISSUER": Setting(None, hosts.issuer),
    "OIDC_CLIENT_ID": Setting(None, values.line),
    "OIDC_CLIENT_SECRET": Setting(None, values.text),
    "SECOND_FACTOR": Setting("optional", values.choice(*Asked)),
    "REDIS_URL": Setting(None, values.text),
    "TRUSTED_HOSTS": Setting((), hosts.host_names),
    "PROXY_HOPS": Setting(0, values.whole(0, 10)),
    "TIMEZONE": Setting("UTC", values.zone),
    "LIMITS": Setting("30/hour", values.limits),
    "LIMITS_PER_ARTICLE": Setting("120/hour", values.rates),
    "LIMITS_PER_MAILBOX": Setting("30/hour;100/day", values.rates),
    "LIMITS_PER_SITE": Setting("1000/hour", values.rates),
    "MOST_WAITING": Setting(2000, values.whole(1, 1_000_000)),
    "MOST_WAITING_PER_ARTICLE": Setting(300, values.whole(1, 1_000_000)),
    "LOG": Setting("auto", values.choice("auto", "json", "plain")),
    "METRICS_TOKEN": Setting(None, values.secret),
    "INSIDE_HOSTS": Setting((), hosts.inside_hosts),
    "EMBED_ORIGINS": Setting((), hosts.origins),
}


def load(instance: Path, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Every setting for the instance folder, checked.

    Raises `BadConfiguration`, whose message is a sentence for whoever started it.
    """
    given = _from_environment() | _from_file(instance / "config.py")
    given |= {name.removeprefix(PREFIX): value for name, value in (overrides or {}).items()}
    settings = {name: setting.default for name, setting in SETTINGS.items()}
    for name, value in given.items():
        settings[name] = _checked(name, value)
    _check_keeping(settings)
    return settings


def _check_keeping(settings: Mapping[str, Any]) -> None:
    """Addresses go some days after the last letter: so the end of it all cannot come before."""
    after, most = settings["KEEP_CONTACT_DAYS"], settings["KEEP_CONTACT_AT_MOST_DAYS"]
    if most < after:
        raise BadConfiguration(
            f"{PREFIX}KEEP_CONTACT_AT_MOST_DAYS is {most}; it must be no less than "
            f"{PREFIX}KEEP_CONTACT_DAYS, which is {after}."
        )


def unknown_variables() -> list[str]:
    """CORRECTIONS_* variables that mean nothing here: most likely misspelt."""
    known = {PREFIX + name for name in SETTINGS} | {PREFIX + "INSTANCE"}
    ours = (name for name in os.environ if name.startswith(PREFIX) and name not in known)
    return sorted(name for name in ours if not SITE_KEY.fullmatch(name))


def names_in_file(instance: Path) -> list[str]:
    """The settings that instance/config.py names, as they are written there."""
    return sorted(name for name in _run(instance / "config.py") if name.isupper())


def served_at(instance: Path) -> str:
    """Where this instance is, or was last, served on this machine: `server` notes it down."""
    with suppress(OSError):
        noted = (instance / "serve.lock").read_text(encoding="utf-8").split()
        return next((word for word in noted if word.startswith("http://")), DEFAULT_URL)
    return DEFAULT_URL


def secret_key(instance: Path) -> str:
    """The key kept in the instance folder, made on first use, readable by its owner alone.

    Raises `BadConfiguration` for a file that holds none: an empty key signs nothing.
    """
    path = instance / "secret_key"
    if not path.exists():
        # Two processes may start at once: the first to link its finished file wins,
        # and nobody ever reads half a key.
        handle, draft = tempfile.mkstemp(dir=instance, prefix=".secret_key-")
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    try:
        return values.secret(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise BadConfiguration(
            f"{path} holds no key. Bring it back from a backup, or remove it: a new one is made, "
            "and receipts and sign-ins of before are void."
        ) from error


def _from_environment() -> dict[str, Any]:
    return {name: os.environ[PREFIX + name] for name in SETTINGS if os.environ.get(PREFIX + name)}


def _from_file(path: Path) -> dict[str, Any]:
    names = _run(path)
    return {name.removeprefix(PREFIX): value for name, value in names.items() if name.isupper()}


def _run(path: Path) -> dict[str, Any]:
    """All that a file of Python gives a name to. Raises `BadConfiguration`."""
    names: dict[str, Any] = {}
    if not path.exists():
        return names
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    except (Exception, SystemExit) as error:
        raise BadConfiguration(f"{path} cannot be read: {error!r}") from error
    return names


def _checked(name: str, value: Any) -> Any:
    setting = SETTINGS.get(name)
    if setting is None:
        return value
    if value is None:
        return setting.default
    text = values.in_units(value) if isinstance(value, timedelta) else str(value)
    try:
        return setting.parse(text)
    except ValueError as error:
        raise BadConfiguration(f"{PREFIX}{name} is {text!r}; it must be {error}.") from error
