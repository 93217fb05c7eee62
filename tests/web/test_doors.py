"""Every door, by everybody, from everywhere: what happens is what its row says, and no more."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from werkzeug.routing import Rule

from corrections_app import create_app
from corrections_app.domain.roles import Ability, may
from corrections_app.extensions import db
from corrections_app.web.doors import DOORS, Door, Guard, Reach, Who
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import sign_in
from corrections_app.workflow.sites import pings
from tests.applications import TRIAL
from tests.doors import HERE, PEOPLE, STRANGERS, THERE, Newsroom
from tests.sent_to_doors import ORIGINS, PASSWORD, Answer, asked

FROM_ELSEWHERE = ("foreign", "null", "a neighbour's", "another site's")
KINDS = ("form", "json", "text/plain", "multipart", "nothing")
JSON_BODY = "application/json"
UNREADABLE = [
    {"data": body, "content_type": JSON_BODY}
    for body in (
        b"[]",
        b"{",
        b'\xef\xbb\xbf{"note": "a mark before it"}',
        '{"note": "sixteen bits"}'.encode("utf-16"),
        b'{"note": "one", "note": "two"}',
        b'{"note": ' + b'{"a": ' * 9 + b"1" + b"}" * 10,
        b"[" * 30_000,
        json.dumps({f"field{n}": "x" for n in range(99)}).encode(),
    )
]
"""Bodies that no door takes: whoever is told so has passed the door."""
NOT_UTF8 = {"data": b"name=%ff", "content_type": "application/x-www-form-urlencoded"}
DEAF = {
    "account.sign_out_elsewhere", "account.update", "changes.leave", "erasing.erase_mailbox",
    "erasing.erase_receipt", "outbox.retry", "people.act", "receipts.appeal", "sign_in.create",
    "sign_in.destroy", "sign_in.reset", "sign_in.send", "sign_in.use", "subscriptions.keep",
    "subscriptions.stop", "tokens.revoke", "hooks.act", "hooks.again", "hooks.leave_out",
}  # fmt: skip
"""Doors that need no body, or read only forms: they would act."""


FACTORS = ("own_factors.", "second_step.")
"""They take the codes of an app, which `newsroom/test_second_step.py` has."""


@pytest.fixture(scope="module")
def newsroom(databases, applications, tmp_path_factory):
    """One newsroom for the whole walk: what is refused leaves it as it is."""
    url = databases.fresh()
    app = applications.make(url, tmp_path_factory.mktemp("doors"), own=True)
    made = Newsroom(app)
    with app.app_context():
        sign_in.set_password(made.user("spare").id, PASSWORD, now=now())
    yield made
    applications.put_down()
    with app.app_context():
        db.engine.dispose()  # another test of this file may have put it down before
    databases.drop(url)


@pytest.fixture(scope="module")
def rules(newsroom) -> list[Rule]:
    return sorted(newsroom.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def unsafe(rules: list[Rule]) -> list[tuple[Rule, Door]]:
    """The doors through which something is changed."""
    return [
        (rule, DOORS[rule.endpoint])
        for rule in rules
        if DOORS[rule.endpoint].guard not in (Guard.NONE, Guard.TOKEN)
    ]


def lacks(who: str, door: Door) -> bool:
    """Whether someone who is signed in may not pass whatever the object."""
    role, section = PEOPLE[who]
    return isinstance(door.who, Ability) and not may(role, section, door.who, section)


def faults_of(found: dict[str, Answer], allowed: tuple[int, ...]) -> dict[str, Any]:
    """The requests that were not refused as they should have been, or changed something."""
    return {
        name: (answer.status, answer.text[:200], answer.changed)
        for name, answer in found.items()
        if answer.status not in allowed or answer.changed
    }


def words_in(page: str) -> str:
    """What a page says in its sentences."""
    return " ".join(re.findall(r"<(?:p|li)[^>]*>\s*([^<]{9,200})", page))[:300]


COLLEAGUES = [name for name in PEOPLE if name not in (*STRANGERS, "spare")]


def test_a_stranger_and_a_closed_account_come_no_further_than_the_way_in(newsroom, rules):
    faults = []
    doors = [rule for rule in rules if DOORS[rule.endpoint].is_for_colleagues]
    for rule, who in itertools.product(doors, STRANGERS):
        method = "POST" if DOORS[rule.endpoint].guard is Guard.SESSION else "GET"
        found = {
            (where, json): asked(newsroom, rule, method, who, where, json=json)
            for where in (HERE, None)
            for json in ((True, False) if who == "stranger" else (True,))
        }
        for (where, program), answer in found.items():
            led = answer.location.startswith("/sign-in")
            wanted = answer.status == 403 if program else answer.status == 303 and led
            if not wanted or answer.changed:
                faults.append((rule.rule, who, where, answer))
        if found[HERE, True].text != found[None, True].text:  # unknown looks like forbidden
            faults.append((rule.rule, who, "told apart"))

    assert faults == []


def test_nothing_is_done_without_the_token_of_the_page_wherever_it_comes_from(newsroom, rules):
    # Five people, eight origins and five types: going round, each meets each of the others.
    people, origins, kinds = map(itertools.cycle, (COLLEAGUES, ORIGINS, KINDS[::2] + KINDS[1::2]))
    doors = [rule for rule, door in unsafe(rules) if door.guard is Guard.SESSION]
    found = {
        f"{rule.rule} {who} {origin}": asked(
            newsroom, rule, "POST", who, HERE, origin=origin, kind=kind, token=False
        )
        for rule in doors
        for _, who, origin, kind in zip(range(4), people, origins, kinds, strict=False)
    }

    assert faults_of(found, (403,)) == {}


def test_what_another_site_sends_is_refused_whoever_is_signed_in(newsroom, rules):
    kinds = itertools.cycle(KINDS)
    found = {
        f"{rule.rule} {who} {origin}": asked(
            newsroom, rule, "POST", who, where, origin=origin, kind=next(kinds)
        )
        for rule, door in unsafe(rules)
        if door.guard is Guard.ORIGIN
        for who, origin, where in itertools.product(
            ("stranger", "here", "admin"), FROM_ELSEWHERE, (HERE, None)
        )
    }

    assert found
    assert faults_of(found, (403,)) == {}


def test_who_has_not_the_ability_is_refused_whatever_is_named(newsroom, rules):
    faults = []
    for rule, who in itertools.product(rules, COLLEAGUES):
        door = DOORS[rule.endpoint]
        if not lacks(who, door):
            continue
        method = "GET" if door.guard is Guard.NONE else "POST"
        known, unknown = (
            asked(newsroom, rule, method, who, where, kind=kind)
            for where, kind in ((HERE, "form"), (None, "json"))
        )
        if (known.status, unknown.status) != (403, 403) or known.text != unknown.text:
            faults.append((rule.rule, who, known, unknown))
        if known.changed or unknown.changed:
            faults.append((rule.rule, who, "changed"))

    assert faults == []


def test_nobody_reaches_what_is_another_sections(newsroom, rules):
    found = {
        f"{rule.rule} {who} {where}": asked(newsroom, rule, method, who, where, kind=kind)
        for rule in rules
        for door in [DOORS[rule.endpoint]]
        if door.reach in (Reach.SECTION, Reach.ANOTHERS) and rule.endpoint != "bulk.create"
        if door.guard is not Guard.TOKEN  # web/api has programs of one section
        for method in ["GET" if door.guard is Guard.NONE else "POST"]
        for who, where, kind in (("here", THERE, "form"), ("there", HERE, "json"))
        # What came from a site's page stands in one section only.
        if not (rule.endpoint.startswith("writebacks") and where == THERE)
    }

    assert len(found) > 30
    assert faults_of(found, (403,)) == {}


def test_nobody_judges_what_they_sent_or_turned_down_themselves(newsroom, rules):
    by_endpoint = {rule.endpoint: rule for rule in rules}
    decide, uphold = by_endpoint["queue.decide"], by_endpoint["triage.uphold"]
    newsroom.ids[HERE, "decide"], kept = newsroom.ids[HERE, "own"], newsroom.ids[HERE, "decide"]

    own = asked(newsroom, decide, "POST", "here", HERE)
    newsroom.ids[HERE, "decide"] = kept
    newsroom.ids[HERE, "ask"], kept = newsroom.ids[HERE, "own"], newsroom.ids[HERE, "ask"]
    own_asked = asked(newsroom, by_endpoint["triage.ask"], "POST", "here", HERE)
    newsroom.ids[HERE, "ask"] = kept
    turned_down = asked(newsroom, uphold, "POST", "roving", HERE)

    assert (
        faults_of({"own": own, "asked oneself": own_asked, "turned down": turned_down}, (403,))
        == {}
    )


def test_what_a_colleague_did_takes_an_editor_to_undo(newsroom, rules):
    found = {
        f"{rule.rule} {who}": asked(newsroom, rule, "POST", who, HERE)
        for rule, door in unsafe(rules)
        if door.reach is Reach.OWN_OR_EDITOR
        for who in ("there", "roving")
    }

    assert len(found) > 9
    assert faults_of(found, (403,)) == {}


def test_a_row_of_a_batch_is_refused_like_any_other_correction(newsroom, rules):
    rule = next(rule for rule in rules if rule.endpoint == "bulk.create")
    with newsroom.app.app_context():
        before = newsroom.row(THERE, "bulk").version

    answer = asked(newsroom, rule, "POST", "here", THERE)

    assert '"code":"not_permitted"' in answer.text
    with newsroom.app.app_context():
        assert newsroom.row(THERE, "bulk").version == before


def test_whoever_may_pass_is_heard_and_what_there_is_none_of_is_not_found(newsroom, rules):
    faults, bodies = [], itertools.cycle(UNREADABLE)
    for rule, door in unsafe(rules):
        people = ["stranger"] if not door.is_for_colleagues else COLLEAGUES
        for who in people:
            if who != "stranger" and lacks(who, door):
                continue
            if rule.arguments:
                missing = asked(newsroom, rule, "POST", who, None)
                if missing.status not in (403, 404) or missing.changed:
                    faults.append((rule.rule, who, "unknown", missing))
            if rule.endpoint in DEAF or rule.endpoint.startswith(("writebacks", *FACTORS)):
                continue
            heard = asked(newsroom, rule, "POST", who, HERE, body=next(bodies))
            if heard.status != 422 or heard.changed:
                faults.append((rule.rule, who, "heard", heard))

    assert faults == []


def test_a_body_of_another_type_is_refused_and_none_breaks_anything(newsroom, rules):
    faults = []
    for rule, door in unsafe(rules):
        who = "admin" if door.is_for_colleagues else "stranger"
        plain = asked(newsroom, rule, "POST", who, HERE, kind="text/plain")
        if plain.status != 415 or plain.changed:
            faults.append((rule.rule, plain))
        broken = asked(newsroom, rule, "POST", who, HERE, body=NOT_UTF8)
        if broken.status != 422 or broken.changed:
            faults.append((rule.rule, broken))
        for kind, origin in zip(KINDS if rule.arguments else (), ORIGINS, strict=False):
            answer = asked(newsroom, rule, "POST", who, None, kind=kind, origin=origin)
            if answer.status >= 500:
                faults.append((rule.rule, kind, origin, answer))

    assert faults == []


def test_no_door_takes_a_method_it_does_not_name(newsroom, rules):
    of_path: dict[str, set[str]] = {}
    for rule in rules:
        of_path.setdefault(rule.rule, set()).update(rule.methods or ())
    found = {
        f"{method} {rule.rule} {who}": asked(newsroom, rule, method, who, HERE)
        for rule in {rule.rule: rule for rule in rules}.values()
        for method, who in (("PUT", "admin"), ("PATCH", "here"), ("DELETE", "stranger"))
        if method not in of_path[rule.rule]
    }

    assert len(found) > 250
    # Some addresses are a page of another one: what has no such method there is not found.
    assert faults_of(found, (404, 405)) == {}


def test_what_everyone_may_read_says_the_same_to_all_and_takes_no_notice_of_them(newsroom, rules):
    faults = []
    for rule in rules:
        door = DOORS[rule.endpoint]
        if door.guard is not Guard.NONE or door.is_for_colleagues:
            continue
        for where in (HERE, None):
            answers = [asked(newsroom, rule, "GET", who, where) for who in ("stranger", "gone")]
            if len({answer.status for answer in answers}) > 1 or answers[0].status >= 500:
                faults.append((rule.rule, where, answers))
            if where is None and rule.arguments and answers[0].status not in (403, 404):
                faults.append((rule.rule, where, answers))
            if any(answer.changed for answer in answers):
                faults.append((rule.rule, where, "changed"))

    assert faults == []


def test_whoever_is_signed_in_may_look_at_what_all_may(newsroom, rules):
    faults = []
    for turn, rule in enumerate(rules):
        door = DOORS[rule.endpoint]
        if door.guard is not Guard.NONE or not door.is_for_colleagues:
            continue
        two = (COLLEAGUES[turn % 5], COLLEAGUES[(turn + 2) % 5])
        for who, origin in zip(two, FROM_ELSEWHERE, strict=False):
            if lacks(who, door) or (door.reach is Reach.SECTION and who == "there"):
                continue
            answer = asked(newsroom, rule, "GET", who, HERE, origin=origin, json=who == "here")
            missing = asked(newsroom, rule, "GET", who, None)
            if answer.status not in (200, 303, 422):
                faults.append((rule.rule, who, answer))
            if rule.arguments and missing.status != 404:
                faults.append((rule.rule, who, "unknown", missing))

    assert faults == []


LAST = (
    "editing.restore", "editing.edit",
    "taking_down.retire", "taking_down.bring_back", "taking_down.withhold",
    "taking_down.show_again", "taking_down.withhold_notice", "sign_in.reset",
    "account.sign_out_elsewhere", "sign_in.destroy", "people.act",
)  # fmt: skip
"""What takes something down comes at the end, and is brought back; then what ends a way in."""


OTHERS = {"views.delete": "editor", "triage.undo_latest": "there", "sign_in.destroy": "roving"}
"""Who does what is theirs alone to do."""


def test_whoever_may_does_what_the_door_is_for(newsroom, rules, monkeypatch):
    """The same requests, sent by who may: so none of those above was refused for its form."""
    monkeypatch.setattr(pings, "ask", lambda site, reference: None)
    changing = {
        rule.endpoint: rule for rule, _ in unsafe(rules) if not rule.endpoint.startswith(FACTORS)
    }
    order = [*sorted(changing.keys() - set(LAST)), *LAST]
    faults = []
    for name in order:
        door = DOORS[name]
        who = "here" if isinstance(door.who, Ability) and not lacks("here", door) else "admin"
        who = "here" if door.who is Who.SIGNED_IN else who
        who = who if door.is_for_colleagues else "stranger"
        who = OTHERS.get(name, who)
        answer = asked(newsroom, changing[name], "POST", who, HERE, json=False)
        if answer.status not in (200, 202, 204, 303) or answer.location.startswith("/sign-in?"):
            faults.append((name, who, answer.status, words_in(answer.text)))

    assert not faults, "\n".join(map(str, faults))


def test_an_address_is_learnt_when_it_is_first_wanted(tmp_path, monkeypatch):
    """Learning all of them took two thirds of the time in which an application is made."""
    learnt = []
    compile_it = Rule._compile_builder

    def counted(rule, *arguments):
        learnt.append(rule.endpoint)
        return compile_it(rule, *arguments)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    app = create_app(TRIAL | {"INSTANCE": str(tmp_path)})
    assert set(learnt) == {"static"}  # Flask's own, made before we are asked

    with app.test_request_context():
        there = [app.url_for("articles.show", slug="a b", more=more) for more in (1, "two", None)]
    assert there == ["/articles/a%20b?more=1", "/articles/a%20b?more=two", "/articles/a%20b"]
    assert set(learnt) == {"static", "articles.show"}
