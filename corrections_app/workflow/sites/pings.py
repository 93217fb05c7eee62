"""A site tells that an article changed there: it is read soon, by the road of every import.

What the site says besides is never looked at: its article is asked for anew. A ping is no promise:
one that is lost, with the process that took it, is found by the next regular sync.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

from flask import Flask, current_app
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from corrections_app.domain.addresses import LONGEST
from corrections_app.domain.errors import Invalid, NotFound, Refusal, TooMany
from corrections_app.extensions import db
from corrections_app.models import Site, SiteArticle
from corrections_app.workflow import tokens
from corrections_app.workflow.clock import now
from corrections_app.workflow.sites import registry, syncing

MOST = 200
"""Articles that may wait in one process."""
_COME_AGAIN = 60
_SEAL = 24  # letters behind the name (`tokens.token`)

log = logging.getLogger(__name__)


def key_of(site: Site) -> str:
    """The key by which a site is known when it tells of a change; good for nothing else."""
    return tokens.token(site.name, "site_changed", site.name)


def by_key(given: str) -> Site:
    """The site whose key this is. Raises `NotFound`."""
    name = given[: -_SEAL - 1]
    site = db.session.scalar(select(Site).filter_by(name=name)) if name else None
    if site is None or not tokens.are_same(key_of(site), given):
        raise NotFound("There is no site at this address. Check that its key was copied whole.")
    return site


def ask(site: Site, reference: str) -> None:
    """Have an article of a site read soon: by its id there, or by its address.

    Raises `Invalid` for what is neither, `NotFound` for a page that nobody named before, and
    `TooMany` where too many wait.
    """
    if not reference or len(reference) > LONGEST or not reference.isprintable():
        raise Invalid("Say which article changed: its id, or its address.")
    if site.kind == "page" and not _is_known(site, reference):
        raise NotFound("This page is not one of those that are read there.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    _waiting.put(app, site.name, reference)


def idle() -> None:
    """Wait until all that was asked for in this process has been looked at."""
    _waiting.join()


class Waiting:
    """Articles to be read, each once, in the order asked for, by one thread that ends with them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._asked: OrderedDict[tuple[str, str], Flask] = OrderedDict()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, app: Flask, name: str, reference: str) -> None:
        """One more; one that waits already waits once. Raises `TooMany`."""
        with self._lock:
            if len(self._asked) >= self._most and (name, reference) not in self._asked:
                raise TooMany(
                    "Too many articles are being read at this moment. Try again in a minute.",
                    retry_after=_COME_AGAIN,
                )
            self._asked[name, reference] = app
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="pings", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait until none is left."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._asked:
                    self._thread = None
                    return
                (name, reference), app = self._asked.popitem(last=False)
            try:
                with app.app_context():
                    _read(name, reference)
            except Exception:  # whatever is wrong with this one, the others must come in
                log.exception("%s: %s could not be read after a ping", name, reference)


_waiting = Waiting()


def _is_known(site: Site, reference: str) -> bool:
    """Whether a page came in before: a ping brings in no new ones, where a site lists none."""
    theirs = SiteArticle.site_id == site.id
    named = (SiteArticle.external_id == reference) | (SiteArticle.address == reference)
    return bool(db.session.scalar(select(exists().where(theirs, named))))


def _read(name: str, reference: str) -> None:
    """Bring one article in. What is wrong with it is kept there, as with every sync."""
    try:
        (site,) = registry.named([name])
        there = registry.opened(site)
        for done in syncing.bring_in(site, there, syncing.Due([reference]), clock=now):
            if done.said:
                log.warning("%s", done.said)
    except (Refusal, SQLAlchemyError) as error:
        log.warning("%s: %s could not be read after a ping: %s", name, reference, error)
