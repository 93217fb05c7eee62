"""What readers send and editors decide, beside one durable row on the same server."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from urllib.parse import urlencode

from sqlalchemy import func, select

from corrections_app.extensions import db
from corrections_app.models import Correction
from corrections_app.workflow.clock import now
from tests.bench import filling
from tests.bench.bars import Row, ratio, spread, tried
from tests.bench.crowd import Client
from tests.bench.load import CONNECTIONS, Load, Post, each, press
from tests.bench.newsroom import PARAGRAPHS, Newsroom, Newsrooms, Submissions, together
from tests.bench.reading import failures
from tests.processes import Served
from tests.smtp_sink import Sink

JSON = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
CROWD = 1_000
MEASURES = ("mean", "p99")
EDITORS = 4
"""Who decide at the same time."""
FEW, MANY = 10, 600
READ = 50
"""Articles of which nothing waits in the beginning: those that readers write about."""
AT_A_TIME = 20
"""Submissions in a turn where the mail server hangs: few, so that both meet the same machine."""
MOST_A_SECOND = 4_000
"""Rows that a reference may take: so many are made beforehand."""


class Plan:
    """The newsroom's articles: for each round some with few that wait, and one with many."""

    def __init__(self, rounds: int, decided: int) -> None:
        """``decided``: how many are accepted in a round."""
        self.rounds, self.decided = rounds, decided
        self.few = [FEW] * (rounds * decided + EDITORS)
        self.many = [MANY + decided] * rounds

    def fill(self) -> None:
        """Into an empty database."""
        waiting = [*self.few, *self.many, *[0] * READ]
        paragraphs = [*self.few, *self.many, *[PARAGRAPHS] * READ]
        filling.fill_waiting(paragraphs, waiting, now())

    def read(self) -> range:
        """The articles that readers write about."""
        first = len(self.few) + len(self.many) + 1
        return range(first, first + READ)

    def with_few(self, turn: int) -> list[int]:
        """The corrections that are accepted in a round: one of each article."""
        return [FEW * n + 1 for n in range(turn * self.decided, (turn + 1) * self.decided)]

    def beforehand(self) -> list[int]:
        """Those that nobody measures: what is done for the first time fills caches."""
        return [FEW * n + 1 for n in range(len(self.few) - EDITORS, len(self.few))]

    def with_many(self, turn: int) -> list[int]:
        """The same, but all of one article."""
        first = sum(self.few) + turn * (MANY + self.decided) + 1
        return list(range(first, first + self.decided))


def rows(room: Newsroom, site: Served, reference: str, plan: Plan, seconds: int) -> Iterable[Row]:
    """Submissions, then a thousand at once, then decisions, and whether all is stored."""
    editor, sending = room.editor(site), Submissions(plan.read())
    before = _stored(room)
    inserted: list[Load] = []
    sent: list[Load] = []

    def submissions() -> Iterable[Row]:
        for _ in range(plan.rounds):
            inserted.append(submit(reference, sending, seconds))
            sent.append(submit(site.url, sending, seconds))
        yield _beside("submission", sent, inserted, 0.25, "limits raised")
        mean, p99 = (statistics.median(getattr(one, what) for one in sent) for what in MEASURES)
        note = f"mean {mean:.0f} ms, p99 {p99:.0f} ms at {CONNECTIONS} connections"
        yield Row("submission, p99", p99 / mean, "x mean", most=3, note=note)

    def crowd() -> Iterable[Row]:
        sent.append(each(site.url, sending.some(CROWD), JSON, CROWD))
        note = f"each sends one; {sent[-1].rate:,.0f}/s, p99 {sent[-1].p99:,.0f} ms"
        yield Row(a_crowd, sent[-1].failed, "errors", most=0, note=note)

    def decisions(name: str, least: float, ids: Callable[[int], Sequence[int]]) -> Iterable[Row]:
        met = [_accepted(site, editor, ids(turn)) for turn in range(plan.rounds)]
        yield _beside(name, met, inserted, least, f"{plan.decided} by {EDITORS} in each round")

    a_crowd, unknown = f"{CROWD:,} connections submitting", "acknowledged, but not stored"
    few, many = f"accept, {FEW} waiting", f"accept, {MANY} waiting"
    yield from tried("submission", submissions)
    _accepted(site, editor, plan.beforehand())
    yield from tried(few, lambda: decisions(few, 0.15, plan.with_few))
    yield from tried(many, lambda: decisions(many, 0.05, plan.with_many))
    yield from tried(a_crowd, crowd)
    yield from tried(unknown, lambda: [_unknown(unknown, sent, _stored(room) - before)])


def _unknown(name: str, sent: list[Load], stored: int) -> Row:
    """More may be stored than was answered when the time was up; less must not be."""
    done = sum(load.done for load in sent)
    note = f"{done:,} acknowledged, {stored:,} stored"
    return Row(name, max(0, done - stored), "readers", most=0, note=note)


def _stored(room: Newsroom) -> int:
    with room.inside():
        return db.session.scalar(select(func.count(Correction.id))) or 0


def beside_silent_mail(rooms: Newsrooms, pairs: int) -> Row:
    """What submissions lose while the mail server takes connections, silently.

    Both servers stand all the time, each with its letters' worker and as many letters that are
    due, and are asked in turn, now one first and now the other, a few submissions each time.
    """
    rates: dict[bool, list[float]] = {False: [], True: []}
    plan = Plan(1, 1)
    with ExitStack() as after:
        sites = []
        for silent in (False, True):
            room = rooms.filled(lambda: (plan.fill(), _owe(50)))
            sink = Sink(room.instance / "sink")
            after.callback(sink.close)
            if silent:
                sink.fail(connect="silent")
            sites.append(room.served(MAIL_URL=sink.url))
        served = after.enter_context(together(*sites))
        sending = [Submissions(plan.read()) for _ in served]
        for turn in range(pairs):
            for silent in (False, True) if turn % 2 else (True, False):
                posts = sending[silent].some(AT_A_TIME)
                rates[silent].append(each(served[silent].url, posts, JSON, EDITORS).rate)
    calm, beside = (statistics.median(rates[silent]) for silent in (False, True))
    note = f"{beside:,.0f}/s beside {calm:,.0f}/s, {spread(rates[True], rates[False])}"
    found = ratio(rates[True], rates[False])
    return Row("submission, SMTP hanging", found, "x healthy", 0.98, note=note)


def _owe(letters: int) -> None:
    """So many letters that are due."""
    from corrections_app.workflow.letters import outbox, writing
    from corrections_app.workflow.transaction import write

    with write() as session:
        for number in range(letters):
            letter = writing.Composed(
                "answered", f"reader{number}@reader.example", "Hello", "Hello.\n", "<p>.</p>\n"
            )
            outbox.enqueue(session, letter, now())


def submit(url: str, sending: Submissions, seconds: int, connections: int = CONNECTIONS) -> Load:
    """Submissions without end, none of them twice; some may fail."""
    posts = sending.some(MOST_A_SECOND * seconds)
    return press(url, seconds, headers=JSON, posts=posts, connections=connections)


def _accepted(site: Served, editor: Client, ids: Sequence[int]) -> Load:
    """Each of these accepted as it stands, so many at a time."""
    fields = {"action": "accept", "seen": 1, "revision": 1, "class": "silent"}
    posts = [
        Post(f"/queue/{one}/decision", urlencode(fields | {"key": f"a key of twenty-two {one:06}"}))
        for one in ids
    ]
    headers = JSON | {"Cookie": editor.cookie, "X-CSRFToken": editor.token}
    return each(site.url, posts, headers, EDITORS)


def _beside(
    name: str, found: list[Load], reference: list[Load], least: float, how: str = ""
) -> Row:
    ours, theirs = ([load.rate for load in loads] for loads in (found, reference))
    note = f"{statistics.median(ours):,.0f}/s beside {statistics.median(theirs):,.0f}/s, mean "
    note += f"{statistics.median(load.mean for load in found):.0f} ms, {how}{failures(found)}"
    return Row(name, ratio(ours, theirs), "x insert", least, note=note)
