"""What each door must be sent to do what it is for."""

from __future__ import annotations

from typing import Any

from corrections_app.workflow.articles import details, editing, reading
from corrections_app.workflow.clock import now
from tests.builders import CONFIRMED
from tests.doors import Newsroom
from tests.workflow.sites.newsroom import ADDRESS

PASSWORD = "a long enough password of a spare person"


def fields_of(newsroom: Newsroom, endpoint: str, section: str) -> dict[str, Any]:
    """What a door must be sent to do what it is for."""
    act = endpoint.partition(".")[2]
    confirmed = " ".join(CONFIRMED)
    known: dict[str, dict[str, Any]] = {
        "account.update": {"name": "Somebody"},
        "changed.changed": {"id": "7"},
        "changes.leave": {"ids": "1"},
        "embed_form.place": {"v": 1, "url": f"{ADDRESS}/7/"},
        "house_style.place": {"place": "top"},
        "house_style.update": {"sentence": "The figure was wrong."},
        "notices.create": {"class": "clarification", "notice": "It was not clear."},
        "notices.reword": {"notice": "It was very wrong.", "note": "More exact.", "seen": 0},
        "notices.withdraw": {"note": "It was right.", "seen": 1},
        "people.create": {"email": "new@courier.example", "role": "moderator"},
        "people.update": {"name": "Spare", "role": "moderator"},
        "public_figures.change": {"public": "on"},
        "queue.search": {"words": "Line"},
        "reasons.create": {"label": "Too late", "sentence": "It is too late.", "sends_letter": "1"},
        "reasons.move": {"to": "down"},
        "reasons.update": {"label": "No", "sentence": "It is an opinion.", "active": "1"},
        "receipts.appeal": {"words": "Please look again."},
        "receipts.withdraw": {"csrf_token": ""},
        "receipts.email": {"email": "new@reader.example"},
        "sign_in.create": {"email": "spare@courier.example", "password": PASSWORD},
        "sign_in.reset": {"password": f"{PASSWORD}, and another"},
        "sign_in.send": {"email": "spare@courier.example"},
        "triage.duplicate": {"of": newsroom.ids[section, "spare"]},
        "triage.escalate": {"note": "Is it so?"},
        "triage.hold": {"until": f"{now():%Y-%m-%dT23:59:59}", "note": "I ask."},
        "triage.put_back": {"what": "skip"},
        "triage.reopen": {"note": "It was right.", "confirmed": confirmed},
        "triage.approve": {"confirmed": confirmed},
        "triage.uphold": {"note": "We stay with it."},
        "views.create": {"name": "Mine", "query": "lane=waiting"},
    }
    if endpoint.startswith("taking_down."):
        return {"reason": "It was a hoax.", "confirmed": "1"}
    return known.get(endpoint) or _of_the_text(newsroom, act, section, confirmed)


def _of_the_text(newsroom: Newsroom, act: str, section: str, confirmed: str) -> dict[str, Any]:
    with newsroom.app.app_context():
        article = reading.article_at(section.lower())
        place = {"revision": article.head, "class": "silent", "confirmed": confirmed}
        if act == "describe":
            return place | {"byline": "Ada", "seen": details.of(article).stamp}
        if act in ("edit", "restore"):
            more = {"text": editing.text_to_edit(article) + "\n\nAnd more."}
            return place | (more if act == "edit" else {})
        row = newsroom.row(section, "bulk" if act == "create" else "decide")
        if act == "decide":
            return place | {"action": "accept", "seen": row.version}
        start = article.current.text.index("today")
        return {"revision": article.head, "start": start, "end": start + 5, "replacement": "now"}
