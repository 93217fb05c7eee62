"""The operations on articles: what there is to be corrected."""

from __future__ import annotations

from typing import get_args

from corrections_app.domain import limits
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Side
from corrections_app.domain.text.body import ASIDE_ROLES, BlockKind, CellScope, MarkKind
from corrections_app.domain.warnings.flags import Flag
from corrections_app.web.api.description.parts import (
    KEY,
    KNOWN,
    LINKED,
    PAGING,
    SLUG,
    UNCHANGED,
    Part,
    gives,
    header,
    moment,
    one_of,
    or_null,
    query,
    record,
    ref,
    refusals,
    several,
    takes,
    text,
    whole,
    yes_or_no,
)

TAG = "Articles"

_TAGGED = {
    "ETag": {
        "description": 'The state it is in, such as `"r12"`: what `If-Match` of a change names',
        "schema": {"type": "string"},
    }
}
_STATES = [
    header("If-Match", text(), "The `ETag` of the article that the change was made for"),
    header("If-None-Match", one_of("*"), "Instead, of an article that is to be new"),
]

_PART = record(
    {
        "kind": one_of([*get_args(BlockKind), "aside"]),
        "text": text("Its words, which count"),
        "marks": several(ref("Mark"), "What lies over them"),
        "level": whole("Of a heading its rank, of a list’s item its depth"),
        "ordered": yes_or_no("Of an item whether its list counts"),
        "number": {"type": "integer", "description": "Where it does not follow the one before"},
        "style": text("How its list counts: `a`, `A`, `i`, `I`"),
        "cell": ref("Cell"),
        "role": one_of(ASIDE_ROLES, "What an `aside` is"),
        "lines": several(text(), "The words of an `aside`: no offset counts them"),
        "href": text("Where an `aside` leads"),
        "cells": several(several(text()), "Of an `aside` that is a table"),
        "media": {"type": "object", "description": "Of a picture: its digest, kind and size"},
    },
    optional=(
        "text", "marks", "level", "ordered", "number", "style", "cell", "role", "lines", "href",
        "cells", "media",
    ),
    said="A part of an article: the title first. The texts with two line breaks between are the "
    "canonical text.",
)  # fmt: skip

_SENT = record(
    {
        "html": text("What it says, as HTML;"),
        "markdown": text("or as Markdown;"),
        "blocks": several(ref("Part"), "or as it is read here: one of the three"),
        "title": text(most=limits.SOURCE_URL),
        "section": text(most=limits.SOURCE_URL),
        "byline": text(most=limits.SOURCE_URL),
        "published": text("A day or a moment", most=limits.SOURCE_URL),
        "lang": text("BCP 47", most=limits.SOURCE_URL),
        "source_url": text("Where readers find it elsewhere", most=limits.SOURCE_URL),
        "id": text("What it is called there", most=limits.SOURCE_URL),
        "content": text("Of HTML, which part it is: a CSS selector", most=limits.SOURCE_URL),
        "class": one_of(ChangeClass, "What the change is, where facts change"),
        "notice": text("What readers are told of it", most=limits.SOURCE_URL),
        "side": one_of(get_args(Side), "Whose words are kept where both changed some"),
        "confirmed": several(one_of([*Flag, "notice"]), "What was looked at, as in a decision"),
    },
    optional=(
        "html", "markdown", "blocks", "title", "section", "byline", "published", "lang",
        "source_url", "id", "content", "class", "notice", "side", "confirmed",
    ),
)  # fmt: skip

_KNOWN: Part = {
    "slug": text("Its name in addresses"),
    "title": text(),
    "byline": or_null(text()),
    "section": or_null(text()),
    "lang": text("BCP 47"),
    "revision": whole("The current one"),
    "published": or_null(moment()),
}

SCHEMAS: Part = {
    "Article": record(
        {
            **_KNOWN,
            "taken_down": or_null(moment("Since when it is shown to nobody")),
            "waiting": whole("How many corrections of it wait"),
        }
    ),
    "ArticleInFull": record(
        {
            **_KNOWN,
            "dir": one_of(("ltr", "rtl"), "Which way it is written"),
            "source_url": or_null(text("Where readers find it elsewhere")),
            "changed": moment("Since when it says what it says"),
            "blocks": several(ref("Part")),
            "text": text("The canonical text, in which all offsets count"),
        }
    ),
    "Part": _PART,
    "Mark": record(
        {
            "kind": one_of(get_args(MarkKind)),
            "start": whole("In the text of its part"),
            "end": whole(),
            "href": text("Where a link leads"),
        },
        optional=("href",),
    ),
    "Cell": record(
        {
            "row": whole(),
            "column": whole(),
            "height": whole("Rows that it spans; 1 if absent"),
            "width": whole("Columns that it spans; 1 if absent"),
            "scope": one_of(get_args(CellScope), "Of a heading, what it heads"),
            "table": whole("0 and 1 in turns, for tables that follow each other"),
        },
        optional=("height", "width", "scope", "table"),
    ),
    "NewArticle": _SENT,
    "PutArticle": record(
        {
            "slug": text(),
            "revision": whole("The current one"),
            "title": text(),
            "changed": yes_or_no("Whether there is a new revision"),
            "told": several(text(), "What was left out of what was sent, and what it did here"),
        }
    ),
    "Retirement": record(
        {"reason": text("Why, for everybody", most=limits.TAKEN_DOWN), "confirmed": yes_or_no()},
        optional=("confirmed",),
    ),
    "RetiredArticle": record(
        {
            "slug": text(),
            "taken_down": moment(),
            "closed": whole("How many corrections were closed with it"),
        }
    ),
}

PATHS: Part = {
    "/articles": {
        "get": {
            "operationId": "listArticles",
            "tags": [TAG],
            "summary": "List articles",
            "description": "The last brought in first.",
            "security": [{"token": ["articles:read"]}],
            "parameters": [
                query("words", text(most=limits.NOTE), "With these words in headline or byline"),
                query("section", text(most=limits.NAME), "In this section"),
                *PAGING,
                KNOWN,
            ],
            "responses": {
                "200": gives("Some of them", ref("Articles"), LINKED),
                **UNCHANGED,
                **refusals(404, 422),
            },
        }
    },
    "/articles/{slug}": {
        "get": {
            "operationId": "readArticle",
            "tags": [TAG],
            "summary": "Read one article",
            "security": [{"token": ["articles:read"]}],
            "parameters": [SLUG],
            "responses": {
                "200": gives("With all its text", ref("ArticleInFull"), _TAGGED),
                **refusals(404, 410),
            },
        },
        "put": {
            "operationId": "putArticle",
            "tags": [TAG],
            "summary": "Bring in an article, or its next state",
            "description": "As an import would: what changed since it was sent last is put on top "
            "of what was corrected here, and what would undo a correction, or change a fact "
            "without a word, is refused. An article that lives on a site is changed there.",
            "security": [{"token": ["articles:write"]}],
            "parameters": [SLUG, *_STATES, KEY],
            "requestBody": takes(ref("NewArticle")),
            "responses": {
                "200": gives("It says so now, or did already", ref("PutArticle"), _TAGGED),
                "201": gives("It is new.", ref("PutArticle"), _TAGGED),
                **refusals(404, 409, 412, 413, 415, 422, 428),
            },
        },
    },
    "/articles/{slug}/retire": {
        "post": {
            "operationId": "retireArticle",
            "tags": [TAG],
            "summary": "Take an article down",
            "description": "Openly: its address says since when and why, and what waits is closed. "
            "It can be brought back by an editor.",
            "security": [{"token": ["articles:write"]}],
            "parameters": [SLUG, KEY],
            "requestBody": takes(ref("Retirement")),
            "responses": {
                "200": gives("It is down", ref("RetiredArticle")),
                **refusals(404, 409, 413, 415, 422),
            },
        }
    },
}
