"""/tokens: an admin makes one, sees it once, and revokes it."""

from __future__ import annotations

import re

import pytest

from corrections_app.domain.lifecycle import Role
from corrections_app.domain.roles import Scope
from corrections_app.workflow.people import accounts
from tests.builders import NOON
from tests.web.conftest import JSON, Moderator, sign_in_as, text_of

ADA = "ada@courier.example"
MAX = "max@courier.example"
FIELDS = {"name": "The <CMS>", "scope": ["articles:read", "articles:write"], "for": MAX}


@pytest.fixture
def admin(app):
    accounts.add(ADA, role=Role.ADMIN, now=NOON)
    accounts.add(MAX, role=Role.MODERATOR, now=NOON)
    return Moderator(sign_in_as(app, ADA))


def secret_on(page):
    found = re.search(r"<textarea[^>]* id=\"secret\"[^>]*>([^<]+)<", page)
    return found and found[1]


def made(admin, **more):
    answer = admin.post("/tokens", FIELDS | more)
    assert answer.status_code == 303, text_of(answer)
    return admin.get(answer.location)


def test_a_new_token_is_shown_once_and_kept_by_no_cache(app, admin):
    page = made(admin)
    secret = secret_on(text_of(page))
    again = admin.get("/tokens?done=made")

    assert page.headers["Cache-Control"] == "no-store"
    assert secret not in page.request.url
    assert secret_on(text_of(again)) is None
    assert secret not in text_of(again)
    known = {"Authorization": f"Bearer {secret}"}
    program = app.test_client(use_cookies=False)
    assert program.get("/api/v1/articles", headers=known).status_code == 200


def test_the_page_tells_of_each_and_nothing_in_a_name_is_markup(admin):
    page = text_of(made(admin))

    assert "The &lt;CMS&gt;" in page
    assert "<CMS>" not in page
    assert "in the name of max" in page
    assert "made by ada" in page
    assert "never used" in page
    for scope in Scope:
        assert f'value="{scope}"' in page


def test_a_revoked_token_lets_nobody_in_and_stays_on_the_page(app, admin):
    secret = secret_on(text_of(made(admin)))
    [item] = admin.get("/tokens", headers=JSON).json["items"]

    answer = admin.post(f"/tokens/{item['id']}/revoke", {})
    page = text_of(admin.get(answer.location))

    assert answer.status_code == 303
    assert "Revoked" in page
    assert "/revoke" not in page
    known = {"Authorization": f"Bearer {secret}"}
    program = app.test_client(use_cookies=False)
    assert program.get("/api/v1/articles", headers=known).status_code == 401


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"name": ""}, "name"),
        ({"scope": []}, "scope"),
        ({"scope": ["everything"]}, "scope"),
        ({"scope": ["hooks:write"]}, "scope"),
        ({"expires": "soon"}, "expires"),
        ({"expires": "99999"}, "expires"),
    ],
)
def test_what_makes_no_token_is_said_beside_its_field(admin, said, named):
    answer = admin.post("/tokens", FIELDS | said)
    page = text_of(answer)

    assert answer.status_code == 422
    assert f'id="{named}-fault"' in page
    assert named == "name" or 'value="The &lt;CMS&gt;"' in page
    assert admin.get("/tokens", headers=JSON).json["items"] == []


def test_an_account_that_is_not_there_is_told(admin):
    answer = admin.post_json("/tokens", FIELDS | {"for": "nobody@courier.example"})

    assert answer.status_code == 404


def test_programs_of_admins_make_tokens_as_well(admin):
    answer = admin.post_json("/tokens", FIELDS | {"expires": "30"})

    assert answer.status_code == 201
    told = answer.json
    assert told["token"].startswith("rc_")
    assert told["scopes"] == FIELDS["scope"]
    assert (told["for"], told["made_by"], told["state"]) == (MAX, ADA, "active")
    assert told["expires"]
    assert "token" not in admin.get("/tokens", headers=JSON).json["items"][0]
