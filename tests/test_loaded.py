"""What a server has loaded before it forks, its web workers hold for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, environment

AS_SERVE = """
from corrections_app import cli
from corrections_app.serving import body_first, server
from corrections_app.wsgi import application
import sys
cli._prepare(application(), samples=False)
print(*sys.modules, sep="\\n")
"""
OF_OTHER_COMMANDS = [
    "alembic",
    "corrections_app.backups",
    "corrections_app.commands.import_articles",
    "corrections_app.workflow.bounces",
    "corrections_app.workflow.hooks.calling",
    "corrections_app.workflow.letters.delivery",
    "corrections_app.checkup",
    "imaplib",
    "tarfile",
]
OF_MAIL = ["email.policy", "flask_mail", "mailbox", "smtplib"]
"""What the letters' worker sends with, in a process of its own."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The modules that a server of a database that is ready has loaded, over SQLite."""
    instance: Path = tmp_path_factory.mktemp("instance")
    for _ in range(2):  # the first one makes the tables
        done = subprocess.run(
            [sys.executable, "-c", AS_SERVE],
            cwd=ROOT,
            env=environment(instance),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("module", OF_OTHER_COMMANDS)
def test_what_only_other_commands_need_is_not_loaded(loaded: set[str], module: str) -> None:
    assert "corrections_app.web" in loaded
    assert module not in loaded


@pytest.mark.parametrize("module", OF_MAIL)
def test_what_sends_letters_is_not_loaded(loaded: set[str], module: str) -> None:
    assert "corrections_app.workflow.letters.outbox" in loaded
    assert module not in loaded


def test_over_sqlite_postgresqls_dialect_is_not_loaded(loaded: set[str]) -> None:
    assert "sqlalchemy.dialects.sqlite" in loaded
    assert "sqlalchemy.dialects.postgresql" not in loaded
