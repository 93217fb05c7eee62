"""Answers made without the application: a sentence or JSON, with every header all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

API = "/api/"
"""Where the addresses for programs begin."""
PROBLEM = "application/problem+json"
"""How refusals are told there (RFC 9457)."""


def is_api(path: str) -> bool:
    """Whether an address is one for programs, or would be if there were such a one."""
    return path.startswith(API)


def problem(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal as RFC 9457 tells it, with the members that our JSON has everywhere beside.

    ``body`` has ``error``, ``message`` and ``fields``. What an error means stands on the page
    of the description, under its code.
    """
    known = HTTPStatus(status).phrase if status in set(HTTPStatus) else str(status)
    told = {
        "type": f"{API}v1/#{body['error']}",
        "title": known,
        "status": status,
        "detail": body["message"],
    }
    return told | dict(body) | told


def bare_answer(
    environ: WSGIEnvironment, status: int, code: str, words: str, headers: Mapping[str, str]
) -> Response:
    """A refusal for people or for programs, whichever asked; nothing of the request is in it."""
    accepted = Request(environ).accept_mimetypes
    told = {"error": code, "message": words, "fields": {}}
    if is_api(environ.get("PATH_INFO", "")):
        answer = Response(json.dumps(problem(status, told)), status, mimetype=PROBLEM)
    elif accepted["application/json"] > accepted["text/html"]:
        answer = Response(json.dumps(told), status, mimetype="application/json")
    else:
        answer = Response(f"{words}\n", status, mimetype="text/plain")
    answer.headers.update(headers)
    answer.headers["Cache-Control"] = "no-store"  # as for every answer that is not public
    return answer
