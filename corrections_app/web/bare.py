"""Answers made without the application: a sentence or JSON, with every header all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def bare_answer(
    environ: WSGIEnvironment, status: int, code: str, words: str, headers: Mapping[str, str]
) -> Response:
    """A refusal for people or for programs, whichever asked; nothing of the request is in it."""
    accepted = Request(environ).accept_mimetypes
    if accepted["application/json"] > accepted["text/html"]:
        text = json.dumps({"error": code, "message": words, "fields": {}})
        answer = Response(text, status, mimetype="application/json")
    else:
        answer = Response(f"{words}\n", status, mimetype="text/plain")
    answer.headers.update(headers)
    answer.headers["Cache-Control"] = "no-store"  # as for every answer that is not public
    return answer
