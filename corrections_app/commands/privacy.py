"""The commands about what is kept of readers: a copy of it, erasing it, and its end in time."""

from __future__ import annotations

import json

import click
from sqlalchemy import select

from corrections_app.commands.context import ask_once_more, with_tables
from corrections_app.domain import mailbox
from corrections_app.extensions import db
from corrections_app.models import User
from corrections_app.workflow.bounces import taking
from corrections_app.workflow.clock import now
from corrections_app.workflow.letters.addresses import key_of
from corrections_app.workflow.privacy import copies, erasing, purging, traces

_NEW = "Also rewrite SQLite's file, so that no free page keeps what older versions left in it."
_NOT_COVERED = (
    "SQLite's log could not be emptied, because somebody was reading: the worker tries again "
    "within the hour, or run corrections privacy purge."
)


class Address(click.ParamType):
    """An e-mail address, by the one grammar that all letters go by."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as it is kept."""
        try:
            return mailbox.address(value.strip())
        except mailbox.NotAnAddress:
            self.fail(f"{value!r} is not an e-mail address.", param, ctx)


@click.group()
def privacy() -> None:
    """What is kept of readers: a copy of it, and erasing it.

    Example: corrections privacy export ada@example.org
    """


@privacy.command("export")
@click.argument("address", type=Address())
@with_tables
def export(address: str) -> None:
    """Print everything that is kept of an address, in all its spellings, as JSON.

    Example: corrections privacy export ada@example.org > ada.json
    """
    kept = copies.of_address(address, now())
    click.echo(json.dumps(kept, ensure_ascii=False, indent=2))


@privacy.command("erase")
@click.argument("address", type=Address())
@click.option("--yes", is_flag=True, help="Do it without asking once more.")
@click.option("--vacuum", is_flag=True, help=_NEW)
@with_tables
def erase(address: str, yes: bool, vacuum: bool) -> int:
    """Erase an address and the names left with it, everywhere but in the words of corrections.

    Corrections, decisions and notices stay. Backups made before hold it still.

    Example: corrections privacy erase ada@example.org --yes
    """
    if not yes:
        ask_once_more(f"All that was left with {mailbox.mailbox_of(address)} is erased. Continue?")
    done = erasing.of_mailbox(key_of(address), now())
    click.echo(f"{address}\t{done}")
    if vacuum:
        traces.write_database_anew()
    return _said_of_the_rest(address, done.is_covered or traces.cover())


def _said_of_the_rest(address: str, is_covered: bool) -> int:
    """What the command could not do, each with what to do; the exit status."""
    if not is_covered:
        click.echo(_NOT_COVERED, err=True)
        return 1
    _say_what_came_back(address)
    user = db.session.scalar(select(User).where(User.email.in_(copies.spelt(address))))
    mentioned = copies.mentioned_in(address)
    if user is not None:
        click.echo(
            f"The account {user.email} stays, because its acts are signed with it; "
            f"corrections people disable {user.email} closes it.",
            err=True,
        )
    if mentioned:
        click.echo(f"It is part of the words of {', '.join(mentioned)}, which are kept.", err=True)
    return 0 if user is not None or mentioned else _searched(address)


def _say_what_came_back(address: str) -> None:
    """Reports of letters that came back name their recipient, in a mailbox of the newsroom's."""
    for message in traces.named_in_box(_plain(address)):
        click.echo(f"A letter that came back names it in {message}: delete that too.", err=True)
    source = taking.source()
    if source is not None and source.host:
        click.echo(
            "Letters that came back may name it in the mailbox of CORRECTIONS_BOUNCE_SOURCE: "
            "delete those too.",
            err=True,
        )


def _plain(address: str) -> set[str]:
    return {address, mailbox.mailbox_of(address)}


def _searched(address: str) -> int:
    """Look into the very files; what stands there still was deleted before this version came."""
    spelt = _plain(address)
    if not traces.found_in(spelt):
        return 0
    traces.write_database_anew()
    files = traces.found_in(spelt)
    for file in files:
        click.echo(f"It is still in {file}.", err=True)
    return 1 if files else 0


@privacy.command("purge")
@click.option("--vacuum", is_flag=True, help=_NEW)
@with_tables
def purge(vacuum: bool) -> int:
    """Delete what is kept no longer, as the letters' worker does every hour.

    Example: corrections privacy purge
    """
    done = purging.purge(now())
    click.echo(str(done))
    if vacuum:
        traces.write_database_anew()
    if not (done.is_covered or vacuum):
        click.echo(_NOT_COVERED, err=True)
        return 1
    return 0
