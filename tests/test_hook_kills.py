"""A worker that is killed with a call on the wire loses none, and the next one says it again."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager

from sqlalchemy import select, update
from standardwebhooks import Webhook

from corrections_app.extensions import db
from corrections_app.models import Call, Event, Hook
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import registry
from corrections_app.workflow.transaction import write
from tests.builders import NOON, an_article
from tests.processes import ROOT, environment
from tests.receiver import receiving
from tests.workflow.hooks.programs import a_hook
from tests.workflow.hooks.test_calling import happened


@contextmanager
def worker(app, database, folder, receiver):
    """``corrections mail worker`` as an operator runs it, until the block ends."""
    settings = {
        "DATABASE_URL": database,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "INSIDE_HOSTS": receiver.place,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "corrections_app", "mail", "worker"],
        cwd=ROOT,
        env=environment(folder, **settings),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=60)


def came(receiver, times=1):
    for _ in range(times):
        assert receiver.came.acquire(timeout=90)


def test_a_worker_killed_with_a_call_on_the_wire_loses_none_and_mixes_up_none(
    app, database, tmp_path
):
    article, number = an_article(), a_hook()
    gone = threading.Event()
    with receiving() as receiver, ExitStack() as others:
        with write() as session:
            session.execute(update(Hook).values(url=receiver.url))
        happened(article, times=4, now=now())  # what is older than a month would be purged
        db.session.rollback()
        receiver.answers = lambda _heard: (gone.wait(90) and 200, {}, b"")
        with worker(app, database, tmp_path / "one", receiver) as first:
            came(receiver)
            first.kill()
            first.wait(timeout=60)
        gone.set()
        with write() as session:  # a minute later
            session.execute(update(Hook).values(leased_until=NOON))
        for name in ("two", "three"):
            others.enter_context(worker(app, database, tmp_path / name, receiver))
        came(receiver, times=4)

    order = select(Event.uid).join(Call, Call.event_id == Event.id).order_by(Call.id)
    uids = list(db.session.scalars(order))
    secret = registry.secret_of(db.session.get_one(Hook, number)).words
    assert [heard.uid for heard in receiver.heard] == [uids[0], *uids]
    for heard in receiver.heard:
        assert Webhook(secret).verify(heard.body.decode(), dict(heard.headers))
