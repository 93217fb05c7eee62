"""The operations on notices: what readers are told of changes."""

from __future__ import annotations

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import TOLD_CLASSES, NoticeChangeKind
from corrections_app.web.api.description.parts import (
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

TAG = "Notices"

SCHEMAS: Part = {
    "Notice": record(
        {
            "id": whole(),
            "url": text("Its own page", format="uri"),
            "article": text("The article’s slug"),
            "article_url": text(format="uri"),
            "headline": text("The article’s; of one that was taken down only that it is"),
            "lang": text(),
            "section": or_null(text()),
            "class": one_of(TOLD_CLASSES),
            "notice": or_null(text("Its words; null where they are withheld")),
            "status": one_of(["published", *NoticeChangeKind]),
            "revision": or_null(whole("The revision that made the change; null without one")),
            "published_at": moment(),
            "updated_at": moment("When anything of it changed last"),
            "thanks": several(text(), "Readers thanked by name; with `readers:read` only"),
        },
        optional=("thanks",),
    ),
    "Changed": record(
        {
            "start": whole("In the text before the change"),
            "end": whole(),
            "exact": text("What it said"),
            "prefix": text(),
            "suffix": text(),
            "replacement": text("What it says since"),
        }
    ),
    "NoticeInFull": {
        "allOf": [
            ref("Notice"),
            record(
                {
                    "changed": several(
                        ref("Changed"),
                        "What changed, where the very words are known and may be read",
                    )
                }
            ),
        ]
    },
}

PATHS: Part = {
    "/notices": {
        "get": {
            "operationId": "listNotices",
            "tags": [TAG],
            "summary": "List notices",
            "description": "Those that are public, the newest first.",
            "security": [{"token": ["notices:read"]}],
            "parameters": [
                query("year", text(pattern="^[12][0-9]{3}$"), "Published in this year"),
                query("month", text(pattern="^[12][0-9]{3}-(0[1-9]|1[0-2])$"), "In this month"),
                query("class", one_of(TOLD_CLASSES), "Of this class"),
                query("section", text(most=limits.NAME), "Of this section"),
                query("q", text(most=limits.NOTE), "With these words"),
                *PAGING,
                KNOWN,
            ],
            "responses": {
                "200": gives("Some of them", ref("Notices"), LINKED),
                **UNCHANGED,
                **refusals(404, 422),
            },
        }
    },
    "/notices/{number}": {
        "get": {
            "operationId": "readNotice",
            "tags": [TAG],
            "summary": "Read one notice",
            "security": [{"token": ["notices:read"]}],
            "parameters": [in_path("number", NUMBER, "The notice’s number (`id`)"), KNOWN],
            "responses": {
                "200": gives("With what changed", ref("NoticeInFull")),
                **UNCHANGED,
                **refusals(404),
            },
        }
    },
}
