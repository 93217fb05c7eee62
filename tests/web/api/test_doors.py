"""The guard of programs: every door behind a token, by everybody who has not the right one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import SCOPES, Scope
from corrections_app.extensions import db
from corrections_app.models import AuditEvent, Token
from corrections_app.web import rates
from corrections_app.web.doors import DOORS, Guard
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import tokens
from corrections_app.workflow.transaction import write
from tests.builders import an_article
from tests.doors import UNKNOWN
from tests.web.api.programs import Program, a_person, a_program
from tests.web.conftest import sign_in_as

ARTICLES = "/api/v1/articles"


def rules(app):
    """Every door for programs: its scope, a method, and an address that leads to nothing."""
    for rule in app.url_map.iter_rules():
        door = DOORS[rule.endpoint]
        if door.guard is Guard.TOKEN:
            numbers = dict.fromkeys(rule.arguments, 40_404)
            place = rule.build(numbers | UNKNOWN, append_unknown=False)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield door.who, method, place[1]


def events():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent))


def test_without_a_token_nobody_comes_in_whatever_cookie_they_bring(app):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=now())
    browser = sign_in_as(app, "ada@courier.example")
    before = events()

    for _, method, path in rules(app):
        answer = browser.open(path, method=method, json={})
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Reader Corrections"'
        assert answer.json["error"] == "no_token"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
    assert events() == before


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer rc_" + "x" * 43,
        "bearer nothing",
        "Bearer  \t",
        "Bearer",
        "Basic YTpi",
        "rc_" + "x" * 43,
        "Bearer " + "x" * 3000,
        "Bearer \u00e9\u00ff",
    ],
)
def test_what_is_no_token_of_ours_is_answered_401(app, client, sent):
    answer = client.get(ARTICLES, headers={"Authorization": sent})

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="')
    is_shown = sent.lower().startswith("bearer ") and sent.split()[1:]
    assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) == bool(is_shown)


def test_a_token_opens_what_it_was_made_for_and_nothing_else(app):
    ada = a_person("ada", Role.ADMIN)
    found = {}
    for scope in Scope:
        made = tokens.make(scope, [scope], ada, now=now())
        found[scope] = Program(app, made.secret, made.token.id)
    before = events()

    for needed, method, path in rules(app):
        for scope, program in found.items():
            if scope == needed:
                answer = program.ask(method, path, json={} if method != "GET" else None)
                assert answer.status_code not in (401, 403, 500), (method, path, answer.json)
                continue
            answer = program.ask(method, path, json={} if method != "GET" else None)
            assert answer.status_code == 403, (method, path, scope)
            assert answer.json["error"] == "insufficient_scope"
            told = answer.headers["WWW-Authenticate"]
            assert told.endswith(f'error="insufficient_scope", scope="{needed}"')
    assert events() == before


def test_a_token_stands_in_no_address_and_in_no_body(app, program):
    stranger = app.test_client()

    in_address = stranger.get(f"{ARTICLES}?access_token={program.secret}")
    in_form = stranger.post(ARTICLES, data={"access_token": program.secret})

    assert in_address.status_code == 401
    assert in_form.status_code == 405


def test_a_token_is_no_way_into_the_pages(app, program):
    for path in ("/queue", "/account", "/articles", "/people"):
        answer = program.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 403, path


def ends(app, how):
    """What ends a token, and whether it is told apart from one that never was: it is not."""
    program = a_program(app, "articles:read", days=1)
    assert program.get(ARTICLES).status_code == 200
    how(program)
    return program.get(ARTICLES)


def expire(program):
    with write() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(Token).where(Token.id == program.number).values(expires_at=past))


def close_account(_program):
    accounts.disable("mira@courier.example", now=now())


def close_and_open_again(_program):
    close_account(_program)
    accounts.enable("mira@courier.example", now=now())


@pytest.mark.parametrize(
    "how",
    [
        expire,
        lambda program: tokens.revoke(program.number, now=now()),
        close_account,
        close_and_open_again,
    ],
)
def test_a_token_ends(app, how):
    accounts.add("ada@courier.example", role=Role.ADMIN, now=now())

    answer = ends(app, how)

    assert answer.status_code == 401
    assert answer.json["error"] == "invalid_token"
    unknown = app.test_client().get(ARTICLES, headers={"Authorization": "Bearer rc_x"})
    assert answer.get_data() == unknown.get_data()


def test_a_token_is_never_stronger_than_its_owner(app):
    ada = a_person("ada", Role.ADMIN)
    a_person("eve", Role.ADMIN)
    made = tokens.make("hooks", ["hooks:write", "articles:read"], ada, now=now())
    accounts.add("ada@courier.example", role=Role.MODERATOR, now=now())

    assert SCOPES[Scope.HOOKS_WRITE]
    with pytest.raises(Exception, match="may not do that any more") as refused:
        tokens.check(tokens.find(made.secret, now()), Scope.HOOKS_WRITE)
    assert refused.value.code == "insufficient_scope"
    tokens.check(tokens.find(made.secret, now()), Scope.ARTICLES_READ)


def test_whoever_tries_tokens_is_stopped_and_the_programs_beside_them_are_not(make_app):
    app = make_app(LIMITS="1000/hour")
    with app.app_context():
        program = a_program(app)
        guess = Program(app, "rc_guess", 0)

        tried = [guess.get(ARTICLES) for _ in range(25)]
        found = program.get(ARTICLES).status_code

    assert [answer.status_code for answer in tried] == [401] * 20 + [429] * 5
    assert int(tried[-1].headers["Retry-After"]) > 0
    assert tried[-1].json["error"] == "too_many"
    assert tried[-1].mimetype == "application/problem+json"
    assert found == 200


def test_one_program_that_asks_too_much_is_told_when_to_come_again(make_app, monkeypatch):
    monkeypatch.setattr(rates, "CALLS_OF_TOKEN", "3/minute")
    app = make_app(LIMITS="1000/hour")
    with app.app_context():
        greedy, other = a_program(app), a_program(app, name="max")

        answers = [greedy.get(ARTICLES) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert other.get(ARTICLES).status_code == 200


def test_when_it_was_used_is_known_to_the_hour_and_reading_writes_nothing(app, program):
    def used():
        db.session.rollback()
        return db.session.get_one(Token, program.number).last_used_at

    assert used() is None
    program.get(ARTICLES)
    first = used()
    program.get(ARTICLES)

    assert first is not None
    assert used() == first
    with write() as session:
        before = now() - timedelta(hours=2)
        session.execute(update(Token).values(last_used_at=before))
    program.get(ARTICLES)
    assert used() >= first


def test_an_answer_comes_although_it_cannot_be_noted_that_it_was_asked(app, program, monkeypatch):
    def busy(*_):
        raise OSError("no room")

    monkeypatch.setattr(tokens, "note", busy)

    assert program.get(ARTICLES).status_code == 200


def test_a_program_sees_what_a_colleague_sees(app, program):
    an_article()

    [item] = program.get(ARTICLES).json["items"]

    accounts.add("ada@courier.example", role=Role.ADMIN, now=now())
    page = sign_in_as(app, "ada@courier.example").get(
        "/articles", headers={"Accept": "application/json"}
    )
    assert [item] == page.json["items"]
