"""Two web nodes and two letters' workers on one PostgreSQL and one Redis, whatever falls over.

    python -m tests.bench.crash --nodes [--seconds 300]

Readers and moderators go to either node and send again, under the same key, what was not
answered, as browsers and people do. Meanwhile a node and a worker are killed, PostgreSQL is
stopped and started, Redis is lost. Afterwards every invariant holds, all that was acknowledged is
there once, and no letter went twice but the one that a killed worker had in hand.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from corrections_app.domain.lifecycle import LetterState
from corrections_app.extensions import db
from corrections_app.models import Correction, IdempotencyKey
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters import delivery, outbox
from tests.bench import kill_workers
from tests.bench.crash import START_SECONDS, Instance
from tests.bench.crowd import Client, Crowd, Ledger
from tests.databases import postgresql
from tests.processes import ROOT, family_of, free_port, kill_process, outlived
from tests.redis_server import Redis, running
from tests.smtp_sink import Sink

KEY = "the one key that every node of this installation is given"
NODES = WORKERS = 2
PATIENCE = 60.0
PLENTY = "100000/hour"


class Traveller(Client):
    """A person whose every request goes to another node, and again until it is answered."""

    def __init__(self, ports: list[int], ledger: Ledger, seed: int) -> None:
        super().__init__(ports[0], ledger)
        self.ports, self.random = ports, Random(seed)

    def ask(self, *asked: Any, **more: Any) -> tuple[int, str]:
        """Status and body; 0 where nobody answers at all."""
        until = time.monotonic() + PATIENCE
        while True:
            self.port = self.random.choice(self.ports)
            status, said = super().ask(*asked, **more)
            if status not in (0, 503) or time.monotonic() > until:
                return status, said
            time.sleep(0.1)  # as whoever is told to come again

    def address(self, random: Random) -> str:
        """One of its own for each correction: so there is a letter for each decision."""
        return f"reader{random.getrandbits(40):x}@reader.example"

    def excuses(self, answer: http.client.HTTPResponse) -> bool:
        """Nothing was done, and it is said when to come again."""
        return answer.status == 503 and answer.headers["Retry-After"] is not None


class Machine:
    """A node or a letters' worker: a command with an instance folder of its own."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path):
        self.command = [sys.executable, "-m", "corrections_app", *command]
        self.environment = environment | {"CORRECTIONS_INSTANCE": str(folder / name)}
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        """Begin; nobody waits for it here."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> list[str]:
        """SIGKILL to all of it at once; what outlived that."""
        assert self.process is not None
        family = family_of(self.process.pid)
        for pid, _ in family:
            kill_process(pid)
        self.kills += 1
        self.process.wait()
        return outlived(family)

    def hears_to_stop(self) -> bool:
        """Whether it catches SIGTERM by now, which it does once it is at work (proc(5))."""
        assert self.process is not None
        said = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        caught = int(said.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)

    def stop(self) -> int:
        """SIGTERM, and its status in the end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class Cluster(Instance):
    """The whole installation, and what is known of it from outside."""

    def __init__(self, folder: Path, redis: Redis, sink: Sink) -> None:
        self.redis, self.sink = redis, sink
        self.postgres = postgresql(folder)
        self.ports = [free_port() for _ in range(NODES)]
        super().__init__(self.postgres.get_uri(), folder / "cluster")

    def _hook(self, plant: str, undo: int) -> None:
        super()._hook(plant, undo)
        settings = {
            "SECRET_KEY": KEY,
            "PUBLIC_URL": f"http://127.0.0.1:{self.ports[0]}",
            "PROXY_HOPS": "1",
            "REDIS_URL": self.redis.url,
            "MAIL_URL": self.sink.url,
            "MAIL_SENDER": "corrections@courier.example",
            "LIMITS": PLENTY,
            "LIMITS_PER_ARTICLE": PLENTY,
            "LIMITS_PER_SITE": PLENTY,
            "MOST_WAITING": "100000",
            "MOST_WAITING_PER_ARTICLE": "100000",
        }
        self.environment |= {f"CORRECTIONS_{name}": value for name, value in settings.items()}
        self.nodes = [
            self._machine(f"node{n}", "serve", "--port", str(port), "--without-worker")
            for n, port in enumerate(self.ports)
        ]
        self.workers = [self._machine(f"worker{n}", "mail", "worker") for n in range(WORKERS)]

    def _machine(self, name: str, *command: str) -> Machine:
        return Machine(name, list(command), self.environment, self.folder)

    def _begin(self) -> list[str]:
        """The database is empty, and all machines come up on it at once."""
        for machine in (*self.nodes, *self.workers):
            machine.start()
        self.wait_until_up()
        return super()._begin()

    def a_client(self) -> Client:
        """Somebody who asks either node."""
        return Traveller(self.ports, self.ledger, self.random.getrandbits(32))

    def start(self) -> None:
        """Everything runs since `_begin`."""

    def wait_until_up(self) -> None:
        """Wait until each node answers and all its web processes are there, and each worker too."""
        for node in self.nodes:
            self.wait_for_node(node)
        for worker in self.workers:
            self.wait_for_worker(worker)

    def wait_for_node(self, node: Machine) -> None:
        """Wait for an answer; what it says meanwhile counts for nothing."""
        probe = Client(self.ports[self.nodes.index(node)], Ledger())
        eventually(lambda: probe.ask("GET", "/healthz")[0] == 200, START_SECONDS)

    def wait_for_worker(self, worker: Machine) -> None:
        """Wait until it is past what it starts with, which fails where the database is away.

        Whoever supervises it would start it again; here nobody does.
        """
        eventually(worker.hears_to_stop, START_SECONDS)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Readers and moderators are busy meanwhile."""
        with Crowd(self.readers, self.moderators, self.random.getrandbits(32)):
            self.goes_on()
            yield
            self.goes_on()

    def goes_on(self, acts: int = 12) -> None:
        """Until so many more acts were acknowledged."""
        enough = self.ledger.total() + acts
        eventually(lambda: self.ledger.total() >= enough)

    def letters_go(self, letters: int = 3) -> None:
        """Until so many more letters have arrived."""
        enough = len(self.sink.envelopes) + letters
        eventually(lambda: len(self.sink.envelopes) >= enough)

    def lose_node(self, number: int) -> list[str]:
        """Kill a node in the middle of its work, go on without it, start it again."""
        left = self.nodes[number].kill()
        self.goes_on()
        self.nodes[number].start()
        self.wait_for_node(self.nodes[number])
        return left

    def lose_worker(self, number: int) -> list[str]:
        """Kill a letters' worker while letters go, and start it again."""
        self.letters_go()
        left = self.workers[number].kill()
        self.letters_go()
        self.workers[number].start()
        self.wait_for_worker(self.workers[number])
        return left

    def without_postgres(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Stop the database under everyone, look, start it again."""
        self.postgres.stop()
        try:
            meanwhile()
        finally:
            self.postgres.ensure_postgres_running()
        self.goes_on()

    def without_redis(self) -> None:
        """Lose what counts, go on, and have it back empty."""
        self.redis.kill()
        self.goes_on()
        self.redis.start()
        self.goes_on()

    def settled(self) -> list[str]:
        """What is wrong once the workers have stopped and the last letters are sent."""
        ends = [one.stop() for one in self.workers]
        found = [f"a worker ended with {status}" for status in ends if status]
        self.sink.fail()
        with self.app.app_context():
            later = now() + max(outbox.LEASE, timedelta(hours=1))
            delivery.deliver(later)
            # Whoever took a decision back in time has stopped its letter.
            ends = (LetterState.SENT, LetterState.SUPPRESSED)
            kills = sum(one.kills for one in self.workers)
            result = kill_workers.counted(self.sink, kills, ends)
            found += [] if result.is_fine else [str(result)]
            found += self._twice()
            db.session.remove()
        print(f"{self.ledger.total()} acts acknowledged, {result}")
        return found + self.check()

    def _twice(self) -> list[str]:
        """Corrections that are there besides those that their senders' keys stand for."""
        of_keys = IdempotencyKey.scope.startswith("submit:")
        keys = db.session.scalar(select(func.count(IdempotencyKey.id)).where(of_keys))
        rows = db.session.scalar(select(func.count(Correction.id)))
        return [] if keys == rows else [f"{rows} corrections of {keys} requests"]

    def close(self) -> None:
        """Stop everything."""
        for machine in (*self.nodes, *self.workers):
            if machine.process is not None and machine.process.poll() is None:
                machine.kill()
        with self.app.app_context():
            db.engine.dispose()
        self.postgres.cleanup()


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.01)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Everything that belongs to it, in a folder of its own."""
    with ExitStack() as after:
        folder = Path(tempfile.mkdtemp(prefix="corrections-nodes-"))
        folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        sink = Sink(folder / "sink")
        after.callback(sink.close)
        sink.fail(dot="pause")
        made = Cluster(folder, after.enter_context(running()), sink)
        after.callback(made.close)
        yield made


def storm(made: Cluster, seconds: float) -> list[str]:
    """One thing after the other falls over, for so long; what was wrong."""
    found: list[str] = []
    until = time.monotonic() + seconds
    with made.at_work():
        while not found and time.monotonic() < until:
            match made.random.randrange(4):
                case 0:
                    found += made.lose_node(made.random.randrange(NODES))
                case 1:
                    found += made.lose_worker(made.random.randrange(WORKERS))
                case 2:
                    made.without_postgres()
                case 3:
                    made.without_redis()
    return found + made.settled()


def run(seconds: float) -> int:
    """Storms for so long; 0 when all held."""
    os.environ["CORRECTIONS_REQUIRE_BROWSER"] = "1"  # without Redis it says nothing
    with cluster() as made:
        found = storm(made, seconds)
        kills = sum(one.kills for one in (*made.nodes, *made.workers))
    for fault in sorted(set(found))[:20]:
        print(f"  {fault[:2000]}")
    print(f"{kills} kills, {len(found)} faults")
    return int(bool(found))
