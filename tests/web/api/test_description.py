"""The description says what there is: no more, no less, and answers are as it says."""

from __future__ import annotations

import os
import re

import pytest
from openapi_spec_validator import validate

from corrections_app.domain import errors
from corrections_app.domain.roles import Scope
from corrections_app.web import errors as web_errors
from corrections_app.web.api.conventions import VERSION
from corrections_app.web.api.description import SCOPES
from corrections_app.web.api.description.errors import CODES
from corrections_app.web.doors import DOORS
from corrections_app.workflow.programs import tokens
from tests.doors import Newsroom
from tests.web.api.described import Described
from tests.web.api.programs import Program

EXAMPLES = int(os.environ.get("CORRECTIONS_TEST_API_EXAMPLES", "12"))
"""Of requests to each operation; many, by hand, for an hour."""


@pytest.fixture(scope="module")
def described():
    return Described()


@pytest.fixture(scope="module")
def newsroom(databases, applications, tmp_path_factory):
    url = databases.fresh()
    app = applications.make(url, tmp_path_factory.mktemp("api"), own=True)
    yield Newsroom(app)
    applications.put_down()
    databases.drop(url)


@pytest.fixture(scope="module")
def admins(newsroom):
    """A program that may do all that there is."""
    with newsroom.app.app_context():
        from corrections_app.workflow.clock import now

        made = tokens.make("all", list(Scope), newsroom.user("admin"), now=now())
        return Program(newsroom.app, made.secret, made.token.id)


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


def test_it_names_every_code_that_there_is():
    raised = {kind.code for kind in web_errors.STATUS if not issubclass(kind, UNHEARD)}

    assert raised <= set(CODES)


UNHEARD = (
    errors.SpentLink,
    errors.UnknownSite,
    errors.NotAnArticle,
    errors.Translated,
    errors.NoWords,
)
"""What only pages can be refused with: links, sites' pages, translations."""
