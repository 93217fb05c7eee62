"""Writing into WordPress, whose REST API has no lock: what was overwritten is found and put back.

Whoever saves between our look and our write is overwritten by it, and WordPress says nothing.
But it keeps each save as a revision: where one is later than our look and ours stands there, it was
overwritten, and is put back, so that the change can be made in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corrections_app.sites.json_api import Api, text
from corrections_app.sites.outside import Answer
from corrections_app.sites.trouble import Changed, Unknown, once_sent
from corrections_app.sources import Source

_REVISIONS = "context=edit&per_page=10&_fields=id,slug,modified_gmt,title,excerpt,content"
_AUTOSAVE = "-autosave-"
_TRIES = 5
_SECONDS = 1.0
"""WordPress notes a save as a revision a moment after it has changed the text. Whoever's text was
changed right before ours may note it after our look: so we look twice."""

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Saved:
    """What a save left in the history of a post; later ones have larger numbers."""

    number: int
    at: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Writing:
    """One post that is written; ``path`` makes those of requests, ``source`` reads an answer."""

    api: Api
    path: Callable[[str, str], str]
    source: Callable[[Any, Answer], Source]
    query: str

    def write(self, before: Source, fields: Fields) -> Source:
        """See `site.Site.write`."""
        wanted = {**before.fields, **fields}
        # Looked at before the text is: so a save that is not in the text is later than this.
        last = max((one.number for one in self._history(before.id)), default=0)
        now = self._read(before.id)
        if now.fields == before.fields:
            done = self._sent(before.id, fields, wanted)
            with once_sent():
                self._heal(before, wanted, lambda one: one.number > last)
            return done
        if now.fields == wanted:  # by an earlier try that was never answered
            with once_sent():
                self._heal(before, wanted, lambda one: one.at > before.version)
            return now
        raise Changed(f"Post {before.id} was changed in WordPress meanwhile: it comes in first.")

    def _read(self, number: str) -> Source:
        return self.source(*self.api.get(self.path(f"/wp/v2/posts/{number}", self.query)))

    def _sent(self, number: str, fields: Fields, wanted: Fields) -> Source:
        """The post as it is answered. Raises `Unknown` where what was sent was never stored."""
        path = self.path(f"/wp/v2/posts/{number}", self.query)
        answered = self.api.send("POST", path, fields)
        with once_sent():
            done = self.source(*answered)
            # Another save may have come between ours and its answer: then ours is a revision.
            if done.fields == wanted or any(one.fields == wanted for one in self._history(number)):
                return done
        raise Unknown(
            f"WordPress stored post {number} otherwise than it was sent: somebody saved it in "
            "the same instant, or a plug-in changes what is saved. See its revisions there."
        )

    def _heal(self, before: Source, ours: Fields, is_later: Callable[[_Saved], bool]) -> None:
        """Raise `Changed` where somebody saved as well: by then their text stands there.

        A save that ours overwrote is put back first.
        """
        stands, known = ours, [before.fields, ours]
        for _ in range(_TRIES):
            lost = self._overwritten(before.id, stands, known, is_later)
            if lost is None:
                break
            self._sent(before.id, lost, lost)
            stands = lost
            known.append(lost)
        else:
            raise Unknown(f"Post {before.id} is being saved again and again: look at it there.")
        if stands is not ours:
            raise _also_saved(before.id)

    def _overwritten(
        self,
        number: str,
        stands: Fields,
        known: Sequence[Fields],
        is_later: Callable[[_Saved], bool],
    ) -> Fields | None:
        """What somebody saved, where it does not stand there. Raises `Changed` where it does."""

        def others() -> list[_Saved]:
            saves = self._history(number)
            return [one for one in saves if is_later(one) and one.fields not in known]

        found = others()
        if not found:
            time.sleep(_SECONDS)
            found = others()
        if not found:
            return None
        if self._read(number).fields != stands:
            raise _also_saved(number)
        return max(found, key=lambda one: one.number).fields

    def _history(self, number: str) -> list[_Saved]:
        """The last saves of a post, without what an editor keeps for itself meanwhile."""
        found, _ = self.api.get(self.path(f"/wp/v2/posts/{number}/revisions", _REVISIONS))
        if not isinstance(found, list):
            raise self.api.odd()
        return [self._saved(one) for one in found if _AUTOSAVE not in text(one, "slug")]

    def _saved(self, found: Any) -> _Saved:
        number = found.get("id") if isinstance(found, dict) else None
        if type(number) is not int:
            raise self.api.odd()
        fields = {name: text(found, name, "raw") for name in ("title", "excerpt", "content")}
        return _Saved(number, text(found, "modified_gmt"), fields)


def _also_saved(number: str) -> Changed:
    return Changed(
        f"Somebody saved post {number} in the same moment. Their text is there now, and the "
        "change is made in it once more."
    )
