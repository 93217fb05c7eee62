"""Readers' pages beside a bare Flask "hello" on the same server, in the same run.

    python -m tests.bench.pages [--seconds 3] [--rounds 5] [--json]

Needs ``wrk`` (apt install wrk). One web worker each, 32 connections, the servers in turn;
says medians of requests a second and of the ratios, how often a page was older than the last
commit, and ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import update

from corrections_app import create_app
from corrections_app.extensions import db
from corrections_app.models import Article
from corrections_app.workflow.transaction import write
from tests.processes import ROOT, Served, environment, free_port, serving

CONNECTIONS = 32
COMMITS = 300
BARS = {"article": 1.5, "article, 304": 1.8, "style sheet": 1.5, "/healthz": 0.5}
"""Times hello, at least."""
HELLO = """
import sys
from pathlib import Path

from flask import Flask

from corrections_app.serving.server import serve


def application():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


if __name__ == "__main__":
    serve("hello:application", host="127.0.0.1", port=int(sys.argv[1]), instance=Path(sys.argv[2]),
          letters=None, on_ready=lambda url: print("ready", flush=True))
"""


@dataclass
class Asked:
    """One address, and with what else it is asked for."""

    url: str
    tag: str = ""

    def rate(self, seconds: int) -> float:
        """Answers a second. Fails where one is not what it should be."""
        headers = ["-H", "Accept-Encoding: gzip"]
        if self.tag:
            headers += ["-H", f"If-None-Match: {self.tag}"]
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *headers, self.url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in told, told
        found = re.search(r"Requests/sec:\s+([\d.]+)", told)
        assert found, told
        return float(found[1])


def main() -> int:
    """Measure, print, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is missing: apt install wrk", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hello = Asked(stack.enter_context(_hello(folder)))
        served = stack.enter_context(serving(folder / "instance", "--samples", LIMITS="off"))
        threading.Thread(target=lambda: list(served.process.stdout or ()), daemon=True).start()
        rates = _measured({"hello": hello} | _pages(served.url), options)
        stale = _stale(served)
    print(f"stale after {COMMITS} commits of another process: {stale}", file=sys.stderr)
    return _say(rates, as_json=options.json) or min(stale, 1)


def _stale(served: Served) -> int:
    """How often the page was not yet what had just been committed elsewhere."""
    app = create_app({"INSTANCE": str(served.instance)})
    page = served.url + _found(served.url, r'href="(/articles/[^"/]+)"')
    slug, stale = page.rpartition("/")[2], 0
    with app.app_context():
        for number in range(COMMITS):
            told = f"Commit no {number}"
            with write() as session:
                session.execute(update(Article).where(Article.slug == slug).values(byline=told))
            stale += told not in _get(page).read().decode()
        db.session.remove()
        db.engine.dispose()
    return stale


@contextmanager
def _hello(folder: Path) -> Iterator[str]:
    (folder / "hello.py").write_text(HELLO)
    port = free_port()
    command = [sys.executable, str(folder / "hello.py"), str(port), str(folder)]
    process = subprocess.Popen(
        command,
        env=environment(folder) | {"PYTHONPATH": f"{ROOT}:{folder}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert "ready" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _pages(url: str) -> dict[str, Asked]:
    article = _found(url, r'href="(/articles/[^"/]+)"')
    answer = _get(url + article)
    return {
        "article": Asked(url + article),
        "article, 304": Asked(url + article, tag=answer.headers["ETag"]),
        "front page": Asked(url + "/"),
        "style sheet": Asked(url + _found(url, r'href="(/static/[^"]+site.css)"')),
        "/healthz": Asked(url + "/healthz"),
    }


def _found(url: str, pattern: str) -> str:
    found = re.search(pattern, _get(url + "/").read().decode())
    assert found, pattern
    return found[1]


def _get(url: str):  # type: ignore[no-untyped-def]
    return urllib.request.urlopen(url, timeout=20)


def _measured(pages: dict[str, Asked], options: argparse.Namespace) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(options.rounds):
        for name, page in pages.items():
            rates[name].append(page.rate(options.seconds))
    return rates


def _say(rates: dict[str, list[float]], *, as_json: bool) -> int:
    told = {
        name: {
            "a second": round(statistics.median(found)),
            "times hello": round(
                statistics.median(
                    one / hello for one, hello in zip(found, rates["hello"], strict=True)
                ),
                2,
            ),
        }
        for name, found in rates.items()
    }
    if as_json:
        print(json.dumps(told, indent=1))
    else:
        for name, figures in told.items():
            print(f"{name:14}{figures['a second']:>9.0f}/s{figures['times hello']:>8.2f} x hello")
    missed = [name for name, bar in BARS.items() if told[name]["times hello"] < bar]
    for name in missed:
        print(f"{name}: under {BARS[name]} x hello", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
