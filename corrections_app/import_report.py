"""The import as it goes: how far it is, what came in and what did not, and the sum."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

import click

from corrections_app.domain.lifecycle import ChangeClass
from corrections_app.workflow import importing
from corrections_app.workflow.gathering import Gathered
from corrections_app.workflow.times import now

_MANY = 20


def progress(gathered: list[Gathered]) -> AbstractContextManager[Iterable[Gathered]]:
    """The articles, with a bar that grows where a person watches and there are many."""
    if len(gathered) < _MANY or not sys.stderr.isatty():
        return nullcontext(gathered)
    return click.progressbar(gathered, label="Importing", file=sys.stderr)


def bring_in(
    article: Gathered, change_class: ChangeClass, notice: str | None, dry_run: bool
) -> bool | None:
    """Whether an article came in: None where it was never meant to."""
    document = article.document
    if document is None:
        click.echo(f"corrections: {' '.join(article.refused.split())}", err=True)
        return None if article.passed_over else False
    for sentence in (*document.dropped, *document.notes):
        click.echo(f"{article.name}: {sentence}", err=True)
    if dry_run:
        done = importing.foresee(document, slug=article.slug)
    else:
        done = importing.bring_in(
            document, slug=article.slug, change_class=change_class, notice=notice, now=now()
        )
    click.echo(f"{done.slug}\t{done.revision}\t{done.title}")
    return True


def summed_up(came: list[bool | None]) -> int:
    """The exit status; of more than one article a last line says how many came in."""
    refused = sum(each is False for each in came)
    if len(came) > 1:
        passed = sum(each is None for each in came)
        told = [f"{sum(each is True for each in came)} came in"]
        told += [f"{refused} did not"] if refused else []
        told += [f"{passed} were passed over"] if passed else []
        click.echo(f"corrections: {', '.join(told)}.", err=True)
    return 1 if refused or not any(came) else 0
