"""The acts around a correction: articles change, people come and go, time passes, letters go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from corrections_app.domain.errors import Refusal
from corrections_app.domain.lifecycle import Role
from corrections_app.workflow import accounts, delivery, editing, importing
from tests.builders import CONFIRMED, document
from tests.workflow.world import APPROVALS, SECTIONS, TEXTS, Expected, World


def rewrite(world: World, which: int, who: int, how: int) -> Expected:
    """The newsroom's own system sends the article again, changed."""
    article = world.article(which)
    changed = document(*_mutated(article.current.text, who, how), section=SECTIONS[article.slug])
    importing.bring_in(changed, slug=article.slug, now=world.now)
    return Expected(settles_in=article.slug)


def edit(world: World, which: int, who: int, how: int) -> Expected:
    """A moderator types a word anew."""
    article = world.article(which)
    typed = "\n\n".join(_mutated(article.current.text, which // 2, how))
    base = article.head - (how % 9 == 0)
    touches = _touches(lambda: editing.foresee(article.slug, typed, base=base))
    with world.permitted(world.may_edit(world.person(who), article.slug, touches)):
        editing.edit(
            article.slug,
            typed,
            base=base,
            confirmed=() if how % 13 == 0 else CONFIRMED,
            by=world.user(who),
            key=world.key(),
            now=world.now,
        )
    return Expected(settles_in=article.slug)


def restore(world: World, which: int, who: int, how: int) -> Expected:
    """An earlier revision comes back to the letter."""
    article = world.article(which)
    number = 1 + how % article.head
    touches = _touches(lambda: editing.foresee_restoring(article, number))
    with world.permitted(world.may_edit(world.person(who), article.slug, touches)):
        editing.restore(
            article.slug,
            number,
            base=article.head,
            confirmed=CONFIRMED,
            by=world.user(who),
            key=world.key(),
            now=world.now,
        )
    return Expected(settles_in=article.slug)


def _touches(foresee: Callable[[], editing.Foreseen]) -> bool:
    """Whether a change would touch facts; one that will be refused anyway does not."""
    try:
        return bool(foresee().flags)
    except Refusal:
        return False


def reimport(world: World, which: int, who: int, how: int) -> Expected:
    """The first text again: nothing new, or back to the beginning."""
    article = world.article(which)
    first = document(*TEXTS[article.slug], section=SECTIONS[article.slug])
    importing.bring_in(first, slug=article.slug, now=world.now)
    return Expected(settles_in=article.slug)


def _mutated(text: str, where: int, how: int) -> list[str]:
    paragraphs = [paragraph.split() for paragraph in text.split("\n\n")]
    words = paragraphs[1 + where % (len(paragraphs) - 1)] if len(paragraphs) > 1 else paragraphs[0]
    at = how % len(words)
    match how % 5:
        case 0:
            words.insert(at, "really")
        case 1 if len(words) > 1:
            del words[at]
        case 2:
            words.append("So it goes.")
        case 3:
            words[at] += "s"
        case _:
            words[at] = "other"
    return [" ".join(words) for words in paragraphs]


def change_role(world: World, which: int, who: int, how: int) -> None:
    """Someone becomes something else, or gets a section, in the middle of everything."""
    person, admin = world.person(who), world.user(0)
    role = list(Role)[how % 3]
    section = (None, "city")[how // 3 % 2]
    accounts.change(
        person.id,
        name=person.email.partition("@")[0],
        role=role,
        section=section,
        by=admin,
        now=world.now,
    )
    person.role, person.section = role.value, section


def disable(world: World, which: int, who: int, how: int) -> None:
    """An account is closed."""
    person = world.person(who)
    accounts.disable(person.email, by=world.user(0), now=world.now)
    person.active = False


def enable(world: World, which: int, who: int, how: int) -> None:
    """An account is opened again, from the machine's own shell."""
    closed = [person for person in world.people if not person.active]
    for person in closed:
        accounts.enable(person.email, now=world.now)
        person.active = True


def deliver(world: World, which: int, who: int, how: int) -> None:
    """What is due is written and sent."""
    world.now += timedelta(minutes=(0, 11)[how % 2])
    delivery.deliver(world.now)


def wait(world: World, which: int, who: int, how: int) -> None:
    """Time passes."""
    world.now += timedelta(minutes=(2, 8, 60, 1500)[how % 4])


def restart(world: World, which: int, who: int, how: int) -> None:
    """The program ends and begins again, with another rule for second persons now and then."""
    world.restart(APPROVALS[how % len(APPROVALS)])
