"""The commands of hooks: which programs are told what happens here."""

from __future__ import annotations

import click

from corrections_app.commands.context import one_of, with_tables
from corrections_app.domain.hooks.kinds import CHOICES, EventType
from corrections_app.models import Hook
from corrections_app.workflow.clock import now
from corrections_app.workflow.hooks import registry
from corrections_app.workflow.hooks.registry import By

_NUMBER = click.IntRange(1, 2**63 - 1)


@click.group("hooks")
def hooks_() -> None:
    """The programs that are told what happens here (Standard Webhooks).

    Example: corrections hooks add https://desk.example/heard --event correction.decided
    """


@hooks_.command("add")
@click.argument("url", metavar="URL")
@click.option(
    "--event", "kinds", type=one_of(EventType), multiple=True, help="By default all of them."
)
@click.option("--section", help="Only what happens in articles of this section.")
@with_tables
def add(url: str, kinds: tuple[str, ...], section: str | None) -> None:
    """Add a hook and print its secret: it is shown this once.

    Example: corrections hooks add https://desk.example/heard --section Sport
    """
    hook = registry.add(url, kinds or CHOICES, section, By(None, now()))
    click.echo(registry.secret_of(hook).words)
    click.echo(f"Hook {hook.id} is added; its secret is shown only now.", err=True)


@hooks_.command("list")
@with_tables
def list_() -> None:
    """List the hooks: number, on or off, address, events, section, calls that wait, trouble.

    Example: corrections hooks list
    """
    for known in registry.everyone():
        hook = known.hook
        about = (hook.url, " ".join(hook.events), hook.section or "", f"{known.waiting} waiting")
        trouble = hook.off_why or known.trouble or ""
        click.echo("\t".join((str(hook.id), _state(hook), *about, trouble)))


@hooks_.command("test")
@click.argument("number", type=_NUMBER)
@with_tables
def test(number: int) -> None:
    """Send a hook a test; the letters' worker does it within seconds.

    Example: corrections hooks test 3
    """
    registry.test(number, By(None, now()))
    click.echo(f"{number}\ttest waiting")


@hooks_.command("remove")
@click.argument("number", type=_NUMBER)
@with_tables
def remove(number: int) -> None:
    """Forget a hook, its secret and its calls.

    Example: corrections hooks remove 3
    """
    registry.remove(number, By(None, now()))
    click.echo(f"{number}\tremoved")


def _state(hook: Hook) -> str:
    return "on" if hook.off_at is None else "off"
