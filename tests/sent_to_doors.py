"""What each door must be sent to do what it is for, and one request with all of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from werkzeug.routing import Rule

from corrections_app.web.access import SAFE
from corrections_app.workflow.articles import details, editing, reading
from corrections_app.workflow.clock import now
from tests.builders import CONFIRMED
from tests.doors import HERE, Newsroom
from tests.workflow.sites.newsroom import ADDRESS

ORIGINS: dict[str, dict[str, str]] = {
    "none": {},
    "ours": {"Origin": "http://localhost"},
    "our page": {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    "typed": {"Sec-Fetch-Site": "none"},
    "foreign": {"Origin": "http://evil.example"},
    "null": {"Origin": "null"},
    "a neighbour's": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    "another site's": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
}
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
        "house_rules.create": {"preferred": "e-mail", "forms": "email", "reason": "A hyphen."},
        "house_rules.update": {"preferred": "Kyiv", "forms": "Kiev", "reason": "So.", "active": 1},
        "hooks.create": {"url": "https://other.example/", "events": "article.revised"},
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
        "receipts.answer": {"answer": "In the minutes."},
        "receipts.appeal": {"words": "Please look again."},
        "receipts.withdraw": {"csrf_token": ""},
        "receipts.email": {"email": "new@reader.example"},
        "sign_in.create": {"email": "spare@courier.example", "password": PASSWORD},
        "sign_in.reset": {"password": f"{PASSWORD}, and another"},
        "sign_in.send": {"email": "spare@courier.example"},
        "tokens.create": {
            "name": "A site",
            "scope": "notices:read",
            "for": "editor@courier.example",
        },
        "triage.ask": {"question": "Who says so?", "seen": _version(newsroom, section, "ask")},
        "triage.duplicate": {"of": newsroom.ids[section, "spare"]},
        "triage.escalate": {"note": "Is it so?"},
        "triage.hold": {"until": f"{now():%Y-%m-%dT23:59:59}", "note": "I ask."},
        "triage.put_back": {"what": "skip"},
        "triage.reopen": {"note": "It was right.", "confirmed": confirmed},
        "triage.approve": {"confirmed": confirmed},
        "triage.uphold": {"note": "We stay with it."},
        "views.create": {"name": "Mine", "query": "lane=waiting"},
    }
    if endpoint.startswith("elsewhere."):
        return {"key": "all"}
    if endpoint.startswith("taking_down."):
        return {"reason": "It was a hoax.", "confirmed": "1"}
    return known.get(endpoint) or _of_the_text(newsroom, act, section, confirmed)


def _version(newsroom: Newsroom, section: str, name: str) -> int:
    with newsroom.app.app_context():
        return newsroom.row(section, name).version


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


class Answer(NamedTuple):
    """What a request came to."""

    status: int
    location: str
    text: str
    changed: list[str]


def asked(
    newsroom: Newsroom,
    rule: Rule,
    method: str,
    who: str,
    where: str | None,
    *,
    origin: str = "ours",
    kind: str = "form",
    body: dict[str, Any] | None = None,
    token: bool = True,
    json: bool = True,
) -> Answer:
    """One request, with all that its sender has."""
    place = newsroom.place_in(rule, where)
    client, known = newsroom.browsers[who]
    headers = ORIGINS[origin] | ({"Accept": "application/json"} if json else {})
    if token and known:
        headers["X-CSRFToken"] = known
    sent = (body or {}) if method in SAFE else body or _sent(newsroom, rule, where, kind)
    with newsroom.changes() as changed:
        answer = client.open(place, method=method, headers=headers, **sent)
        found = Answer(
            answer.status_code, answer.location or "", answer.get_data(as_text=True), changed
        )
        answer.close()
    return found


def _sent(newsroom: Newsroom, rule: Rule, where: str | None, kind: str) -> dict[str, Any]:
    fields = fields_of(newsroom, rule.endpoint, where or HERE)
    if rule.endpoint == "bulk.create":
        with newsroom.app.app_context():
            row = newsroom.row(where or HERE, "bulk")
            item = f"{row.id}:{row.version}:{row.article.head}"
        fields = {"act": "reject", "reason": "not_an_error", "item": item}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": fields},
        "json": {"json": fields},
        "text/plain": {"data": "action=accept", "content_type": "text/plain"},
        "multipart": {"data": fields, "content_type": "multipart/form-data"},
        "nothing": {},
    }
    return ways[kind]
