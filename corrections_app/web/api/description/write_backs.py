"""The operations on write-backs: accepted changes on their way into a newsroom's own pages."""

from __future__ import annotations

from corrections_app.domain import limits
from corrections_app.domain.writing_back import Code, State
from corrections_app.web.api.description.parts import (
    KEY,
    KNOWN,
    LINKED,
    NUMBER,
    PAGING,
    UNCHANGED,
    Part,
    gives,
    in_path,
    moment,
    one_of,
    or_null,
    query,
    record,
    ref,
    refusals,
    several,
    text,
    whole,
)
from corrections_app.workflow.sites.write_backs import FOR_PROGRAMS

TAG = "Write-backs"

_NUMBER = in_path("number", NUMBER, "The write-back’s number (`id`)")

_ROW: Part = {
    "id": whole(),
    "article": text("The article’s slug"),
    "revision": whole("The revision that made the change: what it changed is to be written"),
    "state": one_of(State),
    "code": or_null(one_of(Code, "Why it is not written")),
    "said": or_null(text("The same in a sentence")),
    "attempts": whole(),
    "created_at": moment(),
    "closed_at": or_null(moment("When it was written or cancelled")),
}

SCHEMAS: Part = {
    "WriteBack": record(_ROW),
    "Place": record(
        {
            "site": text("What the site is called here"),
            "external_id": text("The article’s id there"),
            "address": or_null(text("Its page there")),
            "editor": or_null(text("The CMS’s own editor of it")),
        },
        said="Where the change is to be made.",
    ),
    "Edit": record(
        {
            "start": whole("Code points of the canonical text of the revision before"),
            "end": whole(),
            "exact": text("What is there"),
            "replacement": text("What is to be there"),
        }
    ),
    "Paragraph": record({"before": text(), "after": text()}),
    "WriteBackInFull": {
        "allOf": [
            ref("WriteBack"),
            record(
                {
                    "correction": or_null(whole("The correction whose acceptance made the change")),
                    "place": or_null(ref("Place")),
                    "edits": or_null(
                        several(
                            ref("Edit"),
                            "What it changed in the text, in its order: the very edits, or "
                            "one over all of it after an edit by hand. Links and pictures are "
                            "not in the text. Null where the text is shown to nobody.",
                        )
                    ),
                    "paragraphs": several(
                        ref("Paragraph"), "The paragraphs that change, as many as anybody types"
                    ),
                }
            ),
        ]
    },
}

PATHS: Part = {
    "/write-backs": {
        "get": {
            "operationId": "listWriteBacks",
            "tags": [TAG],
            "summary": "List write-backs",
            "description": "With `state=open&order=oldest`, all that a program has still to write, "
            "in the order in which it has to.",
            "security": [{"token": ["articles:read"]}],
            "parameters": [
                query("state", one_of(FOR_PROGRAMS), "`open` is all that is not written yet"),
                query("article", text(most=limits.SLUG), "Of the article with this slug"),
                query("order", one_of(("newest", "oldest")), "`newest` if absent"),
                *PAGING,
                KNOWN,
            ],
            "responses": {
                "200": gives("Some of them", ref("WriteBacks"), LINKED),
                **UNCHANGED,
                **refusals(404, 422),
            },
        }
    },
    "/write-backs/{number}": {
        "get": {
            "operationId": "readWriteBack",
            "tags": [TAG],
            "summary": "Read one write-back",
            "security": [{"token": ["articles:read"]}],
            "parameters": [_NUMBER, KNOWN],
            "responses": {
                "200": gives("With what is to be written", ref("WriteBackInFull")),
                **UNCHANGED,
                **refusals(404),
            },
        }
    },
    "/write-backs/{number}/again": {
        "post": {
            "operationId": "writeBackAgain",
            "tags": [TAG],
            "summary": "Have it written again by our worker",
            "security": [{"token": ["articles:write"]}],
            "parameters": [_NUMBER, KEY],
            "responses": {
                "200": gives("As it is now", ref("WriteBack")),
                **refusals(404, 413, 415, 422),
            },
        }
    },
    "/write-backs/{number}/done": {
        "post": {
            "operationId": "writeBackDone",
            "tags": [TAG],
            "summary": "Say that the change was made there",
            "description": "Then the reader’s letter is due.",
            "security": [{"token": ["articles:write"]}],
            "parameters": [_NUMBER, KEY],
            "responses": {
                "200": gives("As it is now", ref("WriteBack")),
                **refusals(404, 413, 415, 422),
            },
        }
    },
}
