"""Guesses at passwords: how many are compared, and whether the time tells who has an account.

    python -m tests.bench.guessing [--pairs 200]

One process with the hashes that are shipped. 1,000 tries at one account, each from a network of
its own, and how many were compared; then as many pairs of tries as asked for at an account and at
none, one right after the other, without limits, with Student's t of their differences. Ends with
1 where more than ten were compared or |t| is 4.5 or more.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

TRIES, MOST, BAR = 1_000, 10, 4.5
KNOWN, UNKNOWN = "max@courier.example", "nobody@courier.example"


def main() -> int:
    """Print the figures; 1 where a bar is missed."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pairs", type=int, default=200)
    pairs = options.parse_args().pairs
    with tempfile.TemporaryDirectory(prefix="corrections-guessing-") as folder:
        compared = _compared(_door(Path(folder) / "limited", "30/hour"))
        took = _times(_door(Path(folder) / "timed", "off"), pairs)
    t = _student([one - other for one, other in zip(*took.values(), strict=True)])
    print(f"{TRIES} tries from {TRIES} networks: {compared} compared, {MOST} at most")
    for email, seconds in took.items():
        print(f"{email:28} median {statistics.median(seconds) * 1e3:7.2f} ms")
    print(f"t of {pairs} pairs: {t:+.2f}, |t| under {BAR}")
    return 0 if compared <= MOST and abs(t) < BAR else 1


def _door(instance: Path, limits: str) -> Any:
    """Somebody's browser before an instance in which Max has a password."""
    from corrections_app import create_app, schema
    from corrections_app.domain.lifecycle import Role
    from corrections_app.workflow.clock import now
    from corrections_app.workflow.people import accounts, passwords, sign_in
    from tests.applications import SHIPPED

    passwords._hasher = SHIPPED
    app = create_app({"INSTANCE": str(instance), "LIMITS": limits})
    with app.app_context():
        schema.ready()
        user = accounts.add(KNOWN, role=Role.MODERATOR, now=now())
        sign_in.set_password(user.id, "a sentence of my own", now=now())
        passwords._nobody()
    return app.test_client()


def _compared(browser: Any) -> int:
    compared, verify = 0, PasswordHasher.verify

    def counted(*given: Any) -> Any:
        nonlocal compared
        compared += 1
        return verify(*given)

    PasswordHasher.verify = counted  # type: ignore[method-assign]
    try:
        for number in range(TRIES):
            _guess(browser, KNOWN, f"10.{number // 250}.{number % 250}.9")
    finally:
        PasswordHasher.verify = verify  # type: ignore[method-assign]
    return compared


def _times(browser: Any, pairs: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    chance = random.Random(1)
    for _ in range(pairs):
        for email in chance.sample([KNOWN, UNKNOWN], 2):
            began = time.perf_counter()
            _guess(browser, email, "192.0.2.1")
            took[email].append(time.perf_counter() - began)
    return took


def _guess(browser: Any, email: str, address: str) -> None:
    browser.post(
        "/sign-in",
        data={"email": email, "password": "a wrong one"},
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_base={"REMOTE_ADDR": address},
    )


def _student(differences: list[float]) -> float:
    """How many standard errors their mean is from nothing."""
    error = statistics.stdev(differences) / math.sqrt(len(differences))
    return statistics.mean(differences) / error


if __name__ == "__main__":
    sys.exit(main())
