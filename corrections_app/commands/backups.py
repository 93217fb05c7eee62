"""The commands of whole copies: backup, restore, move."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from corrections_app.backups import making, moving, restoring
from corrections_app.backups.archive import BadBackup
from corrections_app.commands.context import with_app, with_tables
from corrections_app.workflow import dates
from corrections_app.workflow.clock import now


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@with_tables
def backup(path: Path) -> None:
    """Write all there is into one new file, while everything runs.

    PATH is the file, or a folder that there is, in which it is called for the moment. It holds
    the database, the pictures and the keys: whoever reads it can be anybody.

    Example: corrections backup /var/backups/corrections
    """
    moment = now()
    if path.is_dir():
        path = path / f"corrections-{dates.for_file(moment)}.tar"
    with _one_line():
        made = making.make(_instance(), path, moment)
    click.echo(f"{path}\t{sum(part.size for part in made.parts.values())} bytes")


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Keep what is there in a folder beside.")
@with_app
def restore(path: Path, replace: bool) -> None:
    """Make the installation what it was when a backup was made.

    Letters are held then, since some may have gone in the meantime: see corrections mail release.
    So are tokens, since some may have been revoked: see corrections tokens release.

    Example: corrections restore /var/backups/corrections/corrections-20261128-031500.tar
    """
    with _one_line(), _alone("being restored"):
        made = restoring.restore(_instance(), path, now(), replace=replace)
    click.echo(f"{_instance()}\tas it was on {dates.day_and_time(made.made_at)}")
    click.echo(
        "Letters are held, since some may have gone after that. When you know:\n"
        "  corrections mail release --send   those that wait go out, perhaps a second time\n"
        "  corrections mail release --drop   those that wait are dropped, new ones go out\n"
        "No program comes in with a token of before, since some may have been revoked after that. "
        "Revoke those again, then:\n"
        "  corrections tokens list\n"
        "  corrections tokens release        programs can use the others again\n"
        "Hooks are switched off, since what waits may have been told: switch them on at /hooks.",
        err=True,
    )


@click.command()
@click.option("--to", "url", required=True, metavar="URL", help="postgresql://user@host/database")
@with_tables
def move(url: str) -> int:
    """Copy an installation from SQLite to PostgreSQL, row by row, and compare.

    Stop the server first. The source stays as it is; interrupted, run it again.

    Example: corrections move --to postgresql://corrections@db.example.org/corrections
    """
    instance = str(_instance())
    with (
        _one_line(),
        _alone("being moved"),
        click.progressbar(
            length=moving.rows(), label="Rows", file=sys.stderr, hidden=_is_quiet()
        ) as bar,
    ):
        moved = moving.move(url, instance, bar.update)
    faults = moving.faults(url, instance)
    click.echo("\n".join([*faults, f"{moved} rows moved and compared, {len(faults)} faults"]))
    if not faults:
        click.echo("Set CORRECTIONS_DATABASE_URL to that address and start again.", err=True)
    return 1 if faults else 0


def look_at(path: Path) -> int:
    """Print what is wrong with a backup; the exit status."""
    with _one_line():
        faults = list(making.faults(path))
    click.echo("\n".join([*faults, f"{path}: {len(faults)} faults"]))
    return 1 if faults else 0


def _instance() -> Path:
    return Path(current_app.instance_path)


def _is_quiet() -> bool:
    """Whether nobody sees how far it is."""
    return not sys.stderr.isatty()


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except BadBackup as bad:
        raise click.ClickException(str(bad)) from None


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """With no server on the instance."""
    from corrections_app.serving.server import CannotServe, claimed

    try:
        with claimed(_instance(), what):
            yield
    except CannotServe as busy:
        raise click.ClickException(str(busy)) from None
