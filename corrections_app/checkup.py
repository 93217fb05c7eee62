"""``corrections check``: is everything this program stands on as it should be?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from corrections_app import schema
from corrections_app.config import (
    PREFIX,
    SETTINGS,
    MailServer,
    is_loopback,
    names_in_file,
    unknown_variables,
)
from corrections_app.domain.bounces.source import source_of
from corrections_app.domain.errors import Refusal
from corrections_app.extensions import db, limiter
from corrections_app.models import Site
from corrections_app.models.engine import has_wal_reset_race, sqlite, wrong_pragmas
from corrections_app.web.hosts import Hosts
from corrections_app.workflow import dates
from corrections_app.workflow.articles import media
from corrections_app.workflow.bounces import boxes
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import held, outbox, remedies, writing
from corrections_app.workflow.letters.mime import Malformed, Message
from corrections_app.workflow.letters.smtp import Refused, Undelivered
from corrections_app.workflow.letters.transport import open_post, sender_of
from corrections_app.workflow.pending import depth
from corrections_app.workflow.people import accounts, factors, provider
from corrections_app.workflow.privacy import purging
from corrections_app.workflow.sites import registry, write_backs

_LATE_HOURS = 1
"""Until a change that only waits for the worker is worth a word."""

_OF_LIBRARIES = ("SQLALCHEMY_", "RATELIMIT_", "WTF_", "MAIL_TIMEOUT")
"""How names begin that Flask's own list lacks and that mean something in config.py all the same."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``remedy`` says what to do; a warning has one and is still fine."""

    subject: str
    said: str
    fine: bool = True
    remedy: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.fine and not self.remedy else "warn" if self.fine else "BAD "
        return f"{mark}  {self.subject}: {self.said}" + (f" → {self.remedy}" if self.remedy else "")


def findings() -> Iterator[Finding]:
    """Everything looked at, in order; one failure stops none of the others."""
    looks = (
        _settings,
        _instance,
        _database,
        _schema,
        _engine,
        _pictures,
        _mail,
        _held_letters,
        _keeping,
        _bounces,
        _public_url,
        _limits,
        _waiting,
        _sign_in,
        _hosts,
        _sites,
        _write_backs,
    )
    for look in looks:
        yield from _safely(look)


def test_letter(address: str | None) -> Iterator[Finding]:
    """Send a letter to an address at once, past the outbox, and say what the server said."""
    if not address:
        return
    app = _app()
    try:
        letter = Message(writing.trial(address, now()), sender_of(app))
        with open_post(app) as post:
            post.connect()
            post.send(letter)
    except (Malformed, Refused) as error:
        yield Finding("test letter", str(error), False, "see CORRECTIONS_MAIL_SENDER and ADDRESS")
        return
    except Undelivered as error:
        server = app.config["SMTP_SERVER"]
        remedy = remedies.of(error, server) if server else "see the instance folder"
        yield Finding("test letter", str(error), False, remedy)
        return
    sent = app.config["HAS_MAIL_SERVER"]
    where = "taken by the mail server" if sent else "put into the instance folder"
    yield Finding("test letter", f"{where}, for {address}")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    subject = look.__name__.strip("_").replace("_", " ")
    try:
        yield from look()
    except schema.OldSchema as old:
        yield Finding(subject, "not usable", False, str(old))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(subject, reason, False, "see CORRECTIONS_DATABASE_URL")


def _settings() -> Iterator[Finding]:
    in_file = names_in_file(Path(current_app.instance_path))
    named = [(name, name, "") for name in unknown_variables()]
    named += [
        (name, f"{name} in config.py", "; names of your own are written in small letters")
        for name in in_file
        if not _means_something(name)
    ]
    if not named:
        yield Finding("settings", "read, all of them known")
    for name, place, more in named:
        near = get_close_matches(name.removeprefix(PREFIX), SETTINGS, 1, 0.75)
        prefix = PREFIX if name.startswith(PREFIX) else ""
        remedy = f"write {prefix}{near[0]}" if near else f"take it out{more}"
        yield Finding("settings", f"{place} means nothing", not near, remedy)


def _means_something(name: str) -> bool:
    bare = name.removeprefix(PREFIX)
    return bare in SETTINGS or bare in current_app.default_config or bare.startswith(_OF_LIBRARIES)


def _instance() -> Iterator[Finding]:
    folder = current_app.instance_path
    if os.access(folder, os.W_OK):
        yield Finding("instance", folder)
    else:
        yield Finding("instance", f"{folder} cannot be written to", False, "change its owner")


def _database() -> Iterator[Finding]:
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        url = db.engine.url.render_as_string(hide_password=True)
        yield Finding("database", f"answers at {url}")


def _schema() -> Iterator[Finding]:
    version, needed = schema.current(), schema.newest()
    if version is None:
        yield Finding("schema", "none yet; corrections serve makes it")
    elif version == needed:
        yield Finding("schema", f"version {version}")
    else:
        said = f"version {version}, needed is {needed}"
        yield Finding("schema", said, False, "corrections db upgrade")


def _engine() -> Iterator[Finding]:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar()
        yield Finding("engine", f"PostgreSQL {version}")
        return
    race = has_wal_reset_race()
    remedy = "its WAL mode can, rarely, lose commits: install a pysqlite3 wheel or SQLite 3.51.3"
    yield Finding("engine", f"SQLite {sqlite.sqlite_version}", True, remedy if race else "")
    wrong = wrong_pragmas(db.engine)
    said = ", ".join(f"{name} is {value}" for name, value in wrong.items())
    yield Finding(
        "pragmas", said or "as set", not wrong, "move the database to a local disk" if wrong else ""
    )


def _pictures() -> Iterator[Finding]:
    if schema.current() != schema.newest():
        return
    missing = list(media.missing(db.session()))
    db.session.rollback()
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        remedy = "bring instance/media back from a backup, or import its article again"
        yield Finding("pictures", f"missing: {missing[0]}{more}", False, remedy)
    else:
        yield Finding("pictures", "all there")


def _mail() -> Iterator[Finding]:
    server = current_app.config["SMTP_SERVER"]
    if server is None:
        yield Finding(
            "mail", "letters stay in the instance folder", True, "CORRECTIONS_MAIL_URL sends them"
        )
        return
    yield from open_lines()
    cafile = current_app.config["MAIL_CAFILE"]
    unusable = remedies.of_authorities(cafile)
    if unusable:
        yield Finding("mail", f"{cafile} cannot be used", False, unusable)
        return
    place = f"{server.host}:{server.port}"
    try:
        with open_post(_app()) as post:
            post.connect()
    except Undelivered as error:
        yield Finding("mail", f"{place}: {error}", False, remedies.of(error, server))
    else:
        yield Finding("mail", f"{place} answers{_how(server)}")


def _held_letters() -> Iterator[Finding]:
    made = held.since() if schema.current() else None
    if made is not None:
        number = held.how_many(now())
        said = f"{number} are held since a backup of {dates.day_and_time(made)} came back"
        yield Finding("letters", said, False, "corrections mail release --send, or --drop")


def _keeping() -> Iterator[Finding]:
    """How long readers' addresses are kept, and whether they go in time."""
    days = current_app.config["KEEP_CONTACT_DAYS"]
    most = current_app.config["KEEP_CONTACT_AT_MOST_DAYS"]
    said = f"addresses go {days} days after the last letter, after {most} at the latest"
    if schema.current() == schema.newest() and purging.is_late(now()):
        remedy = "run corrections privacy purge, or keep corrections mail worker running"
        yield Finding("privacy", f"{said}; some should be gone already", False, remedy)
    else:
        yield Finding("privacy", said)
    db.session.rollback()


def _bounces() -> Iterator[Finding]:
    """What comes back: where to, whether it is read, and what it says of this server."""
    bounces, source = current_app.config["BOUNCES"], current_app.config["BOUNCE_SOURCE"]
    if current_app.config["SMTP_SERVER"] is not None or source:
        yield _bounce_box(bounces, source)
    if schema.current() != schema.newest():
        return
    refused = outbox.refused_for_policy(now())
    db.session.rollback()
    if refused:
        yield Finding(
            "refusals",
            f"{refused} letters of the last {outbox.POLICY_SHOWN.days} days were refused for what "
            "this server is",
            True,
            "see to SPF, DKIM and DMARC of the sender's domain, and to block lists; the outbox "
            "says what was said",
        )


def _bounce_box(bounces: str | None, source: str | None) -> Finding:
    if bounces is None:
        said = "letters that cannot be delivered come back to the sender, and nobody reads them"
        if source is None:
            remedy = "CORRECTIONS_BOUNCES and CORRECTIONS_BOUNCE_SOURCE have them read"
            return Finding("bounces", said, True, remedy)
        remedy = "name the address that they come back to in CORRECTIONS_BOUNCES"
        return Finding("bounces", said, False, remedy)
    if source is None:
        remedy = "name where they arrive in CORRECTIONS_BOUNCE_SOURCE"
        return Finding(
            "bounces", f"they come back to {bounces}, and nobody reads them", True, remedy
        )
    place = source_of(source)
    where = f"{place.folder} at {place.host}" if place.host else place.folder
    try:
        with boxes.opened(place, current_app.config["MAIL_CAFILE"]):
            return Finding("bounces", f"they come back to {bounces} and are read in {where}")
    except boxes.Trouble as trouble:
        said = f"{where} cannot be read: {trouble}"
        return Finding("bounces", said, False, "see CORRECTIONS_BOUNCE_SOURCE")


def _how(server: MailServer) -> str:
    encrypted = ", encrypted" if server.tls != "none" else ""
    return encrypted + (f", signed in as {server.user}" if server.user else "")


def open_lines() -> Iterator[Finding]:
    """A warning where letters go to another machine for everyone between to read."""
    server: MailServer = current_app.config["SMTP_SERVER"]
    if server.tls == "none" and not is_loopback(current_app.config["MAIL_URL"]):
        too = ", the password too" if server.user else ""
        remedy = "write ?tls=starttls into CORRECTIONS_MAIL_URL where the server offers it"
        yield Finding("mail", f"not encrypted on the way to {server.host}{too}", True, remedy)


def _public_url() -> Iterator[Finding]:
    url = current_app.config["PUBLIC_URL"]
    if not current_app.config["PUBLIC_URL_IS_NAMED"]:
        remedy = "CORRECTIONS_PUBLIC_URL names the address readers use"
        yield Finding("public URL", f"{url}, on this machine only", True, remedy)
    elif url.startswith("https:") or is_loopback(url):
        yield Finding("public URL", url)
    else:
        yield Finding("public URL", f"{url} is not encrypted", True, "use https")


def _limits() -> Iterator[Finding]:
    """What keeps a crowd out, and whether it can tell one reader from another."""
    settings = current_app.config
    behind_a_proxy = settings["PUBLIC_URL_IS_NAMED"] and not is_loopback(settings["PUBLIC_URL"])
    if settings["LIMITS"] == "off":
        remedy = "take CORRECTIONS_LIMITS out: anybody may send as much as they like"
        yield Finding("limits", "off", True, remedy if behind_a_proxy else "")
        return
    yield Finding("limits", f"{settings['LIMITS']} from one network")
    if behind_a_proxy and not settings["PROXY_HOPS"]:
        remedy = "CORRECTIONS_PROXY_HOPS=1: otherwise all readers count as one"
        yield Finding("limits", "no proxy is believed to say who asks", True, remedy)
    url = settings["REDIS_URL"]
    if url and limiter.storage.check():
        yield Finding("limits", "counted in Redis, which answers")
    elif url:
        said = "Redis does not answer; each process counts for itself, so twice as much may come"
        yield Finding("limits", said, False, "start it, or see CORRECTIONS_REDIS_URL")


def _waiting() -> Iterator[Finding]:
    """Whether readers are told to come again, because nobody could read what they send."""
    if schema.current() != schema.newest() or not depth.is_limited():
        return
    number, most = depth.waiting(db.session()), current_app.config["MOST_WAITING"]
    remedy = "decide some, or raise CORRECTIONS_MOST_WAITING: readers are asked to come again"
    yield Finding("waiting", f"{number:,} of {most:,}", True, remedy if number >= most else "")


def _sign_in() -> Iterator[Finding]:
    """Who has a second factor, and whether the newsroom's provider answers."""
    if schema.current() == schema.newest():
        active = {person.id for person in accounts.everyone() if person.active}
        holders = len(active & factors.holders())
        asked = current_app.config["SECOND_FACTOR"]
        yield Finding("second step", f"{asked}; {holders} of {len(active)} people have one")
    if provider.is_set():
        try:
            provider.check()
            yield Finding("provider", current_app.config["OIDC_ISSUER"])
        except Refusal as refusal:
            remedy = "see CORRECTIONS_OIDC_ISSUER, and CORRECTIONS_INSIDE_HOSTS for one of your own"
            yield Finding("provider", refusal.message, False, remedy)


def _hosts() -> Iterator[Finding]:
    hosts: Hosts = current_app.config["HOSTS"]
    named = ", ".join(sorted(hosts.names))
    if hosts.on_trial:
        remedy = "CORRECTIONS_PUBLIC_URL ends the trial: then only named hosts are answered"
        yield Finding("hosts", f"{named} and every bare IP address", True, remedy)
    else:
        yield Finding("hosts", f"{named}; on this machine also localhost")


def of_site(site: Site) -> Iterator[Finding]:
    """What works of a site and what does not."""
    try:
        for found in registry.opened(site).check():
            said = f"{found.subject}: {found.said}"
            yield Finding(f"site {site.name}", said, found.fine, found.remedy)
    except Refusal as refusal:
        yield Finding(f"site {site.name}", refusal.message, False)


def _sites() -> Iterator[Finding]:
    if schema.current() == schema.newest():
        for site in registry.named(()):
            yield from of_site(site)


def _write_backs() -> Iterator[Finding]:
    """What is not on the newsroom's own pages yet; said only where articles live at sites."""
    if schema.current() != schema.newest() or not write_backs.has_sites():
        return
    backlog = write_backs.backlog()
    if backlog.oldest is None:
        yield Finding("write-backs", "every accepted change is on its page")
        return
    hours = (now() - backlog.oldest).total_seconds() / 3600
    said = (
        f"{backlog.waiting} on their way, {backlog.needing} for a person; the oldest since "
        f"{dates.day_and_time(backlog.oldest)}"
    )
    remedy = ""
    if backlog.needing:
        remedy = "look at /writebacks: each says what to do; letters wait for it"
    elif hours >= _LATE_HOURS:
        remedy = "does corrections serve, or corrections mail worker, run?"
    yield Finding("write-backs", said, True, remedy)
