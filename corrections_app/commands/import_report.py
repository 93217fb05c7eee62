"""The import as it goes: how far it is, what came in and what did not, and the sum."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

import click

from corrections_app.domain.errors import ImportRefused
from corrections_app.workflow.articles import importing
from corrections_app.workflow.articles.gathering import Gathered
from corrections_app.workflow.articles.importing import Terms
from corrections_app.workflow.clock import now

_MANY = 20


def progress(gathered: list[Gathered]) -> AbstractContextManager[Iterable[Gathered]]:
    """The articles, with a bar that grows where a person watches and there are many."""
    if len(gathered) < _MANY or not sys.stderr.isatty():
        return nullcontext(gathered)
    return click.progressbar(gathered, label="Importing", file=sys.stderr)


def bring_in(article: Gathered, terms: Terms, dry_run: bool) -> bool | None:
    """Whether an article came in; None where it never was meant to. Why not is said."""
    document = article.document
    if document is None:
        say(article.refused)
        return None if article.passed_over else False
    tell(article.name, (*document.dropped, *document.pictures.sentences(), *document.notes))
    try:
        if dry_run:
            done = importing.foresee(document, slug=article.slug, terms=terms)
        else:
            done = importing.bring_in(document, slug=article.slug, terms=terms, now=now())
    except ImportRefused as refusal:
        say(str(refusal))
        return False
    tell(article.name, done.told)
    click.echo(f"{done.slug}\t{done.revision}\t{done.title}")
    return True


def tell(name: str, sentences: Iterable[str]) -> None:
    """Say something of one document on standard error."""
    for sentence in sentences:
        click.echo(f"{name}: {sentence}", err=True)


def say(words: str) -> None:
    """Say something in one line on standard error, as every command does."""
    click.echo(f"corrections: {' '.join(words.split())}", err=True)


def summed_up(came: list[bool | None], *, dry_run: bool = False) -> int:
    """The exit status; a last line says how many of several came in, or would."""
    refused = sum(each is False for each in came)
    if len(came) > 1:
        passed = sum(each is None for each in came)
        brought = sum(each is True for each in came)
        told = [f"{brought} would be imported" if dry_run else f"{brought} imported"]
        told += (
            [f"{refused} would not" if dry_run else f"{refused} not imported"] if refused else []
        )
        told += [f"{passed} skipped"] if passed else []
        say(f"{', '.join(told)}.")
    return 1 if refused or not any(came) else 0
