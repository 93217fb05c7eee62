"""A small site and a letters' worker that does nothing: what the tests of the server serve.

``python -m tests.stub_site INSTANCE PORT`` serves it; with ``letters`` alone it is the worker.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, request

from corrections_app.server import CannotServe, serve
from corrections_app.web import headers
from corrections_app.web.intake import BodyFirst


def create_app() -> Flask:
    """The site: it tells who answers, counts what arrives, and can break half way."""
    app = Flask(__name__)
    headers.install(app)

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

    app.wsgi_app = BodyFirst(app.wsgi_app)  # type: ignore[method-assign]
    return app


def letters() -> None:
    """Note every start in the instance, then wait for the end."""
    note = {"process": os.getpid(), "url": os.environ.get("CORRECTIONS_PUBLIC_URL")}
    with open(Path(os.environ["CORRECTIONS_INSTANCE"]) / "letters", "a") as notes:
        print(json.dumps(note), file=notes, flush=True)
    signal.pause()


def main(instance: str, port: str) -> int:
    """Serve, printing the address when it answers and the reason when it cannot."""
    try:
        return serve(
            "tests.stub_site:create_app",
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
