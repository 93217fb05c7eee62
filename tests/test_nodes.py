"""Two nodes, two letters' workers and the real nginx on one PostgreSQL and one Redis."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.bench import crowd
from tests.bench.nodes import Cluster, Traveller, cluster, eventually
from tests.nginx import Nginx, in_front_of

pytestmark = pytest.mark.long  # eight processes and two servers have to come up

AWAY = "The database cannot be reached, so this was not saved."
NOT_SHOWN = "This page cannot be shown at the moment. Try again in a few seconds."


@pytest.fixture(scope="module")
def installation() -> Iterator[Cluster]:
    """All of it, once for this file: nothing else takes as long as its start."""
    with cluster() as made:
        yield made


@pytest.fixture(scope="module")
def nginx(installation: Cluster) -> Iterator[Nginx]:
    """The documented proxy in front of both nodes."""
    with in_front_of(installation.folder / "nginx", installation.ports) as made:
        yield made


def test_after_an_accept_no_later_request_through_nginx_sees_the_old_text(installation, nginx):
    """Accepts are made at the nodes, past nginx; through it either of them answers."""
    path, heard = f"/articles/{crowd.SLUGS[0]}", Counter()
    moderator, random = installation.moderators[0], Random(18)
    for number in range(5):
        for _ in range(2):
            heard[nginx.ask(path)[1]["x-cache"]] += 1
        old, new = f"t01v{number:04}", f"t01v{number + 1:04}"
        accept(installation, moderator, old, new, random)
        for _ in range(4):
            status, headers, page = nginx.ask(path)
            heard[headers["x-cache"]] += 1
            assert (status, old in page, new in page) == (200, False, True), (number, headers)
    # And it was the kept page that was asked after: what changed was fetched, the rest was not.
    assert heard["REVALIDATED"] >= 15
    assert set(heard) <= {"MISS", "EXPIRED", "REVALIDATED"}


def accept(installation: Cluster, moderator: Traveller, old: str, new: str, random: Random) -> None:
    """A reader's correction of one word, accepted."""
    reader, path = installation.readers[0], f"/articles/{crowd.SLUGS[0]}/corrections"
    fields = {"exact": old, "replacement": new, "key": f"{random.getrandbits(64):x}"}
    crowd.submit(reader, path, fields)
    items = json.loads(moderator.ask("GET", "/queue")[1])["items"]
    (card,) = [one for one in items if one["replacement"] == new]
    decision = {"action": "accept", "seen": card["version"], "revision": card["revision"]}
    decision |= {
        "class": "silent",
        "confirmed": "number name",
        "key": f"{random.getrandbits(64):x}",
    }
    assert crowd.decided(moderator, card["id"], decision) == 200


def test_a_reader_behind_nginx_has_the_page_already_and_is_told_so(nginx):
    path = f"/articles/{crowd.SLUGS[1]}"
    status, headers, _ = nginx.ask(path)

    again, told, nothing = nginx.ask(path, If_None_Match=headers["etag"])

    assert (status, again, nothing) == (200, 304, "")
    assert headers["cache-control"] == told["cache-control"] == "public, no-cache"
    assert "x-accel-expires" not in headers | told


def test_what_is_of_one_person_is_kept_by_no_proxy(installation, nginx):
    moderator = installation.moderators[0]
    receipt = next(iter(installation.ledger.receipts.values()))
    for path in ("/sign-in", "/queue", f"/receipts/{receipt}"):
        for cookie in (moderator.cookie, ""):
            _, headers, _ = nginx.ask(path, Cookie=cookie)
            assert (headers["cache-control"], headers["x-cache"]) == ("no-store", "MISS"), path


def test_nobody_behind_nginx_says_for_themselves_where_they_come_from(installation, nginx):
    said = {"explanation": "There is something wrong here.", "kind": "other", "key": "elsewhere"}
    body = json.dumps(said)
    status, _, said = nginx.ask(
        f"/articles/{crowd.SLUGS[0]}/corrections", "POST", body,
        X_Forwarded_For="203.0.113.9", Sec_Fetch_Site="same-origin",
        Content_Type="application/json", Accept="application/json",
    )  # fmt: skip

    assert (status, json.loads(said)["status"]) == (201, "pending")
    assert b"127.0.0.0/24" in installation.redis.names()
    assert b"203.0.113" not in installation.redis.names()


def test_whatever_falls_over_nothing_acknowledged_is_lost_and_no_letter_goes_twice(
    installation, nginx
):
    found: list[str] = []
    page, form = f"/articles/{crowd.SLUGS[0]}", f"/articles/{crowd.SLUGS[0]}/corrections"
    reader = crowd.Client(installation.ports[1], crowd.Ledger())
    typed = {"exact": "t02v0000", "replacement": "t02v0001"}

    def while_postgres_is_away() -> None:
        eventually(lambda: told(nginx.ask(page)) == (503, "5", NOT_SHOWN))
        eventually(lambda: AWAY in reader.ask("POST", form, typed)[1])
        eventually(lambda: nginx.ask("/healthz")[0] == 503)  # it is kept for a second

    with installation.at_work():
        found += installation.lose_node(0)
        found += installation.lose_worker(0)
        installation.without_postgres(while_postgres_is_away)
        installation.without_redis()
    found += installation.settled()

    assert found == []
    assert nginx.ask(page)[0] == 200
    assert [node.stop() for node in installation.nodes] == [0, 0]


def told(answer: tuple[int, dict[str, str], str]) -> tuple[int, str, str]:
    """Status, when to come again, and the sentence if the page has it."""
    status, headers, said = answer
    return status, headers.get("retry-after", ""), NOT_SHOWN if NOT_SHOWN in said else said
