"""The command that brings in articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from corrections_app.commands.context import one_of, with_tables
from corrections_app.commands.import_report import bring_in, progress, summed_up
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Side
from corrections_app.sources import Options
from corrections_app.workflow import dates
from corrections_app.workflow.articles.gathering import gather
from corrections_app.workflow.articles.importing import Terms


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option("--slug", help="The article's address; by default made from the file's name.")
@click.option("--title", help="The headline.")
@click.option("--section", help="Politics, Science…")
@click.option("--byline", help="Who wrote it.")
@click.option("--published", metavar="DATE", help="2024-02-13, or with a time and zone.")
@click.option("--lang", help="A language tag: en, uk, ar…")
@click.option("--aside", multiple=True, metavar="REGEX", help="Blocks that are furniture.")
@click.option(
    "--aside-between",
    multiple=True,
    nargs=2,
    metavar="REGEX REGEX",
    help="A box of several blocks.",
)
@click.option("--drop", multiple=True, metavar="REGEX", help="Blocks to leave out.")
@click.option("--content", metavar="CSS", help="The element that holds the article (HTML).")
@click.option(
    "--class",
    "change_class",
    type=one_of(ChangeClass),
    help="What kind of change it is; not said, facts stay as they are.",
)
@click.option("--notice", help="The line to publish; not with --class silent.")
@click.option("--approved-by", metavar="EMAIL", help="The editor who confirms changed facts.")
@click.option("--ours", "side", flag_value="ours", help="Words that were changed here stay.")
@click.option("--theirs", "side", flag_value="theirs", help="Words of the file win.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@with_tables
def import_(
    paths: tuple[Path, ...],
    slug: str | None,
    change_class: str | None,
    notice: str | None,
    approved_by: str | None,
    side: Side | None,
    dry_run: bool,
    **options: Any,
) -> int:
    """Bring in articles from .txt, .md, .html and .xml (WordPress, RSS, Atom) files.

    Prints slug, revision and title. All files are read before the first is
    stored. Of an article that is here already only what its file changed comes in.
    A file that cannot be read, would undo corrections, or would change facts without
    a word to readers, is refused by itself and named; the others come in.

    Example: corrections import news.txt --slug harbour --title "The harbour"
    """
    if slug and len(paths) > 1:
        raise click.UsageError("--slug names one article: give one file with it.")
    check_class(change_class, notice)
    terms = Terms(ChangeClass(change_class) if change_class else None, notice, side, approved_by)
    with progress(gather(paths, Options(**options, zone=dates.zone()), slug)) as articles:
        came = [bring_in(article, terms, dry_run) for article in articles]
    return summed_up(came, dry_run=dry_run)


def check_class(change_class: str | None, notice: str | None) -> None:
    """Raise UsageError for a class without its notice, and a notice without its class."""
    told = change_class not in (None, ChangeClass.SILENT)
    if told and not (notice or "").strip():
        raise click.UsageError(
            f"--class {change_class} is told to readers: add --notice TEXT, or say --class silent."
        )
    if notice and not told:
        raise click.UsageError("--notice is published with a class: add --class correction.")
