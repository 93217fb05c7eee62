"""The commands that take an article down, openly, and bring it back."""

from __future__ import annotations

import click
from flask import current_app
from sqlalchemy import select

from corrections_app.commands.context import ask_once_more, with_tables
from corrections_app.domain.errors import NeedsConfirmation, NotFound
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.articles import retiring
from corrections_app.workflow.clock import now
from corrections_app.workflow.transaction import Act

_BY = click.option(
    "--by", metavar="EMAIL", help="The editor whose act it is; by default CORRECTIONS_EDITOR."
)
_YES = click.option("--yes", is_flag=True, help="Do it without asking once more.")


@click.group()
def articles() -> None:
    """Take articles down, and bring them back.

    Example: corrections articles retire harbour --reason "It was published by mistake."
    """


@articles.command("retire")
@click.argument("slug")
@click.option("--reason", required=True, help="Why, in words that every reader may see.")
@_BY
@_YES
@with_tables
def retire(slug: str, reason: str, by: str | None, yes: bool) -> None:
    """Take an article down: its addresses say since when and why, and what waits is closed.

    Example: corrections articles retire harbour --reason "It was published by mistake."
    """
    act = Act(_editor(by), None, now())
    try:
        done = retiring.retire(slug, reason, act, confirmed=yes)
    except NeedsConfirmation as refusal:
        known = refusal.details
        waits = f"{known['corrections']} corrections and {known['appeals']} appeals wait"
        ask_once_more(f"{slug} is taken down, and {waits} on it that are closed. Continue?")
        done = retiring.retire(slug, reason, act, confirmed=True)
    click.echo(f"{done.slug}\ttaken down\t{done.closed} closed")


@articles.command("bring-back")
@click.argument("slug")
@_BY
@_YES
@with_tables
def bring_back(slug: str, by: str | None, yes: bool) -> None:
    """Let an article be read again that was taken down; what was closed with it waits again.

    Example: corrections articles bring-back harbour
    """
    act = Act(_editor(by), None, now())
    try:
        done = retiring.bring_back(slug, act, confirmed=yes)
    except NeedsConfirmation:
        ask_once_more(f"{slug} can be read by everybody again. Continue?")
        done = retiring.bring_back(slug, act, confirmed=True)
    click.echo(f"{done.slug}\tbrought back\t{done.closed} wait again")


def _editor(email: str | None) -> User:
    """Whose act it is. Raises `NotFound`; what they may do is asked of them as on every road."""
    address = (email or current_app.config["EDITOR"]).strip().lower()
    user = db.session.scalar(select(User).filter_by(email=address))
    if user is None:
        raise NotFound(
            f"There is no account {address}: name an editor with --by. "
            "corrections people list names all."
        )
    return user
