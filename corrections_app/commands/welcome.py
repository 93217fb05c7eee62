"""What `serve` says when it is up: where it is, and how its people come in."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click
from flask import Flask

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts


def greet(app: Flask, url: str) -> None:
    """Say the address, how to come in, and how to stop."""
    with app.app_context():
        if not app.config["PUBLIC_URL_IS_NAMED"]:
            app.config["PUBLIC_URL"] = url
        click.echo(f"Reader corrections is at {app.config['PUBLIC_URL']}")
        _say_how_to_come_in(app.config["EDITOR"])
        click.echo("Stop it with Ctrl+C.")
        db.session.remove()
        db.engine.dispose()


def _say_how_to_come_in(wanted: str) -> None:
    people = [person for person in accounts.everyone() if person.active]
    if not people:
        return
    editor = min(people, key=lambda p: (p.email != wanted, p.role != Role.ADMIN)).email
    if accounts.nobody_was_here():
        click.echo(f"Sign in as {editor}: {accounts.one_time_link(editor, now=now())}")
    else:
        click.echo(f"Signed out? A new link: {command()} people link {editor}")


def command() -> str:
    """What to type for this program where it was started: not everyone has it on the path."""
    called = Path(sys.argv[0])
    if called.name != "corrections" or shutil.which("corrections") == str(called):
        return "corrections"
    return os.path.relpath(called)
