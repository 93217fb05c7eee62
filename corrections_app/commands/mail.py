"""The commands of letters: sent, listed, tried again, held."""

from __future__ import annotations

import threading

import click
from flask import Flask, current_app

from corrections_app import schema
from corrections_app.commands.context import begin_log, with_app, with_log, with_tables
from corrections_app.workflow import dates
from corrections_app.workflow.bounces import boxes, taking
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import calling
from corrections_app.workflow.letters import delivery, held, outbox
from corrections_app.workflow.people import common_key
from corrections_app.workflow.privacy import purging
from corrections_app.workflow.sites import writing


@click.group()
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
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    begin_log(app)
    schema.ready()
    common_key.take_part(now())
    stop = threading.Event()
    delivery.stop_on_signals(stop)
    # What it is about to send is noted first, so it may be cut off at any moment.
    threading.Thread(target=writing.run, args=(app, stop), name="sites", daemon=True).start()
    # Each of its steps is a transaction of its own.
    threading.Thread(target=purging.run, args=(app, stop), name="privacy", daemon=True).start()
    threading.Thread(target=taking.run, args=(app, stop), name="bounces", daemon=True).start()
    threading.Thread(target=calling.run, args=(app, stop), name="hooks", daemon=True).start()
    delivery.run(app, stop)


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
