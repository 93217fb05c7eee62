"""What `serve` says when it is up, and whom it lets in."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from corrections_app import cli
from corrections_app.commands import welcome
from corrections_app.domain.lifecycle import Role
from corrections_app.workflow.people import accounts, sign_in
from tests.builders import NOON

ADA = "ada@courier.example"
MIRA = "mira@courier.example"


@pytest.fixture
def site(make_app):
    return make_app(EDITOR=MIRA)


def people(site):
    with site.app_context():
        return [(one.email, one.role, one.active) for one in accounts.everyone()]


def add(site, email, role):
    with site.app_context():
        accounts.add(email, role=role, now=NOON)


def test_the_first_link_is_for_the_editor_named(site, capsys):
    add(site, ADA, Role.MODERATOR)
    add(site, MIRA, Role.ADMIN)

    welcome.greet(site, "http://127.0.0.1:5000")

    assert f"Sign in as {MIRA}: http" in capsys.readouterr().out


def test_who_has_been_here_is_told_how_to_come_back(site, capsys):
    add(site, ADA, Role.MODERATOR)
    add(site, MIRA, Role.ADMIN)
    with site.app_context():
        token = accounts.one_time_link(ADA, now=NOON).rpartition("/")[2]
        sign_in.use_link(token, now=NOON)

    welcome.greet(site, "http://127.0.0.1:5000")

    said = capsys.readouterr().out
    assert "/sign-in/" not in said
    assert said.splitlines()[1].endswith(f"corrections people link {MIRA}")


@pytest.mark.parametrize(
    ("called", "found", "told"),
    [
        ("/srv/news/.venv/bin/corrections", None, ".venv/bin/corrections"),
        ("/usr/bin/corrections", "/usr/bin/corrections", "corrections"),
        ("-m", None, "corrections"),
    ],
)
def test_the_way_back_is_one_that_can_be_typed(monkeypatch, called, found, told):
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr(os, "getcwd", lambda: "/srv/news")
    monkeypatch.setattr(shutil, "which", lambda _name: found)

    assert welcome.command() == told


def test_serving_makes_an_admin_wherever_there_is_none(site):
    add(site, ADA, Role.MODERATOR)

    cli._prepare(site, samples=False)
    cli._prepare(site, samples=False)

    assert people(site) == [(ADA, "moderator", True), (MIRA, "admin", True)]


def test_an_admin_who_is_closed_is_none(site):
    add(site, MIRA, Role.ADMIN)
    add(site, ADA, Role.ADMIN)
    with site.app_context():
        accounts.disable(ADA, now=NOON)
        accounts.change(
            accounts.by_email(MIRA).id,
            name="Mira",
            role=Role.ADMIN,
            section=None,
            by=accounts.by_email(MIRA),
            now=NOON,
        )

    cli._prepare(site, samples=False)

    assert people(site) == [(ADA, "admin", False), (MIRA, "admin", True)]


def test_an_admin_who_is_there_is_not_joined_by_another(site):
    add(site, ADA, Role.ADMIN)

    cli._prepare(site, samples=False)

    assert people(site) == [(ADA, "admin", True)]
