"""The operations on articles: what there is to be corrected."""

from __future__ import annotations

from corrections_app.domain import limits
from corrections_app.web.api.description.parts import (
    LINKED,
    PAGING,
    Part,
    gives,
    moment,
    or_null,
    query,
    record,
    ref,
    refusals,
    text,
    whole,
)

TAG = "Articles"

SCHEMAS: Part = {
    "Article": record(
        {
            "slug": text("Its name in addresses"),
            "title": text(),
            "byline": or_null(text()),
            "section": or_null(text()),
            "lang": text("BCP 47"),
            "revision": whole("The current one"),
            "published": or_null(moment()),
            "taken_down": or_null(moment("Since when it is shown to nobody")),
            "waiting": whole("How many corrections of it wait"),
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
            ],
            "responses": {"200": gives("Some of them", ref("Articles"), LINKED), **refusals(404, 422)},
        }
    },
}
