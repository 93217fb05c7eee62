"""A small site and a letters' worker that does nothing: what the tests of the server serve.

``python -m tests.stub_site INSTANCE PORT FACTORY`` serves it; ``letters`` alone is the worker.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from corrections_app.serving import server
from corrections_app.serving.server import CannotServe, serve

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> Flask:
    """The site: it tells who answers, counts what arrives, and can break half way."""
    from flask import Flask, Response, request

    app = Flask(__name__)

    @app.get("/healthz")
    def healthz() -> dict[str, object]:
        told = {name: text for name, text in os.environ.items() if name.startswith("CORRECTIONS_")}
        return {"process": os.getpid(), "environment": told}

    @app.post("/")
    def count() -> str:
        return str(len(request.get_data()))

    @app.get("/breaks")
    def breaks() -> Response:
        def parts() -> Iterator[str]:
            yield "half an answer"
            raise RuntimeError("the other half")

        return Response(parts())

    return app


def create_secured_app() -> Flask:
    """The same with our headers; apart, because the web floor takes time to load."""
    from corrections_app.web import headers

    app = create_app()
    headers.install(app)
    return app


def create_impatient_app() -> Flask:
    """The same with a server that waits for the rest of a body for an instant only."""
    from corrections_app.serving import body_first

    body_first.PATIENCE = body_first.Patience(silence=0.2, drain=0.2)
    return create_secured_app()


def create_waiting_app() -> Flask:
    """The same with a page that is answered once somebody writes into the pipe ``go``."""
    app = create_app()

    @app.get("/waits")
    def waits() -> str:
        folder = Path(os.environ["CORRECTIONS_INSTANCE"])
        (folder / "begun").touch()
        return (folder / "go").read_text()

    return app


def letters() -> None:
    """Note every start in the instance, then wait for the end."""
    note = {"process": os.getpid(), "url": os.environ.get("CORRECTIONS_PUBLIC_URL")}
    with open(Path(os.environ["CORRECTIONS_INSTANCE"]) / "letters", "a") as notes:
        print(json.dumps(note), file=notes, flush=True)
    signal.pause()


def main(instance: str, port: str, factory: str) -> int:
    """Serve, printing the address when it answers and the reason when it cannot."""
    if factory == "create_waiting_app":
        server.KILL_SECONDS = 120  # its page is not a matter of seconds
    try:
        return serve(
            f"tests.stub_site:{factory}",
            host="127.0.0.1",
            port=int(port),
            instance=Path(instance),
            letters=["tests.stub_site", "letters"],
            on_ready=lambda url: print(url, flush=True),
        )
    except CannotServe as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    if sys.argv[1:] == ["letters"]:
        letters()
    else:
        sys.exit(main(*sys.argv[1:]))
