"""The commands of tokens: which programs come in, as whom, and for what."""

from __future__ import annotations

import click
from flask import current_app

from corrections_app.commands.context import one_of, with_tables
from corrections_app.domain.roles import Scope
from corrections_app.models import Token
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.programs import held, tokens


@click.group("tokens")
def tokens_() -> None:
    """The tokens of programs that use /api/v1.

    Example: corrections tokens add cms --scope articles:write --for mira@example.org
    """


@tokens_.command("add")
@click.argument("name")
@click.option("--scope", "scopes", type=one_of(Scope), multiple=True, required=True)
@click.option("--expires", "days", type=int, metavar="DAYS", help="By default never.")
@click.option(
    "--for",
    "email",
    metavar="EMAIL",
    help="In whose name it acts; by default CORRECTIONS_EDITOR.",
)
@with_tables
def add(name: str, scopes: tuple[str, ...], days: int | None, email: str | None) -> None:
    """Make a token and print it: it is shown this once, and kept nowhere.

    Whoever has it does what its scopes say, and what the person may do in whose name it acts.

    Example: corrections tokens add "static site" --scope notices:read --expires 365
    """
    owner = accounts.by_email(email or current_app.config["EDITOR"])
    made = tokens.make(name, scopes, owner, days=days, now=now())
    click.echo(made.secret)
    click.echo(f"Token {made.token.id}, {made.token.name}, is shown only now.", err=True)


@tokens_.command("list")
@with_tables
def list_() -> None:
    """List the tokens: number, state, name, scopes, in whose name, until when, last used.

    Example: corrections tokens list
    """
    for token in tokens.listed():
        used = dates.day_and_time(token.last_used_at) if token.last_used_at else "never used"
        ends = dates.day_and_time(token.expires_at) if token.expires_at else "no end"
        about = (token.name, token.scopes, token.user.email, ends, used)
        click.echo("\t".join((str(token.id), _state(token), *about)))


@tokens_.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@with_tables
def revoke(number: int) -> None:
    """Let nobody in with a token any more. Its number stands in the list.

    Example: corrections tokens revoke 3
    """
    token = tokens.revoke(number, now=now())
    click.echo(f"{number}\trevoked\t{token.name}")


@tokens_.command("release")
@with_tables
def release() -> None:
    """Let programs in again whose tokens are held since a backup was restored.

    Some may have been revoked after it was made: revoke those again first.

    Example: corrections tokens release
    """
    if held.since() is None:
        raise click.ClickException("No tokens are held.")
    click.echo(f"{held.release()}\tactive")


def _state(token: Token) -> str:
    return tokens.state(token, now()).value
