"""Kill −9 against the real server, again and again; then look whether anything is lost or broken.

    python -m tests.bench.crash [--seconds 60] [--kills 50] [--database postgresql]
                                [--plant split-commit|no-turn|audit-outside] [--nodes]

Two instances are served side by side, so that one starts while the other is
killed. After each kill every invariant holds, all that was acknowledged is
there, no process is left. With ``--plant`` a bug is put into the server, and
the run succeeds when it is caught. With ``--nodes`` it is two nodes and two letters' workers on
one PostgreSQL and one Redis, all of which fall over (`tests.bench.nodes`).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from sqlalchemy import select

from corrections_app import create_app
from corrections_app.config import PREFIX
from corrections_app.domain.lifecycle import Role
from corrections_app.domain.warnings.flags import Flag
from corrections_app.extensions import db
from corrections_app.models import Article, Correction, Decision, Revision
from corrections_app.workflow import tokens
from corrections_app.workflow.articles import importing
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from tests.bench import crowd, faults
from tests.bench.crowd import Client, Crowd, Ledger
from tests.bench.feed import ENDED_BY_FAULT, Feed
from tests.builders import document
from tests.processes import ROOT, environment, family_of, free_port, kill_process, outlived
from tests.workflow.invariants import broken

MODERATORS = 3
READERS = 2
START_SECONDS = 60
LONGEST_STORM = 2.0
STATEMENTS = 9
"""A few more than an accept has, so that none is left out."""


TEXTS = {
    slug: [slug, *(f"Here stands t{n:02}v0000 now." for n in range(crowd.LINES))]
    for slug in crowd.SLUGS
}


class Instance:
    """One instance of the program on its own database: served, killed, looked at."""

    def __init__(
        self, url: str, folder: Path, seed: int = 0, plant: str = "", undo: int = 1,
        letters: bool = True,
    ) -> None:  # fmt: skip
        """``undo`` is the undo window in seconds: how soon ``letters`` begin to go, if any do."""
        self.url, self.folder, self.random = url, folder, Random(seed)
        self.alone = [] if letters else ["--without-worker"]
        self.port, self.kills = free_port(), 0
        self.ledger = Ledger()
        self.process: subprocess.Popen[str] | None = None
        self.armed = folder / "fault"
        self._hook(plant, undo)
        texts = {slug: list(text) for slug, text in TEXTS.items()}
        self.feed = Feed(folder / "feed", self.environment, self.ledger, texts)
        ours = {name: said for name, said in self.environment.items() if name.startswith(PREFIX)}
        self.app = create_app(ours | {"PUBLIC_URL": f"http://127.0.0.1:{self.port}"})
        with self.app.app_context():
            people = self._begin()
        self.readers = [self.a_client() for _ in range(READERS)]
        self.moderators = [self.a_client() for _ in range(MODERATORS)]
        self.start()
        try:
            for client, email in zip(self.moderators, people, strict=True):
                client.sign_in(partial(self._new_link, email))
        except BaseException:
            self.close()  # left behind, it would send the letters of whatever comes next
            raise

    def a_client(self) -> Client:
        """Somebody who asks here."""
        return Client(self.port, self.ledger)

    def _hook(self, plant: str, undo: int) -> None:
        hook = self.folder / "hook"
        hook.mkdir(parents=True)
        (hook / "sitecustomize.py").write_text(faults.SITECUSTOMIZE)
        settings = {"DATABASE_URL": self.url, "LIMITS": "off", "UNDO_SECONDS": str(undo)}
        self.environment = environment(self.folder, **settings) | {
            "PYTHONPATH": os.pathsep.join([str(hook), str(ROOT)]),
            "FAULT_FILE": str(self.armed),
            "FAULT_PLANT": plant,
        }

    def _begin(self) -> list[str]:
        """Articles of words that stand once each; the addresses of the people who decide."""
        for slug, text in TEXTS.items():
            importing.bring_in(document(*text), slug=slug, now=now())
        people = [f"m{n}@courier.example" for n in range(MODERATORS)]
        for email in people:
            accounts.add(email, role=Role.ADMIN, now=now())
        return people

    def _new_link(self, email: str) -> str:
        """The path of a link that lets this person in."""
        with self.app.app_context():
            link = accounts.one_time_link(email, now=now())
            db.session.remove()
        return urlsplit(link).path

    def start(self) -> None:
        """Serve, and wait until it answers."""
        with open(self.folder / "server.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "corrections_app",
                    "serve",
                    "--port",
                    str(self.port),
                    *self.alone,
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """Wait for an answer; what it says meanwhile counts for nothing."""
        probe = Client(self.port, Ledger())
        until = time.monotonic() + START_SECONDS
        while probe.ask("GET", "/healthz")[0] != 200:
            self._still_runs()
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.02)
        self._still_runs()  # or somebody else has answered

    def _still_runs(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, "the server ended by itself"

    def kill(self, *, parent_only: bool = False) -> list[str]:
        """SIGKILL to every process of it, or to the first, which the others must not outlive."""
        assert self.process is not None
        family = family_of(self.process.pid)
        self.kills += 1
        self.feed.kill()
        for pid, _ in family[: 1 if parent_only else None]:
            kill_process(pid)
        self.process.wait()
        return outlived(family)

    def check(self) -> list[str]:
        """What is broken or missing now."""
        with self.app.app_context():
            found = [*broken(db.session()), *self._missing(), *self._missing_imports()]
            db.session.remove()
        log = (self.folder / "server.log").read_text(encoding="utf-8")
        said = [f"the server said: {line}" for line in log.splitlines() if "Error" in line]
        return found + self.ledger.faults + (said if self.ledger.faults else [])

    def _missing(self) -> Iterator[str]:
        known = {one.reference: one for one in db.session.scalars(select(Correction))}
        for reference, token in self.ledger.receipts.items():
            if reference not in known or tokens.token_for(known[reference]) != token:
                yield f"correction {reference} was acknowledged and is not there"
        made = db.session.execute(
            select(Decision.correction_id, Decision.outcome, Decision.undone_at)
        ).all()
        kept = Counter((row.correction_id, row.outcome) for row in made)
        said = Counter((one["id"], one["status"]) for one in self.ledger.decisions)
        for (correction_id, outcome), times in said.items():
            if kept[correction_id, outcome] < times:
                yield f"correction {correction_id} was said to be {outcome} and is not"
        taken_back = Counter(row.correction_id for row in made if row.undone_at is not None)
        for correction_id, times in Counter(self.ledger.undone).items():
            if taken_back[correction_id] < times:
                yield f"a decision on correction {correction_id} was said to be undone and is not"

    def _missing_imports(self) -> Iterator[str]:
        numbers = set(
            db.session.execute(
                select(Article.slug, Revision.number).join(
                    Revision, Revision.article_id == Article.id
                )
            ).all()
        )
        for slug, number in self.ledger.imports:
            if (slug, number) not in numbers:
                yield f"revision {number} of {slug} was said to be imported and is not there"

    def close(self) -> None:
        """Stop everything."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        with self.app.app_context():
            db.engine.dispose()

    def storm(self) -> list[str]:
        """Let the crowd work for a moment, kill in the middle of it, look."""
        if self.process and self.process.poll() is not None:
            self.start()
        seed = self.random.getrandbits(32)
        with Crowd(self.readers, self.moderators, seed, self.feed.send):
            self._wait_for_acts()
            left = self.kill(parent_only=self.random.random() < 0.3)
        return left + self.check()

    def _wait_for_acts(self) -> None:
        """Until some acts have been acknowledged, and then an instant more."""
        enough = self.ledger.total() + self.random.randint(1, 12)
        until = time.monotonic() + LONGEST_STORM
        while self.ledger.total() < enough and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, 0.03))

    def crash_at(self, point: str, number: int = 1) -> tuple[bool, list[str]]:
        """Accept a fresh correction, crash on the way, then ask again as a browser would.

        Whether the point was reached, and what was wrong afterwards.
        """
        client, reader = self.moderators[0], self.readers[0]
        meant = crowd.submission(reader, self.random)
        assert meant is not None
        meant[1]["replacement"] = "another word"
        crowd.submit(reader, *meant)
        with self.app.app_context():
            newest = db.session.scalars(select(Correction).order_by(Correction.id.desc())).first()
            if newest is None:
                return False, self.check() or ["no submission was stored"]
            card = newest.id, newest.version, newest.article.head
            db.session.remove()
        fields = {"action": "accept", "seen": card[1], "revision": card[2], "class": "silent"}
        fields["confirmed"] = " ".join(Flag)
        fields["key"] = f"{point} {number}"
        self.armed.write_text(f"{point} {number}")
        status = crowd.decided(client, card[0], fields)
        self.armed.unlink(missing_ok=True)
        if status != 0:
            return False, [*self.check(), *([] if status == 200 else [f"answered {status}"])]
        found = self.kill() + self.check()
        self.start()
        status = crowd.decided(client, card[0], fields)
        if status != 200:
            found.append(f"the same request again was answered {status}")
        return True, found + self.check()

    def import_at(self, point: str, number: int = 1) -> tuple[bool, list[str]]:
        """Import a changed article, crash on the way, then import it again.

        Whether the point was reached, and what was wrong afterwards.
        """
        lines = [*self.feed.texts["market"], f"Here {self.feed.sent} imports ended."]
        self.armed.write_text(f"{point} {number}")
        status = self.feed.bring_in("market", lines)
        self.armed.unlink(missing_ok=True)
        if status != ENDED_BY_FAULT:
            return False, self.check()
        found = self.check()
        status = self.feed.bring_in("market", lines)
        if status != 0:
            found.append(f"the same import again ended with {status}")
        return True, found + self.check()


def crash_points(instance: Instance, statements: Iterable[int]) -> tuple[int, list[str]]:
    """Each named point, one by one; after which statements, too. How many, and what was wrong."""
    between = [("between-statements", number) for number in statements]
    points = [("after-begin", 1), *between, ("before-commit", 1), ("after-commit", 1)]
    reached = 0
    for point, number in points:
        for act in (instance.crash_at, instance.import_at):
            hit, found = act(point, number)
            reached += hit
            if found:
                return reached, [f"at {point} {number}: {fault}" for fault in found]
    return reached, []


@contextmanager
def instances(count: int, plant: str = "", undo: int = 1) -> Iterator[list[Instance]]:
    """Instances on fresh databases of the engine that the tests run on."""
    from tests.databases import Databases

    folder = Path(tempfile.mkdtemp(prefix="corrections-crash-"))
    folder.chmod(0o755)
    databases = Databases(folder)
    made: list[Instance] = []
    try:
        for n in range(count):
            made.append(Instance(databases.fresh(), folder / f"i{n}", n, plant, undo))
        yield made
    finally:
        for one in made:
            one.close()
        databases.close()
        shutil.rmtree(folder, ignore_errors=True)


def storms(served: list[Instance], *, seconds: float, kills: int) -> list[str]:
    """Storms over all instances at once, until there were enough; what was wrong."""
    found: list[str] = []
    until = time.monotonic() + seconds

    def run(instance: Instance) -> None:
        while not found and (time.monotonic() < until or sum(one.kills for one in served) < kills):
            found.extend(instance.storm())

    threads = [threading.Thread(target=run, args=(instance,)) for instance in served]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def main() -> int:
    """Run what the command line asks for; 0 when all held, or when a planted bug was caught."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--plant", choices=sorted(faults.PLANTS), default="")
    options.add_argument("--nodes", action="store_true")
    asked = options.parse_args()
    if asked.nodes:
        from tests.bench import nodes

        return nodes.run(asked.seconds)
    os.environ["CORRECTIONS_TEST_DATABASE"] = asked.database
    with instances(1, asked.plant, undo=600) as served:
        reached, found = crash_points(served[0], range(1, STATEMENTS + 1))
    print(f"{asked.database}: {reached} crashes at named points")
    if not found:
        begun = time.monotonic()
        with instances(2, asked.plant) as served:
            begun = time.monotonic()
            found = storms(served, seconds=asked.seconds, kills=asked.kills)
            kills, acts = (
                sum(one.kills for one in served),
                sum(one.ledger.total() for one in served),
            )
            imports = sum(len(one.ledger.imports) for one in served)
            refused = sum(one.ledger.refused for one in served)
        print(f"{kills} kills in {time.monotonic() - begun:.0f} s, {acts} acts acknowledged")
        print(f"{imports} imports among them, and {refused} refused")
    for fault in sorted(set(found))[:20]:
        print(f"  {fault}")
    print(f"{len(found)} faults" + (f"; planted: {asked.plant}" if asked.plant else ""))
    return int(bool(found) != bool(asked.plant))


if __name__ == "__main__":
    sys.exit(main())
