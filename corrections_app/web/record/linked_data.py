"""An article as search engines and archives read it: schema.org's NewsArticle, in JSON-LD.

https://schema.org/NewsArticle, https://schema.org/CorrectionComment, and of the publisher
https://schema.org/correctionsPolicy.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from corrections_app.domain.text.body import Aside
from corrections_app.models import Article, Notice, Revision
from corrections_app.web.answers import whole
from corrections_app.web.rendering import picture
from corrections_app.workflow.record.on_article import OnArticle


def ld_json(data: dict[str, Any]) -> Markup:
    """Data for a ``<script>`` of a type that no browser runs: no word in it can end the element.

    Letters stay letters: outside of ASCII, ``\\u0456`` would take three times the room.
    """
    return htmlsafe_json_dumps(data, dumps=json.dumps, ensure_ascii=False, separators=(",", ":"))


def news_article(article: Article, revision: Revision, told: OnArticle) -> dict[str, Any]:
    """What the page of an article says of it: when it changed last, and what was corrected.

    Of the notices that stand on the page, ``told``, those that are neither withdrawn nor withheld.
    """
    address = whole("articles.show", slug=article.slug)
    policy = whole("policy.show")
    newsroom = current_app.config["NEWSROOM"]
    home = whole("articles.index")
    published = article.published_at or article.created_at
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": revision.title,
        "inLanguage": article.lang,
        "articleSection": article.section,
        "image": _image(revision),
        "datePublished": published.isoformat(),
        "dateModified": _modified(published, revision).isoformat(),
        "author": _author(article.byline, newsroom, home),
        "publishingPrinciples": policy,
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": newsroom,
            "url": home,
            "publishingPrinciples": policy,
            "correctionsPolicy": policy,
        },
        "correction": [_comment(notice) for notice in told.standing],
    }
    return {name: value for name, value in said.items() if value}


def _image(revision: Revision) -> str | None:
    """The address of the first picture that is shown with it."""
    shown = (picture(part) for part in revision.blocks if isinstance(part, Aside))
    media = next(filter(None, shown), None)
    return whole("media.show", name=media.name) if media else None


def _modified(published: datetime, revision: Revision) -> datetime:
    """When its words changed last; to bring in an old article does not change it."""
    return max(published, revision.created_at) if revision.number > 1 else published


def _author(byline: str | None, newsroom: str, home: str) -> dict[str, str]:
    if byline and byline != newsroom:
        return {"@type": "Person", "name": byline}
    return {"@type": "NewsMediaOrganization", "name": newsroom, "url": home}


def _comment(notice: Notice) -> dict[str, str]:
    return {
        "@type": "CorrectionComment",
        "text": notice.words,
        "datePublished": notice.public_at.isoformat(),
        "url": whole("record.show", number=notice.id),
    }
