"""A notice as a W3C Web Annotation, in JSON-LD, for programs that follow what is corrected.

The target is the words as they stood before the change, its state the time until which they
did; the bodies are the notice, and the words that came instead where they are known exactly.
https://www.w3.org/TR/annotation-model/
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from corrections_app.web.answers import whole
from corrections_app.workflow.record.changed_words import Change, Target
from corrections_app.workflow.record.log import Entry

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TYPE = "application/ld+json"
PROFILE = f'{TYPE}; profile="{CONTEXT}"'


def annotation(entry: Entry, change: Change | None) -> dict[str, Any]:
    """What a program is told of one notice."""
    notice, address = entry.notice, whole("record.show", number=entry.notice.id)
    creator = {"type": "Organization", "name": current_app.config["NEWSROOM"]}
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address,
        "type": "Annotation",
        "motivation": "editing",
        "created": notice.public_at.isoformat(),
        "modified": entry.updated_at.isoformat(),
        "creator": creator | {"id": whole("articles.index")},
        "body": _bodies(entry, change),
        "target": _targets(entry, change),
    }
    return told


def _bodies(entry: Entry, change: Change | None) -> list[dict[str, Any]]:
    said = {"type": "TextualBody", "format": "text/plain", "language": entry.article.lang}
    bodies = []
    if entry.words is not None:
        bodies.append(said | {"purpose": "describing", "value": entry.words})
    bodies.append(
        {"type": "TextualBody", "purpose": "classifying", "value": entry.notice.change_class}
    )
    # Which words came instead can be said only where all of it is at one place.
    if change is not None and len(change.targets) == 1:
        bodies.append(said | {"purpose": "editing", "value": change.targets[0].replacement})
    return bodies


def _targets(entry: Entry, change: Change | None) -> list[dict[str, Any]] | str:
    source = whole("articles.show", slug=entry.article.slug)
    if change is None or not change.targets or change.since is None:
        return source
    state = {"type": "TimeState", "sourceDate": change.since.isoformat()}
    return [
        {
            "type": "SpecificResource",
            "source": source,
            "state": state,
            "selector": [_quote(target), _position(target)],
        }
        for target in change.targets
    ]


def _quote(target: Target) -> dict[str, Any]:
    words = {"exact": target.exact, "prefix": target.prefix, "suffix": target.suffix}
    return {"type": "TextQuoteSelector"} | words


def _position(target: Target) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": target.start, "end": target.end}
