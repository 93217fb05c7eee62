"""The description says what there is: no more, no less, and answers are as it says."""

from __future__ import annotations

import os
import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from corrections_app.domain import errors
from corrections_app.domain.roles import Scope
from corrections_app.extensions import db
from corrections_app.web import access
from corrections_app.web import errors as web_errors
from corrections_app.web.api.conventions import VERSION
from corrections_app.web.api.description import SCOPES
from corrections_app.web.api.description.errors import CODES
from corrections_app.web.doors import DOORS
from corrections_app.workflow.clock import now
from corrections_app.workflow.programs import tokens
from corrections_app.workflow.queue import filters
from corrections_app.workflow.record import criteria
from tests.doors import Newsroom
from tests.web.api.calls import Calls, address, refused
from tests.web.api.described import Described
from tests.web.api.programs import Program

EXAMPLES = int(os.environ.get("CORRECTIONS_TEST_API_EXAMPLES", "6"))
"""Requests of each kind to each operation; by hand, as many as there is time for."""


@pytest.fixture(scope="module")
def described():
    return Described()


@pytest.fixture(scope="module")
def newsroom(databases, applications, tmp_path_factory):
    url = databases.fresh()
    app = applications.make(url, tmp_path_factory.mktemp("api"), own=True)
    yield Newsroom(app)
    applications.put_down()
    with app.app_context():
        db.engine.dispose()  # another test of this file may have put it down before
    databases.drop(url)


class Programs:
    """A program that may do all that there is, and one for each scope alone."""

    def __init__(self, newsroom):
        self.app = newsroom.app
        asked = {"all": list(Scope)} | {str(scope): [scope] for scope in Scope}
        with self.app.app_context():
            owner = newsroom.user("admin")
            made = {name: tokens.make(name, some, owner, now=now()) for name, some in asked.items()}
            self.known = {
                name: Program(self.app, one.secret, one.token.id) for name, one in made.items()
            }

    def asked(self, who, operation, call):
        """What somebody is answered; who is hurried, or comes at a bad moment, is put off."""
        refusal = {"hurried": errors.TooMany, "busy": errors.Busy}.get(who)
        asker = self.known.get("all" if refusal else who) or Program(self.app, "", 0)
        with pytest.MonkeyPatch.context() as patch:
            if refusal:
                patch.setattr(access, "count_call", _refuses(refusal))
            return asker.ask(operation.method, address(operation, call), **call.sent)


def _refuses(refusal):
    def count_call(number):
        raise refusal("Come again later.", retry_after=3)

    return count_call


@pytest.fixture(scope="module")
def programs(newsroom):
    return Programs(newsroom)


def routes(app):
    """Every route of the API: its path without types, its method, and its endpoint."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{VERSION}/") and rule.endpoint != "api.show":
            path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield path, method, rule.endpoint


def test_it_is_a_document_of_openapi_3_1(described):
    validate(described.document)


def test_it_tells_of_every_route_and_of_none_that_there_is_not(newsroom, described):
    found = {(path, method) for path, method, _ in routes(newsroom.app)}
    told = {(one.rule(), one.method) for one in described.operations()}

    assert told == found


def test_it_names_the_scope_that_the_door_asks_for(newsroom, described):
    asked = {}
    for path, method, endpoint in routes(newsroom.app):
        who = DOORS[endpoint].who
        asked[path, method] = [who] if isinstance(who, Scope) else []

    assert {(one.rule(), one.method): one.scopes for one in described.operations()} == asked
    assert set(SCOPES) == set(Scope)


def test_real_answers_of_every_operation_are_as_it_says(newsroom, described, programs):
    calls, operations = Calls(newsroom), list(described.operations())
    found = [(one, "all", call) for one in operations for call in calls.of(one)]
    found += [(one, who, call) for one in operations for who, call in refused(one)]
    answers = [(one, call, programs.asked(who, one, call)) for one, who, call in found]
    calls.take_down()
    for one in operations:
        answers += [(one, call, programs.asked("all", one, call)) for call in calls.in_the_end(one)]

    faults, heard = [], {}
    for one, call, answer in answers:
        heard.setdefault(one.id, set()).add(str(answer.status_code))
        wrong = described.faults(one, answer)
        if answer.status_code != call.status or wrong:
            faults.append((one.id, call, answer.status_code, wrong, answer.json))

    assert faults == []
    assert heard == {one.id: one.statuses for one in operations}


def test_it_is_not_sent_again_to_whoever_has_it(client):
    answer = client.get(f"{VERSION}/openapi.json")

    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"{VERSION}/openapi.json", headers=known).status_code == 304
    assert answer.cache_control.public
    assert "Set-Cookie" not in answer.headers


def test_it_names_every_filter_that_a_list_has(described):
    told = {
        one.id: {parameter["name"] for parameter in one.told["parameters"]} - {"If-None-Match"}
        for one in described.operations()
        if one.id.startswith("list")
    }

    assert told["listCorrections"] == {"lane", *filters.NAMES, "limit", "after"}
    assert told["listNotices"] == {*criteria.NAMES, "limit", "after"}


def test_it_names_every_code_that_there_is():
    raised = {kind.code for kind in web_errors.STATUS if not issubclass(kind, UNHEARD)}

    assert raised <= set(CODES)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize(
    "operation", [one for one in Described().operations() if one.scopes], ids=lambda one: one.id
)
def test_no_request_is_answered_as_it_does_not_say(newsroom, programs, operation, mode):
    schema = schemathesis.openapi.from_wsgi(f"{VERSION}/openapi.json", newsroom.app)
    cases = schema[operation.path][operation.method].as_strategy(generation_mode=mode)
    head = {"Authorization": f"Bearer {programs.known['all'].secret}"}
    places = st.sampled_from([{}, *Calls(newsroom).places(operation)])

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(case=cases, place=places)
    def ask(case, place):
        case.path_parameters = {**(case.path_parameters or {}), **place}
        answer = case.call(headers=head | {"Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)

    ask()


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


UNHEARD = (
    errors.SpentLink,
    errors.UnknownSite,
    errors.NotAnArticle,
    errors.Translated,
    errors.NoWords,
)
"""What only pages can be refused with: links, sites' pages, translations."""
