"""The commands: serve, import, sites, tokens, hooks, people, mail, privacy, check, db."""

from __future__ import annotations

import pkgutil
import sys
from pathlib import Path

import click
from flask import Flask

from corrections_app import instance_folder, schema, shelf
from corrections_app.commands import welcome
from corrections_app.commands.context import (
    FAILURES,
    begin_log,
    line_of,
    one_of,
    with_any_key,
    with_app,
    with_tables,
)
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.sources import read, read_seeds
from corrections_app.workflow import audit, dates
from corrections_app.workflow.articles import importing, slugs
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts, common_key


def main() -> None:
    """Run a command: one line on standard error and 2 for misuse, 1 for failure."""
    try:
        status = commands.main(prog_name="corrections", standalone_mode=False)
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except FAILURES as error:
        _say(line_of(error))
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _say(words: str) -> None:
    print("corrections: " + " ".join(words.split()), file=sys.stderr)


class Commands(click.Group):
    """The commands here, and those of `ELSEWHERE`, each of them loaded when it is asked for.

    What `serve` has loaded its web workers hold for good: archives and letter boxes are not theirs.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        if name not in ELSEWHERE:
            return super().get_command(ctx, name)
        found = pkgutil.resolve_name(f"corrections_app.commands.{ELSEWHERE[name]}")
        assert isinstance(found, click.Command)
        return found


ELSEWHERE = {
    "articles": "articles:articles",
    "backup": "backups:backup",
    "hooks": "hooks:hooks_",
    "import": "import_articles:import_",
    "mail": "mail:mail",
    "move": "backups:move",
    "privacy": "privacy:privacy",
    "restore": "backups:restore",
    "sites": "sites:sites_",
    "tokens": "tokens:tokens_",
}
"""Commands by their names: the module of `commands` that has them, and what they are there."""


@click.group(cls=Commands)
@click.version_option(package_name="reader-corrections")
def commands() -> None:
    """Readers correct articles; editors decide; everyone is told.

    Example: corrections serve --samples
    """


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--samples", is_flag=True, help="Bring in the sample articles where none are.")
@click.option(
    "--without-worker", is_flag=True, help="Send no letters: `corrections mail worker` does."
)
def serve(host: str, port: int, samples: bool, without_worker: bool) -> int:
    """Serve the pages and send the letters until stopped.

    Example: corrections serve --port 8000
    """
    from corrections_app.serving.server import CannotServe, tell_children
    from corrections_app.serving.server import serve as run
    from corrections_app.wsgi import application

    begin_log()
    try:
        tell_children(instance_folder({}), host, port)
        app = application()
        _prepare(app, samples)
        redis = bool(app.config["REDIS_URL"])
        return run(
            "corrections_app.wsgi:application",
            host=host,
            port=port,
            instance=Path(app.instance_path),
            letters=None if without_worker else ["corrections_app", "mail", "worker"],
            on_ready=lambda url: welcome.greet(app, url),
            # Limits kept in memory would multiply by the number of processes.
            workers=2 if redis else 1,
            shared=app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"),
        )
    except CannotServe as error:
        raise click.ClickException(str(error)) from None


def _prepare(app: Flask, samples: bool) -> None:
    with app.app_context():
        schema.ready()
        with schema.alone():  # several nodes may start at once on an empty database
            common_key.take_part(now())
            if samples:
                _bring_in_samples()
            if not accounts.has_admin():
                accounts.add(app.config["EDITOR"], role=Role.ADMIN, now=now())
        db.session.remove()
        db.engine.dispose()  # the workers are forked: they must open connections of their own


def _bring_in_samples() -> None:
    for slug, path, options in read_seeds(shelf("seeds")):
        if not slugs.exists(slug):
            importing.bring_in(read(path, options), slug=slug, now=now())


@commands.group()
def people() -> None:
    """The accounts of moderators and editors.

    Example: corrections people add mira@example.org --role editor
    """


@people.command("add")
@click.argument("email")
@click.option("--role", type=one_of(Role), default="moderator", show_default=True)
@with_tables
def people_add(email: str, role: str) -> None:
    """Make an account, or change its role.

    Example: corrections people add mira@example.org --role editor
    """
    user = accounts.add(email, role=Role(role), now=now())
    click.echo(f"{user.email}\t{user.role}")


@people.command("list")
@with_tables
def people_list() -> None:
    """List the accounts: address, role, whether active, last signed in.

    Example: corrections people list
    """
    for user in accounts.everyone():
        seen = dates.day_and_time(user.last_seen_at) if user.last_seen_at else "never"
        click.echo(f"{user.email}\t{user.role}\t{'active' if user.active else 'disabled'}\t{seen}")


@people.command("disable")
@click.argument("email")
@with_tables
def people_disable(email: str) -> None:
    """Close an account and sign out its browsers.

    Example: corrections people disable mira@example.org
    """
    accounts.disable(email, now=now())
    click.echo(f"{email}\tdisabled")


@people.command("enable")
@click.argument("email")
@with_tables
def people_enable(email: str) -> None:
    """Open a closed account again, with the role it had.

    Example: corrections people enable mira@example.org
    """
    accounts.enable(email, now=now())
    click.echo(f"{email}\tactive")


@people.command("link")
@click.argument("email")
@with_tables
def people_link(email: str) -> None:
    """Print a link that signs a person in, once, within an hour; older ones are void.

    Example: corrections people link mira@example.org
    """
    click.echo(accounts.one_time_link(email, now=now()))


@people.command("reset-factor")
@click.argument("email")
@with_tables
def people_reset_factor(email: str) -> None:
    """Remove a person's second step at sign-in, whose phone and recovery codes are lost.

    Their browsers are signed out, and a letter tells them.

    Example: corrections people reset-factor mira@example.org
    """
    accounts.reset_factor(email, now=now())
    click.echo(f"{email}\tno second step")


@commands.command()
@click.argument("backup", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--send-test", metavar="ADDRESS", help="Send a test letter there, at once.")
@with_app
def check(backup: Path | None, send_test: str | None) -> int:
    """Look at configuration, database, mail and address; each line has its remedy.

    With a BACKUP, at that file instead: whether it is whole, and every rule kept in it.

    Example: corrections check --send-test me@example.org
    """
    from corrections_app.checkup import findings
    from corrections_app.checkup.mail import test_letter
    from corrections_app.commands.backups import look_at

    if backup is not None:
        return look_at(backup)

    found = []
    for finding in (*findings(), *test_letter(send_test)):
        click.echo(str(finding))
        found.append(finding)
    return 0 if all(finding.fine for finding in found) else 1


@commands.group("audit")
def audit_() -> None:
    """The record of who did what. Example: corrections audit verify"""


@audit_.command("verify")
@with_tables
def audit_verify() -> int:
    """Follow every chain of the audit, and look for each act's event; print what is wrong.

    Example: corrections audit verify
    """
    faults = list(audit.verify(db.session()))
    events, chains = audit.how_many(db.session())
    click.echo("\n".join([*faults, f"{events} events in {chains} chains, {len(faults)} faults"]))
    return 1 if faults else 0


@commands.group("db")
def database() -> None:
    """The tables.

    Example: corrections db upgrade
    """


@database.command("upgrade")
@with_app
def database_upgrade() -> None:
    """Bring the tables up to this version of the program.

    Example: corrections db upgrade
    """
    before, after = schema.upgrade()
    click.echo(f"{before or 'empty'}\t{after}")


@database.command("accept-key")
@with_any_key
def database_accept_key() -> None:
    """Let this machine's key be the database's, where the one before is lost.

    Receipts that were handed out, and sign-ins, are void then. Nodes and workers that run go on
    with the old one until they are started again.

    Example: corrections db accept-key
    """
    common_key.accept(now())
    click.echo("this machine's key is the database's now")
