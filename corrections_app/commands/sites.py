"""The commands of sites: where articles live, and what changed there."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click
from flask import current_app

from corrections_app.checkup.finding import Finding
from corrections_app.checkup.sites import of_site
from corrections_app.commands.context import one_of, with_tables
from corrections_app.commands.import_articles import check_class
from corrections_app.commands.import_report import say, tell
from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.domain.patching import Side
from corrections_app.models import Site
from corrections_app.sites.kinds import KINDS, Described
from corrections_app.sites.trouble import Trouble
from corrections_app.sources.dates import instant
from corrections_app.workflow import dates
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.clock import now
from corrections_app.workflow.sites import pings, registry, syncing
from corrections_app.workflow.sites.syncing import Due, Synced

_MANY = 20


@click.group("sites")
def sites_() -> None:
    """Where articles live: WordPress, Ghost, a git folder, pages.

    Example: corrections sites add https://news.example.org --kind wordpress
    """


@sites_.command("add")
@click.argument("address", metavar="URL")
@click.option("--kind", required=True, type=click.Choice(list(KINDS)))
@click.option("--name", help="What to call it; by default made from its host.")
@click.option("--lang", help="The language of its articles: en, uk, ar…")
@click.option("--content", metavar="CSS", help="The element that holds the article (page).")
@click.option("--branch", help="By default what is checked out (git).")
@click.option("--folder", help="Where its Markdown is (git).")
@click.option(
    "--pages", metavar="URL", help="A file's page, with {slug} or {path} in the address (git)."
)
@with_tables
def add(address: str, kind: str, name: str | None, lang: str | None, **more: Any) -> int:
    """Add a site, or describe it anew, and look whether it can be used.

    The key (WordPress: user:application password; Ghost: the Admin API key) is asked for at a
    terminal, or read from standard input. It stays in instance/secrets.

    Example: corrections sites add https://news.example.org --kind wordpress
    """
    if kind == "git" and "://" not in address:
        address = Path(address).absolute().as_uri()
    described = Described(kind, address, **more)
    key = _key(KINDS[kind].key) if KINDS[kind].key else None
    site = registry.add(described, name=name, lang=lang, key=key, now=now())
    click.echo(f"{site.name}\t{site.kind}\t{site.address}")
    findings = list(of_site(site))
    for line in (*findings, _hears(site)):
        click.echo(str(line), err=True)
    return 0 if all(finding.fine for finding in findings) else 1


@sites_.command("list")
@with_tables
def list_() -> None:
    """List the sites: name, kind, address, articles, when last gone through, what is wrong.

    Example: corrections sites list
    """
    for known in registry.everyone():
        site = known.site
        when = dates.day_and_time(site.synced_at) if site.synced_at else "never"
        wrong = f"{known.troubled} differ from the site" if known.troubled else ""
        about = (site.name, site.kind, site.address, str(known.articles), when, wrong)
        click.echo("\t".join(about))


@sites_.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@with_tables
def check(names: tuple[str, ...]) -> int:
    """Look at sites: reachable, authorised, may edit; each line has its remedy.

    Example: corrections sites check news-example-org
    """
    fine = True
    for site in registry.named(names):
        for finding in of_site(site):
            click.echo(str(finding))
            fine = fine and finding.fine
        click.echo(str(_hears(site)))
    return 0 if fine else 1


@sites_.command("sync")
@click.argument("name", required=False)
@click.argument("references", nargs=-1, metavar="[ID|URL]...")
@click.option("--since", metavar="DATE", help="Of a new site, only what changed since then.")
@click.option("--all", "everything", is_flag=True, help="Go through it from the beginning.")
@click.option(
    "--class", "change_class", type=one_of(ChangeClass), help="What a change of facts is."
)
@click.option("--notice", help="The line to publish; not with --class silent.")
@click.option("--approved-by", metavar="EMAIL", help="The editor who confirms changed facts.")
@click.option("--ours", "side", flag_value="ours", help="Words that were changed here stay.")
@click.option("--theirs", "side", flag_value="theirs", help="Words of the site win.")
@with_tables
def sync(
    name: str | None,
    references: tuple[str, ...],
    since: str | None,
    everything: bool,
    change_class: str | None,
    notice: str | None,
    approved_by: str | None,
    side: Side | None,
) -> int:
    """Bring in what changed on a site, or on all of them; or the articles that are named.

    Prints slug, revision and title of what came in. What changes facts, or would undo
    corrections, is refused by itself: name it with --class, --ours or --theirs.

    Example: corrections sites sync news-example-org 17 --class silent
    """
    check_class(change_class, notice)
    begin = instant(since)
    if since and begin is None:
        raise click.UsageError("--since is a date: 2026-01-31.")
    terms = Terms(ChangeClass(change_class) if change_class else None, notice, side, approved_by)
    fine = True
    for site in registry.named([name] if name else []):
        try:
            there = registry.opened(site)
            due = syncing.due(
                site, there, references=references, since=begin, everything=everything
            )
            done = syncing.bring_in(site, there, due, terms=terms, clock=now)
            with _progress(site, done, due) as articles:
                told = [_told(one, bool(references)) for one in articles]
            fine = all(told) and fine
        except Trouble as trouble:
            say(f"{site.name}: {trouble.message}")
            fine = False
    return 0 if fine else 1


@sites_.command("remove")
@click.argument("name")
@with_tables
def remove(name: str) -> None:
    """Forget a site and its key. Its articles stay here as they are.

    Example: corrections sites remove news-example-org
    """
    stay = registry.remove(name, now())
    click.echo(f"{name}\tremoved\t{stay} articles stay")


def _hears(site: Site) -> Finding:
    """Where this site may tell of its changes. The key opens nothing else, so it may be shown."""
    address, key = current_app.config["PUBLIC_URL"].rstrip("/"), pings.key_of(site)
    said = f"may tell of changes at {address}/sites/{key}/changed (address {address}/, key {key})"
    return Finding(f"site {site.name}", said)


def _key(what: str) -> str:
    """The key: typed unseen at a terminal, else a line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True)).strip()
    return sys.stdin.readline(1_000).strip()


def _progress(
    site: Site, done: Iterable[Synced], due: Due
) -> AbstractContextManager[Iterable[Synced]]:
    count = len(due.references) + len(due.gone)
    if count < _MANY or not sys.stderr.isatty():
        return nullcontext(done)
    return click.progressbar(done, length=count, label=site.name, file=sys.stderr)


def _told(one: Synced, is_asked_for: bool) -> bool:
    """Whether all is well with an article; what came in, and why it did not, is said."""
    if one.said:
        say(one.said)
    if one.imported is not None and one.imported.is_new:
        tell(one.reference, one.told)
        click.echo(f"{one.imported.slug}\t{one.imported.revision}\t{one.imported.title}")
    return one.imported is not None or (one.passed_over and not is_asked_for)
