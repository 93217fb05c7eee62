"""The commands: serve, import, sites, tokens, hooks, people, mail, privacy, check, db."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click
from flask import Flask, current_app

from corrections_app import instance_folder, schema, shelf
from corrections_app.commands import backups, welcome
from corrections_app.commands.articles import articles
from corrections_app.commands.context import (
    FAILURES,
    begin_log,
    line_of,
    one_of,
    with_any_key,
    with_app,
    with_log,
    with_tables,
)
from corrections_app.commands.hooks import hooks_
from corrections_app.commands.import_articles import import_
from corrections_app.commands.privacy import privacy
from corrections_app.commands.sites import sites_
from corrections_app.commands.tokens import tokens_
from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.sources import read, read_seeds
from corrections_app.workflow import audit, dates
from corrections_app.workflow.articles import importing, slugs
from corrections_app.workflow.bounces import boxes, taking
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import calling
from corrections_app.workflow.letters import delivery, held, outbox
from corrections_app.workflow.people import accounts, common_key
from corrections_app.workflow.privacy import purging
from corrections_app.workflow.sites import writing


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


@click.group()
@click.version_option(package_name="reader-corrections")
def commands() -> None:
    """Readers correct articles; editors decide; everyone is told.

    Example: corrections serve --samples
    """


commands.add_command(import_)
commands.add_command(articles)
commands.add_command(sites_)
commands.add_command(tokens_)
commands.add_command(hooks_)
commands.add_command(backups.backup)
commands.add_command(backups.restore)
commands.add_command(backups.move)
commands.add_command(privacy)


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


@commands.group()
def mail() -> None:
    """The letters to readers.

    Example: corrections mail list
    """


@mail.command("worker")
@with_log
@with_app
def mail_worker() -> None:
    """Send what is due until stopped; several may run. `corrections serve` starts one.

    Accepted changes go to the newsroom's own pages beside it, and letters that came back are
    read, and hooks are called: no letter waits for a slow CMS, letter box or hook. Every hour it
    deletes what is kept of readers no longer.

    Example: corrections mail worker
    """
    from corrections_app.workflow.letters import delivery as worker

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    begin_log(app)
    schema.ready()
    common_key.take_part(now())
    stop = threading.Event()
    worker.stop_on_signals(stop)
    # What it is about to send is noted first, so it may be cut off at any moment.
    threading.Thread(target=writing.run, args=(app, stop), name="sites", daemon=True).start()
    # Each of its steps is a transaction of its own.
    threading.Thread(target=purging.run, args=(app, stop), name="privacy", daemon=True).start()
    threading.Thread(target=taking.run, args=(app, stop), name="bounces", daemon=True).start()
    threading.Thread(target=calling.run, args=(app, stop), name="hooks", daemon=True).start()
    worker.run(app, stop)


@mail.command("deliver")
@with_tables
def mail_deliver() -> int:
    """Send what is due, once: for cron; first what is to be written to sites.

    In the end it calls hooks, and deletes what is kept of readers no longer.

    Example: corrections mail deliver
    """
    writing.write_due(now)
    _look_for_bounces()
    counts = delivery.deliver(now())
    click.echo(str(counts))
    calling.call_due(now)
    purging.purge(now())
    return 1 if counts.trouble else 0


def _look_for_bounces() -> None:
    try:
        found = taking.look(now())
    except boxes.Trouble as trouble:
        raise click.ClickException(f"letters that came back cannot be read: {trouble}") from None
    for what, count in sorted(found.items()):
        click.echo(f"came back\t{what}\t{count}")


@mail.command("list")
@with_tables
def mail_list() -> None:
    """List the newest letters: number, state, kind, to whom, what went wrong.

    Example: corrections mail list
    """
    for letter in outbox.newest():
        state = "kept here" if letter.kept_here else letter.state
        click.echo(f"{letter.id}\t{state}\t{letter.kind}\t{letter.recipient}\t{letter.error or ''}")


@mail.command("retry")
@click.argument("letter_id", type=click.IntRange(1, 2**63 - 1))
@with_tables
def mail_retry(letter_id: int) -> None:
    """Try a letter again that was given up.

    Example: corrections mail retry 17
    """
    outbox.retry(letter_id, now())
    click.echo(f"{letter_id}\tready")


@mail.command("release")
@click.option("--send/--drop", "send", default=None, help="Send or drop those that wait.")
@with_tables
def mail_release(send: bool | None) -> None:
    """Let letters go again that are held since a backup was restored.

    Example: corrections mail release --drop
    """
    made = held.since()
    if made is None:
        raise click.ClickException("No letters are held.")
    if send is None:
        raise click.UsageError(
            f"{held.how_many(now())} letters wait since a backup of {dates.day_and_time(made)} was "
            "restored: say --send or --drop."
        )
    click.echo(f"{held.release(now(), send=send)}\t{'ready' if send else 'dropped'}")


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

    if backup is not None:
        return backups.look_at(backup)

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
