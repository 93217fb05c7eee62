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
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from limits import parse_many

from corrections_app.domain import addresses, mailbox
from corrections_app.domain.bounces.source import source_of
from corrections_app.domain.roles import Asked

PREFIX = "CORRECTIONS_"
DEFAULT_URL = "http://127.0.0.1:5000"
SHORTEST_SECRET = 16
SITE_KEY = re.compile(f"{PREFIX}SITE_[A-Z0-9_]+_SECRET")
"""A variable that holds the key to one site (`sites.keys`)."""

_PUBLIC_URL = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[^/:\[\]]+)(:\d+)?/?")


class BadConfiguration(Exception):
    """A setting that cannot be meant; the message names it and what would do."""


@dataclass(frozen=True)
class Setting:
    """One name an operator may set: its default, and how a text becomes its value."""

    default: Any
    parse: Callable[[str], Any]


def _text(value: str) -> str:
    return value


def _line(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("one line of text")
    return value.strip()


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"{SHORTEST_SECRET} characters or more, as random as can be")
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return number

    return parse


# When a browser was last seen is known to the minute.
_SHORTEST = timedelta(minutes=5)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _span(low: timedelta, high: timedelta) -> Callable[[str], timedelta]:
    """A length of time with its unit: 45m, 12h, 14d."""

    def parse(value: str) -> timedelta:
        found = re.fullmatch(r"([0-9]{1,6}) ?([mhd])", value)
        span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
        if span is None or not low <= span <= high:
            raise ValueError(
                f"minutes, hours or days such as 45m, 12h or 14d, from {_in_units(low)} to "
                f"{_in_units(high)}"
            )
        return span

    return parse


def _in_units(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _choice(*values: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in values:
            raise ValueError(" or ".join(values))
        return value

    return parse


def _public_url(value: str) -> str:
    plain = value.isprintable() and not set(value) & set(" ?#@\\")
    if not plain or not _PUBLIC_URL.fullmatch(value):
        raise ValueError(
            "an address such as https://corrections.example.org, with no path: the pages need a "
            "host of their own"
        )
    return value.rstrip("/")


Tls = Literal["starttls", "implicit", "none"]


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over: what a MAIL_URL says."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: Tls = "none"


def mail_server(url: str) -> MailServer | None:
    """The server that a MAIL_URL names, whose name and password are percent-encoded.

    None where letters stay in the instance folder. Raises ValueError.
    """
    if url == "maildir:":
        return None
    try:
        parts = urlsplit(url)
        known = parts.scheme == "smtp" and (parts.hostname or "").encode("idna") and parts.port
        tls = parts.query.removeprefix("tls=") if parts.query else "none"
    except ValueError:
        known, tls = False, ""
    if not known or tls not in get_args(Tls):
        raise ValueError(
            "smtp://[user:password@]host:port[?tls=starttls|implicit|none], or maildir:"
        )
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname or "", parts.port or 0, user, password, cast(Tls, tls))


def _mail_url(value: str) -> str:
    mail_server(value)
    return value


def _address(value: str) -> str:
    try:
        return mailbox.public_address(value.strip())
    except mailbox.NotAnAddress as error:
        raise ValueError("one e-mail address") from error


LONGEST_MARK = 40
"""Of the 64 characters before the @, those that tell one letter from another."""


def _bounces(value: str) -> str:
    address = _address(value)
    local = address.partition("@")[0]
    if "+" in local or len(local) + LONGEST_MARK > mailbox.LONGEST_LOCAL_PART:
        raise ValueError("one e-mail address, short and without a +, such as bounces@example.org")
    return address


def _bounce_source(value: str) -> str:
    source_of(value)
    return value


def _account(value: str) -> str:
    # The first editor of a trial sits at editor@localhost, which no stranger may name.
    try:
        return mailbox.address(value.strip().lower())
    except mailbox.NotAnAddress as error:
        raise ValueError("one e-mail address") from error


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone such as Europe/Kyiv") from error
    return value


def _limits(value: str) -> str:
    return value if value == "off" else _rates(value, "rates such as 30/hour;100/day, or off")


def _rates(value: str, wanted: str = "rates such as 30/hour;100/day") -> str:
    try:
        if any(limit.amount < 1 for limit in parse_many(value)):
            raise ValueError("none at all")
    except ValueError as error:
        raise ValueError(wanted) from error
    return value


@dataclass(frozen=True)
class Place:
    """A host, and a port where not the usual ones of the web are meant: ``[::1]:8080``."""

    host: str
    port: int | None = None


def place(text: str) -> Place:
    """The place that a text names. Raises ValueError."""
    parts = urlsplit(f"//{text}")
    bare = not (parts.path or parts.query or parts.fragment or "@" in text or "\\" in text)
    host = (parts.hostname or "").rstrip(".")
    if not host or not bare or host != host.encode("idna").decode():
        raise ValueError(text)
    return Place(host, parts.port)


def _places(value: str) -> tuple[Place, ...]:
    return tuple(place(one.lower()) for one in value.replace(",", " ").split())


def _inside_hosts(value: str) -> tuple[Place, ...]:
    try:
        return _places(value)
    except ValueError as error:
        raise ValueError("hosts such as cms.intranet or 10.0.0.7:8080, with commas") from error


def _host_names(value: str) -> tuple[str, ...]:
    told = "names of hosts without ports, with commas: corrections.intranet, 10.0.0.7"
    try:
        found = _places(value)
    except ValueError as error:
        raise ValueError(told) from error
    if any(one.port is not None or "*" in one.host for one in found):
        raise ValueError(told)
    return tuple(dict.fromkeys(one.host for one in found))


def _origins(value: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in value.split(","))
    if not all(map(addresses.is_origin, found)):
        raise ValueError(
            "origins as browsers write them, with commas between: https://news.example,"
            "https://www.news.example (no path, no slash at the end, no star)"
        )
    return tuple(dict.fromkeys(found))


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    here = parts.scheme == "http" and is_loopback(value)
    if not (parts.scheme == "https" or here) or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "the provider's issuer, such as https://id.example.org, exactly as it says"
        )
    return value


def _database(value: str) -> str:
    scheme = value.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres") or "://" not in value:
        raise ValueError("sqlite:///file or postgresql://user:password@host/name")
    bare = value.partition("://")[2]
    return value if scheme == "sqlite" else f"postgresql+psycopg://{bare}"


SETTINGS: dict[str, Setting] = {
    "DATABASE_URL": Setting(None, _database),
    "SECRET_KEY": Setting(None, _secret),
    "PUBLIC_URL": Setting(None, _public_url),
    "MAIL_URL": Setting("maildir:", _mail_url),
    "MAIL_CAFILE": Setting(None, _text),
    "BOUNCES": Setting(None, _bounces),
    "BOUNCE_SOURCE": Setting(None, _bounce_source),
    "MAIL_SENDER": Setting("corrections@localhost", _account),
    "REPLY_TO": Setting(None, _address),
    "SIGNATURE": Setting(None, _text),
    "CONFIRM_EMAIL": Setting("off", _choice("off", "always")),
    "DIGEST": Setting("off", _choice("off", "daily", "hourly")),
    "NEWSROOM": Setting("The Harbour Courier", _line),
    "EDITOR": Setting("editor@localhost", _account),
    "UNDO_SECONDS": Setting(600, _whole(0, 3600)),
    "KEEP_CONTACT_DAYS": Setting(30, _whole(1, 365)),
    "KEEP_CONTACT_AT_MOST_DAYS": Setting(90, _whole(1, 3650)),
    "SECOND_APPROVAL": Setting("off", _choice("off", "facts", "all")),
    "SESSION_IDLE": Setting(timedelta(hours=24), _span(_SHORTEST, timedelta(days=30))),
    "SESSION_ABSOLUTE": Setting(timedelta(days=14), _span(_SHORTEST, timedelta(days=90))),
    "OIDC_ISSUER": Setting(None, _issuer),
    "OIDC_CLIENT_ID": Setting(None, _line),
    "OIDC_CLIENT_SECRET": Setting(None, _text),
    "SECOND_FACTOR": Setting("optional", _choice(*Asked)),
    "REDIS_URL": Setting(None, _text),
    "TRUSTED_HOSTS": Setting((), _host_names),
    "PROXY_HOPS": Setting(0, _whole(0, 10)),
    "TIMEZONE": Setting("UTC", _zone),
    "LIMITS": Setting("30/hour", _limits),
    "LIMITS_PER_ARTICLE": Setting("120/hour", _rates),
    "LIMITS_PER_MAILBOX": Setting("30/hour;100/day", _rates),
    "LIMITS_PER_SITE": Setting("1000/hour", _rates),
    "MOST_WAITING": Setting(2000, _whole(1, 1_000_000)),
    "MOST_WAITING_PER_ARTICLE": Setting(300, _whole(1, 1_000_000)),
    "LOG": Setting("auto", _choice("auto", "json", "plain")),
    "METRICS_TOKEN": Setting(None, _secret),
    "INSIDE_HOSTS": Setting((), _inside_hosts),
    "EMBED_ORIGINS": Setting((), _origins),
}


def is_loopback(url: str) -> bool:
    """Whether only this machine can reach an address."""
    return is_loopback_name(urlsplit(url).hostname or "")


def is_loopback_name(host: str) -> bool:
    """Whether a host's name or number means the machine that asks."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


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
        return _secret(path.read_text(encoding="utf-8").strip())
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
    text = _in_units(value) if isinstance(value, timedelta) else str(value)
    try:
        return setting.parse(text)
    except ValueError as error:
        raise BadConfiguration(f"{PREFIX}{name} is {text!r}; it must be {error}.") from error
