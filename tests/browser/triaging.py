"""A newsroom for the triage tests: a served instance, sections, people at their desks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select, update

from corrections_app.domain.lifecycle import Role
from corrections_app.extensions import db
from corrections_app.models import Correction, Decision, User
from corrections_app.workflow.articles import importing, reading
from corrections_app.workflow.clock import now
from corrections_app.workflow.people import accounts
from corrections_app.workflow.transaction import write
from tests.builders import a_correction, document

PAUSE = 300
"""Milliseconds from painting to the first key that counts."""
QUICK = 60
"""The same in tests of other things: hundreds of them would be minutes of waiting."""

# Notes when each card was painted, and how long after the key that led to it.
CLOCK = """
window.painted = Infinity;
window.waits = [];
addEventListener("DOMContentLoaded", () => {
  const triage = document.querySelector("[data-triage]");
  if (triage && window.pause) triage.dataset.pause = window.pause;
});
addEventListener("keydown", ({ timeStamp }) => (window.pressed = timeStamp), true);
document.addEventListener("card:painting", () => (window.painted = Infinity));
document.addEventListener("card:painted", () => {
  window.painted = performance.now();
  window.waits.push(window.painted - window.pressed);
});
"""
# A quick hand may be ahead of the server: until a card is there, no key means one.
SEEN = """(pause) => performance.now() - window.painted > pause
  && document.querySelector("article.card")"""
SETTLED = "() => !document.querySelector('.strip[data-state=sending]')"


@dataclass
class Desk:
    """One person's browser, before the queue of one section."""

    page: Any
    url: str
    pause: int
    ids: Sequence[int] = ()

    def begin(self) -> None:
        """Ask for the first card."""
        self.page.goto(f"{self.url}/queue/next")

    def at(self) -> int:
        """The number of the card on the table."""
        return int(self.page.locator("article.card").get_attribute("data-id"))

    def look(self) -> None:
        """Wait as long as a card takes no keys."""
        self.page.wait_for_function(SEEN, arg=self.pause)

    def press(self, *keys: str) -> None:
        """Press keys on a card that has been seen."""
        self.look()
        for key in keys:
            self.page.keyboard.press(key)

    def settle(self) -> None:
        """Wait until everything is answered."""
        self.page.wait_for_function(SETTLED)

    def await_card(self, number: int) -> None:
        """Wait until a card lies on the table."""
        self.page.locator(f"article.card[data-id='{number}']").wait_for()

    def await_other(self, number: int) -> None:
        """Wait until another card than this lies on the table."""
        self.page.locator(f"article.card:not([data-id='{number}'])").wait_for()

    def strip(self) -> Any:
        """What was done last."""
        return self.page.locator("[data-newest] .strip")


@dataclass
class Newsroom:
    """A served instance, its database, and a browser to sign in with."""

    app: Any
    url: str
    chromium: Any
    sections: Any = field(default_factory=count)
    people: dict[str, tuple[int, Any]] = field(default_factory=dict)
    pages: list[Any] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def section(self) -> str:
        """A part of the newspaper that no other test works in."""
        return f"Section {next(self.sections)}"

    def story(self, section: str, *paragraphs: str) -> Any:
        """An article in a section."""
        slug = f"{section.lower().replace(' ', '-')}-{next(self.sections)}"
        # Without a figure in its title: a test's own words are to stand once, whichever they are.
        told = document("A story of this section", *paragraphs, section=section)
        importing.bring_in(told, slug=slug, now=now())
        return reading.article_at(slug)

    def slips(self, section: str, number: int) -> list[int]:
        """So many corrections of one letter each, ten to an article; their numbers."""
        return [
            one.id
            for first in range(0, number, 10)
            for one in self._of_one_story(section, range(first, min(number, first + 10)))
        ]

    def _of_one_story(self, section: str, numbers: Sequence[int]) -> list[Correction]:
        words = [f"wrod{chr(97 + one // 26)}{chr(97 + one % 26)}" for one in numbers]
        article = self.story(
            section, *[f"Here the {word} stands between others." for word in words]
        )
        return [
            a_correction(article, word, word.replace("wrod", "word"), now=now(), email="")
            for word in words
        ]

    def desk(self, section: str, name: str = "max", pause: int = QUICK) -> Desk:
        """A person who works in a section, in a new tab."""
        if name not in self.people:
            self.people[name] = self._arrived(name)
        user_id, context = self.people[name]
        with write() as session:
            session.execute(update(User).where(User.id == user_id).values(section=section))
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.add_init_script(f"window.pause = {pause};")
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", self._note_refusal)
        self.pages.append(page)
        return Desk(page, self.url, pause)

    def _note_refusal(self, said: Any) -> None:
        if "Content Security Policy" in said.text:
            self.broken.append(said.text)

    def _arrived(self, name: str) -> tuple[int, Any]:
        """A person's account, and a browser that is signed in to it."""
        email = f"{name}@courier.example"
        user_id = accounts.add(email, role=Role.MODERATOR, now=now()).id
        with write() as session:
            told = {"name": name.capitalize()}
            session.execute(update(User).where(User.id == user_id).values(**told))
        link = accounts.one_time_link(email, now=now())
        context = self.chromium.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(CLOCK)
        page = context.new_page()
        page.goto(self.url + link[link.index("/", 8) :])
        page.locator("main button").first.click()
        page.wait_for_load_state()
        page.close()
        return user_id, context

    def decisions(self, ids: Sequence[int]) -> dict[int, Decision]:
        """The decisions that stand on these corrections."""
        db.session.rollback()
        standing = select(Decision).where(
            Decision.correction_id.in_(ids), Decision.undone_at.is_(None)
        )
        return {one.correction_id: one for one in db.session.scalars(standing)}

    def leave(self) -> None:
        """Close every tab of a test. Fails where a script failed."""
        while self.pages:
            self.pages.pop().close()
        broken, self.broken = self.broken, []
        assert broken == []

    def close(self) -> None:
        """Close the browsers."""
        for _, context in self.people.values():
            context.close()
