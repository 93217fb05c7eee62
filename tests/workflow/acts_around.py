"""The acts around a correction: articles change, people come and go, time passes, letters go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from corrections_app.domain.errors import ImportRefused, Refusal
from corrections_app.domain.lifecycle import ChangeClass, Role
from corrections_app.domain.patching import edits, merged
from corrections_app.domain.text.edits import Edit, inverse, splice
from corrections_app.extensions import db
from corrections_app.models import Article
from corrections_app.workflow.articles import editing, importing
from corrections_app.workflow.articles.importing import Imported, Terms
from corrections_app.workflow.letters import delivery
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import Act
from tests.builders import CONFIRMED, document
from tests.workflow.world import APPROVALS, SECTIONS, TEXTS, Expected, World


def reimport(world: World, which: int, who: int, how: int) -> Expected:
    """The newsroom's own system sends the article again, as it sent it last."""
    article = world.article(which)
    done = _come_in(world, article, world.sources[article.slug], who, Terms())
    assert not done.is_new
    return Expected()


def rewrite(world: World, which: int, who: int, how: int) -> Expected:
    """It has taken over what stands here, and changed that."""
    article = world.article(which)
    return _changed_source(world, article, _mutated(article.current.text, who, how), who, how)


def change_source(world: World, which: int, who: int, how: int) -> Expected:
    """It has changed a word of its own text: elsewhere, or where a correction was accepted."""
    article = world.article(which)
    own = "\n\n".join(world.sources[article.slug])
    return _changed_source(world, article, _mutated(own, which // 2, how), who, how // 5)


def source_meets_us(world: World, which: int, who: int, how: int) -> Expected:
    """It has changed a word that was changed here too."""
    article = world.article(which)
    own = "\n\n".join(world.sources[article.slug])
    ours = edits(own, article.current.text)
    if not ours:
        raise ImportRefused("Nothing was changed here.")
    edit = ours[how % len(ours)]
    words = own[edit.start : edit.end].split()
    text = own[: edit.start] + " ".join([*words, "elsewhere"]) + own[edit.end :]
    return _changed_source(world, article, text.split("\n\n"), who, how // 5)


def fall_back(world: World, which: int, who: int, how: int) -> Expected:
    """It sends its very first text."""
    article = world.article(which)
    return _changed_source(world, article, list(TEXTS[article.slug]), who, how)


SIDES = (None, "ours", "theirs")
TOLD: tuple[dict[str, Any], ...] = (
    {},
    {"change_class": ChangeClass.UPDATE, "notice": "There is news."},
)
"""Of what class a change is made: silent, or one that readers are told of."""


def _changed_source(
    world: World, article: Article, paragraphs: list[str], who: int, how: int
) -> Expected:
    """What comes in is both changes; where they meet it is refused, or one side's by name."""
    side = SIDES[how % len(SIDES)]
    said, current = "\n\n".join(world.sources[article.slug]), article.current.text
    both = merged(said, "\n\n".join(paragraphs), current)
    told = TOLD[who % len(TOLD)] or {"change_class": ChangeClass.SILENT}
    terms = Terms(side=side, **told)  # type: ignore[arg-type]
    done = _come_in(world, article, paragraphs, who, terms)
    db.session.rollback()
    text = db.session.get_one(Article, article.id).current.text
    assert done.is_new == (text != current)
    if both is not None and side is None:
        assert text == both
    if side != "theirs":
        _ours_stay(said, current, text)
    return Expected(settles_in=article.slug)


def _come_in(
    world: World, article: Article, paragraphs: list[str], who: int, terms: Terms
) -> Imported:
    slug = article.slug
    if not all(paragraphs):
        raise ImportRefused("A paragraph without words is no paragraph.")
    terms = replace(terms, approved_by=world.person(who).email)
    told = document(*paragraphs, section=SECTIONS[slug])
    foreseen = importing.foresee(told, slug=slug, terms=terms)
    done = importing.bring_in(told, slug=slug, terms=terms, now=world.now)
    assert done == foreseen
    world.sources[slug] = list(paragraphs)
    return done


def _ours_stay(said: str, current: str, text: str) -> None:
    """The words that were changed here still stand in the new text, where they stood."""
    ours, came = edits(said, current), edits(current, text)
    for edit in inverse(said, ours):
        met = [one for one in came if one.start <= edit.end and edit.start <= one.end]
        if met and edit.start < edit.end:
            low = min(edit.start, met[0].start)
            high = max(edit.end, met[-1].end)
            within = [Edit(one.start - low, one.end - low, one.replacement) for one in met]
            words = current[edit.start : edit.end].split()
            window = splice(current[low:high], within).split()
            assert any(words == window[n:][: len(words)] for n in range(len(window))), window


def edit(world: World, which: int, who: int, how: int) -> Expected:
    """A moderator types a word anew."""
    article = world.article(which)
    typed = "\n\n".join(_mutated(article.current.text, which // 2, how))
    base = article.head - (how % 9 == 0)
    touches = _touches(lambda: editing.foresee(article.slug, typed, base=base))
    told = TOLD[how // 5 % len(TOLD)]
    with world.permitted(world.may_edit(world.person(who), article.slug, touches or bool(told))):
        editing.edit(
            article.slug,
            typed,
            Act(world.user(who), world.key(), world.now),
            base=base,
            confirmed=() if how % 13 == 0 else CONFIRMED,
            **told,
        )
    return Expected(settles_in=article.slug)


def restore(world: World, which: int, who: int, how: int) -> Expected:
    """An earlier revision comes back to the letter."""
    article = world.article(which)
    number = 1 + how % article.head
    touches = _touches(lambda: editing.foresee_restoring(article, number))
    told = TOLD[how // 5 % len(TOLD)]
    with world.permitted(world.may_edit(world.person(who), article.slug, touches or bool(told))):
        editing.restore(
            article.slug,
            number,
            Act(world.user(who), world.key(), world.now),
            base=article.head,
            confirmed=CONFIRMED,
            **told,
        )
    return Expected(settles_in=article.slug)


def _touches(foresee: Callable[[], editing.Foreseen]) -> bool:
    """Whether a change would touch facts; one that will be refused anyway does not."""
    try:
        return bool(foresee().flags)
    except Refusal:
        return False


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
