"""What several machines of one installation must have in common, as far as one can see of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from corrections_app import schema
from corrections_app.checkup.finding import Finding
from corrections_app.extensions import db
from corrections_app.serving.kept_pages import OWN_CONNECTIONS
from corrections_app.workflow import clock
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import common_key

WORKER_CONNECTIONS = 8
"""More than a letters' worker has threads that ask the database."""
_OF_ONE_MACHINE = {
    "media": "pictures",
    "mail": "letters that no mail server took",
    "secrets": "the keys to sites",
    "config.py": "settings",
    "policy.md": "the policy",
    "templates": "own pages",
    "theme.css": "own style",
}
_ALLOWED = text(
    "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int, rolconnlimit"
    " FROM pg_roles WHERE rolname = current_user"
)


def key() -> Iterator[Finding]:
    """Whether receipts that other machines give out open here."""
    if schema.current() != schema.newest():
        return
    if common_key.is_common():
        yield Finding("key", "the one that this database is used with")
    else:
        yield Finding("key", "not the one that this database is used with", False, common_key.WAY)


def time() -> Iterator[Finding]:
    """Whether this machine's clock can be trusted with leases."""
    if not _is_shared():
        return
    if trouble := delivery.clock_trouble():
        yield Finding("clock", trouble, False, "timedatectl set-ntp true, on every machine")
    else:
        yield Finding("clock", f"within {abs(clock.ahead()).total_seconds():.1f} s of the database")


def connections() -> Iterator[Finding]:
    """What the database's server must allow."""
    if not _is_shared():
        return
    web = current_app.config["DATABASE_POOL"] + OWN_CONNECTIONS
    with db.engine.connect() as connection:
        allowed, of_role = connection.execute(_ALLOWED).one()
    allowed = min(allowed, of_role) if of_role >= 0 else allowed
    said = (
        f"the server allows {allowed}; each web process takes up to {web}, "
        f"a letters' worker {WORKER_CONNECTIONS}"
    )
    fits = web + WORKER_CONNECTIONS <= allowed
    remedy = "raise max_connections there, or lower CORRECTIONS_DATABASE_POOL: docs/scale.md"
    yield Finding("connections", said, fits, "" if fits else remedy)


def counting() -> Iterator[Finding]:
    """Whether what one network sends is counted once for all."""
    if _is_shared() and not current_app.config["REDIS_URL"]:
        remedy = "CORRECTIONS_REDIS_URL, where several machines serve"
        yield Finding("nodes", "each machine counts rates for itself", True, remedy)


def folders() -> Iterator[Finding]:
    """What lies on this machine alone, unless its folder is everyone's."""
    if not _is_shared():
        return
    instance = Path(current_app.instance_path)
    here = [what for name, what in _OF_ONE_MACHINE.items() if (instance / name).exists()]
    if here:
        said = f"{', '.join(here)} lie in {instance}: every machine needs the same (docs/scale.md)"
        yield Finding("nodes", said)


def _is_shared() -> bool:
    """Whether other machines can use this database."""
    return db.engine.dialect.name == "postgresql"
